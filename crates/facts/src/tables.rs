//! All tables with the text they share: what the builder fills and the facts are read from.

use crate::column::{CellPlace, Column, REFERENCE, Span32, State, Value, row_number};
use crate::room::Room;
use crate::symbols::{ReasonId, Reasons, Symbols};
use crate::table::Table;
use crate::{AttributeId, Needs, NounId, UnknownReason};
use hashbrown::DefaultHashBuilder;
use rayon::prelude::*;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tickmark_source::Place;

/// The tables of all nouns.
pub(crate) struct Tables {
    pub(crate) needs: Arc<Needs>,
    /// How much the part before this took.
    room: Option<Arc<Room>>,
    // Made when a noun is first met: a small file must not cost a table for each noun of the program.
    tables: Vec<Option<Box<Table>>>,
    /// Takes what is said of a noun that the needs do not have.
    nowhere: Table,
    pub(crate) symbols: Symbols,
    pub(crate) reasons: Reasons,
    pub(crate) hasher: DefaultHashBuilder,
    /// The keys that records of open nouns have been seen with, wanted or not: for suggestions.
    pub(crate) seen: BTreeMap<NounId, BTreeSet<SmolStr>>,
}

/// What is held of one attribute of one record, or of one item of a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Held {
    Null,
    Known(Value),
    Unknown(ReasonId),
}

/// What became of a value that was put into a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Put {
    Done,
    /// It contradicts the value that stood there.
    Contradictory,
}

/// A cell, or the items of a list in a cell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor {
    pub(crate) noun: NounId,
    pub(crate) row: u32,
    pub(crate) attribute: AttributeId,
    /// Lists within lists that lead to the place.
    pub(crate) depth: u8,
    /// The file of the record.
    pub(crate) file: u32,
}

impl Cursor {
    pub(crate) fn inside(self) -> Cursor {
        Cursor { depth: self.depth.saturating_add(1), ..self }
    }

    /// The place of something in the cell, for the store.
    pub(crate) fn cell_place(self, place: Option<Place>) -> CellPlace {
        place.map_or(CellPlace::NONE, |place| CellPlace {
            offset: place.offset,
            file: (place.file.0 != self.file).then_some(place.file.0),
        })
    }
}

impl Tables {
    pub(crate) fn new(needs: Arc<Needs>) -> Tables {
        let mut tables = Vec::new();
        tables.resize_with(needs.len(), || None);
        Tables {
            seen: BTreeMap::new(),
            needs,
            room: None,
            tables,
            nowhere: Table::default(),
            symbols: Symbols::new(),
            reasons: Reasons::default(),
            hasher: DefaultHashBuilder::default(),
        }
    }

    /// Empty ones for what follows in the same source. There is room for as much as is here; where nothing is, as there is in these.
    pub(crate) fn fork(&self) -> Tables {
        let like = || Arc::new(Room::like(self.tables.iter().map(Option::as_deref), &self.symbols));
        let room = self.room.clone().filter(|_| !self.holds_something()).unwrap_or_else(like);
        let mut forked = Tables::new(Arc::clone(&self.needs));
        forked.symbols.make_room(room.texts);
        forked.room = Some(room);
        forked
    }

    /// Gives back what growing has reserved beyond need.
    pub(crate) fn shrink(&mut self) {
        /// Of fewer texts there is too little to share out.
        const WORTH_SHARING: usize = 1 << 12;
        if self.symbols.len() < WORTH_SHARING {
            self.tables.iter_mut().flatten().for_each(|table| table.shrink());
            return self.symbols.shrink();
        }
        let tables = self.tables.par_iter_mut().flatten();
        rayon::join(|| tables.for_each(|table| table.shrink()), || self.symbols.shrink());
    }

    pub(crate) fn table(&self, noun: NounId) -> Option<&Table> {
        self.tables.get(noun.0 as usize)?.as_deref()
    }

    pub(crate) fn table_mut(&mut self, noun: NounId) -> &mut Table {
        match self.tables.get_mut(noun.0 as usize) {
            Some(table) => table.get_or_insert_with(|| {
                let mut table = Box::new(Table::new(self.needs.noun(noun)));
                let rooms = self.room.as_ref().and_then(|room| room.tables.get(noun.0 as usize)?.as_ref());
                if let Some(room) = rooms {
                    table.make_room(room);
                }
                table
            }),
            None => &mut self.nowhere,
        }
    }

    /// A column of a table that is there, with the interner: for whoever writes text into it.
    #[inline]
    pub(crate) fn column_and_symbols(
        &mut self,
        noun: NounId,
        attribute: AttributeId,
    ) -> Option<(&mut Column, &mut Symbols)> {
        let table = self.tables.get_mut(noun.0 as usize)?.as_deref_mut()?;
        Some((table.columns.get_mut(attribute.0 as usize)?, &mut self.symbols))
    }

