//! Registers in the forms that people keep them in, and what is seen of use that no register tells of.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

#[path = "registers/forms.rs"]
mod forms;
#[path = "registers/mapping.rs"]
mod mapping;
#[path = "registers/observed.rs"]
mod observed;

use std::path::Path;

use tickmark_source::MemoryFiles;
use tickmark_tests::{Outcome, corpus, root, tickmark, tickmark_in};

/// Files on disk below a folder, as they are named from there.
#[expect(clippy::disallowed_methods, reason = "a test reads fixtures from disk")]
fn folder(path: &Path) -> MemoryFiles {
    let mut files = MemoryFiles::new();
    for entry in walkdir::WalkDir::new(path).sort_by_file_name().into_iter().flatten() {
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(path).unwrap().to_string_lossy().replace('\\', "/");
            files.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
    files
}

fn run(files: &MemoryFiles, arguments: &[&str]) -> Outcome {
    let outcome = tickmark_in(files, arguments);
    assert_ne!(outcome.code, 2, "{arguments:?}\n{}", outcome.err);
    outcome
}

/// `attribute value`, for each attribute of a record that has one, in the order of their names; places are left out.
fn values(outcome: &Outcome) -> Vec<String> {
    let mut lines: Vec<String> = outcome
        .out
        .lines()
        .skip(3)
        .filter_map(|line| {
            let (name, rest) = line.split_once("  ")?;
            // The place stands behind the last gap.
            let value = rest.trim().rsplit_once("  ").map_or(rest.trim(), |(value, _)| value.trim());
            (!value.starts_with("not surveyed") && value != "missing").then(|| format!("{name} {value}"))
        })
        .collect();
    lines.sort();
    lines
}

const VENDOR: &str = r#"
entity vendor {
  key name
  name text  id text  service text  ai bool  categories list of text  region text  dpa_signed time  last_review time
  risk ordered "low", "medium", "high", "critical"  owner text  contract_end time  reports many report
}
entity report { kind text  covers_to time }
control V-1 "all of it is looked at" {
  cites CC9.2
  every vendor: id exists and service exists and ai and categories contains "x" and region exists and dpa_signed exists
    and last_review exists and risk == "high" and owner exists and contract_end exists
    and (every report: kind exists and covers_to exists)
}
"#;

const AS_CSV: &str = r#"version: 1
sources:
  - path: vendor_register.csv
    noun: vendor
    columns: { vendor_id: id, ai_subprocessor: ai, data_categories: categories, soc2_report_end: reports.covers_to }
    constants: { reports.kind: SOC 2 Type II }
packs: [./e.tick]
as_of: 2026-11-01
"#;

const AS_YAML: &str = r#"version: 1
sources:
  - path: vendor_register.yaml
    noun: vendor
    records: register.vendors
    columns:
      data: categories
      dpa.signed: dpa_signed
      dpa.scc: ~
      assurance.kind: reports.kind
      assurance.period_end: reports.covers_to
      assurance.exceptions: ~
      assurance.valid_until: ~
      trains_on_our_data: ~
packs: [./e.tick]
as_of: 2026-11-01
"#;

/// The registers of the corpus in both forms, each by its own mapping, say the same of the vendors that both have. Where they are two
/// states of the register (one has an agreement with the third vendor that the other lacks), the difference is what is told.
#[test]
fn the_corpus_says_the_same_in_both_forms() {
    let Some(corpus) = corpus() else { return };
    let mut files = folder(&corpus.join("vendors"));
    for (name, text) in [("e.tick", VENDOR), ("csv.yaml", AS_CSV), ("yaml.yaml", AS_YAML)] {
        files.insert(name, text.as_bytes().to_vec());
    }
    let of = |manifest: &str, id: &str| {
        let outcome = run(&files, &["facts", "vendor", id, "--manifest", manifest]);
        let mut values = values(&outcome);
        // Which of them a nested record is depends on the file; the owner and the end of the contract are in the table alone.
        values.retain(|value| !["reports", "owner", "contract_end"].iter().any(|name| value.starts_with(name)));
        (outcome.out, values)
    };
    for id in ["Cloudward, Inc.", "LabelWorks"] {
        let ((table, from_table), (_, from_yaml)) = (of("csv.yaml", id), of("yaml.yaml", id));
        let region = |values: &[String]| values.iter().find(|value| value.starts_with("region")).unwrap().clone();
        if id == "LabelWorks" {
            // `NO` is Norway, and no bool; the table says that it is the United States.
            assert_eq!((region(&from_table), region(&from_yaml)), ("region \"US\"".into(), "region \"NO\"".into()));
        }
        let without = |values: &[String]| -> Vec<String> {
            values.iter().filter(|value| id == "Cloudward, Inc." || !value.starts_with("region")).cloned().collect()
        };
        assert_eq!(without(&from_table), without(&from_yaml), "{id}");
        assert!(from_table.len() >= 8 && table.contains("vendor_register.csv:"), "{table}");
    }
    let (_, third) = of("csv.yaml", "OpenModel \"Labs\"");
    let (_, other) = of("yaml.yaml", "OpenModel \"Labs\"");
    let only_there: Vec<&String> = third.iter().filter(|value| !other.contains(value)).collect();
    assert_eq!(only_there, ["dpa_signed 2026-04-04", "last_review 2026-10-10"]);
    assert!(other.iter().all(|value| third.contains(value)));
    assert!(third.contains(&"ai true".to_owned()), "`YES` is true: {third:?}");
    // `n/a` is no report: no nested record is made of it.
    let mailmoth = run(&files, &["facts", "vendor", "Mailmoth", "--manifest", "csv.yaml"]);
    assert!(mailmoth.out.lines().any(|line| line.starts_with("reports") && line.contains("none")), "{}", mailmoth.out);
}

/// The places of a register are its own lines.
#[test]
fn places_are_those_of_the_register() {
    let Some(corpus) = corpus() else { return };
    let mut files = folder(&corpus.join("vendors"));
    files.insert("e.tick", VENDOR.as_bytes().to_vec());
    files.insert("yaml.yaml", AS_YAML.as_bytes().to_vec());
    let outcome = run(&files, &["facts", "vendor", "LabelWorks", "--manifest", "yaml.yaml"]);
    let line = |name: &str| {
        let line = outcome.out.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    assert_eq!((line("region"), line("dpa_signed"), line("ai")), ("22:15".into(), "23:21".into(), "20:11".into()));
}

/// `tickmark init` finds registers in every form, and writes down what somebody has to decide.
#[test]
#[expect(clippy::disallowed_methods, reason = "init writes to disk")]
fn init_writes_a_commented_mapping() {
    let folder = tempfile::tempdir().unwrap();
    let source = root().join("fixtures/registers");
    for entry in walkdir::WalkDir::new(&source).into_iter().flatten().filter(|entry| entry.file_type().is_file()) {
        let path = folder.path().join(entry.path().strip_prefix(&source).unwrap());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::copy(entry.path(), path).unwrap();
    }
    std::fs::remove_file(folder.path().join("tickmark.yaml")).unwrap();
    let here = folder.path().to_string_lossy().into_owned();
    let outcome = tickmark(&["init", &here]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    let manifest = folder.path().join("tickmark.yaml");
    insta::assert_snapshot!(std::fs::read_to_string(&manifest).unwrap());
    // It can be read as it stands.
    let manifest = manifest.to_string_lossy().into_owned();
    let outcome = tickmark(&["facts", "vendor", "--manifest", &manifest]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
}
