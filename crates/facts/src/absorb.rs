//! Several builders into one: the facts of files, and of parts of files, that were read side by side.
//!
//! What was read is kept as it is until all is there. Then texts, nouns and columns are put together, each once and by several
//! threads, in the order in which they stand in the sources.

use crate::column::Column;
use crate::shift::{AllMoved, Moved, Shift};
use crate::symbols::{ReasonId, Symbol, Symbols};
use crate::table::{Parent, Table};
use crate::tables::Tables;
use crate::{Builder, Needs, NounId};
use rayon::prelude::*;

impl Builder {
    /// Adds the facts of another builder behind these. It must have been made for the same needs. Rows that were told before
    /// are not to be spoken of any more, until [`Self::settle`] was called.
    pub fn absorb(&mut self, other: Builder) {
        let mut other = other;
        other.remember_names();
        for (noun, names) in std::mem::take(&mut other.tables.seen) {
            self.tables.seen.entry(noun).or_default().extend(names);
        }
        self.warnings.absorb(other.warnings);
        let seen = std::mem::take(&mut self.tables.seen);
        let mut before = std::mem::replace(&mut self.tables, other.tables);
        self.tables.seen = seen;
        if before.holds_something() {
            before.close();
            self.before.push(before);
        }
        // They stand behind ours, and before what the other has read last.
        self.before.append(&mut other.before);
    }

    /// Puts together what was absorbed: from now on rows count through all of it.
    pub fn settle(&mut self) {
        if self.before.is_empty() {
            return;
        }
        let empty = Tables::new(self.tables.needs.clone());
        let mut parts = std::mem::take(&mut self.before);
        parts.push(std::mem::replace(&mut self.tables, empty));
        self.tables = gather(parts);
    }
}

/// A noun of the whole that is being put together.
struct Gathered {
    noun: NounId,
    whole: Table,
    /// Its tables in the parts that have one.
    parts: Vec<(usize, Box<Table>)>,
}

/// The columns of an attribute in the parts, by the number of the part.
type Columns = Vec<(usize, Column)>;

fn gather(mut parts: Vec<Tables>) -> Tables {
    let Some(last) = parts.last_mut() else { return Tables::new(std::sync::Arc::default()) };
    let mut whole = Tables::new(last.needs.clone());
    whole.seen = std::mem::take(&mut last.seen);
    let interners = parts.iter_mut().map(|part| std::mem::replace(&mut part.symbols, Symbols::none())).collect();
    let (symbols, maps) = Symbols::gather(interners);
    whole.symbols = symbols;
    let reasons: Vec<Vec<ReasonId>> =
        parts.iter_mut().map(|part| whole.reasons.absorb(std::mem::take(&mut part.reasons))).collect();
    let nouns: Vec<NounId> = whole.needs.iter().map(|(noun, _)| noun).collect();
    let mut gathered: Vec<Gathered> =
        nouns.iter().filter_map(|noun| Gathered::of(*noun, &mut parts, &whole.needs)).collect();
    // First all nouns say where their rows go, then relations can be moved.
    let numbers: Vec<Vec<Option<Moved>>> =
        gathered.par_iter_mut().map(|gathered| gathered.number(parts.len(), &maps)).collect();
    let mut moved: AllMoved = Vec::new();
    moved.resize_with(whole.needs.len(), Vec::new);
    for (gathered, numbers) in gathered.iter().zip(numbers) {
        if let Some(slot) = moved.get_mut(gathered.noun.0 as usize) {
            *slot = numbers;
        }
    }
    let map = Maps { symbols: &maps, reasons: &reasons, moved: &moved };
    let columns: Vec<(NounId, usize, Columns)> = gathered.iter_mut().flat_map(Gathered::take_columns).collect();
    let (columns, ()) = rayon::join(
        || map.columns(columns),
        || gathered.par_iter_mut().for_each(|gathered| map.rows(&mut gathered.whole, &gathered.parts)),
    );
    for Gathered { noun, whole: table, .. } in gathered {
        *whole.table_mut(noun) = table;
    }
    for (noun, attribute, column) in columns {
        if let Some(slot) = whole.table_mut(noun).columns.get_mut(attribute) {
            *slot = column;
        }
    }
    whole
}

impl Gathered {
    /// `None` where no part speaks of the noun.
    fn of(noun: NounId, parts: &mut [Tables], needs: &Needs) -> Option<Gathered> {
        let take = |(part, tables): (usize, &mut Tables)| Some((part, tables.take_table(noun)?));
        let parts: Vec<(usize, Box<Table>)> = parts.iter_mut().enumerate().filter_map(take).collect();
        (!parts.is_empty()).then(|| Gathered { noun, whole: Table::new(needs.noun(noun)), parts })
    }

