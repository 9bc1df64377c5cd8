//! Runs the `test` items: "runs one control on the records given, and nothing else".

use std::sync::Arc;

use rayon::prelude::*;
use smol_str::SmolStr;
use tickmark_facts::{
    AttributeId, AttributeNeed, AttributeType, Builder, FactWarning, FactWarningKind, Facts, Needs, NounId, Scalar,
};
use tickmark_program::{Control, Expect, Expected, Given, GivenKind, Program, Test};
use tickmark_results::{ControlResult, Evidence, Status, SubjectResult, Verdict};
use tickmark_source::Place;

use crate::given::GivenReader;
use crate::{Options, control, maps};

/// What became of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestResult {
    /// The control under test.
    pub control: String,
    /// What the test shows.
    pub name: String,
    /// It ran, and everything expected came out.
    pub passed: bool,
    /// What came out otherwise, with the lines that say why.
    pub failures: Vec<String>,
    /// Why it could not be run: facts that do not fit the entities, a limit.
    pub errors: Vec<TestError>,
    /// Where it is written.
    pub place: Place,
}

/// Why a test could not be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestError {
    /// Where.
    pub place: Option<Place>,
    /// In plain words.
    pub message: String,
}

pub(crate) fn run(program: &Program, options: &Options, select: &(dyn Fn(&Control) -> bool + Sync)) -> Vec<TestResult> {
    let needs = Arc::new(everything(&program.needs));
    program
        .tests
        .par_iter()
        .filter_map(|test| {
            let control = program.controls.get(test.control)?;
            select(control).then(|| one(program, &needs, options, control, test))
        })
        .collect()
}

/// All attributes of all nouns: what a test gives must fit its entity, whether the control reads it or not.
fn everything(needs: &Needs) -> Needs {
    let mut all = needs.clone();
    for (noun, _) in needs.iter() {
        for attribute in all.noun_mut(noun).map(|need| &mut need.attributes).into_iter().flatten() {
            attribute.wanted = true;
        }
    }
    all
}

/// What identifies a record of an open noun that is written with an id: a resource of Terraform, as its importer has it.
const ADDRESS: &str = "address";

/// Open nouns have no key of their own. Those whose records the test writes with an id are told apart by their address.
fn identified(needs: &Arc<Needs>, test: &Test) -> Arc<Needs> {
    let written = |given: &&Given| given.id.is_some() && is_open(needs, given.noun);
    if !test.given.iter().any(|given| written(&given)) {
        return Arc::clone(needs);
    }
    let mut needs = Needs::clone(needs);
    for noun in test.given.iter().filter(written).map(|given| given.noun) {
        let Some(need) = needs.noun_mut(noun).filter(|need| need.key.is_empty()) else { continue };
        let found = need.attribute(ADDRESS);
        let Some(address) = found.or_else(|| u32::try_from(need.attributes.len()).ok().map(AttributeId)) else {
            continue;
        };
        if found.is_none() {
            need.attributes.push(AttributeNeed {
                name: SmolStr::new_static(ADDRESS),
                ty: AttributeType::Text,
                wanted: true,
                optional: false,
                aliases: Vec::new(),
            });
        }
        need.key = vec![address];
    }
    Arc::new(needs)
}

/// Whether no entity declares the noun, and no importer gave it a key.
fn is_open(needs: &Needs, noun: NounId) -> bool {
    let need = needs.noun(noun);
    need.open && need.key.is_empty()
}

fn one(program: &Program, needs: &Arc<Needs>, options: &Options, control: &Control, test: &Test) -> TestResult {
    let options = Options {
        as_of: test.as_of.unwrap_or(options.as_of),
        period: test.period.or(options.period),
        list_passes: true,
        explained: None,
        ..*options
    };
    let mut result = TestResult {
        control: control.id.to_string(),
        name: test.name.to_string(),
        passed: false,
        failures: Vec::new(),
        errors: Vec::new(),
        place: test.span.place(),
    };
    let (mut facts, mut errors) = facts(needs, test);
    if errors.is_empty() {
        match maps::run(program, &mut facts, &options) {
            Ok(_) => errors.extend(unexpected_ids(&facts, test)),
            Err(error) => errors.push(TestError { place: Some(test.span.place()), message: error.to_string() }),
        }
    }
    if errors.is_empty() {
        let only = |candidate: &Control| candidate.id_span == control.id_span;
        match control::evaluate(program, &mut facts, &options, &only, None) {
            Ok(evaluation) => {
                if let Some(found) = evaluation.controls.first() {
                    result.failures = test.expect.iter().filter_map(|expect| failure(program, found, expect)).collect();
                }
            }
            Err(error) => errors.push(TestError { place: Some(test.span.place()), message: error.to_string() }),
        }
    }
    result.errors = errors;
    result.passed = result.failures.is_empty() && result.errors.is_empty();
    result
}

