//! `tickmark check`

use std::io::Write;
use std::path::Path;

use tickmark_report::text::TextOptions;
use tickmark_results::{Results, Status};
use tickmark_session::{Request, Stage};

use crate::arguments::{CheckArguments, FailOn, Format};
use crate::commands::{Jobs, Outcome, style, tell};
use crate::terminal::Progress;
use crate::{NOT_EVALUATED, NOT_SO, OK, World};

pub(crate) fn run(arguments: &CheckArguments, jobs: Jobs, world: &mut World<'_>) -> Outcome {
    // What is only counted on the screen need not be listed, and what is not shown need not be explained.
    let whole = arguments.verbose || arguments.format != Format::Text;
    let request = Request {
        facts: arguments.facts.clone(),
        only: arguments.only.clone(),
        explain_passes: arguments.verbose,
        list_passes: whole,
        digests: arguments.format != Format::Text,
        explained: (!whole).then(|| TextOptions::default().subjects),
        method: arguments.evaluator.into(),
        ..arguments.controls.request(&arguments.time, world.now)
    };
    let progress = Progress::start(world.progress, Stage::COUNT, Stage::Controls.words());
    let files = world.files;
    let begins = |stage: Stage| progress.stage(stage as u64, stage.words());
    let checked = jobs.run(|| tickmark_session::check(&request, files, &begins))?;
    drop(progress);
    tell(&checked.diagnostics, &checked.sources, world);
    let Some(results) = checked.results else { return Ok(NOT_EVALUATED) };
    let to_file = arguments.output.is_some();
    let text = match arguments.format {
        Format::Json => tickmark_report::json::render(&results, &checked.sources, true),
        Format::Text => {
            let mut style = style(world);
            style.colour = style.colour && !to_file;
            let options = TextOptions { style, verbose: arguments.verbose, ..TextOptions::default() };
            tickmark_report::text::render(&results, &checked.sources, &options)
        }
    };
    match &arguments.output {
        Some(path) => write_whole(path, &text)?,
        None => world.out(&text),
    }
    Ok(exit_code(&results, &arguments.fail_on))
}

/// Writes a file beside its place and moves it there, so that nobody ever finds half of it.
pub(crate) fn write_whole(path: &Path, text: &str) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("cannot write `{}`: {error}", path.display());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(failed(&format!("there is no folder `{}`", folder.display())));
    }
    // A terminal, pipe or other device has no place beside it.
    if path.exists() && !path.is_file() {
        let mut file = std::fs::OpenOptions::new().write(true).open(path).map_err(|error| failed(&error))?;
        return file.write_all(text.as_bytes()).map_err(|error| failed(&error));
    }
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| failed(&error))?;
    file.write_all(text.as_bytes()).map_err(|error| failed(&error))?;
    let permissions = std::fs::metadata(path).ok().map(|metadata| metadata.permissions());
    let kept = file.persist(path).map_err(|error| failed(&error.error))?;
    if let Some(permissions) = permissions.or_else(readable_by_all) {
        kept.set_permissions(permissions).map_err(|error| failed(&error))?;
    }
    Ok(())
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
