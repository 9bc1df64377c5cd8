//! `collection.json`: what was collected, when, whether it is whole and on what grounds, and the digest of each file.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use tickmark_diagnostics::codes::{facts, manifest as codes};
use tickmark_diagnostics::{Diagnostic, Severity};
use tickmark_facts::Time;
use tickmark_import::{SourceArgument, SourceRecord};
use tickmark_source::{FileBytes, FileId, Files, Sources, Span};

/// The name of the file.
pub const COLLECTION: &str = "collection.json";

/// The key by which a collection manifest is known.
const MARK: &[u8] = b"\"tickmark_collection\"";

/// The form of the file that is written and read.
const VERSION: u32 = 1;

/// A collection manifest.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Collection {
    /// The form of this file: 1.
    pub tickmark_collection: u32,
    /// The system that was asked: `mlflow`, `github`, `aws`, `kubernetes`.
    pub system: String,
    /// What of it: an address without credentials, a repository, an account.
    pub target: String,
    /// Who collected: `tickmark 0.1.0`.
    pub collector: String,
    /// When the first question was asked, RFC 3339.
    pub started_at: String,
    /// When the last answer was there.
    pub ended_at: String,
    /// Whether all that was asked for is here.
    pub complete: bool,
    /// Why it is not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// The files, sorted by path.
    pub files: Vec<CollectedFile>,
}

/// One file of a collection.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct CollectedFile {
    /// Below the folder of the collection manifest.
    pub path: String,
    /// The system that was asked.
    pub system: String,
    /// What was asked, without credentials: `GET /api/2.0/mlflow/model-versions/search`.
    pub query: String,
    /// Who collected.
    pub collector: String,
    /// When it was asked, RFC 3339.
    pub started_at: String,
    /// When the answer was there.
    pub ended_at: String,
    /// Which page of its list it is, from 0, and of how many as far as is known; one page where it is no list.
    pub page: u64,
    /// How many pages of the list are here.
    pub pages: u64,
    /// How many records it holds.
    pub rows: u64,
    /// Of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// Whether the list that it belongs to is here to its end.
    pub complete: bool,
    /// How that is known: `the last page has no next_page_token`.
    pub basis: String,
}

impl Collection {
    /// A collection of nothing yet.
    #[must_use]
    pub fn new(system: &str, target: &str, collector: &str, started_at: &str) -> Self {
        Self {
            tickmark_collection: VERSION,
            system: system.to_owned(),
            target: target.to_owned(),
            collector: collector.to_owned(),
            started_at: started_at.to_owned(),
            ended_at: started_at.to_owned(),
            complete: false,
            missing: Vec::new(),
            files: Vec::new(),
        }
    }

    /// Reads one.
    ///
    /// # Errors
    /// Where it is none: line and column from 1, and why.
    pub fn read(bytes: &[u8]) -> Result<Self, (usize, usize, String)> {
        let collection: Collection = serde_json::from_slice(bytes).map_err(|error| {
            let full = error.to_string();
            let why = full.split(" at line ").next().unwrap_or(&full).to_owned();
            (error.line(), error.column(), why)
        })?;
        if collection.tickmark_collection != VERSION {
            return Err((
                1,
                1,
                format!("its form is {}, and this Tickmark reads {VERSION}", collection.tickmark_collection),
            ));
        }
        Ok(collection)
    }
}

/// The digest of some bytes in lower-case hexadecimal digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The collection manifests beside the sources of a run.
#[derive(Debug, Default)]
pub struct Collections {
    /// By the folder that each lies in, with a `/` at its end.
    by_folder: BTreeMap<String, Option<Held>>,
    diagnostics: Vec<Diagnostic>,
}

/// A collection manifest with its place.
#[derive(Debug)]
struct Held {
    collection: Collection,
    /// Where each path stands in its list.
    by_path: BTreeMap<String, usize>,
    file: FileId,
}

