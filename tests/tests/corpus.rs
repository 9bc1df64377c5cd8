//! Real exports of the shared corpus, with answers that were worked out by hand from the files.

#[path = "corpus/counts.rs"]
mod counts;
#[path = "corpus/iam.rs"]
mod iam;
#[path = "corpus/traps.rs"]
mod traps;
#[path = "corpus/whole.rs"]
mod whole;

use serde_json::Value;
use tickmark_tests::corpus;
use tickmark_tests::judged::{check, expect};

const TERRAFORM: &str = r#"
control TF-1 "encryption" { cites CC6.1  every aws_s3_bucket has aws_s3_bucket_server_side_encryption_configuration }
control TF-2 "versioning belongs to a bucket" { cites CC6.1  every aws_s3_bucket_versioning has aws_s3_bucket }
control TF-3 "public access block" { cites CC6.1
  every aws_s3_bucket has aws_s3_bucket_public_access_block where block_public_acls == true and restrict_public_buckets == true }
control TF-4 "versioning is on" { cites CC6.1
  every aws_s3_bucket has aws_s3_bucket_versioning v where v.versioning_configuration.status contains "Enabled" }
control TF-5 "encrypted with our keys" { cites CC6.1
  every aws_s3_bucket_server_side_encryption_configuration c:
    some rule r in c.rule: r.apply_server_side_encryption_by_default.sse_algorithm contains "aws:kms" }
control TF-6 "databases" { cites CC6.1  every aws_db_instance: storage_encrypted == true and publicly_accessible == false }
control TF-7 "no open ssh" { cites CC6.6
  no aws_security_group g: some ingress i in g.ingress: i.from_port <= 22 and i.to_port >= 22 and i.cidr_blocks contains "0.0.0.0/0" }
control TF-8 "classified" { cites CC2.1  every aws_s3_bucket: tags["data-classification"] in ["internal", "confidential"] }
control TF-9 "rotation" { cites CC6.1  every aws_kms_key is enable_key_rotation }
control TF-10 "notebooks are closed" { cites CC6.6  no aws_sagemaker_notebook_instance: direct_internet_access == "Enabled" }
control TF-11 "a password is there and not shown" { cites CC6.1  every aws_db_instance: password exists }
control TF-12 "log groups" { cites CC7.2  every aws_cloudwatch_log_group: retention_in_days >= 365 }
"#;

#[test]
fn a_plan_is_judged_as_by_hand() {
    let Some(corpus) = corpus() else { return };
    let plan = corpus.join("terraform/own/brightloom_aws/plan-1-create.json");
    let outcome = check(&[&plan], TERRAFORM, "json");
    assert_eq!(outcome.code, 1, "{}", outcome.err);
    let encryption = |name: &str| format!("module.{name}.aws_s3_bucket_server_side_encryption_configuration.this");
    let kms_unknown = [encryption("bucket[\"artifacts\"]"), encryption("bucket[\"training\"]")];
    let aes = [encryption("bucket[\"eval\"]"), encryption("bucket[\"scratch\"]"), encryption("logs")];
    expect(
        &outcome,
        &[
            ("TF-1", "pass", &[]),
            ("TF-2", "pass", &[]),
            ("TF-3", "fail", &[("module.bucket[\"scratch\"].aws_s3_bucket.this", "fail")]),
            ("TF-4", "fail", &[("module.bucket[\"scratch\"].aws_s3_bucket.this", "fail")]),
            (
                "TF-5",
                "fail",
                &[
                    (&kms_unknown[0], "unknown"),
                    (&kms_unknown[1], "unknown"),
                    (&aes[0], "fail"),
                    (&aes[1], "fail"),
                    (&aes[2], "fail"),
                ],
            ),
            ("TF-6", "pass", &[]),
            ("TF-7", "fail", &[("aws_security_group.serving", "fail")]),
            ("TF-8", "fail", &[("module.bucket[\"training\"].aws_s3_bucket.this", "fail")]),
            ("TF-9", "fail", &[("aws_kms_key.legacy[0]", "fail"), ("aws_kms_key.legacy[1]", "fail")]),
            ("TF-10", "fail", &[("aws_sagemaker_notebook_instance.explore", "fail")]),
            ("TF-11", "pass", &[]),
            ("TF-12", "skipped", &[]),
        ],
    );
    assert!(!outcome.out.contains("not-a-real-password"), "a sensitive value was printed");
}

const MLFLOW: &str = r#"
control ML-1 "approved and tested" { cites CC8.1  every prod model has approval and memorization test }
control ML-2 "runs know their commit" { cites CC8.1
  every mlflow_model_version v where v.run_id exists: v.run.tags["mlflow.source.git.commit"] exists }
control ML-3 "inputs have digests" { cites CC8.1  every dataset_input of mlflow_run: digest exists }
control ML-4 "runs finished" { cites CC8.1  every mlflow_run: status == "FINISHED" }
"#;

#[test]
fn a_registry_is_judged_as_by_hand() {
    let Some(corpus) = corpus() else { return };
    let outcome = check(&[&corpus.join("mlflow/brightloom")], MLFLOW, "json");
    assert_eq!(outcome.code, 1, "{}", outcome.err);
    expect(
        &outcome,
        &[
            ("ML-1", "fail", &[("churn@1", "fail"), ("embedding multilingual@1", "fail")]),
            (
                "ML-2",
                "fail",
                &[
                    ("churn@1", "fail"),
                    ("embedding multilingual@1", "fail"),
                    ("support-summarizer@1", "fail"),
                    ("support-summarizer@2", "fail"),
                    ("support-summarizer@3", "fail"),
                    ("tiny@1", "fail"),
                ],
            ),
            ("ML-3", "pass", &[]),
            ("ML-4", "fail", &[("7071fc61a4ae4d2f9f437e0de22e3ea1", "fail")]),
        ],
    );
    assert_eq!(outcome.control("ML-1")["counts"]["in_scope"], 4);
    assert_eq!(outcome.control("ML-2")["counts"]["in_scope"], 29);
    assert_eq!(outcome.control("ML-3")["counts"]["in_scope"], 51);
}

/// Every plan and state of the corpus is read, and none makes the command stumble.
#[test]
fn every_plan_and_state_is_read() {
    let Some(corpus) = corpus() else { return };
    let controls = "control ANY-1 \"any\" { cites CC6.1  every tf_resource: type exists and address exists }\n";
    let mut read = 0;
    for entry in walkdir::WalkDir::new(corpus.join("terraform")).sort_by_file_name().into_iter().filter_map(Result::ok)
    {
        let path = entry.path().to_string_lossy().into_owned();
        let of_a_run =
            path.contains("/plans/") || path.contains("/states/") || path.contains("plan-") || path.contains("state-");
        if !entry.file_type().is_file() || !of_a_run || path.ends_with("MANIFEST.json") {
            continue;
        }
        let outcome = check(&[entry.path()], controls, "json");
        read += 1;
        // One of the states is there because it is broken JSON.
        let broken = serde_json::from_slice::<Value>(&std::fs::read(entry.path()).unwrap()).is_err()
            && path.ends_with("invalid.tfstate");
        assert_eq!(outcome.code == 2, broken, "{path}: {}", outcome.err);
    }
    assert!(read > 200, "only {read} files were found");
}
