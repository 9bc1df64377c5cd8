//! The facts of a run, and how they are read.

use crate::cell::{Cell, ListView, ParentLink, RecordsView, UnknownReason};
use crate::column::{Column, Kind, NO_OFFSET, Span32, State, Value, row_number};
use crate::merge::Merge;
use crate::table::{NO_FILE, Table, place_of};
use crate::tables::Tables;
use crate::view::Lacking;
use crate::warning::{FactWarning, FactWarningKind, Warnings};
use crate::{AttributeId, Needs, NounId};
use std::fmt;
use tickmark_source::Place;

/// The facts of a run: immutable but for what maps add.
pub struct Facts {
    pub(crate) tables: Tables,
    merged: bool,
}

/// How an attribute stands over all records of its noun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AttributeState {
    /// Some record carries it, if only as null.
    pub carried: bool,
    /// Records with a known value.
    pub known: u32,
    /// Records without a value.
    pub missing: u32,
    /// Records whose value is not known.
    pub unknown: u32,
}

static NO_SUCH_RECORD: UnknownReason = UnknownReason::NoSuchRecord;

impl Facts {
    /// What was needed.
    #[must_use]
    pub fn needs(&self) -> &Needs {
        &self.tables.needs
    }

    /// Whether the sources told of some record twice, so that records were compared.
    #[must_use]
    pub fn were_merged(&self) -> bool {
        self.merged
    }

    /// Whether some source supplies the noun, if only with no record. What exists only nested is supplied where the
    /// attribute that holds it is carried.
    #[must_use]
    pub fn supplied(&self, noun: NounId) -> bool {
        if self.tables.table(noun).is_some_and(|table| table.supplied) {
            return true;
        }
        let parent = self.tables.needs.noun(noun).nested_in.and_then(|parent| self.tables.table(parent));
        parent.is_some_and(|parent| parent.columns.iter().any(|column| column.carried && column.target() == Some(noun)))
    }

    /// Why there may be more records of the noun than can be named.
    #[must_use]
    pub fn open(&self, noun: NounId) -> Option<&UnknownReason> {
        self.tables.table(noun)?.open.as_ref()
    }

    /// There may be more records of the noun than can be named. Of several reasons the first is kept.
    pub fn mark_open(&mut self, noun: NounId, reason: UnknownReason) {
        self.tables.table_mut(noun).open.get_or_insert(reason);
    }

    /// The size of the population: its rows are those below.
    #[must_use]
    pub fn rows(&self, noun: NounId) -> u32 {
        self.tables.rows(noun)
    }

    /// Population and phantoms: every row that a relation can lead to is below this.
    #[must_use]
    pub fn all_rows(&self, noun: NounId) -> u32 {
        self.tables.table(noun).map_or(0, |table| table.rows + table.references.len())
    }

    /// False where the record only may belong to the noun.
    #[must_use]
    pub fn is_certain(&self, noun: NounId, row: u32) -> bool {
        self.tables.table(noun).is_none_or(|table| !table.uncertain.contains(&row))
    }

    /// Whether the record is in some source; false for one that is only referred to.
    #[must_use]
    pub fn exists(&self, noun: NounId, row: u32) -> bool {
        row < self.rows(noun)
    }

