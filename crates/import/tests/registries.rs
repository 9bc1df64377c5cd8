//! Answers of registries and what tells of lineage: what stands in a file, and what becomes of it.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{Run, corpus, needs, run, run_files};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use tickmark_facts::{Cell, Needs, NounId};
use tickmark_source::MemoryFiles;

fn packages() -> Arc<Needs> {
    needs(&[
        "sagemaker_model_package(model_package_arn): model_package_arn text, model_package_version number, \
         model_approval_status text, creation_time time, approval_description text, created_by one by, \
         customer_metadata_properties map entry, tags map entry",
        "by: iam_identity one identity",
        "identity: arn text, login text",
        "entry: key text, value text",
    ])
}

const LISTED: &str = r#"{"ModelPackageSummaryList": [
  {"ModelPackageArn": "arn:p/1", "ModelPackageVersion": 1, "ModelApprovalStatus": "Approved", "CreationTime": "2026-05-04T09:12:44Z"},
  {"ModelPackageArn": "arn:p/2", "ModelPackageVersion": 2, "ModelApprovalStatus": "Rejected", "CreationTime": 1777885964.5}
]MORE}"#;

const DESCRIBED: &str = r#"{"ModelPackageArn": "arn:p/1", "ModelPackageStatus": "Completed", "ModelPackageVersion": 1,
  "SomethingNew": {"Deep": [1]}, "ModelApprovalStatus": "Approved",
  "CreatedBy": {"IamIdentity": {"Arn": "arn:aws:sts::1:assumed-role/deployer/ada", "PrincipalId": "x"}},
  "CustomerMetadataProperties": {"Some-Key": "0.1"}}"#;

#[test]
fn what_is_only_listed_is_unknown_in_the_rest() {
    let listed = LISTED.replace("MORE", "");
    let files = [("x/list.json", listed.as_str()), ("x/one.json", DESCRIBED)];
    let run = run(&["x"], &files, &packages()).no_errors();
    assert_eq!(run.ids("sagemaker_model_package"), ["arn:p/1", "arn:p/2"]);
    let cell = |id: &str, attribute: &str| run.cell("sagemaker_model_package", id, attribute);
    // Two answers tell of the first, and what they leave out is not there.
    assert_eq!(cell("arn:p/1", "approval_description"), "missing");
    assert_eq!(cell("arn:p/1", "customer_metadata_properties"), "{entry#1}");
    // Of the second only the list tells.
    assert_eq!(cell("arn:p/2", "model_approval_status"), "Rejected");
    for attribute in ["approval_description", "customer_metadata_properties", "created_by"] {
        assert!(cell("arn:p/2", attribute).contains("lists it and does not describe it"), "{attribute}");
    }
    // Seconds since 1970 are a time where one is declared.
    assert_eq!(cell("arn:p/2", "creation_time"), "2026-05-04T09:12:44.5Z");
    assert_eq!(run.cell_at(run.noun("identity"), 0, "login"), "ada");
    assert_eq!(run.cell_at(run.noun("entry"), 0, "key"), "Some-Key");
    assert_eq!(run.diagnostics(), Vec::<String>::new());
    let [source] = run.imported.sources.as_slice() else { panic!("{:?}", run.imported.sources) };
    assert_eq!((source.kind.as_str(), source.records, source.complete), ("sagemaker", 2, Some(true)));
}

