//! Records of one key are one record: values must agree, lists are united.

use crate::column::{CellPlace, Column, REFERENCE, Span32, State, Value, row_number};
use crate::compare::{Compare, Kept};
use crate::symbols::Symbol;
use crate::table::Parent;
use crate::tables::{Cursor, Held, Tables, store};
use crate::warning::{FactWarningKind, Warnings};
use crate::{AttributeId, NounId, UnknownReason};
use hashbrown::{HashMap, HashTable};
use std::collections::VecDeque;
use tickmark_source::Place;

/// Unites groups of rows.
pub(crate) struct Merge<'a> {
    pub(crate) tables: &'a mut Tables,
    pub(crate) warnings: &'a mut Warnings,
    pub(crate) kept: Kept,
    queue: VecDeque<(NounId, Vec<u32>)>,
}

/// What the first record of a group gets for an attribute.
enum Plan {
    /// What it has.
    Nothing,
    /// What another one has.
    Copy(u32),
    /// What another one has, which is not known.
    Unknown(u32),
    /// They differ, here.
    Contradictory(Vec<(Place, String)>, u32),
    /// Items of all of them: the index of each, and the file of its record.
    Items(Vec<(u32, u32)>),
    /// The same for targets.
    Targets(Vec<(u32, u32)>),
}

