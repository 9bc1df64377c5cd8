//! The conformance cases of the language, through the command: verdicts and refusals.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use tickmark_source::MemoryFiles;
use tickmark_tests::{corpus, root, tickmark, tickmark_in};

#[derive(serde::Deserialize)]
struct Suite {
    cases: Vec<Case>,
}

#[derive(serde::Deserialize)]
struct Case {
    name: String,
    program: String,
    facts: serde_yaml::Value,
    as_of: Option<String>,
    period: Option<String>,
    #[serde(default)]
    expect: BTreeMap<String, Expected>,
    expect_error: Option<ExpectedError>,
}

#[derive(serde::Deserialize)]
struct Expected {
    status: String,
    subjects: BTreeMap<String, String>,
}

#[derive(serde::Deserialize)]
struct ExpectedError {
    line: Option<u32>,
    mentions: Vec<String>,
}

fn run_case(case: &Case) -> Vec<String> {
    let mut files = MemoryFiles::new();
    files.insert("case.tick", case.program.clone());
    files.insert("facts.yaml", serde_yaml::to_string(&case.facts).unwrap());
    let as_of = case.as_of.clone().unwrap_or_else(|| "2026-12-31".into());
    let mut arguments =
        vec!["check", "--controls", "case.tick", "--format", "json", "--as-of", &as_of, "yaml=facts.yaml"];
    if let Some(period) = &case.period {
        arguments.extend(["--period", period]);
    }
    let outcome = tickmark_in(&files, &arguments);
    match &case.expect_error {
        Some(expected) => refused(&outcome, expected),
        None => verdicts(&outcome, &case.expect),
    }
}

fn refused(outcome: &tickmark_tests::Outcome, expected: &ExpectedError) -> Vec<String> {
    let mut wrong = Vec::new();
    if outcome.code != 2 || !outcome.out.is_empty() {
        wrong.push(format!("exit code {} and output {:?}, not 2 and none", outcome.code, outcome.out));
    }
    if let Some(line) = expected.line {
        let first = outcome.err.split("case.tick:").nth(1).and_then(|rest| rest.split(':').next());
        if first != Some(line.to_string().as_str()) {
            wrong.push(format!("the first diagnostic is on line {first:?}, not {line}\n{}", outcome.err));
        }
    }
    let unmentioned = expected.mentions.iter().filter(|word| !outcome.err.contains(word.as_str()));
    wrong.extend(unmentioned.map(|word| format!("`{word}` is not mentioned\n{}", outcome.err)));
    wrong
}

fn verdicts(outcome: &tickmark_tests::Outcome, expected: &BTreeMap<String, Expected>) -> Vec<String> {
    if outcome.out.is_empty() {
        return vec![format!("nothing came out, exit code {}\n{}", outcome.code, outcome.err)];
    }
    let json = outcome.json();
    let mut wrong = Vec::new();
    let controls: BTreeMap<&str, &Value> =
        json["controls"].as_array().unwrap().iter().map(|control| (control["id"].as_str().unwrap(), control)).collect();
    for (id, expected) in expected {
        let Some(control) = controls.get(id.as_str()) else {
            wrong.push(format!("{id}: not in the results"));
            continue;
        };
        if control["status"] != expected.status.as_str() {
            wrong.push(format!(
                "{id}: status {} and not {} ({})",
                control["status"], expected.status, control["reason"]
            ));
        }
        let found: BTreeMap<String, String> = control["subjects"]
            .as_array()
            .unwrap()
            .iter()
            .map(|subject| (subject["id"].as_str().unwrap().into(), subject["verdict"].as_str().unwrap().into()))
            .collect();
        if found != expected.subjects {
            wrong.push(format!("{id}: {found:?}\n   expected {:?}", expected.subjects));
        }
    }
    wrong
}

fn run_folder(folder: &Path) -> usize {
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "yaml")) {
        let suite: Suite = serde_yaml::from_reader(std::fs::File::open(path).unwrap()).unwrap();
        for case in suite.cases {
            count += 1;
            wrong.extend(run_case(&case).into_iter().map(|line| format!("{} — {line}", case.name)));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    count
}

#[test]
fn our_copy_of_the_cases_holds() {
    let count = run_folder(&root().join("tests/conformance"));
    assert!(count > 60, "only {count} cases were found");
}

#[test]
fn our_own_further_cases_hold() {
    let count = run_folder(&root().join("tests/suite"));
    assert!(count > 10, "only {count} cases were found");
}

#[test]
fn the_shared_cases_hold() {
    if let Some(corpus) = corpus() {
        run_folder(&corpus.join("../conformance"));
    }
}

/// What facts in a file cannot say, as that a list is not known, a test can.
#[test]
fn what_only_tests_can_say_holds() {
    let folder = root().join("tests/suite");
    let outcome = tickmark(&["test", &folder.to_string_lossy()]);
    assert_eq!(outcome.code, 0, "{}{}", outcome.out, outcome.err);
    assert!(outcome.out.contains(" passed, 0 failed"), "{}", outcome.out);
}
