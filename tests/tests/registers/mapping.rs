//! What the manifest says of a register: what its columns and words mean.

use tickmark_tests::files::memory;
use tickmark_tests::{Outcome, tickmark_in};

use super::{run, values};

const ACCESS: &str = "control A-1 \"a\" { cites CC9.2  every ai_service: registered_on exists and keeps_inputs_for exists and name exists and owner exists and vendor.tier == \"critical\" and hostnames exists }\n";

fn mapped(entry: &str, register: (&str, &str)) -> Outcome {
    let manifest = format!("version: 1\nsources:\n{entry}packs: [./a.tick]\nas_of: 2026-06-30\n");
    let files = memory(&[("tickmark.yaml", manifest.as_str()), ("a.tick", ACCESS), register]);
    tickmark_in(&files, &["facts", "ai_service", "chat"])
}

#[test]
fn the_manifest_says_what_columns_and_words_mean() {
    let entry = "  - path: r.csv\n    noun: ai_service\n    columns: { Service: id, \"Kept for\": keeps_inputs_for, Entered: registered_on, Hosts: hostnames, Note: ~ }\n    constants: { owner: ml, name: Chat }\n    units: { keeps_inputs_for: months }\n    date_format: DD/MM/YYYY\n    list_separator: \"|\"\n    missing: [leer]\n";
    let outcome =
        mapped(entry, ("r.csv", "sep=;\nService;Kept for;Entered;Hosts;Note\nchat;12;03/04/2026;a | b | leer;x\n"));
    assert_eq!((outcome.code, outcome.err.as_str()), (0, ""));
    let values = values(&outcome);
    for line in [
        "registered_on 2026-04-03",
        "keeps_inputs_for 1 year",
        "hostnames [\"a\", \"b\"]",
        "owner \"ml\"",
        "name \"Chat\"",
    ] {
        assert!(values.iter().any(|value| value == line), "{line} in {values:?}");
    }
}

#[test]
fn a_date_is_never_guessed() {
    let entry = "  - path: r.csv\n    noun: ai_service\n";
    let outcome = mapped(entry, ("r.csv", "id,registered_on\nchat,03/04/2026\n"));
    assert!(outcome.err.contains("W0553") && outcome.err.contains("date_format: DD/MM/YYYY"), "{}", outcome.err);
    let registered = values(&outcome).into_iter().find(|value| value.starts_with("registered_on")).unwrap();
    assert!(registered.starts_with("registered_on unknown"), "{registered}");
}

#[test]
fn mistakes_of_a_mapping_are_told_at_their_lines() {
    let register = ("r.csv", "Service,Kept\nchat,1\n");
    for (entry, parts) in [
        (
            "    columns: { Servic: id }\n",
            &["E0708", "has no column `Servic`", "did you mean `Service`?", "r.csv:1:1", "its columns"][..],
        ),
        ("    columns: { Service: idd }\n", &["E0708", "`ai_service` has no attribute `idd`", "did you mean `id`?"]),
        ("    columns: { Service: vendor.tiers }\n", &["E0708", "`vendor` has no attribute `tiers`"]),
        ("    columns: { Service: id.x }\n", &["E0708", "`id` holds no records"]),
        ("    columns: { Service: id }\n    constants: { id: x }\n", &["E0708", "the same value everywhere"]),
        ("    units: { name: days }\n", &["E0708", "is no length of time"]),
        ("    units: { keeps_inputs_for: dais }\n", &["E0703", "did you mean `days`?"]),
        ("    date_format: DD/MM\n", &["E0703", "where year, month and day stand"]),
        ("    missing: n/a\n", &["E0703", "`missing` is a list"]),
        ("    constants: { name: ~ }\n", &["E0703", "a constant has a value"]),
    ] {
        let outcome = mapped(&format!("  - path: r.csv\n    noun: ai_service\n{entry}"), register);
        assert_eq!(outcome.code, 2, "{entry}: {}", outcome.err);
        for part in parts {
            assert!(outcome.err.contains(part), "{part} for {entry}: {}", outcome.err);
        }
    }
}

#[test]
fn a_column_that_nobody_knows_is_told() {
    let outcome = mapped("  - path: r.csv\n    noun: ai_service\n", ("r.csv", "id,hostnams\nchat,a\n"));
    assert!(outcome.err.contains("W0552") && outcome.err.contains("did you mean `hostnames`?"), "{}", outcome.err);
}

/// A register may call a record by its number or its title where the key is another attribute.
#[test]
fn records_are_referred_to_by_key_or_by_name() {
    let manifest = "version: 1\nsources:\n  - { path: v.csv, noun: vendor }\n  - { path: s.yaml, noun: ai_service }\npacks: [./a.tick]\n";
    let told = |vendors: &str| {
        let services = "- { id: one, vendor: V-1 }\n- { id: two, vendor: Alpha }\n- { id: three, vendor: V-9 }\n";
        let files = memory(&[
            ("tickmark.yaml", manifest),
            ("v.csv", vendors),
            ("s.yaml", services),
            ("a.tick", "control A-1 \"a\" { cites CC9.2  every ai_service: vendor.tier == \"critical\" }\n"),
        ]);
        let outcome = run(&files, &["check", "--format", "json"]);
        assert_eq!(outcome.status("A-1"), "unknown");
        outcome.not_passing("A-1")
    };
    assert_eq!(told("id,name,tier\nV-1,Alpha,critical\nV-2,Beta,low\n"), ["three unknown"]);
    // A number that two vendors have names neither.
    assert_eq!(told("id,name,tier\nV-1,Alpha,critical\nV-1,Beta,low\n"), ["one unknown", "three unknown"]);
}

#[test]
fn a_folder_of_markdown_is_a_register() {
    let manifest =
        "version: 1\nsources:\n  - { path: policies, noun: policy_document }\npacks: [./a.tick]\nas_of: 2026-06-30\n";
    let files = memory(&[
        ("tickmark.yaml", manifest),
        ("policies/release.md", "---\nkind: model release\napproved_on: 2026-01-01\npublished: true\n---\n# Release\n"),
        ("policies/more/access.md", "---\r\nid: POL-2\r\nkind: access_control\r\npublished: NO\r\n---\r\n"),
        ("policies/draft.md", "# Draft\n"),
        ("policies/cut.md", "---\nkind: other\n"),
        ("policies/logo.png", "x"),
        ("a.tick", "control A-1 \"a\" { cites CC5.3  every policy_document is published }\n"),
    ]);
    let outcome = run(&files, &["check", "--format", "json"]);
    // One that does not say its id is known by its file.
    assert_eq!(outcome.status("A-1"), "fail");
    assert_eq!(outcome.not_passing("A-1"), ["POL-2 fail"]);
    assert!(outcome.err.contains("W0551") && outcome.err.contains("2 files were not read"), "{}", outcome.err);
    assert!(
        outcome.err.contains("`policies/draft.md`") && outcome.err.contains("`policies/cut.md`"),
        "{}",
        outcome.err
    );
}
