//! What was planted is found, no more and no less, whatever the seed.

use tickmark_benches::{AS_OF, Counts, Scale, VARIATIONS, control_file, write_company};
use tickmark_cli::DiskFiles;
use tickmark_facts::Time;
use tickmark_session::{Request, check};

const CONTROLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/controls");

/// Bytes of a company: small, since the test runs without optimisation.
const SIZE: u64 = 250_000;

/// Evaluates all controls over a folder, and gives the counts of each.
fn found(folder: &std::path::Path) -> Vec<(String, Counts)> {
    let mut request = Request::at(Time::parse(&format!("{AS_OF}T23:59:59Z")).expect("a time"));
    let files = ["models", "datasets", "plan", "iam", "deployments"];
    request.facts = files.iter().map(|name| folder.join(format!("{name}.json")).display().to_string()).collect();
    request.controls = vec![CONTROLS.to_owned()];
    let checked = check(&request, &DiskFiles, &|_| ());
    let said: Vec<&str> = checked.diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
    assert_eq!(said, Vec::<&str>::new(), "the exports are as declared");
    let counts = |counts: &tickmark_results::Counts| Counts {
        pass: counts.passed,
        fail: counts.failed,
        unknown: counts.unknown,
    };
    let results = checked.results.expect("it can be evaluated");
    let mut found: Vec<_> =
        results.controls.iter().map(|control| (control.id.to_string(), counts(&control.counts))).collect();
    found.sort_by_key(|(id, _)| id.clone());
    found
}

/// Ids and counts that differ, so that a failure does not print a thousand lines.
fn differences(seed: u64) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let expected = write_company(folder.path(), &Scale::of_bytes(SIZE), seed).expect("the exports are written");
    let mut planted = expected.counts();
    planted.sort_by_key(|(id, _)| id.clone());
    let found = found(folder.path());
    assert_eq!(found.len(), planted.len(), "each control is there once");
    assert_eq!(planted.len(), 7 + VARIATIONS);
    let pairs = planted.iter().zip(&found).filter(|(planted, found)| planted != found);
    pairs.map(|(planted, found)| format!("seed {seed}: planted {planted:?}, found {found:?}")).collect()
}

// Two tests, so that they run on two cores.

#[test]
fn companies_of_even_seeds() {
    let wrong: Vec<String> = (2..=20).step_by(2).flat_map(differences).collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn companies_of_odd_seeds() {
    let wrong: Vec<String> = (1..=19).step_by(2).flat_map(differences).collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_control_has_failures_somewhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let expected = write_company(folder.path(), &Scale::of_bytes(20_000_000), 1).expect("the exports are written");
    let counts = expected.counts();
    let (whole, varied) = counts.split_at(7);
    for (id, counts) in whole {
        assert!(counts.fail > 0 && counts.pass > counts.fail, "{id}: {counts:?}");
        assert!(counts.unknown > 0 || id == "C5", "{id}: {counts:?}");
    }
    assert!(varied.iter().any(|(_, counts)| counts.fail > 0));
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let written = |seed| {
        let folder = tempfile::tempdir().expect("a folder");
        let expected = write_company(folder.path(), &Scale::of_bytes(100_000), seed).expect("the exports are written");
        let bytes = ["models", "datasets", "plan", "iam", "deployments"]
            .map(|name| std::fs::read(folder.path().join(format!("{name}.json"))).expect("it was written"));
        for bytes in &bytes {
            serde_json::from_slice::<serde_json::Value>(bytes).expect("it is JSON");
        }
        (bytes, expected.to_json())
    };
    assert!(written(7) == written(7));
    assert!(written(7) != written(8));
}

#[test]
fn sizes_are_about_what_was_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    for size in [1_000_000, 5_000_000] {
        let written = write_company(folder.path(), &Scale::of_bytes(size), 3).expect("the exports are written").bytes();
        assert!((size * 9 / 10..size * 11 / 10).contains(&written), "{written} for {size}");
    }
}

#[test]
fn the_control_file_is_the_generated_one() {
    let written = std::fs::read_to_string(format!("{CONTROLS}/c8.tick")).expect("it is there");
    assert!(written == control_file(VARIATIONS), "run `generate --variations {VARIATIONS} > benches/controls/c8.tick`");
}
