//! References: to the record of the printed id, or to a phantom behind the population.

use crate::NounId;
use crate::column::{Column, REFERENCE};
use crate::table::References;
use crate::tables::Tables;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The references to a noun that lead to a record, and those that are left.
struct Resolved {
    /// For each reference the row, or the number that it has among those that are left.
    targets: Vec<u32>,
    left: References,
}

impl Resolved {
    fn of(&self, target: u32) -> u32 {
        if target & REFERENCE == 0 {
            return target;
        }
        self.targets.get((target & !REFERENCE) as usize).copied().unwrap_or(target)
    }
}

impl Tables {
    /// Makes rows of the references whose record is there.
    pub(crate) fn resolve(&mut self, noun: NounId) {
        let Some(resolved) = self.resolved(noun) else { return };
        self.retarget(noun, &|target| resolved.of(target));
        self.table_mut(noun).references = resolved.left;
    }

    /// The same for all nouns at once.
    pub(crate) fn resolve_all(&mut self) {
        let nouns: Vec<NounId> = self.needs.iter().map(|(noun, _)| noun).collect();
        let resolved: BTreeMap<NounId, Resolved> =
            nouns.into_par_iter().with_max_len(1).filter_map(|noun| Some((noun, self.resolved(noun)?))).collect();
        self.each_relation(|noun, column| {
            if let Some(resolved) = resolved.get(&noun) {
                column.retarget(&|target| resolved.of(target));
            }
        });
        for (noun, resolved) in resolved {
            self.table_mut(noun).references = resolved.left;
        }
    }

    fn resolved(&self, noun: NounId) -> Option<Resolved> {
        let references = &self.table(noun)?.references;
        if references.len() == 0 {
            return None;
        }
        let mut resolved =
            Resolved { targets: Vec::with_capacity(references.symbols.len()), left: References::default() };
        for (number, symbol) in (0..).zip(&references.symbols) {
            resolved.targets.push(match self.find_key_symbol(noun, *symbol) {
                Some(row) => row,
                None => resolved.left.add(*symbol, references.place(number)) | REFERENCE,
            });
        }
        Some(resolved)
    }

    /// Does something to each column of relations; the noun is the one that it leads to.
    fn each_relation(&mut self, work: impl Fn(NounId, &mut Column) + Sync) {
        self.relations_mut().into_par_iter().with_max_len(1).for_each(|(noun, column)| work(noun, column));
    }

    /// Gives the references that are left rows behind the population: phantoms.
    pub(crate) fn settle(&mut self, noun: NounId) {
        let table = self.table_mut(noun);
        table.settled = true;
        let rows = table.rows;
        if table.references.len() > 0 {
            self.retarget(noun, &|target| phantom(target, rows));
        }
    }

    /// The same for all nouns at once. Where two references led to one record, the relation holds it once.
    pub(crate) fn settle_all(&mut self) {
        let nouns: Vec<NounId> = self.needs.iter().map(|(noun, _)| noun).collect();
        let mut phantoms = BTreeMap::new();
        for noun in nouns {
            let keyed = !self.needs.noun(noun).key.is_empty();
            let table = self.table_mut(noun);
            table.settled = true;
            if keyed || table.references.len() > 0 {
                phantoms.insert(noun, (table.rows, table.references.len() > 0));
            }
        }
        // Nested records of a noun without a key are in one relation each, once.
        self.each_relation(|noun, column| {
            let Some((rows, has_phantoms)) = phantoms.get(&noun) else { return };
            column.drop_repeated_targets();
            if *has_phantoms {
                column.retarget(&|target| phantom(target, *rows));
            }
        });
    }

    /// Makes references of phantoms again, so that the population can grow.
    pub(crate) fn unsettle(&mut self, noun: NounId) {
        let table = self.table_mut(noun);
        table.settled = false;
        let rows = table.rows;
        if table.references.len() > 0 {
            self.retarget(noun, &|target| {
                if target & REFERENCE == 0 && target >= rows { (target - rows) | REFERENCE } else { target }
            });
        }
    }

    /// Where two references led to one record, the relation holds it once.
    pub(crate) fn drop_repeated_targets(&mut self, noun: NounId) {
        for (from, attribute) in self.leading_to(noun) {
            if let Some(column) = self.column_mut(from, attribute) {
                column.drop_repeated_targets();
            }
        }
    }
}

/// What a reference that is left is behind a population of so many rows.
fn phantom(target: u32, rows: u32) -> u32 {
    if target & REFERENCE == 0 { target } else { (target & !REFERENCE).saturating_add(rows) }
}
