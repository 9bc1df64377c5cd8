//! `tickmark facts`

use tickmark_session::{NounSummary, Request, Use};
use tickmark_source::{FilesError, Place};

use crate::arguments::{FactsArguments, TimeArguments};
use crate::commands::{Jobs, Outcome, style, tell, with_manifest};
use crate::terminal::Progress;
use crate::{NOT_EVALUATED, OK, World};

pub(crate) fn run(arguments: &FactsArguments, jobs: Jobs, world: &mut World<'_>) -> Outcome {
    let (words, paths) = split(&arguments.words, world);
    let request = Request { facts: paths, ..arguments.controls.request(&TimeArguments::default(), world.now) };
    let Some(request) = with_manifest(request, &arguments.controls.manifest, (Use::Everything, false), world) else {
        return Ok(NOT_EVALUATED);
    };
    if !request.names_sources() {
        let absent = words.last().map_or_else(String::new, |word| {
            format!(": there is no file or folder `{}`", tickmark_report::clean(word))
        });
        let help = "write `tickmark facts PATH…`, or `tickmark facts NOUN ID PATH…` for one record";
        return Err(format!("no facts are named{absent}; {help}"));
    }
    match words.as_slice() {
        [] => overview(&request, None, jobs, world),
        [noun] => overview(&request, Some(noun), jobs, world),
        [noun, id, ..] => one_record(&request, noun, id, jobs, world),
    }
}

/// At most two words that are no files stand before the paths: a noun, and an id.
fn split(words: &[String], world: &World<'_>) -> (Vec<String>, Vec<String>) {
    // What is there but cannot be listed is a path too: the reading says what is wrong with it.
    let is_path = |word: &str| !matches!(world.files.list(word), Err(FilesError::NotFound { .. })) || names_kind(word);
    let before = words.iter().take(2).take_while(|word| !is_path(word)).count();
    // A record's id may be the name of a file; a path always follows it.
    let (words, paths) = words.split_at(before);
    (words.to_vec(), paths.to_vec())
}

/// Whether a word is `KIND=PATH` or `KIND:NOUN=PATH`. An id may hold a `=` too, behind a quote or bracket.
fn names_kind(word: &str) -> bool {
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, ':' | '-' | '_' | '.');
    word.split_once('=').is_some_and(|(kind, _)| kind.chars().all(plain))
}

fn overview(request: &Request, only: Option<&String>, jobs: Jobs, world: &mut World<'_>) -> Outcome {
    let progress = Progress::start(world.progress, 1, "reading facts");
    let files = world.files;
    let survey = jobs.run(|| tickmark_session::survey(request, files))?;
    drop(progress);
    tell(&survey.diagnostics, &survey.sources, world);
    let Some(nouns) = survey.nouns else { return Ok(NOT_EVALUATED) };
    match only {
        None => {
            let rows: Vec<Vec<String>> = nouns.iter().map(noun_row).collect();
            let table = tickmark_report::text::table(&["noun", "records", "attributes", "from"], &rows, style(world));
            world.out(&table);
            world.out("\n`tickmark facts NOUN …` shows the attributes and ids of a noun, `tickmark facts NOUN ID …` one record\n");
            Ok(OK)
        }
        Some(name) => match nouns.iter().find(|noun| &noun.name == name) {
            Some(noun) => {
                print_noun(noun, world);
                Ok(OK)
            }
            None => {
                let near = tickmark_diagnostics::did_you_mean(name, nouns.iter().map(|noun| noun.name.as_str()));
                let near = near.map_or_else(String::new, |near| format!("; {near}"));
                Err(format!("these sources hold no record of `{name}`{near}"))
            }
        },
    }
}

fn noun_row(noun: &NounSummary) -> Vec<String> {
    let from = match (noun.mapped, noun.open) {
        (true, _) => "maps",
        (false, true) => "export, without entity",
        (false, false) => "export",
    };
    let used = noun.attributes.iter().filter(|attribute| attribute.known + attribute.unknown > 0).count();
    vec![noun.name.clone(), noun.records.to_string(), used.to_string(), from.to_owned()]
}

fn print_noun(noun: &NounSummary, world: &mut World<'_>) {
    let rows: Vec<Vec<String>> = noun
        .attributes
        .iter()
        .map(|attribute| {
            let note = if attribute.surveyed { "" } else { "no record carries it" };
            let counts = [attribute.known, attribute.missing, attribute.unknown].map(|count| count.to_string());
            let [known, missing, unknown] = counts;
            vec![attribute.name.clone(), known, missing, unknown, note.to_owned()]
        })
        .collect();
    let table = tickmark_report::text::table(&["attribute", "known", "missing", "unknown", ""], &rows, style(world));
    let records = if noun.records == 1 { "record" } else { "records" };
    world.out(&format!("{}: {} {records}\n", noun.name, noun.records));
    world.out(&table);
    const SHOWN: usize = 50;
    let shown: Vec<&str> = noun.ids.iter().take(SHOWN).map(String::as_str).collect();
    let more = noun.ids.len().saturating_sub(SHOWN);
    let more = if more == 0 { String::new() } else { format!("\n… and {more} more") };
    world.out(&format!(
        "\nids\n  {}{more}\n",
        shown.iter().map(|id| tickmark_report::clean(id).into_owned()).collect::<Vec<_>>().join("\n  ")
    ));
}

fn one_record(request: &Request, noun: &str, id: &str, jobs: Jobs, world: &mut World<'_>) -> Outcome {
    let files = world.files;
    let (record, sources, diagnostics) = jobs.run(|| tickmark_session::record(request, noun, id, files))?;
    tell(&diagnostics, &sources, world);
    let Some(record) = record else { return Ok(NOT_EVALUATED) };
    let place = record.place.map_or_else(String::new, |place| sources.describe(place));
    world.out(&format!("{} {}  {place}\n", record.noun, tickmark_report::clean(&record.id)));
    // Values mostly stand in the file of their record: there the line is enough.
    let at = |place: Option<Place>| match place {
        Some(place) if Some(place.file) == record.place.map(|record| record.file) => {
            let at = sources.line_column(place);
            format!("{}:{}", at.line, at.column)
        }
        Some(place) => sources.describe(place),
        None => String::new(),
    };
    let rows: Vec<Vec<String>> =
        record.values.iter().map(|(name, value, place)| vec![name.clone(), value.clone(), at(*place)]).collect();
    let table = tickmark_report::text::table(&["attribute", "value", "at"], &rows, style(world));
    world.out(&table);
    Ok(OK)
}
