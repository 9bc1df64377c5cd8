//! Printed ids: how a record's key reads, and which record has it.

use crate::column::{Column, Kind, REFERENCE, Value};
use crate::symbols::Symbol;
use crate::table::Table;
use crate::tables::Tables;
use crate::{AttributeId, NounId};
use hashbrown::HashTable;
use rayon::prelude::*;
use std::fmt::Write;
use std::hash::BuildHasher;
use std::ops::Range;

/// A key may be a record with a key of its own; more steps than this are a circle.
const DEEPEST: u32 = 8;

/// Records of one key, and records without one.
#[derive(Default)]
pub(crate) struct Keyed {
    /// The first row of a key, and a later row of the same.
    pub(crate) repeated: Vec<(u32, u32)>,
    /// Rows that lack a part of their key: which part.
    pub(crate) incomplete: Vec<(u32, AttributeId)>,
}

impl Tables {
    /// The printed id of a record, with or without a key.
    pub(crate) fn id(&self, noun: NounId, row: u32) -> String {
        let mut id = String::new();
        self.write_id(noun, row, &mut id, 0);
        id
    }

    fn write_id(&self, noun: NounId, row: u32, out: &mut String, depth: u32) {
        let Some(table) = self.table(noun) else { return self.write_number(noun, row, out) };
        let referred = if row & REFERENCE != 0 { Some(row & !REFERENCE) } else { row.checked_sub(table.rows) };
        if let Some(symbol) = referred.and_then(|number| table.references.get(number)) {
            out.push_str(self.symbols.text(symbol));
            return;
        }
        let start = out.len();
        if self.write_key(noun, row, out, depth).is_err() {
            out.truncate(start);
            self.write_number(noun, row, out);
        }
    }

    fn write_number(&self, noun: NounId, row: u32, out: &mut String) {
        let _ = write!(out, "{}#{}", self.needs.noun(noun).word, u64::from(row) + 1);
    }

    /// Whether the record has a complete key.
    pub(crate) fn has_key(&self, noun: NounId, row: u32) -> bool {
        let key = &self.needs.noun(noun).key;
        let complete = |attribute: &AttributeId| {
            self.column(noun, *attribute).and_then(|column| column.value(row)).is_some_and(is_part_of_key)
        };
        !key.is_empty() && key.iter().all(complete)
    }

    /// Writes the printed key.
    ///
    /// # Errors
    /// The part that is lacking; `None` where the noun has no key.
    fn write_key(&self, noun: NounId, row: u32, out: &mut String, depth: u32) -> Result<(), Option<AttributeId>> {
        let key = &self.needs.noun(noun).key;
        let table = self.table(noun).ok_or(None)?;
        if key.is_empty() || depth > DEEPEST {
            return Err(None);
        }
        for (index, attribute) in key.iter().enumerate() {
            if index > 0 {
                out.push('@');
            }
            self.write_part(table, row, *attribute, out, depth).ok_or(Some(*attribute))?;
        }
        Ok(())
    }

    fn write_part(&self, table: &Table, row: u32, attribute: AttributeId, out: &mut String, depth: u32) -> Option<()> {
        let column = table.column(attribute)?;
        self.write_value(column, column.value(row)?, out, depth)
    }

    /// A value in words, for a contradiction: of a list only that it is one.
    pub(crate) fn value_words(&self, column: &Column, value: Value) -> String {
        const LONGEST: usize = 120;
        let mut words = String::new();
        if self.write_value(column, value, &mut words, 0).is_none() {
            return "a list".to_owned();
        }
        let end = words.char_indices().nth(LONGEST).map(|(at, _)| at);
        if let Some(end) = end {
            words.truncate(end);
            words.push('…');
        }
        if let Value::Text(_) = value { format!("“{words}”") } else { words }
    }

    fn write_value(&self, column: &Column, value: Value, out: &mut String, depth: u32) -> Option<()> {
        match value {
            Value::Text(symbol) => out.push_str(self.symbols.text(symbol)),
            Value::Number(number) => write_number(out, number),
            Value::Bool(value) => write!(out, "{value}").ok()?,
            Value::Time(time) => write!(out, "{time}").ok()?,
            Value::Duration(duration) => write!(out, "{duration}").ok()?,
            Value::One(target) => self.write_id(column.kind.target()?, target, out, depth + 1),
            Value::List(_) | Value::Many(_) | Value::Opaque => return None,
        }
        Some(())
    }

    /// The attribute that is the whole key, where that is text: then a key is found by its symbol, and never printed.
    fn text_key(&self, noun: NounId) -> Option<AttributeId> {
        let [only] = self.needs.noun(noun).key.as_slice() else { return None };
        let column = self.column(noun, *only)?;
        matches!(column.kind, Kind::Text | Kind::OneOf).then_some(*only)
    }

    /// The record of a printed key.
    pub(crate) fn find_key(&self, noun: NounId, id: &str) -> Option<u32> {
        let table = self.table(noun)?;
        if table.keys.is_empty() {
            return None;
        }
        if let Some(attribute) = self.text_key(noun) {
            return find_symbol(&table.keys, table.column(attribute)?, self.symbols.find(id)?);
        }
        let mut scratch = String::new();
        table.keys.find(self.hasher.hash_one(id), |row| self.key_is(noun, *row, id, &mut scratch)).copied()
    }

