//! Results as JSON, described by `docs/schema/results-1.json`. The types here are the wire's own: those of the results stay free to
//! change.

use serde::Serialize;
use tickmark_results::{
    ControlResult, Counts, Evidence, EvidenceKind, ExceptionResult, Results, SourceResult, Status, SubjectResult,
};
use tickmark_source::{Place, Sources};

use crate::escape::is_dangerous;
use crate::places::Places;

/// The name of the format; a change that breaks readers gets another number.
pub const SCHEMA: &str = "tickmark/results/1";

/// The results of a run as one JSON document that ends with a line break. Every subject in scope is listed.
#[must_use]
pub fn render(results: &Results, sources: &Sources, pretty: bool) -> String {
    let places = Places::new(sources);
    let document = Document::new(results, &places);
    let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) };
    // Strings and numbers alone: serialising them to memory does not fail.
    let mut text = escape(text.unwrap_or_default());
    text.push('\n');
    text
}

/// Writes characters that could steer a terminal as `\u….`: the same string to a reader of JSON, and harmless to print.
pub(crate) fn escape(text: String) -> String {
    if !text.chars().any(|letter| letter != '\n' && is_dangerous(letter)) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 64);
    for letter in text.chars() {
        if letter == '\n' || !is_dangerous(letter) {
            out.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    engine: Engine,
    as_of: &'a str,
    period: Option<Period<'a>>,
    sources: Vec<Source<'a>>,
    controls: Vec<Control<'a>>,
    exceptions: Vec<Exception<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Engine {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Period<'a> {
    start: &'a str,
    end: &'a str,
}

#[derive(Serialize)]
struct Source<'a> {
    kind: &'a str,
    path: &'a str,
    sha256: &'a str,
    records: u64,
    collected_at: Option<&'a str>,
    complete: Option<bool>,
}

#[derive(Serialize)]
struct Control<'a> {
    id: &'a str,
    title: &'a str,
    pack: Option<&'a str>,
    severity: &'static str,
    cites: &'a [String],
    also: &'a [String],
    owner: Option<&'a str>,
    because: Option<&'a str>,
    fix: Option<&'a str>,
    status: &'static str,
    reason: &'a str,
    counts: WireCounts,
    subjects: Vec<Subject<'a>>,
    at: At<'a>,
}

#[derive(Serialize)]
struct WireCounts {
    records: u64,
    in_scope: u64,
    passed: u64,
    failed: u64,
    unknown: u64,
    pending: u64,
    excepted: u64,
}

#[derive(Serialize)]
struct Subject<'a> {
    noun: &'a str,
    id: &'a str,
    verdict: &'static str,
    sentence: &'a str,
    message: &'a str,
    because: Vec<Because<'a>>,
    at: Option<At<'a>>,
    fingerprint: &'a str,
}

#[derive(Serialize)]
struct Because<'a> {
    kind: &'static str,
    text: &'a str,
    at: Option<At<'a>>,
    children: Vec<Because<'a>>,
}

#[derive(Serialize)]
struct At<'a> {
    file: &'a str,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Exception<'a> {
    control: &'a str,
    subject: &'a str,
    reason: &'a str,
    owner: &'a str,
    approved_by: &'a str,
    expires: &'a str,
    state: &'static str,
    covers: &'a [String],
    at: At<'a>,
}

#[derive(Serialize)]
struct Summary {
    controls: u64,
    pass: u64,
    fail: u64,
    unknown: u64,
    pending: u64,
    empty: u64,
    skipped: u64,
    subjects: SubjectSummary,
}

#[derive(Serialize)]
struct SubjectSummary {
    in_scope: u64,
    passed: u64,
    failed: u64,
    unknown: u64,
    pending: u64,
    excepted: u64,
}

impl<'a> Document<'a> {
    fn new(results: &'a Results, places: &Places<'a>) -> Self {
        Self {
            schema: SCHEMA,
            engine: Engine { name: "tickmark", version: env!("CARGO_PKG_VERSION") },
            as_of: &results.as_of,
            period: results.period.as_ref().map(|(start, end)| Period { start, end }),
            sources: results.sources.iter().map(Source::new).collect(),
            controls: results.controls.iter().map(|control| Control::new(control, places)).collect(),
            exceptions: results.exceptions.iter().map(|exception| Exception::new(exception, places)).collect(),
            summary: Summary::new(results),
        }
    }
}

