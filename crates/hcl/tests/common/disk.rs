//! The disk behind the door, for tests and examples.

use tickmark_source::{FileBytes, Files, FilesError};

/// Files of this machine.
pub(crate) struct Disk;

impl Files for Disk {
    #[expect(clippy::disallowed_methods, reason = "this is a door")]
    fn read(&self, path: &str) -> Result<FileBytes, FilesError> {
        match std::fs::read(path) {
            Ok(bytes) => Ok(FileBytes::from(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(FilesError::NotFound { path: path.to_owned() })
            }
            Err(error) => Err(FilesError::Unreadable { path: path.to_owned(), reason: error.to_string() }),
        }
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FilesError> {
        if !std::path::Path::new(path).exists() {
            return Err(FilesError::NotFound { path: path.to_owned() });
        }
        let visible =
            |entry: &walkdir::DirEntry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.');
        let walk = walkdir::WalkDir::new(path).sort_by_file_name().into_iter().filter_entry(visible);
        let files = walk.filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
        Ok(files.map(|entry| entry.path().to_string_lossy().into_owned()).collect())
    }
}
