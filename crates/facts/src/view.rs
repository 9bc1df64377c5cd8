//! Bulk access for an evaluator that goes over columns: typed slices, and states 64 rows a word.
//!
//! [`Facts::cell`] is the meaning; what stands here is the same store without a value being put together for each cell.

use crate::column::{Column, State};
use crate::symbols::Symbol;
use crate::table::{Parent, Table};
use crate::values::Values;
use crate::{AttributeId, Duration, Facts, NounId, ParentLink, Span32, Time};
use std::ops::Range;

/// What a record has of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellState {
    /// The key does not stand in it.
    Absent,
    /// The key stands in it, with null.
    Null,
    /// It has a value.
    Known,
    /// It has a value that is not known.
    Unknown,
}

/// What an attribute is in a record that has no value of it (absent or null): the same for the whole column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacking {
    /// [`crate::Cell::Missing`].
    Missing,
    /// [`crate::Cell::NotSurveyed`].
    NotSurveyed,
    /// An empty [`crate::Cell::List`].
    EmptyList,
    /// Empty [`crate::Cell::Records`] of the noun.
    EmptyRecords(NounId),
}

/// The values of a column, by row. Only where the state of a row is known is its value one; elsewhere it is a filler. A
/// slice may be shorter than the column: the rows beyond it have no known value.
#[derive(Clone, Copy, Debug)]
pub enum ColumnValues<'a> {
    /// No row has a known value.
    None,
    /// Texts.
    Text(&'a [Symbol]),
    /// Numbers.
    Number(&'a [f64]),
    /// Bools.
    Bool(&'a [bool]),
    /// Moments.
    Time(&'a [Time]),
    /// Lengths of time.
    Duration(&'a [Duration]),
    /// Lists: which of [`ColumnView::items`] are in each.
    List(&'a [Span32]),
    /// One record each: its row in [`ColumnView::target_noun`]; from [`Facts::rows`] on it is a phantom.
    One(&'a [u32]),
    /// Several records each: which of [`ColumnView::targets`].
    Many(&'a [Span32]),
    /// Of several types, or opaque (`any` attributes): read them with [`Facts::cell`].
    Mixed,
}

/// One attribute over all records of its noun, or the items of its lists.
#[derive(Clone, Copy)]
pub struct ColumnView<'a> {
    column: &'a Column,
    lacking: Lacking,
}

impl<'a> ColumnView<'a> {
    /// Rows that the column reaches to; those beyond are absent. At most the size of the population.
    #[must_use]
    pub fn len(&self) -> u32 {
        crate::column::row_number(self.column.len())
    }

    /// Whether every row is absent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.column.len() == 0
    }

    /// What the record has of the attribute.
    #[must_use]
    pub fn state(&self, row: u32) -> CellState {
        match self.column.state(row) {
            State::Absent => CellState::Absent,
            State::Null => CellState::Null,
            State::Known => CellState::Known,
            State::Unknown => CellState::Unknown,
        }
    }

    /// Calls `take` with the states of the rows of a range, 64 rows a word: which word of all (row / 64), the rows whose
    /// value is known, and those whose value is not known; the lowest bit is the first row. Bits of rows outside the range
    /// are zero. Words of rows beyond [`Self::len`] are handed over too, as zeros.
    pub fn for_each_word(&self, rows: Range<u32>, mut take: impl FnMut(u32, u64, u64)) {
        let mut word = rows.start / 64;
        while word.saturating_mul(64) < rows.end {
            let first = word * 64;
            let (known, unknown) = self.column.state_word(first);
            let mask = mask_of(&rows, first);
            take(word, known & mask, unknown & mask);
            word += 1;
        }
    }

    /// Whether some record carries the attribute, if only as null, or a map fills it.
    #[must_use]
    pub fn carried(&self) -> bool {
        self.column.carried
    }

    /// What the attribute is in a record without a value.
    #[must_use]
    pub fn lacking(&self) -> Lacking {
        self.lacking
    }

    /// The values.
    #[must_use]
    pub fn values(&self) -> ColumnValues<'a> {
        match self.column.values() {
            Values::None => ColumnValues::None,
            Values::Text(values) => ColumnValues::Text(values),
            Values::Number(values) => ColumnValues::Number(values),
            Values::Bool(values) => ColumnValues::Bool(values),
            Values::Time(values) => ColumnValues::Time(values),
            Values::Duration(values) => ColumnValues::Duration(values),
            Values::List(values) => ColumnValues::List(values),
            Values::One(values) => ColumnValues::One(values),
            Values::Many(values) => ColumnValues::Many(values),
            Values::Mixed(_) => ColumnValues::Mixed,
        }
    }

    /// All targets of a column of [`ColumnValues::Many`]: rows of [`Self::target_noun`], found by its spans.
    #[must_use]
    pub fn targets(&self) -> &'a [u32] {
        &self.column.targets.rows
    }

    /// The noun that the relation leads to; of an `any` attribute that of nested records.
    #[must_use]
    pub fn target_noun(&self) -> Option<NounId> {
        self.column.kind.target()
    }

    /// The items of all lists, found by the spans of [`ColumnValues::List`]. An item is never lacking.
    #[must_use]
    pub fn items(&self) -> Option<ColumnView<'a>> {
        self.column.items.as_deref().map(|column| ColumnView { column, lacking: Lacking::Missing })
    }
}

/// The rows of a word that lie in a range, as bits.
fn mask_of(rows: &Range<u32>, first: u32) -> u64 {
    let from = rows.start.saturating_sub(first).min(64);
    let to = rows.end.saturating_sub(first).min(64);
    let below = |count: u32| if count >= 64 { u64::MAX } else { (1 << count) - 1 };
    below(to) & !below(from)
}

/// What the records of a noun are nested in, by row.
#[derive(Clone, Copy)]
pub struct ParentsView<'a> {
    parents: &'a [Parent],
}

impl ParentsView<'_> {
    /// Rows that have, or might have, a parent; those beyond stand at the top.
    #[must_use]
    pub fn len(&self) -> u32 {
        crate::column::row_number(self.parents.len())
    }

    /// Whether every record stands at the top.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parents.is_empty()
    }

    /// What a record is nested in.
    #[must_use]
    pub fn get(&self, row: u32) -> ParentLink {
        self.parents.get(row as usize).copied().unwrap_or_default().link()
    }

    /// What the records are nested in, from the first row to [`Self::len`].
    pub fn iter(&self) -> impl Iterator<Item = ParentLink> {
        self.parents.iter().map(|parent| parent.link())
    }
}