    /// The table of a noun, if anything was said of it.
    pub(crate) fn existing_mut(&mut self, noun: NounId) -> Option<&mut Table> {
        self.tables.get_mut(noun.0 as usize)?.as_deref_mut()
    }

    pub(crate) fn take_table(&mut self, noun: NounId) -> Option<Box<Table>> {
        self.tables.get_mut(noun.0 as usize)?.take()
    }

    /// The nouns of which something was said, in order.
    pub(crate) fn nouns(&self) -> Vec<NounId> {
        let with_table = self.tables.iter().enumerate().filter(|(_, table)| table.is_some());
        with_table.map(|(index, _)| NounId(row_number(index))).collect()
    }

    /// Whether anything was said of any noun.
    pub(crate) fn holds_something(&self) -> bool {
        self.tables.iter().any(Option::is_some)
    }

    /// Gives back what is only of use while more is read.
    pub(crate) fn close(&mut self) {
        self.symbols.close();
        self.tables.iter_mut().flatten().for_each(|table| table.close());
    }

    pub(crate) fn rows(&self, noun: NounId) -> u32 {
        self.table(noun).map_or(0, |table| table.rows)
    }

    pub(crate) fn column(&self, noun: NounId, attribute: AttributeId) -> Option<&Column> {
        self.table(noun)?.column(attribute)
    }

    pub(crate) fn column_mut(&mut self, noun: NounId, attribute: AttributeId) -> Option<&mut Column> {
        self.table_mut(noun).column_mut(attribute)
    }

    /// The column of a cell, or of the items of lists in it.
    pub(crate) fn column_at(&mut self, cursor: Cursor) -> Option<&mut Column> {
        let mut column = self.column_mut(cursor.noun, cursor.attribute)?;
        for _ in 0..cursor.depth {
            column = column.items_mut();
        }
        Some(column)
    }

    /// The name of an attribute, declared or not.
    pub(crate) fn attribute_name(&self, noun: NounId, attribute: AttributeId) -> Option<&str> {
        let declared = &self.needs.noun(noun).attributes;
        if let Some(need) = declared.get(attribute.0 as usize) {
            return Some(&need.name);
        }
        let extra = (attribute.0 as usize).checked_sub(declared.len())?;
        self.table(noun)?.extras().get(extra).map(|name| name.as_str())
    }

    /// The columns whose relations lead to a noun.
    pub(crate) fn leading_to(&self, noun: NounId) -> Vec<(NounId, AttributeId)> {
        let mut found = Vec::new();
        for (index, table) in self.tables.iter().enumerate() {
            let columns = table.iter().flat_map(|table| table.columns.iter().enumerate());
            for (attribute, _) in columns.filter(|(_, column)| column.target() == Some(noun)) {
                found.push((NounId(row_number(index)), AttributeId(row_number(attribute))));
            }
        }
        found
    }

    /// The columns of relations, each with the noun that it leads to.
    pub(crate) fn relations_mut(&mut self) -> Vec<(NounId, &mut Column)> {
        let columns = self.tables.iter_mut().flatten().flat_map(|table| &mut table.columns);
        columns.filter_map(|column| Some((column.target()?, column))).collect()
    }

    /// Changes all targets that are of a noun.
    pub(crate) fn retarget(&mut self, noun: NounId, map: &dyn Fn(u32) -> u32) {
        for (from, attribute) in self.leading_to(noun) {
            if let Some(column) = self.column_mut(from, attribute) {
                column.retarget(map);
            }
        }
    }

    /// The target for a printed id: a row where that is known already, else a reference to be resolved.
    pub(crate) fn refer(&mut self, noun: NounId, id: &str, place: Option<Place>) -> u32 {
        let settled = self.table(noun).is_some_and(|table| table.settled);
        if settled && let Some(row) = self.find_key(noun, id) {
            return row;
        }
        let symbol = self.symbols.intern(id);
        let table = self.table_mut(noun);
        let number = table.references.add(symbol, place);
        if settled { table.rows.saturating_add(number) } else { number | REFERENCE }
    }

    pub(crate) fn unknown(&mut self, reason: UnknownReason) -> Held {
        Held::Unknown(self.reasons.add(reason))
    }

    /// Whether a value of another source takes the place of what is unknown for this reason.
    pub(crate) fn gives_way(&self, reason: ReasonId) -> bool {
        matches!(
            self.reasons.get(reason),
            UnknownReason::NotKnown(_)
                | UnknownReason::MayBeMissing(_)
                | UnknownReason::KnownInPart { .. }
                | UnknownReason::Mapped(_)
        )
    }