    /// The value of an attribute, or why there is none.
    #[must_use]
    pub fn cell(&self, noun: NounId, row: u32, attribute: AttributeId) -> Cell<'_> {
        let Some(table) = self.tables.table(noun) else { return Cell::NotSurveyed };
        if row >= table.rows {
            return Cell::Unknown(&NO_SUCH_RECORD);
        }
        let Some(column) = table.column(attribute) else { return Cell::NotSurveyed };
        match column.state(row) {
            State::Known => self.known_cell(column, row, table.file(row)),
            State::Unknown => self.unknown_cell(column, row),
            State::Absent | State::Null => self.lacking_cell(table, (noun, attribute), column),
        }
    }

    /// Where the value of an attribute stands; `None` where it is missing.
    #[must_use]
    pub fn cell_place(&self, noun: NounId, row: u32, attribute: AttributeId) -> Option<Place> {
        let table = self.tables.table(noun)?;
        let column = table.column(attribute).filter(|_| row < table.rows)?;
        match column.state(row) {
            State::Known | State::Unknown => {
                let (offset, file) = column.place(row);
                place_of(file.unwrap_or_else(|| table.file(row)), offset)
            }
            State::Absent | State::Null => None,
        }
    }

    /// Where an item of a list stands, or what names a record of a relation.
    #[must_use]
    pub fn item_place(&self, noun: NounId, row: u32, attribute: AttributeId, index: usize) -> Option<Place> {
        let table = self.tables.table(noun)?;
        let column = table.column(attribute).filter(|_| row < table.rows)?;
        match column.value(row)? {
            Value::List(range) => self.list(column, range, table.file(row)).place(index),
            Value::Many(range) => {
                let at = range.indices().nth(index)?;
                let (offset, file) = column.targets.place(at);
                if offset == NO_OFFSET {
                    return self.place(column.kind.target()?, *column.targets.rows.get(at)?);
                }
                place_of(file.unwrap_or_else(|| table.file(row)), offset)
            }
            _ if index == 0 => self.cell_place(noun, row, attribute),
            _ => None,
        }
    }

    /// Where a record begins; of one that is only referred to, where it is first named.
    #[must_use]
    pub fn place(&self, noun: NounId, row: u32) -> Option<Place> {
        self.tables.table(noun)?.place(row)
    }

    /// What a record is nested in.
    #[must_use]
    pub fn parent(&self, noun: NounId, row: u32) -> ParentLink {
        self.tables.table(noun).map_or(ParentLink::None, |table| table.parent(row).link())
    }

    /// The printed id: the key, its parts joined by `@`; else the noun and the number of the record, from 1.
    #[must_use]
    pub fn id(&self, noun: NounId, row: u32) -> String {
        self.tables.id(noun, row)
    }

    /// The record of a printed id, if it is in the population.
    #[must_use]
    pub fn find(&self, noun: NounId, id: &str) -> Option<u32> {
        self.tables.find_id(noun, id)
    }

    /// How an attribute stands over all records.
    #[must_use]
    pub fn attribute_state(&self, noun: NounId, attribute: AttributeId) -> AttributeState {
        let mut state = AttributeState::default();
        let Some(table) = self.tables.table(noun) else { return state };
        let Some(column) = table.column(attribute) else { return state };
        state.carried = column.carried;
        for row in 0..row_number(column.len()).min(table.rows) {
            match column.state(row) {
                State::Known => state.known += 1,
                State::Unknown => state.unknown += 1,
                State::Absent | State::Null => {}
            }
        }
        state.missing = table.rows - state.known - state.unknown;
        state
    }

    /// An attribute by name; also one that the needs do not list, where everything of the noun is wanted.
    #[must_use]
    pub fn attribute_named(&self, noun: NounId, name: &str) -> Option<AttributeId> {
        let declared = self.tables.needs.noun(noun).attribute(name);
        declared.or_else(|| self.tables.table(noun)?.find_extra(name))
    }

    /// The name of an attribute, listed in the needs or not.
    #[must_use]
    pub fn attribute_name(&self, noun: NounId, attribute: AttributeId) -> Option<&str> {
        self.tables.attribute_name(noun, attribute)
    }

    /// How many attributes the noun has, with those that the needs do not list. Their ids are those below.
    #[must_use]
    pub fn attribute_count(&self, noun: NounId) -> u32 {
        let extras = self.tables.table(noun).map_or(0, |table| table.extras().len());
        row_number(self.tables.needs.noun(noun).attributes.len() + extras)
    }

    /// The keys that records of an open noun were seen with, sorted, wanted or not: what a misspelt name is compared with.
    pub fn names_seen(&self, noun: NounId) -> impl Iterator<Item = &str> {
        self.tables.seen.get(&noun).into_iter().flatten().map(smol_str::SmolStr::as_str)
    }

    /// A map that fills the attribute ran: it is carried, though no record may have a value.
    pub fn mark_carried(&mut self, noun: NounId, attribute: AttributeId) {
        if let Some(column) = self.tables.column_mut(noun, attribute) {
            column.carried = true;
        }
    }

    /// The attribute of this record could not be determined.
    pub fn mark_cell_unknown(&mut self, noun: NounId, row: u32, attribute: AttributeId, reason: UnknownReason) {
        if row >= self.rows(noun) {
            return;
        }
        let reason = self.tables.reasons.add(reason);
        if let Some(column) = self.tables.column_mut(noun, attribute) {
            let place = column.cell_place(row);
            column.put_unknown(row, reason, place);
        }
    }

    /// A cell of the items of a list.
    pub(crate) fn item_cell<'a>(&'a self, items: &'a Column, item: u32, file: u32) -> Cell<'a> {
        match items.state(item) {
            State::Known => self.known_cell(items, item, file),
            State::Unknown => self.unknown_cell(items, item),
            State::Absent | State::Null => Cell::Missing,
        }
    }

    fn unknown_cell<'a>(&'a self, column: &'a Column, row: u32) -> Cell<'a> {
        Cell::Unknown(column.reason(row).map_or(&NO_SUCH_RECORD, |reason| self.tables.reasons.get(reason)))
    }

    fn known_cell<'a>(&'a self, column: &'a Column, row: u32, file: u32) -> Cell<'a> {
        match column.value(row) {
            Some(Value::Text(symbol)) => Cell::Text(self.tables.symbols.text(symbol)),
            Some(Value::Number(number)) => Cell::Number(number),
            Some(Value::Bool(value)) => Cell::Bool(value),
            Some(Value::Time(time)) => Cell::Time(time),
            Some(Value::Duration(duration)) => Cell::Duration(duration),
            Some(Value::Opaque) => Cell::Opaque,
            Some(Value::List(range)) => match column.kind {
                Kind::Any(Some(noun)) if range.len == 0 && column.shapes.lists_hold_records() => no_records(noun),
                _ => Cell::List(self.list(column, range, file)),
            },
            Some(Value::One(_) | Value::Many(_)) => match (column.kind.target(), column.records(row)) {
                (Some(noun), Some(rows)) => Cell::Records(RecordsView { noun, rows }),
                // Never read what cannot be read as nothing.
                _ => Cell::Unknown(&NO_SUCH_RECORD),
            },
            None => Cell::Unknown(&NO_SUCH_RECORD),
        }
    }

    /// What an attribute is where the record has no value: missing, empty or not surveyed.
    fn lacking_cell<'a>(&'a self, table: &Table, attribute: (NounId, AttributeId), column: &'a Column) -> Cell<'a> {
        match self.lacking(table, attribute, column) {
            Lacking::Missing => Cell::Missing,
            Lacking::NotSurveyed => Cell::NotSurveyed,
            Lacking::EmptyList => Cell::List(self.list(column, Span32::default(), NO_FILE)),
            Lacking::EmptyRecords(noun) => no_records(noun),
        }
    }

    /// The same for the whole column.
    pub(crate) fn lacking(&self, table: &Table, (noun, attribute): (NounId, AttributeId), column: &Column) -> Lacking {
        let optional = || self.tables.needs.attribute(noun, attribute).is_some_and(|need| need.optional);
        if !column.carried && !table.whole && !optional() {
            return Lacking::NotSurveyed;
        }
        match column.kind {
            Kind::List => Lacking::EmptyList,
            Kind::Many(noun) | Kind::Map(noun) => Lacking::EmptyRecords(noun),
            Kind::Any(Some(noun)) if column.shapes.only_lists() && column.shapes.lists_hold_records() => {
                Lacking::EmptyRecords(noun)
            }
            Kind::Any(_) if column.shapes.only_lists() => Lacking::EmptyList,
            _ => Lacking::Missing,
        }
    }

    fn list<'a>(&'a self, column: &'a Column, range: Span32, file: u32) -> ListView<'a> {
        ListView { facts: self, items: column.items.as_deref(), range, file }
    }
}

