//! References: to the record of the printed id, or to a phantom behind the population.

use crate::NounId;
use crate::column::REFERENCE;
use crate::table::References;
use crate::tables::Tables;

impl Tables {
    /// Makes rows of the references whose record is there.
    pub(crate) fn resolve(&mut self, noun: NounId) {
        let Some(table) = self.existing_mut(noun) else { return };
        let references = std::mem::take(&mut table.references);
        if references.len() == 0 {
            return;
        }
        let mut left = References::default();
        let mut targets = Vec::with_capacity(references.symbols.len());
        for (number, symbol) in (0..).zip(&references.symbols) {
            targets.push(match self.find_key_symbol(noun, *symbol) {
                Some(row) => row,
                None => left.add(*symbol, references.place(number)) | REFERENCE,
            });
        }
        self.retarget(noun, &|target| {
            if target & REFERENCE == 0 {
                return target;
            }
            targets.get((target & !REFERENCE) as usize).copied().unwrap_or(target)
        });
        self.table_mut(noun).references = left;
    }

    /// Gives the references that are left rows behind the population: phantoms.
    pub(crate) fn settle(&mut self, noun: NounId) {
        let table = self.table_mut(noun);
        table.settled = true;
        let rows = table.rows;
        if table.references.len() > 0 {
            self.retarget(noun, &|target| {
                if target & REFERENCE == 0 { target } else { (target & !REFERENCE).saturating_add(rows) }
            });
        }
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
