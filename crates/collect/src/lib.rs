//! Exports, collected: MLflow and GitHub over their REST interfaces, AWS and Kubernetes by their own commands.
//!
//! A collection is a folder of answers as they were received, with a `collection.json` that says of each file what was asked,
//! when, how many records it holds, its digest, and on what grounds the list that it belongs to is whole. It can be interrupted: what is
//! finished is kept in a journal beside the files, and the next run goes on from there. What could not be collected makes the collection
//! incomplete, and is named.
//!
//! The network is asked through [`Transport`], commands are run through [`Programs`], and time passes through [`Clock`], so that
//! everything can be tried without them. Credentials are [`Secret`]s: they are sent, and appear nowhere else.

mod aws;
mod aws_calls;
mod error;
mod github;
mod journal;
mod kubernetes;
mod mlflow;
mod names;
mod programs;
mod secret;
mod store;
mod web;

pub use aws::Aws;
pub use error::CollectError;
pub use github::GitHub;
pub use kubernetes::Kubernetes;
pub use mlflow::Mlflow;
pub use programs::{Commands, Programs, Ran};
pub use secret::Secret;
pub use web::{Ask, Method, Reply, Transport, Web};

use crate::store::Store;
use std::path::Path;
use std::time::Duration;
use tickmark_facts::Time;

/// The clock: when answers came, and how long to wait before asking again.
pub trait Clock {
    /// Now.
    fn now(&self) -> Time;
    /// Waits.
    fn wait(&self, time: Duration);
}

/// What a collection needs of the world.
pub struct Door<'a> {
    /// The network.
    pub transport: &'a dyn Transport,
    /// Other commands.
    pub programs: &'a dyn Programs,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// Is told what is going on, for a person who waits.
    pub progress: &'a dyn Fn(&str),
}

/// What is collected.
#[derive(Clone, Debug)]
pub enum System {
    /// A tracking server of MLflow.
    Mlflow(Mlflow),
    /// A repository on GitHub.
    GitHub(GitHub),
    /// An account of AWS, by the `aws` command.
    Aws(Aws),
    /// A cluster, by the `kubectl` command.
    Kubernetes(Kubernetes),
}

/// How it is collected.
#[derive(Clone, Debug)]
pub struct Manner {
    /// Throw away what an earlier run collected.
    pub fresh: bool,
    /// How often a question is asked again that failed for the moment.
    pub retries: u32,
    /// Who collects: `tickmark 0.1.0`.
    pub collector: String,
}

/// What came of a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collected {
    /// What was asked.
    pub target: String,
    /// How many files are there.
    pub files: usize,
    /// How many records they hold.
    pub rows: u64,
    /// How many files were kept from an earlier run.
    pub kept: usize,
    /// What is missing; nothing of a collection that is whole.
    pub missing: Vec<String>,
}

/// Collects a system into a folder.
///
/// # Errors
/// Where the folder cannot be written, holds a collection of something else, or nothing could be asked at all. What was collected before
/// that stays, and is marked as incomplete.
pub fn collect(system: &System, folder: &Path, manner: &Manner, door: &Door<'_>) -> Result<Collected, CollectError> {
    match system {
        System::Mlflow(mlflow) => mlflow.collect(folder, manner, door),
        System::GitHub(github) => github.collect(folder, manner, door),
        System::Aws(aws) => aws.collect(folder, manner, door),
        System::Kubernetes(kubernetes) => kubernetes.collect(folder, manner, door),
    }
}

/// Runs the steps of a collection, and writes down how far it came whatever comes of them.
fn with_store(
    (name, target): (&str, &str),
    folder: &Path,
    manner: &Manner,
    door: &Door<'_>,
    steps: impl FnOnce(&mut Store<'_>) -> Result<(), CollectError>,
) -> Result<Collected, CollectError> {
    let mut store = Store::open(folder, (name, target), manner, door)?;
    let kept = store.files();
    let done = if store.is_finished() { Ok(()) } else { steps(&mut store) };
    if let Err(error) = &done {
        store.miss(error.to_string());
    }
    let (files, rows, missing) = store.finish()?;
    match done {
        // Nothing was there to ask, or it let nobody in: that is no partial collection.
        Err(error) if files == 0 => Err(error),
        _ => Ok(Collected { target: target.to_owned(), files, rows, kept, missing }),
    }
}