impl<'a> Source<'a> {
    fn new(source: &'a SourceResult) -> Self {
        Self {
            kind: &source.kind,
            path: &source.path,
            sha256: &source.sha256,
            records: source.records,
            collected_at: source.collected_at.as_deref(),
            complete: source.complete,
        }
    }
}

impl<'a> Control<'a> {
    fn new(control: &'a ControlResult, places: &Places<'a>) -> Self {
        Self {
            id: &control.id,
            title: &control.title,
            pack: control.pack.as_deref(),
            severity: control.severity.word(),
            cites: &control.cites,
            also: &control.also,
            owner: control.owner.as_deref(),
            because: control.because.as_deref(),
            fix: control.fix.as_deref(),
            status: control.status.word(),
            reason: &control.reason,
            counts: WireCounts::new(&control.counts),
            subjects: control.subjects.iter().map(|subject| Subject::new(subject, places)).collect(),
            at: At::new(control.place, places),
        }
    }
}

impl WireCounts {
    fn new(counts: &Counts) -> Self {
        Self {
            records: counts.records,
            in_scope: counts.in_scope,
            passed: counts.passed,
            failed: counts.failed,
            unknown: counts.unknown,
            pending: counts.pending,
            excepted: counts.excepted,
        }
    }
}

impl<'a> Subject<'a> {
    fn new(subject: &'a SubjectResult, places: &Places<'a>) -> Self {
        Self {
            noun: &subject.noun,
            id: &subject.id,
            verdict: subject.verdict.word(),
            sentence: &subject.sentence,
            message: &subject.message,
            because: subject.because.iter().map(|one| Because::new(one, places)).collect(),
            at: subject.place.map(|place| At::new(place, places)),
            fingerprint: &subject.fingerprint,
        }
    }
}

impl<'a> Because<'a> {
    fn new(evidence: &'a Evidence, places: &Places<'a>) -> Self {
        Self {
            kind: kind(evidence.kind),
            text: &evidence.text,
            at: evidence.place.map(|place| At::new(place, places)),
            children: evidence.children.iter().map(|child| Because::new(child, places)).collect(),
        }
    }
}

fn kind(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Clause => "clause",
        EvidenceKind::Candidate => "candidate",
        EvidenceKind::Value => "value",
        EvidenceKind::Missing => "missing",
        EvidenceKind::Path => "path",
        EvidenceKind::Note => "note",
    }
}

impl<'a> At<'a> {
    fn new(place: Place, places: &Places<'a>) -> Self {
        let at = places.line_column(place);
        Self { file: places.raw_path(place.file), line: at.line, column: at.column }
    }
}

impl<'a> Exception<'a> {
    fn new(exception: &'a ExceptionResult, places: &Places<'a>) -> Self {
        Self {
            control: &exception.control,
            subject: &exception.subject,
            reason: &exception.reason,
            owner: &exception.owner,
            approved_by: &exception.approved_by,
            expires: &exception.expires,
            state: exception.state.word(),
            covers: &exception.covers,
            at: At::new(exception.place, places),
        }
    }
}

impl Summary {
    fn new(results: &Results) -> Self {
        let of = |status: Status| results.controls.iter().filter(|control| control.status == status).count() as u64;
        Self {
            controls: results.controls.len() as u64,
            pass: of(Status::Pass),
            fail: of(Status::Fail),
            unknown: of(Status::Unknown),
            pending: of(Status::Pending),
            empty: of(Status::Empty),
            skipped: of(Status::Skipped),
            subjects: SubjectSummary::new(results),
        }
    }
}

impl SubjectSummary {
    /// Counted from the subjects themselves, so that the summary and the list cannot disagree.
    fn new(results: &Results) -> Self {
        let mut counts = Counts::default();
        results.controls.iter().flat_map(|control| &control.subjects).for_each(|one| counts.add(one.verdict));
        Self {
            in_scope: counts.in_scope,
            passed: counts.passed,
            failed: counts.failed,
            unknown: counts.unknown,
            pending: counts.pending,
            excepted: counts.excepted,
        }
    }
}

#[cfg(test)]
mod tests;
