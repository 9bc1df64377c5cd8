//! The page, as it is seen.

use super::*;
use crate::samples::{sample, without_colour};
use crate::style::columns;

fn plain(width: usize) -> TextOptions {
    TextOptions { style: Style { colour: false, width }, ..TextOptions::default() }
}

#[test]
fn the_page() {
    let (sources, results) = sample();
    insta::assert_snapshot!(render(&results, &sources, &TextOptions::default()));
}

#[test]
fn the_page_in_colour() {
    let (sources, results) = sample();
    let coloured = render(&results, &sources, &TextOptions { style: Style { colour: true, width: 100 }, ..plain(100) });
    let page = render(&results, &sources, &plain(100));
    assert!(!page.contains('\u{1b}'));
    assert_eq!(without_colour(&coloured), page);
    insta::assert_snapshot!(coloured.replace('\u{1b}', "^["));
}

#[test]
fn the_page_on_a_narrow_terminal() {
    let (sources, results) = sample();
    insta::assert_snapshot!(render(&results, &sources, &plain(60)));
}

#[test]
fn the_whole_page() {
    let (sources, results) = sample();
    let page = render(&results, &sources, &TextOptions { verbose: true, ..plain(100) });
    for told in [
        "model chat@9",
        "A model is released as a production change.",
        "controls/models.tick:10:20",
        "iso42001:A.6.2.5",
    ] {
        assert!(page.contains(told), "{told}\n{page}");
    }
    assert!(!page.contains("more"), "{page}");
}

#[test]
fn every_failure_is_told_before_any_unknown_and_the_worst_first() {
    let (sources, results) = sample();
    let page = render(&results, &sources, &plain(100));
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is not told"));
    let order = ["FAIL  STORE-01", "FAIL  MODEL-02", "UNKNOWN  MODEL-01", "UNKNOWN  RUN-01", "PENDING  VENDOR-01"];
    assert!(order.windows(2).all(|pair| at(pair[0]) < at(pair[1])));
    assert!(page.contains("… and 4 more fail"));
    assert!(page.ends_with("2 sources, 1,234 records\n"));
    let lines: Vec<&str> = page.lines().collect();
    // Only the closing sentence may be wider than the page.
    assert!(lines[..lines.len() - 1].iter().all(|line| columns(line) <= 100));
}

#[test]
fn the_proof_of_one_subject() {
    let (sources, results) = sample();
    let control = results.controls.iter().find(|control| control.id == "MODEL-02").unwrap();
    insta::assert_snapshot!(proof(control, &control.subjects[..1], &sources, Style::default()));
}

#[test]
fn nothing_to_tell() {
    let results = Results {
        as_of: "2026-06-30T10:00:00Z".to_owned(),
        period: None,
        sources: Vec::new(),
        controls: Vec::new(),
        exceptions: Vec::new(),
    };
    let page = render(&results, &Sources::new(), &TextOptions::default());
    assert_eq!(page, "0 controls — as of 2026-06-30T10:00:00Z, 0 sources, 0 records\n");
}

#[test]
fn the_same_results_give_the_same_bytes() {
    let ((sources, results), (again, others)) = (sample(), sample());
    let options = TextOptions { style: Style { colour: true, width: 80 }, subjects: 3, verbose: true };
    assert_eq!(render(&results, &sources, &options), render(&others, &again, &options));
}

#[test]
fn tables_are_fitted_and_escaped() {
    let rows = [
        vec!["model".to_owned(), "1,200".to_owned(), "stage".to_owned()],
        vec!["app\u{1b}[2Jroval".to_owned(), "7".to_owned(), String::new()],
    ];
    let expected = "\
noun             records  attribute
───────────────────────────────────
model              1,200  stage
app\\x1b[2Jroval        7
";
    assert_eq!(table(&["noun", "records", "attribute"], &rows, Style::default()), expected);
    assert_eq!(table(&["noun"], &[], Style::default()), "noun\n────\n");
}

#[test]
fn many_skipped_controls_are_told_by_pack() {
    let (sources, mut results) = sample();
    let skipped = results.controls.iter().find(|control| control.status == Status::Skipped).unwrap().clone();
    let of_cloud = |number: usize, reason: &str| ControlResult {
        id: format!("CLOUD-{number:02}"),
        pack: Some("cloud".to_owned()),
        reason: reason.to_owned(),
        ..skipped.clone()
    };
    results
        .controls
        .extend((1..=21).map(|number| of_cloud(number, "no source supplies `bucket`; no source supplies `disk`")));
    results.controls.push(of_cloud(22, "no source supplies `bukcet`: did you mean `bucket`?"));
    let page = render(&results, &sources, &plain(100));
    assert!(page.contains("21 controls of cloud: no source supplies what they range over"), "{page}");
    // What may be a slip is told by itself.
    assert!(page.contains("CLOUD-22") && !page.contains("CLOUD-07"), "{page}");
    let page = render(&results, &sources, &TextOptions { verbose: true, ..plain(100) });
    assert!((1..=22).all(|number| page.contains(&format!("CLOUD-{number:02}"))), "{page}");
}
