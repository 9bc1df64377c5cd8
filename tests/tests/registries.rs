//! Registries and lineage as controls see them: exports of many systems, led to the vocabulary by the library's maps, judged as
//! worked out by hand from the files.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::path::Path;

use tickmark_tests::judged::{check, check_each, check_in, expect};
use tickmark_tests::{corpus, root};

/// A file of true shape that the importer's tests have too.
#[expect(clippy::disallowed_methods, reason = "a test reads fixtures from disk")]
fn fixture(name: &str) -> String {
    std::fs::read_to_string(root().join("crates/import/tests/registries").join(name)).unwrap()
}

/// The same for every registry: what is in production is approved, by somebody else, before it went live, and tested.
const RELEASE: &str = r#"
control R-1 "approved" { cites CC8.1  every prod model has approval }
control R-2 "in time" { cites CC8.1
  every prod model: every deployment d in deployments: some approval a in approvals: a.decided_at before d.went_live_at }
control R-3 "tested" { cites CC8.1  every prod model has passed memorization test }
control R-4 "by somebody else" { cites CC8.1
  every model where count(approvals) >= 1: every approval a in approvals: a is independent }
control R-5 "logged" { cites CC7.2  every endpoint where environment == "production" is logs_requests }
"#;

#[test]
fn sagemaker_is_judged_as_by_hand() {
    let Some(corpus) = corpus() else { return };
    let outcome = check(&[&corpus.join("aws/brightloom/sagemaker")], RELEASE, "json");
    // By hand: three endpoints have the tag env=prod, and lead to fraud-scorer 3 and 4 and support-summarizer 2. Version 4 waits for
    // its approval; the summarizer was approved on 20 October and is live since the 15th, and repeats 8% of what was planted. Its
    // version 1 was approved by its author, and nobody knows by whom churn 1 was. Its endpoint captures no data.
    expect(
        &outcome,
        &[
            ("R-1", "fail", &[("fraud-scorer@4", "fail")]),
            ("R-2", "fail", &[("fraud-scorer@4", "fail"), ("support-summarizer@2", "fail")]),
            ("R-3", "fail", &[("support-summarizer@2", "fail")]),
            ("R-4", "fail", &[("churn@1", "unknown"), ("support-summarizer@1", "fail")]),
            ("R-5", "fail", &[("summarizer-prod", "fail")]),
        ],
    );
    let counts = &outcome.control("R-1")["counts"];
    assert_eq!((&counts["records"], &counts["in_scope"]), (&8.into(), &3.into()));
}

#[test]
fn without_the_answers_that_lead_from_endpoint_to_package_nothing_passes() {
    let Some(corpus) = corpus() else { return };
    let sagemaker = corpus.join("aws/brightloom/sagemaker");
    let outcome = check(&[&sagemaker.join("model-packages"), &sagemaker.join("list-endpoints.json")], RELEASE, "json");
    // Every version may be in production: those that have an approval pass all the same.
    assert_eq!(outcome.status("R-1"), "unknown");
    let unknown = ["fraud-scorer@2 unknown", "fraud-scorer@4 unknown", "support-summarizer@3 unknown"];
    assert_eq!(outcome.not_passing("R-1"), unknown);
    assert_eq!(outcome.status("R-5"), "unknown");
}

#[test]
fn vertex_is_judged_as_by_hand() {
    let Some(corpus) = corpus() else { return };
    let outcome = check(&[&corpus.join("samples/vertex")], RELEASE, "json");
    // Both endpoints are in production: version 3 of the fraud scorer is approved by its label, at a time and by somebody that no
    // label names; version 2 of the summarizer waits; nobody says anything of churn. Only the first has the metric.
    expect(
        &outcome,
        &[
            ("R-1", "fail", &[("churn@1", "fail"), ("support-summarizer@2", "fail")]),
            ("R-2", "fail", &[("churn@1", "fail"), ("fraud-scorer@3", "unknown"), ("support-summarizer@2", "fail")]),
            ("R-3", "fail", &[("churn@1", "fail"), ("support-summarizer@2", "fail")]),
            ("R-4", "unknown", &[("fraud-scorer@3", "unknown")]),
            ("R-5", "fail", &[("projects/brightloom-ml/locations/europe-west4/endpoints/2234567890", "fail")]),
        ],
    );
}