    /// Which of two reasons is told: a contradiction before a value that does not fit before one not known yet before
    /// one of which nobody says whether it is there.
    pub(crate) fn stronger(&self, first: ReasonId, second: ReasonId) -> ReasonId {
        let strength = |reason| match self.reasons.get(reason) {
            UnknownReason::Contradictory { .. } => 3,
            UnknownReason::DoesNotFit { .. } => 2,
            reason if !reason.may_be_missing() => 1,
            _ => 0,
        };
        if strength(second) > strength(first) { second } else { first }
    }

    /// Puts a value into a cell. A second value of a cell is united with the first where it is a list, and must
    /// otherwise be the same.
    pub(crate) fn put(&mut self, cursor: Cursor, held: Held, place: CellPlace) -> Put {
        let Some(column) = self.column_mut(cursor.noun, cursor.attribute) else { return Put::Done };
        let row = cursor.row;
        match (column.state(row), held) {
            (State::Absent, held) => store(column, row, held, place),
            (_, Held::Null) => {}
            (State::Null, held) => store(column, row, held, place),
            (State::Known, Held::Known(value)) => return self.put_second(cursor, value, place),
            (State::Known, Held::Unknown(reason)) => {
                let plural = matches!(column.value(row), Some(Value::List(_) | Value::Many(_)));
                if plural || !self.gives_way(reason) {
                    self.store(cursor, held, place);
                }
            }
            (State::Unknown, Held::Known(value)) => {
                let plural = matches!(value, Value::List(_) | Value::Many(_));
                if !plural && column.reason(row).is_some_and(|reason| self.gives_way(reason)) {
                    self.store(cursor, held, place);
                }
            }
            (State::Unknown, Held::Unknown(reason)) => {
                if let Some(first) = column.reason(row)
                    && self.stronger(first, reason) != first
                {
                    self.store(cursor, held, place);
                }
            }
        }
        Put::Done
    }

    fn store(&mut self, cursor: Cursor, held: Held, place: CellPlace) {
        if let Some(column) = self.column_mut(cursor.noun, cursor.attribute) {
            store(column, cursor.row, held, place);
        }
    }

    /// A value of a cell in words.
    fn words_of(&self, cursor: Cursor, value: Value) -> String {
        let column = self.column(cursor.noun, cursor.attribute);
        column.map(|column| self.value_words(column, value)).unwrap_or_default()
    }

    fn put_second(&mut self, cursor: Cursor, value: Value, place: CellPlace) -> Put {
        let Some(column) = self.column_mut(cursor.noun, cursor.attribute) else { return Put::Done };
        let Some(first) = column.value(cursor.row) else { return Put::Done };
        let (offset, file) = column.place(cursor.row);
        let first_place = CellPlace { offset, file };
        let united = match (first, value) {
            (Value::List(first), Value::List(second)) => {
                Value::List(append_items(column.items_mut(), first, second, cursor.file))
            }
            (Value::Many(first), Value::Many(second)) => {
                Value::Many(append_targets(column, first, second, cursor.file))
            }
            (Value::List(Span32 { len: 0, .. }), Value::Many(_)) => value,
            (Value::Many(_), Value::List(Span32 { len: 0, .. })) => first,
            (first, second) if first == second => first,
            _ => {
                let (places, values) = [(first_place, first), (place, value)]
                    .into_iter()
                    .filter_map(|(place, value)| Some((cursor.place(place)?, self.words_of(cursor, value))))
                    .unzip();
                let reason = self.unknown(UnknownReason::Contradictory { places, values });
                self.store(cursor, reason, place);
                return Put::Contradictory;
            }
        };
        self.store(cursor, Held::Known(united), first_place);
        Put::Done
    }
}

impl Cursor {
    /// The place of something in the cell, from the store.
    pub(crate) fn place(self, place: CellPlace) -> Option<Place> {
        crate::table::place_of(place.file.unwrap_or(self.file), place.offset)
    }
}

/// Writes a value, whatever stood there.
pub(crate) fn store(column: &mut Column, row: u32, held: Held, place: CellPlace) {
    match held {
        Held::Null => column.put_null(row, place),
        Held::Known(value) => column.put_value(row, value, place),
        Held::Unknown(reason) => column.put_unknown(row, reason, place),
    }
}

fn append_items(items: &mut Column, first: Span32, second: Span32, file: u32) -> Span32 {
    if first.indices().end == second.start as usize {
        return Span32 { start: first.start, len: first.len + second.len };
    }
    items.gather(&both(first, second, file), file)
}

fn append_targets(column: &mut Column, first: Span32, second: Span32, file: u32) -> Span32 {
    if first.indices().end == second.start as usize {
        return Span32 { start: first.start, len: first.len + second.len };
    }
    column.targets.gather(&both(first, second, file), file)
}

fn both(first: Span32, second: Span32, file: u32) -> Vec<(u32, u32)> {
    first.indices().chain(second.indices()).map(|index| (row_number(index), file)).collect()
}
