//! Where the pipeline reads: several formats in one run, each in its place.

use std::path::Path;

use serde_json::Value;
use tickmark_source::MemoryFiles;
use tickmark_tests::{Outcome, tickmark, tickmark_in};

const PROGRAM: &str = r#"entity db { key id  id text  encrypted bool }

control D-1 "Databases are encrypted" {
  cites    CC6.1
  severity high
  fix      "Turn encryption on."
  every db is encrypted
}
"#;

const FACTS: &str = "db:\n- { id: a, encrypted: true }\n- { id: b, encrypted: false }\n- { id: c }\n";

fn check(more: &[&str]) -> Outcome {
    let mut files = MemoryFiles::new();
    files.insert("demo.tick", PROGRAM);
    files.insert("facts.yaml", FACTS);
    let arguments: Vec<&str> = ["check", "facts.yaml", "--controls", "demo.tick", "--as-of", "2026-06-30"]
        .iter()
        .chain(more)
        .copied()
        .collect();
    tickmark_in(&files, &arguments)
}

fn text_of(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The words of a command line; `DIR` stands for a folder.
fn words<'a>(line: &str, folder: &'a Path) -> (Vec<String>, impl Fn(&str) -> String + 'a) {
    let name = folder.display().to_string();
    (line.split_whitespace().map(|word| word.replace("DIR", &name)).collect(), move |file| text_of(&folder.join(file)))
}

#[test]
fn each_format_goes_where_it_was_sent() {
    let folder = tempfile::tempdir().unwrap();
    let line = "--format text --format sarif --output DIR/a.sarif --format junit -o DIR/a.xml --format json -o DIR/a.json \
                --format github -o DIR/a.txt";
    let (arguments, read) = words(line, folder.path());
    let outcome = check(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(outcome.code, 1, "{}", outcome.err);
    assert!(outcome.out.starts_with("✗ FAIL  D-1"), "{}", outcome.out);
    let sarif: Value = serde_json::from_str(&read("a.sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    let location = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "facts.yaml");
    assert_eq!(location["region"]["startLine"], 3);
    assert!(sarif["runs"][0]["artifacts"][0]["hashes"]["sha-256"].as_str().is_some_and(|digest| digest.len() == 64));
    let json: Value = serde_json::from_str(&read("a.json")).unwrap();
    assert_eq!(json["summary"]["subjects"]["in_scope"], 3);
    let xml = read("a.xml");
    assert!(xml.contains("tests=\"3\" failures=\"1\" errors=\"1\" skipped=\"0\""), "{xml}");
    insta::assert_snapshot!(read("a.txt"));
    // What one format is does not depend on those beside it.
    assert_eq!(check(&["--format", "text"]).out, outcome.out);
    for (format, file) in [("sarif", "a.sarif"), ("junit", "a.xml"), ("json", "a.json"), ("github", "a.txt")] {
        assert_eq!(check(&["--format", format]).out, read(file), "{format}");
    }
}

#[test]
fn annotations_stand_beside_the_text() {
    let outcome = check(&["--format", "text", "--format", "github"]);
    let (text, github) = (check(&[]).out, check(&["--format", "github"]).out);
    assert_eq!(outcome.out, format!("{text}{github}"));
    assert!(github.starts_with("::error file=facts.yaml,line=3,"), "{github}");
}

#[test]
fn pairs_that_could_be_read_two_ways_are_refused() {
    for arguments in [
        &["--format", "json", "--format", "sarif"][..],
        &["--format", "json", "-o", "x", "-o", "y"],
        &["--format", "json", "-o", "x", "--format", "text", "-o", "x"],
        &["--format", "yaml"],
    ] {
        let outcome = check(arguments);
        assert_eq!((outcome.code, outcome.out.as_str()), (2, ""), "{arguments:?}");
        assert!(outcome.err.starts_with("error: "), "{}", outcome.err);
    }
    assert!(!Path::new("x").exists() && !Path::new("y").exists());
}

#[test]
fn files_are_written_all_or_none() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.sarif"), "before").unwrap();
    let (arguments, read) = words("--format sarif -o DIR/a.sarif --format junit -o DIR/nowhere/a.xml", folder.path());
    let outcome = check(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(outcome.code, 2);
    assert!(outcome.err.contains("cannot write `") && outcome.err.contains("there is no folder"), "{}", outcome.err);
    assert_eq!(read("a.sarif"), "before", "the other file could not be written");
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing is left behind: {left:?}");
    let (arguments, _) = words("--format sarif -o DIR", folder.path());
    let outcome = check(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(outcome.code, 2, "a folder is no file: {}", outcome.err);
}

#[test]
fn nothing_is_written_where_nothing_was_evaluated() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.sarif");
    let outcome = tickmark(&[
        "check",
        "nowhere.yaml",
        "--pack",
        "starter",
        "--format",
        "sarif",
        "-o",
        &file.display().to_string(),
    ]);
    assert_eq!(outcome.code, 2);
    assert!(!file.exists());
}

/// A path that is named in full is told from the folder in which the command was called: code scanning finds no other.
#[test]
fn paths_in_full_are_told_from_here() {
    let folder = std::env::current_dir().unwrap();
    let path = |name: &str| folder.join(name).display().to_string();
    let mut files = MemoryFiles::new();
    files.insert(path("demo.tick"), PROGRAM);
    files.insert(path("facts.yaml"), FACTS);
    let (controls, facts) = (path("demo.tick"), path("facts.yaml"));
    let outcome = tickmark_in(&files, &["check", &facts, "--controls", &controls, "--format", "sarif"]);
    let log = outcome.json();
    let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "facts.yaml");
    let outcome = tickmark_in(&files, &["check", &facts, "--controls", &controls, "--format", "github"]);
    assert!(outcome.out.starts_with("::error file=facts.yaml,line=3,"), "{}", outcome.out);
}

#[test]
fn the_summary_is_the_end_of_the_text() {
    let (text, summary) = (check(&[]), check(&["--format", "summary"]));
    assert_eq!((text.code, summary.code), (1, 1));
    assert!(text.out.ends_with(&summary.out) && text.out.len() > summary.out.len(), "{}", summary.out);
    assert!(summary.out.contains("D-1") && !summary.out.contains("fails"), "{}", summary.out);
    // Beside the text, both are whole.
    let folder = tempfile::tempdir().unwrap();
    let (arguments, read) = words("--format summary -o DIR/summary --format text -o DIR/text", folder.path());
    check(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((read("summary"), read("text")), (summary.out, text.out));
}
