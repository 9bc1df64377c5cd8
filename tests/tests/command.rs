//! The command as a user meets it: exit codes, output files, options, help.

use tickmark_source::MemoryFiles;
use tickmark_tests::{Outcome, tickmark, tickmark_in};

const PROGRAM: &str = r#"pack demo "Demo"

param limit = 2                   "how many"

entity db { key id  id text  encrypted bool  replicas number  backups many backup }
entity backup { at event time }

control D-1 "Databases are encrypted" {
  cites    CC6.1
  severity high
  owner    "data@acme.example"
  because  "A stolen disk must tell nothing."
  fix      "Turn encryption on."

  every db is encrypted
}

control D-2 "Databases are backed up" {
  cites A1.2
  every db: replicas >= $limit
    otherwise "{id} has {replicas} replicas"
}

control D-3 "Backups are made" {
  cites A1.2
  every db has backup in each quarter
}

exception D-1 for db "c" { reason "moving"  owner "ana"  approved_by "bo"  expires 2026-12-31 }
exception D-1 for db "gone" { reason "gone"  owner "ana"  approved_by "bo"  expires 2026-12-31 }
exception D-2 for db "b" { reason "old"  owner "ana"  approved_by "bo"  expires 2025-12-31 }

test D-1 "an unencrypted one fails" {
  given db "x" { id: "x", encrypted: false }
  expect fail for db "x"
}
"#;

const FACTS: &str = r#"db:
- { id: a, encrypted: true, replicas: 2, backups: [{ at: 2026-02-01 }, { at: 2026-05-01 }] }
- { id: b, encrypted: true, replicas: 1, backups: [] }
- { id: c, encrypted: false, replicas: 3 }
- { id: d, replicas: 3 }
"#;

fn files() -> MemoryFiles {
    let mut files = MemoryFiles::new();
    files.insert("demo.tick", PROGRAM);
    files.insert("facts.yaml", FACTS);
    files
}

fn call(arguments: &[&str]) -> Outcome {
    tickmark_in(&files(), arguments)
}

#[test]
fn exit_codes_are_those_of_the_language_page() {
    let only = |id: &str, more: &[&str]| {
        let mut arguments =
            vec!["check", "facts.yaml", "--controls", "demo.tick", "--only", id, "--as-of", "2026-06-30"];
        arguments.extend(more);
        call(&arguments).code
    };
    assert_eq!(only("D-1", &[]), 1, "d is unknown");
    assert_eq!(only("D-2", &[]), 1, "b fails, and its exception is expired");
    assert_eq!(only("D-2", &["--set", "limit=1"]), 0);
    assert_eq!(only("D-9", &[]), 2, "there is no such control");
    assert_eq!(call(&["check", "facts.yaml"]).code, 2, "nothing to run");
    assert_eq!(call(&["check", "nowhere.yaml", "--controls", "demo.tick"]).code, 2);
    assert_eq!(call(&["check", "facts.yaml", "--controls", "nowhere.tick"]).code, 2);
    let without = call(&["check", "--controls", "demo.tick"]);
    assert_eq!(without.code, 0, "no source at all: every control is skipped");
    assert!(without.err.contains("W0603"), "and that is said: {}", without.err);
    assert_eq!(call(&["check", "--controls", "demo.tick", "--fail-on", "skipped"]).code, 1);
    assert_eq!(call(&["frobnicate"]).code, 2);
}

#[test]
fn the_text_page() {
    let outcome = call(&[
        "check",
        "facts.yaml",
        "--controls",
        "demo.tick",
        "--as-of",
        "2026-06-30",
        "--period",
        "2026-01-01..2026-06-30",
    ]);
    insta::assert_snapshot!(outcome.out);
    insta::assert_snapshot!("the_text_page_errors", outcome.err);
}

#[test]
fn the_json_page() {
    let outcome = call(&[
        "check",
        "facts.yaml",
        "--controls",
        "demo.tick",
        "--as-of",
        "2026-06-30",
        "--format",
        "json",
        "--only",
        "D-2",
    ]);
    insta::assert_snapshot!(outcome.out);
}

