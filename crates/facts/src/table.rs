//! One noun: its rows, where they stand and what holds them, its columns, and the references to it.

use crate::column::{Column, Kind, NO_OFFSET, retain_from, row_number};
use crate::room::TableRoom;
use crate::symbols::Symbol;
use crate::{AttributeId, NounNeed, ParentLink, UnknownReason};
use hashbrown::{HashMap, HashTable};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use tickmark_source::{FileId, Place};

/// The file of what has no place.
pub(crate) const NO_FILE: u32 = u32::MAX;

/// The records of one noun.
#[derive(Default)]
pub(crate) struct Table {
    /// Some source supplies the noun, records or not.
    pub(crate) supplied: bool,
    /// Why there may be more records than those that are here.
    pub(crate) open: Option<UnknownReason>,
    /// The importer surveys the noun whole.
    pub(crate) whole: bool,
    /// The references to it are rows: of the population, or behind it.
    pub(crate) settled: bool,
    /// Records in the population.
    pub(crate) rows: u32,
    offsets: Vec<u32>,
    files: Runs,
    // Shorter than the population where the last rows have no parent.
    parents: Vec<Parent>,
    pub(crate) uncertain: FxHashSet<u32>,
    /// By attribute: first those of the needs, then the extras.
    pub(crate) columns: Vec<Column>,
    extras: Vec<SmolStr>,
    extra_index: HashMap<SmolStr, AttributeId>,
    pub(crate) references: References,
    /// The first row of each key, by the hash of the printed key.
    pub(crate) keys: HashTable<u32>,
}

impl Table {
    pub(crate) fn new(need: &NounNeed) -> Table {
        Table {
            columns: need.attributes.iter().map(|attribute| Column::of(&attribute.ty)).collect(),
            ..Table::default()
        }
    }

    /// Appends a record.
    pub(crate) fn begin(&mut self, place: Option<Place>) -> u32 {
        let row = self.rows;
        let (file, offset) = place.map_or((NO_FILE, NO_OFFSET), |place| (place.file.0, place.offset));
        self.offsets.push(offset);
        self.files.push(row, file);
        self.rows = self.rows.saturating_add(1);
        self.supplied = true;
        row
    }

    pub(crate) fn place(&self, row: u32) -> Option<Place> {
        if row < self.rows {
            return place_of(self.file(row), self.offsets.get(row as usize).copied()?);
        }
        self.references.place(row - self.rows)
    }

    pub(crate) fn file(&self, row: u32) -> u32 {
        self.files.get(row)
    }

    pub(crate) fn column(&self, attribute: AttributeId) -> Option<&Column> {
        self.columns.get(attribute.0 as usize)
    }

    pub(crate) fn column_mut(&mut self, attribute: AttributeId) -> Option<&mut Column> {
        self.columns.get_mut(attribute.0 as usize)
    }

    pub(crate) fn parent(&self, row: u32) -> Parent {
        self.parents.get(row as usize).copied().unwrap_or_default()
    }

    /// The parents by row; rows beyond stand at the top.
    pub(crate) fn parents(&self) -> &[Parent] {
        &self.parents
    }

    pub(crate) fn set_parent(&mut self, row: u32, parent: Parent) {
        let index = row as usize;
        if index >= self.parents.len() {
            if parent == Parent::NONE {
                return;
            }
            self.parents.resize(index + 1, Parent::NONE);
        }
        if let Some(slot) = self.parents.get_mut(index) {
            *slot = parent;
        }
    }

    /// Appends the parents of rows that come to lie behind ours; `change` says what each is here.
    pub(crate) fn absorb_parents(&mut self, other: &Table, change: impl Fn(Parent) -> Parent) {
        if !other.parents.is_empty() {
            self.parents.resize(self.rows as usize, Parent::NONE);
            self.parents.extend(other.parents.iter().map(|parent| change(*parent)));
        }
    }

    pub(crate) fn change_parents(&mut self, change: impl Fn(Parent) -> Parent) {
        self.parents.iter_mut().for_each(|parent| *parent = change(*parent));
    }

    /// The attribute of a name that the needs do not list; it is added where it is new.
    pub(crate) fn extra(&mut self, name: &str) -> AttributeId {
        if let Some(id) = self.extra_index.get(name) {
            return *id;
        }
        let id = AttributeId(row_number(self.columns.len()));
        self.extras.push(SmolStr::new(name));
        self.extra_index.insert(SmolStr::new(name), id);
        self.columns.push(Column::new(Kind::Any(None), None));
        id
    }

    pub(crate) fn find_extra(&self, name: &str) -> Option<AttributeId> {
        self.extra_index.get(name).copied()
    }

    /// Names of the attributes that the needs do not list, in the order in which they were met.
    pub(crate) fn extras(&self) -> &[SmolStr] {
        &self.extras
    }

    /// Removes the rows from `first` on that are not to be kept. What points to rows is for the caller to change.
    pub(crate) fn retain(&mut self, first: u32, keep: &dyn Fn(usize) -> bool) {
        let start = first as usize;
        let mut files = Runs::default();
        let mut uncertain = FxHashSet::default();
        let mut next = 0;
        for row in 0..self.rows {
            if row < first || keep(row as usize) {
                files.push(next, self.files.get(row));
                if self.uncertain.contains(&row) {
                    uncertain.insert(next);
                }
                next += 1;
            }
        }
        self.rows = next;
        self.files = files;
        self.uncertain = uncertain;
        retain_from(&mut self.offsets, start, keep);
        retain_from(&mut self.parents, start, keep);
        self.columns.iter_mut().for_each(|column| column.retain(start, keep));
    }

