//! Typed storage: the values of one attribute over all rows of its noun, with their states and places.

use crate::room::{ColumnRoom, with_slack};
use crate::shift::{MovedTargets, Shift};
use crate::symbols::{ReasonId, Symbol};
use crate::values::{Values, put};
use crate::{AttributeType, Duration, NounId, Time};
use rustc_hash::FxHashMap;

/// The declared type of a column, small enough to copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    Bool,
    Time,
    Duration,
    /// One of the texts that the declaration lists.
    OneOf,
    /// Typed when read; nested objects are of the noun.
    Any(Option<NounId>),
    /// A list; the kind of its items is that of the column of items.
    List,
    One(NounId),
    Many(NounId),
    Map(NounId),
}

impl Kind {
    pub(crate) fn of(ty: &AttributeType) -> Kind {
        match ty {
            AttributeType::Text => Kind::Text,
            AttributeType::Number => Kind::Number,
            AttributeType::Bool => Kind::Bool,
            AttributeType::Time => Kind::Time,
            AttributeType::Duration => Kind::Duration,
            AttributeType::OneOf(_) => Kind::OneOf,
            AttributeType::Any { nested } => Kind::Any(*nested),
            AttributeType::List(_) => Kind::List,
            AttributeType::One(noun) => Kind::One(*noun),
            AttributeType::Many(noun) => Kind::Many(*noun),
            AttributeType::Map(noun) => Kind::Map(*noun),
        }
    }

    /// The noun that its relation leads to.
    pub(crate) fn target(self) -> Option<NounId> {
        match self {
            Kind::One(noun) | Kind::Many(noun) | Kind::Map(noun) | Kind::Any(Some(noun)) => Some(noun),
            _ => None,
        }
    }
}

/// What a record has of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum State {
    /// The key does not stand in it.
    #[default]
    Absent,
    /// The key stands in it, with null.
    Null,
    /// It has a value.
    Known,
    /// It has a value that is not known.
    Unknown,
}

/// Part of the items or targets of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Span32 {
    /// The first.
    pub start: u32,
    /// How many there are.
    pub len: u32,
}

impl Span32 {
    pub(crate) fn new(start: usize, len: usize) -> Span32 {
        Span32 { start: row_number(start), len: row_number(len) }
    }

    /// The indices of its members.
    #[must_use]
    pub fn indices(self) -> std::ops::Range<usize> {
        let start = self.start as usize;
        start..start + self.len as usize
    }

    pub(crate) fn shifted(self, by: u32) -> Span32 {
        Span32 { start: self.start.saturating_add(by), len: self.len }
    }
}

/// One known value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value {
    Text(Symbol),
    Number(f64),
    Bool(bool),
    Time(Time),
    Duration(Duration),
    /// Items of the column.
    List(Span32),
    /// One record; see [`REFERENCE`].
    One(u32),
    /// Targets of the column.
    Many(Span32),
    /// Something structured that nobody looks into.
    Opaque,
}

/// A target with this bit is a reference that is not resolved yet: the other bits are its number in the references of
/// the noun that it leads to. Without the bit it is a row.
pub(crate) const REFERENCE: u32 = 1 << 31;

/// The offset of what has no place.
pub(crate) const NO_OFFSET: u32 = u32::MAX;

/// The targets of the relations of a column, row after row.
#[derive(Debug, Default)]
pub(crate) struct Targets {
    pub(crate) rows: Vec<u32>,
    /// Where each stands. Shorter than `rows` where the last are nested records: those stand where they begin.
    places: Vec<u32>,
    files: FxHashMap<u32, u32>,
}

/// The shapes of the values of an `any` attribute: they tell how it reads where it is lacking or empty.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shapes {
    singles: bool,
    empty_lists: bool,
    lists: bool,
    record_lists: bool,
}

impl Shapes {
    /// Whether every value was a list.
    pub(crate) fn only_lists(self) -> bool {
        !self.singles && (self.empty_lists || self.lists || self.record_lists)
    }

    /// Whether every list that held something held records.
    pub(crate) fn lists_hold_records(self) -> bool {
        self.record_lists && !self.lists
    }

    fn absorb(&mut self, other: Shapes) {
        self.singles |= other.singles;
        self.empty_lists |= other.empty_lists;
        self.lists |= other.lists;
        self.record_lists |= other.record_lists;
    }
}

