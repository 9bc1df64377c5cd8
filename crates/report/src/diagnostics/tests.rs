//! Diagnostics, as they are seen.

use super::*;
use crate::samples::span;
use tickmark_diagnostics::Code;
use tickmark_source::Span;

const PROGRAM: &str = "entity store {\n  encrypted bool\n\tname text\n}\n\ncontrol S-1 \"Encrypted\" {\n  cites CC6.1\n\n  every store is encypted and not missing\n}\n";
const OTHER: &str = "# the vocabulary\nadjective encrypted for store: kms exists\n";

/// One of each shape.
fn diagnostics() -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let program = sources.add("controls/stores.tick", PROGRAM.as_bytes().to_vec());
    let other = sources.add("controls/vocabulary.tick", OTHER.as_bytes().to_vec());
    let plan = format!("{{\"a\":\"{}\",\"size\":\"twelve\",\"b\":\"{}\"}}", "模".repeat(2000), "y".repeat(4000));
    let facts = sources.add("facts/plan.json", plan.clone().into_bytes());
    let control = span(program, PROGRAM, "control S-1");
    let whole = Span::new(program, control.start, u32::try_from(PROGRAM.len()).unwrap());
    let list = vec![
        Diagnostic::error(Code("E0203"), span(program, PROGRAM, "encypted"), "`store` has no adjective `encypted`")
            .here("not an adjective or a bool of `store`")
            .label(span(program, PROGRAM, "encrypted bool"), "this attribute is near")
            .label(span(other, OTHER, "encrypted"), "and so is this adjective")
            .help("did you mean `encrypted`?")
            .help("an adjective is declared with `adjective NAME for NOUN: CONDITION`, or it is a bool attribute, or the value of a `one of`"),
        Diagnostic::warning(Code("W0301"), span(program, PROGRAM, "name text"), "`name` is never read"),
        Diagnostic::error(Code("E0401"), whole, "control `S-1` is declared twice"),
        Diagnostic::error(Code("E0501"), span(facts, &plan, "\"twelve\""), "`size` is text, not a number")
            .here("a number is wanted"),
        Diagnostic::without_place(Code("E0601"), "no facts were given").help("name a file or a folder"),
    ];
    (sources, list)
}

#[test]
fn diagnostics_are_shown_with_their_lines() {
    let (sources, list) = diagnostics();
    insta::assert_snapshot!(render(&list, &sources, Style::default()));
    assert_eq!(summary(&list), "4 errors and 1 warning");
    assert_eq!(summary(&[]), "");
}

#[test]
fn colours_add_nothing_but_colours() {
    let (sources, list) = diagnostics();
    let plain = render(&list, &sources, Style::default());
    let coloured = render(&list, &sources, Style { colour: true, width: 100 });
    assert!(!plain.contains('\u{1b}'));
    assert_eq!(crate::samples::without_colour(&coloured), plain);
    insta::assert_snapshot!(coloured.replace('\u{1b}', "^["));
}

#[test]
fn the_first_line_can_be_clicked() {
    let (sources, list) = diagnostics();
    for one in &list {
        let text = render(std::slice::from_ref(one), &sources, Style::default());
        let first = text.lines().next().unwrap();
        if let Some(place) = one.place() {
            assert!(first.starts_with(&format!("{}: ", sources.describe(place))), "{first}");
        }
        assert!(first.ends_with(&one.message));
    }
}

#[test]
fn a_long_line_is_cut_and_no_bytes_steer_the_terminal() {
    let (sources, list) = diagnostics();
    let text = render(&list, &sources, Style { colour: false, width: 400 });
    let widest = text.lines().map(crate::style::columns).max().unwrap();
    assert!(widest <= 200, "{widest}");

    let mut sources = Sources::new();
    let bytes = b"ok\n\x1b[31m\xff\xfe \xe2\x80\xae\x07 bad\r\n".to_vec();
    let file = sources.add("a\x1b[2J.tick", bytes);
    let nasty = Diagnostic::error(Code("E0101"), Span::new(file, 3, 9), "no \u{1b}[1m here\nat all").here("\u{9b}x");
    let expected = "\
a\\x1b[2J.tick:2:1: error[E0101]: no \\x1b[1m here\\nat all
 2 │ \\x1b[31m\\xff\\xfe \\u{202e}\\x07 bad
   │ ──────┬─────
   │       ╰─────── \\x9bx
";
    assert_eq!(render(&[nasty], &sources, Style::default()), expected);
}

#[test]
fn labels_far_apart_in_one_line_are_both_shown() {
    let mut sources = Sources::new();
    let text = format!("[\"first\"{},\"second\"]", " ".repeat(5000));
    let file = sources.add("a.json", text.clone().into_bytes());
    let both = Diagnostic::error(Code("E0501"), span(file, &text, "\"second\""), "declared twice")
        .here("again")
        .label(span(file, &text, "\"first\""), "first here");
    let shown = render(&[both], &sources, Style::default());
    assert!(shown.contains("─ again") && shown.contains("─ first here"), "{shown}");
    assert!(shown.contains("\"second\"") && shown.contains('┆'), "{shown}");
}