#[test]
fn the_same_bytes_on_any_number_of_threads() {
    let check: &[&str] = &["check", "facts.yaml", "--controls", "demo.tick", "--format", "json"];
    let mistakes: &[&str] = &["check", "facts.yaml", "--controls", "many"];
    let test: &[&str] = &["test", "demo.tick"];
    let query: &[&str] = &["query", "db where replicas > 1", "facts.yaml", "--controls", "demo.tick"];
    let explain: &[&str] = &["explain", "D-2", "b", "--controls", "demo.tick", "--facts", "facts.yaml"];
    let describe: &[&str] = &["explain", "D-2", "--controls", "demo.tick"];
    let facts: &[&str] = &["facts", "facts.yaml", "--controls", "demo.tick"];
    let mut files = files();
    // Enough text to be shared among threads, and a mistake in each file.
    for number in 0..20 {
        let filler = format!("adjective a{number} for db: id == \"{}\"\n", "x".repeat(3_000));
        files.insert(format!("many/{number}.tick"), format!("{filler}control {number} {{ every db: == }}\n"));
    }
    for arguments in [check, mistakes, test, query, explain, describe, facts] {
        let with = |jobs: &[&str]| tickmark_in(&files, &[arguments, jobs].concat());
        let alone = with(&["--jobs", "1"]);
        assert!(!alone.out.is_empty() || alone.err.matches("error").count() >= 20, "{arguments:?}: {alone:?}");
        for jobs in [&["--jobs", "2"][..], &["-j5"], &[]] {
            assert_eq!(with(jobs), alone, "{arguments:?}");
        }
    }
    assert_eq!(tickmark_in(&files, &["--jobs", "2", "test", "demo.tick"]).code, 0);
    let none = call(&["test", "demo.tick", "--jobs", "0"]);
    assert_eq!((none.code, none.err.contains("--jobs")), (2, true), "{}", none.err);
}

