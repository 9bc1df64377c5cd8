//! The rule packs and the library that are embedded in the binary.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// How the path of an embedded file begins: it is on nobody's disk.
pub(crate) const PREFIX: &str = "tickmark:";

/// The folders of `controls/` that are not packs: raw nouns, and the vocabulary with its maps.
const LIBRARY: [&str; 2] = ["sources", "vocabulary"];

/// The files of the library: path and text.
pub(crate) fn library() -> impl Iterator<Item = (&'static str, &'static str)> {
    EMBEDDED.iter().copied().filter(|(path, _)| LIBRARY.contains(&folder(path)))
}

/// The files of a pack: path and text; none where there is no such pack.
pub(crate) fn pack(name: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    EMBEDDED.iter().copied().filter(move |(path, _)| folder(path) == name && !LIBRARY.contains(&name))
}

/// The names of the packs, sorted.
#[must_use]
pub fn pack_names() -> Vec<&'static str> {
    let mut names: Vec<&str> =
        EMBEDDED.iter().map(|(path, _)| folder(path)).filter(|name| !LIBRARY.contains(name)).collect();
    names.dedup();
    names
}

fn folder(path: &'static str) -> &'static str {
    path.split_once('/').map_or("", |(folder, _)| folder)
}
