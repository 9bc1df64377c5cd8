//! "Controls about the checking itself": the nouns `source`, `control`, `verdict`, `exception` and `criterion`.

use tickmark_facts::{Facts, NewRecord, NewValue, NounId};
use tickmark_program::{ControlSeverity, ExceptionSubject, Program};
use tickmark_results::ControlResult;
use tickmark_source::Place;

use crate::{CriterionFact, EngineWarning, Options, SourceFact, WarningKind};

/// Fills what is known before anything is evaluated.
pub(crate) fn fill(
    program: &Program,
    facts: &mut Facts,
    sources: &[SourceFact],
    criteria: &[CriterionFact],
    options: &Options,
) -> Vec<EngineWarning> {
    let mut warnings = Vec::new();
    let meta = program.meta;
    // References are resolved by printed id, so that what is referred to may come later.
    warnings.extend(add(facts, meta.source, sources.iter().map(|source| (source.place, source_values(source)))));
    let criteria = criteria.iter().map(|criterion| (None, criterion_values(criterion)));
    warnings.extend(add(facts, meta.criterion, criteria));
    let controls = program.controls.iter().map(|control| (Some(control.id_span.place()), control_values(control)));
    warnings.extend(add(facts, meta.control, controls));
    let exceptions = program
        .exceptions
        .iter()
        .map(|exception| (Some(exception.span.place()), exception_values(program, exception, options)));
    warnings.extend(add(facts, meta.exception, exceptions));
    warnings
}

/// Adds the verdicts of these controls.
pub(crate) fn add_verdicts<'r>(
    program: &Program,
    facts: &mut Facts,
    results: impl Iterator<Item = &'r ControlResult>,
) -> Vec<EngineWarning> {
    let records: Vec<(Option<Place>, Values)> = results
        .flat_map(|control| {
            control.subjects.iter().map(move |subject| {
                let values = vec![
                    ("control_id", text(&control.id)),
                    ("control", text(&control.id)),
                    ("noun", text(&subject.noun)),
                    ("subject", text(&subject.id)),
                    ("verdict", text(subject.verdict.word())),
                ];
                (subject.place.or(Some(control.place)), values)
            })
        })
        .collect();
    add(facts, program.meta.verdict, records.into_iter())
}

type Values = Vec<(&'static str, NewValue)>;

fn text(text: &str) -> NewValue {
    NewValue::Text(text.to_owned())
}

fn optional(value: Option<&str>) -> NewValue {
    value.map_or(NewValue::Missing, text)
}

fn add(
    facts: &mut Facts,
    noun: Option<NounId>,
    records: impl Iterator<Item = (Option<Place>, Values)>,
) -> Vec<EngineWarning> {
    let Some(noun) = noun.filter(|noun| facts.needs().noun(*noun).wanted) else { return Vec::new() };
    let need = facts.needs().noun(noun);
    let records: Vec<NewRecord> = records
        .map(|(place, values)| NewRecord {
            place,
            certain: true,
            parent: None,
            values: values
                .into_iter()
                .filter_map(|(name, value)| need.attribute(name).map(|attribute| (attribute, value, place)))
                .collect(),
        })
        .collect();
    let (_, warnings) = facts.extend(noun, records);
    warnings
        .into_iter()
        .map(|warning| EngineWarning { kind: WarningKind::Odd, place: warning.place, message: warning.message })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "numbers of the language are 64-bit floats")]
fn source_values(source: &SourceFact) -> Values {
    vec![
        ("kind", text(&source.kind)),
        ("path", text(&source.path)),
        ("digest", text(&source.digest)),
        ("collected_at", source.collected_at.map_or(NewValue::Missing, NewValue::Time)),
        ("records", NewValue::Number(source.records as f64)),
        ("complete", source.complete.map_or(NewValue::Missing, NewValue::Bool)),
    ]
}

fn criterion_values(criterion: &CriterionFact) -> Values {
    vec![
        ("id", text(&criterion.id)),
        ("title", text(&criterion.title)),
        ("framework", text(&criterion.framework)),
        ("category", text(&criterion.category)),
    ]
}

fn control_values(control: &tickmark_program::Control) -> Values {
    let list = |items: &[smol_str::SmolStr]| NewValue::List(items.iter().map(|item| (text(item), None)).collect());
    let severity = match control.severity {
        ControlSeverity::Critical => "critical",
        ControlSeverity::High => "high",
        ControlSeverity::Medium => "medium",
        ControlSeverity::Low => "low",
    };
    vec![
        ("id", text(&control.id)),
        ("title", text(&control.title)),
        ("severity", text(severity)),
        ("owner", optional(control.owner.as_deref())),
        ("pack", optional(control.pack.as_deref())),
        ("tags", list(&control.tags)),
        ("cites", list(&control.cites)),
    ]
}

fn exception_values(program: &Program, exception: &tickmark_program::Exception, options: &Options) -> Values {
    let control = program.controls.get(exception.control).map_or("", |control| control.id.as_str());
    let subject = match &exception.subject {
        ExceptionSubject::Record(_, id) => id.as_str(),
        ExceptionSubject::Phrase(..) => exception.subject_text.as_str(),
    };
    let state = if exception.expires < options.as_of { "expired" } else { "in_force" };
    vec![
        ("control_id", text(control)),
        ("control", text(control)),
        ("subject", text(subject)),
        ("reason", text(&exception.reason)),
        ("owner", text(&exception.owner)),
        ("approved_by", text(&exception.approved_by)),
        ("expires", NewValue::Time(exception.expires)),
        ("state", text(state)),
    ]
}