#[test]
fn a_control_in_plain_words() {
    let outcome = call(&["explain", "D-2", "--controls", "demo.tick"]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    insta::assert_snapshot!(outcome.out);
}

#[test]
fn the_proof_of_one_subject() {
    let outcome =
        call(&["explain", "D-2", "b", "--controls", "demo.tick", "--facts", "facts.yaml", "--as-of", "2026-06-30"]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    insta::assert_snapshot!(outcome.out);
    let passing =
        call(&["explain", "D-2", "a", "--controls", "demo.tick", "--facts", "facts.yaml", "--as-of", "2026-06-30"]);
    insta::assert_snapshot!("the_proof_of_a_passing_subject", passing.out);
}

#[test]
fn codes_are_explained() {
    let outcome = call(&["explain", "e0203"]);
    assert_eq!(outcome.code, 0);
    assert!(outcome.out.starts_with("# E0203"), "{}", outcome.out);
    assert_eq!(call(&["explain", "E9999"]).code, 2);
}

#[test]
fn tests_are_run_and_fail_where_they_should() {
    let outcome = call(&["test", "demo.tick"]);
    assert_eq!((outcome.code, outcome.out.as_str()), (0, "1 passed, 0 failed\n"), "{}", outcome.err);
    let mut files = files();
    files.insert("demo.tick", PROGRAM.replace("expect fail for", "expect pass for"));
    let outcome = tickmark_in(&files, &["test", "demo.tick"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.out.contains("0 passed, 1 failed"), "{}", outcome.out);
    files.insert("demo.tick", PROGRAM.replace("encrypted: false }\n  expect", "encrypted: \"no\" }\n  expect"));
    let outcome = tickmark_in(&files, &["test", "demo.tick"]);
    assert_eq!(outcome.code, 1, "a value that does not fit its type is an error of the test: {}", outcome.out);
    files.insert("demo.tick", "entity a { key id  id text }\n");
    assert_eq!(tickmark_in(&files, &["test", "demo.tick"]).code, 2, "no test to run");
}

#[test]
fn facts_are_looked_at() {
    insta::assert_snapshot!("facts_overview", call(&["facts", "facts.yaml", "--controls", "demo.tick"]).out);
    insta::assert_snapshot!("facts_noun", call(&["facts", "db", "facts.yaml", "--controls", "demo.tick"]).out);
    insta::assert_snapshot!("facts_record", call(&["facts", "db", "c", "facts.yaml", "--controls", "demo.tick"]).out);
    assert_eq!(call(&["facts", "db", "zz", "facts.yaml", "--controls", "demo.tick"]).code, 2);
}

#[test]
fn phrases_are_queried() {
    let outcome = call(&["query", "db where replicas >= 2", "facts.yaml", "--controls", "demo.tick"]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    insta::assert_snapshot!(outcome.out);
    let unsure = call(&["query", "encrypted db", "facts.yaml", "--controls", "demo.tick"]);
    insta::assert_snapshot!("a_query_that_is_not_sure", unsure.out);
    let wrong = call(&["query", "encypted db", "facts.yaml", "--controls", "demo.tick"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("encrypted"), "{}", wrong.err);
}

/// A record without a key is called by its number, as `check` calls it, and what leaves it open is said of it.
#[test]
fn a_query_names_records_without_a_key() {
    let mut files = MemoryFiles::new();
    files.insert(
        "a.tick",
        "entity vendor { key name  name text  reports many report }\n\
         entity report { kind text  size number  signed bool }\n\
         control R-1 \"size\" { cites CC8.1  every report: size > 2 }\n",
    );
    files.insert("a.yaml", "vendor:\n- { name: A, reports: [{ kind: soc, size: 3 }, { kind: pen }] }\n- { name: B }\n");
    let query = |phrase: &str| {
        let outcome = tickmark_in(&files, &["query", phrase, "a.yaml", "-c", "a.tick"]);
        assert_eq!(outcome.code, 0, "{phrase}: {}", outcome.err);
        assert!(!outcome.out.contains("``"), "{phrase}: {}", outcome.out);
        outcome.out
    };
    insta::assert_snapshot!(query("report where size > 2"));
    let checked = tickmark_in(&files, &["check", "a.yaml", "-c", "a.tick"]).out;
    assert!(checked.contains("report report#2 cannot be decided: `size` of report#2 is missing"), "{checked}");
    for (phrase, reason) in [
        ("report r of vendor where r.size > 2", "`r.size` of report#2 is missing"),
        ("signed report", "no record of `report` carries `signed`"),
        ("vendor where some r in reports: r.size > 5", "`r.size` of report#2 is missing"),
        ("vendor where count(reports where size > 2) > 1", "`size` of report#2 is missing"),
        ("vendor that has report where size > 5", "`size` of report#2 is missing"),
    ] {
        let out = query(phrase);
        assert!(out.contains(&format!("may belong: {reason}")), "{phrase}: {out}");
    }
    let out = query("report where size * 2 > 4");
    assert!(out.contains("may belong: `size * 2` "), "{out}");
}

#[test]
fn results_are_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    std::fs::write(path("demo.tick"), PROGRAM).unwrap();
    std::fs::write(path("facts.yaml"), FACTS).unwrap();
    let arguments = [
        "check",
        &path("facts.yaml"),
        "--controls",
        &path("demo.tick"),
        "--format",
        "json",
        "--output",
        &path("out.json"),
    ];
    let outcome = tickmark(&arguments);
    assert_eq!((outcome.code, outcome.out.as_str()), (1, ""), "{}", outcome.err);
    let whole = std::fs::read_to_string(path("out.json")).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&whole).unwrap()["schema"], "tickmark/results/1");
    std::fs::write(path("facts.yaml"), "db: [").unwrap();
    assert_eq!(tickmark(&arguments).code, 2);
    assert_eq!(std::fs::read_to_string(path("out.json")).unwrap(), whole, "the file of the run before is untouched");
    let nowhere =
        ["check", &path("facts.yaml"), "--controls", &path("demo.tick"), "--output", &path("no/such/folder/out.json")];
    assert_eq!(tickmark(&nowhere).code, 2);
}

#[test]
fn files_are_formatted_in_place_and_only_where_they_are_right() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tick").to_string_lossy().into_owned();
    std::fs::write(&path, "control D-1 \"x\" { cites CC6.1 every db is encrypted } # kept\n").unwrap();
    assert_eq!(tickmark(&["fmt", "--check", &path]).code, 1);
    assert_eq!(tickmark(&["fmt", &path]).code, 0);
    assert_eq!(tickmark(&["fmt", "--check", &path]).code, 0);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("# kept") && text.contains("  every db is encrypted\n"), "{text}");
    std::fs::write(&path, "control D-1 {{{").unwrap();
    assert_eq!(tickmark(&["fmt", &path]).code, 2);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "control D-1 {{{");
}