/// The values of one attribute.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) kind: Kind,
    /// Some record carries the attribute, if only as null.
    pub(crate) carried: bool,
    /// Which shapes its values had.
    pub(crate) shapes: Shapes,
    // Shorter than the table where the last rows lack the attribute.
    states: Vec<State>,
    places: Vec<u32>,
    values: Values,
    unknowns: FxHashMap<u32, ReasonId>,
    /// The file of a value that stands in another file than its record.
    files: FxHashMap<u32, u32>,
    /// The items of lists, row after row.
    pub(crate) items: Option<Box<Column>>,
    pub(crate) targets: Targets,
}

impl Column {
    /// An empty column for values of a declared type.
    pub(crate) fn of(ty: &AttributeType) -> Column {
        let items = match ty {
            AttributeType::List(item) => Some(Box::new(Column::of(item))),
            _ => None,
        };
        Column::new(Kind::of(ty), items)
    }

    pub(crate) fn new(kind: Kind, items: Option<Box<Column>>) -> Column {
        Column {
            kind,
            carried: false,
            shapes: Shapes::default(),
            states: Vec::new(),
            places: Vec::new(),
            values: Values::None,
            unknowns: FxHashMap::default(),
            files: FxHashMap::default(),
            items,
            targets: Targets::default(),
        }
    }

    /// Rows that it reaches to; those beyond are absent.
    pub(crate) fn len(&self) -> usize {
        self.states.len()
    }

    pub(crate) fn state(&self, row: u32) -> State {
        self.states.get(row as usize).copied().unwrap_or_default()
    }

    /// The states of 64 rows from `first` on, a bit for each: known, and unknown.
    pub(crate) fn state_word(&self, first: u32) -> (u64, u64) {
        let from = (first as usize).min(self.states.len());
        let states = self.states.get(from..self.states.len().min(from + 64)).unwrap_or(&[]);
        let (mut known, mut unknown) = (0, 0);
        for (bit, state) in states.iter().enumerate() {
            known |= u64::from(*state == State::Known) << bit;
            unknown |= u64::from(*state == State::Unknown) << bit;
        }
        (known, unknown)
    }

    /// The values by row; see [`Values`].
    pub(crate) fn values(&self) -> &Values {
        &self.values
    }

    /// The value of a row whose state is known.
    pub(crate) fn value(&self, row: u32) -> Option<Value> {
        if self.state(row) == State::Known { self.values.get(row as usize) } else { None }
    }

    /// The text of a row, where that is known.
    #[inline]
    pub(crate) fn symbol(&self, row: u32) -> Option<Symbol> {
        match self.value(row)? {
            Value::Text(symbol) => Some(symbol),
            _ => None,
        }
    }

    pub(crate) fn reason(&self, row: u32) -> Option<ReasonId> {
        self.unknowns.get(&row).copied()
    }

    /// The offset, and the file where it is another than that of the record.
    pub(crate) fn place(&self, row: u32) -> (u32, Option<u32>) {
        let offset = self.places.get(row as usize).copied().unwrap_or(NO_OFFSET);
        (offset, self.files.get(&row).copied())
    }

    /// The records of a `one` or a list of records.
    pub(crate) fn records(&self, row: u32) -> Option<&[u32]> {
        if self.state(row) != State::Known {
            return None;
        }
        let range = match &self.values {
            Values::One(rows) => return rows.get(row as usize).map(std::slice::from_ref),
            Values::Many(ranges) => *ranges.get(row as usize)?,
            Values::Mixed(values) => match values.get(row as usize)? {
                Value::One(target) => return Some(std::slice::from_ref(target)),
                Value::Many(range) => *range,
                _ => return None,
            },
            _ => return None,
        };
        self.targets.rows.get(range.indices())
    }

    /// The same, as it is put.
    pub(crate) fn cell_place(&self, row: u32) -> CellPlace {
        let (offset, file) = self.place(row);
        CellPlace { offset, file }
    }

    pub(crate) fn put_null(&mut self, row: u32, place: CellPlace) {
        self.put_state(row, State::Null, place);
    }

    pub(crate) fn put_unknown(&mut self, row: u32, reason: ReasonId, place: CellPlace) {
        self.put_state(row, State::Unknown, place);
        self.unknowns.insert(row, reason);
    }

    #[inline]
    pub(crate) fn put_value(&mut self, row: u32, value: Value, place: CellPlace) {
        // The next row of a column of one type: nearly every value of an export.
        if row as usize == self.states.len() && place.file.is_none() && self.values.push(row as usize, value) {
            self.carried = true;
            self.states.push(State::Known);
            self.places.push(place.offset);
            self.note(value);
            return;
        }
        self.put_any(row, value, place);
    }

