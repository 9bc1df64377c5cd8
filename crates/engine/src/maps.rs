//! Maps: "`map` leads from raw nouns to the vocabulary".

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tickmark_facts::{AttributeId, AttributeType, Facts, NewRecord, NewValue, NounId, UnknownReason};
use tickmark_program::{ChildOf, Domain, Map, Program, Type};
use tickmark_results::{Evidence, EvidenceKind};
use tickmark_source::Place;

use crate::budget::Budget;
use crate::explain;
use crate::reference::frame::Frame;
use crate::reference::phrase::{Flow, Found};
use crate::reference::truth::Truth;
use crate::reference::value::{Data, Items, Unknown, Value};
use crate::reference::{Evaluator, Ground};
use crate::{EngineError, EngineWarning, Options, WarningKind};

/// The record of a noun that a source record was mapped to: by target noun, source noun and source row. "`of` makes it a
/// child of what the same row was mapped to."
type Mapped = HashMap<(NounId, NounId, u32), u32>;

/// What one map made.
#[derive(Default)]
struct Made {
    records: Vec<NewRecord>,
    /// The record at the head of the phrase that each was made from.
    from: Vec<Option<(NounId, u32)>>,
    /// Parents of which it is not known what children they have, and why.
    open: BTreeMap<u32, String>,
    /// Nothing is known of the children of any parent; of a map without parents, there may be more records.
    all_open: Option<String>,
    warnings: BTreeSet<(tickmark_source::Span, String)>,
}

/// Runs the maps in their order: what a map reads is complete before it.
pub(crate) fn run(program: &Program, facts: &mut Facts, options: &Options) -> Result<Vec<EngineWarning>, EngineError> {
    let mut mapped = Mapped::new();
    let mut warnings = Vec::new();
    for map in &program.maps {
        if !facts.needs().noun(map.to).wanted || !is_supplied(facts, map) {
            continue;
        }
        let made = make(program, facts, options, map, &mapped)?;
        let (rows, fact_warnings) = facts.extend(map.to, made.records);
        warnings.extend(fact_warnings.into_iter().map(|warning| EngineWarning {
            kind: WarningKind::Odd,
            place: warning.place.or_else(|| Some(map.span.place())),
            message: warning.message,
        }));
        warnings.extend(made.warnings.into_iter().map(|(span, message)| EngineWarning {
            kind: WarningKind::Odd,
            place: Some(span.place()),
            message,
        }));
        for (from, row) in made.from.iter().zip(rows) {
            if let Some((noun, source)) = from {
                mapped.entry((map.to, *noun, *source)).or_insert(row);
            }
        }
        if let Some(child_of) = &map.child_of {
            facts.mark_carried(child_of.noun, child_of.relation);
            mark_open(facts, child_of, made.open, made.all_open);
        } else if let Some(reason) = made.all_open {
            facts.mark_open(map.to, UnknownReason::Mapped(reason));
        }
    }
    Ok(warnings)
}

/// A map whose source noun no source supplies does nothing, and does not supply what it leads to.
fn is_supplied(facts: &Facts, map: &Map) -> bool {
    map.from.bindings.iter().all(|binding| match binding.domain {
        Domain::All(noun) => facts.supplied(noun),
        Domain::In(_) => true,
    })
}

/// Where it is not known what there was to map, the parent's relation is not known.
fn mark_open(facts: &mut Facts, child_of: &ChildOf, open: BTreeMap<u32, String>, all_open: Option<String>) {
    let mut reasons = open;
    if let Some(reason) = all_open {
        for row in 0..facts.rows(child_of.noun) {
            reasons.entry(row).or_insert_with(|| reason.clone());
        }
    }
    for (row, reason) in reasons {
        facts.mark_cell_unknown(child_of.noun, row, child_of.relation, UnknownReason::Mapped(reason));
    }
}