impl Facts {
    /// The column of an attribute. `None` where nothing is known of it: then [`Facts::cell`] says "not surveyed" of every
    /// record.
    #[must_use]
    pub fn view(&self, noun: NounId, attribute: AttributeId) -> Option<ColumnView<'_>> {
        let table = self.tables.table(noun)?;
        let column = table.column(attribute)?;
        Some(ColumnView { column, lacking: self.lacking(table, (noun, attribute), column) })
    }

    /// The text of a symbol; empty for one that is not of these facts.
    #[must_use]
    pub fn text(&self, symbol: Symbol) -> &str {
        self.tables.symbols.text(symbol)
    }

    /// The symbol of a text; `None` where no value of the facts is this text.
    #[must_use]
    pub fn symbol(&self, text: &str) -> Option<Symbol> {
        self.tables.symbols.find(text)
    }

    /// How many texts there are: every [`Symbol::index`] is below.
    #[must_use]
    pub fn symbol_count(&self) -> u32 {
        crate::column::row_number(self.tables.symbols.len())
    }

    /// What the records of a noun are nested in.
    #[must_use]
    pub fn parents(&self, noun: NounId) -> ParentsView<'_> {
        ParentsView { parents: self.tables.table(noun).map_or(&[], Table::parents) }
    }

    /// The rows of records that only may belong to the noun, in order.
    pub fn uncertain_rows(&self, noun: NounId) -> impl Iterator<Item = u32> + use<> {
        let mut rows: Vec<u32> =
            self.tables.table(noun).map(|table| table.uncertain.iter().copied().collect()).unwrap_or_default();
        rows.sort_unstable();
        rows.into_iter()
    }

    /// Whether every record certainly belongs to the noun.
    #[must_use]
    pub fn all_certain(&self, noun: NounId) -> bool {
        self.tables.table(noun).is_none_or(|table| table.uncertain.is_empty())
    }
}
