//! Records made by maps.

use crate::column::{CellPlace, Kind, REFERENCE, Span32, Value};
use crate::compare::Compare;
use crate::merge::Merge;
use crate::store::warn_incomplete;
use crate::table::{NO_FILE, Parent};
use crate::tables::{Cursor, Held, Tables};
use crate::warning::FactWarning;
use crate::{AttributeId, Builder, Duration, Facts, NounId, Scalar, Time, UnknownReason};
use hashbrown::{HashMap, HashTable};
use tickmark_source::Place;

/// A record made by a map.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRecord {
    /// Where what it was made from stands.
    pub place: Option<Place>,
    /// False: it only may belong to the noun.
    pub certain: bool,
    /// The record that holds it, and by which of its relations.
    pub parent: Option<(NounId, u32, AttributeId)>,
    /// Its values, each with the place that it came from.
    pub values: Vec<(AttributeId, NewValue, Option<Place>)>,
}

/// A value of a [`NewRecord`]. It is read by the declared type: text for a time is parsed, text for a relation is the
/// printed id of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum NewValue {
    /// There is none.
    Missing,
    /// What it is made from was not surveyed.
    NotSurveyed,
    /// It is not known.
    Unknown(UnknownReason),
    /// Text; of a relation the printed id of a record.
    Text(String),
    /// A number.
    Number(f64),
    /// A bool.
    Bool(bool),
    /// A moment.
    Time(Time),
    /// A length of time.
    Duration(Duration),
    /// A list.
    List(Vec<(NewValue, Option<Place>)>),
    /// Records of a noun.
    Records(NounId, Vec<u32>),
}

/// The record that holds another, and by which relation.
type Holder = (NounId, u32, AttributeId);

impl Facts {
    /// Adds records to a noun: merges them with records of the same key, links them to what holds them, and resolves
    /// the references to them. Rows of records that were there stay as they are; phantoms of the noun are numbered
    /// anew. Gives the row of each record. The noun is supplied from now on, even if there is no record.
    pub fn extend(&mut self, noun: NounId, records: Vec<NewRecord>) -> (Vec<u32>, Vec<FactWarning>) {
        self.tables.table_mut(noun).supplied = true;
        if records.is_empty() || self.tables.table(noun).is_none() {
            return (vec![u32::MAX; records.len()], Vec::new());
        }
        let empty = Tables::new(self.tables.needs.clone());
        let mut builder = Builder::over(std::mem::replace(&mut self.tables, empty));
        let rows = builder.add_records(noun, records);
        let Builder { tables, warnings, .. } = builder;
        self.tables = tables;
        (rows, warnings.into_list())
    }
}

impl Builder {
    fn add_records(&mut self, noun: NounId, records: Vec<NewRecord>) -> Vec<u32> {
        self.tables.unsettle(noun);
        let first = self.tables.rows(noun);
        let mut holders = Vec::new();
        for record in records {
            let row = self.tables.table_mut(noun).begin(record.place);
            holders.extend(record.parent.map(|holder| (row, holder)));
            self.fill(noun, row, first, record);
        }
        let end = self.tables.rows(noun);
        let keyed = self.tables.index_keys(noun, first);
        warn_incomplete(&self.tables, &mut self.warnings, noun, &keyed.incomplete);
        self.tables.resolve(noun);
        let mut merge = Merge::new(&mut self.tables, &mut self.warnings);
        merge.add(noun, keyed.repeated);
        same_children(&mut merge, noun, first, &holders);
        merge.unite();
        // Only new rows of this noun go: maps hold the numbers of all others.
        merge.take_over(noun);
        let renumbered = merge.compact(noun);
        self.tables.settle(noun);
        self.tables.drop_repeated_targets(noun);
        let children = holders.into_iter().map(|(row, holder)| (holder, renumbered.of(row))).collect();
        self.link_children(noun, children);
        (first..end).map(|row| renumbered.of(row)).collect()
    }