impl<'a> Merge<'a> {
    pub(crate) fn new(tables: &'a mut Tables, warnings: &'a mut Warnings) -> Merge<'a> {
        Merge { tables, warnings, kept: Kept::default(), queue: VecDeque::new() }
    }

    /// Says of pairs that the second row is the same record as the first.
    pub(crate) fn add(&mut self, noun: NounId, mut repeated: Vec<(u32, u32)>) {
        repeated.sort_unstable();
        for group in repeated.chunk_by(|first, second| first.0 == second.0) {
            let first = group.first().map(|(first, _)| *first);
            let rows: Vec<u32> = first.into_iter().chain(group.iter().map(|(_, row)| *row)).collect();
            self.queue_group(noun, rows);
        }
    }

    fn queue_group(&mut self, noun: NounId, rows: Vec<u32>) {
        let Some((first, others)) = rows.split_first() else { return };
        others.iter().for_each(|row| self.kept.insert(noun, *row, *first));
        self.queue.push_back((noun, rows));
    }

    /// Unites the values of all groups. The rows stay where they are.
    pub(crate) fn unite(&mut self) {
        while let Some((noun, rows)) = self.queue.pop_front() {
            let columns = self.tables.table(noun).map_or(0, |table| table.columns.len());
            for attribute in (0..columns).map(|index| AttributeId(row_number(index))) {
                // The printed keys agree, however they are written (`7` and `"7"`).
                if !self.tables.needs.noun(noun).key.contains(&attribute) {
                    let plan = self.plan(noun, attribute, &rows);
                    self.carry_out(noun, attribute, &rows, plan);
                }
            }
        }
    }

    fn plan(&mut self, noun: NounId, attribute: AttributeId, rows: &[u32]) -> Plan {
        let Some(column) = self.tables.column(noun, attribute) else { return Plan::Nothing };
        let known: Vec<(u32, Value)> =
            rows.iter().filter_map(|row| column.value(*row).map(|value| (*row, value))).collect();
        let unknown = rows.iter().filter_map(|row| column.reason(*row).map(|reason| (*row, reason)));
        let unknown = unknown.reduce(
            |first, second| {
                if self.tables.stronger(first.1, second.1) == first.1 { first } else { second }
            },
        );
        let plural =
            !known.is_empty() && known.iter().all(|(_, value)| matches!(value, Value::List(_) | Value::Many(_)));
        if let Some((row, reason)) = unknown
            && (known.is_empty() || plural || !self.tables.gives_way(reason))
        {
            return Plan::Unknown(row);
        }
        match known.as_slice() {
            [] => Plan::Nothing,
            [(row, _)] => Plan::Copy(*row),
            _ if matches!(column.kind, crate::column::Kind::Map(_)) => self.plan_entries(noun, attribute, &known),
            _ if plural => self.plan_union(noun, attribute, &known),
            [first, others @ ..] => self.plan_same(noun, attribute, *first, others),
        }
    }

    /// All must be the same.
    fn plan_same(
        &mut self,
        noun: NounId,
        attribute: AttributeId,
        first: (u32, Value),
        others: &[(u32, Value)],
    ) -> Plan {
        let Some(column) = self.tables.column(noun, attribute) else { return Plan::Nothing };
        let compare = Compare { tables: self.tables, kept: &self.kept };
        let differing: Vec<u32> = others
            .iter()
            .filter(|(_, value)| !compare.same_value(column, first.1, *value))
            .map(|(row, _)| *row)
            .collect();
        if let Some(row) = differing.first().copied() {
            let rows = std::iter::once(first.0).chain(differing);
            return Plan::Contradictory(rows.filter_map(|row| self.said(noun, attribute, row)).collect(), row);
        }
        // Nested records without a key that agree are one record.
        let others: Vec<u32> = others.iter().filter_map(|(_, value)| one(*value)).collect();
        if let (Some(target), Some(keep)) = (column.kind.target(), one(first.1)) {
            others.into_iter().for_each(|drop| self.unify(target, keep, drop));
        }
        Plan::Copy(first.0)
    }

    /// The items of each that equal none of an earlier one.
    fn plan_union(&mut self, noun: NounId, attribute: AttributeId, known: &[(u32, Value)]) -> Plan {
        let Some(table) = self.tables.table(noun) else { return Plan::Nothing };
        let Some(column) = table.column(attribute) else { return Plan::Nothing };
        let compare = Compare { tables: self.tables, kept: &self.kept };
        let filled: Vec<(u32, Value)> = known.iter().copied().filter(|(_, value)| range(*value).len > 0).collect();
        let lists = filled.iter().all(|(_, value)| matches!(value, Value::List(_)));
        let many = filled.iter().all(|(_, value)| matches!(value, Value::Many(_)));
        if let ([], Some((row, _))) = (filled.as_slice(), known.first()) {
            return Plan::Copy(*row);
        }
        if !lists && !many {
            let places = known.iter().filter_map(|(row, _)| self.said(noun, attribute, *row)).collect();
            return Plan::Contradictory(places, filled.last().map_or(0, |(row, _)| *row));
        }
        let members = filled.iter().map(|(row, value)| (table.file(*row), range(*value)));
        if lists {
            let Some(items) = &column.items else { return Plan::Nothing };
            let hash = |item: u32| compare.hash_item(items, item);
            return Plan::Items(union(members, &hash, &|a, b| compare.same_cell(items, a, b)).0);
        }
        let Some(target_noun) = column.kind.target() else { return Plan::Nothing };
        let target = |index: u32| column.targets.rows.get(index as usize).copied().unwrap_or(REFERENCE);
        let hash = |index: u32| compare.hash_target(target_noun, target(index));
        let same = |a, b| compare.same_target(target_noun, target(a), target(b));
        let (all, repeated) = union(members, &hash, &same);
        let repeated: Vec<(u32, u32)> =
            repeated.into_iter().map(|(first, later)| (target(first), target(later))).collect();
        for (keep, drop) in repeated {
            self.unify(target_noun, keep, drop);
        }
        Plan::Targets(all)
    }

    /// The entries of maps: those of one key are one entry, whose values must agree in turn.
    fn plan_entries(&mut self, noun: NounId, attribute: AttributeId, known: &[(u32, Value)]) -> Plan {
        let Some(table) = self.tables.table(noun) else { return Plan::Nothing };
        let Some(column) = table.column(attribute) else { return Plan::Nothing };
        let Some(entries) = column.kind.target() else { return Plan::Nothing };
        let key = self.tables.needs.noun(entries).attribute("key");
        let key_column = key.and_then(|key| self.tables.column(entries, key));
        let mut groups: HashMap<Symbol, usize> = HashMap::new();
        let mut rows: Vec<Vec<u32>> = Vec::new();
        let mut all = Vec::new();
        for (row, value) in known {
            for index in range(*value).indices() {
                let Some(entry) = column.targets.rows.get(index).copied() else { continue };
                let Some(Value::Text(symbol)) = key_column.and_then(|column| column.value(entry)) else { continue };
                let group = *groups.entry(symbol).or_insert(rows.len());
                match rows.get_mut(group) {
                    Some(known) => known.push(entry),
                    None => {
                        rows.push(vec![entry]);
                        all.push((row_number(index), table.file(*row)));
                    }
                }
            }
        }
        for group in rows.into_iter().filter(|group| group.len() > 1) {
            self.queue_group(entries, group);
        }
        Plan::Targets(all)
    }

    fn carry_out(&mut self, noun: NounId, attribute: AttributeId, rows: &[u32], plan: Plan) {
        let Some(first) = rows.first().copied() else { return };
        let table = self.tables.table_mut(noun);
        let first_file = table.file(first);
        let from_file = |row: u32| table.file(row);
        match plan {
            Plan::Nothing => {
                // Null says more than nothing at all: the attribute is there.
                if let Some(column) = table.columns.get(attribute.0 as usize)
                    && column.state(first) == State::Absent
                    && let Some(row) = rows.iter().find(|row| column.state(**row) == State::Null)
                {
                    let file = from_file(*row);
                    if let Some(column) = table.column_mut(attribute) {
                        column.copy_cell(*row, first, file, first_file);
                    }
                }
            }
            Plan::Copy(row) | Plan::Unknown(row) => {
                let file = from_file(row);
                if row != first
                    && let Some(column) = table.column_mut(attribute)
                {
                    column.copy_cell(row, first, file, first_file);
                }
            }
            Plan::Contradictory(places, row) => self.contradict(noun, attribute, (first, row), places),
            Plan::Items(items) => self
                .put_united(noun, attribute, rows, |column| Value::List(column.items_mut().gather(&items, first_file))),
            Plan::Targets(indices) => self
                .put_united(noun, attribute, rows, |column| Value::Many(column.targets.gather(&indices, first_file))),
        }
    }

    /// A united list stands where the first list of the group stands.
    fn put_united(
        &mut self,
        noun: NounId,
        attribute: AttributeId,
        rows: &[u32],
        gather: impl FnOnce(&mut Column) -> Value,
    ) {
        let table = self.tables.table_mut(noun);
        let Some(first) = rows.first().copied() else { return };
        let has_list = |row: &&u32| table.column(attribute).is_some_and(|column| column.state(**row) == State::Known);
        let Some(row) = rows.iter().find(has_list).copied() else { return };
        let (file, first_file) = (table.file(row), table.file(first));
        if let Some(column) = table.column_mut(attribute) {
            column.copy_cell(row, first, file, first_file);
            let value = gather(column);
            let place = placed(column, first);
            column.put_value(first, value, place);
        }
    }

    /// Where a value stands, and what it is in words.
    fn said(&self, noun: NounId, attribute: AttributeId, row: u32) -> Option<(Place, String)> {
        let column = self.tables.column(noun, attribute)?;
        Some((self.cell_place(noun, attribute, row)?, self.tables.value_words(column, column.value(row)?)))
    }

    fn contradict(
        &mut self,
        noun: NounId,
        attribute: AttributeId,
        (first, row): (u32, u32),
        said: Vec<(Place, String)>,
    ) {
        let place = self.cell_place(noun, attribute, row);
        let (places, values) = said.into_iter().unzip();
        let reason = self.tables.reasons.add(UnknownReason::Contradictory { places, values });
        let file = self.tables.table(noun).map_or(0, |table| table.file(first));
        let cursor = Cursor { noun, row: first, attribute, depth: 0, file };
        if let Some(column) = self.tables.column_mut(noun, attribute) {
            store(column, first, Held::Unknown(reason), cursor.cell_place(place));
        }
        let name = self.tables.attribute_name(noun, attribute).unwrap_or_default();
        let tables = &self.tables;
        self.warnings.push(FactWarningKind::Contradictory, (noun, name), place, || {
            format!(
                "records of `{}` `{}` give different values for `{name}`",
                tables.needs.noun(noun).name,
                tables.id(noun, first)
            )
        });
    }

    /// Two records without a key that agree in everything are one, and so are the records nested in them.
    fn unify(&mut self, noun: NounId, keep: u32, drop: u32) {
        let compare = Compare { tables: self.tables, kept: &self.kept };
        let (keep, drop) = (self.kept.of(noun, keep), self.kept.of(noun, drop));
        if keep == drop || !compare.is_keyless(noun, keep) || !compare.is_keyless(noun, drop) {
            return;
        }
        let (keep, drop) = (keep.min(drop), keep.max(drop));
        let mut nested: Vec<(NounId, u32, u32)> = Vec::new();
        if let Some(table) = self.tables.table(noun) {
            for column in &table.columns {
                if let (Some(target), Some(kept), Some(dropped)) =
                    (column.kind.target(), column.records(keep), column.records(drop))
                {
                    nested.extend(kept.iter().zip(dropped).map(|(keep, drop)| (target, *keep, *drop)));
                }
            }
        }
        self.kept.insert(noun, drop, keep);
        for (noun, keep, drop) in nested {
            self.unify(noun, keep, drop);
        }
    }

    fn cell_place(&self, noun: NounId, attribute: AttributeId, row: u32) -> Option<Place> {
        let table = self.tables.table(noun)?;
        let column = table.column(attribute)?;
        let cursor = Cursor { noun, row, attribute, depth: 0, file: table.file(row) };
        cursor.place(placed(column, row)).or_else(|| table.place(row))
    }

    /// Links of the rows that go are taken over by the rows that stay.
    pub(crate) fn take_over(&mut self, noun: NounId) {
        for row in self.kept.dropped(noun) {
            let keep = self.kept.of(noun, row);
            let Some(table) = self.tables.table(noun) else { return };
            let parent = self.kept_parent(table.parent(keep)).combine(self.kept_parent(table.parent(row)));
            let table = self.tables.table_mut(noun);
            table.set_parent(keep, parent);
            if !table.uncertain.contains(&row) {
                table.uncertain.remove(&keep);
            }
        }
    }

    fn kept_parent(&self, parent: Parent) -> Parent {
        Parent { row: self.kept.of(NounId(parent.noun), parent.row), ..parent }
    }

    /// Takes the rows out that are the same record as an earlier one. Gives the new number of each row from the
    /// first that went.
    pub(crate) fn compact(&mut self, noun: NounId) -> Renumbered {
        let dropped = self.kept.dropped(noun);
        let Some(first) = dropped.first().copied() else { return Renumbered { first: u32::MAX, rows: Vec::new() } };
        let rows = self.tables.rows(noun);
        let mut renumbered = Renumbered { first, rows: Vec::with_capacity((rows - first) as usize) };
        let mut next = first;
        for row in first..rows {
            let keep = self.kept.of(noun, row);
            if keep == row {
                renumbered.rows.push(next);
                next += 1;
            } else {
                let number = renumbered.of(keep);
                renumbered.rows.push(number);
            }
        }
        let kept = &self.kept;
        let table = self.tables.table_mut(noun);
        table.retain(first, &|row| {
            let row = row_number(row);
            kept.of(noun, row) == row
        });
        // INVARIANT (first rows): the index holds the first row of each key, and first rows stay.
        table.keys.iter_mut().for_each(|row| *row = renumbered.of(*row));
        self.tables.retarget(noun, &|target| if target & REFERENCE == 0 { renumbered.of(target) } else { target });
        for other in self.tables.nouns() {
            self.tables.table_mut(other).change_parents(|parent| {
                if parent.noun == noun.0 { Parent { row: renumbered.of(parent.row), ..parent } } else { parent }
            });
        }
        renumbered
    }
}

