//! What a configuration evaluates to: addresses, values, unknowns and their reasons, references, places.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may panic, and says when it skips"
)]

mod common;

use common::shown::shown;
use common::{evaluate, evaluate_with, outputs};
use serde_json::{Value as Json, json};
use tickmark_hcl::{Configuration, Key, Mode, ResourceInstance, Settings, Tree};

fn one(text: &str) -> Configuration {
    let (configuration, sources) = evaluate(&[("m/main.tf", text)]);
    if let Some(error) = configuration.diagnostics.iter().find(|diagnostic| diagnostic.is_error()) {
        panic!("{}", error.to_plain(&sources));
    }
    configuration
}

fn addresses(configuration: &Configuration) -> Vec<&str> {
    configuration.resources.iter().map(|resource| &*resource.address).collect()
}

fn resource<'c>(configuration: &'c Configuration, address: &str) -> &'c ResourceInstance {
    let found = configuration.resources.iter().find(|resource| &*resource.address == address);
    found.unwrap_or_else(|| panic!("no {address} in {:?}", addresses(configuration)))
}

fn attribute(configuration: &Configuration, address: &str, name: &str) -> Json {
    shown(&resource(configuration, address).attributes[name].value, false)
}

fn reason(configuration: &Configuration, address: &str, name: &str) -> String {
    let value = &resource(configuration, address).attributes[name].value;
    value.first_unknown().unwrap_or_else(|| panic!("{value:?} is known")).reason.to_string()
}