    fn fill(&mut self, noun: NounId, row: u32, first: u32, record: NewRecord) {
        let table = self.tables.table_mut(noun);
        if !record.certain {
            table.uncertain.insert(row);
        }
        if let Some((parent, parent_row, _)) = record.parent {
            table.set_parent(row, Parent { noun: parent.0, row: parent_row });
        }
        let file = record.place.map_or(NO_FILE, |place| place.file.0);
        for (attribute, value, place) in record.values {
            let Some(kind) = self.kind(noun, attribute) else { continue };
            let cursor = Cursor { noun, row, attribute, depth: 0, file };
            let value = as_references(value, noun, first);
            if let Some(held) = self.new_value(cursor, kind, value, place) {
                self.put(cursor, held, place);
            }
        }
    }

    /// Reads a value as the declared type; `None` where it was not surveyed.
    fn new_value(&mut self, cursor: Cursor, kind: Kind, value: NewValue, place: Option<Place>) -> Option<Held> {
        Some(match value {
            NewValue::NotSurveyed => return None,
            NewValue::Missing => Held::Null,
            NewValue::Unknown(reason) => self.tables.unknown(reason),
            NewValue::Text(text) => self.scalar(cursor, kind, &Scalar::Text(&text), place),
            NewValue::Number(number) => self.scalar(cursor, kind, &Scalar::Number(number), place),
            NewValue::Bool(value) => self.scalar(cursor, kind, &Scalar::Bool(value), place),
            NewValue::Time(time) => self.moment(cursor, kind, (Value::Time(time), time.to_string()), place),
            NewValue::Duration(duration) => {
                self.moment(cursor, kind, (Value::Duration(duration), duration.to_string()), place)
            }
            NewValue::List(items) => self.new_list(cursor, kind, items, place),
            NewValue::Records(noun, rows) => self.new_records(cursor, kind, (noun, rows), place),
        })
    }

    /// A time or duration, which text attributes take as printed.
    fn moment(&mut self, cursor: Cursor, kind: Kind, (value, text): (Value, String), place: Option<Place>) -> Held {
        match (kind, value) {
            (Kind::Time, Value::Time(_)) | (Kind::Duration, Value::Duration(_)) | (Kind::Any(_), _) => {
                Held::Known(value)
            }
            (Kind::Text, _) => Held::Known(Value::Text(self.tables.symbols.intern(&text))),
            (Kind::List, _) => {
                let item = self.item_kind(cursor);
                let held = self.moment(cursor.inside(), item, (value, text), place);
                self.list_of_one(cursor, held, place)
            }
            _ => self.does_not_fit(cursor, kind, (format!("`{text}`"), ""), place),
        }
    }

    fn new_list(
        &mut self,
        cursor: Cursor,
        kind: Kind,
        items: Vec<(NewValue, Option<Place>)>,
        place: Option<Place>,
    ) -> Held {
        let mark = self.scratch.len();
        match kind {
            Kind::List => {
                let item = self.item_kind(cursor);
                self.new_items(cursor.inside(), item, items);
                self.commit_items(cursor, mark)
            }
            Kind::Any(_) => {
                self.new_items(cursor.inside(), kind, items);
                self.commit_any(cursor, mark)
            }
            Kind::Many(noun) => {
                self.new_items(cursor, Kind::One(noun), items);
                self.commit_targets(cursor, mark)
            }
            Kind::One(_) if items.len() == 1 => {
                let only =
                    items.into_iter().next().and_then(|(value, place)| self.new_value(cursor, kind, value, place));
                only.unwrap_or(Held::Null)
            }
            _ => self.does_not_fit(cursor, kind, ("a list".to_owned(), ""), place),
        }
    }

    fn new_items(&mut self, cursor: Cursor, kind: Kind, items: Vec<(NewValue, Option<Place>)>) {
        for (value, place) in items {
            let not_surveyed = || UnknownReason::Mapped("not surveyed".to_owned());
            let held = self.new_value(cursor, kind, value, place);
            let held = held.unwrap_or_else(|| self.tables.unknown(not_surveyed()));
            if held != Held::Null {
                self.scratch.push((held, cursor.cell_place(place)));
            }
        }
    }

