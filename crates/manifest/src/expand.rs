//! What the sources of a manifest stand for: files and folders that are there.

use crate::{Manifest, Source};
use globset::GlobBuilder;
use std::collections::BTreeSet;
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::manifest as codes;
use tickmark_import::SourceArgument;
use tickmark_source::{Files, FilesError};

/// The sources of a manifest as arguments of an import.
#[derive(Clone, Debug, Default)]
pub struct Expanded {
    /// What is read, in order.
    pub arguments: Vec<SourceArgument>,
    /// For each argument the index of its source in the manifest.
    pub of: Vec<usize>,
    /// Sources that are not there, or lead out of the folder.
    pub diagnostics: Vec<Diagnostic>,
}

/// Finds the files and folders that the sources of a manifest name.
pub fn expand(manifest: &Manifest, files: &dyn Files) -> Expanded {
    let mut expanded = Expanded::default();
    for (index, source) in manifest.sources.iter().enumerate() {
        match paths_of(source, files) {
            Ok(paths) if paths.is_empty() => expanded.diagnostics.push(absent(source)),
            Ok(paths) => {
                for path in paths {
                    if !source.outside && files.leads_out(&manifest.folder, &path) {
                        let message = format!("`{path}` is a link that leads out of the folder of the manifest");
                        let error = Diagnostic::error(codes::OUTSIDE, source.path.at, message);
                        expanded.diagnostics.push(error.help("name the place that it leads to"));
                        continue;
                    }
                    let (kind, noun, mapping) = (source.kind, source.noun.clone(), source.mapping.clone());
                    expanded.arguments.push(SourceArgument { kind, noun, path, mapping });
                    expanded.of.push(index);
                }
            }
            Err(error) => {
                expanded.diagnostics.push(Diagnostic::error(codes::ABSENT, source.path.at, error));
            }
        }
    }
    expanded
}

fn absent(source: &Source) -> Diagnostic {
    let what = if is_glob(&source.written) { "nothing is called" } else { "is not there" };
    if !source.required {
        let message = match what {
            "is not there" => format!("`{}` is not there: the run goes on without it", source.written),
            _ => format!("nothing is called `{}`: the run goes on without it", source.written),
        };
        return Diagnostic::warning(codes::NOT_THERE, source.path.at, message);
    }
    let message = match what {
        "is not there" => format!("the required source `{}` is not there", source.written),
        _ => format!("a source is required, and nothing is called `{}`", source.written),
    };
    Diagnostic::error(codes::ABSENT, source.path.at, message).help("export it, or collect it with `tickmark collect`")
}

fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '[', '{'])
}

/// The paths that a source names; none where nothing is there.
fn paths_of(source: &Source, files: &dyn Files) -> Result<Vec<String>, String> {
    let path = &source.path.path;
    if is_glob(&source.written) {
        return globbed(path, files);
    }
    // A folder need not be listed whole to know that it is there.
    if files.list_here(path).is_ok() {
        return Ok(vec![path.clone()]);
    }
    match files.list(path) {
        Ok(_) => Ok(vec![path.clone()]),
        Err(FilesError::NotFound { .. }) => Ok(Vec::new()),
        Err(error) => Err(error.to_string()),
    }
}

/// The files and folders that a glob names, sorted. `*` stays within a step of the path, `**` does not.
fn globbed(pattern: &str, files: &dyn Files) -> Result<Vec<String>, String> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build();
    let matcher = glob.map_err(|error| format!("`{pattern}` is no glob: {}", error.kind()))?.compile_matcher();
    let fixed: Vec<&str> = pattern.split('/').take_while(|step| !is_glob(step)).collect();
    let root = fixed.join("/");
    let root = match root.as_str() {
        "" if pattern.starts_with('/') => "/",
        "" => ".",
        root => root,
    };
    let below = match files.list(root) {
        Ok(below) => below,
        Err(FilesError::NotFound { .. }) => return Ok(Vec::new()),
        Err(error) => return Err(error.to_string()),
    };
    let mut named = BTreeSet::new();
    for path in &below {
        let path = if root == "." { path.strip_prefix("./").unwrap_or(path) } else { path };
        // A folder that is named stands for all that is in it.
        let folders = path.match_indices('/').map(|(at, _)| path.get(..at).unwrap_or_default());
        let steps = folders.filter(|folder| folder.len() > root.len() || root == ".").chain([path]);
        named.extend(steps.into_iter().find(|step| matcher.is_match(step)).map(str::to_owned));
    }
    Ok(named.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tickmark_source::MemoryFiles;

    #[test]
    fn globs_name_files_and_folders() {
        let mut files = MemoryFiles::new();
        for path in ["e/a/1.json", "e/a/2.json", "e/b/1.json", "e/c.json", "e/d.csv", "x/e/c.json"] {
            files.insert(path, "{}");
        }
        let named = |pattern: &str| globbed(pattern, &files).unwrap();
        assert_eq!(named("e/*"), ["e/a", "e/b", "e/c.json", "e/d.csv"]);
        assert_eq!(named("e/*.json"), ["e/c.json"]);
        assert_eq!(named("e/**/*.json"), ["e/a/1.json", "e/a/2.json", "e/b/1.json", "e/c.json"]);
        assert_eq!(named("e/{a,b}/1.json"), ["e/a/1.json", "e/b/1.json"]);
        assert_eq!(named("e/z*"), [""; 0]);
        assert_eq!(named("nowhere/*"), [""; 0]);
        assert!(globbed("e/[", &files).is_err());
    }
}
