//! Whole-program tests of Tickmark: the command is called as a function, over files in memory or on disk.
//!
//! The cases are text (`conformance/`, `suite/`, the fixtures, the book); the API is touched here and nowhere else.

pub mod files;
pub mod judged;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use tickmark_cli::{DiskFiles, World, run};
use tickmark_facts::Time;
use tickmark_source::{Files, MemoryFiles};

/// What a call of the command gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The exit code.
    pub code: u8,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Outcome {
    /// Standard output as JSON.
    ///
    /// # Panics
    /// Where it is none.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("no JSON: {error}\n{}\n{}", self.out, self.err))
    }
}

/// The root of the checkout.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The shared corpus beside the checkout, where it is there; a notice is printed where it is not.
#[must_use]
pub fn corpus() -> Option<PathBuf> {
    let corpus = root().join("../shared/corpus");
    if corpus.is_dir() {
        return Some(corpus);
    }
    eprintln!("skipped: the shared corpus is not beside this checkout");
    None
}

/// Calls the command over files on disk.
#[must_use]
pub fn tickmark(arguments: &[&str]) -> Outcome {
    tickmark_over(&DiskFiles, arguments)
}

/// Calls the command over files in memory.
#[must_use]
pub fn tickmark_in(files: &MemoryFiles, arguments: &[&str]) -> Outcome {
    tickmark_over(files, arguments)
}

fn tickmark_over(files: &dyn Files, arguments: &[&str]) -> Outcome {
    let mut out = Vec::new();
    let mut err = Vec::new();
    let mut world = World {
        files,
        // 2026-12-31T12:00:00Z: no test depends on the day on which it is run.
        now: Time(1_798_718_400_000_000),
        colour_out: false,
        colour_err: false,
        progress: false,
        width: 100,
        stdout: &mut out,
        stderr: &mut err,
    };
    let arguments = std::iter::once("tickmark").chain(arguments.iter().copied()).map(OsString::from);
    let code = run(arguments, &mut world);
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Outcome { code, out: text(out), err: text(err) }
}
