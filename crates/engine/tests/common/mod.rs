//! A program over a few facts, as the conformance cases write them.
#![allow(dead_code, missing_docs, unreachable_pub, reason = "shared by several test files, each using a part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;

use serde_yaml::Value;
use tickmark_diagnostics::Severity;
use tickmark_engine::{EngineWarning, Evaluation, Method, Options, SourceFact, evaluate, prepare};
use tickmark_facts::{Builder, FactWarning, Facts, Scalar, Time, ValueKind, ValueReader};
use tickmark_program::{Input, META_TEXT, Program, SourceUnit, Surroundings, resolve};
use tickmark_results::{ControlResult, Evidence};
use tickmark_source::{FileId, Place};

/// The file of the program, and that of the facts.
pub const PROGRAM: FileId = FileId(0);
pub const FACTS: FileId = FileId(2);

/// Reads a YAML value; a place counts the values that were read before it.
pub struct YamlReader<'y> {
    pub next: &'y Value,
    pub count: u32,
}

impl ValueReader for YamlReader<'_> {
    type Error = Infallible;

    fn kind(&mut self) -> Result<ValueKind, Infallible> {
        Ok(match self.next {
            Value::Sequence(_) => ValueKind::List,
            Value::Mapping(_) => ValueKind::Object,
            _ => ValueKind::Scalar,
        })
    }

    fn place(&mut self) -> Place {
        Place { file: FACTS, offset: self.count }
    }

    fn scalar<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, Infallible> {
        self.count += 1;
        Ok(match self.next {
            Value::Bool(value) => take(Scalar::Bool(*value)),
            Value::Number(number) => take(Scalar::Number(number.as_f64().unwrap())),
            Value::String(text) if text == "<unknown>" => take(Scalar::Unknown("known after apply")),
            Value::String(text) if text == "<may be missing>" => take(Scalar::MayBeMissing("nobody says it")),
            Value::String(text) => take(Scalar::Text(text)),
            _ => take(Scalar::Null),
        })
    }

    fn list(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<(), Infallible>) -> Result<(), Infallible> {
        self.count += 1;
        for value in self.next.as_sequence().into_iter().flatten() {
            let mut reader = YamlReader { next: value, count: self.count };
            item(&mut reader)?;
            self.count = reader.count;
        }
        Ok(())
    }

    fn object(&mut self, member: &mut dyn FnMut(&mut Self, &str) -> Result<(), Infallible>) -> Result<(), Infallible> {
        self.count += 1;
        for (key, value) in self.next.as_mapping().into_iter().flatten() {
            let mut reader = YamlReader { next: value, count: self.count };
            member(&mut reader, key.as_str().unwrap())?;
            self.count = reader.count;
        }
        Ok(())
    }

    fn skip(&mut self) -> Result<(), Infallible> {
        self.count += 1;
        Ok(())
    }
}

pub fn unit(file: FileId, text: &str) -> (SourceUnit, Vec<String>) {
    let (ast, diagnostics) = tickmark_syntax::parse(file, text);
    let errors = diagnostics.iter().map(|diagnostic| diagnostic.message.clone()).collect();
    (SourceUnit { file, text: text.into(), embedded: false, ast }, errors)
}

/// The program of a text; what it is refused for.
pub fn program(text: &str, supplied: &BTreeSet<smol_str::SmolStr>) -> Result<Program, Vec<String>> {
    let (own, errors) = unit(PROGRAM, text);
    if !errors.is_empty() {
        return Err(errors);
    }
    let (meta, errors) = unit(FileId(1), META_TEXT);
    assert_eq!(errors, Vec::<String>::new());
    let around = Surroundings {
        supplied,
        may_supply: &|_| false,
        shapes: &std::collections::BTreeMap::new(),
        dormant: &std::collections::BTreeMap::new(),
        settings: &[],
        query: None,
    };
    let input =
        Input { own: &[own], library: &[], needed: true, meta: &meta, around, selected: &|_| true, everything: false };
    let (program, diagnostics) = resolve(input);
    let errors: Vec<String> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .map(|diagnostic| diagnostic.message.clone())
        .collect();
    if errors.is_empty() { Ok(program) } else { Err(errors) }
}

pub fn facts(program: &Program, facts: &Value) -> (Facts, Vec<FactWarning>) {
    let mut builder = Builder::new(Arc::clone(&program.needs));
    let mut count = 0;
    for (noun, records) in facts.as_mapping().into_iter().flatten() {
        let Some(noun) = program.needs.find(noun.as_str().unwrap()) else { continue };
        builder.supply(noun);
        for record in records.as_sequence().into_iter().flatten() {
            let mut reader = YamlReader { next: record, count };
            let Ok(_) = builder.record(noun, &mut reader);
            count = reader.count;
        }
    }
    builder.finish()
}

pub fn options(as_of: &str, period: Option<&str>) -> Options {
    let period = period.map(|period| {
        let (start, end) = period.split_once("..").unwrap();
        (Time::parse(start).unwrap(), Time::parse_end(end).unwrap())
    });
    Options {
        as_of: Time::parse_end(as_of).unwrap(),
        period,
        explain_passes: false,
        method: Method::default(),
        list_passes: true,
        explained: None,
        piece: Options::PIECE,
    }
}

pub fn nouns(facts: &Value) -> BTreeSet<smol_str::SmolStr> {
    facts.as_mapping().into_iter().flatten().map(|(noun, _)| noun.as_str().unwrap().into()).collect()
}

/// Evaluates a program over facts.
pub fn run(text: &str, given: &Value, options: &Options) -> Result<(Evaluation, Vec<EngineWarning>), Vec<String>> {
    run_with(text, given, options, &[])
}

pub fn run_with(
    text: &str,
    given: &Value,
    options: &Options,
    sources: &[SourceFact],
) -> Result<(Evaluation, Vec<EngineWarning>), Vec<String>> {
    let program = program(text, &nouns(given))?;
    let (facts, _) = facts(&program, given);
    let (mut facts, warnings) = prepare(&program, facts, sources, &[], options).unwrap();
    let evaluation = evaluate(&program, &mut facts, options, &|_| true).unwrap();
    Ok((evaluation, warnings))
}

/// `status: id=verdict id=verdict`
pub fn summary(control: &ControlResult) -> String {
    let subjects: Vec<String> =
        control.subjects.iter().map(|subject| format!(" {}={}", subject.id, subject.verdict.word())).collect();
    format!("{}:{}", control.status.word(), subjects.concat())
}

/// Everything that is told of a control.
pub fn tell(control: &ControlResult) -> String {
    let mut text = format!("{} {}: {}\n", control.id, control.status.word(), control.reason);
    for subject in &control.subjects {
        text.push_str(&format!("{} {} {}\n", subject.verdict.word(), subject.noun, subject.id));
        if !subject.message.is_empty() {
            text.push_str(&format!("  {}\n", subject.message));
        }
        lines(&subject.because, 2, &mut text);
    }
    text
}

fn lines(evidence: &[Evidence], depth: usize, text: &mut String) {
    for line in evidence {
        let file = match line.place {
            Some(Place { file: PROGRAM, .. }) => " @program".to_owned(),
            Some(Place { file: FACTS, offset }) => format!(" @{offset}"),
            _ => String::new(),
        };
        text.push_str(&format!("{}{}{file}\n", "  ".repeat(depth), line.text));
        lines(&line.children, depth + 1, text);
    }
}
