//! Terraform folders through the command: the same controls on configuration, plan and state.

use std::collections::BTreeMap;

use tickmark_tests::files::{self, memory};
use tickmark_tests::{corpus, tickmark, tickmark_in};

const CONTROLS: &str = r#"
control V-1 "encryption" { cites CC6.1  every aws_s3_bucket has aws_s3_bucket_server_side_encryption_configuration }
control V-2 "versioning belongs to a bucket" { cites CC6.1  every aws_s3_bucket_versioning has aws_s3_bucket }
control V-3 "public access block" { cites CC6.1
  every aws_s3_bucket has aws_s3_bucket_public_access_block where block_public_acls == true and restrict_public_buckets == true }
control V-4 "versioning is on" { cites CC6.1
  every aws_s3_bucket has aws_s3_bucket_versioning v where v.versioning_configuration.status contains "Enabled" }
control V-5 "encrypted with our keys" { cites CC6.1
  every aws_s3_bucket_server_side_encryption_configuration c:
    some rule r in c.rule: r.apply_server_side_encryption_by_default.sse_algorithm contains "aws:kms" }
control V-6 "databases" { cites CC6.1  every aws_db_instance: storage_encrypted == true and publicly_accessible == false }
control V-7 "no open ssh" { cites CC6.6
  no aws_security_group g: some ingress i in g.ingress: i.from_port <= 22 and i.to_port >= 22 and i.cidr_blocks contains "0.0.0.0/0" }
control V-8 "classified" { cites CC2.1  every aws_s3_bucket: tags["data-classification"] in ["internal", "confidential"] }
control V-9 "rotation" { cites CC6.1  every aws_kms_key is enable_key_rotation }
control V-10 "notebooks are closed" { cites CC6.6  no aws_sagemaker_notebook_instance: direct_internet_access == "Enabled" }
control V-11 "a password is there and not shown" { cites CC6.1  every aws_db_instance: password exists }
control V-12 "endpoints say which configuration they serve" { cites CC7.2
  every aws_sagemaker_endpoint has aws_sagemaker_endpoint_configuration }
control V-13 "users have no keys" { cites CC6.1  no aws_iam_user has aws_iam_access_key }
"#;

#[test]
fn configuration_plan_and_state_have_the_same_verdicts() {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().unwrap();
    let controls = folder.path().join("views.tick");
    std::fs::write(&controls, CONTROLS).unwrap();
    let check = |source: &str| {
        let source = corpus.join("terraform/own/brightloom_aws").join(source);
        let outcome =
            tickmark(&["check", source.to_str().unwrap(), "-c", controls.to_str().unwrap(), "--format", "json"]);
        assert_eq!(outcome.code, 1, "{}", outcome.err);
        let judged = outcome.judged().into_iter();
        judged.map(|one| ((one.control, one.id), one.verdict)).collect::<BTreeMap<_, _>>()
    };
    let ours = check("config");
    assert!(ours.values().any(|verdict| verdict == "fail") && ours.values().any(|verdict| verdict == "pass"));
    let mut open = Vec::new();
    for export in ["plan-1-create.json", "state-1.json", "state-1.tfstate"] {
        let theirs = check(export);
        assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>(), "{export}");
        for (subject, verdict) in &ours {
            let other = &theirs[subject];
            if verdict == "unknown" {
                open.push(subject);
            } else if other != "unknown" {
                assert_eq!(verdict, other, "{export}: {subject:?}");
            } else {
                panic!("{export}: {subject:?} is {verdict} by the text and unknown there");
            }
        }
    }
    // What the text leaves to the provider: defaults (V-6, V-9, V-10), and the algorithm that depends on a key to be made.
    open.sort();
    open.dedup();
    let controls: Vec<&str> = open.iter().map(|(control, _)| control.as_str()).collect();
    assert_eq!(controls, ["V-10", "V-5", "V-5", "V-6", "V-9", "V-9"], "{open:?}");
}

const ONE: &str = "control T-1 \"in Europe\" { cites CC6.1  every aws_x: region == \"eu\" }\n";