#[test]
fn count_and_for_each_give_addresses_with_keys() {
    let found = one(r#"
        resource "a_b" "plain" {}
        resource "a_b" "counted" { count = 2 }
        resource "a_b" "none" { count = 0 }
        resource "a_b" "each" { for_each = { "x y" = 1, "q\"$${" = 2 } }
        resource "a_b" "set" { for_each = toset(["b", "a"]) }
    "#);
    assert_eq!(
        addresses(&found),
        [
            "a_b.plain",
            "a_b.counted[0]",
            "a_b.counted[1]",
            "a_b.each[\"q\\\"$${\"]",
            "a_b.each[\"x y\"]",
            "a_b.set[\"a\"]",
            "a_b.set[\"b\"]"
        ]
    );
}

#[test]
fn an_unknown_number_of_instances_is_one_that_stands_for_all() {
    let found = one(r#"
        variable "n" { type = number }
        resource "a_b" "x" {
          count = var.n
          name  = "n-${count.index}"
          fixed = true
        }
        resource "a_b" "y" {
          for_each = a_c.z.list
          name     = each.key
        }
        resource "a_c" "z" { first = a_b.x[0].fixed }
    "#);
    assert_eq!(addresses(&found), ["a_b.x[*]", "a_b.y[*]", "a_c.z"]);
    assert_eq!(resource(&found, "a_b.x[*]").key, Key::Unknown);
    assert_eq!(attribute(&found, "a_b.x[*]", "fixed"), json!(true));
    assert_eq!(reason(&found, "a_b.x[*]", "name"), "variable `n` has no value");
    assert_eq!(reason(&found, "a_b.y[*]", "name"), "`a_c.z.list` is not known before apply");
    assert_eq!(attribute(&found, "a_c.z", "first"), json!(true));
    assert!(found.diagnostics.iter().any(|diagnostic| diagnostic.code.0 == "W0572"));
}

#[test]
fn an_unknown_is_only_ever_that_value() {
    let found = one(r#"
        resource "k" "k" {}
        resource "a_b" "x" {
          list   = ["a", k.k.arn, "c"]
          map    = merge({ one = 1 }, { two = k.k.id })
          text   = "arn:${k.k.id}:end"
          joined = join("/", ["a", k.k.id, "c"])
          made   = format("%s-%s", "pre", k.k.id)
          known  = length(["a", k.k.id])
          pick   = ["a", k.k.id][0]
          policy = jsonencode({ Statement = [{ Action = "s3:*", Resource = "${k.k.arn}/*" }] })
          back   = jsondecode(jsonencode({ a = k.k.id, b = 2 })).b
          either = k.k.flag ? { a = 1, b = 2 } : { a = 1, b = 3 }
          both   = k.k.flag && false
          tags   = merge(k.k.tags, { Name = "n" })
          name   = merge(k.k.tags, { Name = "n" }).Name
          starts = startswith("arn:aws:${k.k.id}", "arn:aws:")
          differ = "arn:${k.k.id}" == "x"
          first  = coalesce("", "x", k.k.id)
        }
    "#);
    let at = |name: &str| attribute(&found, "a_b.x", name);
    let unknown = |path: &str| json!({"unknown": format!("`k.k.{path}` is not known before apply"), "of": ["k.k"]});
    assert_eq!(at("list"), json!(["a", unknown("arn"), "c"]));
    assert_eq!(at("map"), json!({"one": 1, "two": unknown("id")}));
    assert_eq!(at("text"), json!({"pieces": ["arn:", unknown("id"), ":end"]}));
    assert_eq!(at("joined"), json!({"pieces": ["a", "/", unknown("id"), "/", "c"]}));
    assert_eq!(at("made"), json!({"pieces": ["", "pre", "-", unknown("id"), ""]}));
    assert_eq!(at("known"), json!(2));
    assert_eq!(at("pick"), json!("a"));
    assert_eq!(
        at("policy"),
        json!({"json": {"Statement": [{"Action": "s3:*", "Resource": {"pieces": [unknown("arn"), "/*"]}}]}})
    );
    assert_eq!(at("back"), json!(2));
    assert_eq!(at("either"), json!({"a": 1, "b": {"unknown": "`k.k.flag` is not known before apply", "of": ["k.k"]}}));
    assert_eq!(at("both"), json!(false));
    assert_eq!(at("tags")["Name"], json!("n"));
    assert_eq!(at("name"), json!("n"));
    assert_eq!(at("starts"), json!(true));
    assert_eq!(at("differ"), json!(false));
    assert_eq!(at("first"), json!("x"));
}

#[test]
fn arguments_of_other_resources_are_known_and_references_are_kept() {
    let found = one(r#"
        locals { prefix = "${aws_s3_bucket.logs.bucket}-x" }
        resource "aws_s3_bucket" "logs" {
          bucket = "logs"
          acl    = null
          versioning { enabled = true }
        }
        resource "a_b" "x" {
          name    = local.prefix
          id      = aws_s3_bucket.logs.id
          on      = aws_s3_bucket.logs.versioning[0].enabled
          more    = aws_s3_bucket.logs.versioning[0].mfa_delete
          acl     = aws_s3_bucket.logs.acl
          nothing = "plain"
        }
    "#);
    assert_eq!(attribute(&found, "a_b.x", "name"), json!("logs-x"));
    assert_eq!(attribute(&found, "a_b.x", "on"), json!(true));
    assert!(reason(&found, "a_b.x", "more").contains("aws_s3_bucket.logs.versioning"));
    // The provider may fill what is null.
    assert_eq!(reason(&found, "a_b.x", "acl"), "`aws_s3_bucket.logs.acl` is not known before apply");
    let references = |name: &str| -> Vec<(String, Option<String>)> {
        let marks = resource(&found, "a_b.x").attributes[name].value.deep_marks();
        let each = marks.references().iter();
        each.map(|found| (found.address.to_string(), found.attribute.as_deref().map(str::to_owned))).collect()
    };
    let bucket = |attribute: &str| vec![("aws_s3_bucket.logs".to_owned(), Some(attribute.to_owned()))];
    assert_eq!(references("name"), bucket("bucket"));
    assert_eq!(references("id"), bucket("id"));
    assert!(references("nothing").is_empty());
}

#[test]
fn dynamic_blocks_become_lists() {
    let found = one(r#"
        variable "rules" { default = [{ port = 22, cidrs = ["a", "b"] }, { port = 80, cidrs = [] }] }
        resource "sg" "x" {
          ingress { port = 1 }
          dynamic "ingress" {
            for_each = var.rules
            iterator = rule
            content {
              port = rule.value.port
              key  = rule.key
              dynamic "from" {
                for_each = toset(rule.value.cidrs)
                content { cidr = "${rule.value.port}/${from.value}" }
              }
            }
          }
          dynamic "egress" {
            for_each = sg.y.list
            content { port = egress.value }
          }
        }
        resource "sg" "y" {}
    "#);
    assert_eq!(
        attribute(&found, "sg.x", "ingress"),
        json!([
            {"port": 1},
            {"port": 22, "key": 0, "from": [{"cidr": "22/a"}, {"cidr": "22/b"}]},
            {"port": 80, "key": 1, "from": []}
        ])
    );
    assert_eq!(reason(&found, "sg.x", "egress"), "`sg.y.list` is not known before apply");
}

#[test]
fn modules_are_expanded_with_their_inputs_and_outputs() {
    let main = r#"
        module "net" {
          source   = "./net"
          for_each = { a = "10.0.0.0/16", b = "10.1.0.0/16" }
          cidr     = each.value
        }
        module "far" { source = "terraform-aws-modules/vpc/aws" }
        resource "a_b" "x" {
          subnets = module.net["a"].subnets
          all     = [for k, n in module.net : "${k}=${n.cidr}"]
          far     = module.far.vpc_id
        }
    "#;
    let net = r#"
        variable "cidr" {}
        variable "sizes" {
          type    = list(number)
          default = [8, 8]
        }
        resource "subnet" "s" {
          count = length(var.sizes)
          cidr  = cidrsubnet(var.cidr, var.sizes[count.index], count.index)
          from  = path.module
        }
        output "subnets" { value = subnet.s[*].cidr }
        output "cidr" { value = var.cidr }
    "#;
    let (found, _) = evaluate(&[("m/main.tf", main), ("m/net/main.tf", net)]);
    assert_eq!(
        addresses(&found),
        [
            "a_b.x",
            "module.net[\"a\"].subnet.s[0]",
            "module.net[\"a\"].subnet.s[1]",
            "module.net[\"b\"].subnet.s[0]",
            "module.net[\"b\"].subnet.s[1]"
        ]
    );
    assert_eq!(attribute(&found, "a_b.x", "subnets"), json!(["10.0.0.0/24", "10.0.1.0/24"]));
    assert_eq!(attribute(&found, "a_b.x", "all"), json!(["a=10.0.0.0/16", "b=10.1.0.0/16"]));
    assert_eq!(
        reason(&found, "a_b.x", "far"),
        "`module.far.vpc_id` is not known: module `far` is not here: source `terraform-aws-modules/vpc/aws`"
    );
    assert_eq!(attribute(&found, "module.net[\"b\"].subnet.s[1]", "from"), json!("net"));
    let far = found.module_calls.iter().find(|call| &*call.address == "module.far").unwrap();
    assert!(far.missing.is_some());
    assert!(found.diagnostics.iter().any(|diagnostic| diagnostic.code.0 == "W0571"));
}

#[test]
fn installed_modules_are_read() {
    let manifest = r#"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"v","Source":"registry/x","Dir":".terraform/modules/v"}]}"#;
    let (found, _) = evaluate(&[
        ("m/main.tf", "module \"v\" { source = \"some/module/aws\" }"),
        ("m/.terraform/modules/modules.json", manifest),
        ("m/.terraform/modules/v/main.tf", "resource \"a_b\" \"in\" {}"),
    ]);
    assert_eq!(addresses(&found), ["module.v.a_b.in"]);
}

#[test]
fn variables_take_values_in_terraforms_order() {
    let main = r#"
        variable "a" { default = "default" }
        variable "b" { default = "default" }
        variable "c" { default = "default" }
        variable "d" { type = list(number) }
        variable "n" {
          type     = string
          default  = "fallback"
          nullable = false
        }
        variable "o" {
          type = object({ x = string, y = optional(number, 5), z = optional(list(string)) })
        }
        output "all" { value = [var.a, var.b, var.c, var.d, var.n, var.o] }
    "#;
    let mut settings = Settings::default();
    settings.variables.insert("d".to_owned(), "[1, \"2\"]".to_owned());
    settings.variables.insert("c".to_owned(), "set".to_owned());
    let files = [
        ("m/main.tf", main),
        ("m/terraform.tfvars", "a = \"tfvars\"\nb = \"tfvars\"\nn = null\no = { x = 1 }\n"),
        ("m/x.auto.tfvars", "b = \"auto\"\nc = \"auto\"\n"),
        ("m/y.auto.tfvars.json", "{\"b\": \"json ${x}\"}"),
    ];
    let (found, _) = evaluate_with(&files, &settings);
    assert_eq!(
        shown(&found.outputs[0].value, false),
        json!(["tfvars", "json ${x}", "set", [1, 2], "fallback", {"x": "1", "y": 5, "z": null}])
    );
}

#[test]
fn override_files_are_laid_over_the_rest() {
    let (found, _) = evaluate(&[
        (
            "m/main.tf",
            "locals { a = 1 }\nresource \"a_b\" \"x\" {\n  one = 1\n  two = local.a\n  rule { n = 1 }\n  rule { n = 2 }\n}",
        ),
        ("m/x_override.tf", "locals { a = 5 }\nresource \"a_b\" \"x\" {\n  one = 9\n  rule { n = 7 }\n}"),
    ]);
    assert_eq!(attribute(&found, "a_b.x", "one"), json!(9));
    assert_eq!(attribute(&found, "a_b.x", "two"), json!(5));
    assert_eq!(attribute(&found, "a_b.x", "rule"), json!([{"n": 7}]));
}

#[test]
fn json_syntax_says_the_same() {
    let text = r#"{
        "variable": {"n": {"type": "list(string)", "default": ["a", "${b}"]}},
        "locals": {"x": "${upper(var.n[0])}-y"},
        "resource": {"a_b": {"r": {"for_each": "${toset(var.n)}", "name": "${each.key}", "lifecycle": {"prevent_destroy": true},
            "tags": {"k": "${local.x}"}, "depends_on": ["a_b.other"]}, "other": {"count": 2}}},
        "output": {"o": {"value": "${length(var.n)}"}}
    }"#;
    let (found, sources) = evaluate(&[("m/main.tf.json", text)]);
    assert!(found.diagnostics.is_empty(), "{:?}", found.diagnostics);
    assert_eq!(
        addresses(&found),
        ["a_b.r[\"${b}\"]".replace("${", "$${").as_str(), "a_b.r[\"a\"]", "a_b.other[0]", "a_b.other[1]"]
    );
    assert_eq!(attribute(&found, "a_b.r[\"a\"]", "tags"), json!({"k": "A-y"}));
    let resource = resource(&found, "a_b.r[\"a\"]");
    assert_eq!((resource.prevent_destroy, resource.depends_on.len()), (Some(true), 1));
    let column = text.lines().nth(3).unwrap().find("\"${each.key}\"").unwrap() + 1;
    assert_eq!(sources.describe(resource.attributes["name"].span.place()), format!("m/main.tf.json:4:{column}"));
    assert_eq!(shown(&found.outputs[0].value, false), json!(2));
}

#[test]
fn policy_documents_are_what_the_provider_makes_of_them() {
    let found = one(r#"
        data "aws_iam_policy_document" "base" {
          statement {
            sid       = "Read"
            actions   = ["s3:GetObject", "s3:ListBucket"]
            resources = ["arn:aws:s3:::b/&{aws:username}/*"]
          }
          statement {
            effect = "Deny"
            not_actions = ["iam:*"]
            resources   = ["*"]
            principals {
              type        = "AWS"
              identifiers = ["111122223333", "444455556666"]
            }
            condition {
              test     = "StringLike"
              variable = "aws:PrincipalArn"
              values   = ["a*", "b*"]
            }
          }
        }
        data "aws_iam_policy_document" "all" {
          source_policy_documents = [data.aws_iam_policy_document.base.json]
          statement {
            sid       = "Read"
            actions   = ["s3:*"]
            resources = [k.k.arn, "*"]
          }
          override_policy_documents = [jsonencode({ Statement = [{ Sid = "Extra", Effect = "Allow", Action = ["b:x", "c:y"], Resource = "*" }] })]
        }
        resource "k" "k" {}
        resource "p" "p" {
          base = data.aws_iam_policy_document.base.json
          mini = data.aws_iam_policy_document.base.minified_json
          all  = data.aws_iam_policy_document.all.json
        }
    "#);
    let expected = concat!(
        "{\"Version\":\"2012-10-17\",\"Statement\":[",
        "{\"Sid\":\"Read\",\"Effect\":\"Allow\",\"Action\":[\"s3:ListBucket\",\"s3:GetObject\"],",
        "\"Resource\":\"arn:aws:s3:::b/${aws:username}/*\"},",
        "{\"Effect\":\"Deny\",\"NotAction\":\"iam:*\",\"Resource\":\"*\",",
        "\"Principal\":{\"AWS\":[\"444455556666\",\"111122223333\"]},",
        "\"Condition\":{\"StringLike\":{\"aws:PrincipalArn\":[\"a*\",\"b*\"]}}}]}"
    );
    assert_eq!(attribute(&found, "p.p", "mini"), json!(expected));
    let pretty = attribute(&found, "p.p", "base");
    assert!(
        pretty
            .as_str()
            .unwrap()
            .starts_with("{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Sid\"")
    );
    let all = attribute(&found, "p.p", "all");
    let statements = all["json"]["Statement"].as_array().unwrap();
    assert_eq!(statements.len(), 3);
    assert_eq!(statements[0]["Action"], json!("s3:*"));
    assert_eq!(statements[0]["Resource"][0], json!("*"));
    assert!(statements[0]["Resource"][1]["unknown"].as_str().unwrap().contains("k.k.arn"));
    assert_eq!(statements[1]["NotAction"], json!("iam:*"));
    assert_eq!(statements[2]["Action"], json!(["c:y", "b:x"]));
}

#[test]
fn providers_are_found_through_modules() {
    let (found, _) = evaluate(&[
        (
            "m/main.tf",
            "terraform {\n  required_providers {\n    aws = { source = \"hashicorp/aws\" }\n    dd = { source = \"DataDog/datadog\" }\n  }\n}\n\
             provider \"aws\" { region = \"eu-west-1\" }\nprovider \"aws\" {\n  alias = \"us\"\n  region = \"us-east-1\"\n}\n\
             module \"m\" {\n  source = \"./sub\"\n  providers = { aws.other = aws.us }\n}\nresource \"dd_x\" \"y\" {}\n",
        ),
        ("m/sub/main.tf", "resource \"aws_a\" \"one\" {}\nresource \"aws_a\" \"two\" {\n  provider = aws.other\n}\n"),
    ]);
    let region = |address: &str| {
        let configuration = resource(&found, address).provider.configuration?;
        Some(shown(&found.providers[configuration].attributes["region"].value, false))
    };
    assert_eq!(region("module.m.aws_a.one"), Some(json!("eu-west-1")));
    assert_eq!(region("module.m.aws_a.two"), Some(json!("us-east-1")));
    assert_eq!(region("dd_x.y"), None);
    assert_eq!(&*resource(&found, "dd_x.y").provider.source, "DataDog/datadog");
}

#[test]
fn secrets_are_never_shown() {
    let found = one(r#"
        variable "password" {
          default   = "hunter2"
          sensitive = true
        }
        resource "db" "x" {
          password = var.password
          url      = "postgres://app:${var.password}@host"
          object   = { inner = [var.password] }
          json     = jsonencode({ key = var.password })
        }
    "#);
    let text = format!("{:?}", found.resources);
    assert!(!text.contains("hunter2"), "{text}");
    assert!(text.contains("(sensitive)"));
}

#[test]
fn files_of_the_module_are_read_and_no_others() {
    let main = r#"
        output "text" { value = file("${path.module}/data/x.txt") }
        output "rendered" { value = templatefile("${path.module}/t.tpl", { names = ["a", "b"] }) }
        output "found" { value = fileset(path.module, "data/*.txt") }
        output "there" { value = [fileexists("data/x.txt"), fileexists("nope")] }
        output "hash" { value = filemd5("data/x.txt") }
        output "outside" { value = file("../secret.txt") }
        output "absent" { value = try(file("nope"), "fallback") }
    "#;
    let (found, _) = evaluate(&[
        ("m/main.tf", main),
        ("m/data/x.txt", "hello"),
        ("m/data/y.txt", ""),
        ("m/t.tpl", "%{ for n in names ~}\n- ${n}\n%{ endfor ~}\n"),
        ("secret.txt", "s"),
    ]);
    let output = |name: &str| shown(&found.outputs.iter().find(|output| &*output.name == name).unwrap().value, false);
    assert_eq!(output("text"), json!("hello"));
    assert_eq!(output("rendered"), json!("- a\n- b\n"));
    assert_eq!(output("found"), json!(["data/x.txt", "data/y.txt"]));
    assert_eq!(output("there"), json!([true, false]));
    assert_eq!(output("hash"), json!("5d41402abc4b2a76b9719d911017c592"));
    assert!(output("outside")["unknown"].as_str().unwrap().contains("outside of the module"));
    assert_eq!(output("absent"), json!("fallback"));
}

#[test]
fn attributes_know_their_own_place() {
    let (found, sources) = evaluate(&[(
        "m/main.tf",
        "resource \"a_b\" \"x\" {\n  name = \"ü\"\n  rule {\n    port = 22\n  }\n  list = [\n    1,\n    {\n      deep = true\n    },\n  ]\n}\n",
    )]);
    let at = |place| sources.describe(place);
    let x = resource(&found, "a_b.x");
    assert_eq!(at(x.span.place()), "m/main.tf:1:1");
    assert_eq!(at(x.attributes["name"].span.place()), "m/main.tf:2:10");
    assert_eq!(at(x.attributes["rule"].span.place()), "m/main.tf:3:3");
    let rule = x.attributes["rule"].value.as_items().unwrap().get(0).unwrap().clone();
    assert_eq!(at(rule.as_entries().unwrap().get("port").unwrap().origin.unwrap()), "m/main.tf:4:12");
    let list = x.attributes["list"].value.as_items().unwrap().clone();
    let deep = list.get(1).unwrap().as_entries().unwrap().get("deep").unwrap().clone();
    assert_eq!(at(deep.origin.unwrap()), "m/main.tf:9:14");
}

#[test]
fn heredocs_and_directives_are_written_as_terraform_writes_them() {
    let text = "locals { on = true }\noutput \"a\" {\n  value = <<-EOT\n    one\n      two ${1 + 1}\n\n    %{ if local.on }yes%{ endif }\n  EOT\n}\noutput \"b\" {\n  value = <<EOT\n  a $${x}\nEOT\n}\n";
    let found = outputs(text);
    assert_eq!(found[0].1, json!("one\n  two 2\n\nyes\n"));
    assert_eq!(found[1].1, json!("  a ${x}\n"));
}

#[test]
fn data_sources_are_unknown_but_for_their_arguments() {
    let found = one(r#"
        data "aws_ami" "x" {
          owners = ["self"]
        }
        resource "i" "i" {
          ami   = data.aws_ami.x.id
          owner = data.aws_ami.x.owners[0]
          now   = timestamp()
          mine  = provider::aws::arn_parse("x")
        }
    "#);
    assert_eq!(resource(&found, "data.aws_ami.x").mode, Mode::Data);
    assert_eq!(reason(&found, "i.i", "ami"), "`data.aws_ami.x.id` is read from the provider");
    assert_eq!(attribute(&found, "i.i", "owner"), json!("self"));
    assert!(reason(&found, "i.i", "now").contains("`timestamp` is not known before Terraform runs"));
    assert!(reason(&found, "i.i", "mine").contains("provider::aws::arn_parse"));
}

#[test]
fn roots_are_the_folders_that_nobody_calls() {
    let roots = |texts: &[(&str, &str)]| {
        let mut files = tickmark_source::MemoryFiles::new();
        let mut sources = tickmark_source::Sources::new();
        let mut read = Vec::new();
        for (path, text) in texts {
            files.insert(*path, text.as_bytes().to_vec());
            let bytes = tickmark_source::FileBytes::from(text.as_bytes().to_vec());
            let file = sources.add(*path, bytes.clone());
            read.push(tickmark_hcl::ReadFile { path: (*path).to_owned(), file, bytes });
        }
        let forest = Tree::load_all(&files, &mut sources, read, Some("r"), &std::collections::BTreeSet::new());
        assert!(forest.diagnostics.is_empty());
        // Nothing was read a second time.
        assert_eq!(sources.len(), texts.len());
        forest.trees.iter().map(|tree| tree.folder().to_owned()).collect::<Vec<_>>()
    };
    let found = roots(&[
        ("r/live/prod/main.tf", "module \"a\" {\n  source = \"../../modules/a\"\n}"),
        ("r/live/dev/main.tf", "module \"a\" { source   = \"../../modules/a\" }"),
        ("r/modules/a/main.tf", "module \"b\" { source = \"./b\" }"),
        ("r/modules/a/b/main.tf", "resource \"a_b\" \"c\" {}"),
    ]);
    assert_eq!(found, ["r/live/dev", "r/live/prod"]);
    // Modules that nobody but themselves call are not lost.
    let found = roots(&[
        ("r/a/main.tf", "module \"b\" { source = \"../b\" }"),
        ("r/b/main.tf", "module \"a\" { source = \"../a\" }"),
        ("r/c/main.tf", "module \"c\" { source = \"./\" }"),
    ]);
    assert_eq!(found, ["r/c", "r/a"]);
}

#[test]
fn literal_policies_keep_what_is_known_of_them() {
    let found = one(
        "resource \"k\" \"k\" {}\nresource \"p\" \"p\" {\n  policy = <<EOF\n{ \"Statement\": [{ \"Action\": \"s3:*\",\n  \"Resource\": [\"${k.k.arn}/*\", \"x\"], \"Principal\": ${jsonencode(k.k.who)} }] }\nEOF\n  plain = \"text\"\n}\n",
    );
    let policy = &resource(&found, "p.p").attributes["policy"].value;
    let document = shown(&policy.document().unwrap(), false);
    let statement = &document["Statement"][0];
    assert_eq!(statement["Action"], json!("s3:*"));
    assert_eq!(statement["Resource"][0]["pieces"][1], json!("/*"));
    assert_eq!(statement["Resource"][1], json!("x"));
    assert_eq!(statement["Principal"]["unknown"], json!("`k.k.who` is not known before apply"));
    assert!(resource(&found, "p.p").attributes["plain"].value.document().is_none());
}
