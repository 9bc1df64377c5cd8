//! The comparison: both evaluators on one case, and on its facts put together from parts; the first thing in which they differ.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tickmark_engine::{Ahead, EngineError, EngineWarning, Evaluation, Method, NoFacts, QueryMember, WarningKind};
use tickmark_facts::{AttributeId, Facts};
use tickmark_program::Program;
use tickmark_results::{ControlResult, Evidence, SubjectResult, Verdict};

use crate::case::{Case, criteria, sources};
use crate::parts;

/// Everything that a run tells.
#[derive(Debug, PartialEq)]
pub struct Outcome {
    /// Warnings of the maps.
    pub warnings: Vec<EngineWarning>,
    /// Verdicts, reasons, counts, messages, evidence, exceptions.
    pub evaluation: Evaluation,
    /// The members of the case's query.
    pub members: Vec<QueryMember>,
    /// The proof for the first subject of each control.
    pub proofs: Vec<Vec<SubjectResult>>,
    /// The records that maps made, as text.
    pub mapped: String,
}

/// How a run ended.
#[derive(Debug, PartialEq)]
pub enum Ended {
    /// With results.
    Well(Box<Outcome>),
    /// At a limit.
    Limited(EngineError),
    /// With a panic: a fault whatever the other evaluator says.
    Panicked(String),
}

/// In what two runs differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where: control and subject, or what else is compared.
    pub at: String,
    /// What the first run says.
    pub left: String,
    /// What the second says.
    pub right: String,
}

/// What came of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compared {
    /// Nothing differs.
    Same,
    /// A limit was met by at least one, so that there is nothing to compare.
    Limited,
    /// Something differs.
    Different(Difference),
}

/// A way to run a program: an evaluator, or one with a fault planted in it.
pub struct Run<'p> {
    /// The program that is run.
    pub program: &'p Program,
    /// By which evaluator.
    pub method: Method,
    /// Whether its facts are put together from the parts into which the case is split.
    pub parts: bool,
}

impl Difference {
    /// What differs, without whose it is: verdicts, messages, warnings. A case that is made small must go on differing in
    /// the same, or the shrinker would walk from one fault to another.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.at.rsplit(", ").next().unwrap_or("")
    }
}

impl Run<'_> {
    /// Runs the case, with facts read anew: maps change them.
    #[must_use]
    pub fn run(&self, case: &Case) -> Ended {
        match catch_unwind(AssertUnwindSafe(|| self.outcome(case))) {
            Ok(Ok(outcome)) => Ended::Well(Box::new(outcome)),
            Ok(Err(error)) => Ended::Limited(error),
            Err(panic) => {
                let words = panic.downcast_ref::<String>().map(String::as_str);
                let words = words.or_else(|| panic.downcast_ref::<&str>().copied());
                Ended::Panicked(words.unwrap_or("a panic without words").to_owned())
            }
        }
    }

    fn outcome(&self, case: &Case) -> Result<Outcome, EngineError> {
        let program = self.program;
        let options = case.options(self.method).map_err(|reason| EngineError::Limit {
            subject: "the case".to_owned(),
            limit: reason,
            place: None,
        })?;
        let facts = parts::read(case, &program.needs, case.split.filter(|_| self.parts)).facts;
        let (mut facts, warnings) = tickmark_engine::prepare(program, facts, &sources(), &criteria(), &options)?;
        let mapped = mapped(program, &facts);
        let members = match &program.query {
            Some((phrase, slots)) => tickmark_engine::query(program, &facts, &options, phrase, *slots)?,
            None => Vec::new(),
        };
        // Some as `check` does it, which plans before there are facts; some as the others do.
        let nothing = NoFacts::default();
        let ahead = match case.split {
            Some(split) if split % 2 == 1 => Ahead::default(),
            _ => tickmark_engine::ahead(program, &options, &nothing, &|_| true),
        };
        let mut evaluation = tickmark_engine::evaluate_from(ahead, program, &mut facts, &options, &|_| true)?;
        leave_unexplained(&mut evaluation, case.explained);
        // Which records are looked at on the way to a verdict is the evaluator's own business, and so is what is odd about
        // those that do not matter; joins that cost much are told by the one that plans them.
        evaluation.warnings.retain(|warning| {
            warning.kind == WarningKind::Odd && !warning.message.contains("`has` cannot tell which way is meant")
        });
        let mut proofs = Vec::new();
        if options.explain_passes {
            for (index, control) in evaluation.controls.iter().enumerate() {
                if let Some(subject) = control.subjects.first() {
                    proofs.push(tickmark_engine::explain(program, &facts, &options, index, &subject.id)?);
                }
            }
        }
        Ok(Outcome { warnings, evaluation, members, proofs, mapped })
    }
}

/// "How many subjects of each verdict a control explains": the reference evaluator explains all, so the rest is left out of
/// what is compared.
fn leave_unexplained(evaluation: &mut Evaluation, most: Option<usize>) {
    let Some(most) = most else { return };
    for control in &mut evaluation.controls {
        let mut explained: BTreeMap<Verdict, usize> = BTreeMap::new();
        for subject in &mut control.subjects {
            let count = explained.entry(subject.verdict).or_default();
            *count += 1;
            if *count > most {
                subject.message.clear();
                subject.because.clear();
            }
        }
    }
}

/// The records of the nouns that maps fill.
fn mapped(program: &Program, facts: &Facts) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for (noun, need) in program.needs.iter() {
        let filled = program.nouns.get(noun.0 as usize).is_some_and(|noun| noun.mapped);
        for row in 0..if filled { facts.rows(noun) } else { 0 } {
            let _ = write!(text, "{} {} {}", need.name, facts.id(noun, row), facts.is_certain(noun, row));
            for attribute in (0..facts.attribute_count(noun)).map(AttributeId) {
                let _ = write!(text, " {:?}", facts.cell(noun, row, attribute));
            }
            text.push('\n');
        }
    }
    text
}

