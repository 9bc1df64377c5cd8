//! Exports of millions of records: what several threads read of them is what one reads, wherever the file is cut and whatever is wrong with it.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{Run, needs, run_files, run_in_parts};
use std::fmt::Write as _;
use tickmark_source::MemoryFiles;

/// What is to be seen of an import: every cell with its place, and what was said.
fn seen(run: &Run) -> String {
    let facts = run.facts();
    let mut text = String::new();
    for (noun, need) in facts.needs().iter() {
        let _ = writeln!(text, "{} {}", need.name, facts.rows(noun));
        for row in 0..facts.all_rows(noun) {
            let _ = write!(text, "  {} {:?}", facts.id(noun, row), facts.place(noun, row));
            for attribute in 0..facts.attribute_count(noun) {
                let attribute = tickmark_facts::AttributeId(attribute);
                let cell = facts.cell(noun, row, attribute);
                let _ = write!(text, " {cell:?} {:?}", facts.cell_place(noun, row, attribute));
            }
            text.push('\n');
        }
    }
    let records: Vec<u64> = run.imported.sources.iter().map(|source| source.records).collect();
    let _ = writeln!(text, "{records:?} {:?}", run.diagnostics());
    text
}

fn runs(count: usize) -> String {
    let run = |number: usize| {
        let id = if number % 7 == 3 { "run_uuid" } else { "run_id" };
        format!(
            r#"{{"info": {{"run_uuid": "old{number}", "{id}": "r{}", "experiment_id": "{}", "status": "{}", "start_time": {}, "end_time": "{}", "artifact_uri": ""}},
 "data": {{"metrics": [{{"key": "auc", "value": {}}}, {{"key": "loss", "value": "NaN"}}, {{"key": "auc", "value": 0.5}}], "params": [{{"key": "lr", "value": "0.10"}}, {{"key": "none"}}], "tags": [{{"key": "say \"hi\"", "value": ""}}]}},
 "inputs": {{"dataset_inputs": [{{"tags": [{{"key": "mlflow.data.context", "value": "training"}}], "dataset": {{"name": "d{}", "digest": "x", "source": ""}}}}]}},
 "outputs": {{"model_outputs": [{{"model_id": "m{number}", "step": "0"}}, {{"step": "1"}}]}}}}"#,
            number % (count - 3),
            number % 5,
            if number.is_multiple_of(2) { "FINISHED" } else { "" },
            1_790_000_000_000_u64 + number as u64,
            if number.is_multiple_of(3) { "0" } else { "1790000000999" },
            number as f64 / 100.0,
            number % 4,
        )
    };
    let runs: Vec<String> = (0..count).map(run).collect();
    format!("{{\"runs\": [{}], \"next_page_token\": \"\"}}", runs.join(",\n"))
}

fn of_runs() -> std::sync::Arc<tickmark_facts::Needs> {
    needs(&[
        "mlflow_run(run_id): run_id text, run_name optional text, experiment_id text, experiment optional text, status text, start_time time, end_time time, artifact_uri text, params map param, metrics map metric, tags map tag, dataset_inputs many mlflow_dataset_input, model_outputs any",
        "mlflow_dataset_input: name text, digest text, source text, context text, tags map tag",
        "param: key text, value text",
        "metric: key text, value number",
        "tag: key text, value text",
    ])
}

#[test]
fn runs_are_read_alike_wherever_the_list_is_cut() {
    let mut files = MemoryFiles::new();
    files.insert("runs.json", runs(200).into_bytes());
    let whole = seen(&run_in_parts(&["runs.json"], &files, &of_runs(), usize::MAX));
    // A run that two pages tell of is one; of entries with one key the last counts; what is empty is missing.
    assert!(whole.contains("mlflow_run 197"), "{}", whole.lines().next().unwrap());
    assert!(whole.contains("0.5") && whole.contains("Text(\"training\")"), "{whole}");
    for distance in [1, 64, 1_000, 4_096, 50_000] {
        assert_eq!(seen(&run_in_parts(&["runs.json"], &files, &of_runs(), distance)), whole, "{distance}");
    }
}

#[test]
fn a_page_that_is_broken_says_so_alike_wherever_it_is_cut() {
    let text = runs(60);
    for at in (5..text.len()).step_by(997) {
        for broken in [
            text[..at].to_owned(),
            format!("{}\u{1}{}", &text[..at], &text[at..]),
            format!("{}}}{}", &text[..at], &text[at..]),
        ] {
            let mut files = MemoryFiles::new();
            files.insert("runs.json", broken.into_bytes());
            let whole = run_in_parts(&["runs.json"], &files, &of_runs(), usize::MAX);
            let parts = run_in_parts(&["runs.json"], &files, &of_runs(), 700);
            assert_eq!(parts.diagnostics(), whole.diagnostics(), "{at}");
        }
    }
}

fn event(number: usize) -> String {
    format!(
        "{{\"eventType\": \"{}\", \"eventTime\": \"2026-05-29T01:20:{:02}Z\", \"run\": {{\"runId\": \"r{}\"}}, \"job\": {{\"namespace\": \"ml\", \"name\": \"j{}\"}}, \"inputs\": [{{\"namespace\": \"s3://b\", \"name\": \"raw{}\", \"facets\": {{\"version\": {{\"datasetVersion\": \"v{}\"}}}}}}], \"outputs\": [{{\"namespace\": \"s3://b/\", \"name\": \"/clean{}\"}}]}}\n",
        ["START", "RUNNING", "COMPLETE"][number % 3],
        number % 60,
        number / 3,
        number / 3 % 11,
        number % 50,
        number % 9,
        number % 40,
    )
}

fn of_events() -> std::sync::Arc<tickmark_facts::Needs> {
    needs(&[
        "openlineage_run(run_id): run_id text, job optional text, status text, started_at time, ended_at time, inputs many openlineage_dataset_version, outputs many openlineage_dataset_version",
        "openlineage_job(job): job text, namespace text, name text",
        "openlineage_dataset_version(id): id text, dataset text, namespace text, name text, version text, made_by optional text, derived_from any",
    ])
}

#[test]
fn events_are_read_alike_by_one_thread_and_by_several() {
    // Several stretches, so that more than one thread has something to do.
    let mut text: String = (0..16_000).map(event).collect();
    assert!(text.len() > 4 << 20);
    let alike = |text: &str| {
        let mut files = MemoryFiles::new();
        files.insert("events.ndjson", text.as_bytes().to_vec());
        let read = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| seen(&run_files(&["events.ndjson"], &files, &of_events())))
        };
        let one = read(1);
        assert_eq!(read(4), one);
        one
    };
    let one = alike(&text);
    assert!(one.contains("openlineage_run 5334") && one.contains("[16000] []"), "{}", &one[one.len() - 200..]);
    // A line in the last stretch that is cut short.
    text.push_str("{\"eventType\": \"START\", \"run\": {\"runId\": \"x\"\n");
    let broken = alike(&text);
    assert!(broken.contains("error[E0503]"), "{}", &broken[broken.len() - 400..]);
    // Events in a list, and such that go over several lines.
    let listed: String =
        (0..12_000).map(|number| event(number).replace(", \"", ",\n \"")).collect::<Vec<_>>().join(",\n");
    alike(&format!("[{listed}]"));
}
