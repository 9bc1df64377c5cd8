//! Evaluation: a program over facts gives results with explanations.
//!
//! [`prepare`] runs the maps and fills the nouns about the checking itself, [`evaluate`] gives the verdicts, [`explain`] the
//! whole proof for one subject, [`query`] the members of a phrase, and [`run_tests`] runs the `test` items.

mod budget;
mod control;
mod exceptions;
mod explain;
mod fast;
mod given;
mod maps;
mod meta;
mod query;
mod reference;
mod sentence;
mod trials;
mod walk;
mod worker;

use std::sync::Arc;

use tickmark_facts::{Builder, Facts, Time};
use tickmark_program::{Control, Program};
use tickmark_results::{ControlResult, ExceptionResult, SubjectResult};
use tickmark_source::Place;

use crate::budget::Budget;
use crate::reference::Ground;

pub use query::{QueryMember, QuerySubject};
pub use trials::{TestError, TestResult};
pub use worker::{Workers, workers};

/// What an evaluation speaks of, and how much it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// `$as_of`; a date is the last instant of that day.
    pub as_of: Time,
    /// `$period`: first and last instant.
    pub period: Option<(Time, Time)>,
    /// Give evidence for subjects that pass, too.
    pub explain_passes: bool,
    /// By which evaluator verdicts come about; both mean the same.
    pub method: Method,
    /// List subjects that pass, too; else they are only counted.
    pub list_passes: bool,
    /// How many subjects of each verdict a control explains, in order of noun and id; all where it is not given. The others
    /// have no message and no evidence.
    pub explained: Option<usize>,
    /// How many bytes what is worked on together may take, about, before less is worked on at a time; it says nothing of the
    /// results. [`Options::PIECE`] is what is fast.
    pub piece: usize,
}

impl Options {
    /// What is worked on together: enough that going over it is most of the work, and little beside a machine's memory.
    pub const PIECE: usize = 64 << 20;
}

/// The two evaluators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// Conditions as bitmaps over all rows of a noun; what it does not cover is asked of the reference, row by row.
    #[default]
    Fast,
    /// One subject at a time, straight off the language page, with no index.
    Reference,
}

/// A source that was read: a record of the noun `source`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFact {
    /// What it was read as: `terraform-plan`.
    pub kind: String,
    /// As it was named.
    pub path: String,
    /// SHA-256 of its bytes.
    pub digest: String,
    /// When the export was made, where it says so.
    pub collected_at: Option<Time>,
    /// How many records were read from it.
    pub records: u64,
    /// Whether the export says that it is whole, where it says so.
    pub complete: Option<bool>,
    /// Where it begins.
    pub place: Option<Place>,
}

/// A criterion of a framework that the catalogue knows: a record of the noun `criterion`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CriterionFact {
    /// `CC6.1`, `iso42001:A.6.2.4`
    pub id: String,
    /// In our words.
    pub title: String,
    /// Its framework.
    pub framework: String,
    /// Its category within the framework.
    pub category: String,
}

/// What a warning is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WarningKind {
    /// Something odd, in the facts or in how the program reads them.
    Odd,
    /// Something that costs more than its author may think.
    Cost,
}

/// Something odd that was met on the way: in the facts or in the program.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EngineWarning {
    /// What it is about.
    pub kind: WarningKind,
    /// Where.
    pub place: Option<Place>,
    /// In plain words.
    pub message: String,
}

/// Why nothing could be evaluated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The work has a limit, and this is beyond it.
    #[error("{subject} is too much work: {limit}")]
    Limit {
        /// What was evaluated: "control `D-1`".
        subject: String,
        /// Which limit, in plain words.
        limit: String,
        /// Where it is written.
        place: Option<Place>,
    },
}

/// What an evaluation found.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The controls that were evaluated, in order of the program.
    pub controls: Vec<ControlResult>,
    /// The exceptions from them, in order of the program.
    pub exceptions: Vec<ExceptionResult>,
    /// What was odd.
    pub warnings: Vec<EngineWarning>,
}

/// Runs the maps in order and fills the nouns about the checking itself: `source`, `control`, `exception`, `criterion`.
///
/// # Errors
/// Where a map is more work than the limit.
pub fn prepare(
    program: &Program,
    facts: Facts,
    sources: &[SourceFact],
    criteria: &[CriterionFact],
    options: &Options,
) -> Result<(Facts, Vec<EngineWarning>), EngineError> {
    worker::run(|| {
        let mut facts = facts;
        let mut warnings = meta::fill(program, &mut facts, sources, criteria, options);
        warnings.extend(maps::run(program, &mut facts, options)?);
        Ok((facts, warnings))
    })
}

