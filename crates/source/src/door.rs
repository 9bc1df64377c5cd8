//! The door through which the world comes in: whoever reads files is handed a [`Files`].

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// Bytes of a file, and who holds them.
pub trait Held: AsRef<[u8]> + Send + Sync {
    /// Nobody will look at these bytes for a while. Who can get them again (from the file) may give back the memory that
    /// they take; they stay readable, and what they are.
    fn let_go(&self, range: Range<usize>) {
        let _ = range;
    }
}

impl Held for Vec<u8> {}
impl Held for &'static str {}

/// The content of a file, shared and never changed: bytes of our own, or a file that is mapped into memory.
#[derive(Clone)]
pub struct FileBytes {
    bytes: Arc<dyn Held>,
    /// Bytes at the front that do not belong to the content: a byte-order mark.
    skipped: usize,
}

impl FileBytes {
    /// Bytes that somebody else holds, and that stay as they are.
    pub fn shared(bytes: Arc<dyn Held>) -> Self {
        Self { bytes, skipped: 0 }
    }

    /// The same without the first `count` bytes; they are not copied.
    #[must_use]
    pub fn without_first(&self, count: usize) -> Self {
        Self { bytes: Arc::clone(&self.bytes), skipped: self.skipped.saturating_add(count) }
    }

    /// Nobody will look at these bytes for a while: where they are mapped, their memory is given back until somebody does.
    pub fn let_go(&self, range: Range<usize>) {
        self.bytes.let_go(range.start.saturating_add(self.skipped)..range.end.saturating_add(self.skipped));
    }

    /// Whether both are one and the same piece of memory.
    #[must_use]
    pub fn is_same(&self, other: &FileBytes) -> bool {
        std::ptr::eq::<[u8]>(&**self, &**other)
    }
}

impl Deref for FileBytes {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        (*self.bytes).as_ref().get(self.skipped..).unwrap_or(&[])
    }
}

impl Default for FileBytes {
    fn default() -> Self {
        FileBytes::from(Vec::new())
    }
}

impl fmt::Debug for FileBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileBytes({})", self.len())
    }
}

impl From<Vec<u8>> for FileBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self::shared(Arc::new(bytes))
    }
}

/// Why a file could not be read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum FilesError {
    /// Nothing of that name is there.
    #[error("no such file or folder: `{path}`")]
    NotFound {
        /// The path as it was asked for.
        path: String,
    },
    /// It is there but cannot be read.
    #[error("cannot read `{path}`: {reason}")]
    Unreadable {
        /// The path as it was asked for.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// It is larger than Tickmark reads.
    #[error("`{path}` is larger than the limit of 4 GiB for one file; split the export")]
    TooLarge {
        /// The path as it was asked for.
        path: String,
    },
}

/// Reads files and lists folders. The disk version is in `cli`; tests and the editor read from memory.
pub trait Files: Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// Where the file is absent, unreadable or larger than 4 GiB.
    fn read(&self, path: &str) -> Result<FileBytes, FilesError>;

    /// The path itself where it is a file, else every file below the folder, sorted by path. Hidden files and folders
    /// (`.git`) are left out below a folder, on a disk also what `.gitignore` names, and `node_modules`.
    ///
    /// # Errors
    /// Where nothing of that name is there, or a folder cannot be listed.
    fn list(&self, path: &str) -> Result<Vec<String>, FilesError>;

    /// The files that lie in a folder itself, sorted by path, whatever lies below it.
    ///
    /// # Errors
    /// Where there is no such folder, or it cannot be listed.
    fn list_here(&self, folder: &str) -> Result<Vec<String>, FilesError> {
        let mut files = self.list(folder)?;
        let here = |path: &String| {
            let inside = if folder == "." { path.strip_prefix("./").unwrap_or(path) } else { path };
            let name = if folder == "." { Some(inside) } else { inside.strip_prefix(folder) };
            name.is_some_and(|name| !name.trim_start_matches('/').contains('/'))
        };
        files.retain(here);
        Ok(files)
    }

    /// How many folders lie above the working one; some more where that cannot be told.
    fn folders_above(&self) -> usize {
        48
    }

    /// Whether a path that names a place inside of a folder leads out of it, by a link.
    fn leads_out(&self, folder: &str, path: &str) -> bool {
        let _ = (folder, path);
        false
    }
}

/// Files held in memory, by path.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles {
    files: BTreeMap<String, FileBytes>,
}

impl MemoryFiles {
    /// No files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a file.
    pub fn insert(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), FileBytes::from(bytes.into()));
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &str) -> Result<FileBytes, FilesError> {
        self.files.get(path).cloned().ok_or_else(|| FilesError::NotFound { path: path.to_owned() })
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FilesError> {
        if self.files.contains_key(path) {
            return Ok(vec![path.to_owned()]);
        }
        let folder = format!("{}/", path.trim_end_matches('/'));
        let below: Vec<String> = self.files.keys().filter(|name| name.starts_with(&folder)).cloned().collect();
        if below.is_empty() { Err(FilesError::NotFound { path: path.to_owned() }) } else { Ok(below) }
    }
}