    fn put_any(&mut self, row: u32, value: Value, place: CellPlace) {
        if self.state(row) == State::Unknown {
            self.unknowns.remove(&row);
        }
        self.put_state(row, State::Known, place);
        self.note(value);
        self.values.put(row as usize, value);
    }

    fn put_state(&mut self, row: u32, state: State, place: CellPlace) {
        self.carried = true;
        put(&mut self.states, row as usize, state, State::Absent);
        put(&mut self.places, row as usize, place.offset, NO_OFFSET);
        if let Some(file) = place.file {
            self.files.insert(row, file);
        } else if !self.files.is_empty() {
            self.files.remove(&row);
        }
    }

    #[inline]
    fn note(&mut self, value: Value) {
        match value {
            Value::List(Span32 { len: 0, .. }) | Value::Many(Span32 { len: 0, .. }) => self.shapes.empty_lists = true,
            Value::List(_) => self.shapes.lists = true,
            Value::Many(_) => self.shapes.record_lists = true,
            _ => self.shapes.singles = true,
        }
    }

    /// The noun that its relations, or those in its lists, lead to.
    pub(crate) fn target(&self) -> Option<NounId> {
        self.kind.target().or_else(|| self.items.as_ref()?.target())
    }

    /// The column of the items of its lists.
    pub(crate) fn items_mut(&mut self) -> &mut Column {
        let kind = self.kind;
        self.items.get_or_insert_with(|| Box::new(Column::new(kind, None)))
    }

    /// Copies a value, its state and place from one row to another. The file of each row says whether the place needs
    /// one of its own.
    pub(crate) fn copy_cell(&mut self, from: u32, to: u32, from_file: u32, to_file: u32) {
        let place = self.place_for(from, from_file, to_file);
        match self.state(from) {
            State::Absent => {}
            State::Null => self.put_null(to, place),
            State::Unknown => {
                if let Some(reason) = self.reason(from) {
                    self.put_unknown(to, reason, place);
                }
            }
            State::Known => {
                if let Some(value) = self.value(from) {
                    self.put_value(to, value, place);
                }
            }
        }
    }

    /// Appends copies of items in a new order, so that they lie side by side: each with the file of its own record.
    pub(crate) fn gather(&mut self, items: &[(u32, u32)], to_file: u32) -> Span32 {
        let start = self.len();
        for (offset, (item, from_file)) in items.iter().enumerate() {
            self.copy_cell(*item, row_number(start + offset), *from_file, to_file);
        }
        Span32::new(start, items.len())
    }

    fn place_for(&self, from: u32, from_file: u32, to_file: u32) -> CellPlace {
        let (offset, file) = self.place(from);
        let file = file.unwrap_or(from_file);
        CellPlace { offset, file: (file != to_file).then_some(file) }
    }

    /// Removes rows: `keep` says of each whether it stays. Items and targets stay where they are.
    pub(crate) fn retain(&mut self, first: usize, keep: &dyn Fn(usize) -> bool) {
        if self.len() <= first {
            return;
        }
        let rows = self.len();
        if !self.unknowns.is_empty() || !self.files.is_empty() {
            let new_rows = new_numbers(first, rows, keep);
            self.unknowns = renumbered(&self.unknowns, first, &new_rows);
            self.files = renumbered(&self.files, first, &new_rows);
        }
        retain_from(&mut self.states, first, keep);
        retain_from(&mut self.places, first, keep);
        self.values.retain(first, keep);
    }

    /// Changes the targets of its relations.
    pub(crate) fn retarget(&mut self, map: &dyn Fn(u32) -> u32) {
        self.retarget_own(map);
        if let Some(items) = &mut self.items {
            items.retarget(map);
        }
    }

    /// The same, but for what stands in its lists.
    fn retarget_own(&mut self, map: &dyn Fn(u32) -> u32) {
        for target in &mut self.targets.rows {
            *target = map(*target);
        }
        match &mut self.values {
            Values::One(rows) => rows.iter_mut().for_each(|target| *target = map(*target)),
            Values::Mixed(values) => {
                for value in values {
                    if let Value::One(target) = value {
                        *target = map(*target);
                    }
                }
            }
            _ => {}
        }
    }

