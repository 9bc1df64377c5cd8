//! The rules: files are short and say what they are, crates depend only upwards, every code has its page, every fixture
//! tells its story.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// The longest file of code, in lines; tests may be longer.
const LONGEST_FILE: usize = 800;

/// The crates from the bottom up: each may use those that stand before it. `docs/architecture.md` shows the same table.
const LAYERS: [&str; 19] = [
    "mapped",
    "source",
    "diagnostics",
    "hcl",
    "catalog",
    "syntax",
    "facts",
    "program",
    "import",
    "manifest",
    "collect",
    "results",
    "engine",
    "proof",
    "trace",
    "report",
    "session",
    "cli",
    "xtask",
];

/// Checks all rules below a checkout. Each line says what is broken and where.
#[must_use]
pub fn tidy(root: &Path) -> Vec<String> {
    let mut broken = Vec::new();
    broken.extend(rust_files(root).iter().flat_map(|path| file_rules(root, path)));
    broken.extend(layer_rules(root));
    broken.extend(page_rules(root));
    broken.extend(fixture_rules(root));
    broken.sort();
    broken
}

#[expect(clippy::disallowed_methods, reason = "the rules are about files of this checkout")]
fn text_of(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

fn named(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

fn rust_files(root: &Path) -> Vec<PathBuf> {
    let below = |folder: &str| WalkDir::new(root.join(folder)).sort_by_file_name().into_iter().filter_map(Result::ok);
    ["crates", "tests"]
        .into_iter()
        .flat_map(below)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

fn file_rules(root: &Path, path: &Path) -> Vec<String> {
    let text = text_of(path);
    let name = named(root, path);
    let mut broken = Vec::new();
    if !text.trim_start().starts_with("//!") {
        broken.push(format!("{name}: does not open with a `//!` sentence"));
    }
    let is_test = name.contains("/tests/") || name.ends_with("tests.rs");
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or("");
    let lines = code.lines().count();
    if !is_test && lines > LONGEST_FILE {
        broken.push(format!("{name}: {lines} lines, and {LONGEST_FILE} are the most"));
    }
    if path.file_stem().is_some_and(|stem| stem == "util" || stem == "utils" || stem == "helpers") {
        broken.push(format!("{name}: a file says what it is for, and this name does not"));
    }
    broken
}

/// A crate uses only those below it; `docs/architecture.md` names each.
fn layer_rules(root: &Path) -> Vec<String> {
    let mut broken = Vec::new();
    let map = text_of(&root.join("docs/architecture.md"));
    for (place, layer) in LAYERS.iter().enumerate() {
        let manifest = text_of(&root.join("crates").join(layer).join("Cargo.toml"));
        let allowed: BTreeSet<&str> = LAYERS.iter().take(place).copied().collect();
        for line in manifest.lines() {
            let used = line.trim().strip_prefix("tickmark-").and_then(|rest| rest.split(['.', ' ', '=']).next());
            if let Some(used) = used.filter(|used| !allowed.contains(used)) {
                broken.push(format!("crates/{layer}/Cargo.toml: uses `{used}`, which stands above it"));
            }
        }
        if !map.contains(&format!("`{layer}`")) {
            broken.push(format!("docs/architecture.md: says nothing of `{layer}`"));
        }
    }
    let known: BTreeSet<&str> = LAYERS.into_iter().collect();
    for entry in WalkDir::new(root.join("crates")).min_depth(1).max_depth(1).into_iter().filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !known.contains(name.as_str()) {
            broken.push(format!("crates/{name}: has no place in the layers of crates/xtask/src/tidy.rs"));
        }
    }
    broken
}

/// Every code of a diagnostic has a page that begins with it, and the book lists it.
fn page_rules(root: &Path) -> Vec<String> {
    let mut broken = Vec::new();
    let list = text_of(&root.join("docs/src/SUMMARY.md"));
    let mut declared: BTreeSet<String> = BTreeSet::new();
    for entry in WalkDir::new(root.join("crates/diagnostics/src/codes")).into_iter().filter_map(Result::ok) {
        let text = text_of(entry.path());
        let codes = text.split('"').filter(|part| part.len() == 5 && (part.starts_with('E') || part.starts_with('W')));
        declared
            .extend(codes.filter(|part| part.chars().skip(1).all(|letter| letter.is_ascii_digit())).map(str::to_owned));
    }
    for code in &declared {
        let page = text_of(&root.join(format!("docs/src/diagnostics/{code}.md")));
        if !page.starts_with(&format!("# {code}: ")) || page.lines().count() < 4 {
            broken.push(format!("docs/src/diagnostics/{code}.md: is no page on `{code}`"));
        }
        if !list.contains(&format!("diagnostics/{code}.md")) {
            broken.push(format!("docs/src/SUMMARY.md: does not list `{code}`"));
        }
    }
    for entry in WalkDir::new(root.join("docs/src/diagnostics")).min_depth(1).into_iter().filter_map(Result::ok) {
        let stem = entry.path().file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let is_code = stem.len() == 5 && stem.chars().skip(1).all(|letter| letter.is_ascii_digit());
        if is_code && !declared.contains(&stem) {
            broken.push(format!("docs/src/diagnostics/{stem}.md: there is no such code"));
        }
    }
    broken
}

/// A folder of fixtures has a README that tells its story.
fn fixture_rules(root: &Path) -> Vec<String> {
    let folders = WalkDir::new(root.join("fixtures")).min_depth(1).max_depth(1).sort_by_file_name();
    folders
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_dir() && !entry.path().join("README.md").is_file())
        .map(|entry| format!("{}: has no README that tells its story", named(root, entry.path())))
        .collect()
}
