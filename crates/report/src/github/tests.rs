//! Each finding is one line that the runner reads back as it was meant.

use super::*;
use crate::samples::sample;

/// What the runner makes of a line: the command, its properties, the message.
fn read_back(line: &str) -> (String, Vec<(String, String)>, String) {
    let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
    let (command, properties) = head.split_once(' ').unwrap();
    let undo = |text: &str| {
        text.replace("%2C", ",").replace("%3A", ":").replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
    };
    let property = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap();
        (name.to_owned(), undo(value))
    };
    (command.to_owned(), properties.split(',').map(property).collect(), undo(message))
}

#[test]
fn the_whole_sample() {
    let (sources, results) = sample();
    insta::assert_snapshot!(render(&results, &sources, None));
}

#[test]
fn what_a_file_says_does_not_become_a_command() {
    let (sources, mut results) = sample();
    results.controls.truncate(2);
    let control = results.controls.pop().unwrap();
    results.controls = vec![control];
    let control = &mut results.controls[0];
    control.title = "50%: a, b".to_owned();
    control.subjects.truncate(1);
    control.subjects[0].message = "x%0A::error::no\n::stop-commands::t".to_owned();
    control.subjects[0].because.clear();
    control.fix = None;
    let text = render(&results, &sources, None);
    assert_eq!(text.lines().count(), 1, "{text}");
    let (command, properties, message) = read_back(text.trim_end());
    assert_eq!(command, "error");
    let expected = [("file", "facts/models.yaml"), ("line", "2"), ("col", "5"), ("title", "MODEL-02 50%: a, b")];
    assert_eq!(properties, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(message, "model ranker@1: x%0A::error::no\\n::stop-commands::t");
}

#[test]
fn the_worst_come_first() {
    let (sources, results) = sample();
    let text = render(&results, &sources, None);
    let commands: Vec<String> = text.lines().map(|line| read_back(line).0).collect();
    let first = |command: &str| commands.iter().position(|one| one == command).unwrap();
    let last = |command: &str| commands.iter().rposition(|one| one == command).unwrap();
    assert!(last("error") < first("warning"), "{commands:?}");
    assert!(text.starts_with("::error") && text.lines().next().unwrap().contains("STORE-01"), "critical: {text}");
}