#[test]
fn a_list_without_its_end_is_incomplete() {
    let one = |name: &str, text: &str| {
        let files = [(name, text)];
        let run = run(&[name], &files, &packages()).no_errors();
        (run.imported.sources[0].complete, run.codes())
    };
    let list = |more: &str| LISTED.replace("MORE", more);
    assert_eq!(one("l.json", &list("")), (Some(true), vec![]));
    assert_eq!(one("l.json", &list(r#", "NextToken": """#)), (Some(true), vec![]));
    assert_eq!(one("l.json", &list(r#", "IsTruncated": false"#)), (Some(true), vec![]));
    for more in [r#", "NextToken": "abc""#, r#", "IsTruncated": true, "Marker": "m""#, r#", "nextLink": "https://x""#] {
        assert_eq!(one("l.json", &list(more)), (Some(false), vec!["W0558"]), "{more}");
    }
    // GraphQL says it beside the list, and Marker alone says it of RDS.
    for (next, complete) in [("true", false), ("false", true)] {
        let text = format!(
            r#"{{"data": {{"organization": {{"orgEntity": {{"artifactMemberships": {{"edges": [{{"node": {{"id": "a",
              "artifactCollection": {{"name": "m"}}}}}}], "pageInfo": {{"endCursor": "x", "hasNextPage": {next}}}}}}}}}}}}}"#
        );
        assert_eq!(one("w.json", &text).0, Some(complete));
    }
    assert_eq!(one("r.json", r#"{"DBInstances": [{"DBInstanceIdentifier": "a"}], "Marker": "m"}"#).0, Some(false));
    // With the next page it is whole; with a hole between pages it is not.
    let first = list(r#", "NextToken": "abc""#);
    let last = LISTED.replace("MORE", "").replace("arn:p/", "arn:q/");
    let run = run(&["x"], &[("x/l.page0.json", &first), ("x/l.page1.json", &last)], &packages()).no_errors();
    assert_eq!((run.imported.sources[0].complete, run.rows("sagemaker_model_package")), (Some(true), 4));
    let run = common::run(&["x"], &[("x/l.page0.json", &first), ("x/l.page2.json", &last)], &packages()).no_errors();
    assert_eq!((run.imported.sources[0].complete, run.codes()), (Some(false), vec!["W0558"]));
}

#[test]
fn files_named_one_by_one_are_one_source_and_empty_lists_are_answers() {
    let listed = LISTED.replace("MORE", "");
    let files = [("a/list.json", listed.as_str()), ("b/c/one.json", DESCRIBED), ("e.json", r#"{"Endpoints": []}"#)];
    let run = run(&["a/list.json", "b/c/one.json", "e.json"], &files, &packages()).no_errors();
    let paths: Vec<&str> = run.imported.sources.iter().map(|source| source.path.as_str()).collect();
    assert_eq!((paths, run.imported.sources[0].files.len()), (vec!["."], 3));
    assert_eq!(run.cell("sagemaker_model_package", "arn:p/1", "approval_description"), "missing");
}

#[test]
fn tags_find_their_record_by_the_file_or_by_the_arn() {
    let needs = needs(&[
        "sagemaker_endpoint(endpoint_name): endpoint_name text, endpoint_status text, tags map entry",
        "sagemaker_tags(resource): resource text, tags map entry",
        "entry: key text, value text",
    ]);
    let endpoint =
        |name: &str| format!(r#"{{"EndpointName": "{name}", "EndpointArn": "a", "EndpointStatus": "InService"}}"#);
    let tags = r#"{"Tags": [{"Key": "env", "Value": "prod"}]}"#;
    let with_arn =
        r#"{"ResourceArn": "arn:aws:sagemaker:eu-west-1:1:endpoint/two", "Tags": [{"Key": "env", "Value": "dev"}]}"#;
    let (one, two) = (endpoint("one"), endpoint("two"));
    let files = [
        ("x/endpoint/one.json", one.as_str()),
        ("x/endpoint/two.json", &two),
        ("x/tags/endpoint.one.json", tags),
        ("x/tags/17.json", with_arn),
        ("x/tags/endpoint.three.json", tags),
        ("x/tags/whatever.json", tags),
    ];
    let run = run(&["x"], &files, &needs).no_errors();
    assert_eq!(run.ids("sagemaker_endpoint"), ["one", "two", "three"]);
    assert_eq!(run.ids("sagemaker_tags"), ["whatever"]);
    let value = |id: &str| {
        let noun = run.noun("sagemaker_endpoint");
        let row = run.facts().find(noun, id).unwrap();
        let Cell::Records(tags) = run.facts().cell(noun, row, run.facts().attribute_named(noun, "tags").unwrap())
        else {
            panic!("{id}")
        };
        run.cell_at(run.noun("entry"), tags.rows[0], "value")
    };
    assert_eq!((value("one"), value("two"), value("three")), ("prod".into(), "dev".into(), "prod".into()));
    // Of the third only its tags are here.
    assert!(run.cell("sagemaker_endpoint", "three", "endpoint_status").starts_with("unknown"));
}

fn buckets() -> Arc<Needs> {
    needs(&[
        "aws_live_bucket(bucket): bucket text, creation_date time, get_bucket_policy one policy, get_bucket_encryption one encryption, \
         get_bucket_versioning one versioning",
        "policy: policy text",
        "encryption: server_side_encryption_configuration any",
        "versioning: status text",
    ])
}

#[test]
fn an_answer_that_is_an_error_says_that_there_is_none_or_that_nobody_knows() {
    let bucket = |name: &str, policy: &str| {
        format!(
            r#"{{"Bucket": "{name}", "GetBucketEncryption": {{"__error__": {{"Code": "AccessDenied", "Message": "no"}}}},
                "GetBucketVersioning": {{}}, "GetBucketPolicy": {policy}}}"#
        )
    };
    let a =
        bucket("a", r#"{"__error__": {"Code": "NoSuchBucketPolicy", "Message": "The bucket policy does not exist"}}"#);
    // One document, written in the three ways in which services write it.
    let b = bucket("b", r#"{"Policy": "{\"Statement\": []}"}"#);
    let c = bucket("c", r#"{"Policy": "%7B%22Statement%22%3A+%5B%5D%7D"}"#.replace('+', "%20").as_str());
    let d = bucket("d", r#"{"Policy": {"Statement": []}}"#);
    let list = r#"{"Buckets": [{"Name": "a", "CreationDate": "2026-01-01"}, {"Name": "e", "CreationDate": "2026-01-02"}], "Owner": {}}"#;
    let alone = r#"{"__error__": {"Code": "AccessDenied", "Message": "no"}}"#;
    let files = [
        ("x/a.json", a.as_str()),
        ("x/b.json", &b),
        ("x/c.json", &c),
        ("x/d.json", &d),
        ("x/list.json", list),
        ("x/z.json", alone),
    ];
    let run = run(&["x"], &files, &buckets()).no_errors();
    assert_eq!(run.ids("aws_live_bucket"), ["a", "b", "c", "d", "e"]);
    let cell = |id: &str, attribute: &str| run.cell("aws_live_bucket", id, attribute);
    assert_eq!(cell("a", "get_bucket_policy"), "missing");
    // Whether there is one, nobody knows who was refused.
    let refused = "unknown: MayBeMissing(\"the service answered AccessDenied: no\")";
    assert_eq!(cell("a", "get_bucket_encryption"), refused);
    assert_eq!(cell("a", "get_bucket_versioning"), "{versioning#1}");
    assert_eq!(cell("a", "creation_date"), "2026-01-01");
    let policy = cell("e", "get_bucket_policy");
    assert!(policy.starts_with("unknown: MayBeMissing") && policy.contains("does not describe it"), "{policy}");
    let noun = run.noun("policy");
    let policies: Vec<String> = (0..run.rows("policy")).map(|row| run.cell_at(noun, row, "policy")).collect();
    assert_eq!(policies, [r#"{"Statement": []}"#; 3]);
    // The file that holds nothing but an error says which.
    let said = run.diagnostics().join("\n");
    assert!(said.contains("x/z.json") && said.contains("the service answered with an error: AccessDenied"), "{said}");
}

#[test]
fn times_are_what_is_declared_whatever_they_are_written_as() {
    let needs = needs(&[
        "aws_live_log_group(log_group_name): log_group_name text, creation_time time, retention_in_days number",
    ]);
    let file = |time: &str| {
        format!(r#"{{"logGroups": [{{"logGroupName": "g", "creationTime": {time}, "retentionInDays": "365"}}]}}"#)
    };
    for (written, read) in [
        ("1795225696240", "2026-11-21T01:48:16.24Z"),
        ("\"1795225696240\"", "2026-11-21T01:48:16.24Z"),
        ("1795225696", "2026-11-21T01:48:16Z"),
        ("\"2026-11-21T01:48:16.24+00:00\"", "2026-11-21T01:48:16.24Z"),
        ("\"\"", "missing"),
        ("null", "missing"),
    ] {
        let text = file(written);
        let run = run(&["g.json"], &[("g.json", text.as_str())], &needs).no_errors();
        assert_eq!(run.cell("aws_live_log_group", "g", "creation_time"), read, "{written}");
        assert_eq!(run.cell("aws_live_log_group", "g", "retention_in_days"), "365");
    }
    for wrong in ["1e300", "\"soon\"", "true"] {
        let text = file(wrong);
        let run = run(&["g.json"], &[("g.json", text.as_str())], &needs).no_errors();
        assert!(run.cell("aws_live_log_group", "g", "creation_time").starts_with("unknown"), "{wrong}");
        assert_eq!(run.codes(), ["W0553"]);
    }
}

#[test]
fn what_is_broken_or_of_another_system_is_said() {
    let run = |argument: &str, text: &str| common::run(&[argument], &[("f.json", text)], &packages());
    let broken = run("f.json", r#"{"ModelPackageSummaryList": [{"ModelPackageArn": "a", }]}"#);
    assert_eq!(broken.codes(), ["E0503"]);
    let cut = run("f.json", r#"{"ModelPackageSummaryList": [{"ModelPackageArn": "a""#);
    assert_eq!(cut.codes(), ["E0503"]);
    let other = run("vertex=f.json", &LISTED.replace("MORE", ""));
    assert_eq!(other.codes(), ["E0502"]);
    assert!(other.diagnostics()[0].contains("it is no answer of vertex"));
    // A kind that is said decides: so named, an empty list is an answer too.
    let said = run("vertex=f.json", r#"{"models": []}"#);
    assert_eq!((said.codes(), said.imported.sources[0].kind.as_str()), (vec![], "vertex"));
    // Native facts are called by nouns, and stay native whatever these are.
    let native = run("f.json", r#"{"models": [{"name": "a"}], "endpoints": [{"id": "b"}]}"#);
    assert_eq!(native.imported.sources[0].kind, "json");
}

// ---- registries of other clouds -------------------------------------------------------------------------------------------

#[test]
fn azure_ml_is_one_whether_the_service_answers_or_the_command_line() {
    let needs = needs(&[
        "azure_ml_model(id): id text, name text, version text, stage text, model_uri text, path text, job_name text, \
         tags map entry, properties map entry, system_data one who, creation_context one who",
        "azure_ml_endpoint(id): id text, name text, auth_mode text, public_network_access text, traffic map share",
        "who: created_at time, created_by text",
        "entry: key text, value text",
        "share: key text, value number",
    ]);
    let files = [
        ("x/models.page0.json", include_str!("registries/azure-rest-models.page0.json")),
        ("x/models.page1.json", include_str!("registries/azure-rest-models.page1.json")),
        ("x/cli.json", include_str!("registries/azure-cli-models.json")),
        ("x/endpoints.json", include_str!("registries/azure-rest-endpoints.json")),
        ("x/cli-endpoints.json", include_str!("registries/azure-cli-endpoints.json")),
    ];
    let run = run(&["x"], &files, &needs).no_errors();
    let base = "/subscriptions/0000/resourceGroups/ml/providers/Microsoft.MachineLearningServices/workspaces/bright";
    let model = |version: &str| format!("{base}/models/fraud-scorer/versions/{version}");
    assert_eq!(run.ids("azure_ml_model"), ["azureml:churn:1".to_owned(), model("3"), model("4")]);
    let cell = |version: &str, attribute: &str| run.cell("azure_ml_model", &model(version), attribute);
    assert_eq!((cell("3", "stage"), cell("3", "job_name")), ("Production".into(), "train-17".into()));
    assert_eq!(cell("4", "stage"), "missing");
    let entries = (0..run.rows("entry")).map(|row| run.cell_at(run.noun("entry"), row, "key")).collect::<BTreeSet<_>>();
    // What stands in `properties` of `properties` is a map; keys that people chose stay as they are.
    assert!(entries.contains("approvedBy") && entries.contains("flavors.python"), "{entries:?}");
    assert_eq!(run.cell("azure_ml_model", "azureml:churn:1", "path"), "azureml://datastores/a/paths/churn/1");
    assert_eq!(
        run.ids("azure_ml_endpoint"),
        [format!("{base}/onlineEndpoints/churn"), format!("{base}/onlineEndpoints/fraud")]
    );
    assert_eq!(run.imported.sources[0].complete, Some(true));
    assert_eq!(run.diagnostics(), Vec::<String>::new());
}

// ---- lineage --------------------------------------------------------------------------------------------------------------

fn lineage() -> Arc<Needs> {
    needs(&[
        "openlineage_run(run_id): run_id text, job one openlineage_job, status text, started_at time, ended_at time, \
         parent one openlineage_run, code_version text, inputs many openlineage_dataset_version, \
         outputs many openlineage_dataset_version",
        "openlineage_job(job): job text, owners list text",
        "openlineage_dataset_version(id): id text, dataset text, version text, rows number, fields list text, \
         made_by one openlineage_run, derived_from list text",
    ])
}

const EVENTS: &str = r#"{"eventType": "START", "eventTime": "2026-05-29T01:00:00Z", "run": {"runId": "r1", "facets": {"parent": {"run": {"runId": "r0"}, "job": {"namespace": "ml", "name": "dag"}}}}, "job": {"namespace": "ml", "name": "clean", "facets": {"sourceCodeLocation": {"url": "u", "version": "c0ffee"}, "ownership": {"owners": [{"name": "team:a"}]}}}, "inputs": [{"namespace": "s3://b/", "name": "/raw", "facets": {"version": {"datasetVersion": "v1"}}}], "outputs": []}

{"eventTime": "2026-05-29T01:20:00Z", "eventType": "COMPLETE", "run": {"runId": "r1"}, "job": {"namespace": "ml", "name": "clean"}, "inputs": [{"namespace": "postgres://crm", "name": "tickets"}], "outputs": [{"namespace": "s3://b", "name": "clean", "facets": {"version": {"datasetVersion": 7}, "schema": {"fields": [{"name": "a", "type": "text"}]}}, "outputFacets": {"outputStatistics": {"rowCount": 12}}}]}
{"eventType": "FAIL", "eventTime": "2026-05-29T02:00:00Z", "run": {"runId": "r2"}, "job": {"namespace": "ml", "name": "train"}}
{"eventType": "COMPLETE", "eventTime": "2026-05-29T02:10:00Z", "run": {"runId": "r2"}, "job": {"namespace": "ml", "name": "train"}}
{"eventType": "START", "eventTime": "2026-05-29T03:00:00Z", "run": {"runId": "r3"}, "job": {"namespace": "ml", "name": "train"}}
"#;

#[test]
fn events_of_one_run_are_one_record() {
    let run = run(&["events.ndjson"], &[("events.ndjson", EVENTS)], &lineage()).no_errors();
    assert_eq!(run.ids("openlineage_run"), ["r1", "r2", "r3"]);
    let cell = |id: &str, attribute: &str| run.cell("openlineage_run", id, attribute);
    assert_eq!((cell("r1", "status"), cell("r1", "code_version")), ("COMPLETE".into(), "c0ffee".into()));
    assert_eq!(
        (cell("r1", "started_at"), cell("r1", "ended_at")),
        ("2026-05-29T01:00:00Z".into(), "2026-05-29T01:20:00Z".into())
    );
    assert_eq!((cell("r1", "parent"), cell("r1", "job")), ("{r0}".into(), "{ml/clean}".into()));
    // One event told what it read first, another what it read more and what it wrote.
    assert_eq!(cell("r1", "inputs"), "{s3://b/raw@v1, postgres://crm/tickets}");
    assert_eq!(cell("r1", "outputs"), "{s3://b/clean@7}");
    // Two ends contradict each other; without any, the run goes on.
    assert!(cell("r2", "status").contains("Contradictory"));
    assert_eq!((cell("r3", "status"), cell("r3", "ended_at")), ("START".into(), "missing".into()));
    let version = |id: &str, attribute: &str| run.cell("openlineage_dataset_version", id, attribute);
    assert_eq!(version("s3://b/clean@7", "derived_from"), "[s3://b/raw@v1, postgres://crm/tickets]");
    assert_eq!((version("s3://b/clean@7", "made_by"), version("s3://b/clean@7", "rows")), ("{r1}".into(), "12".into()));
    assert_eq!(
        (version("postgres://crm/tickets", "version"), version("s3://b/clean@7", "fields")),
        ("missing".into(), "[a]".into())
    );
    assert_eq!(run.cell("openlineage_job", "ml/clean", "owners"), "[team:a]");
    let source = &run.imported.sources[0];
    assert_eq!((source.kind.as_str(), source.records), ("openlineage", 5));
    // The same as a list, and one event alone.
    let list = format!("[{}]", EVENTS.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>().join(",\n"));
    let listed = common::run(&["e.json"], &[("e.json", &list)], &lineage()).no_errors();
    assert_eq!(listed.ids("openlineage_dataset_version"), run.ids("openlineage_dataset_version"));
    let alone = common::run(&["e.json"], &[("e.json", EVENTS.lines().next().unwrap())], &lineage()).no_errors();
    assert_eq!(
        (alone.ids("openlineage_run"), alone.cell("openlineage_run", "r1", "status")),
        (vec!["r1".to_owned()], "START".to_owned())
    );
}

fn dvc() -> Arc<Needs> {
    needs(&[
        "dvc_stage(name): name text, declared bool, locked bool, cmd text, deps many dvc_file, outs many dvc_file, params map entry",
        "dvc_file(path, digest): path text, digest text, hash text, size number, tracked bool, output bool, \
         made_by one dvc_stage, derived_from list text",
        "dvc_artifact(name): name text, path text, digest text, file one dvc_file, labels list text, \
         type text, description text, meta map entry",
        "entry: key text, value any",
    ])
}

#[test]
fn what_dvc_locked_is_lineage() {
    let Some(root) = corpus("lineage/dvc") else { return };
    // The repository holds files of other sorts, which the kind leaves alone.
    let run = run_files(&["dvc=dvc"], &under("dvc", &root), &dvc());
    assert_eq!(run.diagnostics(), Vec::<String>::new());
    assert_eq!(run.ids("dvc_stage"), ["prepare", "train@fraud", "train@churn", "evaluate"]);
    let file = "data/train.csv@de8b5a5aa681a860ccfc4097ab5be1e6";
    let cell = |attribute: &str| run.cell("dvc_file", file, attribute);
    assert_eq!((cell("made_by"), cell("output"), cell("size")), ("{prepare}".into(), "true".into(), "2000".into()));
    // Of what the stage read only the data is kept by DVC: the code is not.
    assert_eq!(cell("derived_from"), "[data/raw.csv@0c44eb34c5c0b9a278b8ef97d4d43c92]");
    let raw = "data/raw.csv@0c44eb34c5c0b9a278b8ef97d4d43c92";
    assert_eq!(
        (run.cell("dvc_file", raw, "tracked"), run.cell("dvc_file", raw, "derived_from")),
        ("true".into(), "[]".into())
    );
    assert_eq!(run.cell("dvc_artifact", "fraud-scorer", "file"), "{models/fraud.bin@9347a8384963ef916339c79802b600c2}");
    assert_eq!(run.cell("dvc_stage", "train@churn", "declared"), "true");
    // Independently: distinct path and digest in the lock file and in the two tracked ones.
    let lock = std::str::from_utf8(&run_bytes(&root, "dvc.lock")).unwrap().to_owned();
    let mut pairs = BTreeSet::new();
    let mut path = "";
    for line in lock.lines().map(str::trim_start) {
        if let Some(found) = line.strip_prefix("- path: ") {
            path = found;
        } else if let Some(md5) = line.strip_prefix("md5: ") {
            pairs.insert((path, md5));
        }
    }
    assert_eq!(u64::from(run.rows("dvc_file")), pairs.len() as u64 + 1, "pii_labels.csv is in no stage");
}

#[expect(clippy::disallowed_methods, reason = "tests read the corpus from disk")]
fn run_bytes(root: &std::path::Path, name: &str) -> Vec<u8> {
    std::fs::read(root.join(name)).unwrap()
}

/// The files below a folder of the corpus, in memory, under a name.
#[expect(clippy::disallowed_methods, reason = "tests read the corpus from disk")]
fn under(name: &str, folder: &std::path::Path) -> MemoryFiles {
    fn add(files: &mut MemoryFiles, name: &str, folder: &std::path::Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let below = format!("{name}/{}", path.file_name().unwrap().to_string_lossy());
            if path.is_dir() { add(files, &below, &path) } else { files.insert(below, std::fs::read(&path).unwrap()) }
        }
    }
    let mut files = MemoryFiles::new();
    add(&mut files, name, folder);
    files
}

// ---- cards ----------------------------------------------------------------------------------------------------------------

fn cards() -> Arc<Needs> {
    needs(&[
        "hugging_face_model_card(card): card text, name text, license any, language list text, base_model list text, \
         model_index list one result_list",
        "hugging_face_dataset_card(card): card text, name text, license any, language list text, task_ids list text",
        "result_list: name text, results list one result",
        "result: dataset one of_result, metrics list one measured",
        "of_result: name text, split text, revision text",
        "measured: type text, value number",
    ])
}

#[test]
fn cards_are_read_by_what_stands_in_front_of_them() {
    let windows = "---\r\nlicense: mit\r\nlanguage: eo\r\n---\r\n\r\n# Hello\r\n";
    // `no` is a language and no bool (YAML 1.2), and the Markdown below is nobody's business.
    let model = "---\nlanguage: [no, en]\nlicense: apache-2.0\nlibrary_name: timm\nbase_model: org/base\n---\n# a\n---\nlicense: mit\n";
    let dataset = "---\nlicense:\n- cc-by-4.0\npretty_name: D\ntask_ids: [x]\n---\n";
    let files = [
        ("cards/org/timm/README.md", model),
        ("cards/org/data/README.md", dataset),
        ("cards/windows.md", windows),
        ("cards/none.md", "# no card\n"),
        ("cards/list.md", "---\n[]\n---\n"),
        ("cards/open.md", "---\nlicense: mit\n"),
        ("cards/template.md", "---\n{{ card_data }}\n---\n"),
    ];
    let run = run(&["hugging-face=cards"], &files, &cards()).no_errors();
    assert_eq!(run.ids("hugging_face_model_card"), ["cards/org/timm", "cards/windows"]);
    assert_eq!(run.ids("hugging_face_dataset_card"), ["cards/org/data"]);
    let cell = |id: &str, attribute: &str| run.cell("hugging_face_model_card", id, attribute);
    assert_eq!(
        (cell("cards/org/timm", "language"), cell("cards/org/timm", "license")),
        ("[no, en]".into(), "apache-2.0".into())
    );
    assert_eq!((cell("cards/windows", "license"), cell("cards/windows", "language")), ("mit".into(), "[eo]".into()));
    assert_eq!(cell("cards/org/timm", "base_model"), "[org/base]");
    let said = run.diagnostics().join("\n");
    for (file, why) in
        [("none.md", "no YAML stands in front"), ("list.md", "no keys with values"), ("open.md", "no YAML stands")]
    {
        assert!(said.contains(file) && said.contains(why), "{file}: {said}");
    }
    // Named alone, what is no card is an error; a README in a folder of exports is none of it.
    assert_eq!(common::run(&["hugging-face=n.md"], &[("n.md", "# none\n")], &cards()).codes(), ["E0502"]);
    let folder = common::run(&["x"], &[("x/README.md", model), ("x/card.md", model)], &cards()).no_errors();
    assert_eq!(folder.ids("hugging_face_model_card"), ["x/card"]);
    // Pages of other sorts have YAML in front too.
    let page = "---\ntitle: Posts\nlanguage: en\ntags: [a]\n---\n# Posts\n";
    let pages = common::run(&["x"], &[("x/post.md", page), ("x/card.md", model)], &cards()).no_errors();
    assert_eq!((pages.ids("hugging_face_model_card"), pages.diagnostics()), (vec!["x/card".to_owned()], vec![]));
}

#[test]
fn the_cards_of_the_corpus_are_read() {
    let Some(root) = corpus("samples/model_cards") else { return };
    let run = run_files(&["hugging-face=c"], &under("c", &root), &cards()).no_errors();
    assert_eq!(run.ids("hugging_face_dataset_card"), ["c/hub_fixtures/sample_datasetcard_simple"]);
    let models = run.ids("hugging_face_model_card");
    for card in
        ["c/hub_fixtures/sample_simple_model_index", "c/hub_fixtures/sample_windows_line_breaks", "c/real/bloom_README"]
    {
        assert!(models.contains(&card.to_owned()), "{models:?}");
    }
    assert!(!models.iter().any(|card| card.contains("no_metadata") || card.contains("invalid")), "{models:?}");
    let noun = run.noun("measured");
    let values: Vec<String> = (0..run.rows("measured")).map(|row| run.cell_at(noun, row, "value")).collect();
    assert_eq!(values, ["0.9", "0.66"]);
}

// ---- the corpus, counted another way --------------------------------------------------------------------------------------

/// How many distinct values a key has among the objects of a noun's files, found by walking the JSON itself.
fn distinct(root: &std::path::Path, below: &str, keys: &[&str]) -> usize {
    use tickmark_source::Files as _;
    fn walk(value: &Value, keys: &[&str], found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                let id: Vec<String> = keys.iter().filter_map(|key| members.get(*key)).map(Value::to_string).collect();
                if id.len() == keys.len() {
                    found.insert(id.join("@"));
                }
                members.values().for_each(|value| walk(value, keys, found));
            }
            Value::Array(items) => items.iter().for_each(|value| walk(value, keys, found)),
            _ => {}
        }
    }
    let files = under("r", root);
    let mut found = BTreeSet::new();
    for path in files.list("r").unwrap().iter().filter(|path| path.contains(below)) {
        if let Ok(value) = serde_json::from_slice::<Value>(&files.read(path).unwrap()) {
            walk(&value, keys, &mut found);
        }
    }
    found.len()
}

#[test]
fn every_record_of_the_account_is_there() {
    let Some(root) = corpus("aws/brightloom") else { return };
    let nouns: [(&str, &str, &str, &str); 16] = [
        ("sagemaker_model_package", "model_package_arn", "sagemaker/", "ModelPackageArn"),
        ("sagemaker_model_package_group", "model_package_group_name", "model-package-groups", "ModelPackageGroupName"),
        ("sagemaker_model", "model_name", "sagemaker/model/", "ModelName"),
        ("sagemaker_endpoint", "endpoint_name", "sagemaker/", "EndpointArn"),
        ("sagemaker_endpoint_config", "endpoint_config_name", "sagemaker/", "EndpointConfigArn"),
        ("sagemaker_training_job", "training_job_name", "sagemaker/", "TrainingJobArn"),
        ("sagemaker_model_card", "model_card_name", "sagemaker/", "ModelCardArn"),
        ("sagemaker_notebook_instance", "notebook_instance_name", "sagemaker/", "NotebookInstanceArn"),
        ("sagemaker_domain", "domain_id", "sagemaker/", "DomainArn"),
        ("aws_live_key_alias", "alias_arn", "kms/", "AliasArn"),
        ("aws_live_security_group", "group_id", "describe-security-groups", "SecurityGroupArn"),
        ("aws_live_volume", "volume_id", "ec2/", "VolumeId"),
        ("aws_live_repository", "repository_arn", "ecr/", "repositoryArn"),
        ("aws_live_log_group", "log_group_name", "logs/", "logGroupName"),
        ("aws_live_db_instance", "db_instance_identifier", "rds/", "DBInstanceIdentifier"),
        ("aws_live_trail", "trail_arn", "cloudtrail/", "TrailARN"),
    ];
    let lines: Vec<String> = nouns.iter().map(|(noun, key, ..)| format!("{noun}({key}): {key} text")).collect();
    let mut lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    lines.push("aws_live_bucket(bucket): bucket text");
    lines.push("aws_live_key(key_id): key_id text");
    let run = run_files(&["a"], &under("a", &root), &needs(&lines)).no_errors();
    for (noun, _, below, key) in nouns {
        assert_eq!(run.rows(noun) as usize, distinct(&root, below, &[key]), "{noun}");
    }
    assert_eq!(run.rows("aws_live_bucket") as usize, distinct(&root, "s3/buckets", &["Bucket"]));
    assert_eq!(run.rows("aws_live_key") as usize, distinct(&root, "kms/keys/", &["KeyId"]));
    // Two systems below one folder are two sources, each called after its own folder, and their counts add up to the records.
    let sources = &run.imported.sources;
    let of = |kind: &str| sources.iter().find(|source| source.kind == kind).unwrap();
    assert_eq!((of("sagemaker").path.as_str(), of("aws").path.as_str()), ("a/sagemaker", "a"));
    let counted: usize =
        nouns.iter().filter(|(noun, ..)| noun.starts_with("sagemaker")).map(|(noun, ..)| run.rows(noun) as usize).sum();
    assert_eq!(of("sagemaker").records as usize, counted);
    assert_eq!(of("sagemaker").complete, Some(true));
}

#[test]
fn the_other_registries_of_the_corpus_are_whole() {
    let Some(root) = corpus("samples") else { return };
    let needs = needs(&[
        "vertex_model(name, version_id): name text, version_id text, labels map entry, version_aliases list text",
        "vertex_endpoint(name): name text, traffic_split map share",
        "vertex_model_evaluation(name): name text",
        "wandb_registry_version(id): id text, version_index number, artifact one artifact",
        "artifact: digest text, metadata text",
        "cyclonedx_component(bom_ref): bom_ref text, name text, type text",
        "spdx_dataset_package(spdx_id): spdx_id text, name text, verified_using list one hash, dataset_dataset_size number",
        "spdx_relationship(spdx_id): spdx_id text, relationship_type text, to list text",
        "hash: algorithm text, hash_value text",
        "entry: key text, value text",
        "share: key text, value number",
    ]);
    let mut files = MemoryFiles::new();
    for folder in ["vertex", "wandb", "cyclonedx", "spdx3"] {
        use tickmark_source::Files as _;
        let found = under(folder, &root.join(folder));
        for path in found.list(folder).unwrap() {
            files.insert(path.clone(), found.read(&path).unwrap().to_vec());
        }
    }
    let run = run_files(&["vertex", "wandb", "cyclonedx", "spdx3"], &files, &needs).no_errors();
    assert_eq!(run.rows("vertex_model") as usize, distinct(&root.join("vertex"), "model", &["name", "versionId"]));
    assert_eq!(
        run.rows("vertex_endpoint") as usize,
        distinct(&root.join("vertex"), "endpoints", &["name", "trafficSplit"])
    );
    assert_eq!(
        run.rows("vertex_model_evaluation") as usize,
        distinct(&root.join("vertex"), "evaluations", &["metricsSchemaUri", "name"])
    );
    assert_eq!(
        run.rows("wandb_registry_version") as usize,
        distinct(&root.join("wandb"), "", &["id", "artifactCollection"])
    );
    assert_eq!(
        run.rows("cyclonedx_component") as usize,
        distinct(&root.join("cyclonedx"), "machine", &["bom-ref", "type"])
    );
    assert_eq!(run.rows("spdx_dataset_package"), 1);
    assert_eq!(
        run.rows("spdx_relationship") as usize,
        distinct(&root.join("spdx3"), "", &["spdxId", "relationshipType"])
    );
    let model = "projects/brightloom-ml/locations/europe-west4/models/111@3";
    assert_eq!(run.cell("vertex_model", model, "version_aliases"), "[default, champion]");
    // JSON in JSON stays the text that it is.
    assert!(run.cell_at(run.noun("artifact"), 0, "metadata").starts_with("{\"memorization_rate\": 0.0009"));
    assert_eq!(run.cell("spdx_dataset_package", &run.ids("spdx_dataset_package")[0], "dataset_dataset_size"), "2689");
    let complete: Vec<Option<bool>> = run.imported.sources.iter().map(|source| source.complete).collect();
    assert_eq!(complete, vec![Some(true); 4]);
}

// ---- MLflow's own database ------------------------------------------------------------------------------------------------

fn mlflow() -> Arc<Needs> {
    needs(&[
        "mlflow_registered_model(name): name text, description text, creation_timestamp time, last_updated_timestamp time, \
         tags map entry, aliases map entry, latest_versions many mlflow_model_version",
        "mlflow_model_version(name, version): name text, version text, registered_model one mlflow_registered_model, \
         current_stage text, aliases list text, description text, creation_timestamp time, last_updated_timestamp time, \
         user_id text, source text, run_id text, run one mlflow_run, run_link text, status text, status_message text, tags map entry",
        "mlflow_run(run_id): run_id text, run_name text, experiment_id text, experiment one mlflow_experiment, user_id text, \
         status text, start_time time, end_time time, artifact_uri text, lifecycle_stage text, params map entry, \
         metrics map measure, tags map entry, dataset_inputs many input, model_outputs many mlflow_logged_model",
        "input: name text, digest text, source_type text, source text, schema text, profile text, context text, tags map entry",
        "mlflow_experiment(experiment_id): experiment_id text, name text, artifact_location text, lifecycle_stage text, \
         creation_time time, last_update_time time, workspace text, tags map entry",
        "mlflow_logged_model(model_id): model_id text, name text, experiment one mlflow_experiment, creation_timestamp time, \
         last_updated_timestamp time, artifact_uri text, status text, status_message text, model_type text, \
         source_run one mlflow_run, tags map entry, params map entry, metrics map measure",
        "entry: key text, value text",
        "measure: key text, value number",
    ])
}

/// Everything that is known of a record, and of what is nested in it; lists of nested records sorted.
fn told(run: &Run, noun: NounId, row: u32) -> String {
    let need = run.facts().needs().noun(noun);
    let mut out = Vec::new();
    for attribute in &need.attributes {
        let id = run.facts().attribute_named(noun, &attribute.name).unwrap();
        let cell = run.facts().cell(noun, row, id);
        let value = match &cell {
            Cell::Records(records) => {
                let keyed = !run.facts().needs().noun(records.noun).key.is_empty();
                let mut items: Vec<String> = records
                    .rows
                    .iter()
                    .map(|row| if keyed { run.facts().id(records.noun, *row) } else { told(run, records.noun, *row) })
                    .collect();
                items.sort();
                // Nothing in a list, and no list, are the same to MLflow.
                if items.is_empty() { "missing".to_owned() } else { items.join(", ") }
            }
            Cell::List(list) if list.iter().next().is_none() => "missing".to_owned(),
            Cell::List(list) => {
                let mut items: Vec<String> = list.iter().map(|cell| format!("{cell:?}")).collect();
                items.sort();
                items.join(", ")
            }
            _ => run.cell_at(noun, row, &attribute.name),
        };
        out.push(format!("{}: {value}", attribute.name));
    }
    format!("{{{}}}", out.join("; "))
}

fn database(sql: &str) -> Vec<u8> {
    let mut connection = rusqlite::Connection::open_in_memory().unwrap();
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    connection.execute_batch(sql).unwrap();
    connection.serialize("main").unwrap().to_vec()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests read the corpus from disk")]
fn the_database_says_what_the_server_says() {
    let Some(root) = corpus("mlflow/brightloom") else { return };
    let mut files = under("rest", &root);
    files.insert("mlflow.db", database(&std::fs::read_to_string(root.join("mlflow.db.sql")).unwrap()));
    let rest = run_files(&["rest"], &files, &mlflow()).no_errors();
    let data = run_files(&["mlflow.db"], &files, &mlflow()).no_errors();
    assert_eq!(data.imported.sources[0].kind, "mlflow");
    assert_eq!(data.imported.sources[0].records, rest.imported.sources[0].records);
    for noun in
        ["mlflow_registered_model", "mlflow_model_version", "mlflow_run", "mlflow_experiment", "mlflow_logged_model"]
    {
        let all = |run: &Run| -> Vec<String> {
            let noun = run.noun(noun);
            let mut all: Vec<String> = (0..run.facts().rows(noun)).map(|row| told(run, noun, row)).collect();
            all.sort();
            all
        };
        let (server, database) = (all(&rest), all(&data));
        assert!(!server.is_empty());
        for (server, database) in server.iter().zip(&database) {
            assert_eq!(server, database, "{noun}");
        }
        assert_eq!(server.len(), database.len(), "{noun}");
    }
    // The line of a fact is the row that it stands in.
    let noun = data.noun("mlflow_run");
    let place = data.facts().place(noun, 0).unwrap();
    assert!(data.sources.describe(place).starts_with("mlflow.db:"), "{}", data.sources.describe(place));
}

#[test]
fn what_is_deleted_and_what_is_no_number_is_as_the_server_has_it() {
    const SQL: &str = "
        CREATE TABLE experiments (experiment_id INTEGER, name TEXT, artifact_location TEXT, lifecycle_stage TEXT);
        CREATE TABLE registered_models (name TEXT, creation_time BIGINT, last_updated_time BIGINT, description TEXT);
        CREATE TABLE model_versions (name TEXT, version INTEGER, creation_time BIGINT, last_updated_time BIGINT, description TEXT,
            user_id TEXT, current_stage TEXT, source TEXT, run_id TEXT, status TEXT, status_message TEXT, run_link TEXT);
        CREATE TABLE runs (run_uuid TEXT, user_id TEXT, status TEXT, start_time BIGINT, end_time BIGINT, lifecycle_stage TEXT,
            artifact_uri TEXT, experiment_id INTEGER);
        CREATE TABLE latest_metrics (key TEXT, value FLOAT, timestamp BIGINT, step BIGINT, is_nan BOOLEAN, run_uuid TEXT);
        INSERT INTO experiments VALUES (0, 'Default', 'a', 'active'), (1, 'gone', 'a', 'deleted');
        INSERT INTO registered_models VALUES ('m \"x\"', 1, 2, NULL);
        INSERT INTO model_versions VALUES ('m \"x\"', 1, 1, 2, 'd', NULL, 'None', 's', 'r', 'READY', NULL, ''),
            ('m \"x\"', 2, 1, 2, 'd', NULL, 'Deleted_Internal', 's', 'r', 'READY', NULL, '');
        INSERT INTO runs VALUES ('r', 'u', 'FINISHED', 1, 2, 'active', 'a', 0), ('q', 'u', 'FINISHED', 1, 2, 'deleted', 'a', 0);
        INSERT INTO latest_metrics VALUES ('exact', 0.1234567890123456789, 1, 0, 0, 'r'), ('none', 0, 1, 0, 1, 'r'),
            ('huge', 9e999, 1, 0, 0, 'r'), ('large', 1.7976931348623157e308, 1, 0, 0, 'r');";
    let mut files = MemoryFiles::new();
    files.insert("mlflow.db", database(SQL));
    let run = run_files(&["mlflow=mlflow.db"], &files, &mlflow()).no_errors();
    assert_eq!(run.ids("mlflow_model_version"), ["m \"x\"@1"]);
    assert_eq!((run.ids("mlflow_run"), run.ids("mlflow_experiment")), (vec!["r".to_owned()], vec!["0".to_owned()]));
    let noun = run.noun("measure");
    let metrics: Vec<(String, String)> =
        (0..run.rows("measure")).map(|row| (run.cell_at(noun, row, "key"), run.cell_at(noun, row, "value"))).collect();
    let of = |key: &str| metrics.iter().find(|(name, _)| name == key).unwrap().1.clone();
    assert_eq!(of("exact").parse::<f64>().unwrap().to_bits(), 0.123_456_789_012_345_68_f64.to_bits());
    assert!(of("none").starts_with("unknown") && of("huge").starts_with("unknown"));
    assert_eq!(of("large").parse::<f64>().unwrap().to_bits(), f64::MAX.to_bits());
}

#[test]
fn other_databases_are_no_text_and_hostile_ones_are_not_run() {
    let other = database("CREATE TABLE runs (a TEXT); INSERT INTO runs VALUES ('x');");
    let views = database(
        "CREATE TABLE registered_models (name TEXT); CREATE TABLE model_versions (name TEXT); CREATE TABLE experiments (a TEXT);
         CREATE VIEW runs AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS run_uuid FROM n;",
    );
    let mut cut = database(
        "CREATE TABLE registered_models (name TEXT); CREATE TABLE model_versions (name TEXT);
         CREATE TABLE experiments (a TEXT); CREATE TABLE runs (a TEXT);",
    );
    let broken = cut.clone();
    cut.truncate(1000);
    for (name, bytes) in [("other.db", other), ("views.db", views), ("cut.db", cut), ("broken.db", broken)] {
        let mut files = MemoryFiles::new();
        files.insert(format!("f/{name}"), bytes);
        let run = run_files(&[&format!("f/{name}")], &files, &mlflow());
        let codes = run.codes();
        assert!(codes == ["E0507"] || codes == ["E0501"], "{name}: {:?}", run.diagnostics());
    }
}

#[test]
fn pages_that_are_named_alone_and_lie_in_no_folder_are_one_source() {
    let versions = r#"{"model_versions": [{"name": "m", "version": "7", "creation_timestamp": 1790000000000}]}"#;
    let models = r#"{"registered_models": [{"name": "m", "creation_timestamp": 1, "aliases": [{"alias": "champion", "version": "7"}]}]}"#;
    let files = [("versions.json", versions), ("models.json", models)];
    let run = run(&["versions.json", "models.json"], &files, &mlflow()).no_errors();
    assert_eq!(run.cell("mlflow_model_version", "m@7", "aliases"), "[champion]");
    assert_eq!((run.imported.sources.len(), run.diagnostics()), (1, vec![]));
}

/// Files that are cut short or have a byte changed are an error, or are read: nothing stumbles over them.
#[test]
fn broken_files_of_every_kind_are_survived() {
    let needs = packages();
    let cuts = |name: &str, text: &str| {
        let bytes = text.as_bytes();
        for at in (0..bytes.len()).step_by(23) {
            let mut changed = bytes.to_vec();
            changed[at] = b"{}[]\",:0\\n"[at % 10];
            for bytes in [bytes[..at].to_vec(), changed] {
                let mut files = MemoryFiles::new();
                files.insert(name, bytes);
                let _ = run_files(&[name], &files, &needs);
            }
        }
    };
    cuts("list.json", &LISTED.replace("MORE", r#", "NextToken": "a""#));
    cuts("one.json", DESCRIBED);
    cuts("events.ndjson", EVENTS);
    cuts("azure.json", include_str!("registries/azure-rest-models.page0.json"));
    cuts("azure-list.json", include_str!("registries/azure-cli-models.json"));
    cuts(
        "card.md",
        "---\nlicense: mit\nmodel-index: [{name: a, results: [{metrics: [{type: f1, value: 0.5}]}]}]\n---\n",
    );
    cuts("dvc.lock", "stages:\n  a: {cmd: x, deps: [{path: a, md5: b}], outs: [{path: c, md5: d}]}\n");
    cuts("dvc.yaml", "stages:\n  a: {foreach: [1, 2], do: {cmd: x}}\n  b: {matrix: {x: [1, 2], y: [3]}, cmd: x}\n");
}
