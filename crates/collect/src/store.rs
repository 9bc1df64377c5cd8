//! The folder of a collection: its files, its journal, its manifest.

use crate::journal::{JOURNAL, Line, lines};
use crate::names::page_file;
use crate::{CollectError, Door, Manner};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;
use tickmark_manifest::{COLLECTION, CollectedFile, Collection, sha256};

/// A file that was fetched, before it is kept.
pub(crate) struct Fetched<'a> {
    /// The list that it is a page of.
    pub(crate) list: &'a str,
    /// The name of the file where it is not that of a page.
    pub(crate) file: Option<String>,
    /// What was asked.
    pub(crate) query: &'a str,
    /// How many records it holds.
    pub(crate) rows: u64,
    /// What asks for the next page.
    pub(crate) next: Option<String>,
    /// When it was asked.
    pub(crate) started_at: String,
    /// The answer.
    pub(crate) body: &'a [u8],
}

/// How far a list is.
#[derive(Clone, Debug, Default)]
struct List {
    files: Vec<CollectedFile>,
    next: Option<String>,
    basis: Option<String>,
}

/// What is left to do of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// It is here to its end.
    Nothing,
    /// The next page has this number, and is asked for by this token; the first has none.
    From(u64, Option<String>),
}

/// The folder of a collection.
pub(crate) struct Store<'a> {
    folder: PathBuf,
    door: &'a Door<'a>,
    journal: std::fs::File,
    collection: Collection,
    lists: BTreeMap<String, List>,
    finished: bool,
}

impl<'a> Store<'a> {
    /// Opens a folder, and finds what an earlier run left in it.
    pub(crate) fn open(
        folder: &Path,
        (system, target): (&str, &str),
        manner: &Manner,
        door: &'a Door<'a>,
    ) -> Result<Self, CollectError> {
        let failed = |path: &Path| {
            let path = path.display().to_string();
            move |error: std::io::Error| CollectError::Disk { path, reason: error.to_string() }
        };
        std::fs::create_dir_all(folder).map_err(failed(folder))?;
        let path = folder.join(JOURNAL);
        let before = read(&path).map(|bytes| lines(&bytes)).unwrap_or_default();
        let strange = match before.first() {
            Some(Line::Begin { system: other, target: of, .. }) if other == system && of == target => None,
            Some(Line::Begin { system, target, .. }) => Some(format!("{system} {target}")),
            // Files that somebody else put there would be mixed with ours.
            _ => std::fs::read_dir(folder).map_err(failed(folder))?.next().map(|_| "something else".to_owned()),
        };
        if let Some(holds) = strange
            && (!manner.fresh || before.is_empty())
        {
            return Err(CollectError::Other { path: folder.display().to_string(), holds });
        }
        let kept: Vec<Line> = if manner.fresh {
            remove(folder, &before).map_err(failed(folder))?;
            Vec::new()
        } else {
            before
        };
        let mut journal =
            std::fs::OpenOptions::new().create(true).write(true).truncate(true).open(&path).map_err(failed(&path))?;
        let started_at = match kept.first() {
            Some(Line::Begin { started_at, .. }) => started_at.clone(),
            _ => door.clock.now().to_string(),
        };
        let begin =
            Line::Begin { system: system.to_owned(), target: target.to_owned(), started_at: started_at.clone() };
        let collection = Collection::new(system, target, &manner.collector, &started_at);
        // The journal is written anew: a line that was cut short must not swallow the next.
        let mut text = line_of(&begin);
        kept.iter().skip(1).for_each(|line| text.push_str(&line_of(line)));
        journal.write_all(text.as_bytes()).and_then(|()| journal.sync_data()).map_err(failed(&path))?;
        let mut store =
            Store { folder: folder.to_owned(), door, journal, collection, lists: BTreeMap::new(), finished: false };
        store.remember(&kept);
        store.write_collection()?;
        Ok(store)
    }

