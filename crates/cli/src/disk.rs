//! The disk behind the door.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use tickmark_mapped::Mapped;
use tickmark_source::{FileBytes, Files, FilesError, Held};

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
fn walk_error(root: &str, error: &ignore::Error) -> FilesError {
    let mut path = root.to_owned();
    let mut error = error;
    loop {
        error = match error {
            ignore::Error::WithPath { path: found, err } => {
                path = found.to_string_lossy().into_owned();
                err
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => err,
            ignore::Error::Loop { ancestor, child } => {
                let reason = format!("it is a link that leads back to `{}`", ancestor.to_string_lossy());
                return FilesError::Unreadable { path: child.to_string_lossy().into_owned(), reason };
            }
            ignore::Error::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return unreadable(&path, &"it is a link to nothing");
            }
            other => return unreadable(&path, other),
        };
    }
}

/// Packages of JavaScript: what lies in them was written by others, and there is much of it.
const PACKAGES: &str = "node_modules";

/// A file in the manner of `.gitignore` for what is kept in a repository and shall not be read as a source.
const IGNORED: &str = ".tickmarkignore";

/// A walk over the files below a folder, so deep where that is said, that `git` would not leave out: hidden ones are, and those that `.gitignore` names,
/// in the folder, below it, and above it in the same repository, and those that `.tickmarkignore` names.
fn walk(root: &Path, depth: Option<usize>) -> ignore::Walk {
    let repository = root
        .canonicalize()
        .ok()
        .and_then(|inside| inside.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned));
    // What is named is read, though a `.gitignore` above it leaves it out: nobody commits exports.
    let above = repository.as_ref().is_some_and(|repository| !is_left_out(root, repository));
    ignore::WalkBuilder::new(root)
        .max_depth(depth)
        .follow_links(true)
        .sort_by_file_name(std::cmp::Ord::cmp)
        .require_git(above)
        .parents(above)
        .ignore(false)
        .add_custom_ignore_filename(IGNORED)
        .git_global(false)
        .git_exclude(false)
        .filter_entry(|entry| entry.depth() == 0 || entry.file_name() != PACKAGES)
        .build()
}

/// Whether a `.gitignore` between a folder and the top of its repository names the folder.
fn is_left_out(folder: &Path, repository: &Path) -> bool {
    let Ok(folder) = folder.canonicalize() else { return false };
    let above = folder.ancestors().skip(1).take_while(|above| above.starts_with(repository));
    above.into_iter().any(|above| {
        let (rules, _) = ignore::gitignore::Gitignore::new(above.join(".gitignore"));
        rules.matched_path_or_any_parents(&folder, true).is_ignore()
    })
}

/// A file that is mapped: what is let go of is read again from the disk.
struct OnDisk(Mapped);

impl AsRef<[u8]> for OnDisk {
    fn as_ref(&self) -> &[u8] {
        self.0.as_ref()
    }
}

impl Held for OnDisk {
    fn let_go(&self, range: Range<usize>) {
        self.0.let_go(range);
    }
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
                    Ok(FileBytes::shared(Arc::new(OnDisk(mapped))))
                };
            }
        }
        std::fs::read(path).map(FileBytes::from).map_err(|error| unreadable(path, &error))
    }

    fn folders_above(&self) -> usize {
        // The first part of its path is the root.
        std::env::current_dir().map_or(48, |folder| folder.components().count().saturating_sub(1))
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
        for entry in walk(root, None) {
            let entry = entry.map_err(|error| walk_error(path, &error))?;
            let name = entry.path().to_string_lossy().into_owned();
            if entry.path_is_symlink() {
                let target = entry.path().canonicalize().map_err(|error| unreadable(&name, &error))?;
                if !target.starts_with(&inside) {
                    return Err(unreadable(&name, &"it is a link that leads out of the folder that was named"));
                }
            }
            if entry.file_type().is_some_and(|kind| kind.is_file()) {
                files.push(name);
            }
        }
        Ok(files)
    }

    fn list_here(&self, folder: &str) -> Result<Vec<String>, FilesError> {
        let root = Path::new(folder);
        if !root.is_dir() {
            return Err(FilesError::NotFound { path: folder.to_owned() });
        }
        let mut files = Vec::new();
        for entry in walk(root, Some(1)) {
            // What cannot be looked at is no file of this folder: a link to nothing, or in a circle.
            let Ok(entry) = entry else { continue };
            if entry.file_type().is_some_and(|kind| kind.is_file()) {
                files.push(entry.path().to_string_lossy().into_owned());
            }
        }
        Ok(files)
    }

    fn leads_out(&self, folder: &str, path: &str) -> bool {
        let folder = if folder.is_empty() { "." } else { folder };
        match (Path::new(folder).canonicalize(), Path::new(path).canonicalize()) {
            (Ok(folder), Ok(path)) => !path.starts_with(folder),
            _ => false,
        }
    }
}
