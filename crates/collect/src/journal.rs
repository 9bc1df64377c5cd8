//! How far a collection came: a line for each file, written when the file is there.

use serde::{Deserialize, Serialize};
use tickmark_manifest::CollectedFile;

/// The name of the journal; hidden, so that nobody takes it for an export.
pub(crate) const JOURNAL: &str = ".tickmark-collect.jsonl";

/// One line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub(crate) enum Line {
    /// The first: what is collected.
    Begin { system: String, target: String, started_at: String },
    /// A file is there. `next` asks for the page behind it.
    Page { list: String, next: Option<String>, file: CollectedFile },
    /// A list is here to its end.
    End { list: String, basis: String },
    /// Everything that was to be asked was asked.
    Finished { ended_at: String },
}

/// The lines of a journal up to the first that is broken: the run that wrote it was interrupted there.
pub(crate) fn lines(bytes: &[u8]) -> Vec<Line> {
    let whole = bytes.split_inclusive(|byte| *byte == b'\n').take_while(|line| line.ends_with(b"\n"));
    whole.map_while(|line| serde_json::from_slice(line).ok()).collect()
}
