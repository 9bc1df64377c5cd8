//! Where the manifest lies.

use tickmark_source::Files;

/// The names of the manifest; the first is the one that `tickmark init` writes.
pub const NAMES: [&str; 2] = ["tickmark.yaml", "tickmark.yml"];

/// The manifest of the working directory: there, or in a folder above it up to the top of the repository. Without a
/// repository it is looked for in the working directory alone, so that no stranger's manifest further up decides.
#[must_use]
pub fn find(files: &dyn Files) -> Option<String> {
    let mut above = String::new();
    let mut found = None;
    for height in 0..=files.folders_above() {
        let here = NAMES.iter().map(|name| format!("{above}{name}")).find(|path| is_there(files, path));
        if height == 0 && here.is_some() {
            return here;
        }
        found = found.or(here);
        // A work tree has a file in place of the folder.
        if is_there(files, &format!("{above}.git/HEAD")) || is_there(files, &format!("{above}.git")) {
            return found;
        }
        above.push_str("../");
    }
    None
}

fn is_there(files: &dyn Files, path: &str) -> bool {
    files.read(path).is_ok()
}
