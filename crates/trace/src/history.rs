//! What a history is: plain data, in the order in which it is told.

use tickmark_facts::Time;
use tickmark_source::Place;

/// The history of one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// The noun of what was asked for: `model`, `dataset`, `deployment`.
    pub noun: &'static str,
    /// Its id, as it was asked for.
    pub id: String,
    /// The moment that it speaks of.
    pub as_of: Time,
    /// The period that it speaks of.
    pub period: Option<(Time, Time)>,
    /// What it was made from; filled in by who read the sources.
    pub run: Run,
    /// What is missing or not in order: the worst first.
    pub gaps: Vec<Gap>,
    /// One page of what matters.
    pub summary: Vec<Line>,
    /// Everything that belongs to it, in the order of the walk.
    pub nodes: Vec<Node>,
    /// How the nodes hang together: from what was first to what came of it.
    pub edges: Vec<Edge>,
}

/// What a history was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The digest over the controls, entities, maps and exceptions that were named.
    pub controls: Option<String>,
    /// The digest over all sources.
    pub evidence: String,
    /// The sources, in order.
    pub sources: Vec<RunSource>,
}

/// One source of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunSource {
    /// Its kind: `mlflow`, `yaml`.
    pub kind: String,
    /// Where it lies.
    pub path: String,
    /// Its digest in hexadecimal digits.
    pub sha256: String,
    /// When it was collected, where it says so.
    pub collected_at: Option<String>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A version of a model.
    Model,
    /// A deployment.
    Deployment,
    /// An endpoint that serves it.
    Endpoint,
    /// An approval, of a version, of data or of a change.
    Approval,
    /// A test of a version or of data.
    Test,
    /// What one collection of the registry showed.
    Sighting,
    /// A training run.
    TrainingRun,
    /// A commit.
    Commit,
    /// A pull request.
    PullRequest,
    /// A version of a data set.
    Data,
    /// Where data first came from.
    Source,
    /// A contract.
    Agreement,
    /// A customer whose data is inside.
    Customer,
    /// A completed act of deletion.
    Disposal,
    /// The ticket of a change.
    Change,
    /// The version that it can be taken back to.
    Rollback,
    /// A written plan to come back.
    Recovery,
    /// A rehearsal of such a plan.
    Rehearsal,
    /// A monitor.
    Monitor,
    /// An alert.
    Alert,
}

impl Kind {
    /// All of them, in the order in which they are told.
    pub const ALL: [Kind; 20] = [
        Kind::Model,
        Kind::Deployment,
        Kind::Endpoint,
        Kind::Approval,
        Kind::Test,
        Kind::Sighting,
        Kind::TrainingRun,
        Kind::Commit,
        Kind::PullRequest,
        Kind::Data,
        Kind::Source,
        Kind::Agreement,
        Kind::Customer,
        Kind::Disposal,
        Kind::Change,
        Kind::Rollback,
        Kind::Recovery,
        Kind::Rehearsal,
        Kind::Monitor,
        Kind::Alert,
    ];