/// Compares the facts of one builder with those that are put together from parts, then the two evaluators, and then what each
/// says of the facts from parts.
#[must_use]
pub fn compare(case: &Case, program: &Program) -> Compared {
    if let Some(difference) = parts::difference(case, program) {
        return Compared::Different(difference);
    }
    let run = |method, parts| Run { program, method, parts };
    let compared = compare_runs(case, &run(Method::Reference, false), &run(Method::Fast, false));
    let Some(split) = case.split.filter(|_| compared == Compared::Same) else { return compared };
    for method in [Method::Reference, Method::Fast] {
        match compare_runs(case, &run(method, false), &run(method, true)) {
            Compared::Same => {}
            Compared::Limited => return Compared::Limited,
            Compared::Different(found) => {
                let at = format!("split {split}, {method:?}, {}", found.at);
                return Compared::Different(Difference { at, ..found });
            }
        }
    }
    Compared::Same
}

/// Compares any two runs.
#[must_use]
pub fn compare_runs(case: &Case, left: &Run<'_>, right: &Run<'_>) -> Compared {
    match (left.run(case), right.run(case)) {
        (Ended::Well(left), Ended::Well(right)) => match first(&left, &right) {
            Some(difference) => Compared::Different(difference),
            None => Compared::Same,
        },
        (Ended::Panicked(left), right) => differ("the run", &format!("panic: {left}"), &ended(&right)),
        (left, Ended::Panicked(right)) => differ("the run", &ended(&left), &format!("panic: {right}")),
        _ => Compared::Limited,
    }
}

fn differ(at: &str, left: &str, right: &str) -> Compared {
    Compared::Different(Difference { at: at.to_owned(), left: left.to_owned(), right: right.to_owned() })
}

fn ended(ended: &Ended) -> String {
    match ended {
        Ended::Well(_) => "it ended well".to_owned(),
        Ended::Limited(error) => error.to_string(),
        Ended::Panicked(words) => format!("panic: {words}"),
    }
}

/// The first difference, verdicts before words.
fn first(left: &Outcome, right: &Outcome) -> Option<Difference> {
    if left == right {
        return None;
    }
    let texts =
        |at: &str, left: String, right: String| (left != right).then(|| Difference { at: at.to_owned(), left, right });
    texts("the records that maps make", left.mapped.clone(), right.mapped.clone())
        .or_else(|| texts("warnings of the maps", warnings(&left.warnings), warnings(&right.warnings)))
        .or_else(|| controls(&left.evaluation.controls, &right.evaluation.controls))
        .or_else(|| {
            let (left, right) = (&left.evaluation.exceptions, &right.evaluation.exceptions);
            texts("exceptions", format!("{left:#?}"), format!("{right:#?}"))
        })
        .or_else(|| texts("warnings", warnings(&left.evaluation.warnings), warnings(&right.evaluation.warnings)))
        .or_else(|| texts("members of the query", format!("{:#?}", left.members), format!("{:#?}", right.members)))
        .or_else(|| texts("proofs", proofs(&left.proofs), proofs(&right.proofs)))
        .or_else(|| texts("something", format!("{left:#?}"), format!("{right:#?}")))
}

fn controls(left: &[ControlResult], right: &[ControlResult]) -> Option<Difference> {
    left.iter().zip(right).filter(|(left, right)| left != right).find_map(|(left, right)| {
        let verdicts = |control: &ControlResult| {
            let each = control
                .subjects
                .iter()
                .map(|subject| format!("{} {}: {}", subject.noun, subject.id, subject.verdict.word()));
            each.collect::<Vec<_>>()
        };
        let (a, b) = (verdicts(left), verdicts(right));
        if a != b {
            let at = a.iter().zip(&b).position(|(a, b)| a != b).unwrap_or(a.len().min(b.len()));
            let show = |all: &[String]| all.get(at).cloned().unwrap_or_else(|| "no such subject".to_owned());
            return Some(Difference { at: format!("control {}, verdicts", left.id), left: show(&a), right: show(&b) });
        }
        let summary =
            |control: &ControlResult| format!("{} ({}) {:?}", control.status.word(), control.reason, control.counts);
        if summary(left) != summary(right) {
            let at = format!("control {}, status, reason or counts", left.id);
            return Some(Difference { at, left: summary(left), right: summary(right) });
        }
        let subjects = left.subjects.iter().zip(&right.subjects).find(|(left, right)| left != right);
        subjects.map(|(a, b)| Difference {
            at: format!("control {}, subject {} {}, message or evidence", left.id, a.noun, a.id),
            left: told(a),
            right: told(b),
        })
    })
}

fn warnings(warnings: &[EngineWarning]) -> String {
    warnings.iter().map(|warning| format!("{:?} {}\n", warning.place, warning.message)).collect()
}

fn proofs(proofs: &[Vec<SubjectResult>]) -> String {
    proofs.iter().flatten().map(told).collect()
}

/// Everything that is told of a subject.
fn told(subject: &SubjectResult) -> String {
    let mut text = format!("{} {} {:?} {}\n", subject.verdict.word(), subject.message, subject.place, subject.sentence);
    lines(&subject.because, 1, &mut text);
    text
}

fn lines(evidence: &[Evidence], depth: usize, text: &mut String) {
    for line in evidence {
        text.push_str(&format!("{}{:?} {} {:?}\n", "  ".repeat(depth), line.kind, line.text, line.place));
        lines(&line.children, depth + 1, text);
    }
}
