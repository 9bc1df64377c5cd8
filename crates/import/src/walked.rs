//! Files below a folder: which are looked at, and which have to be told of when they are not read.
//!
//! A folder is often a whole repository. Nobody wants to hear of its pictures and sources; but a file that is called
//! `.json` and is cut short may be the export that a control needed.

use crate::argument::{Kind, SourceArgument};
use crate::hcl;

/// What the name of a file below a folder promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promise {
    /// By its ending it holds data: it is told of where it is not read, and broken it ends the run.
    Data,
    /// It may hold anything, as a log with a plan in it: it is read where it is an export, and told of where it looks like a broken one.
    Anything,
    /// Pictures, programs, archives, programs and manifests of our own: it is not opened.
    Nothing,
}

/// Endings of files that hold data, if they are what they are called.
const DATA: &[&str] = &[
    "json", "jsonl", "ndjson", "yaml", "yml", "csv", "tsv", "tf", "tfvars", "tfstate", "template", "parquet", "gz",
    "zst",
];

/// Endings of files that hold no export, whatever is in them.
const FOREIGN: &[&str] = &[
    // Pictures, sound, fonts and documents.
    "png",
    "jpg",
    "jpeg",
    "gif",
    "webp",
    "svg",
    "ico",
    "bmp",
    "drawio",
    "mp3",
    "mp4",
    "mov",
    "webm",
    "woff",
    "woff2",
    "ttf",
    "otf",
    "eot",
    "pdf",
    "doc",
    "docx",
    "xls",
    "xlsx",
    "ppt",
    "pptx",
    "odt",
    "rst",
    "adoc",
    // Archives, libraries and keys.
    "zip",
    "tar",
    "tgz",
    "bz2",
    "xz",
    "7z",
    "jar",
    "war",
    "whl",
    "exe",
    "dll",
    "so",
    "dylib",
    "bin",
    "pem",
    "crt",
    "key",
    "pub",
    "asc",
    "sig", // Programs, their settings and their templates.
    "py",
    "pyc",
    "pyi",
    "ipynb",
    "r",
    "js",
    "mjs",
    "cjs",
    "jsx",
    "ts",
    "tsx",
    "vue",
    "map",
    "css",
    "scss",
    "less",
    "html",
    "htm",
    "xml",
    "xsd",
    "go",
    "mod",
    "sum",
    "rs",
    "java",
    "kt",
    "kts",
    "scala",
    "gradle",
    "c",
    "h",
    "cc",
    "cpp",
    "hpp",
    "cs",
    "swift",
    "rb",
    "erb",
    "php",
    "pl",
    "lua",
    "sh",
    "bash",
    "zsh",
    "fish",
    "ps1",
    "psm1",
    "bat",
    "cmd",
    "sql",
    "proto",
    "graphql",
    "toml",
    "ini",
    "cfg",
    "conf",
    "properties",
    "tpl",
    "tftpl",
    "tmpl",
    "j2",
    "jinja",
    "jinja2",
    "mustache",
    "hbs",
    "rego",
    "sentinel",
    "diff",
    "patch",
    "snap",
    "tick",
];

/// Names of files that hold no export.
const FOREIGN_NAMES: &[&str] = &[
    "LICENSE",
    "LICENCE",
    "COPYING",
    "NOTICE",
    "AUTHORS",
    "CODEOWNERS",
    "Makefile",
    "GNUmakefile",
    "Dockerfile",
    "Jenkinsfile",
    "Vagrantfile",
    "Gemfile",
    "Rakefile",
    "Procfile",
    "Justfile",
    "justfile",
    "VERSION",
    "tickmark.yaml",
    "tickmark.yml",
    "collection.json",
];

/// What the name of a file below the folder of an argument promises.
pub(crate) fn promise(argument: &SourceArgument, path: &str) -> Promise {
    let name = path.rsplit('/').next().unwrap_or(path);
    // The card of a model or data set is the README of its repository.
    if argument.kind == Some(Kind::HuggingFace) {
        return if name.ends_with(".md") { Promise::Data } else { Promise::Nothing };
    }
    if argument.kind == Some(Kind::Dvc) {
        return if crate::dvc::is_name(name) { Promise::Data } else { Promise::Nothing };
    }
    // In a folder of registers every file that may be one has to be told of where it is none.
    if argument.noun.is_some()
        && Kind::of_register(name).is_some_and(|kind| argument.kind.is_none_or(|said| said == kind))
    {
        return Promise::Data;
    }
    // Lock files are known by their names alone, whatever these end in.
    if argument.kind.is_none_or(|kind| matches!(kind, Kind::Observed(_))) && crate::observed::is_lock_file(name) {
        return Promise::Data;
    }
    // A README tells people what lies in a folder of exports.
    if name.starts_with("README") || FOREIGN_NAMES.contains(&name) {
        return Promise::Nothing;
    }
    // Of a folder of Terraform only what may be Terraform's is looked at: configurations lie among sources of all sorts.
    if argument.kind == Some(Kind::Terraform) {
        let terraform = hcl::is_configuration_file(path)
            || [".json", ".tfstate", ".gz", ".zst"].iter().any(|ending| path.ends_with(ending));
        return if terraform { Promise::Data } else { Promise::Nothing };
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending {
        Some(ending) if DATA.contains(&ending.as_str()) => Promise::Data,
        Some(ending) if FOREIGN.contains(&ending.as_str()) => Promise::Nothing,
        _ => Promise::Anything,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_promise() {
        let argument = SourceArgument { kind: None, noun: None, path: "repo".to_owned(), mapping: None };
        for (path, promised) in [
            ("repo/plan.json", Promise::Data),
            ("repo/PLAN.JSON", Promise::Data),
            ("repo/plan.json.gz", Promise::Data),
            ("repo/main.tf", Promise::Data),
            ("repo/plan.log", Promise::Anything),
            ("repo/plan", Promise::Anything),
            ("repo/card.md", Promise::Anything),
            ("repo/logo.png", Promise::Nothing),
            ("repo/rules.tick", Promise::Nothing),
            ("repo/tickmark.yaml", Promise::Nothing),
            ("repo/README.md", Promise::Nothing),
            ("repo/LICENSE", Promise::Nothing),
        ] {
            assert_eq!(promise(&argument, path), promised, "{path}");
        }
    }
}