#[test]
fn a_finding_stands_on_the_line_of_the_attribute() {
    let files = memory(&[
        ("c.tick", ONE),
        (
            "m/main.tf",
            "variable \"r\" { default = \"us\" }\n\nresource \"aws_x\" \"x\" {\n  name   = \"n\"\n  region = var.r\n}\n",
        ),
    ]);
    let outcome = tickmark_in(&files, &["check", "m", "-c", "c.tick"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.out.contains("m/main.tf:5:12"), "{}", outcome.out);
    let set = tickmark_in(&files, &["check", "m", "-c", "c.tick", "--set", "tf.var.r=eu"]);
    assert_eq!(set.code, 0, "{}{}", set.out, set.err);
    let wrong = tickmark_in(&files, &["check", "m", "-c", "c.tick", "--set", "tf.var.q=eu"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("declares the variable `q`"), "{}", wrong.err);
}

#[test]
fn what_is_not_known_names_its_expression() {
    let files = memory(&[
        ("c.tick", ONE),
        (
            "m/main.tf",
            "data \"aws_region\" \"here\" {}\nresource \"aws_x\" \"x\" {\n  region = data.aws_region.here.name\n}\n",
        ),
    ]);
    let outcome = tickmark_in(&files, &["check", "m", "-c", "c.tick"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.out.contains("`data.aws_region.here.name` is read from the provider"), "{}", outcome.out);
}

#[test]
fn a_plan_is_placed_with_source() {
    let plan = r#"{"format_version":"1.2","resource_changes":[{"address":"aws_x.x[0]","mode":"managed","type":"aws_x","name":"x","index":0,"change":{"actions":["create"],"after":{"region":"us"},"after_unknown":{}}}]}"#;
    let files = memory(&[
        ("c.tick", ONE),
        ("m/main.tf", "resource \"aws_x\" \"x\" {\n  count  = 1\n  region = \"us\"\n}\n"),
        ("plan.json", plan),
    ]);
    let outcome = tickmark_in(&files, &["check", "plan.json", "-c", "c.tick", "--source", "m"]);
    assert!(outcome.out.contains("m/main.tf:3:12"), "{}", outcome.out);
    let nowhere = tickmark_in(&files, &["check", "plan.json", "-c", "c.tick", "--source", "nowhere"]);
    assert_eq!(nowhere.code, 2, "{}", nowhere.err);
}

#[test]
fn what_git_leaves_out_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| files::write(folder.path(), name, text);
    let resource = |name: &str| format!("resource \"aws_x\" \"{name}\" {{\n  region = \"eu\"\n}}\n");
    write("c.tick", ONE);
    write("repo/.gitignore", "generated/\n*.ignored.tf\nexports/\n");
    write("repo/main.tf", &resource("main"));
    write("repo/sub/own.tf", &resource("sub"));
    write("repo/generated/made.tf", &resource("generated"));
    write("repo/x.ignored.tf", &resource("ignored"));
    write("repo/node_modules/pkg/p.tf", &resource("package"));
    write("repo/.terraform/modules/m/m.tf", &resource("installed"));
    write("repo/.git/g.tf", &resource("git"));
    write("repo/exports/e.tf", &resource("export"));
    let controls = folder.path().join("c.tick");
    let subjects = |path: &str| {
        let path = folder.path().join(path);
        let outcome =
            tickmark(&["check", path.to_str().unwrap(), "-c", controls.to_str().unwrap(), "--format", "json"]);
        outcome.judged().into_iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!(subjects("repo"), ["aws_x.main", "aws_x.sub"]);
    assert_eq!(subjects("repo/sub"), ["aws_x.sub"]);
    // What is named is read.
    assert_eq!(subjects("repo/exports"), ["aws_x.export"]);
    assert_eq!(subjects("repo/node_modules"), ["aws_x.package"]);
}

#[test]
fn hostile_configurations_end_in_words() {
    let check = |text: &str| {
        let files = memory(&[("c.tick", ONE), ("m/main.tf", text)]);
        tickmark_in(&files, &["check", "m", "-c", "c.tick"])
    };
    let circle =
        check("locals {\n  a = local.b\n  b = local.a\n}\nresource \"aws_x\" \"x\" {\n  region = local.a\n}\n");
    assert_eq!(circle.code, 1);
    assert!(circle.out.contains("a circle of references"), "{}", circle.out);
    let many = check("resource \"aws_x\" \"x\" {\n  count = 1000000000\n  region = \"eu\"\n}\n");
    assert!(many.err.contains("limit of 100000"), "{}", many.err);
    let deep = check(&format!("locals {{\n  x = {}1{}\n}}\n", "[".repeat(5000), "]".repeat(5000)));
    assert_eq!(deep.code, 2);
    assert!(deep.err.contains("E0520"), "{}", deep.err);
}

const SCHEMA: &str = r#"{"format_version":"1.0","provider_schemas":{"registry.terraform.io/acme/aws":{"provider":{},"resource_schemas":{
"aws_x":{"version":0,"block":{"attributes":{"region":{"type":"string","optional":true},"tags":{"type":["map","string"],"optional":true},
"sizes":{"type":["list",["object",{"width":"number"}]],"optional":true}},
"block_types":{"rule":{"nesting_mode":"list","block":{"attributes":{"enabled":{"type":"bool","optional":true}}}}}}},
"aws_y":{"version":0,"block":{"attributes":{"name":{"type":"string","optional":true}}}}}}}}"#;