impl fmt::Debug for Facts {
    /// The size of each noun: all of the facts may be gigabytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes = self.needs().iter().map(|(noun, need)| (&need.name, self.rows(noun)));
        f.debug_map().entries(sizes).finish()
    }
}

fn no_records<'a>(noun: NounId) -> Cell<'a> {
    Cell::Records(RecordsView { noun, rows: &[] })
}

/// Makes facts of what a builder has read.
pub(crate) fn finish(mut tables: Tables, mut warnings: Warnings) -> (Facts, Vec<FactWarning>) {
    let nouns: Vec<NounId> = tables.needs.iter().map(|(noun, _)| noun).collect();
    let mut repeated = Vec::new();
    for (noun, keyed) in tables.index_all_keys() {
        warn_incomplete(&tables, &mut warnings, noun, &keyed.incomplete);
        repeated.push((noun, keyed.repeated));
    }
    // References lead to rows before records are compared: a nested record and its id are the same.
    tables.resolve_all();
    let merged = repeated.iter().any(|(_, repeated)| !repeated.is_empty());
    if merged {
        let mut merge = Merge::new(&mut tables, &mut warnings);
        repeated.into_iter().for_each(|(noun, repeated)| merge.add(noun, repeated));
        merge.unite();
        nouns.iter().for_each(|noun| merge.take_over(*noun));
        for noun in nouns.iter().copied() {
            merge.compact(noun);
        }
    }
    tables.settle_all();
    for noun in nouns.iter().copied() {
        warn_unresolvable(&tables, &mut warnings, noun);
        if is_whole(&tables, noun) {
            tables.table_mut(noun).whole = true;
        }
    }
    tables.shrink();
    (Facts { tables, merged }, warnings.into_list())
}

