//! Strangers' files: whatever they hold, an answer comes, and never a panic.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{needs, run_files};
use proptest::prelude::*;
use std::sync::Arc;
use tickmark_facts::Needs;
use tickmark_source::MemoryFiles;

fn wanted() -> Arc<Needs> {
    needs(&[
        "model(name): name text, size any model, hosts list text, parts many model, tags map tag, at time",
        "open aws_s3_bucket: bucket any model, tags any tag, aws_s3_bucket_policy many aws_s3_bucket_policy",
        "open aws_s3_bucket_policy: bucket any, policy any",
        "mlflow_model_version(name, version): name text, version text, aliases list text, tags map tag, creation_timestamp time",
        "mlflow_run(run_id): run_id text, metrics map tag",
        "tag: key text, value text",
    ])
}

fn import_any(path: &str, bytes: Vec<u8>) {
    for argument in [
        path,
        "yaml=a",
        "json=a",
        "jsonl=a",
        "csv:model=a",
        "json:model=a",
        "terraform=a",
        "mlflow=a",
        "cloudformation=a",
        "kubernetes=a",
    ] {
        let mut files = MemoryFiles::new();
        files.insert("a", bytes.clone());
        files.insert("a.json", bytes.clone());
        files.insert("a.yaml", bytes.clone());
        let run = run_files(&[argument], &files, &wanted());
        for diagnostic in &run.imported.diagnostics {
            let _ = diagnostic.to_plain(&run.sources);
        }
    }
}

const PLAN: &str = r#"{"format_version":"1.2","resource_changes":[{"address":"module.m[\"k\"].aws_s3_bucket.a[0]","module_address":"module.m[\"k\"]","mode":"managed","type":"aws_s3_bucket","name":"a","index":0,"change":{"actions":["create"],"after":{"bucket":"x","tags":{"a":null},"l":[1,{"b":2}]},"after_unknown":{"arn":true,"tags":{"b":true},"l":[false,{"c":true},true]},"after_sensitive":{"bucket":true}}},{"address":"aws_s3_bucket_policy.p","mode":"managed","type":"aws_s3_bucket_policy","name":"p","change":{"actions":["update"],"after":{"policy":"{}"},"after_unknown":{"bucket":true}}}],"configuration":{"root_module":{"resources":[{"mode":"managed","type":"aws_s3_bucket_policy","name":"p","expressions":{"bucket":{"references":["module.m[\"k\"].id","module.m[\"k\"]","module.m"]}}}],"module_calls":{"m":{"expressions":{"x":{"references":["local.y"]}},"for_each_expression":{"references":["each.value"]},"module":{"outputs":{"id":{"expression":{"references":["aws_s3_bucket.a[0].id","var.x"]}}},"resources":[{"mode":"managed","type":"aws_s3_bucket","name":"a"}]}}}}}}"#;
const PAGE: &str = r#"{"model_versions":[{"name":"a","version":"1","creation_timestamp":1764590400000,"tags":[{"key":"k","value":"v"}]}],"next_page_token":"x","registered_models":[{"name":"a","aliases":[{"alias":"c","version":"1"},{"alias":"d","version":"2"}],"latest_versions":[{"name":"a","version":"1"}]}],"runs":[{"info":{"run_id":"r","start_time":"12"},"data":{"metrics":[{"key":"m","value":"NaN"}]},"inputs":{"dataset_inputs":[{"tags":[],"dataset":{"name":"d"}}]}}]}"#;
const YAML: &str = "_source: {complete: true}\nmodel:\n  - &a {name: x, hosts: [a, 'b', \"c\"], tags: {k: v}, parts: [{name: y}]}\n  - *a\n  - name: |\n      long\n    size: 1.5e3\n---\nmodels: {name: z}\n";
const TABLE: &str = "name,hosts,at\r\nx,\"a;b\",2026-01-01\n\"y\"\"\",,\n";

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        import_any("a.yaml", bytes);
    }

    #[test]
    fn random_words(words in proptest::collection::vec(proptest::sample::select(vec![
        "{", "}", "[", "]", ":", ",", "\"model\"", "model", "-", " ", "\n", "&a", "*a", "!!str", "null", "1e9", "\"", "'", "|", "#", "---",
        "format_version", "\"resource_changes\"", "<<", "? ", "%YAML 1.2", "é", "\u{0}", ";", "true", "_source", "\\u00", "9999999999999999999999",
    ]), 0..60)) {
        import_any("a.yaml", words.concat().into_bytes());
    }

    #[test]
    fn damaged_exports(which in 0..4_usize, cut in 0..2000_usize, at in 0..2000_usize, byte in any::<u8>()) {
        let mut bytes = [PLAN, PAGE, YAML, TABLE][which].as_bytes().to_vec();
        let length = bytes.len();
        bytes[at % length] = byte;
        bytes.truncate(cut.max(1));
        import_any("a.json", bytes);
    }
}

#[test]
fn every_truncation_of_an_export_is_answered() {
    for text in [PLAN, PAGE] {
        for end in 1..text.len() {
            let mut files = MemoryFiles::new();
            files.insert("a.json", text.as_bytes()[..end].to_vec());
            let run = run_files(&["a.json"], &files, &wanted());
            assert!(run.imported.diagnostics.iter().any(tickmark_diagnostics::Diagnostic::is_error), "{end}");
        }
    }
    common::run(&["a.json"], &[("a.json", PLAN)], &wanted()).no_errors();
    common::run(&["a.json"], &[("a.json", PAGE)], &wanted()).no_errors();
    common::run(&["a.yaml"], &[("a.yaml", YAML)], &wanted()).no_errors();
}

#[test]
fn deep_and_hostile_files_are_refused_quickly() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    for text in [
        deep("[", "]"),
        deep("{\"a\":", "}"),
        format!("{{\"model\":{}}}", deep("[", "]")),
        format!("{{\"format_version\":\"1\",\"configuration\":{}}}", deep("{\"root_module\":", "}")),
        "- ".repeat(20_000),
        "a:\n ".repeat(20_000),
        format!("model: [{}]", "&a [*a, ".repeat(1000)),
        "\"".repeat(100_000),
        format!("{{\"model\": {}}}", "9".repeat(100_000)),
        format!("{{\"model\": [{{\"size\": {}}}]}}", "9".repeat(100_000)),
        ",".repeat(100_000),
    ] {
        import_any("a.json", text.into_bytes());
    }
}

#[test]
fn the_work_is_the_same_on_one_thread_and_on_many() {
    let mut files = MemoryFiles::new();
    for number in 0..20 {
        files.insert(
            format!("f/{number:02}.json"),
            format!("{{\"model\":[{{\"name\":\"m{number}\",\"odd{number}\":1}}]}}"),
        );
    }
    let ids = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let run = run_files(&["f"], &files, &wanted());
            (run.ids("model"), run.diagnostics())
        })
    };
    assert_eq!(ids(1), ids(8));
}
