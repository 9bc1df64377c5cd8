//! The disk behind the door.

use std::path::Path;
use std::sync::Arc;

use tickmark_mapped::Mapped;
use tickmark_source::{FileBytes, Files, FilesError};
use walkdir::{DirEntry, WalkDir};

/// The longest file that is read: offsets are 32 bits.
const LONGEST: u64 = u32::MAX as u64;

/// Files of this size and more are mapped; a smaller one is read in less time than a map takes to make.
const MAPPED: u64 = 64 << 10;

/// Files of this machine, by the paths that were named.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiskFiles;

fn unreadable(path: &str, error: &dyn std::fmt::Display) -> FilesError {
    FilesError::Unreadable { path: path.to_owned(), reason: error.to_string() }
}

/// Why a folder cannot be listed, said of the file or link in it that is the reason.
fn walk_error(root: &str, error: &walkdir::Error) -> FilesError {
    let path = error.path().map_or_else(|| root.to_owned(), |path| path.to_string_lossy().into_owned());
    if let Some(above) = error.loop_ancestor() {
        let reason = format!("it is a link that leads back to `{}`", above.to_string_lossy());
        return FilesError::Unreadable { path, reason };
    }
    let lost = error.io_error().is_some_and(|error| error.kind() == std::io::ErrorKind::NotFound);
    match error.io_error() {
        _ if lost => unreadable(&path, &"it is a link to nothing"),
        Some(error) => unreadable(&path, error),
        None => unreadable(&path, error),
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.')
}

impl Files for DiskFiles {
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    fn read(&self, path: &str) -> Result<FileBytes, FilesError> {
        let metadata = std::fs::metadata(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => FilesError::NotFound { path: path.to_owned() },
            _ => unreadable(path, &error),
        })?;
        if metadata.len() > LONGEST {
            return Err(FilesError::TooLarge { path: path.to_owned() });
        }
        if metadata.is_file() && metadata.len() >= MAPPED {
            let file = std::fs::File::open(path).map_err(|error| unreadable(path, &error))?;
            // What cannot be mapped (on a file system without maps) is read like any small file.
            if let Ok(mapped) = Mapped::of(&file) {
                // It may have grown since it was looked at.
                let grown = mapped.as_ref().len() as u64 > LONGEST;
                return if grown {
                    Err(FilesError::TooLarge { path: path.to_owned() })
                } else {
                    Ok(FileBytes::shared(Arc::new(mapped)))
                };
            }
        }
        std::fs::read(path).map(FileBytes::from).map_err(|error| unreadable(path, &error))
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FilesError> {
        let root = Path::new(path);
        if !root.exists() {
            return Err(FilesError::NotFound { path: path.to_owned() });
        }
        if !root.is_dir() {
            return Ok(vec![path.to_owned()]);
        }
        let inside = root.canonicalize().map_err(|error| unreadable(path, &error))?;
        let mut files = Vec::new();
        // Links are followed, and a circle of them is reported; one that leads out of the folder is refused, because
        // nothing outside of what was named is read.
        let walk = WalkDir::new(root).follow_links(true).sort_by_file_name();
        for entry in walk.into_iter().filter_entry(|entry| !is_hidden(entry)) {
            let entry = entry.map_err(|error| walk_error(path, &error))?;
            let name = entry.path().to_string_lossy().into_owned();
            if entry.path_is_symlink() {
                let target = entry.path().canonicalize().map_err(|error| unreadable(&name, &error))?;
                if !target.starts_with(&inside) {
                    return Err(unreadable(&name, &"it is a link that leads out of the folder that was named"));
                }
            }
            if entry.file_type().is_file() {
                files.push(name);
            }
        }
        Ok(files)
    }
}
