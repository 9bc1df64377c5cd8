//! `tickmark query`

use tickmark_session::Request;

use crate::arguments::QueryArguments;
use crate::commands::{Outcome, style, tell};
use crate::terminal::Progress;
use crate::{NOT_EVALUATED, OK, World};

pub(crate) fn run(arguments: &QueryArguments, world: &mut World<'_>) -> Outcome {
    let request = Request { facts: arguments.facts.clone(), ..arguments.controls.request(&arguments.time, world.now) };
    if request.facts.is_empty() {
        return Err("no facts are named; write `tickmark query 'NOUN PHRASE' PATH…`".into());
    }
    let progress = Progress::start(world.progress, "reading facts");
    let queried = tickmark_session::query(&request, &arguments.phrase, world.files);
    drop(progress);
    tell(&queried.diagnostics, &queried.sources, world);
    let Some(members) = queried.members else { return Ok(NOT_EVALUATED) };
    let rows: Vec<Vec<String>> = members
        .iter()
        .map(|member| {
            let at = member.place.map_or_else(String::new, |place| queried.sources.describe(place));
            let why = if member.certain { String::new() } else { format!("may belong: {}", member.why) };
            vec![member.noun.clone(), member.id.clone(), at, why]
        })
        .collect();
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
