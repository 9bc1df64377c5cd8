//! A hostile program ends with an error; results do not depend on how many threads there are.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod common;

use std::fmt::Write as _;

use common::options;
use tickmark_engine::{EngineError, Method, evaluate, prepare};

fn evaluate_text(text: &str, facts: &str) -> Result<tickmark_engine::Evaluation, EngineError> {
    evaluate_by(Method::Fast, text, facts)
}

fn evaluate_by(method: Method, text: &str, facts: &str) -> Result<tickmark_engine::Evaluation, EngineError> {
    let given = serde_yaml::from_str(facts).unwrap();
    let program = common::program(text, &common::nouns(&given)).unwrap();
    let (facts, _) = common::facts(&program, &given);
    let options = tickmark_engine::Options { method, ..options("2026-06-30", None) };
    let (mut facts, _) = prepare(&program, facts, &[], &[], &options)?;
    evaluate(&program, &mut facts, &options, &|_| true)
}

#[test]
fn a_program_that_doubles_and_doubles_ends_with_an_error_by_reference_and_with_verdicts_by_sharing() {
    let mut text = "entity r { key id  id text }\nadjective a0 for r: id == \"x\"\n".to_owned();
    for level in 1..40 {
        let below = level - 1;
        writeln!(text, "adjective a{level} for r: (not (self is a{below})) or (not (self is a{below}))").unwrap();
    }
    let text = text.replace("for r:", "for r self:");
    let text = format!("{text}control A-1 \"x\" {{ cites CC6.1  every r is a39 }}");
    let facts = "r: [{ id: x }, { id: y }]";
    // What occurs twice is worked out once; to say why would take the reference evaluator.
    let evaluation = evaluate_by(Method::Fast, &text, facts).unwrap();
    assert_eq!((evaluation.controls[0].counts.in_scope, evaluation.controls[0].counts.unknown), (2, 0));
    let messages: Vec<&str> = evaluation.controls[0].subjects.iter().map(|subject| subject.message.as_str()).collect();
    assert!(messages.iter().any(|message| message.contains("too much work to say why")), "{messages:?}");
    let error = evaluate_by(Method::Reference, &text, facts).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("control `A-1` is too much work: the limit of "), "{text}");
    assert!(text.ends_with(" million steps is used up"), "{text}");
}

#[test]
fn definitions_in_definitions_end_with_an_error_and_not_with_the_stack() {
    let chain = |levels: usize| {
        let mut text = "entity r { key id  id text }\nadjective a0 for r: id == \"x\"\n".to_owned();
        for level in 1..levels {
            writeln!(text, "adjective a{level} for r self: not (not (not (not (self is a{}))))", level - 1).unwrap();
        }
        format!("{text}control A-1 \"x\" {{ cites CC6.1  every r is a{} }}", levels - 1)
    };
    let facts = "r: [{ id: x }]";
    let error = evaluate_text(&chain(1_000), facts).unwrap_err();
    let EngineError::Limit { limit, .. } = error;
    assert_eq!(limit, "definitions stand deeper in each other than the limit of 2000");
    assert_eq!(evaluate_text(&chain(300), facts).unwrap().controls[0].counts.passed, 1);
}

#[test]
fn sentences_in_sentences_too() {
    let mut text = "entity r { key id  id text  peers many r }\nadjective a0 for r: id == \"x\"\n".to_owned();
    for level in 1..1_500 {
        writeln!(text, "adjective a{level} for r self: some r x in self.peers: x is a{}", level - 1).unwrap();
    }
    let text = format!("{text}control A-1 \"x\" {{ cites CC6.1  every r is a1499 }}");
    let EngineError::Limit { limit, .. } = evaluate_text(&text, "r: [{ id: x, peers: [x] }]").unwrap_err();
    assert!(limit.starts_with("definitions stand deeper"), "{limit}");
}

#[test]
fn results_are_the_same_on_one_thread_and_on_eight() {
    let text = "
        entity m { key id  id text  n number  tests many test }
        entity test { passed bool }
        control A-1 \"x\" { cites CC6.1  every m has at least 2 passed tests }
        control A-2 \"x\" { cites CC6.1  no m where n > 500 }
        control A-3 \"x\" { cites CC6.1  every test is passed }";
    let mut facts = "m:\n".to_owned();
    for number in 0..1_000 {
        let tests = ["{ passed: true }", "{ passed: false }", "{}"];
        let some: Vec<&str> = (0..number % 5).map(|test| tests[(number + test) % 3]).collect();
        writeln!(facts, "- {{ id: m{number}, n: {number}, tests: [{}] }}", some.join(", ")).unwrap();
    }
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| evaluate_text(text, &facts).unwrap())
    };
    let one = on(1);
    assert_eq!(one, on(8));
    assert_eq!(one.controls[1].counts.failed, 499);
    assert!(one.controls[0].counts.unknown > 0);
}