    /// Drops what stands twice in one relation: two references may have led to one record.
    pub(crate) fn drop_repeated_targets(&mut self) {
        let targets = &mut self.targets;
        match &mut self.values {
            Values::Many(ranges) => {
                for (row, range) in ranges.iter_mut().enumerate() {
                    if range.len > 1 && self.states.get(row) == Some(&State::Known) {
                        range.len = targets.drop_repeated(*range);
                    }
                }
            }
            Values::Mixed(values) => {
                for value in values {
                    if let Value::Many(range) = value
                        && range.len > 1
                    {
                        range.len = targets.drop_repeated(*range);
                    }
                }
            }
            _ => {}
        }
    }

    /// A column of the kind without a row.
    pub(crate) fn empty(&self) -> Column {
        Column::new(self.kind, self.items.as_ref().map(|items| Box::new(items.empty())))
    }

    /// Room for as many values again.
    pub(crate) fn room(&self) -> ColumnRoom {
        ColumnRoom {
            rows: with_slack(self.states.len()),
            targets: with_slack(self.targets.rows.len()),
            target_places: with_slack(self.targets.places.len()),
            items: with_slack(self.items.as_ref().map_or(0, |items| items.states.len())),
        }
    }

    /// Makes room in a column that is empty.
    pub(crate) fn make_room(&mut self, room: ColumnRoom) {
        self.reserve_rows(room.rows);
        self.targets.rows.reserve_exact(room.targets);
        self.targets.places.reserve_exact(room.target_places);
        if let Some(items) = &mut self.items {
            items.reserve_rows(room.items);
        }
    }

    fn reserve_rows(&mut self, rows: usize) {
        self.states.reserve_exact(rows);
        self.places.reserve_exact(rows);
        if let (Values::None, Some(values)) = (&self.values, Values::of_kind(self.kind)) {
            self.values = values;
        }
        self.values.reserve(rows);
    }

    /// How much it holds, about.
    pub(crate) fn size(&self) -> usize {
        self.states.len() + self.targets.rows.len() + self.items.as_ref().map_or(0, |items| items.size())
    }

    /// Makes room for the rows of other columns of the same attribute.
    pub(crate) fn reserve<'c>(&mut self, others: impl Iterator<Item = &'c Column> + Clone) {
        self.reserve_rows(others.clone().map(Column::len).sum());
        self.targets.rows.reserve_exact(others.clone().map(|column| column.targets.rows.len()).sum());
        self.targets.places.reserve_exact(others.clone().map(|column| column.targets.places.len()).sum());
        if let Some(items) = &mut self.items {
            // Lists within lists are rare, and grow by themselves.
            let others: Vec<&Column> = others.filter_map(|column| column.items.as_deref()).collect();
            let rows = others.iter().map(|items| items.len()).sum();
            items.reserve_rows(rows);
        }
    }

    /// Gives what is in it the numbers that it has in the whole; its rows are the first of all.
    pub(crate) fn change(&mut self, shift: &Shift<'_>) {
        self.values.change(shift);
        self.unknowns.values_mut().for_each(|reason| *reason = shift.reason(*reason));
        let targets = shift.targets(self.kind);
        self.retarget_own(&|target| targets.of(target));
        // Items are changed once, by themselves.
        if let Some(items) = &mut self.items {
            items.change(shift);
        }
    }

    /// Appends the rows of another column of the same attribute.
    pub(crate) fn absorb(&mut self, other: Column, shift: &Shift<'_>) {
        let (item_shift, target_shift) = (self.items.as_ref().map_or(0, |items| items.len()), self.targets.rows.len());
        let (item_shift, target_shift) = (row_number(item_shift), row_number(target_shift));
        self.carried |= other.carried;
        self.shapes.absorb(other.shapes);
        let targets = shift.targets(other.kind);
        if !other.states.is_empty() {
            let first = shift.rows as usize;
            self.states.resize(first, State::Absent);
            self.states.extend_from_slice(&other.states);
            self.places.resize(first, NO_OFFSET);
            self.places.extend_from_slice(&other.places);
            self.values.absorb(other.values, first, (item_shift, target_shift), (shift, &targets));
        }
        self.unknowns.extend(other.unknowns.into_iter().map(|(row, reason)| (row + shift.rows, shift.reason(reason))));
        self.files.extend(other.files.into_iter().map(|(row, file)| (row + shift.rows, file)));
        if let Some(items) = other.items {
            self.items_mut().absorb(*items, &Shift { rows: item_shift, ..*shift });
        }
        self.targets.absorb(other.targets, target_shift, &targets);
    }

    /// Gives back what growing has reserved beyond need.
    pub(crate) fn shrink(&mut self) {
        self.states.shrink_to_fit();
        self.places.shrink_to_fit();
        self.values.shrink();
        self.targets.rows.shrink_to_fit();
        self.targets.places.shrink_to_fit();
        if let Some(items) = &mut self.items {
            items.shrink();
        }
    }
}

