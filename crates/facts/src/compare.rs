//! When two values, or two records without a key, are the same.

use crate::NounId;
use crate::column::{Column, REFERENCE, Span32, State, Value};
use crate::tables::Tables;
use rustc_hash::FxHashMap;
use std::hash::{BuildHasher, Hash, Hasher};

/// Rows that are the same record as an earlier row: which one, by noun.
#[derive(Default)]
pub(crate) struct Kept {
    by_noun: FxHashMap<u32, FxHashMap<u32, u32>>,
}

impl Kept {
    /// The row that stands for the record.
    pub(crate) fn of(&self, noun: NounId, mut row: u32) -> u32 {
        let Some(rows) = self.by_noun.get(&noun.0) else { return row };
        // INVARIANT (earlier): a row is only ever the same as an earlier one, so that this ends.
        while let Some(earlier) = rows.get(&row).filter(|earlier| **earlier < row) {
            row = *earlier;
        }
        row
    }

    pub(crate) fn insert(&mut self, noun: NounId, row: u32, earlier: u32) {
        if earlier < row {
            self.by_noun.entry(noun.0).or_default().insert(row, earlier);
        }
    }

    /// The rows that are the same as an earlier one, in order.
    pub(crate) fn dropped(&self, noun: NounId) -> Vec<u32> {
        let mut rows: Vec<u32> =
            self.by_noun.get(&noun.0).map(|rows| rows.keys().copied().collect()).unwrap_or_default();
        rows.sort_unstable();
        rows
    }
}

/// Compares values and records, and hashes them alike.
pub(crate) struct Compare<'a> {
    pub(crate) tables: &'a Tables,
    pub(crate) kept: &'a Kept,
}

impl Compare<'_> {
    /// Whether two targets are one record: the same row, or records without a key that agree in every attribute.
    pub(crate) fn same_target(&self, noun: NounId, first: u32, second: u32) -> bool {
        let (first, second) = (self.row(noun, first), self.row(noun, second));
        first == second
            || (self.is_keyless(noun, first) && self.is_keyless(noun, second) && self.same_record(noun, first, second))
    }

    /// Whether the target is a record of the population that nothing identifies but its attributes.
    pub(crate) fn is_keyless(&self, noun: NounId, target: u32) -> bool {
        target & REFERENCE == 0 && target < self.tables.rows(noun) && !self.tables.has_key(noun, target)
    }

    /// Whether two records agree in every attribute.
    pub(crate) fn same_record(&self, noun: NounId, first: u32, second: u32) -> bool {
        let Some(table) = self.tables.table(noun) else { return true };
        table.columns.iter().all(|column| self.same_cell(column, first, second))
    }

    pub(crate) fn same_cell(&self, column: &Column, first: u32, second: u32) -> bool {
        match (column.state(first), column.state(second)) {
            (State::Absent | State::Null, State::Absent | State::Null) => true,
            (State::Known, State::Known) => match (column.value(first), column.value(second)) {
                (Some(first), Some(second)) => self.same_value(column, first, second),
                _ => false,
            },
            (State::Unknown, State::Unknown) => {
                let reason = |row| column.reason(row).map(|reason| self.tables.reasons.get(reason));
                reason(first) == reason(second)
            }
            _ => false,
        }
    }

    pub(crate) fn same_value(&self, column: &Column, first: Value, second: Value) -> bool {
        match (first, second) {
            (Value::List(first), Value::List(second)) => {
                let Some(items) = &column.items else { return first.len == second.len };
                first.len == second.len && pairs(first, second).all(|(a, b)| self.same_cell(items, a, b))
            }
            (Value::Many(first), Value::Many(second)) => {
                let Some(noun) = column.kind.target() else { return false };
                let target = |index: u32| column.targets.rows.get(index as usize).copied();
                first.len == second.len
                    && pairs(first, second).all(|(a, b)| match (target(a), target(b)) {
                        (Some(a), Some(b)) => self.same_target(noun, a, b),
                        _ => false,
                    })
            }
            (Value::One(first), Value::One(second)) => {
                column.kind.target().is_some_and(|noun| self.same_target(noun, first, second))
            }
            (first, second) => first == second,
        }
    }

    pub(crate) fn hash_target(&self, noun: NounId, target: u32) -> u64 {
        let mut state = self.tables.hasher.build_hasher();
        self.write_target(noun, target, &mut state);
        state.finish()
    }

    pub(crate) fn hash_item(&self, items: &Column, item: u32) -> u64 {
        let mut state = self.tables.hasher.build_hasher();
        self.write_cell(items, item, &mut state);
        state.finish()
    }

    fn row(&self, noun: NounId, target: u32) -> u32 {
        if target & REFERENCE == 0 { self.kept.of(noun, target) } else { target }
    }

    fn write_target(&self, noun: NounId, target: u32, state: &mut impl Hasher) {
        let row = self.row(noun, target);
        if !self.is_keyless(noun, row) {
            return row.hash(state);
        }
        let Some(table) = self.tables.table(noun) else { return };
        table.columns.iter().for_each(|column| self.write_cell(column, row, state));
    }

    fn write_cell(&self, column: &Column, row: u32, state: &mut impl Hasher) {
        match column.state(row) {
            State::Absent | State::Null => 0u8.hash(state),
            State::Unknown => 1u8.hash(state),
            State::Known => {
                if let Some(value) = column.value(row) {
                    self.write_value(column, value, state);
                }
            }
        }
    }

    fn write_value(&self, column: &Column, value: Value, state: &mut impl Hasher) {
        match value {
            Value::Text(symbol) => symbol.hash(state),
            // Both zeros are equal.
            Value::Number(number) => (number + 0.0).to_bits().hash(state),
            Value::Bool(value) => value.hash(state),
            Value::Time(time) => time.hash(state),
            Value::Duration(duration) => duration.hash(state),
            Value::Opaque => 2u8.hash(state),
            Value::One(target) => {
                if let Some(noun) = column.kind.target() {
                    self.write_target(noun, target, state);
                }
            }
            Value::List(range) => {
                range.len.hash(state);
                if let Some(items) = &column.items {
                    pairs(range, range).for_each(|(item, _)| self.write_cell(items, item, state));
                }
            }
            Value::Many(range) => {
                range.len.hash(state);
                let targets = column.targets.rows.get(range.indices()).unwrap_or_default();
                if let Some(noun) = column.kind.target() {
                    targets.iter().for_each(|target| self.write_target(noun, *target, state));
                }
            }
        }
    }
}

/// The indices of two ranges of one length, side by side.
fn pairs(first: Span32, second: Span32) -> impl Iterator<Item = (u32, u32)> {
    (0..first.len.min(second.len)).map(move |index| (first.start + index, second.start + index))
}
