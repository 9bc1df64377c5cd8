//! The JSON Schema of the manifest says what the reader reads: the file is made of the reader's own tables, and both judge
//! the same manifests alike.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::path::Path;
use tickmark_diagnostics::Diagnostic;
use tickmark_source::{MemoryFiles, Sources};

const PACKS: [&str; 2] = ["soc2-ai", "starter"];

/// Whether the reader takes a manifest; its mistakes where it does not.
fn reader(text: &str) -> Vec<Diagnostic> {
    let mut files = MemoryFiles::new();
    files.insert("tickmark.yaml", text);
    let (manifest, diagnostics) = tickmark_manifest::read("tickmark.yaml", &PACKS, &files, &mut Sources::new());
    assert!(manifest.is_some() || !diagnostics.is_empty(), "{text}");
    diagnostics
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test reads the checkout")]
fn the_file_is_what_the_reader_reads() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema/tickmark.schema.json");
    let should_be = serde_json::to_string_pretty(&tickmark_manifest::schema()).unwrap() + "\n";
    if std::env::var_os("TICKMARK_ACCEPT").is_some() {
        std::fs::write(&path, &should_be).unwrap();
    }
    let is = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(is == should_be, "{}: run this test with TICKMARK_ACCEPT=1", path.display());
}

/// Each line is a manifest behind `version: 1`.
const GOOD: &[&str] = &[
    "",
    "sources: [{ path: exports/ }]",
    "sources: [{ path: 'exports/*.json', kind: mlflow, required: true, max_age: 30 days }]",
    "sources: [{ path: v.csv, noun: vendor, columns: { \"Supplier name\": name, Notes: ~ }, values: { status: { aktiv: active, 7: 3, x: true, y: ~ } } }]",
    "sources: [{ path: v.yaml, noun: vendor, records: register.vendors, max_age: P30D }]",
    "packs: [soc2-ai, ./controls, a/b.tick]",
    "params: { approval_window: 60 days, max: 1%, on: true, names: [a, 7, b], text: \"60 days\" }",
    "terraform: { var: { region: eu-west-1, count: 3, list: [a, b], map: { a: 1 } }, source: infra }",
    "period: { from: 2026-01-01, to: 2026-03-31 }",
    "as_of: 2026-03-31T10:00:00Z",
    "calendar: { time_zone: Europe/Berlin }",
    "exceptions: [exceptions.tick, more/]",
];

const BAD: &[&str] = &[
    "version2: 1",
    "source: []",
    "sources: exports/",
    "sources: [exports/]",
    "sources: [{ kind: mlflow }]",
    "sources: [{ path: '' }]",
    "sources: [{ path: 7 }]",
    "sources: [{ path: a, requierd: true }]",
    "sources: [{ path: a, required: yes }]",
    "sources: [{ path: a, required: \"true\" }]",
    "sources: [{ path: a, kind: mlfow }]",
    "sources: [{ path: a, max_age: thirty days }]",
    "sources: [{ path: a, max_age: 30 }]",
    "sources: [{ path: a.csv, noun: vendor, columns: [name] }]",
    "sources: [{ path: a.csv, noun: vendor, columns: { A: 7 } }]",
    "sources: [{ path: a.csv, noun: vendor, values: { status: active } }]",
    "sources: [{ path: a.csv, noun: vendor, values: { status: { a: [b] } } }]",
    "packs: soc2-ai",
    "packs: [7]",
    "params: [a]",
    "params: { a: { b: c } }",
    "params: { a: ~ }",
    "params: { a: [[b]] }",
    "terraform: { vars: { a: b } }",
    "terraform: { var: { a: ~ } }",
    "terraform: { var: [a] }",
    "period: { from: 2026-01-01 }",
    "period: 2026-01-01..2026-03-31",
    "period: { from: 2026-01-01, until: 2026-03-31 }",
    "period: { from: January, to: 2026-03-31 }",
    "as_of: yesterday",
    "as_of: 2026",
    "calendar: { business_days: monday to friday }",
    "calendar: Europe/Berlin",
    "exceptions: exceptions.tick",
];

#[test]
fn reader_and_schema_agree() {
    let schema = jsonschema::validator_for(&tickmark_manifest::schema()).unwrap();
    let judge = |text: &str| {
        let value: serde_json::Value = serde_yaml::from_str(text).unwrap();
        schema.is_valid(&value)
    };
    for line in GOOD {
        let text = format!("version: 1\n{line}\n");
        assert_eq!(reader(&text), [], "{text}");
        assert!(judge(&text), "the schema refuses\n{text}");
    }
    for line in BAD {
        let text = format!("version: 1\n{line}\n");
        assert!(!reader(&text).is_empty(), "the reader takes\n{text}");
        assert!(!judge(&text), "the schema takes\n{text}");
    }
    for text in ["sources: []\n", "version: 2\n", "version: \"1\"\n"] {
        assert!(!reader(text).is_empty() && !judge(text), "{text}");
    }
}

/// What no schema can say, the reader says all the same.
#[test]
fn the_reader_knows_more() {
    for line in [
        "packs: [soc-ai]",
        "period: { from: 2026-03-31, to: 2026-01-01 }",
        "as_of: 2026-02-30",
        "calendar: { time_zone: Europe/Berlni }",
        "sources: [{ path: a.csv, kind: csv }]",
        "sources: [{ path: a, kind: mlflow, noun: model }]",
        "sources: [{ path: a.csv, columns: { A: b } }]",
        "sources: [{ path: a, max_age: 0 days }]",
        "packs: [a]\npacks: [b]",
        "packs: [\"a]",
        "---\nversion: 1",
        "packs: *nowhere",
    ] {
        assert!(!reader(&format!("version: 1\n{line}\n")).is_empty(), "{line}");
    }
    let deep = format!("version: 1\nterraform: {{ var: {{ a: {}{} }} }}", "[".repeat(60), "]".repeat(60));
    assert!(reader(&deep).iter().any(|error| error.message.contains("limit of 32 levels")), "{:?}", reader(&deep));
    let mut bomb = String::from("version: 1\nterraform:\n  var:\n    a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for n in 1..9 {
        let item = format!("*a{}", n - 1);
        bomb.push_str(&format!("    a{n}: &a{n} [{}]\n", vec![item; 9].join(", ")));
    }
    assert!(reader(&bomb).iter().any(|error| error.message.contains("limit of 100000 values")));
}