    /// One of them, in words.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.words().0
    }

    /// What stands above all of them.
    #[must_use]
    pub fn heading(self) -> &'static str {
        self.words().1
    }

    /// The noun of the vocabulary.
    #[must_use]
    pub fn noun(self) -> &'static str {
        self.words().2
    }

    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Kind::Model => ("model", "Identity", "model"),
            Kind::Deployment => ("deployment", "Deployments", "deployment"),
            Kind::Endpoint => ("endpoint", "Endpoints", "endpoint"),
            Kind::Approval => ("approval", "Approvals", "approval"),
            Kind::Test => ("test", "Tests", "test"),
            Kind::Sighting => ("sighting", "What earlier collections of the registry showed", "sighting"),
            Kind::TrainingRun => ("training run", "Training runs", "training_run"),
            Kind::Commit => ("commit", "Code", "code_revision"),
            Kind::PullRequest => ("pull request", "Pull requests and reviewers", "pull_request"),
            Kind::Data => ("data", "Data, with everything that it was made from", "dataset_version"),
            Kind::Source => ("source of data", "Where the data came from", "data_source"),
            Kind::Agreement => ("agreement", "Agreements", "agreement"),
            Kind::Customer => ("customer", "Customers whose data is inside", "customer"),
            Kind::Disposal => ("disposal", "Disposals of data", "disposal"),
            Kind::Change => ("change record", "Change records", "change_record"),
            Kind::Rollback => ("rollback target", "Rollback target", "model"),
            Kind::Recovery => ("recovery plan", "Recovery plans", "recovery_plan"),
            Kind::Rehearsal => ("rehearsal", "Rehearsals", "recovery_test"),
            Kind::Monitor => ("monitor", "Monitors", "monitor"),
            Kind::Alert => ("alert", "Alerts since it went live", "alert"),
        }
    }

    /// Whether it is a box of its own in the picture; the rest is told in the boxes that it belongs to, or only in words.
    #[must_use]
    pub fn drawn(self) -> bool {
        !matches!(self, Kind::Approval | Kind::Test | Kind::Sighting | Kind::Disposal | Kind::Rehearsal | Kind::Alert)
    }

    /// Whether it is short enough to be told in one line.
    #[must_use]
    pub fn brief(self) -> bool {
        !self.drawn()
    }
}

/// One record of a history.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Its id, as it is printed.
    pub id: String,
    /// A name for people, or what makes it short to tell.
    pub title: String,
    /// To which model's dossier it belongs: the place of that model in the list of nodes. None of a model that is asked
    /// for itself, nor where no model is at the root.
    pub dossier: Option<usize>,
    /// How many steps of making lie between it and what read it; 0 where that is no matter.
    pub steps: usize,
    /// Where its record begins.
    pub place: Option<Place>,
    /// False where it is only referred to.
    pub supplied: bool,
    /// What is known of it.
    pub lines: Vec<Line>,
}

/// A line: what it is about, and what is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What it is about.
    pub label: String,
    /// What is known.
    pub told: Told,
    /// Where it stands.
    pub place: Option<Place>,
}

/// What is known of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The value in words.
    Known(String),
    /// The record has none.
    Missing,
    /// No record of its noun carries it: nobody asked.
    NotSurveyed,
    /// It has one that is not known, and why.
    Unknown(String),
    /// Sources disagree: where each of them says what.
    Contradictory(Vec<(Place, String)>),
}

/// From what was first to what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The place of the first in the list of nodes.
    pub from: usize,
    /// The place of the second.
    pub to: usize,
    /// How: `made`, `was read by`.
    pub label: &'static str,
}

/// Of what sort a gap is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It is known, and not in order.
    Amiss,
    /// There is none.
    Missing,
    /// Sources disagree.
    Contradictory,
    /// It has a value that is not known.
    Unknown,
    /// No record carries it.
    NotSurveyed,
    /// No source supplies the noun.
    NoSource,
}

impl State {
    /// All of them, the worst first.
    pub const ALL: [State; 6] =
        [State::Amiss, State::Missing, State::Contradictory, State::Unknown, State::NotSurveyed, State::NoSource];

    /// In words.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            State::Amiss => "not in order",
            State::Missing => "missing",
            State::Contradictory => "contradictory",
            State::Unknown => "unknown",
            State::NotSurveyed => "not surveyed",
            State::NoSource => "no source",
        }
    }
}

/// Something that the history lacks, or that is not in order in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Of what sort.
    pub state: State,
    /// The node that it is about; nothing where it is about all.
    pub node: Option<usize>,
    /// What it is, in one line.
    pub what: String,
    /// Why it matters, in one line.
    pub why: &'static str,
    /// Where it can be seen.
    pub places: Vec<Place>,
}