#[test]
fn help_teaches() {
    insta::assert_snapshot!("help", call(&["--help"]).out);
    insta::assert_snapshot!("help_check", call(&["check", "--help"]).out);
    for shell in ["bash", "zsh", "fish"] {
        assert!(call(&["completions", shell]).out.contains("tickmark"));
    }
}

#[test]
fn a_plan_shows_what_is_worked_out_once() {
    let called = call(&["explain", "D-2", "--plan", "-c", "demo.tick", "--facts", "facts.yaml"]);
    assert_eq!(called.code, 0, "{}", called.err);
    assert!(called.out.starts_with("plan of D-2: "), "{}", called.out);
    assert!(called.out.contains("`replicas >= $limit`"), "{}", called.out);
    assert!(called.out.contains("compares columns, 64 rows a word"), "{}", called.out);
    let without = call(&["explain", "D-2", "--plan", "-c", "demo.tick"]);
    assert_eq!(without.code, 2);
    assert!(without.err.contains("name them with `--facts PATH`"), "{}", without.err);
}

#[test]
fn both_evaluators_print_the_same() {
    let by = |evaluator: &str| {
        let facts =
            ["check", "facts.yaml", "-c", "demo.tick", "--as-of", "2026-06-30", "--period", "2026-01-01..2026-06-30"];
        let called = call(&[&facts[..], &["--format", "json", "--evaluator", evaluator]].concat());
        assert_eq!(called.code, 1, "{}", called.err);
        called.out
    };
    assert_eq!(by("fast"), by("reference"));
}

#[test]
fn packed_exports_are_read_as_what_they_hold() {
    let folder = tempfile::tempdir().unwrap();
    let gzip = |name: &str, text: &str| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut encoder, text.as_bytes()).unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, encoder.finish().unwrap()).unwrap();
        path.display().to_string()
    };
    let controls = folder.path().join("demo.tick");
    std::fs::write(&controls, PROGRAM).unwrap();
    let controls = controls.display().to_string();
    let json = r#"{"db":[{"id":"a","encrypted":true,"replicas":1}]}"#;
    let table = format!("csv:db={}", gzip("db.csv.gz", "id,encrypted,replicas\na,true,1\n"));
    for facts in [gzip("db.json.gz", json), table] {
        let called = tickmark(&["check", &facts, "-c", &controls, "--only", "D-2", "--as-of", "2026-06-30"]);
        assert_eq!(called.code, 1, "{}", called.err);
        assert!(called.out.contains("a has 1 replicas"), "{}", called.out);
    }
    std::fs::write(folder.path().join("cut.json.gz"), [0x1f, 0x8b, 8, 0]).unwrap();
    let cut = folder.path().join("cut.json.gz").display().to_string();
    let called = tickmark(&["check", &cut, "-c", &controls]);
    assert_eq!(called.code, 2);
    assert!(called.err.contains("cannot be unpacked"), "{}", called.err);
}