pub(crate) fn warn_incomplete(
    tables: &Tables,
    warnings: &mut Warnings,
    noun: NounId,
    incomplete: &[(u32, AttributeId)],
) {
    for (row, part) in incomplete {
        let name = tables.attribute_name(noun, *part).unwrap_or_default();
        let place = tables.table(noun).and_then(|table| table.place(*row));
        warnings.push(FactWarningKind::IncompleteKey, (noun, name), place, || {
            format!("a record of `{}` has no `{name}`, which is part of its key", tables.needs.noun(noun).name)
        });
    }
}

/// A reference to a noun without a key can never be resolved.
fn warn_unresolvable(tables: &Tables, warnings: &mut Warnings, noun: NounId) {
    let Some(table) = tables.table(noun) else { return };
    if !tables.needs.noun(noun).key.is_empty() {
        return;
    }
    for number in 0..table.references.len() {
        let id = table.references.get(number).map(|symbol| tables.symbols.text(symbol)).unwrap_or_default();
        warnings.push(FactWarningKind::UnknownReference, (noun, ""), table.references.place(number), || {
            let name = &tables.needs.noun(noun).name;
            format!("`{}` leads to no record: `{name}` has no key to find one by", crate::time::shorten(id))
        });
    }
}

/// Surveyed whole, or nested in what is.
fn is_whole(tables: &Tables, noun: NounId) -> bool {
    let mut at = Some(noun);
    // As many steps as there are nouns: more is a circle.
    for _ in 0..tables.needs.len() {
        let Some(noun) = at else { return false };
        if tables.table(noun).is_some_and(|table| table.whole) {
            return true;
        }
        at = tables.needs.noun(noun).nested_in;
    }
    false
}