    /// The same for a text of the store.
    pub(crate) fn find_key_symbol(&self, noun: NounId, symbol: Symbol) -> Option<u32> {
        match self.text_key(noun) {
            Some(attribute) => {
                let table = self.table(noun)?;
                find_symbol(&table.keys, table.column(attribute)?, symbol)
            }
            None => self.find_key(noun, self.symbols.text(symbol)),
        }
    }

    /// The record of a printed id: a key, or `noun#N` of a record without one.
    pub(crate) fn find_id(&self, noun: NounId, id: &str) -> Option<u32> {
        self.find_key(noun, id).or_else(|| {
            let number = id.strip_prefix(self.needs.noun(noun).word.as_str())?.strip_prefix('#')?;
            let row = number.parse::<u32>().ok()?.checked_sub(1)?;
            (row < self.rows(noun) && !self.has_key(noun, row) && self.id(noun, row) == id).then_some(row)
        })
    }

    /// Enters the rows from `first` on into the index of keys.
    pub(crate) fn index_keys(&mut self, noun: NounId, first: u32) -> Keyed {
        // The index is taken out, so that the rest of the table can be read while it is filled.
        let Some(mut keys) = self.existing_mut(noun).map(|table| std::mem::take(&mut table.keys)) else {
            return Keyed::default();
        };
        let keyed = self.enter_keys(noun, first, &mut keys);
        if let Some(table) = self.existing_mut(noun) {
            table.keys = keys;
        }
        keyed
    }

    /// Makes the indices of all nouns.
    pub(crate) fn index_all_keys(&mut self) -> Vec<(NounId, Keyed)> {
        let nouns: Vec<NounId> = self.needs.iter().map(|(noun, _)| noun).collect();
        let made: Vec<(NounId, HashTable<u32>, Keyed)> = nouns
            .into_par_iter()
            .with_max_len(1)
            .map(|noun| {
                let mut keys = HashTable::new();
                let keyed = self.enter_keys(noun, 0, &mut keys);
                (noun, keys, keyed)
            })
            .collect();
        let enter = |(noun, keys, keyed)| {
            if let Some(table) = self.existing_mut(noun) {
                table.keys = keys;
            }
            (noun, keyed)
        };
        made.into_iter().map(enter).collect()
    }

    fn enter_keys(&self, noun: NounId, first: u32, keys: &mut HashTable<u32>) -> Keyed {
        let mut keyed = Keyed::default();
        let rows = self.rows(noun);
        if self.needs.noun(noun).key.is_empty() || rows == first {
            return keyed;
        }
        if let Some(attribute) = self.text_key(noun) {
            if let Some(column) = self.column(noun, attribute) {
                index_symbols(keys, column, attribute, first..rows, &mut keyed);
            }
            return keyed;
        }
        let hash_row = |row: &u32| {
            let mut key = String::new();
            let _ = self.write_key(noun, *row, &mut key, 0);
            self.hasher.hash_one(key.as_str())
        };
        keys.reserve((rows - first) as usize, hash_row);
        let mut key = String::new();
        let mut scratch = String::new();
        for row in first..rows {
            key.clear();
            match self.write_key(noun, row, &mut key, 0) {
                Err(part) => keyed.incomplete.extend(part.map(|part| (row, part))),
                Ok(()) => {
                    let hash = self.hasher.hash_one(key.as_str());
                    match keys.find(hash, |known| self.key_is(noun, *known, &key, &mut scratch)) {
                        Some(known) => keyed.repeated.push((*known, row)),
                        None => {
                            keys.insert_unique(hash, row, hash_row);
                        }
                    }
                }
            }
        }
        keyed
    }

    fn key_is(&self, noun: NounId, row: u32, id: &str, scratch: &mut String) -> bool {
        scratch.clear();
        self.write_key(noun, row, scratch, 0).is_ok() && scratch == id
    }
}

/// Enters rows into an index of keys that are texts.
fn index_symbols(
    keys: &mut HashTable<u32>,
    column: &Column,
    attribute: AttributeId,
    rows: Range<u32>,
    keyed: &mut Keyed,
) {
    let hash_row = |row: &u32| column.symbol(*row).map_or(0, spread_symbol);
    keys.reserve(rows.len(), hash_row);
    for row in rows {
        let Some(symbol) = column.symbol(row) else {
            keyed.incomplete.push((row, attribute));
            continue;
        };
        match find_symbol(keys, column, symbol) {
            Some(known) => keyed.repeated.push((known, row)),
            None => {
                keys.insert_unique(spread_symbol(symbol), row, hash_row);
            }
        }
    }
}

fn find_symbol(keys: &HashTable<u32>, column: &Column, symbol: Symbol) -> Option<u32> {
    keys.find(spread_symbol(symbol), |row| column.symbol(*row) == Some(symbol)).copied()
}

/// Symbols are numbered as they come, which an export cannot make collide.
fn spread_symbol(symbol: Symbol) -> u64 {
    u64::from(symbol.index()).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn is_part_of_key(value: Value) -> bool {
    !matches!(value, Value::List(_) | Value::Many(_) | Value::Opaque)
}

/// A number as it is printed: whole numbers without a point.
pub(crate) fn write_number(out: &mut String, number: f64) {
    // Not `-0`.
    let number = if number == 0.0 { 0.0 } else { number };
    let _ = write!(out, "{number}");
}
