//! Verdicts, findings and evidence: plain data with a total order. No logic but counting.

use sha2::{Digest, Sha256};
use tickmark_source::Place;

/// The verdict on one subject, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The sentence is false of it.
    Fail,
    /// The evidence does not decide it.
    Unknown,
    /// Nothing but a deadline that is not over leaves it open.
    Pending,
    /// It fails or is unknown, and an unexpired exception covers it.
    Excepted,
    /// The sentence is true of it.
    Pass,
}

/// The status of a control, in the order in which they are decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// A subject fails.
    Fail,
    /// None fails, and some are unknown.
    Unknown,
    /// None fails or is unknown, and some are pending.
    Pending,
    /// One of its sentences has no subject though its sources were read.
    Empty,
    /// No source supplies a noun that it ranges over, or `applies when` is false.
    Skipped,
    /// Otherwise.
    Pass,
}

impl Verdict {
    /// The word that is printed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Fail => "fail",
            Verdict::Unknown => "unknown",
            Verdict::Pending => "pending",
            Verdict::Excepted => "excepted",
            Verdict::Pass => "pass",
        }
    }
}

impl Status {
    /// The word that is printed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Status::Fail => "fail",
            Status::Unknown => "unknown",
            Status::Pending => "pending",
            Status::Empty => "empty",
            Status::Skipped => "skipped",
            Status::Pass => "pass",
        }
    }

    /// All, in order.
    pub const ALL: [Status; 6] =
        [Status::Fail, Status::Unknown, Status::Pending, Status::Empty, Status::Skipped, Status::Pass];
}

/// How bad a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// critical
    Critical,
    /// high
    High,
    /// medium
    Medium,
    /// low
    Low,
}

impl Severity {
    /// The word that is printed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Severity::Critical => "critical",
            Severity::High => "high",
            Severity::Medium => "medium",
            Severity::Low => "low",
        }
    }
}

/// What a run found.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// The moment that the run speaks of, RFC 3339.
    pub as_of: String,
    /// The period that it speaks of: first and last instant, RFC 3339.
    pub period: Option<(String, String)>,
    /// What was read.
    pub sources: Vec<SourceResult>,
    /// In order of the program.
    pub controls: Vec<ControlResult>,
    /// In order of the program.
    pub exceptions: Vec<ExceptionResult>,
}

/// A source that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceResult {
    /// `terraform-plan`, `mlflow`, …
    pub kind: String,
    /// As it was named.
    pub path: String,
    /// Digest of its bytes, lower-case hexadecimal.
    pub sha256: String,
    /// How many records were read from it.
    pub records: u64,
    /// When the export was made, where it says so; RFC 3339.
    pub collected_at: Option<String>,
    /// Whether the export says that it is whole; nothing where it does not say.
    pub complete: Option<bool>,
}

/// How many, of each verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Counts {
    /// Records of the nouns that the control ranges over.
    pub records: u64,
    /// Subjects: those that belong, or may belong, to the population.
    pub in_scope: u64,
    /// Subjects that pass.
    pub passed: u64,
    /// Subjects that fail.
    pub failed: u64,
    /// Subjects that are unknown.
    pub unknown: u64,
    /// Subjects that are pending.
    pub pending: u64,
    /// Subjects that are excepted.
    pub excepted: u64,
}

impl Counts {
    /// Counts one more subject.
    pub fn add(&mut self, verdict: Verdict) {
        self.in_scope += 1;
        match verdict {
            Verdict::Fail => self.failed += 1,
            Verdict::Unknown => self.unknown += 1,
            Verdict::Pending => self.pending += 1,
            Verdict::Excepted => self.excepted += 1,
            Verdict::Pass => self.passed += 1,
        }
    }
}

/// What a run found of one control.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlResult {
    /// `MODEL-01`
    pub id: String,
    /// One line.
    pub title: String,
    /// The pack that it is of.
    pub pack: Option<String>,
    /// How bad a failure is.
    pub severity: Severity,
    /// The criteria that it answers to.
    pub cites: Vec<String>,
    /// The criteria that others file it under.
    pub also: Vec<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Why it exists.
    pub because: Option<String>,
    /// What to do about a failure.
    pub fix: Option<String>,
    /// Its status.
    pub status: Status,
    /// Why it has this status, in one sentence.
    pub reason: String,
    /// How many subjects of each verdict.
    pub counts: Counts,
    /// Every subject in scope, in order of noun and id.
    pub subjects: Vec<SubjectResult>,
    /// Where the control is written.
    pub place: Place,
}

/// What a run found of one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct SubjectResult {
    /// Its noun; of a pair, the head's; empty for the whole and for values of a list.
    pub noun: String,
    /// Its id; of a pair, `inner of outer`; of the whole, `*`.
    pub id: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The sentence that gives the verdict, as written.
    pub sentence: String,
    /// One line for people: `otherwise`, or one made from the failing clause. Empty for a pass.
    pub message: String,
    /// Why: for everything but a pass (and for a pass where it is asked for).
    pub because: Vec<Evidence>,
    /// Where the subject stands in the facts.
    pub place: Option<Place>,
    /// Of control and subject alone: the same however lines move.
    pub fingerprint: String,
}

/// What a line of an explanation tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceKind {
    /// A clause of the program, with its outcome.
    Clause,
    /// A record that was considered, and why it does or does not count.
    Candidate,
    /// A value that was read.
    Value,
    /// A value that is missing, unknown, not surveyed or contradictory.
    Missing,
    /// The path that a closure followed.
    Path,
    /// Anything else worth saying.
    Note,
}

/// One line of an explanation, with what stands below it.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// What it tells.
    pub kind: EvidenceKind,
    /// In plain words.
    pub text: String,
    /// Where the fact (or the clause) stands.
    pub place: Option<Place>,
    /// Details.
    pub children: Vec<Evidence>,
}

/// What became of an exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionResult {
    /// The control.
    pub control: String,
    /// The subject as written.
    pub subject: String,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Who allowed it.
    pub approved_by: String,
    /// The last day on which it holds.
    pub expires: String,
    /// What became of it.
    pub state: ExceptionState,
    /// The ids of the subjects that it covers.
    pub covers: Vec<String>,
    /// Where it is written.
    pub place: Place,
}

/// What became of an exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExceptionState {
    /// It covers subjects that fail or are unknown.
    Used,
    /// It covers nothing.
    Unused,
    /// Its last day is over.
    Expired,
}

impl ExceptionState {
    /// The word that is printed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            ExceptionState::Used => "used",
            ExceptionState::Unused => "unused",
            ExceptionState::Expired => "expired",
        }
    }
}

/// The fingerprint of a finding: the first 32 hexadecimal digits of SHA-256 over control, noun and subject.
#[must_use]
pub fn fingerprint(control: &str, noun: &str, subject: &str) -> String {
    let mut hasher = Sha256::new();
    for part in ["tickmark/finding/1", control, noun, subject] {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
    hasher.finalize().iter().take(16).flat_map(|byte| [digit(byte >> 4), digit(byte & 0xF)]).collect()
}

impl Results {
    /// How many controls have each status, in the order of [`Status::ALL`].
    #[must_use]
    pub fn summary(&self) -> [(Status, usize); 6] {
        Status::ALL.map(|status| (status, self.controls.iter().filter(|control| control.status == status).count()))
    }
}