    /// Takes over what an earlier run has finished. A list one of whose files was changed since is fetched anew.
    fn remember(&mut self, kept: &[Line]) {
        for line in kept {
            match line {
                Line::Begin { .. } => {}
                Line::Page { list, next, file } => {
                    let of_list = self.lists.entry(list.clone()).or_default();
                    if of_list.files.iter().any(|other| other.page == file.page) {
                        *of_list = List::default();
                    }
                    of_list.next.clone_from(next);
                    of_list.basis = None;
                    of_list.files.push(file.clone());
                }
                Line::End { list, basis } => {
                    self.lists.entry(list.clone()).or_default().basis = Some(basis.clone());
                }
                Line::Finished { ended_at } => {
                    self.finished = true;
                    self.collection.ended_at.clone_from(ended_at);
                }
            }
        }
        let folder = self.folder.clone();
        let as_it_was =
            |file: &CollectedFile| read(&folder.join(&file.path)).is_some_and(|bytes| sha256(&bytes) == file.sha256);
        let before = self.lists.len();
        self.lists.retain(|_, list| list.files.iter().all(as_it_was));
        if self.lists.len() < before {
            self.finished = false;
        }
    }

    /// Whether an earlier run asked everything.
    pub(crate) fn is_finished(&self) -> bool {
        self.finished
    }

    /// How many files are there.
    pub(crate) fn files(&self) -> usize {
        self.lists.values().map(|list| list.files.len()).sum()
    }

    /// What is left to do of a list.
    pub(crate) fn left(&self, list: &str) -> Left {
        match self.lists.get(list) {
            None => Left::From(0, None),
            Some(List { basis: Some(_), .. }) => Left::Nothing,
            Some(list) => Left::From(list.files.len() as u64, list.next.clone()),
        }
    }

    /// The names of the lists of a folder.
    pub(crate) fn lists_below(&self, folder: &str) -> Vec<String> {
        self.lists.keys().filter(|name| name.starts_with(folder)).cloned().collect()
    }

    /// The answers of a list that are here.
    pub(crate) fn pages(&self, list: &str) -> Vec<Vec<u8>> {
        let files = self.lists.get(list).map(|list| list.files.as_slice()).unwrap_or_default();
        files.iter().filter_map(|file| read(&self.folder.join(&file.path))).collect()
    }

    /// Keeps a page.
    pub(crate) fn put(&mut self, fetched: &Fetched<'_>) -> Result<(), CollectError> {
        let list = self.lists.entry(fetched.list.to_owned()).or_default();
        // An answer that was not whole is asked for again, and takes the place of the other.
        list.files.retain(|file| Some(&file.path) != fetched.file.as_ref());
        let page = list.files.len() as u64;
        let path = fetched.file.clone().unwrap_or_else(|| page_file(fetched.list, page));
        let file = CollectedFile {
            path: path.clone(),
            system: self.collection.system.clone(),
            query: fetched.query.to_owned(),
            collector: self.collection.collector.clone(),
            started_at: fetched.started_at.clone(),
            ended_at: self.door.clock.now().to_string(),
            page,
            pages: page + 1,
            rows: fetched.rows,
            sha256: sha256(fetched.body),
            complete: false,
            basis: "the list was not fetched to its end".to_owned(),
        };
        list.files.push(file.clone());
        list.next.clone_from(&fetched.next);
        write_whole(&self.folder.join(&path), fetched.body)?;
        self.note(&Line::Page { list: fetched.list.to_owned(), next: fetched.next.clone(), file })?;
        let rows: u64 = self.lists.get(fetched.list).map_or(0, |list| list.files.iter().map(|file| file.rows).sum());
        (self.door.progress)(&format!("{}: {rows}", fetched.list));
        Ok(())
    }

    /// A list is here to its end, and how that is known.
    pub(crate) fn end(&mut self, list: &str, basis: &str) -> Result<(), CollectError> {
        self.lists.entry(list.to_owned()).or_default().basis = Some(basis.to_owned());
        self.note(&Line::End { list: list.to_owned(), basis: basis.to_owned() })
    }

    /// Something could not be collected.
    pub(crate) fn miss(&mut self, what: String) {
        self.collection.missing.push(what);
    }