/// New numbers of rows after some were taken out.
pub(crate) struct Renumbered {
    first: u32,
    rows: Vec<u32>,
}

impl Renumbered {
    pub(crate) fn of(&self, row: u32) -> u32 {
        let index = row.checked_sub(self.first);
        index.and_then(|index| self.rows.get(index as usize)).copied().unwrap_or(row)
    }
}

/// The items of all members, without those of a later member that equal one of an earlier; and the pairs of these.
#[expect(clippy::type_complexity, reason = "two lists of pairs: indices with files, and equal indices")]
fn union(
    members: impl Iterator<Item = (u32, Span32)>,
    hash: &dyn Fn(u32) -> u64,
    same: &dyn Fn(u32, u32) -> bool,
) -> (Vec<(u32, u32)>, Vec<(u32, u32)>) {
    let mut all: Vec<(u32, u32)> = Vec::new();
    let mut repeated = Vec::new();
    let mut earlier: HashTable<u32> = HashTable::new();
    for (file, range) in members {
        let from = all.len();
        for index in range.indices().map(row_number) {
            match earlier.find(hash(index), |known| same(*known, index)) {
                Some(known) => repeated.push((*known, index)),
                None => all.push((index, file)),
            }
        }
        // Only now: equal items of one list are two.
        for (index, _) in all.get(from..).unwrap_or_default() {
            earlier.insert_unique(hash(*index), *index, |known| hash(*known));
        }
    }
    (all, repeated)
}

fn placed(column: &Column, row: u32) -> CellPlace {
    let (offset, file) = column.place(row);
    CellPlace { offset, file }
}

fn range(value: Value) -> Span32 {
    match value {
        Value::List(range) | Value::Many(range) => range,
        _ => Span32::default(),
    }
}

fn one(value: Value) -> Option<u32> {
    match value {
        Value::One(target) => Some(target),
        _ => None,
    }
}
