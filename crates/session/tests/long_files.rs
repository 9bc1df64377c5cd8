//! Long files of native facts are not read to their end to know their nouns, and nothing comes out otherwise for it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fmt::Write as _;
use tickmark_facts::Time;
use tickmark_session::{Checked, Request, check};
use tickmark_source::MemoryFiles;

const CONTROLS: &str = "\
control W-1 \"owned\" { cites CC1.3  every widget has owner }
control W-2 \"labelled\" { cites CC1.3  every sealed box: label exists }
control W-3 \"of a box\" { cites CC1.3  every widget w: some crate in all where label == w.kept_in }
adjective sealed for box: sealed == true
";

/// More than a megabyte of records, with another noun behind them.
fn facts(records: usize) -> String {
    let mut text = String::from("{\"widget\": [");
    for number in 0..records {
        let comma = if number == 0 { "" } else { "," };
        let owner = if number % 100 == 7 { "" } else { "\"owner\": \"ada\", " };
        write!(text, "{comma}{{{owner}\"name\": \"w{number:05}\", \"kept_in\": \"b{}\"}}", number % 50).unwrap();
    }
    text.push_str("], \"box\": [");
    for number in 0..60 {
        let comma = if number == 0 { "" } else { "," };
        write!(text, "{comma}{{\"label\": \"b{number}\", \"sealed\": {}}}", number % 2 == 0).unwrap();
    }
    text.push_str("], \"crate\": [{\"label\": \"b1\"}]}");
    text
}

fn checked(controls: &str, facts: String) -> Checked {
    let mut files = MemoryFiles::new();
    files.insert("own.tick", controls);
    files.insert("facts.json", facts);
    let request = Request {
        controls: vec!["own.tick".into()],
        facts: vec!["facts.json".into()],
        ..Request::at(Time(1_798_718_400_000_000))
    };
    check(&request, &files, &|_| {})
}

/// By control: how many subjects pass and fail.
fn counts(checked: &Checked) -> Vec<(&str, u64, u64)> {
    let results = checked.results.as_ref().unwrap();
    results.controls.iter().map(|control| (control.id.as_str(), control.counts.passed, control.counts.failed)).collect()
}

#[test]
fn nouns_that_are_declared_nowhere_are_found_in_a_long_file_too() {
    let (short, long) = (checked(CONTROLS, facts(100)), checked(CONTROLS, facts(30_000)));
    assert!(facts(30_000).len() > 1 << 20);
    for checked in [&short, &long] {
        assert!(checked.diagnostics.iter().all(|diagnostic| !diagnostic.is_error()), "{:?}", checked.diagnostics);
    }
    let (short, long) = (counts(&short), counts(&long));
    assert_eq!(short[0], ("W-1", 99, 1));
    assert_eq!(long[0], ("W-1", 29_700, 300));
    assert_eq!(short[1].1, long[1].1);
    assert_eq!((short[2].1, long[2].1), (2, 600));
}

#[test]
fn a_noun_behind_the_declared_ones_is_found_when_it_is_read() {
    // Nothing but the file tells that `crate` is a noun.
    let controls = "\
entity widget { key name  name text  owner optional text  kept_in text }
control W-1 \"in a crate\" { cites CC1.3  every widget: kept_in exists }
control W-2 \"crates\" { cites CC1.3  every crate: label exists }
";
    let checked = checked(controls, facts(30_000));
    let found = counts(&checked);
    assert_eq!(found, [("W-1", 30_000, 0), ("W-2", 1, 0)]);
}

#[test]
fn a_word_that_nothing_explains_is_an_error_in_a_long_file_too() {
    let checked = checked("control W-1 \"x\" { cites CC1.3  every widgte has owner }", facts(30_000));
    assert!(checked.results.is_none());
    let said: Vec<String> =
        checked.diagnostics.iter().map(|said| format!("{} {}", said.message, said.help.join(" "))).collect();
    assert!(said.iter().any(|said| said.contains("widget")), "{said:?}");
}