#[test]
fn weights_and_biases_is_judged_as_by_hand() {
    let Some(corpus) = corpus() else { return };
    let controls = r#"
control R-1 "approved" { cites CC8.1  every prod model has approval }
control R-3 "tested" { cites CC8.1  every prod model has passed memorization test }
control W-1 "live since" { cites CC8.1  every deployment: went_live_at exists }
control W-2 "data" { cites CC8.1  every dataset_version: frozen == true and digest exists }
"#;
    let outcome = check(&[&corpus.join("samples/wandb")], controls, "json");
    expect(
        &outcome,
        &[
            ("R-1", "pass", &[]),
            ("R-3", "fail", &[("support-summarizer@1", "fail")]),
            ("W-1", "fail", &[("QXJ0aWZhY3RN0000", "fail"), ("QXJ0aWZhY3RN0002", "fail")]),
            ("W-2", "pass", &[]),
        ],
    );
}

#[test]
fn azure_ml_is_judged_as_by_hand() {
    let names = [
        "azure-rest-models.page0.json",
        "azure-rest-models.page1.json",
        "azure-cli-models.json",
        "azure-rest-endpoints.json",
        "azure-cli-endpoints.json",
        "azure-rest-deployments.json",
        "azure-rest-jobs.json",
    ];
    let files = names.map(|name| (name, fixture(name)));
    let controls = r#"
control R-1 "approved" { cites CC8.1  every prod model: some approval a in approvals: a.approver != author }
control R-2 "in time" { cites CC8.1
  every prod model: every deployment d in deployments: some approval a in approvals: a.decided_at before d.went_live_at }
control R-3 "tested" { cites CC8.1  every prod model has passed memorization test }
control A-1 "known" { cites CC8.1  every model has author }
control A-2 "closed" { cites CC6.6  every endpoint: exposure == "internal" and auth == "token" }
control A-3 "served" { cites CC8.1  every endpoint where environment == "production" has serves }
"#;
    let outcome = check_each(&files, controls, "json");
    let base = "/subscriptions/0000/resourceGroups/ml/providers/Microsoft.MachineLearningServices/workspaces/bright";
    expect(
        &outcome,
        &[
            ("R-1", "pass", &[]),
            ("R-2", "pass", &[]),
            ("R-3", "pass", &[]),
            ("A-1", "pass", &[]),
            ("A-2", "fail", &[(&format!("{base}/onlineEndpoints/churn"), "fail")]),
            ("A-3", "pass", &[]),
        ],
    );
}

#[test]
fn the_lineage_of_sagemaker_is_judged_as_by_hand() {
    let names = [
        "sagemaker-artifact.json",
        "sagemaker-associations.json",
        "sagemaker-training-job.json",
        "sagemaker-action.json",
        "sagemaker-package.json",
    ];
    let files = names.map(|name| (name, fixture(name)));
    let controls = r#"
control L-1 "data" { cites CC8.1  every training_run: some dataset_version d in used:
    "{d.dataset}" == "s3://brightloom-training-data/tickets/clean" and d.digest == "v1" }
control L-2 "code" { cites CC8.1  every training_run has code }
control L-3 "of the model" { cites CC8.1  every model: training.status == "finished" }
# The package waits for its approval by hand, as its answer says; the action says that it got one.
control L-4 "approved" { cites CC8.1  every model: some approval a in approvals: a.approver == "erin.walsh" and a.approver != author }
"#;
    let outcome = check_each(&files, controls, "json");
    expect(&outcome, &[("L-1", "pass", &[]), ("L-2", "pass", &[]), ("L-3", "pass", &[]), ("L-4", "pass", &[])]);
}

