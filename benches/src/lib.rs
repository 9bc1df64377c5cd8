//! Exports of a made-up company with planted violations, for benchmarks: the same bytes for the same size and seed.
//!
//! [`write_company`] writes five files into a folder and returns what a checker must find in them. What each control
//! means is worked out here a second time, record by record while writing, so that the counts owe nothing to Tickmark.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod calendar;
mod datasets;
mod deployments;
mod expected;
mod iam;
mod json;
mod models;
mod plan;
mod random;
mod scale;
mod variations;

pub use expected::{Counts, Expected, Verdict};
pub use scale::Scale;
pub use variations::{HALF, VARIATIONS, control_file, port, retired_group};

use std::fs::File;
use std::io;
use std::path::Path;

use crate::json::{Json, Layout};

/// The moment that all checks of the generated exports speak of.
pub const AS_OF: &str = "2026-06-30";

/// Writes the exports into an existing folder: `models.json`, `datasets.json`, `plan.json`, `iam.json` and
/// `deployments.json`. Holds one record and a counter for each person in memory, whatever the size.
///
/// # Errors
///
/// What the file system refuses.
pub fn write_company(folder: &Path, scale: &Scale, seed: u64) -> io::Result<Expected> {
    let mut expected = Expected::new(scale, seed);
    let open = |name: &str, layout| File::create(folder.join(name)).map(|file| Json::new(file, layout));

    let mut datasets = open("datasets.json", Layout::Spaced)?;
    datasets::write(&mut datasets, scale, seed, &mut expected);
    expected.wrote("datasets.json", datasets.finish()?);

    let mut models = open("models.json", Layout::Spaced)?;
    let mut deployments = open("deployments.json", Layout::Lines)?;
    models::write(&mut models, &mut deployments, scale, seed, &mut expected);
    expected.wrote("models.json", models.finish()?);
    expected.wrote("deployments.json", deployments.finish()?);

    let mut plan = open("plan.json", Layout::Compact)?;
    plan::write(&mut plan, scale, seed, &mut expected);
    expected.wrote("plan.json", plan.finish()?);

    // Last, since the people are judged by the approvals that the models hold.
    let mut iam = open("iam.json", Layout::Indented)?;
    iam::write(&mut iam, scale, seed, &mut expected);
    expected.wrote("iam.json", iam.finish()?);
    Ok(expected)
}
