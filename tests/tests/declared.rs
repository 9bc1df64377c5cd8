//! Templates and manifests as a user meets them: a folder in which everything is mixed is read in one go.

use std::path::Path;

use serde_json::Value;
use tickmark_tests::files::write;
use tickmark_tests::{Outcome, tickmark};

const CONTROLS: &str = r#"entity vendor { key name  name text  critical bool }

control X-1 "Vendors" { cites CC9.2  every vendor: critical exists }
control X-2 "Buckets of Terraform" { cites CC6.1  every aws_s3_bucket: bucket starts with "acme-" }
control X-3 "Buckets of CloudFormation" { cites CC6.1  every cfn_s3_bucket has cfn_kms_key }
control X-4 "Workloads" {
  cites CC6.1
  every k8s_workload w: no container c in w.containers: c.security_context.privileged else false
    otherwise "{address} runs a privileged container"
}
control X-5 "Services lead somewhere" { cites A1.2  every k8s_service has k8s_workload }
control X-6 "Buckets have a name that is known" { cites CC6.1  every cfn_s3_bucket: bucket_name starts with "acme-" }
"#;

const TEMPLATE: &str = r#"Parameters:
  Env: { Type: String }
Resources:
  Key: { Type: AWS::KMS::Key }
  Good:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: acme-good
      BucketEncryption: { ServerSideEncryptionConfiguration: [ { ServerSideEncryptionByDefault: { KMSMasterKeyID: !Ref Key } } ] }
  Bad:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub "${Env}-bad"
"#;

const MANIFEST: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: nginx
          securityContext:
            privileged: true
"#;

/// A repository with a bit of everything, and with much that is none of the auditor's business.
fn mixed() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    write(here, "controls/x.tick", CONTROLS);
    write(here, "infra/stacks/data.yaml", TEMPLATE);
    write(here, "infra/k8s/web.yaml", MANIFEST);
    write(
        here,
        "infra/k8s/service.json",
        r#"{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"selector":{"app":"web"}}}"#,
    );
    write(here, "infra/main.tf", "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"acme-b\"\n}\n");
    write(here, "infra/vendors.yaml", "vendor:\n- { name: Acme, critical: true }\n");
    let stranger = "vendor:\n- { name: Stranger }\n";
    for name in [
        ".git/x.yaml",
        ".terraform/modules/x.yaml",
        "node_modules/p/x.yaml",
        "k8s/node_modules/p/x.yaml",
        "build/x.yaml",
    ] {
        write(here, &format!("infra/{name}"), stranger);
    }
    write(here, "infra/.gitignore", "build/\n");
    folder
}

fn check(folder: &Path, more: &[&str]) -> Outcome {
    let (facts, controls) = (folder.join("infra"), folder.join("controls"));
    let (facts, controls) = (facts.display().to_string(), controls.display().to_string());
    let arguments: Vec<&str> =
        ["check", &facts, "--controls", &controls, "--as-of", "2026-06-30"].iter().chain(more).copied().collect();
    tickmark(&arguments)
}

#[test]
fn a_folder_with_everything_is_read_in_one_go() {
    let folder = mixed();
    let outcome = check(folder.path(), &["--format", "json"]);
    assert_eq!(outcome.err, "");
    let json = outcome.json();
    let judged = outcome.judged();
    let verdicts: Vec<String> =
        judged.iter().map(|one| format!("{} {} {}", one.control, one.id, one.verdict)).collect();
    assert_eq!(
        verdicts,
        [
            "X-1 Acme pass",
            "X-2 aws_s3_bucket.b pass",
            "X-3 Bad fail",
            "X-3 Good pass",
            "X-4 default/Deployment/web fail",
            "X-5 default/web pass",
            "X-6 Bad unknown",
            "X-6 Good pass",
        ],
        "what lies in .git, .terraform, node_modules and ignored folders is not read"
    );
    let mut kinds: Vec<&str> =
        json["sources"].as_array().unwrap().iter().map(|source| source["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["cloudformation", "kubernetes", "kubernetes", "terraform-config", "yaml"]);
}

#[test]
fn findings_stand_on_the_line_of_the_value() {
    let folder = mixed();
    let outcome = check(folder.path(), &["--only", "X-4", "--only", "X-6", "--format", "sarif"]);
    let log = outcome.json();
    let found: Vec<(&str, u64)> = log["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let location = &one["locations"][0]["physicalLocation"];
            let uri = location["artifactLocation"]["uri"].as_str().unwrap();
            (uri.rsplit('/').next().unwrap(), location["region"]["startLine"].as_u64().unwrap())
        })
        .collect();
    let line = |text: &str, part: &str| text.lines().position(|line| line.contains(part)).unwrap() as u64 + 1;
    assert_eq!(found[0], ("web.yaml", line(MANIFEST, "privileged: true")));
    assert_eq!(found[1].0, "data.yaml");
    let text = log["runs"][0]["results"][1]["message"]["text"].as_str().unwrap();
    assert!(text.contains("the parameter `Env` has no default"), "{text}");
    let evidence = format!("data.yaml:{}:", line(TEMPLATE, "-bad"));
    assert!(text.contains(&evidence), "at the expression: {text}");
}

#[test]
fn templates_of_helm_are_named() {
    let folder = mixed();
    let text =
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n{{- if .Values.x }}\n{{- end }}\n";
    write(folder.path(), "infra/chart/templates/service.yaml", text);
    let outcome = check(folder.path(), &["--only", "X-1"]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    assert!(
        outcome.err.contains("helm template") && outcome.err.contains("chart/templates/service.yaml"),
        "{}",
        outcome.err
    );
    let named = folder.path().join("infra/chart/templates/service.yaml").display().to_string();
    let outcome = tickmark(&["facts", &named]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.err.contains("helm template"), "{}", outcome.err);
}

#[test]
fn a_kind_that_was_said_is_held_to() {
    let folder = mixed();
    for (kind, name, code) in [
        ("kubernetes", "k8s/web.yaml", 0),
        ("cloudformation", "stacks/data.yaml", 0),
        ("kubernetes", "stacks/data.yaml", 2),
        ("cloudformation", "k8s/web.yaml", 2),
    ] {
        let argument = format!("{kind}={}", folder.path().join("infra").join(name).display());
        assert_eq!(tickmark(&["facts", &argument]).code, code, "{argument}");
    }
}

#[test]
fn any_number_of_threads_reads_the_same() {
    let folder = mixed();
    let documents: Vec<Value> =
        ["1", "8"].iter().map(|jobs| check(folder.path(), &["--format", "json", "--jobs", jobs]).json()).collect();
    assert_eq!(documents[0], documents[1]);
}