impl Collections {
    /// Looks for the collection manifests of sources, holds the files against them, and gives the sources what they say:
    /// when they were collected, and whether they are whole. Files that were changed since are errors.
    pub fn apply(
        arguments: &[SourceArgument],
        records: &mut [SourceRecord],
        files: &dyn Files,
        sources: &mut Sources,
    ) -> Vec<Diagnostic> {
        let mut all = Collections::default();
        for record in records.iter_mut() {
            // A configuration is written, not collected, and lies in many folders.
            if record.kind != "terraform-config" {
                all.apply_to(record, arguments, files, sources);
            }
        }
        let held: Vec<(&String, &Held)> =
            all.by_folder.iter().filter_map(|(folder, held)| Some((folder, held.as_ref()?))).collect();
        let checked: Vec<Diagnostic> =
            held.iter().flat_map(|(folder, held)| check_files(folder, held, files, sources)).collect();
        all.diagnostics.extend(checked);
        all.diagnostics
    }

    fn apply_to(
        &mut self,
        record: &mut SourceRecord,
        arguments: &[SourceArgument],
        files: &dyn Files,
        sources: &mut Sources,
    ) {
        let mut oldest: Option<Time> = None;
        let mut complete: Option<bool> = None;
        let mut broken: Option<Diagnostic> = None;
        for file in record.files.clone() {
            let path = sources.path(file).to_owned();
            let Some(folder) = self.folder_of(&path, arguments, files, sources) else { continue };
            let Some(held) = self.by_folder.get(&folder).and_then(Option::as_ref) else { continue };
            let name = path.strip_prefix(&folder).unwrap_or(&path);
            let Some(entry) = held.entry(name) else {
                let message =
                    format!("`{name}` is not listed in the `{COLLECTION}` beside it: nobody knows where it is from");
                let warning = Diagnostic::warning(codes::NOT_AS_COLLECTED, Span::new(held.file, 0, 1), message);
                self.diagnostics.push(warning);
                complete = Some(false);
                continue;
            };
            if let Ok(time) = Time::parse(&entry.started_at) {
                oldest = Some(oldest.map_or(time, |oldest| oldest.min(time)));
            }
            let whole = entry.complete && held.collection.complete;
            complete = Some(complete.unwrap_or(true) && whole);
            if !whole && broken.is_none() {
                let (word, why) = if entry.complete {
                    ("\"complete\": false", held.collection.missing.join("; "))
                } else {
                    (entry.path.as_str(), entry.basis.clone())
                };
                let message = format!("what was collected of `{}` is not all there is: {why}", held.collection.system);
                let warning = Diagnostic::warning(facts::INCOMPLETE_SOURCE, held.at(word, sources), message);
                broken = Some(warning.help("run the same `tickmark collect` again: it goes on where it stopped"));
            }
        }
        if let Some(time) = oldest {
            record.collected_at = Some(record.collected_at.map_or(time, |known| known.min(time)));
        }
        if let Some(complete) = complete {
            record.complete = Some(complete && record.complete != Some(false));
        }
        self.diagnostics.extend(broken);
    }

    /// The folder whose collection manifest speaks of a file: its own, or one above it in what was named.
    fn folder_of(
        &mut self,
        path: &str,
        arguments: &[SourceArgument],
        files: &dyn Files,
        sources: &mut Sources,
    ) -> Option<String> {
        let own = path.rfind('/').map_or(0, |at| at + 1);
        let roots = arguments.iter().filter(|argument| is_below(path, &argument.path));
        let named = roots.map(|argument| argument.path.trim_end_matches('/').len()).min().unwrap_or(own);
        let ends = path.match_indices('/').map(|(at, _)| at + 1).chain([0]);
        let mut ends: Vec<usize> = ends.filter(|end| *end == own || (*end < own && *end > named)).collect();
        ends.sort_unstable();
        ends.into_iter().rev().find_map(|end| {
            let folder = path.get(..end).unwrap_or_default();
            self.load(folder, files, sources).then(|| folder.to_owned())
        })
    }

