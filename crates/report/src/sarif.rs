//! Results as a log in the Static Analysis Results Interchange Format, SARIF 2.1.0 (OASIS Standard, with errata 01).
//!
//! A control is a rule, a criterion that it cites a taxon, a subject that does not pass a result:
//!
//! | verdict  | kind            | level                  |                                                        |
//! |----------|-----------------|------------------------|--------------------------------------------------------|
//! | fail     | `fail`          | by the severity        |                                                        |
//! | unknown  | `open`          | `none`                 | the evidence does not decide it                        |
//! | pending  | `informational` | `none`                 | a deadline is not over                                 |
//! | excepted | `fail`          | by the severity        | with an accepted, external suppression                 |
//!
//! §3.27.10 of the standard wants `none` for the level of every kind but `fail`. Subjects that pass are no results. A control that
//! has no verdict (empty or skipped) is a notification of the run: it must not look as if it had passed.

mod rules;
mod wire;

use std::collections::BTreeSet;

use tickmark_results::{ControlResult, ExceptionState, Results, Status, SubjectResult, Verdict};
use tickmark_source::Sources;

use crate::clean;
use crate::finding::{Paths, Spot, exceptions, headline, justification, name};
use crate::json::escape;
use crate::places::Places;
use wire::{
    Artifact, ArtifactLocation, ArtifactProperties, Descriptor, Fingerprints, Hashes, Invocation, Location, Log,
    LogicalLocation, Message, Notification, PhysicalLocation, Properties, Region, Run, RunProperties, Suppression,
};

/// Where the schema of the format lies.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The results of a run as one log that ends with a line break. Paths are told from `root` where they lie below it.
#[must_use]
pub fn render(results: &Results, sources: &Sources, root: Option<&str>) -> String {
    let paths = Paths::new(Places::new(sources), root);
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run(results, sources, &paths)] };
    // Strings and numbers alone: serialising them to memory does not fail.
    let mut text = escape(serde_json::to_string_pretty(&log).unwrap_or_default());
    text.push('\n');
    text
}

fn run(results: &Results, sources: &Sources, paths: &Paths<'_>) -> Run {
    let covering = exceptions(results);
    let fallback = results.sources.first().map(|source| Spot { path: paths.relative(&source.path), at: None });
    let mut found = Vec::new();
    for (index, control) in results.controls.iter().enumerate() {
        for subject in control.subjects.iter().filter(|subject| subject.verdict != Verdict::Pass) {
            let suppressions = (subject.verdict == Verdict::Excepted).then(|| {
                let exception = covering.get(&(control.id.as_str(), subject.id.as_str()));
                let justification = exception.map(|exception| plain(&justification(exception)));
                vec![Suppression { kind: "external", status: "accepted", justification }]
            });
            found.push(result((index, control), subject, suppressions, (paths, fallback.as_ref())));
        }
    }
    Run {
        tool: rules::tool(results),
        invocations: [Invocation { execution_successful: true, notifications: notifications(results, paths) }],
        artifacts: artifacts(results, sources, paths),
        results: found,
        taxonomies: rules::taxonomies(results),
        column_kind: "unicodeCodePoints",
        properties: RunProperties {
            as_of: results.as_of.clone(),
            period: results.period.as_ref().map(|(start, end)| format!("{start}/{end}")),
        },
    }
}