/// Evaluates the controls for which `select` says yes: in parallel, those that read `verdict` after all others, whose
/// verdicts are added to the facts before. The results stand in order of the program, subjects in order of noun and id.
///
/// # Errors
/// Where a control is more work than the limit.
pub fn evaluate(
    program: &Program,
    facts: &mut Facts,
    options: &Options,
    select: &(dyn Fn(&Control) -> bool + Sync),
) -> Result<Evaluation, EngineError> {
    worker::run(|| control::evaluate(program, facts, options, select, None))
}

/// What stands in for facts while there are none yet.
pub struct NoFacts {
    facts: Facts,
    budget: Budget,
}

impl Default for NoFacts {
    fn default() -> NoFacts {
        NoFacts { facts: Builder::new(Arc::default()).finish().0, budget: Budget::default() }
    }
}

/// The controls of a run, made ready for their facts; by default nothing was done.
#[derive(Default)]
pub struct Ahead<'a>(Option<fast::Lowered<'a>>);

/// Does of [`evaluate`] what can be done before the facts are there.
pub fn ahead<'a>(
    program: &'a Program,
    options: &'a Options,
    nothing: &'a NoFacts,
    select: &(dyn Fn(&Control) -> bool + Sync),
) -> Ahead<'a> {
    let ground = Ground { program, facts: &nothing.facts, options, budget: &nothing.budget };
    Ahead((options.method == Method::Fast).then(|| worker::run(|| control::lower(ground, select))))
}

/// [`evaluate`], where [`ahead`] was called for the same program, options and controls.
///
/// # Errors
/// Where a control is more work than the limit.
pub fn evaluate_from(
    ahead: Ahead<'_>,
    program: &Program,
    facts: &mut Facts,
    options: &Options,
    select: &(dyn Fn(&Control) -> bool + Sync),
) -> Result<Evaluation, EngineError> {
    worker::run(|| control::evaluate(program, facts, options, select, ahead.0))
}

/// The whole proof for one subject of one control, also where it passes: one result for each sentence of which it is a
/// subject. `subject` is its id, or noun and id. Of a record that a sentence ranges over but that is not in its scope, the
/// result is a pass whose message says why it is not.
///
/// # Errors
/// Where the control is more work than the limit.
pub fn explain(
    program: &Program,
    facts: &Facts,
    options: &Options,
    control: usize,
    subject: &str,
) -> Result<Vec<SubjectResult>, EngineError> {
    worker::run(|| control::prove(program, facts, options, control, subject))
}

/// The members of a phrase, those that certainly and those that only may belong, for `tickmark query`. `slots` is the size
/// of the phrase's frame.
///
/// # Errors
/// Where the phrase is more work than the limit.
pub fn query(
    program: &Program,
    facts: &Facts,
    options: &Options,
    phrase: &tickmark_program::Phrase,
    slots: u32,
) -> Result<Vec<QueryMember>, EngineError> {
    worker::run(|| query::members(program, facts, options, phrase, slots))
}

/// A node of the plan of a control, for `tickmark explain --plan`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanLine {
    /// How deep it stands below the sentence.
    pub depth: usize,
    /// Its number; equal nodes of all controls are one.
    pub node: u32,
    /// As its author wrote it.
    pub text: String,
    /// What is done, in words.
    pub how: String,
    /// Over how many rows it was worked out once; nothing where it is worked out where it is used.
    pub rows: Option<u64>,
    /// What that took.
    pub nanoseconds: Option<u64>,
    /// How many nodes use it.
    pub uses: u32,
    /// It stands above already, with what is below it.
    pub again: bool,
}

/// How a control is evaluated: its nodes, with row counts and times. All controls for which `select` says yes are planned
/// together, so that it shows what they share.
///
/// # Errors
/// Where a control is more work than the limit.
pub fn plan(
    program: &Program,
    facts: &Facts,
    options: &Options,
    control: usize,
    select: &(dyn Fn(&Control) -> bool + Sync),
) -> Result<Vec<PlanLine>, EngineError> {
    worker::run(|| control::plan(program, facts, options, control, select))
}

/// Runs the tests whose control `select` says yes to: each on facts of its own, maps included, and only the control under
/// test with its exceptions. A test that gives no date or period is run with those of `options`.
pub fn run_tests(program: &Program, options: &Options, select: &(dyn Fn(&Control) -> bool + Sync)) -> Vec<TestResult> {
    worker::run(|| trials::run(program, options, select))
}
