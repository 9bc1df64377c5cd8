//! The pipeline from arguments to results: the one public interface.
//!
//! A [`Request`] says what is to be read; [`load`] gives a program, [`check`] results, [`run_tests`] the outcome of the
//! `test` items, [`query`] the members of a phrase, [`survey`] what the sources hold. Everything is read through
//! [`tickmark_source::Files`], and everything that is wrong comes back as diagnostics.

mod dormant;
mod embedded;
mod explain;
mod facts;
mod init;
mod load;
mod project;
mod run;
mod trace;

pub use embedded::{ReadBack, pack_names};
pub use explain::{ControlText, Definition, Proof, describe, plan, prove};
pub use facts::{AttributeSummary, NounSummary, RecordView, Survey, record, survey};
pub use init::{Found, FoundColumn, FoundExport, FoundRegister, OddWords, look, map_names, map_text};
pub use load::{Loaded, load};
pub use project::{Project, Use};
pub use run::{Checked, Queried, Remains, Stage, Tested, check, query, run_tests};
pub use trace::{Traced, trace};

pub use tickmark_engine::{Method, PlanLine, QueryMember, TestResult, Workers, workers};
pub use tickmark_import::Kind;
pub use tickmark_manifest::{find as find_manifest, schema as manifest_schema};
pub use tickmark_trace::{History, Subject as TraceSubject};

use std::sync::Arc;

use tickmark_diagnostics::{Diagnostic, Severity};
use tickmark_facts::Time;

/// What a run is asked to do. Everything is as the user named it.
#[derive(Clone, Debug)]
pub struct Request {
    /// The sources: `PATH` or `KIND=PATH`.
    pub facts: Vec<String>,
    /// Files and folders of controls.
    pub controls: Vec<String>,
    /// Packs that are embedded in the binary.
    pub packs: Vec<String>,
    /// The ids of the controls to evaluate; empty for all. `MODEL-*` stands for all that begin so.
    pub only: Vec<String>,
    /// The moment that the run speaks of.
    pub as_of: Time,
    /// The period that the run speaks of: first and last instant.
    pub period: Option<(Time, Time)>,
    /// Values for parameters: `name=value`; for variables of Terraform: `tf.var.name=value`.
    pub settings: Vec<String>,
    /// The folder of the Terraform configuration that plans and states were made of: findings are placed there.
    pub terraform_source: Option<String>,
    /// Explain passing subjects too.
    pub explain_passes: bool,
    /// By which evaluator verdicts come about.
    pub method: Method,
    /// List subjects that pass, too.
    pub list_passes: bool,
    /// How many subjects of each verdict a control explains; all where it is not given.
    pub explained: Option<usize>,
    /// Whether the results tell the digests of the sources. A program that looks at `source.digest` has them anyway.
    pub digests: bool,
    /// The manifest, which says what the fields above leave out. See [`Request::with_manifest`].
    pub project: Option<Arc<Project>>,
}

impl Request {
    /// A request that reads nothing yet, at this moment.
    #[must_use]
    pub fn at(as_of: Time) -> Self {
        Self {
            facts: Vec::new(),
            controls: Vec::new(),
            packs: Vec::new(),
            only: Vec::new(),
            as_of,
            period: None,
            settings: Vec::new(),
            terraform_source: None,
            explain_passes: false,
            method: Method::default(),
            list_passes: true,
            explained: None,
            digests: true,
            project: None,
        }
    }

    pub(crate) fn options(&self) -> tickmark_engine::Options {
        tickmark_engine::Options {
            as_of: self.as_of,
            period: self.period,
            explain_passes: self.explain_passes,
            method: self.method,
            list_passes: self.list_passes,
            explained: self.explained,
            piece: tickmark_engine::Options::PIECE,
        }
    }

    /// Whether a control is one of those asked for.
    pub(crate) fn selects(&self, id: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|pattern| matches_id(pattern, id))
    }
}

/// `MODEL-*` stands for all ids that begin so; letters compare without case.
fn matches_id(pattern: &str, id: &str) -> bool {
    let (pattern, id) = (pattern.to_lowercase(), id.to_lowercase());
    match pattern.strip_suffix('*') {
        Some(start) => id.starts_with(start),
        None => pattern == id,
    }
}

/// Whether any diagnostic stops the run.
pub(crate) fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}