/// Where a value stands: the file only where it is another than that of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CellPlace {
    pub(crate) offset: u32,
    pub(crate) file: Option<u32>,
}

impl CellPlace {
    pub(crate) const NONE: CellPlace = CellPlace { offset: NO_OFFSET, file: None };
}

impl Targets {
    pub(crate) fn push(&mut self, target: u32, place: CellPlace) {
        if place.offset != NO_OFFSET {
            let at = self.rows.len();
            self.places.resize(at, NO_OFFSET);
            self.places.push(place.offset);
            if let Some(file) = place.file {
                self.files.insert(row_number(at), file);
            }
        }
        self.rows.push(target);
    }

    /// Where a target was named; an offset of [`NO_OFFSET`] means: where its record stands.
    pub(crate) fn place(&self, index: usize) -> (u32, Option<u32>) {
        let offset = self.places.get(index).copied().unwrap_or(NO_OFFSET);
        (offset, self.files.get(&row_number(index)).copied())
    }

    /// Appends copies of targets in a new order: each with the file of its own record.
    pub(crate) fn gather(&mut self, indices: &[(u32, u32)], to_file: u32) -> Span32 {
        let start = self.rows.len();
        for (index, from_file) in indices {
            let Some(target) = self.rows.get(*index as usize).copied() else { continue };
            let (offset, file) = self.place(*index as usize);
            let file = file.unwrap_or(*from_file);
            self.push(target, CellPlace { offset, file: (file != to_file).then_some(file) });
        }
        Span32::new(start, self.rows.len() - start)
    }

    fn absorb(&mut self, other: Targets, shift: u32, map: &MovedTargets<'_>) {
        if !other.places.is_empty() {
            self.places.resize(shift as usize, NO_OFFSET);
            self.places.extend_from_slice(&other.places);
        }
        self.files.extend(other.files.into_iter().map(|(index, file)| (index + shift, file)));
        self.rows.extend(other.rows.iter().map(|target| map.of(*target)));
    }

    /// Moves the first of each to the front of the range; gives how many there are.
    fn drop_repeated(&mut self, range: Span32) -> u32 {
        const FEW: u32 = 16;
        let mut seen = hashbrown::HashSet::new();
        let mut kept = range.start as usize;
        for index in range.indices() {
            let Some(target) = self.rows.get(index).copied() else { break };
            let repeated = if range.len <= FEW {
                self.rows.get(range.start as usize..kept).is_some_and(|kept| kept.contains(&target))
            } else {
                !seen.insert(target)
            };
            if repeated {
                continue;
            }
            if kept != index {
                self.rows.swap(kept, index);
                self.move_place(index, kept);
            }
            kept += 1;
        }
        row_number(kept) - range.start
    }

    fn move_place(&mut self, from: usize, to: usize) {
        let (offset, file) = self.place(from);
        if let Some(place) = self.places.get_mut(to) {
            *place = offset;
        }
        match file {
            Some(file) => self.files.insert(row_number(to), file),
            None => self.files.remove(&row_number(to)),
        };
    }
}

/// A count as the store keeps it. Past four thousand million there is no memory for what is counted.
pub(crate) fn row_number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Keeps those from `first` on that are to be kept.
pub(crate) fn retain_from<T: Copy>(values: &mut Vec<T>, first: usize, keep: &dyn Fn(usize) -> bool) {
    let mut kept = first;
    for row in first..values.len() {
        if keep(row) {
            values.swap(kept, row);
            kept += 1;
        }
    }
    values.truncate(kept.max(first.min(values.len())));
}

/// The new number of each row from `first` on; `None` for those that go.
fn new_numbers(first: usize, rows: usize, keep: &dyn Fn(usize) -> bool) -> Vec<Option<u32>> {
    let mut next = first;
    (first..rows)
        .map(|row| {
            keep(row).then(|| {
                next += 1;
                row_number(next - 1)
            })
        })
        .collect()
}

fn renumbered<T: Copy>(map: &FxHashMap<u32, T>, first: usize, rows: &[Option<u32>]) -> FxHashMap<u32, T> {
    map.iter()
        .filter_map(|(row, value)| match (*row as usize).checked_sub(first) {
            None => Some((*row, *value)),
            Some(index) => Some((rows.get(index).copied().flatten()?, *value)),
        })
        .collect()
}