#[test]
fn dvc_and_openlineage_are_judged_as_by_hand() {
    let Some(corpus) = corpus() else { return };
    let controls = r#"
control D-1 "from the raw data" { cites CC8.1
  every dataset_version d where "{d.dataset}" == "data/train.csv": some dataset_version s in d.derived_from*: "{s.dataset}" == "data/raw.csv" }
control D-2 "frozen" { cites CC8.1  every dataset_version: frozen == true }
control D-3 "trained on data" { cites CC8.1  every training_run has used and is params_recorded }
"#;
    let outcome = check(&[Path::new(&format!("dvc={}", corpus.join("lineage/dvc").display()))], controls, "json");
    expect(&outcome, &[("D-1", "pass", &[]), ("D-2", "pass", &[]), ("D-3", "pass", &[])]);
    let controls = r#"
control O-1 "ended well" { cites CC8.1  every pipeline_run is success }
control O-2 "what a run read is versioned" { cites CC8.1  every training_run: every dataset_version d in used: d.digest exists }
control O-3 "back to the source" { cites CC8.1
  every training_run: every dataset_version d in used.derived_from*: d.digest exists }
"#;
    let outcome = check(&[&corpus.join("lineage/openlineage")], controls, "json");
    // The tickets come out of a database whose state nobody told: what was made from them leads to something unknown.
    assert_eq!(outcome.status("O-3"), "unknown", "{}", outcome.out);
    assert_eq!(outcome.status("O-2"), "pass", "{}", outcome.out);
}

#[test]
fn cards_and_bills_are_judged_as_by_hand() {
    let Some(corpus) = corpus() else { return };
    let controls = r#"
control B-1 "who made it" { cites CC9.2  every model: supplier exists }
control B-2 "public" { cites C1.1  every dataset: classification == "public" and contains_personal == false }
control B-3 "known by its hash" { cites CC8.1  every dataset_version:
    digest == "sha256:434d75c84cf86456c16193dbc53beef31eb63f3387425882ddb2ef6acb9d472c" }
control B-4 "licence" { cites CC9.2  every data_source: licence exists }
"#;
    let card = corpus.join("samples/model_cards/hub_fixtures/sample_datasetcard_simple.md");
    let facts = [corpus.join("samples/cyclonedx/valid-machine-learning-1.6.json"), corpus.join("samples/spdx3")];
    let outcome = check(&[&facts[0], &facts[1], &card], controls, "json");
    expect(&outcome, &[("B-1", "pass", &[]), ("B-2", "pass", &[]), ("B-3", "pass", &[]), ("B-4", "pass", &[])]);
}

/// Two systems that tell of one state of a data set tell of one record; where they disagree, both are named.
#[test]
fn two_tellers_of_one_lineage_are_one_and_their_contradictions_are_named() {
    let events = r#"{"eventType": "COMPLETE", "eventTime": "2026-05-29T01:20:00Z", "run": {"runId": "r1"}, "job": {"namespace": "ml", "name": "clean"}, "inputs": [{"namespace": "s3://b", "name": "raw", "facets": {"version": {"datasetVersion": "v1"}}}], "outputs": [{"namespace": "s3://b", "name": "clean", "facets": {"version": {"datasetVersion": "d7"}}, "outputFacets": {"outputStatistics": {"rowCount": ROWS}}}]}
"#;
    let runs = r#"{"runs": [{"info": {"run_id": "t1", "status": "FINISHED"}, "inputs": {"dataset_inputs": [
  {"dataset": {"name": "s3://b/clean", "digest": "d7",
    "profile": "{\"num_rows\": 12}"}}]}}]}"#;
    let controls = r#"
control C-1 "one record" { cites CC8.1  exactly 1 dataset_version d in all where "{d.dataset}" == "s3://b/clean" }
control C-2 "rows" { cites CC8.1  every dataset_version d where "{d.dataset}" == "s3://b/clean": rows == 12 }
control C-3 "whole" { cites CC8.1
  every training_run: some dataset_version d in used.derived_from*: "{d.dataset}" == "s3://b/raw" }
"#;
    let agree = events.replace("ROWS", "12");
    let outcome = check_each(&[("events.ndjson", agree.as_str()), ("runs.json", runs)], controls, "json");
    expect(&outcome, &[("C-1", "pass", &[]), ("C-2", "pass", &[]), ("C-3", "pass", &[])]);
    let differ = events.replace("ROWS", "13");
    let files = [("events.ndjson", differ.as_str()), ("runs.json", runs)];
    let outcome = check_each(&files, controls, "json");
    expect(
        &outcome,
        &[("C-1", "pass", &[]), ("C-2", "unknown", &[("s3://b/clean@d7", "unknown")]), ("C-3", "pass", &[])],
    );
    let text = check_each(&files, controls, "text");
    assert!(text.out.contains("events.ndjson:1:") && text.out.contains("runs.json:3:"), "{}\n{}", text.out, text.err);
}

