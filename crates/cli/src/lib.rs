//! The tickmark command: what was typed, what it means, and what is printed.
//!
//! [`run`] is the whole program as a function of its arguments and a [`World`], so that tests can call it; `main` hands it
//! the real one.

mod arguments;
mod commands;
mod disk;
mod outputs;
mod terminal;

pub use disk::DiskFiles;
pub use terminal::{colour, width};

use std::ffi::OsString;
use std::io::Write;

use clap::Parser;
use tickmark_facts::Time;
use tickmark_source::Files;

use crate::arguments::{Arguments, Command};
use crate::commands::Jobs;

/// Everything went well.
pub(crate) const OK: u8 = 0;
/// What was asked is not so: a control fails or is unknown, a test fails, a file is not formatted.
pub(crate) const NOT_SO: u8 = 1;
/// It could not be evaluated at all.
pub(crate) const NOT_EVALUATED: u8 = 2;

/// What a run reads from and writes to.
pub struct World<'w> {
    /// The door to files.
    pub files: &'w dyn Files,
    /// The clock: read once, and only where `--as-of` is not given.
    pub now: Time,
    /// Whether standard output is coloured.
    pub colour_out: bool,
    /// Whether standard error is coloured.
    pub colour_err: bool,
    /// Whether progress is shown on standard error.
    pub progress: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Results.
    pub stdout: &'w mut dyn Write,
    /// Diagnostics and progress.
    pub stderr: &'w mut dyn Write,
}

impl World<'_> {
    /// Prints a result. A reader that went away is no failure.
    pub(crate) fn out(&mut self, text: &str) {
        let _ = self.stdout.write_all(text.as_bytes());
    }

    /// Prints a message for the person.
    pub(crate) fn err(&mut self, text: &str) {
        let _ = self.stderr.write_all(text.as_bytes());
    }
}

/// The clock of this machine, in UTC.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock; `--as-of` replaces it")]
pub fn now() -> Time {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    // Whole seconds: nobody needs more, and it prints shorter.
    Time(i64::try_from(since.as_secs()).unwrap_or(0).saturating_mul(1_000_000))
}

/// Runs the command, and gives the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>, world: &mut World<'_>) -> u8 {
    let parsed = match Arguments::try_parse_from(arguments) {
        Ok(parsed) => parsed,
        Err(error) => return refuse(&error, world),
    };
    let jobs = Jobs(parsed.jobs);
    let result = match parsed.command {
        Command::Check(command) => commands::check::run(&command, jobs, world),
        Command::Test(command) => commands::test::run(&command, jobs, world),
        Command::Fmt(command) => commands::fmt::run(&command, world),
        Command::Explain(command) => commands::explain::run(&command, jobs, world),
        Command::Facts(command) => commands::facts::run(&command, jobs, world),
        Command::Query(command) => commands::query::run(&command, jobs, world),
        Command::Trace(command) => commands::trace::run(&command, jobs, world),
        Command::Init(command) => commands::init::run(&command, jobs, world),
        Command::Collect(command) => commands::collect::run(&command, world),
        Command::Completions { shell } => {
            commands::completions(shell, world);
            Ok(OK)
        }
    };
    match result {
        Ok(code) => code,
        Err(message) => {
            world.err(&format!("error: {message}\n"));
            NOT_EVALUATED
        }
    }
}

/// What clap has to say: help and version go to standard output, mistakes to standard error with exit code 2.
fn refuse(error: &clap::Error, world: &mut World<'_>) -> u8 {
    let styled = error.render();
    if error.use_stderr() {
        let text = if world.colour_err { styled.ansi().to_string() } else { styled.to_string() };
        world.err(&text);
        return NOT_EVALUATED;
    }
    let text = if world.colour_out { styled.ansi().to_string() } else { styled.to_string() };
    world.out(&text);
    OK
}