fn result(
    (index, control): (usize, &ControlResult),
    subject: &SubjectResult,
    suppressions: Option<Vec<Suppression>>,
    (paths, fallback): (&Paths<'_>, Option<&Spot>),
) -> wire::Finding {
    let (kind, level) = match subject.verdict {
        Verdict::Unknown => ("open", "none"),
        Verdict::Pending => ("informational", "none"),
        Verdict::Fail | Verdict::Excepted | Verdict::Pass => ("fail", rules::level(control.severity)),
    };
    let evidence = paths.evidence(subject);
    let mut text = headline(control, subject);
    for (_, line) in &evidence {
        text.push_str(&format!("\n- {line}"));
    }
    let logical = name(subject).map(|name| {
        let short = clean(&subject.id).into_owned();
        vec![LogicalLocation { name: short, fully_qualified_name: name, kind: "resource" }]
    });
    // Readers want a place for each result: what is in no file is shown at the first source.
    let spot = paths.of_finding(control, subject).or_else(|| fallback.cloned());
    let mut related: Vec<Location> = Vec::new();
    let places = evidence.iter().filter_map(|(one, _)| Some((one.place?, one.text.as_str())));
    for (place, told) in subject.place.map(|place| (place, "the subject")).into_iter().chain(places) {
        let Some(there) = paths.spot(place).filter(|there| Some(there) != spot.as_ref()) else { continue };
        let location = Location { id: None, ..location(Some(&there), None, Some(told)) };
        if !related.iter().any(|known| known.physical_location == location.physical_location) {
            related.push(Location { id: Some(related.len() + 1), ..location });
        }
    }
    wire::Finding {
        rule_id: control.id.clone(),
        rule_index: index,
        kind,
        level,
        message: Message::new(plain(&text)),
        locations: if spot.is_some() || logical.is_some() {
            vec![location(spot.as_ref(), logical, None)]
        } else {
            Vec::new()
        },
        related_locations: related,
        partial_fingerprints: Fingerprints { finding: subject.fingerprint.clone() },
        suppressions,
        properties: Properties {
            verdict: subject.verdict.word(),
            noun: subject.noun.clone(),
            subject: subject.id.clone(),
            sentence: subject.sentence.split_whitespace().collect::<Vec<_>>().join(" "),
        },
    }
}

fn location(spot: Option<&Spot>, logical: Option<Vec<LogicalLocation>>, message: Option<&str>) -> Location {
    Location {
        id: None,
        physical_location: spot.map(|spot| PhysicalLocation {
            artifact_location: ArtifactLocation { uri: uri(&spot.path) },
            region: spot.at.map(|at| Region { start_line: at.line, start_column: at.column }),
        }),
        logical_locations: logical,
        message: message.map(|text| Message::new(plain(&clean(text)))),
    }
}

/// What a reader must know of the run beside its results: controls without a verdict, sources that are not whole, exceptions
/// that excuse nothing.
fn notifications(results: &Results, paths: &Paths<'_>) -> Vec<Notification> {
    let mut told = Vec::new();
    let mut tell = |level, text: String, rule: Option<(usize, &str)>, spot: Option<Spot>| {
        told.push(Notification {
            level,
            message: Message::new(plain(&text)),
            associated_rule: rule.map(|(index, id)| Descriptor { id: id.to_owned(), index }),
            locations: spot.map(|spot| vec![location(Some(&spot), None, None)]),
        });
    };
    for (index, control) in results.controls.iter().enumerate() {
        let level = match control.status {
            Status::Empty => "warning",
            Status::Skipped => "note",
            _ => continue,
        };
        let text = format!("{} is {}: {}", clean(&control.id), control.status.word(), clean(&control.reason));
        tell(level, text, Some((index, &control.id)), paths.spot(control.place));
    }
    for source in results.sources.iter().filter(|source| source.complete == Some(false)) {
        let spot = Spot { path: paths.relative(&source.path), at: None };
        tell("warning", format!("{} says that it is not whole", clean(&source.path)), None, Some(spot));
    }
    for exception in results.exceptions.iter().filter(|exception| exception.state != ExceptionState::Used) {
        let what = if exception.state == ExceptionState::Expired { "is expired" } else { "covers nothing" };
        let text = format!("the exception of {} for {} {what}", clean(&exception.control), clean(&exception.subject));
        tell("warning", text, None, paths.spot(exception.place));
    }
    told
}

/// The sources, with the digests of those that are one file.
fn artifacts(results: &Results, sources: &Sources, paths: &Paths<'_>) -> Vec<Artifact> {
    let files: BTreeSet<&str> = sources.iter().map(|(_, file)| file.path.as_str()).collect();
    let artifact = |source: &tickmark_results::SourceResult| {
        let is_file = files.contains(source.path.as_str());
        let mut uri = uri(&paths.relative(&source.path));
        if !is_file && !uri.ends_with('/') {
            uri.push('/');
        }
        Artifact {
            location: ArtifactLocation { uri },
            hashes: (is_file && !source.sha256.is_empty()).then(|| Hashes { sha256: source.sha256.clone() }),
            properties: ArtifactProperties {
                kind: source.kind.clone(),
                records: source.records,
                collected_at: source.collected_at.clone(),
                complete: source.complete,
            },
        }
    };
    results.sources.iter().map(artifact).collect()
}

/// A path as a URI reference (RFC 3986): relative where the path is, each byte that has no place in a path percent-encoded.
fn uri(path: &str) -> String {
    let bytes = path.as_bytes();
    let drive = cfg!(windows) && bytes.get(1) == Some(&b':');
    let mut uri = String::with_capacity(path.len() + 8);
    if drive {
        uri.push_str("file:///");
    } else if path.starts_with('/') {
        uri.push_str("file://");
    }
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(*byte)),
            b':' if drive && at == 1 => uri.push(':'),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// A text that readers take for itself: what they would take for a placeholder (§3.11.5) or a link (§3.11.6) is escaped.
/// Other braces stay, since readers show doubled ones as they are.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', ']']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let digits = from.strip_prefix('{').map_or(0, |inner| inner.bytes().take_while(u8::is_ascii_digit).count());
        let taken = if digits > 0 && from.as_bytes().get(digits + 1) == Some(&b'}') {
            out.push_str(&format!("{{{}}}", from.get(..digits + 2).unwrap_or_default()));
            digits + 2
        } else {
            out.push_str(if from.starts_with("](") { "\\]" } else { from.get(..1).unwrap_or_default() });
            1
        };
        rest = from.get(taken..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests;