#[test]
fn the_database_is_judged_as_the_answers_of_its_server() {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mlflow.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    #[expect(clippy::disallowed_methods, reason = "a test reads the corpus from disk")]
    connection
        .execute_batch(&std::fs::read_to_string(corpus.join("mlflow/brightloom/mlflow.db.sql")).unwrap())
        .unwrap();
    drop(connection);
    let server = check(&[&corpus.join("mlflow/brightloom")], RELEASE, "json");
    let database = check(&[&path], RELEASE, "json");
    assert_eq!(server.statuses(), database.statuses());
    assert_eq!(server.judged(), database.judged());
    assert!(server.statuses().iter().any(|status| status.ends_with(" fail")), "{:?}", server.statuses());
}

#[test]
fn an_account_is_judged_as_by_hand() {
    let Some(corpus) = corpus() else { return };
    let controls = r#"
control A-1 "encrypted" { cites CC6.1  every data_store is encrypted_at_rest }
control A-2 "closed" { cites CC6.1  every data_store where kind == "bucket": public == false }
control A-3 "over TLS" { cites CC6.7  every data_store where kind == "bucket" is tls_required }
control A-4 "versioned" { cites A1.2  every data_store where kind == "bucket" is versioning }
control A-5 "logged" { cites CC7.2  every data_store where kind == "bucket": access_logging == "all" }
control A-6 "no open SSH" { cites CC6.6  every network_segment: admin_open == false }
control A-7 "kept a year" { cites CC7.2  every log_sink: kept_for_ever == true or retention >= 365 days }
control A-8 "no root" { cites CC6.3  every compute_host: root_access == false }
control A-9 "keys turn" { cites CC6.1  every aws_live_key where key_usage == "ENCRYPT_DECRYPT":
    get_key_rotation_status.key_rotation_enabled == true }
"#;
    let account = corpus.join("aws/brightloom");
    let folders = ["s3", "ec2", "rds", "logs", "kms", "sagemaker/notebook-instance"].map(|folder| account.join(folder));
    let folders: Vec<&Path> = folders.iter().map(std::path::PathBuf::as_path).collect();
    let outcome = check(&folders, controls, "json");
    // By hand, from the files: two buckets have no answer about encryption, which says nothing; one volume and one database are not
    // encrypted (their ids differ from run to run of the emulator, so that they are looked up).
    let (encrypted, not_encrypted) = (outcome.subjects("A-1"), outcome.not_passing("A-1"));
    for bucket in ["brightloom-public-samples", "brightloom-scratch"] {
        assert_eq!(encrypted[bucket], "unknown");
    }
    assert_eq!(encrypted["labels-dev"], "fail");
    assert_eq!((outcome.status("A-1").as_str(), not_encrypted.len()), ("fail", 4), "{not_encrypted:?}");
    assert_eq!(outcome.not_passing("A-2"), ["brightloom-public-samples fail"]);
    assert_eq!(
        outcome.not_passing("A-4"),
        [
            "brightloom-eval-sets fail",
            "brightloom-model-artifacts fail",
            "brightloom-public-samples fail",
            "brightloom-scratch fail",
        ]
    );
    assert_eq!(outcome.not_passing("A-5").len(), 5, "{:?}", outcome.not_passing("A-5"));
    let over_tls = outcome.subjects("A-3");
    for bucket in ["brightloom-training-data", "brightloom-eval-sets"] {
        assert_eq!(over_tls[bucket], "pass", "{over_tls:?}");
    }
    let open = (outcome.status("A-6"), outcome.not_passing("A-6").len());
    assert_eq!(open, ("fail".to_owned(), 1), "the group for training is open");
    assert_eq!(outcome.status("A-7"), "pass");
    assert_eq!(outcome.not_passing("A-8"), ["ben-adhoc fail"]);
}

#[test]
fn a_schedule_watches_an_endpoint() {
    let schedule = r#"{"MonitoringScheduleArn": "arn:s", "MonitoringScheduleName": "drift", "MonitoringScheduleStatus": "Scheduled",
      "MonitoringType": "DataQuality", "CreationTime": "2026-10-03T00:00:00Z", "EndpointName": "fraud",
      "MonitoringScheduleConfig": {"MonitoringJobDefinitionName": "d", "ScheduleConfig": {"ScheduleExpression": "cron(0 * ? * * *)"}}}"#;
    let endpoint = |name: &str| {
        format!(r#"{{"EndpointName": "{name}", "EndpointArn": "arn:{name}", "EndpointStatus": "InService"}}"#)
    };
    let (one, two) = (endpoint("fraud"), endpoint("churn"));
    let controls = r#"
control D-1 "watched" { cites CC7.1  every endpoint e: some drift monitor m in all: m.watches_endpoints.id contains e.id }
"#;
    let files = [("s.json", schedule), ("one.json", one.as_str()), ("two.json", two.as_str())];
    let outcome = check_each(&files, controls, "json");
    expect(&outcome, &[("D-1", "fail", &[("churn", "fail")])]);
}

