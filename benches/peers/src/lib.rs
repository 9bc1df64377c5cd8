//! What the programs that Tickmark is compared with share: mapped files, counts, and how they are printed.

use std::fs::File;
use std::path::Path;

use memmap2::Mmap;

/// The files of a company, in the order of their size.
pub const FILES: [&str; 5] = ["plan.json", "models.json", "datasets.json", "iam.json", "deployments.json"];

/// Maps one export into memory.
pub fn map(folder: &str, name: &str) -> Mmap {
    let path = Path::new(folder).join(name);
    let file = File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    // SAFETY: the exports are not written while a benchmark reads them.
    unsafe { Mmap::map(&file) }.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The two arguments of every program: the folder and the control, or `all`.
pub fn arguments() -> (String, String) {
    let mut words = std::env::args().skip(1);
    match (words.next(), words.next()) {
        (Some(folder), Some(what)) => (folder, what),
        (Some(folder), None) => (folder, "all".to_owned()),
        _ => panic!("usage: PROGRAM FOLDER [CONTROL|all]"),
    }
}

/// Verdicts on the subjects of one control.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Counts {
    pub pass: u64,
    pub fail: u64,
    pub unknown: u64,
}

impl Counts {
    /// Counts one subject: true, false or unknown.
    pub fn add(&mut self, truth: Option<bool>) {
        match truth {
            Some(true) => self.pass += 1,
            Some(false) => self.fail += 1,
            None => self.unknown += 1,
        }
    }
}

/// Counts of controls by their ids.
pub type Answer = Vec<(String, Counts)>;

/// Prints `ID PASS FAIL UNKNOWN`, a line for each control.
pub fn print(answer: &Answer) {
    let mut text = String::new();
    for (id, Counts { pass, fail, unknown }) in answer {
        text.push_str(&format!("{id} {pass} {fail} {unknown}\n"));
    }
    print!("{text}");
}

/// Kleene's "and" over several truths.
pub fn all<const N: usize>(truths: [Option<bool>; N]) -> Option<bool> {
    if truths.contains(&Some(false)) {
        Some(false)
    } else if truths.contains(&None) {
        None
    } else {
        Some(true)
    }
}