    /// Whether a collection manifest lies in a folder.
    fn load(&mut self, folder: &str, files: &dyn Files, sources: &mut Sources) -> bool {
        if let Some(known) = self.by_folder.get(folder) {
            return known.is_some();
        }
        let path = format!("{folder}{COLLECTION}");
        // Others call files so, too: ours says what it is.
        let ours = |bytes: &FileBytes| bytes.windows(MARK.len()).any(|window| window == MARK);
        let held = files.read(&path).ok().filter(ours).and_then(|bytes| {
            let file = sources.add(path.clone(), bytes.clone());
            match Collection::read(&bytes) {
                Ok(collection) => {
                    let paths = collection.files.iter().enumerate();
                    let by_path = paths.map(|(index, entry)| (entry.path.clone(), index)).collect();
                    Some(Held { collection, by_path, file })
                }
                Err((line, column, why)) => {
                    let at = offset_of(&bytes, line, column);
                    let message = format!("`{path}` is no collection manifest: {why}");
                    self.diagnostics.push(Diagnostic::error(
                        codes::BROKEN_COLLECTION,
                        Span::new(file, at, at + 1),
                        message,
                    ));
                    None
                }
            }
        });
        let found = held.is_some();
        self.by_folder.insert(folder.to_owned(), held);
        found
    }
}

impl Held {
    fn entry(&self, path: &str) -> Option<&CollectedFile> {
        self.collection.files.get(*self.by_path.get(path)?)
    }

    /// Where a word stands in the file.
    fn at(&self, word: &str, sources: &Sources) -> Span {
        let text = sources.get(self.file).map(|file| file.bytes.clone()).unwrap_or_default();
        let found = std::str::from_utf8(&text).ok().and_then(|text| text.find(word));
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        match found {
            Some(at) => Span::new(self.file, offset(at), offset(at + word.len())),
            None => Span::new(self.file, 0, 1),
        }
    }
}

/// Whether a file is what was named, or lies below it.
#[must_use]
pub fn is_below(file: &str, named: &str) -> bool {
    let named = named.trim_end_matches('/');
    let rest = match named {
        "." if !file.starts_with('/') => return true,
        named => file.strip_prefix(named),
    };
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn offset_of(bytes: &[u8], line: usize, column: usize) -> u32 {
    let before: usize =
        bytes.split_inclusive(|byte| *byte == b'\n').take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    let at = (before + column.saturating_sub(1)).min(bytes.len().saturating_sub(1));
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The files of a collection that are not there, or have another digest than when they were collected.
fn check_files(folder: &str, held: &Held, files: &dyn Files, sources: &Sources) -> Vec<Diagnostic> {
    let check = |entry: &CollectedFile| {
        let climbs = entry.path.starts_with('/') || entry.path.split('/').any(|step| step == "..");
        if climbs {
            let message = format!("`{}` is no path below the folder of the collection", entry.path);
            return Some(Diagnostic::error(codes::BROKEN_COLLECTION, held.at(&entry.path, sources), message));
        }
        let error = |word: &str, message: String| {
            let error = Diagnostic::error(codes::NOT_AS_COLLECTED, held.at(word, sources), message);
            Some(error.help("collect it anew: a file that was changed is no evidence"))
        };
        match files.read(&format!("{folder}{}", entry.path)) {
            Ok(bytes) if sha256(&bytes) == entry.sha256 => None,
            Ok(_) => {
                error(&entry.sha256, format!("`{}` is not as it was collected: its digest is another", entry.path))
            }
            Err(_) => error(&entry.path, format!("`{}` was collected, and is not there any more", entry.path)),
        }
    };
    let found: Vec<Option<Diagnostic>> = held.collection.files.par_iter().map(check).collect();
    let found: Vec<Diagnostic> = found.into_iter().flatten().collect();
    debug_assert!(found.iter().all(|found| found.severity == Severity::Error));
    found
}
