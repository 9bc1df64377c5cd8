//! The conformance cases of the language, but those that are refused: those are the resolver's.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use serde_yaml::Value;

#[test]
fn conformance() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut failures = Vec::new();
    let mut count = 0;
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "yaml")) {
        let text = read(file);
        let document: Value = serde_yaml::from_str(&text).unwrap();
        for case in document["cases"].as_sequence().unwrap() {
            if case.get("expect").is_none() {
                continue;
            }
            count += 1;
            let name = case["name"].as_str().unwrap();
            failures.extend(check(case).into_iter().map(|failure| format!("{name}: {failure}")));
        }
    }
    assert!(count > 40, "only {count} cases were found");
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

#[expect(clippy::disallowed_methods, reason = "a test reads its cases from disk")]
fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap()
}

fn check(case: &Value) -> Vec<String> {
    let as_of = case.get("as_of").map_or("2026-12-31", |as_of| as_of.as_str().unwrap());
    let period = case.get("period").map(|period| period.as_str().unwrap());
    let options = common::options(as_of, period);
    let evaluation = match common::run(case["program"].as_str().unwrap(), &case["facts"], &options) {
        Ok((evaluation, _)) => evaluation,
        Err(errors) => return errors,
    };
    let mut failures = Vec::new();
    for (control, expected) in case["expect"].as_mapping().unwrap() {
        let control = control.as_str().unwrap();
        let Some(found) = evaluation.controls.iter().find(|found| found.id == control) else {
            failures.push(format!("{control} was not evaluated"));
            continue;
        };
        let wanted: BTreeMap<&str, &str> = expected["subjects"]
            .as_mapping()
            .unwrap()
            .iter()
            .map(|(id, verdict)| (id.as_str().unwrap(), verdict.as_str().unwrap()))
            .collect();
        let got: BTreeMap<&str, &str> =
            found.subjects.iter().map(|subject| (subject.id.as_str(), subject.verdict.word())).collect();
        let status = expected["status"].as_str().unwrap();
        if (status, &wanted) != (found.status.word(), &got) {
            failures.push(format!("{control}: expected {status} {wanted:?}\n{}", common::tell(found)));
        }
    }
    failures
}