#[test]
fn a_schema_closes_the_nouns_that_it_knows() {
    let check = |sentence: &str| {
        let control = format!("control S-1 \"closed\" {{ cites CC6.1  {sentence} }}\n");
        let files = memory(&[
            ("c.tick", control.as_str()),
            ("schema.json", SCHEMA),
            (
                "m/main.tf",
                "resource \"aws_x\" \"x\" {\n  region = \"eu\"\n  rule { enabled = true }\n  tags = { team = \"a\" }\n}\nresource \"aws_z\" \"z\" { any = 1 }\n",
            ),
        ]);
        tickmark_in(&files, &["check", "m", "schema.json", "-c", "c.tick", "--format", "json"])
    };
    for right in [
        "every aws_x: region == \"eu\"",
        "every aws_x: some rule r in rule: r.enabled == true",
        "every aws_x has rule where enabled == true",
        "every aws_x: tags[\"team\"] == \"a\"",
        "every aws_x: tf_type == \"aws_x\" and address == \"aws_x.x\"",
        "no aws_x has aws_y",
        // Nothing is said of types that the schema does not have.
        "every aws_z: any == 1",
    ] {
        let outcome = check(right);
        assert_eq!(outcome.code, 0, "{right}: {}{}", outcome.out, outcome.err);
    }
    for (wrong, near) in [
        ("every aws_x: regoin == \"eu\"", "`region`"),
        ("every aws_x x: x.regoin == \"eu\"", "`region`"),
        ("every aws_x: some rule r in rule: r.enabeld == true", "`enabled`"),
        ("every aws_x: some size s in sizes: s.widht > 1", "`width`"),
        ("every aws_x is regoin", "`region`"),
        ("every aws_x has ruel", "`rule`"),
    ] {
        let outcome = check(wrong);
        assert_eq!(outcome.code, 2, "{wrong}: {}{}", outcome.out, outcome.err);
        assert!(outcome.err.contains(near), "{wrong}: {}", outcome.err);
    }
    let without = memory(&[
        ("c.tick", "control S-1 \"open\" { cites CC6.1  every aws_x: regoin == \"eu\" }\n"),
        ("m/main.tf", "resource \"aws_x\" \"x\" {}\n"),
    ]);
    assert_eq!(tickmark_in(&without, &["check", "m", "-c", "c.tick"]).code, 1, "unknown, with a warning");
}

#[test]
fn a_schema_is_a_source_without_records() {
    let files = memory(&[
        ("c.tick", "control S-2 \"kinds\" { cites CC6.1  some source: kind == \"terraform-schema\" }\n"),
        ("schema.json", SCHEMA),
    ]);
    let outcome = tickmark_in(&files, &["check", "schema.json", "-c", "c.tick"]);
    assert_eq!(outcome.code, 0, "{}{}", outcome.out, outcome.err);
}

