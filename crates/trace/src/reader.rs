//! Facts by the names of the vocabulary: what an own entity does not have is simply not there.

use tickmark_facts::{AttributeId, Cell, Facts, NounId, Time, UnknownReason};
use tickmark_source::Place;

use crate::history::Told;

/// So many items of a list are told.
const SHOWN: usize = 20;

/// The facts, read by name.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) facts: &'a Facts,
}

/// What stands in an attribute that the noun has.
pub(crate) struct Value {
    pub(crate) told: Told,
    pub(crate) place: Option<Place>,
    /// Whether the entity calls it optional.
    pub(crate) optional: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(facts: &'a Facts) -> Self {
        Self { facts }
    }

    /// The noun of a name, where the program has it.
    pub(crate) fn noun(self, name: &str) -> Option<NounId> {
        self.facts.needs().find(name)
    }

    /// The same, where a source supplies it.
    pub(crate) fn supplied(self, name: &str) -> Option<NounId> {
        self.noun(name).filter(|noun| self.facts.rows(*noun) > 0 || self.facts.supplied(*noun))
    }

    fn attribute(self, noun: NounId, name: &str) -> Option<AttributeId> {
        self.facts.attribute_named(noun, name)
    }

    /// Whether the noun has such an attribute at all.
    pub(crate) fn has(self, noun: NounId, name: &str) -> bool {
        self.attribute(noun, name).is_some()
    }

    pub(crate) fn cell(self, noun: NounId, row: u32, name: &str) -> Option<Cell<'a>> {
        Some(self.facts.cell(noun, row, self.attribute(noun, name)?))
    }

    /// Where an attribute stands; the record, where that is not told.
    pub(crate) fn place(self, noun: NounId, row: u32, name: &str) -> Option<Place> {
        let at = self.attribute(noun, name).and_then(|attribute| self.facts.cell_place(noun, row, attribute));
        at.or_else(|| self.facts.place(noun, row))
    }

    /// What is told of an attribute; nothing where the noun does not have it.
    pub(crate) fn value(self, noun: NounId, row: u32, name: &str) -> Option<Value> {
        let attribute = self.attribute(noun, name)?;
        let optional = self.facts.needs().attribute(noun, attribute).is_none_or(|need| need.optional);
        let told = self.told(self.facts.cell(noun, row, attribute));
        Some(Value { told, place: self.facts.cell_place(noun, row, attribute), optional })
    }

    pub(crate) fn text(self, noun: NounId, row: u32, name: &str) -> Option<&'a str> {
        match self.cell(noun, row, name)? {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn number(self, noun: NounId, row: u32, name: &str) -> Option<f64> {
        match self.cell(noun, row, name)? {
            Cell::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(crate) fn bool(self, noun: NounId, row: u32, name: &str) -> Option<bool> {
        match self.cell(noun, row, name)? {
            Cell::Bool(value) => Some(value),
            _ => None,
        }
    }

    pub(crate) fn time(self, noun: NounId, row: u32, name: &str) -> Option<Time> {
        match self.cell(noun, row, name)? {
            Cell::Time(time) => Some(time),
            _ => None,
        }
    }

    /// The texts of a list; nothing of items that are not known.
    pub(crate) fn texts(self, noun: NounId, row: u32, name: &str) -> Vec<&'a str> {
        let Some(Cell::List(list)) = self.cell(noun, row, name) else { return Vec::new() };
        let text = |cell: Cell<'a>| if let Cell::Text(text) = cell { Some(text) } else { None };
        list.iter().filter_map(text).collect()
    }

    /// The records that a relation leads to.
    pub(crate) fn many(self, noun: NounId, row: u32, name: &str) -> Option<(NounId, &'a [u32])> {
        match self.cell(noun, row, name)? {
            Cell::Records(records) => Some((records.noun, records.rows)),
            _ => None,
        }
    }

    /// The one record that an attribute leads to.
    pub(crate) fn one(self, noun: NounId, row: u32, name: &str) -> Option<(NounId, u32)> {
        let (noun, rows) = self.many(noun, row, name)?;
        Some((noun, *rows.first()?))
    }

    pub(crate) fn id(self, noun: NounId, row: u32) -> String {
        self.facts.id(noun, row)
    }

    /// All rows of a noun, where a source supplies it.
    pub(crate) fn rows(self, name: &str) -> Option<(NounId, std::ops::Range<u32>)> {
        let noun = self.supplied(name)?;
        Some((noun, 0..self.facts.rows(noun)))
    }

    fn told(self, cell: Cell<'_>) -> Told {
        match cell {
            Cell::Missing => Told::Missing,
            Cell::NotSurveyed => Told::NotSurveyed,
            Cell::Unknown(UnknownReason::Contradictory { places, values }) => {
                Told::Contradictory(places.iter().copied().zip(values.iter().cloned()).collect())
            }
            Cell::Unknown(reason) => Told::Unknown(reason.in_words()),
            known => Told::Known(self.words(known)),
        }
    }

    /// A value in words.
    fn words(self, cell: Cell<'_>) -> String {
        match cell {
            Cell::Text(text) => text.to_owned(),
            Cell::Number(number) => number.to_string(),
            Cell::Bool(true) => "yes".into(),
            Cell::Bool(false) => "no".into(),
            Cell::Time(time) => time.to_string(),
            Cell::Duration(duration) => duration.to_string(),
            Cell::List(list) => joined(list.iter().map(|item| self.words(item)), list.len()),
            Cell::Records(records) => {
                joined(records.rows.iter().map(|row| self.id(records.noun, *row)), records.rows.len())
            }
            Cell::Opaque => "an object".into(),
            Cell::Missing => "missing".into(),
            Cell::NotSurveyed => "not surveyed".into(),
            Cell::Unknown(reason) => format!("unknown: {}", reason.in_words()),
        }
    }
}

/// Items with commas between them; of many the first, and how many more.
fn joined(items: impl Iterator<Item = String>, count: usize) -> String {
    let shown: Vec<String> = items.take(SHOWN).collect();
    let more = count.saturating_sub(shown.len());
    match (shown.is_empty(), more) {
        (true, _) => "none".into(),
        (false, 0) => shown.join(", "),
        (false, more) => format!("{}, and {more} more", shown.join(", ")),
    }
}
