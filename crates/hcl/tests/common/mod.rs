//! What the tests of this crate share.
#![allow(dead_code, reason = "each test uses a part of it")]

pub(crate) mod disk;
pub(crate) mod generate;
pub(crate) mod oracle;
pub(crate) mod shown;

use tickmark_hcl::{Configuration, Settings, Tree};
use tickmark_source::{MemoryFiles, Sources};

/// A configuration of files in memory.
pub(crate) fn evaluate(files: &[(&str, &str)]) -> (Configuration, Sources) {
    evaluate_with(files, &Settings::default())
}

/// A configuration of files in memory, with settings.
pub(crate) fn evaluate_with(files: &[(&str, &str)], settings: &Settings) -> (Configuration, Sources) {
    let mut memory = MemoryFiles::new();
    for (path, text) in files {
        memory.insert(*path, text.as_bytes().to_vec());
    }
    let mut sources = Sources::new();
    let tree = Tree::load(&memory, &mut sources, "m").unwrap();
    (tree.evaluate(&memory, settings), sources)
}

/// The outputs of a configuration as JSON by name.
pub(crate) fn outputs(text: &str) -> Vec<(String, serde_json::Value)> {
    let (configuration, sources) = evaluate(&[("m/main.tf", text)]);
    if let Some(diagnostic) = configuration.diagnostics.iter().find(|diagnostic| diagnostic.is_error()) {
        let at = diagnostic.labels[0].span.start as usize;
        let from = text[..at].rfind('\n').unwrap_or(0);
        panic!("{}: {}", diagnostic.to_plain(&sources), text[from..].lines().take(3).collect::<String>());
    }
    configuration.outputs.iter().map(|output| (output.name.to_string(), shown::shown(&output.value, true))).collect()
}
