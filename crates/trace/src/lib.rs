//! The history of one version of a model, of a data set, or of a deployment: where it came from, step by step, and what is
//! missing of that.
//!
//! A history is a walk over the nouns of the vocabulary, after the maps ran. [`trace`] is handed [`Facts`] and a
//! [`Question`], and hands on a [`History`]: nodes with lines, edges, and what is missing, as plain data. What an entity of
//! an organisation's own does not have is not told; a noun that no source supplies is named once.

mod customers;
mod data;
mod fields;
mod history;
mod making;
mod model;
mod reader;
mod serving;
mod standing;
mod summary;
mod walker;

pub use history::{Edge, Gap, History, Kind, Line, Node, Run, RunSource, State, Told};

use std::fmt;

use tickmark_facts::{Facts, NounId, Time};

use walker::Walker;

/// The most nodes that a history has.
pub const LIMIT: usize = 2_000;

/// What a history is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A version of a model: `fraud@7`.
    Model,
    /// A data set, all versions of it, or one: `clicks`, `clicks@9f2c`.
    Dataset,
    /// A deployment, by its id.
    Deployment,
}

impl Subject {
    /// The noun of the vocabulary.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Subject::Model => "model",
            Subject::Dataset => "dataset",
            Subject::Deployment => "deployment",
        }
    }
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// Of what.
    pub subject: Subject,
    /// Its id, as it is printed.
    pub id: String,
    /// The moment that the history speaks of.
    pub as_of: Time,
    /// The period, where there is one: whether a version was live in it is told.
    pub period: Option<(Time, Time)>,
}

/// Why there is no history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraceError {
    /// No source supplies the noun.
    NoSource {
        /// The noun.
        noun: &'static str,
    },
    /// There is no such record.
    NoSuchRecord {
        /// The noun.
        noun: &'static str,
        /// The id that was asked for.
        id: String,
        /// The ids that there are.
        ids: Vec<String>,
    },
    /// The history would have more than [`LIMIT`] nodes.
    TooLarge,
}

impl fmt::Display for TraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TraceError::NoSource { noun } => write!(f, "no source supplies `{noun}`: there is nothing to trace"),
            TraceError::NoSuchRecord { noun, id, .. } => {
                write!(f, "there is no `{noun}` with the id `{id}` in these sources")
            }
            TraceError::TooLarge => write!(f, "the history would have more than {LIMIT} nodes, which is the limit"),
        }
    }
}

impl std::error::Error for TraceError {}

/// The history of what is asked.
///
/// # Errors
/// [`TraceError`] where there is no such record, or where its history is too large.
pub fn trace(facts: &Facts, question: &Question) -> Result<History, TraceError> {
    let mut walker = Walker::new(facts, question);
    match question.subject {
        Subject::Model => {
            let (noun, row) = one(facts, question)?;
            walker.models(noun, row)?;
        }
        Subject::Dataset => {
            let (noun, rows) = versions(facts, question)?;
            walker.dataset(noun, &rows)?;
        }
        Subject::Deployment => {
            let (noun, row) = one(facts, question)?;
            walker.of_deployment(noun, row)?;
        }
    }
    Ok(walker.finish())
}

fn supplied(facts: &Facts, noun: &'static str) -> Result<NounId, TraceError> {
    let found = facts.needs().find(noun).filter(|noun| facts.rows(*noun) > 0 || facts.supplied(*noun));
    found.ok_or(TraceError::NoSource { noun })
}

fn one(facts: &Facts, question: &Question) -> Result<(NounId, u32), TraceError> {
    let name = question.subject.noun();
    let noun = supplied(facts, name)?;
    let row = facts.find(noun, &question.id).ok_or_else(|| TraceError::NoSuchRecord {
        noun: name,
        id: question.id.clone(),
        ids: ids(facts, noun),
    })?;
    Ok((noun, row))
}

fn ids(facts: &Facts, noun: NounId) -> Vec<String> {
    (0..facts.rows(noun)).map(|row| facts.id(noun, row)).collect()
}

/// The version that is named, or all those of the data set that is named.
fn versions(facts: &Facts, question: &Question) -> Result<(NounId, Vec<u32>), TraceError> {
    let noun = supplied(facts, "dataset_version")?;
    if let Some(row) = facts.find(noun, &question.id) {
        return Ok((noun, vec![row]));
    }
    let reader = reader::Reader::new(facts);
    let of = |row: &u32| {
        reader.one(noun, *row, "dataset").is_some_and(|(dataset, row)| facts.id(dataset, row) == question.id)
    };
    let rows: Vec<u32> = (0..facts.rows(noun)).filter(of).collect();
    if rows.is_empty() {
        let mut known = ids(facts, noun);
        known.extend(facts.needs().find("dataset").into_iter().flat_map(|dataset| ids(facts, dataset)));
        return Err(TraceError::NoSuchRecord { noun: "dataset_version", id: question.id.clone(), ids: known });
    }
    Ok((noun, rows))
}