fn make(program: &Program, facts: &Facts, options: &Options, map: &Map, mapped: &Mapped) -> Result<Made, EngineError> {
    let budget = Budget::default();
    let ground = Ground { program, facts, options, budget: &budget };
    let mut evaluator = ground.evaluator();
    let mut frame = Frame::new(map.slots);
    let mut made = Made::default();
    evaluator.members(&map.from, &mut frame, &mut |evaluator, frame, found| {
        match found {
            Found::Member(Truth::False) | Found::Excluded { .. } => {}
            Found::Member(_) if map.from.bindings.len() > 1 && !evaluator.meter.tell() => return Flow::Stop,
            Found::Member(member) => record(evaluator, frame, map, mapped, member, &mut made),
            // What has not come cannot be mapped.
            Found::Gap { gap, .. } if gap.event => {}
            Found::Gap { binding, gap } => {
                let reason = explain::gap(evaluator, gap.truth, &gap.value).text;
                open(frame, map, mapped, binding, reason, &mut made);
            }
        }
        Flow::Continue
    });
    made.warnings = std::mem::take(&mut evaluator.warnings);
    drop(evaluator);
    match budget.exhausted() {
        None => Ok(made),
        Some(exhausted) => Err(EngineError::Limit {
            subject: format!("the map to `{}`", facts.needs().noun(map.to).name),
            limit: exhausted.words(),
            place: Some(map.span.place()),
        }),
    }
}

/// "A map makes one record a row. Provenance carries over."
fn record<'a>(
    evaluator: &mut Evaluator<'a>,
    frame: &mut Frame<'a>,
    map: &'a Map,
    mapped: &Mapped,
    member: Truth,
    made: &mut Made,
) {
    let head = map.from.bindings.last().and_then(|head| frame.get(head.slot));
    let source = match head.map(|value| &value.data) {
        Some(Data::Record(noun, row)) => Some((*noun, *row)),
        _ => None,
    };
    let origin = head.and_then(|value| value.origin);
    let place = match source {
        Some((noun, row)) => evaluator.facts.place(noun, row),
        None => explain::place(evaluator, origin),
    };
    let parent = match &map.child_of {
        Some(child_of) => match parent_row(frame, mapped, child_of) {
            Some(row) => Some((child_of.noun, row, child_of.relation)),
            // What holds it was not mapped: there is nothing for it to be a child of.
            None => return,
        },
        None => None,
    };
    let mut values = Vec::with_capacity(map.assignments.len());
    for (attribute, expr) in &map.assignments {
        let value = evaluator.value(expr, frame);
        let place = value.origin.and_then(|origin| explain::place(evaluator, Some(origin))).or(place);
        let mut value = new_value(evaluator, map.to, *attribute, value);
        if let (NewValue::Unknown(UnknownReason::Mapped(words)), Type::Bool) = (&mut value, &expr.ty) {
            // "The condition is not decided" helps nobody: what was lacking for it does.
            if let Some(lacking) = first_lacking(&explain::why(evaluator, expr, frame)) {
                *words = lacking;
            }
        }
        values.push((*attribute, value, place));
    }
    // Texts that are made of others may double from map to map.
    let made_text = |value: &NewValue| if let NewValue::Text(text) = value { text.len() } else { 0 };
    evaluator.meter.tell_bytes(values.iter().map(|(_, value, _)| made_text(value)).sum());
    made.records.push(NewRecord { place, certain: member == Truth::True, parent, values });
    made.from.push(source);
}

/// The first value that an explanation found lacking.
fn first_lacking(evidence: &[Evidence]) -> Option<String> {
    evidence.iter().find_map(|one| match one.kind {
        EvidenceKind::Missing => Some(one.text.clone()),
        _ => first_lacking(&one.children),
    })
}

fn parent_row(frame: &Frame<'_>, mapped: &Mapped, child_of: &ChildOf) -> Option<u32> {
    let Data::Record(noun, row) = frame.get(child_of.slot)?.data else { return None };
    mapped.get(&(child_of.noun, noun, row)).copied()
}

