//! `tickmark query`

use tickmark_results::{Evidence, EvidenceKind};
use tickmark_session::{QueryMember, Request, Use};
use tickmark_source::Sources;

use crate::arguments::QueryArguments;
use crate::commands::{Jobs, Outcome, style, tell, with_manifest};
use crate::terminal::Progress;
use crate::{NOT_EVALUATED, OK, World};

pub(crate) fn run(arguments: &QueryArguments, jobs: Jobs, world: &mut World<'_>) -> Outcome {
    let request = Request { facts: arguments.facts.clone(), ..arguments.controls.request(&arguments.time, world.now) };
    let given = (Use::Everything, arguments.time.as_of.is_some());
    let Some(request) = with_manifest(request, &arguments.controls.manifest, given, world) else {
        return Ok(NOT_EVALUATED);
    };
    if !request.names_sources() {
        return Err("no facts are named; write `tickmark query 'NOUN PHRASE' PATH…`".into());
    }
    if arguments.phrase.trim().is_empty() {
        return Err(
            "the phrase is empty; write what stands after `every`, as in `tickmark query 'prod model' PATH…`".into()
        );
    }
    let progress = Progress::start(world.progress, 1, "reading facts");
    let files = world.files;
    let queried = jobs.run(|| tickmark_session::query(&request, &arguments.phrase, files))?;
    drop(progress);
    tell(&queried.diagnostics, &queried.sources, world);
    let Some(members) = queried.members else { return Ok(NOT_EVALUATED) };
    let rows: Vec<Vec<String>> = members.iter().map(|member| row(member, &queried.sources)).collect();
    if rows.is_empty() {
        world.out("none\n");
        return Ok(OK);
    }
    let table = tickmark_report::text::table(&["noun", "id", "at", ""], &rows, style(world));
    world.out(&table);
    let unsure = members.iter().filter(|member| !member.certain).count();
    let unsure = if unsure == 0 { String::new() } else { format!(", {unsure} of which only may belong") };
    world.out(&format!("{} {}{unsure}\n", members.len(), if members.len() == 1 { "member" } else { "members" }));
    Ok(OK)
}

/// A pair is printed `inner of outer`, its head first.
fn row(member: &QueryMember, sources: &Sources) -> Vec<String> {
    let head = member.subjects.first();
    let noun = head.map_or_else(String::new, |head| head.noun.clone());
    let id = member.subjects.iter().map(|subject| subject.id.as_str()).collect::<Vec<_>>().join(" of ");
    let at = head.and_then(|head| head.place).map_or_else(String::new, |place| sources.describe(place));
    let why = match undecided(&member.because) {
        _ if member.certain => String::new(),
        Some(reason) => format!("may belong: {reason}"),
        None => "may belong".into(),
    };
    vec![noun, id, at, why]
}

/// What left it open, as `check` says it: the first value that lacks, or else the first line.
fn undecided(because: &[Evidence]) -> Option<&str> {
    lacking(because).or(because.first()).map(|line| line.text.as_str())
}

fn lacking(lines: &[Evidence]) -> Option<&Evidence> {
    lines.iter().find_map(|line| if line.kind == EvidenceKind::Missing { Some(line) } else { lacking(&line.children) })
}