    /// Numbers the rows and the references of the parts through.
    fn number(&mut self, parts: usize, symbols: &[Vec<Symbol>]) -> Vec<Option<Moved>> {
        let mut moved = Vec::new();
        moved.resize_with(parts, || None);
        let mut rows = 0;
        for (part, table) in &self.parts {
            let symbols = symbols.get(*part).map_or(&[][..], Vec::as_slice);
            let numbers = (0..).zip(&table.references.symbols).map(|(number, symbol)| {
                let symbol = symbols.get(symbol.index() as usize).copied().unwrap_or_default();
                self.whole.references.add(symbol, table.references.place(number))
            });
            let references = numbers.collect();
            if let Some(slot) = moved.get_mut(*part) {
                *slot = Some(Moved { rows, references });
            }
            rows += table.rows;
        }
        moved
    }

    /// The columns of all parts by attribute. The declared ones are the same in all; those beyond have the same names.
    fn take_columns(&mut self) -> Vec<(NounId, usize, Columns)> {
        let declared = self.whole.columns.len();
        let mut columns: Vec<Columns> = Vec::new();
        for (part, table) in &mut self.parts {
            for (index, column) in std::mem::take(&mut table.columns).into_iter().enumerate() {
                let extra = index.checked_sub(declared).and_then(|extra| table.extras().get(extra));
                let attribute = extra.map_or(index, |name| self.whole.extra(name).0 as usize);
                if columns.len() <= attribute {
                    columns.resize_with(attribute + 1, Vec::new);
                }
                if let Some(slot) = columns.get_mut(attribute) {
                    slot.push((*part, column));
                }
            }
        }
        columns.into_iter().enumerate().map(|(attribute, columns)| (self.noun, attribute, columns)).collect()
    }
}

/// What the numbers of the parts are in the whole.
struct Maps<'a> {
    symbols: &'a [Vec<Symbol>],
    reasons: &'a [Vec<ReasonId>],
    moved: &'a AllMoved,
}

impl Maps<'_> {
    fn moved(&self, noun: NounId, part: usize) -> Option<&Moved> {
        self.moved.get(noun.0 as usize)?.get(part)?.as_ref()
    }

    /// Puts columns together, those of most rows first.
    fn columns(&self, mut columns: Vec<(NounId, usize, Columns)>) -> Vec<(NounId, usize, Column)> {
        let size = |parts: &Columns| parts.iter().map(|(_, column)| column.size()).sum::<usize>();
        columns.sort_by_cached_key(|(_, _, parts)| std::cmp::Reverse(size(parts)));
        let columns = columns.into_par_iter().with_max_len(1);
        columns
            .filter_map(|(noun, attribute, parts)| {
                let mut parts = parts.into_iter();
                let (part, first) = parts.next()?;
                let others: Columns = parts.collect();
                let mut whole = self.first_column(first, &self.shift(noun, part));
                whole.reserve(others.iter().map(|(_, column)| column));
                for (part, column) in others {
                    whole.absorb(column, &self.shift(noun, part));
                }
                Some((noun, attribute, whole))
            })
            .collect()
    }

    /// What begins a column of the whole: it need not be copied where its rows are the first.
    fn first_column(&self, mut column: Column, shift: &Shift<'_>) -> Column {
        if shift.rows == 0 {
            column.change(shift);
            return column;
        }
        let mut whole = column.empty();
        whole.absorb(column, shift);
        whole
    }

    fn shift(&self, noun: NounId, part: usize) -> Shift<'_> {
        Shift {
            rows: self.moved(noun, part).map_or(0, |moved| moved.rows),
            symbols: self.symbols.get(part).map_or(&[], Vec::as_slice),
            reasons: self.reasons.get(part).map_or(&[], Vec::as_slice),
            moved: self.moved,
            part,
        }
    }

    /// What there is of rows beside their columns.
    fn rows(&self, whole: &mut Table, parts: &[(usize, Box<Table>)]) {
        for (part, table) in parts {
            whole.absorb_parents(table, |parent| {
                let rows = self.moved(NounId(parent.noun), *part).map_or(0, |moved| moved.rows);
                Parent { row: parent.row + rows, ..parent }
            });
            whole.absorb_rows(table);
        }
    }
}