/// Remembers whose children are not all known, or that not all records are.
fn open(frame: &Frame<'_>, map: &Map, mapped: &Mapped, binding: usize, reason: String, made: &mut Made) {
    let Some(child_of) = &map.child_of else {
        made.all_open.get_or_insert(reason);
        return;
    };
    let bound = map.from.bindings.iter().take(binding).any(|outer| outer.slot == child_of.slot);
    if !bound {
        made.all_open.get_or_insert(reason);
    } else if let Some(row) = parent_row(frame, mapped, child_of) {
        made.open.entry(row).or_insert(reason);
    }
}

// ---- values --------------------------------------------------------------------------------------------------------

/// A value for the attribute of a record to be made.
fn new_value<'a>(evaluator: &Evaluator<'a>, noun: NounId, attribute: AttributeId, value: Value<'a>) -> NewValue {
    let several = matches!(
        evaluator.facts.needs().attribute(noun, attribute).map(|need| &need.ty),
        Some(AttributeType::List(_) | AttributeType::Many(_) | AttributeType::Map(_))
    );
    match value.data {
        // Behind a missing reference nothing is known of a list; made into a missing value it would come out as empty.
        Data::Missing { through: true } if several => {
            NewValue::Unknown(UnknownReason::Mapped(explain::lack(evaluator, &value)))
        }
        data => convert(evaluator, Value::at(data, value.origin)),
    }
}

fn convert<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> NewValue {
    match &value.data {
        Data::Missing { .. } => NewValue::Missing,
        Data::NotSurveyed => NewValue::NotSurveyed,
        Data::Unknown(unknown) => NewValue::Unknown(reason(evaluator, unknown, &value)),
        Data::Text(text) => NewValue::Text(text.clone().into_owned()),
        Data::Number(range) => match range.number() {
            Some(number) => NewValue::Number(number),
            None => NewValue::Unknown(UnknownReason::Mapped("the number is not known exactly".to_owned())),
        },
        Data::Bool(value) => NewValue::Bool(*value),
        Data::Time(time) => NewValue::Time(*time),
        Data::Duration(duration) => NewValue::Duration(*duration),
        Data::Record(noun, row) => NewValue::Records(*noun, vec![*row]),
        Data::Many(items) => convert_many(evaluator, items),
        Data::Object(_) | Data::Opaque => {
            NewValue::Unknown(UnknownReason::NotKnown("it is an object, and a single value is wanted".to_owned()))
        }
    }
}

/// A list whose members are not all certain is not known.
fn convert_many<'a>(evaluator: &Evaluator<'a>, items: &Items<'a>) -> NewValue {
    if let Some(gap) = items.gaps.first() {
        return NewValue::Unknown(UnknownReason::Mapped(explain::gap(evaluator, gap.truth, &gap.value).text));
    }
    if items.items.iter().any(|item| item.belongs != Truth::True) {
        return NewValue::Unknown(UnknownReason::Mapped("it is not decided what is in the list".to_owned()));
    }
    let mut rows = Vec::new();
    let mut of = None;
    for item in &items.items {
        match item.value.data {
            Data::Record(noun, row) if of.is_none_or(|of| of == noun) => {
                of = Some(noun);
                rows.push(row);
            }
            _ => break,
        }
    }
    match of {
        Some(noun) if rows.len() == items.items.len() => NewValue::Records(noun, rows),
        _ => NewValue::List(
            items
                .items
                .iter()
                .filter(|item| !matches!(item.value.data, Data::Missing { .. }))
                .map(|item| (convert(evaluator, item.value.clone()), explain::place(evaluator, item.value.origin)))
                .collect::<Vec<(NewValue, Option<Place>)>>(),
        ),
    }
}

/// What the facts say stays what the facts say; what the map could not decide says so.
fn reason<'a>(evaluator: &Evaluator<'a>, unknown: &Unknown<'a>, value: &Value<'a>) -> UnknownReason {
    match unknown {
        Unknown::Fact(reason) => (*reason).clone(),
        Unknown::Unreadable(reason) => UnknownReason::NotKnown(reason.clone()),
        _ => UnknownReason::Mapped(explain::lack(evaluator, value)),
    }
}