/// "A value depends on unknowns → that value alone is unknown, also inside a policy document."
#[test]
fn a_policy_that_is_known_in_part_is_judged_by_what_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let controls = folder.path().join("policies.tick");
    let sentence = "no aws_iam_policy p: some s in json(p.policy).Statement: s.Effect == \"Allow\" and \
                    (some a in s.Action: a == \"*\") and (some r in s.Resource: r == \"*\")";
    std::fs::write(&controls, format!("control P-1 \"almighty\" {{\n  cites CC6.1\n\n  {sentence}\n}}\n")).unwrap();
    let module = r#"
variable "actions" { type = list(string) }
resource "aws_s3_bucket" "b" {}
resource "aws_iam_policy" "encoded" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = [aws_s3_bucket.b.arn] }] })
}
resource "aws_iam_policy" "almighty" {
  policy = jsonencode({ Statement = [
    { Effect = "Allow", Action = ["s3:GetObject"], Resource = [aws_s3_bucket.b.arn] },
    { Effect = "Allow", Action = ["*"], Resource = ["*"] },
  ] })
}
resource "aws_iam_policy" "perhaps" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["*"], Resource = [aws_s3_bucket.b.arn] }] })
}
resource "aws_iam_policy" "actions" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = var.actions, Resource = ["*"] }] })
}
data "aws_iam_policy_document" "d" {
  statement {
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.b.arn}/*"]
  }
}
resource "aws_iam_policy" "document" { policy = data.aws_iam_policy_document.d.json }
resource "aws_iam_policy" "literal" {
  policy = <<-EOT
    { "Statement": [{ "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["${aws_s3_bucket.b.arn}/*"] }] }
  EOT
}
"#;
    std::fs::write(folder.path().join("main.tf"), module).unwrap();
    let source = format!("terraform={}", folder.path().display());
    for evaluator in ["fast", "reference"] {
        let arguments =
            ["check", &source, "-c", controls.to_str().unwrap(), "--format", "json", "--evaluator", evaluator];
        let outcome = tickmark(&arguments);
        assert_eq!(outcome.code, 1, "{}", outcome.err);
        let found: Vec<(String, String)> = outcome.judged().into_iter().map(|one| (one.id, one.verdict)).collect();
        let expected = [
            ("actions", "unknown"),
            ("almighty", "fail"),
            ("document", "pass"),
            ("encoded", "pass"),
            ("literal", "pass"),
            ("perhaps", "unknown"),
        ];
        let expected = expected.map(|(name, verdict)| (format!("aws_iam_policy.{name}"), verdict.to_owned()));
        assert_eq!(found, expected, "{evaluator}");
        assert!(outcome.out.contains("aws_s3_bucket.b.arn"), "the unknown part is named: {}", outcome.out);
    }
}

#[test]
fn a_named_file_stands_for_its_folder_and_nothing_below() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir_all(path("below/deeper")).unwrap();
    std::fs::write(path("main.tf"), "resource \"aws_s3_bucket\" \"a\" { bucket = local.name }\n").unwrap();
    std::fs::write(path("names.tf"), "locals { name = \"b\" }\n").unwrap();
    std::fs::write(path("below/other.tf"), "resource \"aws_s3_bucket\" \"other\" {}\n").unwrap();
    // Whatever lies around it is nobody's business.
    #[cfg(unix)]
    for (target, link) in [("..", "below/circle"), ("nowhere", "gone"), ("/", "below/out")] {
        std::os::unix::fs::symlink(target, path(link)).unwrap();
    }
    let controls = path("c.tick");
    std::fs::write(&controls, "control B-1 \"names\" {\n  cites CC6.1\n\n  every aws_s3_bucket: bucket == \"b\"\n}\n")
        .unwrap();
    let main = path("main.tf");
    let outcome = tickmark(&["check", main.to_str().unwrap(), "-c", controls.to_str().unwrap(), "--format", "json"]);
    assert_eq!(outcome.code, 0, "{}{}", outcome.err, outcome.out);
    let found: Vec<String> = outcome.judged().into_iter().map(|one| one.id).collect();
    assert_eq!(found, ["aws_s3_bucket.a"]);
}
