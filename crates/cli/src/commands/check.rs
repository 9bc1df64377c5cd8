//! `tickmark check`

use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use tickmark_report::text::TextOptions;
use tickmark_results::{Results, Status};
use tickmark_session::{Request, Stage, Use};
use tickmark_source::Sources;

use crate::arguments::{CheckArguments, FailOn};
use crate::commands::{Jobs, Outcome, style, tell, with_manifest};
use crate::outputs::{Format, Output};
use crate::terminal::Progress;
use crate::{NOT_EVALUATED, NOT_SO, OK, World};

pub(crate) fn run(arguments: &CheckArguments, jobs: Jobs, world: &mut World<'_>) -> Outcome {
    let outputs = &arguments.outputs;
    // What is only counted need not be listed, and what is not shown need not be explained.
    let lists = arguments.verbose || outputs.any(&[Format::Json, Format::Junit]);
    let explains = lists || outputs.any(&[Format::Sarif, Format::Github]);
    let request = Request {
        facts: arguments.facts.clone(),
        only: arguments.only.clone(),
        terraform_source: arguments.source.clone(),
        explain_passes: arguments.verbose,
        list_passes: lists,
        digests: outputs.any(&[Format::Json, Format::Sarif]),
        explained: (!explains).then(|| if outputs.any(&[Format::Text]) { TextOptions::default().subjects } else { 0 }),
        method: arguments.evaluator.into(),
        ..arguments.controls.request(&arguments.time, world.now)
    };
    let as_of_given = arguments.time.as_of.is_some();
    let manifest = &arguments.controls.manifest;
    let Some(request) = with_manifest(request, manifest, (Use::Everything, as_of_given), world) else {
        return Ok(NOT_EVALUATED);
    };
    let progress = Progress::start(world.progress, Stage::COUNT, Stage::Controls.words());
    let files = world.files;
    let begins = |stage: Stage| progress.stage(stage as u64, stage.words());
    let workers = jobs.workers()?;
    let checked = workers.install(|| tickmark_session::check(&request, files, &begins));
    drop(progress);
    tell(&checked.diagnostics, &checked.sources, world);
    let Some(results) = checked.results else { return Ok(NOT_EVALUATED) };
    let options = TextOptions { style: style(world), verbose: arguments.verbose, ..TextOptions::default() };
    let mut staged = Vec::new();
    let mut printed = String::new();
    for output in &outputs.0 {
        let text = workers.install(|| render(output, &results, &checked.sources, options));
        match &output.file {
            Some(path) => staged.push(Staged::new(path, text)?),
            None => printed.push_str(&text),
        }
    }
    // Nothing was put in its place until all of it could be written.
    staged.into_iter().try_for_each(Staged::publish)?;
    world.out(&printed);
    let code = exit_code(&results, &arguments.fail_on);
    // The process is about to end, and its memory with it.
    std::mem::forget((results, checked.sources, checked.remains));
    Ok(code)
}

fn render(output: &Output, results: &Results, sources: &Sources, mut options: TextOptions) -> String {
    // Where somebody stands who reads the report: paths that were named in full are told from there.
    let root = || std::env::current_dir().ok().map(|folder| folder.to_string_lossy().into_owned());
    match output.format {
        Format::Json => tickmark_report::json::render(results, sources, true),
        Format::Sarif => tickmark_report::sarif::render(results, sources, root().as_deref()),
        Format::Junit => tickmark_report::junit::render(results, sources, root().as_deref()),
        Format::Github => tickmark_report::github::render(results, sources, root().as_deref()),
        Format::Text => {
            options.style.colour &= output.file.is_none();
            tickmark_report::text::render(results, sources, &options)
        }
        Format::Summary => {
            options.style.colour &= output.file.is_none();
            tickmark_report::text::summary(results, sources, &options)
        }
    }
}

/// Writes a file beside its place and moves it there, so that nobody ever finds half of it.
pub(crate) fn write_whole(path: &Path, text: &str) -> Result<(), String> {
    Staged::new(path, text.to_owned())?.publish()
}

/// A text on its way to a file.
enum Staged {
    /// It was written beside its place.
    Beside(PathBuf, NamedTempFile),
    /// A terminal, pipe or other device has no place beside it.
    Device(PathBuf, String),
}

impl Staged {
    /// Writes all of it, but not yet in its place.
    fn new(path: &Path, text: String) -> Result<Self, String> {
        let failed = |error: &dyn std::fmt::Display| cannot_write(path, error);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(failed(&format!("there is no folder `{}`", folder.display())));
        }
        if path.is_dir() {
            return Err(failed(&"it is a folder"));
        }
        if path.exists() && !path.is_file() {
            return Ok(Staged::Device(path.to_owned(), text));
        }
        let mut file = NamedTempFile::new_in(folder).map_err(|error| failed(&error))?;
        file.write_all(text.as_bytes()).map_err(|error| failed(&error))?;
        Ok(Staged::Beside(path.to_owned(), file))
    }

    /// Puts it in its place.
    fn publish(self) -> Result<(), String> {
        match self {
            Staged::Device(path, text) => {
                let failed = |error: std::io::Error| cannot_write(&path, &error);
                let mut file = std::fs::OpenOptions::new().write(true).open(&path).map_err(failed)?;
                file.write_all(text.as_bytes()).map_err(failed)
            }
            Staged::Beside(path, file) => {
                let permissions = std::fs::metadata(&path).ok().map(|metadata| metadata.permissions());
                let kept = file.persist(&path).map_err(|error| cannot_write(&path, &error.error))?;
                match permissions.or_else(readable_by_all) {
                    Some(permissions) => kept.set_permissions(permissions).map_err(|error| cannot_write(&path, &error)),
                    None => Ok(()),
                }
            }
        }
    }
}

fn cannot_write(path: &Path, error: &dyn std::fmt::Display) -> String {
    format!("cannot write `{}`: {error}", path.display())
}

/// A file that was made anew is as readable as any other; temporary files are made for their owner alone.
#[cfg(unix)]
fn readable_by_all() -> Option<std::fs::Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_all() -> Option<std::fs::Permissions> {
    None
}

fn exit_code(results: &Results, fail_on: &[FailOn]) -> u8 {
    let bad = |status: Status| match status {
        Status::Fail | Status::Unknown => true,
        Status::Pending => fail_on.contains(&FailOn::Pending),
        Status::Empty => fail_on.contains(&FailOn::Empty),
        Status::Skipped => fail_on.contains(&FailOn::Skipped),
        Status::Pass => false,
    };
    if results.controls.iter().any(|control| bad(control.status)) { NOT_SO } else { OK }
}
