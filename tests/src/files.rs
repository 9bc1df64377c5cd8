//! Files of tests: in memory, in a folder of the test's own, and of the corpus.

use std::path::Path;

use tickmark_source::MemoryFiles;

/// Files in memory: names, and what they hold.
#[must_use]
pub fn memory(files: &[(&str, impl AsRef<[u8]>)]) -> MemoryFiles {
    let mut memory = MemoryFiles::new();
    for (name, bytes) in files {
        memory.insert(*name, bytes.as_ref().to_vec());
    }
    memory
}

/// Writes a file below a folder, with the folders that lead to it.
///
/// # Panics
/// Where it cannot be written.
pub fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// A file of JSON, read without Tickmark: what is expected is worked out from it.
///
/// # Panics
/// Where it cannot be read, and where it is no JSON.
#[must_use]
pub fn json_of(path: &Path) -> serde_json::Value {
    let read = std::fs::read(path).map_err(|error| error.to_string());
    let parsed = read.and_then(|bytes| serde_json::from_slice(&bytes).map_err(|error| error.to_string()));
    parsed.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
