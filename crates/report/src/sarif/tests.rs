//! The log is valid, its regions lie in their files, and its fingerprints stay when lines move.

use super::*;
use crate::samples::sample;
use serde_json::Value;
use std::path::Path;

fn parsed(results: &Results, sources: &Sources) -> Value {
    serde_json::from_str(&render(results, sources, None)).unwrap()
}

fn results_of(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().unwrap()
}

#[test]
fn the_log_is_valid_by_the_schema_of_the_standard() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/schemas/sarif/sarif-2.1.0.json");
    #[expect(clippy::disallowed_methods, reason = "a test reads the schema from disk")]
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("skipped: the schema of SARIF is not beside this checkout");
        return;
    };
    let schema: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let (sources, results) = sample();
    let none = Results {
        as_of: "2026-06-30T00:00:00Z".to_owned(),
        period: None,
        sources: Vec::new(),
        controls: Vec::new(),
        exceptions: Vec::new(),
    };
    for log in [parsed(&results, &sources), parsed(&none, &Sources::new())] {
        let errors: Vec<String> =
            validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(errors, [""; 0]);
    }
    let mut wrong = parsed(&results, &sources);
    wrong["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = Value::from(0);
    assert!(!validator.is_valid(&wrong), "the schema is looked at");
}

#[test]
fn the_whole_sample() {
    let (sources, mut results) = sample();
    // The long list of what passes gives no result; one of the nine failures of one kind is enough.
    results.controls[1].subjects.retain(|subject| !subject.id.starts_with("chat@") || subject.id == "chat@2");
    let text = render(&results, &sources, None);
    insta::assert_snapshot!(text.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

#[test]
fn each_verdict_has_its_kind_and_level() {
    let (sources, results) = sample();
    let log = parsed(&results, &sources);
    let mut told: Vec<(String, String, String, bool)> = results_of(&log)
        .iter()
        .map(|one| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let verdict = text(&one["properties"]["verdict"]);
            (verdict, text(&one["kind"]), text(&one["level"]), one.get("suppressions").is_some())
        })
        .collect();
    told.sort();
    told.dedup();
    let expected = [
        ("excepted", "fail", "error", true),
        ("fail", "fail", "error", false),
        ("fail", "fail", "warning", false),
        ("pending", "informational", "none", false),
        ("unknown", "open", "none", false),
    ];
    assert_eq!(told, expected.map(|(v, k, l, s)| (v.to_owned(), k.to_owned(), l.to_owned(), s)));
    let listed = results.controls.iter().flat_map(|one| &one.subjects).filter(|one| one.verdict != Verdict::Pass);
    assert_eq!(results_of(&log).len(), listed.count());
}

#[test]
fn every_index_leads_to_what_is_named() {
    let (sources, results) = sample();
    let log = parsed(&results, &sources);
    let run = &log["runs"][0];
    let at = |index: &Value| usize::try_from(index.as_u64().unwrap()).unwrap();
    for one in results_of(&log) {
        assert_eq!(run["tool"]["driver"]["rules"][at(&one["ruleIndex"])]["id"], one["ruleId"]);
        assert!(!one["locations"][0]["physicalLocation"].is_null(), "each result has a place: {one}");
    }
    for rule in run["tool"]["driver"]["rules"].as_array().unwrap() {
        for relation in rule["relationships"].as_array().into_iter().flatten() {
            let target = &relation["target"];
            let taxonomy = &run["taxonomies"][at(&target["toolComponent"]["index"])];
            assert_eq!(taxonomy["name"], target["toolComponent"]["name"]);
            assert_eq!(taxonomy["taxa"][at(&target["index"])]["id"], target["id"]);
        }
    }
}

#[test]
fn regions_lie_in_their_files() {
    let (sources, mut results) = sample();
    let end = sources.iter().find(|(_, file)| file.path == "facts/models.yaml").unwrap();
    // A place behind the end of its file.
    let file = end.0;
    results.controls[0].subjects[1].place = Some(tickmark_source::Place { file, offset: u32::MAX });
    results.controls[0].subjects[1].because.clear();
    let log = parsed(&results, &sources);
    for one in results_of(&log) {
        let physical = &one["locations"][0]["physicalLocation"];
        let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
        let Some(region) = physical.get("region") else { continue };
        let (_, file) = sources.iter().find(|(_, file)| file.path == uri).unwrap();
        let text = String::from_utf8_lossy(&file.bytes).into_owned();
        let number = |name: &str| usize::try_from(region[name].as_u64().unwrap()).unwrap();
        let lines: Vec<&str> = text.split('\n').collect();
        assert!((1..=lines.len()).contains(&number("startLine")), "{one}");
        assert!((1..=lines[number("startLine") - 1].chars().count() + 1).contains(&number("startColumn")), "{one}");
    }
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let (sources, results) = sample();
    let mut moved = Sources::new();
    for (_, file) in sources.iter() {
        moved.add(file.path.clone(), [b"\n\n".as_slice(), &file.bytes].concat());
    }
    let fingerprints = |log: &Value| -> Vec<String> {
        results_of(log).iter().map(|one| one["partialFingerprints"].to_string()).collect()
    };
    let (before, after) = (parsed(&results, &sources), parsed(&results, &moved));
    assert_ne!(before, after);
    assert_eq!(fingerprints(&before), fingerprints(&after));
    let different: BTreeSet<String> = fingerprints(&before).into_iter().collect();
    assert_eq!(different.len(), results_of(&before).len(), "each finding has its own");
}

#[test]
fn addresses_are_uris() {
    for (path, expected) in [
        ("a b/ü%#?.tf", "a%20b/%C3%BC%25%23%3F.tf"),
        ("../x.tf", "../x.tf"),
        ("/etc/x.tf", "file:///etc/x.tf"),
        ("a:b.tf", "a%3Ab.tf"),
    ] {
        assert_eq!(uri(path), expected);
    }
    if !cfg!(windows) {
        assert_eq!(uri(r"a\b"), "a%5Cb");
    }
}

#[test]
fn texts_are_taken_for_themselves() {
    assert_eq!(plain("{0} {a} {} ${x} {12"), "{{0}} {a} {} ${x} {12");
    assert_eq!(plain("a[0](b) c[1]"), r"a[0\](b) c[1]");
    assert_eq!(plain("模{3}型]"), "模{{3}}型]");
}
