//! The history of one version: everything that the sources supply, and the walk over it.

use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::run as codes;
use tickmark_import::SourceRecord;
use tickmark_manifest::sha256;
use tickmark_source::{FileId, Files, Sources};
use tickmark_trace::{History, Question, Run, RunSource, Subject, TraceError};

use crate::Request;
use crate::load::{Reach, load_with};
use crate::run::{Ready, ready};

/// What came of tracing.
pub struct Traced {
    /// The history; nothing where there is none.
    pub history: Option<History>,
    /// All files read.
    pub sources: Sources,
    /// Errors and warnings, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
}

/// The history of what is named, over the facts of a request after its maps ran.
#[must_use]
pub fn trace(request: &Request, subject: Subject, id: &str, files: &dyn Files) -> Traced {
    // Controls are read for their entities and maps; none is evaluated.
    let quiet = Request { only: vec![String::from("\u{0}")], digests: true, ..request.clone() };
    let loaded = load_with(&quiet, files, None, Reach::Everything, tickmark_import::Patience::Whole);
    let controls = controls_digest(&loaded.sources);
    let Ready { facts, records, sources, mut diagnostics, .. } = match ready(&quiet, loaded, files) {
        Ok(ready) => ready,
        Err((sources, diagnostics)) => return Traced { history: None, sources, diagnostics },
    };
    let question = Question { subject, id: id.to_owned(), as_of: request.as_of, period: request.period };
    let history = match tickmark_trace::trace(&facts, &question) {
        Ok(mut history) => {
            history.run = run_of(controls, &records);
            Some(history)
        }
        Err(error) => {
            diagnostics.push(refusal(&error));
            None
        }
    };
    tickmark_diagnostics::sort(&mut diagnostics);
    Traced { history, sources, diagnostics }
}

fn refusal(error: &TraceError) -> Diagnostic {
    let message = error.to_string();
    match error {
        TraceError::NoSource { noun } => Diagnostic::without_place(codes::UNKNOWN_SUBJECT, message).help(format!(
            "`tickmark facts …` shows what the sources hold; `{noun}` is told by a register or by a map"
        )),
        TraceError::NoSuchRecord { noun, id, ids } => Diagnostic::without_place(codes::UNKNOWN_SUBJECT, message)
            .suggest(id, ids.iter().map(String::as_str))
            .help(format!("`tickmark facts {noun} …` lists the ids of a noun")),
        TraceError::TooLarge => Diagnostic::without_place(codes::LIMIT, message),
    }
}

/// The digest over the files of controls that were named, in the order in which they were read: one line for each, digest, two
/// blanks, path. Nothing where none was named.
fn controls_digest(sources: &Sources) -> Option<String> {
    let own = |(_, file): &(FileId, &tickmark_source::SourceFile)| {
        file.path.ends_with(".tick") && !file.path.starts_with(crate::embedded::PREFIX)
    };
    let lines: Vec<String> =
        sources.iter().filter(own).map(|(_, file)| format!("{}  {}\n", sha256(&file.bytes), file.path)).collect();
    (!lines.is_empty()).then(|| sha256(lines.concat().as_bytes()))
}

fn run_of(controls: Option<String>, records: &[SourceRecord]) -> Run {
    let sources: Vec<RunSource> = records
        .iter()
        .map(|record| RunSource {
            kind: record.kind.clone(),
            path: record.path.clone(),
            sha256: record.sha256.clone().unwrap_or_default(),
            collected_at: record.collected_at.map(|time| time.to_string()),
        })
        .collect();
    let lines: String = sources.iter().map(|source| format!("{}  {}\n", source.sha256, source.path)).collect();
    Run { controls, evidence: sha256(lines.as_bytes()), sources }
}
