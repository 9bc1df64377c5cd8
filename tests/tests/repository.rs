//! A whole repository as a source: of what lies in it, exports are read, the rest is in nobody's way.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;

use tickmark_tests::files::write;
use tickmark_tests::{Outcome, tickmark};

const TEMPLATE: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Endpoint:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      PolicyDocument: '{
        \"Statement\": [{
          \"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": [\"s3:Get*\"], \"Resource\": [\"*\"]
        }]
      }'
      VpcId: vpc-1
  Bucket:
    Type: AWS::S3::Bucket
";

fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files: [(&str, &[u8]); 11] = [
        (".git/config", b""),
        ("infra/main.tf", b"resource \"aws_s3_bucket\" \"logs\" {\n  bucket = \"logs\"\n}\n"),
        ("infra/user_data.tpl", b"a: [\n%{ if x }\n%{ endif ~}\n"),
        ("cfn/network.yaml", TEMPLATE.as_bytes()),
        ("k8s/pod.yaml", b"apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec: {containers: []}\n"),
        ("notebooks/train.ipynb", b"{\"cells\": [ \"cut"),
        ("docs/logo.png", b"\x89PNG\r\n\x1a\n\x00\xff"),
        ("LICENSE", b"Apache License\n"),
        ("README.md", b"# A repository\n"),
        ("plans/plan.log", b"Terraform will perform\n{\"format_version\": \"1.2\", \"resource_changes\": []}\n"),
        ("package.json", b"{\"name\": \"app\"}"),
    ];
    for (name, bytes) in files {
        write(folder.path(), name, bytes);
    }
    folder
}

fn check(folder: &Path) -> Outcome {
    let packs = ["--pack", "terraform-aws", "--pack", "cloudformation", "--pack", "kubernetes"];
    let mut arguments = vec!["check", folder.to_str().unwrap(), "--as-of", "2026-06-30", "--format", "json"];
    arguments.extend(packs);
    tickmark(&arguments)
}

/// The paths of the sources that were read, below the folder.
fn sources(outcome: &Outcome, folder: &Path) -> Vec<String> {
    let results = outcome.json();
    let paths = results["sources"].as_array().unwrap().iter().map(|source| source["path"].as_str().unwrap());
    let root = format!("{}/", folder.to_string_lossy());
    paths.map(|path| path.strip_prefix(&root).unwrap_or(path).to_owned()).collect()
}

#[test]
fn exports_are_read_and_the_rest_is_in_nobodys_way() {
    let folder = repository();
    let outcome = check(folder.path());
    assert_eq!(outcome.code, 1, "{}", outcome.err);
    let mut read = sources(&outcome, folder.path());
    read.sort();
    assert_eq!(read, ["cfn/network.yaml", "infra", "k8s/pod.yaml", "plans/plan.log"]);
    // Only what is called data and is no export is told of.
    assert!(outcome.err.contains("package.json"), "{}", outcome.err);
    for silent in ["train.ipynb", "logo.png", "LICENSE", "README", "user_data.tpl"] {
        assert!(!outcome.err.contains(silent), "{silent}: {}", outcome.err);
    }
}

/// CloudFormation and PyYAML let lines of a quoted text stand no deeper than its key; a real template of AWS has such.
#[test]
fn a_shallow_quoted_text_is_read_and_lines_stay() {
    let folder = repository();
    let outcome = check(folder.path());
    let results = outcome.json();
    let controls = results["controls"].as_array().unwrap();
    let subjects = controls.iter().flat_map(|control| control["subjects"].as_array().unwrap());
    let bucket = subjects.clone().find(|subject| subject["id"].as_str().unwrap().ends_with("Bucket")).unwrap();
    assert!(bucket.to_string().contains("\"line\":13"), "{bucket}");
}

#[test]
fn a_broken_export_ends_the_run_unless_it_is_left_out() {
    let folder = repository();
    write(folder.path(), "exports/models.json", b"{\"model\": [{\"name\": ");
    let broken = check(folder.path());
    assert_eq!((broken.code, broken.out.as_str()), (2, ""));
    assert!(broken.err.contains("exports/models.json:1:") && broken.err.contains(".tickmarkignore"), "{}", broken.err);
    write(folder.path(), ".tickmarkignore", b"exports/\n");
    assert_eq!(check(folder.path()).code, 1);
}