    fn new_records(
        &mut self,
        cursor: Cursor,
        kind: Kind,
        (noun, rows): (NounId, Vec<u32>),
        place: Option<Place>,
    ) -> Held {
        let fits = kind.target() == Some(noun);
        match (kind, rows.as_slice()) {
            (Kind::One(_), []) if fits => Held::Null,
            (Kind::One(_), [row]) if fits => Held::Known(Value::One(*row)),
            (Kind::Many(_) | Kind::Map(_) | Kind::Any(_), _) if fits => {
                let Some(column) = self.tables.column_at(cursor) else { return Held::Null };
                let start = column.targets.rows.len();
                rows.iter().for_each(|row| column.targets.push(*row, CellPlace::NONE));
                Held::Known(Value::Many(Span32::new(start, rows.len())))
            }
            // Nobody looks into it.
            (Kind::Any(_), [_, ..]) => Held::Known(Value::Opaque),
            (Kind::Any(_), []) => Held::Null,
            _ => {
                let what = format!(
                    "{} of `{}`",
                    if rows.len() == 1 { "a record" } else { "records" },
                    self.needs().noun(noun).name
                );
                self.does_not_fit(cursor, kind, (what, ""), place)
            }
        }
    }

    /// Adds records to the relations that hold them.
    fn link_children(&mut self, noun: NounId, mut children: Vec<(Holder, u32)>) {
        // Stable: the children of one record keep their order.
        children.sort_by_key(|(holder, _)| *holder);
        for group in children.chunk_by(|first, second| first.0 == second.0) {
            let Some(((parent, row, attribute), _)) = group.first().copied() else { continue };
            let Some(table) = self.tables.table(parent).filter(|table| row < table.rows) else { continue };
            let cursor = Cursor { noun: parent, row, attribute, depth: 0, file: table.file(row) };
            let Some(kind) = self.kind(parent, attribute).filter(|kind| kind.target() == Some(noun)) else { continue };
            let place = group.first().and_then(|(_, child)| self.tables.table(noun)?.place(*child));
            if matches!(kind, Kind::One(_)) {
                group.iter().for_each(|(_, child)| self.put(cursor, Held::Known(Value::One(*child)), place));
                continue;
            }
            let held = self.new_records(cursor, kind, (noun, group.iter().map(|(_, child)| *child).collect()), place);
            self.put(cursor, held, place);
        }
        children.dedup_by_key(|((parent, _, attribute), _)| (*parent, *attribute));
        for ((parent, _, attribute), _) in children {
            if let Some(column) =
                self.tables.column_mut(parent, attribute).filter(|column| column.target() == Some(noun))
            {
                column.drop_repeated_targets();
            }
        }
    }
}

/// While a noun grows, its phantoms are references.
fn as_references(value: NewValue, noun: NounId, first: u32) -> NewValue {
    match value {
        NewValue::Records(target, rows) if target == noun => {
            let reference = |row: u32| row.checked_sub(first).map_or(row, |number| number | REFERENCE);
            NewValue::Records(target, rows.into_iter().map(reference).collect())
        }
        NewValue::List(items) => {
            let items = items.into_iter().map(|(item, place)| (as_references(item, noun, first), place));
            NewValue::List(items.collect())
        }
        other => other,
    }
}

/// A new record without a key that agrees in everything with one that its parent holds already is that record: another
/// source told of it first.
fn same_children(merge: &mut Merge<'_>, noun: NounId, first: u32, holders: &[(u32, Holder)]) {
    let compare = Compare { tables: merge.tables, kept: &merge.kept };
    let mut known: HashMap<Holder, HashTable<u32>> = HashMap::new();
    let mut same = Vec::new();
    for (row, holder) in holders.iter().filter(|(row, _)| compare.is_keyless(noun, *row)) {
        let held = known.entry(*holder).or_insert_with(|| {
            let (parent, parent_row, attribute) = *holder;
            let column = merge.tables.column(parent, attribute).filter(|column| column.kind.target() == Some(noun));
            let rows = column.and_then(|column| column.records(parent_row)).unwrap_or_default();
            let mut held = HashTable::new();
            for row in rows.iter().copied().filter(|row| *row < first && compare.is_keyless(noun, *row)) {
                held.insert_unique(compare.hash_target(noun, row), row, |row| compare.hash_target(noun, *row));
            }
            held
        });
        let hash = compare.hash_target(noun, *row);
        if let Some(earlier) = held.find(hash, |known| compare.same_record(noun, *known, *row)) {
            same.push((*row, *earlier));
        }
    }
    for (row, earlier) in same {
        merge.kept.insert(noun, row, earlier);
    }
}