/// The facts that the test gives. "A test whose facts do not fit the entities is an error."
fn facts(needs: &Arc<Needs>, test: &Test) -> (Facts, Vec<TestError>) {
    let needs = &identified(needs, test);
    let mut builder = Builder::new(Arc::clone(needs));
    for given in &test.given {
        builder.supply(given.noun);
        let Ok(row) = builder.record(given.noun, &mut GivenReader::new(&given.record));
        if let Some(address) = address(needs, given.noun) {
            if given.id.is_some() {
                // What is written of a resource is all there is of it.
                builder.survey_whole(given.noun);
            }
            if let Some(id) = address_of(given, row) {
                builder.set(given.noun, row, address, Scalar::Text(&id), given.record.span.place());
            }
        }
    }
    let (facts, warnings) = builder.finish();
    let errors = warnings.into_iter().filter(is_error);
    let errors = errors.map(|warning| TestError { place: warning.place, message: warning.message }).collect();
    (facts, errors)
}

/// The key of an open noun, where its records are given with an id.
fn address(needs: &Needs, noun: NounId) -> Option<AttributeId> {
    let need = needs.noun(noun);
    if need.open { need.key.first().copied() } else { None }
}

/// The address of a record that does not have it among its attributes; a record without an id goes by its number.
fn address_of(given: &Given, row: u32) -> Option<SmolStr> {
    match &given.record.kind {
        GivenKind::Object(members) if members.iter().any(|(name, _)| name == ADDRESS) => None,
        _ => Some(given.id.as_ref().map_or_else(|| SmolStr::from(format!("#{}", row + 1)), |(id, _)| id.clone())),
    }
}

/// Contradictions may be what the test is about.
fn is_error(warning: &FactWarning) -> bool {
    !matches!(warning.kind, FactWarningKind::Contradictory)
}

/// A record that is written with an id must come out with it.
fn unexpected_ids(facts: &Facts, test: &Test) -> Vec<TestError> {
    let mut errors = Vec::new();
    for given in &test.given {
        let Some((id, span)) = &given.id else { continue };
        if facts.find(given.noun, id).is_some() {
            continue;
        }
        let noun = &facts.needs().noun(given.noun).word;
        let here = given.record.span.place();
        let actual = (0..facts.rows(given.noun)).find(|row| facts.place(given.noun, *row) == Some(here));
        let message = match actual {
            Some(row) => format!("the record is `{}`, not `{noun} {id}`", facts.id(given.noun, row)),
            None => format!("no `{noun}` comes out as `{id}`"),
        };
        errors.push(TestError { place: Some(span.place()), message });
    }
    errors
}

/// What came out, where it is not what was expected.
fn failure(program: &Program, found: &ControlResult, expect: &Expect) -> Option<String> {
    let Some((noun, id)) = &expect.subject else { return status_failure(found, expect.what) };
    let word = &program.needs.noun(*noun).word;
    let subjects = || found.subjects.iter().filter(|subject| subject.noun == word.as_str());
    let matching = subjects().find(|subject| subject.id == id.as_str());
    let expected = word_of(expect.what);
    let Some(subject) = matching else {
        let mut known: Vec<String> = subjects().take(5).map(|subject| format!("`{}`", subject.id)).collect();
        if known.is_empty() {
            known.push("none".to_owned());
        }
        return Some(format!(
            "expected {expected} for {word} `{id}`, which is no subject of the control (subjects: {})",
            known.join(", ")
        ));
    };
    if Some(subject.verdict) == verdict_of(expect.what) {
        return None;
    }
    let mut text = format!("expected {expected} for {word} `{id}`, got {}", subject.verdict.word());
    tell(subject, &mut text);
    Some(text)
}

fn status_failure(found: &ControlResult, expected: Expected) -> Option<String> {
    let as_expected = match expected {
        Expected::Pass => found.status == Status::Pass,
        Expected::Fail => found.status == Status::Fail,
        Expected::Unknown => found.status == Status::Unknown,
        Expected::Pending => found.status == Status::Pending,
        Expected::Empty => found.status == Status::Empty,
        Expected::Skipped => found.status == Status::Skipped,
        Expected::Excepted => found.counts.excepted > 0 && found.counts.failed == 0,
    };
    if as_expected {
        return None;
    }
    let mut text = format!("expected {}, got {}: {}", word_of(expected), found.status.word(), found.reason);
    if let Some(worst) = found.subjects.iter().min_by_key(|subject| subject.verdict) {
        tell(worst, &mut text);
    }
    Some(text)
}

/// The message and the evidence of a subject, line by line.
fn tell(subject: &SubjectResult, text: &mut String) {
    if !subject.message.is_empty() {
        text.push_str("\n  ");
        text.push_str(&subject.message);
    }
    lines(&subject.because, 2, text);
}

fn lines(evidence: &[Evidence], depth: usize, text: &mut String) {
    for line in evidence {
        text.push('\n');
        text.push_str(&"  ".repeat(depth));
        text.push_str(&line.text);
        lines(&line.children, depth + 1, text);
    }
}

fn word_of(expected: Expected) -> &'static str {
    match expected {
        Expected::Pass => "pass",
        Expected::Fail => "fail",
        Expected::Unknown => "unknown",
        Expected::Pending => "pending",
        Expected::Empty => "empty",
        Expected::Skipped => "skipped",
        Expected::Excepted => "excepted",
    }
}

fn verdict_of(expected: Expected) -> Option<Verdict> {
    match expected {
        Expected::Pass => Some(Verdict::Pass),
        Expected::Fail => Some(Verdict::Fail),
        Expected::Unknown => Some(Verdict::Unknown),
        Expected::Pending => Some(Verdict::Pending),
        Expected::Excepted => Some(Verdict::Excepted),
        Expected::Empty | Expected::Skipped => None,
    }
}
