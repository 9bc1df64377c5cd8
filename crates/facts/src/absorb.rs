//! Several builders into one: the facts of files that were read side by side.

use crate::column::{Column, Kind, REFERENCE, Shift};
use crate::table::{Parent, Table};
use crate::tables::Tables;
use crate::{AttributeId, Builder, NounId};
use rustc_hash::FxHashMap;

impl Builder {
    /// Adds the facts of another builder behind these. It must have been made for the same needs.
    pub fn absorb(&mut self, other: Builder) {
        let mut other = other;
        other.remember_names();
        for (noun, names) in std::mem::take(&mut other.tables.seen) {
            self.tables.seen.entry(noun).or_default().extend(names);
        }
        self.warnings.absorb(other.warnings);
        self.tables.absorb(other.tables);
    }
}

/// What the numbers of another builder are here, for one noun.
struct Moved {
    rows: u32,
    references: Vec<u32>,
}

impl Tables {
    fn absorb(&mut self, mut other: Tables) {
        let symbols = self.symbols.absorb(&other.symbols);
        let reasons = self.reasons.absorb(std::mem::take(&mut other.reasons));
        let nouns = other.nouns();
        // First all nouns say where their rows go, then relations can be moved.
        let mut moved: FxHashMap<NounId, Moved> = FxHashMap::default();
        for noun in &nouns {
            let Some(theirs) = other.table(*noun) else { continue };
            let ours = self.table_mut(*noun);
            let numbers = (0..).zip(&theirs.references.symbols).map(|(number, symbol)| {
                let symbol = symbols.get(symbol.0 as usize).copied().unwrap_or_default();
                ours.references.add(symbol, theirs.references.place(number))
            });
            let references = numbers.collect();
            moved.insert(*noun, Moved { rows: ours.rows, references });
        }
        let reason = |reason: crate::symbols::ReasonId| reasons.get(reason.index()).copied().unwrap_or(reason);
        let target = |kind: Kind, target: u32| {
            let Some(moved) = kind.target().and_then(|noun| moved.get(&noun)) else { return target };
            if target & REFERENCE == 0 {
                return target + moved.rows;
            }
            moved.references.get((target & !REFERENCE) as usize).map_or(target, |number| number | REFERENCE)
        };
        for noun in nouns {
            let Some(mut theirs) = other.take_table(noun) else { continue };
            let rows = moved.get(&noun).map_or(0, |moved| moved.rows);
            let columns = std::mem::take(&mut theirs.columns);
            let ours = self.table_mut(noun);
            absorb_columns(
                ours,
                &theirs,
                columns,
                &Shift { rows, symbols: &symbols, reason: &reason, target: &target },
            );
            ours.absorb_parents(&theirs, |parent| {
                let shift = moved.get(&NounId(parent.noun)).map_or(0, |moved| moved.rows);
                Parent { row: parent.row + shift, ..parent }
            });
            ours.absorb_rows(&theirs);
        }
    }
}

/// The declared columns are the same here and there; those beyond have the same names.
fn absorb_columns(ours: &mut Table, theirs: &Table, columns: Vec<Column>, shift: &Shift<'_>) {
    let declared = columns.len().saturating_sub(theirs.extras().len());
    for (index, column) in (0..).zip(columns) {
        let extra = (index as usize).checked_sub(declared).and_then(|extra| theirs.extras().get(extra));
        let attribute = extra.map_or(AttributeId(index), |name| ours.extra(name));
        if let Some(mine) = ours.column_mut(attribute) {
            mine.absorb(column, shift);
        }
    }
}