#[test]
fn what_bills_say_of_models_is_read() {
    let bill = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
      {"bom-ref": "m", "type": "machine-learning-model", "name": "llm", "version": "1.4", "publisher": "Acme",
       "hashes": [{"alg": "MD5", "content": "00"}, {"alg": "SHA-256", "content": "ab12"}],
       "components": [{"bom-ref": "d", "type": "data", "name": "web", "version": "2026-01"}]}],
      "dependencies": [{"ref": "m", "dependsOn": ["d"]}]}"#;
    let document = r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
      {"type": "Organization", "spdxId": "urn:o", "name": "Beta", "creationInfo": "_:c"},
      {"type": "ai_AIPackage", "spdxId": "urn:a", "creationInfo": "_:c", "name": "ranker", "software_packageVersion": "2",
       "suppliedBy": "urn:o", "verifiedUsing": [{"type": "Hash", "algorithm": "sha256", "hashValue": "cd34"}],
       "ai_useSensitivePersonalInformation": "no"}]}"#;
    let card = "---\nlicense: mit\npipeline_tag: text-generation\n---\n# llm\n";
    let controls = r#"
control B-1 "known" { cites CC8.1  every model m: digest exists and supplier exists }
control B-2 "theirs" { cites CC8.1  exactly 1 model m in all where m.supplier == "Beta" and m.digest == "sha256:cd34" }
control B-3 "data" { cites CC8.1  every dataset_version: digest == "2026-01" }
control B-4 "kind" { cites CC8.1  every model_family: kind == "llm" }
control B-5 "depends" { cites CC8.1  every cyclonedx_dependency: some cyclonedx_component c in components: c.type == "data" }
control B-6 "sensitive" { cites C1.1  every spdx_ai_package: ai_use_sensitive_personal_information == "no" }
"#;
    let files = [("bom.json", bill), ("ai.spdx3.json", document), ("llm.md", card)];
    let outcome = check_each(&files, controls, "json");
    expect(
        &outcome,
        &[
            ("B-1", "pass", &[]),
            ("B-2", "pass", &[]),
            ("B-3", "pass", &[]),
            ("B-4", "pass", &[]),
            ("B-5", "pass", &[]),
            ("B-6", "pass", &[]),
        ],
    );
}

/// What is new may stand in a log beside the file, which nobody hands over: such a database is refused, and told how to be whole.
#[test]
fn a_database_with_a_log_beside_it_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mlflow.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.execute_batch("CREATE TABLE runs (run_uuid TEXT)").unwrap();
    drop(connection);
    let outcome = check(&[&path], "control R-1 \"x\" { cites CC8.1  every mlflow_run has run_id }", "json");
    assert_eq!(outcome.code, 2);
    assert!(outcome.err.contains("E0501") && outcome.err.contains("journal_mode = DELETE"), "{}", outcome.err);
}

#[test]
fn a_noun_that_stands_in_another_is_found_though_nobody_speaks_of_that() {
    let endpoints = r#"{"endpoints": [{"name": "projects/p/locations/l/endpoints/1", "createTime": "2026-05-01T00:00:00Z", "deployedModels": [
        {"id": "1", "model": "projects/p/locations/l/models/7", "createTime": "2026-05-01T00:00:00Z", "serviceAccount": "a@p"},
        {"id": "2", "model": "projects/p/locations/l/models/7", "createTime": "2026-05-01T00:00:00Z"}]}]}"#;
    let control = "control V-1 \"x\" { cites CC6.1  every vertex_deployed_model has service_account }\n";
    let outcome = check_in(&[("endpoints.json", endpoints)], control, "json");
    assert_eq!(outcome.status("V-1"), "fail", "{}", outcome.out);
    assert_eq!(outcome.subjects("V-1").len(), 2);
}