    /// What cannot be had, or may not be seen, makes the collection incomplete, and the rest is collected all the same; where nobody answers, there is no use in going on.
    pub(crate) fn miss_or_stop(&mut self, done: Result<(), CollectError>) -> Result<(), CollectError> {
        match done {
            Err(CollectError::Refused { what, reason }) => {
                self.miss(format!("{what} refuses: {reason}"));
                Ok(())
            }
            Err(error) if error.is_final() => Err(error),
            Err(error) => {
                self.miss(error.to_string());
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    fn note(&mut self, line: &Line) -> Result<(), CollectError> {
        let path = self.folder.join(JOURNAL).display().to_string();
        let written = self.journal.write_all(line_of(line).as_bytes()).and_then(|()| self.journal.flush());
        written.map_err(|error| CollectError::Disk { path, reason: error.to_string() })
    }

    /// Writes the collection manifest: how many files and records there are, and what is missing.
    pub(crate) fn finish(mut self) -> Result<(usize, u64, Vec<String>), CollectError> {
        let open = self.lists.iter().filter(|(_, list)| list.basis.is_none());
        let unended: Vec<String> = open.map(|(name, _)| format!("{name} was not fetched to its end")).collect();
        if self.collection.missing.is_empty() {
            self.collection.missing = unended;
        }
        if !self.finished {
            self.collection.ended_at = self.door.clock.now().to_string();
        }
        self.collection.complete = self.collection.missing.is_empty();
        if self.collection.complete && !self.finished {
            let ended_at = self.collection.ended_at.clone();
            self.note(&Line::Finished { ended_at })?;
        }
        self.write_collection()?;
        let rows = self.collection.files.iter().map(|file| file.rows).sum();
        Ok((self.collection.files.len(), rows, self.collection.missing))
    }

    fn write_collection(&mut self) -> Result<(), CollectError> {
        let mut files = Vec::new();
        for list in self.lists.values() {
            for file in &list.files {
                let mut file = CollectedFile { pages: list.files.len() as u64, ..file.clone() };
                if let Some(basis) = &list.basis {
                    file.complete = true;
                    file.basis.clone_from(basis);
                }
                files.push(file);
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        self.collection.files = files;
        let text = serde_json::to_string_pretty(&self.collection).unwrap_or_default() + "\n";
        write_whole(&self.folder.join(COLLECTION), text.as_bytes())
    }
}

fn line_of(line: &Line) -> String {
    serde_json::to_string(line).unwrap_or_default() + "\n"
}

#[expect(clippy::disallowed_methods, reason = "what this crate wrote, it reads again; no fact comes in this way")]
fn read(path: &Path) -> Option<Vec<u8>> {
    std::fs::read(path).ok()
}

/// Removes what an earlier run wrote, and nothing else.
fn remove(folder: &Path, before: &[Line]) -> std::io::Result<()> {
    let files = before.iter().filter_map(|line| match line {
        Line::Page { file, .. } => Some(file.path.as_str()),
        _ => None,
    });
    for path in files.chain([COLLECTION]) {
        let inside = !path.starts_with('/') && path.split('/').all(|step| step != "..");
        if !inside {
            continue;
        }
        match std::fs::remove_file(folder.join(path)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Writes a file beside its place and moves it there: nobody finds half of it.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), CollectError> {
    let failed = |error: &dyn std::fmt::Display| CollectError::Disk {
        path: path.display().to_string(),
        reason: error.to_string(),
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    let mut file = tempfile::Builder::new().prefix(".part-").tempfile_in(folder).map_err(|error| failed(&error))?;
    file.write_all(bytes).map_err(|error| failed(&error))?;
    let kept: Result<std::fs::File, _> = NamedTempFile::persist(file, path);
    let kept = kept.map_err(|error| failed(&error.error))?;
    readable(&kept).map_err(|error| failed(&error))
}

/// Temporary files are made for their owner alone; evidence is read by others too.
#[cfg(unix)]
fn readable(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}
