//! The JSON is what its schema says, and nothing that the schema does not say.

use super::*;
use crate::samples::sample;
use serde_json::Value;

const SCHEMA_TEXT: &str = include_str!("../../../../docs/schema/results-1.json");

/// The schema as it is published allows fields to be added; the one of the tests does not, so that no field is undocumented.
fn strict() -> Value {
    fn close(schema: &mut Value) {
        if let Some(object) = schema.as_object_mut() {
            if object.contains_key("properties") {
                object.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
            object.values_mut().for_each(close);
        } else if let Some(list) = schema.as_array_mut() {
            list.iter_mut().for_each(close);
        }
    }
    let mut schema: Value = serde_json::from_str(SCHEMA_TEXT).unwrap();
    close(&mut schema);
    schema
}

fn errors(schema: &Value, document: &Value) -> Vec<String> {
    let validator = jsonschema::draft202012::new(schema).unwrap();
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_schema_is_valid_and_describes_every_field() {
    fn check(schema: &Value, path: &str) {
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            for (name, property) in properties {
                let path = format!("{path}/{name}");
                assert!(property.get("description").is_some(), "{path} has no description");
            }
        }
        match schema {
            Value::Object(object) => {
                object.iter().for_each(|(name, inner)| check(inner, &format!("{path}/{name}")));
            }
            Value::Array(list) => list.iter().for_each(|inner| check(inner, path)),
            _ => {}
        }
    }
    let schema: Value = serde_json::from_str(SCHEMA_TEXT).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    check(&schema, "");
}

#[test]
fn the_output_is_what_the_schema_says() {
    let (sources, results) = sample();
    for pretty in [false, true] {
        let document: Value = serde_json::from_str(&render(&results, &sources, pretty)).unwrap();
        assert_eq!(errors(&strict(), &document), [""; 0]);
    }
    let none = Results {
        as_of: "2026-06-30T00:00:00Z".to_owned(),
        period: None,
        sources: Vec::new(),
        controls: Vec::new(),
        exceptions: Vec::new(),
    };
    let document: Value = serde_json::from_str(&render(&none, &Sources::new(), false)).unwrap();
    assert_eq!(errors(&strict(), &document), [""; 0]);
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let (sources, results) = sample();
    let document: Value = serde_json::from_str(&render(&results, &sources, false)).unwrap();
    for (pointer, wrong) in [
        ("/schema", Value::from("tickmark/results/2")),
        ("/controls/0/status", Value::from("compliant")),
        ("/controls/0/subjects/0/fingerprint", Value::from("x")),
        ("/controls/0/counts/failed", Value::from(-1)),
        ("/controls/1/subjects/0/because/0/children/0/at/line", Value::from(0)),
        ("/sources/0/sha256", Value::Null),
        ("/exceptions/0/state", Value::from("granted")),
        ("/period", Value::from("2026")),
    ] {
        let mut changed = document.clone();
        *changed.pointer_mut(pointer).unwrap() = wrong;
        assert!(!errors(&strict(), &changed).is_empty(), "{pointer}");
    }
}

#[test]
fn fields_stand_in_the_order_of_the_contract() {
    let (sources, results) = sample();
    let text = render(&results, &sources, false);
    assert!(text.starts_with(r#"{"schema":"tickmark/results/1","engine":{"name":"tickmark","version":""#));
    let follow = |names: &[&str], from: usize| {
        let mut at = from;
        for name in names {
            let next = text[at..].find(&format!("\"{name}\":"));
            at += next.unwrap_or_else(|| panic!("`{name}` does not follow"));
        }
    };
    follow(&["as_of", "period", "sources", "controls", "exceptions", "summary"], 0);
    let controls = text.find("\"controls\":").unwrap();
    follow(&["id", "title", "severity", "cites", "status", "reason", "counts", "subjects"], controls);
    let subjects = text.find("\"subjects\":").unwrap();
    follow(&["noun", "id", "verdict", "sentence", "message", "because", "at", "fingerprint"], subjects);
}

#[test]
fn every_subject_is_listed_and_counted() {
    let (sources, results) = sample();
    let document: Value = serde_json::from_str(&render(&results, &sources, false)).unwrap();
    let listed: usize =
        document["controls"].as_array().unwrap().iter().map(|one| one["subjects"].as_array().unwrap().len()).sum();
    assert_eq!(listed, 1222);
    let expected = serde_json::json!({
        "controls": 8, "pass": 1, "fail": 2, "unknown": 2, "pending": 1, "empty": 1, "skipped": 1,
        "subjects": { "in_scope": 1222, "passed": 1206, "failed": 10, "unknown": 3, "pending": 2, "excepted": 1 }
    });
    assert_eq!(document["summary"], expected);
}

#[test]
fn one_control_in_full() {
    let (sources, mut results) = sample();
    results.controls.truncate(1);
    insta::assert_snapshot!(render(&results, &sources, true).replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

#[test]
fn the_fingerprint_does_not_depend_on_lines() {
    let (sources, results) = sample();
    let mut moved = Sources::new();
    for (_, file) in sources.iter() {
        moved.add(file.path.clone(), [b"\n\n".as_slice(), &file.bytes].concat());
    }
    let fingerprints = |text: &str| -> Vec<String> {
        let document: Value = serde_json::from_str(text).unwrap();
        let subjects =
            document["controls"].as_array().unwrap().iter().flat_map(|one| one["subjects"].as_array().unwrap());
        subjects.map(|one| one["fingerprint"].to_string()).collect()
    };
    let (before, after) = (render(&results, &sources, false), render(&results, &moved, false));
    assert_ne!(before, after);
    assert_eq!(fingerprints(&before), fingerprints(&after));
}

#[test]
fn the_same_results_give_the_same_bytes() {
    let ((sources, results), (again, others)) = (sample(), sample());
    assert_eq!(render(&results, &sources, true), render(&others, &again, true));
}

#[test]
fn no_string_steers_a_terminal_and_none_is_changed() {
    let (sources, results) = sample();
    for pretty in [false, true] {
        let text = render(&results, &sources, pretty);
        assert!(!text.chars().any(|letter| letter != '\n' && is_dangerous(letter)));
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["controls"][2]["subjects"][0]["id"], "train\u{1b}[2J\u{202e}");
    }
    assert_eq!(escape("\"\u{e0001}\u{9b}\"".to_owned()), r#""\udb40\udc01\u009b""#);
}
