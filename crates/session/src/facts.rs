//! Looking around in facts: what the sources hold, noun by noun, and one record with the place of each value.

use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::run as codes;
use tickmark_facts::{AttributeId, Cell, Facts, NounId};
use tickmark_source::{Files, Place, Sources};

use crate::Request;
use crate::load::{Reach, load_with};
use crate::run::{Ready, ready};

/// What the sources hold.
pub struct Survey {
    /// The nouns that have records, sorted by name; nothing where the sources could not be read.
    pub nouns: Option<Vec<NounSummary>>,
    /// All files read.
    pub sources: Sources,
    /// Errors and warnings, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
}

/// One noun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NounSummary {
    /// Its name.
    pub name: String,
    /// How many records there are.
    pub records: u32,
    /// Some of them were made by maps from raw records.
    pub mapped: bool,
    /// No entity declares it.
    pub open: bool,
    /// The ids of its records, in order.
    pub ids: Vec<String>,
    /// Its attributes, as they are declared or first seen.
    pub attributes: Vec<AttributeSummary>,
}

/// One attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeSummary {
    /// Its name.
    pub name: String,
    /// No record carries it, and it is not declared `optional`.
    pub surveyed: bool,
    /// How many records have a value.
    pub known: u32,
    /// How many have none.
    pub missing: u32,
    /// Of how many it is not known.
    pub unknown: u32,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordView {
    /// Its noun.
    pub noun: String,
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub place: Option<Place>,
    /// Name, value in words, and place of each attribute.
    pub values: Vec<(String, String, Option<Place>)>,
}

fn prepared(request: &Request, files: &dyn Files) -> Result<Ready, (Sources, Vec<Diagnostic>)> {
    let loaded = load_with(request, files, None, Reach::Everything, tickmark_import::Patience::Whole);
    ready(request, loaded, files)
}

/// Reads all that the sources hold.
#[must_use]
pub fn survey(request: &Request, files: &dyn Files) -> Survey {
    match prepared(request, files) {
        Ok(Ready { program, facts, sources, diagnostics, .. }) => {
            let mut nouns: Vec<NounSummary> = facts
                .needs()
                .iter()
                .filter(|(noun, _)| facts.rows(*noun) > 0 && !is_meta(&program, *noun))
                .map(|(noun, _)| summary(&program, &facts, noun))
                .collect();
            nouns.sort_by(|a, b| a.name.cmp(&b.name));
            Survey { nouns: Some(nouns), sources, diagnostics }
        }
        Err((sources, diagnostics)) => Survey { nouns: None, sources, diagnostics },
    }
}

fn is_meta(program: &tickmark_program::Program, noun: NounId) -> bool {
    let meta = &program.meta;
    [meta.source, meta.control, meta.verdict, meta.exception, meta.criterion].contains(&Some(noun))
}

fn summary(program: &tickmark_program::Program, facts: &Facts, noun: NounId) -> NounSummary {
    let need = facts.needs().noun(noun);
    let attributes = (0..facts.attribute_count(noun)).map(AttributeId).map(|attribute| {
        let state = facts.attribute_state(noun, attribute);
        AttributeSummary {
            name: facts.attribute_name(noun, attribute).unwrap_or_default().to_owned(),
            surveyed: state.carried,
            known: state.known,
            missing: state.missing,
            unknown: state.unknown,
        }
    });
    NounSummary {
        name: need.name.to_string(),
        records: facts.rows(noun),
        mapped: program.nouns.get(noun.0 as usize).is_some_and(|noun| noun.mapped),
        open: need.open,
        ids: (0..facts.rows(noun)).map(|row| facts.id(noun, row)).collect(),
        attributes: attributes.collect(),
    }
}

/// One record with the place of each value. Where there is none of that noun and id, a diagnostic says so.
#[must_use]
pub fn record(
    request: &Request,
    noun: &str,
    id: &str,
    files: &dyn Files,
) -> (Option<RecordView>, Sources, Vec<Diagnostic>) {
    let Ready { facts, sources, mut diagnostics, .. } = match prepared(request, files) {
        Ok(ready) => ready,
        Err((sources, diagnostics)) => return (None, sources, diagnostics),
    };
    let found = facts.needs().find(noun).and_then(|noun| facts.find(noun, id).map(|row| (noun, row)));
    let Some((noun, row)) = found else {
        let message = format!("there is no `{noun}` with the id `{id}` in these sources");
        let ids: Vec<String> = facts
            .needs()
            .find(noun)
            .map(|noun| (0..facts.rows(noun)).map(|row| facts.id(noun, row)).collect())
            .unwrap_or_default();
        diagnostics.push(
            Diagnostic::without_place(codes::UNKNOWN_SUBJECT, message)
                .suggest(id, ids.iter().map(String::as_str))
                .help("`tickmark facts NOUN …` lists the ids of a noun"),
        );
        return (None, sources, diagnostics);
    };
    let values = (0..facts.attribute_count(noun))
        .map(AttributeId)
        .map(|attribute| {
            let name = facts.attribute_name(noun, attribute).unwrap_or_default().to_owned();
            let value = in_words(&facts, facts.cell(noun, row, attribute));
            (name, value, facts.cell_place(noun, row, attribute))
        })
        .collect();
    let view = RecordView {
        noun: facts.needs().noun(noun).name.to_string(),
        id: facts.id(noun, row),
        place: facts.place(noun, row),
        values,
    };
    (Some(view), sources, diagnostics)
}

/// A value in words, short enough for a line.
fn in_words(facts: &Facts, cell: Cell<'_>) -> String {
    match cell {
        Cell::Missing => "missing".into(),
        Cell::NotSurveyed => "not surveyed: no record carries it".into(),
        Cell::Unknown(reason) => format!("unknown: {}", reason.in_words()),
        Cell::Text(text) => format!("\"{text}\""),
        Cell::Number(number) => number.to_string(),
        Cell::Bool(value) => value.to_string(),
        Cell::Time(time) => time.to_string(),
        Cell::Duration(duration) => duration.to_string(),
        Cell::List(list) => {
            let items: Vec<String> = list.iter().take(20).map(|item| in_words(facts, item)).collect();
            let more = list.len().saturating_sub(items.len());
            let more = if more == 0 { String::new() } else { format!(", and {more} more") };
            format!("[{}{more}]", items.join(", "))
        }
        Cell::Records(records) => {
            let ids: Vec<String> = records.rows.iter().take(20).map(|row| facts.id(records.noun, *row)).collect();
            let more = records.rows.len().saturating_sub(ids.len());
            let more = if more == 0 { String::new() } else { format!(", and {more} more") };
            format!("{}{more}", if ids.is_empty() { "none".to_owned() } else { ids.join(", ") })
        }
        Cell::Opaque => "an object".into(),
    }
}
