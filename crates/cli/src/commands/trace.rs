//! `tickmark trace`

use tickmark_report::trace as report;
use tickmark_session::{History, Request, TraceSubject, Use};
use tickmark_source::Sources;

use crate::arguments::{TraceArguments, TraceFormat, TraceNoun};
use crate::commands::check::write_whole;
use crate::commands::{Jobs, Outcome, style, tell, with_manifest};
use crate::terminal::Progress;
use crate::{NOT_EVALUATED, OK, World};

pub(crate) fn run(arguments: &TraceArguments, jobs: Jobs, world: &mut World<'_>) -> Outcome {
    let request = Request {
        facts: arguments.facts.clone(),
        digests: true,
        ..arguments.controls.request(&arguments.time, world.now)
    };
    let given = (Use::Everything, arguments.time.as_of.is_some());
    let Some(request) = with_manifest(request, &arguments.controls.manifest, given, world) else {
        return Ok(NOT_EVALUATED);
    };
    if !request.names_sources() {
        return Err("no facts are named; write `tickmark trace model NAME@VERSION PATH…`".into());
    }
    let subject = match arguments.noun {
        TraceNoun::Model => TraceSubject::Model,
        TraceNoun::Dataset => TraceSubject::Dataset,
        TraceNoun::Deployment => TraceSubject::Deployment,
    };
    let progress = Progress::start(world.progress, 1, "reading facts");
    let files = world.files;
    let traced = jobs.run(|| tickmark_session::trace(&request, subject, &arguments.id, files))?;
    drop(progress);
    tell(&traced.diagnostics, &traced.sources, world);
    let Some(history) = traced.history else { return Ok(NOT_EVALUATED) };
    let to_file = arguments.output.as_deref().filter(|file| *file != std::path::Path::new("-"));
    let text = render(arguments.format, &history, &traced.sources, to_file.is_none(), world);
    match to_file {
        Some(file) => write_whole(file, &text)?,
        None => world.out(&text),
    }
    Ok(OK)
}

fn render(format: TraceFormat, history: &History, sources: &Sources, printed: bool, world: &World<'_>) -> String {
    match format {
        TraceFormat::Text => {
            let mut style = style(world);
            style.colour &= printed;
            report::text::render(history, sources, style)
        }
        TraceFormat::Json => report::json::render(history, sources),
        TraceFormat::Markdown => report::markdown::render(history, sources),
        TraceFormat::Html => report::html::render(history, sources),
        TraceFormat::Svg => report::svg::render(history),
    }
}