    /// Appends the rows of another builder's table, but for columns, parents and references.
    pub(crate) fn absorb_rows(&mut self, other: &Table) {
        self.supplied |= other.supplied;
        self.whole |= other.whole;
        self.files.absorb(&other.files, self.rows);
        self.offsets.extend_from_slice(&other.offsets);
        self.uncertain.extend(other.uncertain.iter().map(|row| row + self.rows));
        self.rows += other.rows;
    }

    /// Room for as many records again.
    pub(crate) fn room(&self) -> TableRoom {
        TableRoom::new(self.rows as usize, self.parents.len(), self.references.symbols.len(), &self.columns)
    }

    /// Makes room in a table that is empty; what the needs do not list has no columns yet.
    pub(crate) fn make_room(&mut self, room: &TableRoom) {
        self.offsets.reserve_exact(room.rows);
        self.parents.reserve_exact(room.parents);
        self.references.reserve(room.references);
        for (column, room) in self.columns.iter_mut().zip(room.columns()) {
            column.make_room(room);
        }
    }

    /// No row is added any more until this is put together with others.
    pub(crate) fn close(&mut self) {
        self.references.index = FxHashMap::default();
        self.shrink();
    }

    pub(crate) fn shrink(&mut self) {
        self.offsets.shrink_to_fit();
        self.parents.shrink_to_fit();
        self.columns.iter_mut().for_each(Column::shrink);
    }
}

/// What a record is nested in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parent {
    pub(crate) noun: u32,
    pub(crate) row: u32,
}

impl Parent {
    pub(crate) const NONE: Parent = Parent { noun: u32::MAX, row: 0 };
    pub(crate) const SEVERAL: Parent = Parent { noun: u32::MAX - 1, row: 0 };

    /// What a record has whose two halves have these.
    pub(crate) fn combine(self, other: Parent) -> Parent {
        if self == other || other == Parent::NONE {
            self
        } else if self == Parent::NONE {
            other
        } else {
            Parent::SEVERAL
        }
    }

    pub(crate) fn link(self) -> ParentLink {
        match self {
            Parent::NONE => ParentLink::None,
            Parent::SEVERAL => ParentLink::Several,
            Parent { noun, row } => ParentLink::Record(crate::NounId(noun), row),
        }
    }
}

impl Default for Parent {
    fn default() -> Self {
        Parent::NONE
    }
}

/// The distinct references to a noun that lead to no row of its population (while building: all).
#[derive(Default)]
pub(crate) struct References {
    pub(crate) symbols: Vec<Symbol>,
    places: Vec<(u32, u32)>,
    index: FxHashMap<Symbol, u32>,
}

impl References {
    fn reserve(&mut self, count: usize) {
        self.symbols.reserve_exact(count);
        self.places.reserve_exact(count);
        self.index.reserve(count);
    }

    pub(crate) fn add(&mut self, symbol: Symbol, place: Option<Place>) -> u32 {
        let next = row_number(self.symbols.len());
        let number = *self.index.entry(symbol).or_insert(next);
        if number == next {
            self.symbols.push(symbol);
            self.places.push(place.map_or((NO_FILE, NO_OFFSET), |place| (place.file.0, place.offset)));
        }
        number
    }

    pub(crate) fn get(&self, number: u32) -> Option<Symbol> {
        self.symbols.get(number as usize).copied()
    }

    pub(crate) fn place(&self, number: u32) -> Option<Place> {
        let (file, offset) = *self.places.get(number as usize)?;
        place_of(file, offset)
    }

    pub(crate) fn len(&self) -> u32 {
        row_number(self.symbols.len())
    }
}

/// The file of each row: rows of one file follow each other, so that runs are few.
#[derive(Default)]
struct Runs {
    /// The first row of each run, and its file.
    runs: Vec<(u32, u32)>,
}

impl Runs {
    fn push(&mut self, row: u32, file: u32) {
        if self.runs.last().is_none_or(|(_, last)| *last != file) {
            self.runs.push((row, file));
        }
    }

    /// Appends the runs of rows that come to lie behind `rows` others.
    fn absorb(&mut self, other: &Runs, rows: u32) {
        other.runs.iter().for_each(|(first, file)| self.push(rows + first, *file));
    }

    fn get(&self, row: u32) -> u32 {
        match self.runs.last() {
            None => NO_FILE,
            Some((first, file)) if *first <= row => *file,
            Some(_) => {
                let after = self.runs.partition_point(|(first, _)| *first <= row);
                after.checked_sub(1).and_then(|at| self.runs.get(at)).map_or(NO_FILE, |(_, file)| *file)
            }
        }
    }
}

/// A place from its stored numbers.
pub(crate) fn place_of(file: u32, offset: u32) -> Option<Place> {
    (file != NO_FILE && offset != NO_OFFSET).then_some(Place { file: FileId(file), offset })
}
