//! Sources as they were read, held against what the manifest asks of them.

use crate::collection::is_below;
use crate::{Expanded, Manifest, Source};
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::manifest as codes;
use tickmark_facts::Time;
use tickmark_import::SourceRecord;
use tickmark_source::Sources;

/// What is wrong with the sources of a manifest: too old at a moment, or not whole though they are required.
#[must_use]
pub fn verify(
    manifest: &Manifest,
    expanded: &Expanded,
    records: &[SourceRecord],
    (sources, as_of): (&Sources, Time),
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (index, source) in manifest.sources.iter().enumerate() {
        let arguments = expanded.arguments.iter().zip(&expanded.of).filter(|(_, of)| **of == index);
        let paths: Vec<&str> = arguments.map(|(argument, _)| argument.path.as_str()).collect();
        let of_source = |record: &&SourceRecord| {
            record.files.iter().any(|file| paths.iter().any(|path| is_below(sources.path(*file), path)))
        };
        let read: Vec<&SourceRecord> = records.iter().filter(of_source).collect();
        diagnostics.extend(age(source, &read, as_of));
        diagnostics.extend(whole(source, &read));
    }
    diagnostics
}

/// The first of the records of a source that is too old, or of no known age.
fn age(source: &Source, records: &[&SourceRecord], as_of: Time) -> Option<Diagnostic> {
    let (longest, at) = source.max_age?;
    let earliest = as_of.checked_sub(longest)?;
    records.iter().find_map(|record| match record.collected_at {
        Some(time) if time >= earliest => None,
        Some(time) => {
            let message = format!("`{}` was collected on {time}, more than {longest} before {as_of}", record.path);
            Some(Diagnostic::error(codes::STALE, at, message).help("collect it anew"))
        }
        None => {
            let message =
                format!("nothing says when `{}` was collected, and it may be {longest} old at most", record.path);
            let error = Diagnostic::error(codes::STALE, at, message);
            Some(error.help(
                "`tickmark collect` writes it into `collection.json`; native facts say `_source: { collected_at: … }`",
            ))
        }
    })
}

/// The first of the records of a required source that is not whole.
fn whole(source: &Source, records: &[&SourceRecord]) -> Option<Diagnostic> {
    if !source.required {
        return None;
    }
    let partial = records.iter().find(|record| record.complete == Some(false))?;
    let what = if partial.path == source.path.path { String::new() } else { format!(": `{}` says so", partial.path) };
    let message = format!("the required source `{}` is not whole{what}", source.written);
    Some(Diagnostic::error(codes::INCOMPLETE, source.path.at, message).help("export the rest of it"))
}
