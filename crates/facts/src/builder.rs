//! Events in: importers hand over records, and the builder reads them by the declared types.

use crate::column::{CellPlace, Kind, Range, State, Value, row_number};
use crate::convert::Reading;
use crate::names::{Names, Slot};
use crate::table::Parent;
use crate::tables::{Cursor, Held, Put, Tables, store};
use crate::warning::{FactWarningKind, Warnings};
use crate::{
    AttributeId, AttributeType, FactWarning, Facts, Needs, NounId, Scalar, UnknownReason, ValueKind, ValueReader,
};
use std::sync::Arc;
use tickmark_source::Place;

/// Takes in records. One for each file is fine: [`Builder::absorb`] puts them together in a fixed order.
pub struct Builder {
    pub(crate) tables: Tables,
    pub(crate) warnings: Warnings,
    names: Vec<Option<Box<Names>>>,
    /// Items of the lists that are being read, the innermost last: the items of a list must lie side by side in their
    /// column, and the records in it may bring lists of the same column.
    pub(crate) scratch: Vec<(Held, CellPlace)>,
    depth: u32,
}

/// Readers have limits of their own; this is the belt.
const DEEPEST: u32 = 200;

/// How many records of a noun are looked at for the names of their attributes.
const FIRST_RECORDS: u32 = 64;

impl Builder {
    /// A builder for facts that are needed so.
    #[must_use]
    pub fn new(needs: Arc<Needs>) -> Builder {
        Builder::over(Tables::new(needs))
    }

    /// Goes on with tables that are there.
    pub(crate) fn over(tables: Tables) -> Builder {
        let mut names = Vec::new();
        names.resize_with(tables.needs.len(), || None);
        Builder { tables, warnings: Warnings::default(), names, scratch: Vec::new(), depth: 0 }
    }

    /// What is needed.
    #[must_use]
    pub fn needs(&self) -> &Arc<Needs> {
        &self.tables.needs
    }

    /// This source supplies the noun, even if with no record.
    pub fn supply(&mut self, noun: NounId) {
        self.tables.table_mut(noun).supplied = true;
    }

    /// The importer surveys this noun whole: nothing of it, or of what is nested in it, is ever "not surveyed".
    pub fn survey_whole(&mut self, noun: NounId) {
        self.tables.table_mut(noun).whole = true;
    }

    /// The attribute is carried, though no record has a value here.
    pub fn carry(&mut self, noun: NounId, attribute: AttributeId) {
        if let Some(column) = self.tables.column_mut(noun, attribute) {
            column.carried = true;
        }
    }

    /// Reads one record by the declared types, and skips what is not wanted. Nested objects become records of their
    /// nouns. Gives the row of the record.
    ///
    /// # Errors
    /// Where the reader fails.
    pub fn record<V: ValueReader>(&mut self, noun: NounId, reader: &mut V) -> Result<u32, V::Error> {
        let place = reader.place();
        let kind = reader.kind()?;
        let row = self.begin(noun, place);
        if kind == ValueKind::Object {
            self.members(noun, row, place, reader)?;
        } else {
            // The record stays, with nothing known of it: it must not vanish from what is checked.
            let tables = &self.tables;
            self.warnings.push(FactWarningKind::DoesNotFit, (noun, ""), Some(place), || {
                format!("a record of `{}` must be an object with named attributes", tables.needs.noun(noun).name)
            });
            reader.skip()?;
        }
        Ok(row)
    }

    /// Begins a record that the importer puts together itself. Gives its row.
    pub fn begin(&mut self, noun: NounId, place: Place) -> u32 {
        self.tables.table_mut(noun).begin(Some(place))
    }

    /// Sets an attribute, read by its declared type. A second value of one attribute must be the same, or of a list
    /// is added to it.
    pub fn set(&mut self, noun: NounId, row: u32, attribute: AttributeId, value: Scalar<'_>, place: Place) {
        let (cursor, Some(kind)) = (self.cursor(noun, row, attribute), self.kind(noun, attribute)) else { return };
        let held = self.scalar(cursor, kind, &value, Some(place));
        self.put(cursor, held, Some(place));
    }

    /// Sets an attribute from what stands next in a reader.
    ///
    /// # Errors
    /// Where the reader fails.
    pub fn set_from<V: ValueReader>(
        &mut self,
        noun: NounId,
        row: u32,
        attribute: AttributeId,
        reader: &mut V,
    ) -> Result<(), V::Error> {
        let cursor = self.cursor(noun, row, attribute);
        self.value(cursor, reader)
    }

    /// Sets an attribute by its name in the facts; skips it where it is not wanted.
    ///
    /// # Errors
    /// Where the reader fails.
    pub fn set_by_name<V: ValueReader>(
        &mut self,
        noun: NounId,
        row: u32,
        name: &str,
        reader: &mut V,
    ) -> Result<(), V::Error> {
        match self.slot(noun, &mut 0, name) {
            Slot::Attribute(attribute) => self.set_from(noun, row, attribute, reader),
            slot => {
                // The first records tell the names; to keep those of all would cost more than a suggestion is worth.
                if slot == Slot::Skipped && row < FIRST_RECORDS && self.tables.needs.noun(noun).open {
                    self.tables.seen.entry(noun).or_default().insert(name.into());
                }
                self.pass_over(noun, slot, name, reader)
            }
        }
    }

    /// Adds a reference by printed id to an attribute that is `one` or `many` of a noun.
    pub fn refer(&mut self, noun: NounId, row: u32, attribute: AttributeId, id: &str, place: Place) {
        self.set(noun, row, attribute, Scalar::Text(id), place);
    }

    /// Merges records of one key, resolves references, and gives the facts with all warnings.
    #[must_use]
    pub fn finish(mut self) -> (Facts, Vec<FactWarning>) {
        self.remember_names();
        crate::store::finish(self.tables, self.warnings)
    }

    /// Keeps the keys that records of open nouns were seen with: a misspelt attribute is compared with them.
    pub(crate) fn remember_names(&mut self) {
        for (index, names) in (0..).zip(&self.names) {
            let noun = NounId(index);
            let Some(names) = names.as_ref().filter(|_| self.tables.needs.noun(noun).open) else { continue };
            self.tables.seen.entry(noun).or_default().extend(names.seen().cloned());
        }
    }

    /// Reads the members of an object as attributes of a record.
    fn members<V: ValueReader>(
        &mut self,
        noun: NounId,
        row: u32,
        place: Place,
        reader: &mut V,
    ) -> Result<(), V::Error> {
        let mut position = 0;
        self.deeper(|builder| {
            reader.object(&mut |reader, name| match builder.slot(noun, &mut position, name) {
                Slot::Attribute(attribute) => {
                    let cursor = Cursor { noun, row, attribute, depth: 0, file: place.file.0 };
                    builder.member(cursor, reader)
                }
                slot => builder.pass_over(noun, slot, name, reader),
            })
        })
    }

    fn deeper<R>(&mut self, work: impl FnOnce(&mut Builder) -> R) -> R {
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        result
    }

    /// Reads a member of an object into its cell.
    fn member<V: ValueReader>(&mut self, cursor: Cursor, reader: &mut V) -> Result<(), V::Error> {
        let Some(column) = self.tables.column(cursor.noun, cursor.attribute) else { return reader.skip() };
        let (kind, state) = (column.kind, column.state(cursor.row));
        let place = reader.place();
        if state != State::Absent {
            self.warn_repeated(cursor, None, place);
        }
        let held = self.read(cursor, kind, place, reader)?;
        self.put(cursor, held, Some(place));
        Ok(())
    }

    fn warn_repeated(&mut self, cursor: Cursor, key: Option<&str>, place: Place) {
        let name = self.tables.attribute_name(cursor.noun, cursor.attribute).unwrap_or_default();
        let noun = &self.tables.needs.noun(cursor.noun).name;
        self.warnings.push(FactWarningKind::DuplicateKey, (cursor.noun, name), Some(place), || match key {
            Some(key) => format!("`{key}` stands twice in `{name}` of one record of `{noun}`"),
            None => format!("`{name}` stands twice in one record of `{noun}`"),
        });
    }

    /// Skips a value that is no attribute.
    fn pass_over<V: ValueReader>(
        &mut self,
        noun: NounId,
        slot: Slot,
        name: &str,
        reader: &mut V,
    ) -> Result<(), V::Error> {
        if slot == Slot::Undeclared {
            let place = reader.place();
            let tables = &self.tables;
            self.warnings.push(FactWarningKind::UndeclaredAttribute, (noun, name), Some(place), || {
                format!("`{}` has no attribute `{}`", tables.needs.noun(noun).name, crate::time::shorten(name))
            });
        }
        reader.skip()
    }

    fn slot(&mut self, noun: NounId, position: &mut usize, name: &str) -> Slot {
        let Some(names) = self.names.get_mut(noun.0 as usize) else { return Slot::Skipped };
        let names = names.get_or_insert_with(|| Box::new(Names::new(self.tables.needs.noun(noun))));
        match names.find(position, name) {
            Slot::Extra => Slot::Attribute(self.tables.table_mut(noun).extra(name)),
            slot => slot,
        }
    }

    fn cursor(&self, noun: NounId, row: u32, attribute: AttributeId) -> Cursor {
        let file = self.tables.table(noun).map_or(crate::table::NO_FILE, |table| table.file(row));
        Cursor { noun, row, attribute, depth: 0, file }
    }

    pub(crate) fn kind(&self, noun: NounId, attribute: AttributeId) -> Option<Kind> {
        self.tables.column(noun, attribute).map(|column| column.kind)
    }

    /// Reads what stands next into a cell.
    fn value<V: ValueReader>(&mut self, cursor: Cursor, reader: &mut V) -> Result<(), V::Error> {
        let Some(kind) = self.kind(cursor.noun, cursor.attribute) else { return reader.skip() };
        let place = reader.place();
        let held = self.read(cursor, kind, place, reader)?;
        self.put(cursor, held, Some(place));
        Ok(())
    }

    pub(crate) fn put(&mut self, cursor: Cursor, held: Held, place: Option<Place>) {
        if self.tables.put(cursor, held, cursor.cell_place(place)) == Put::Contradictory {
            let name = self.tables.attribute_name(cursor.noun, cursor.attribute).unwrap_or_default();
            let noun = &self.tables.needs.noun(cursor.noun).name;
            self.warnings.push(FactWarningKind::Contradictory, (cursor.noun, name), place, || {
                format!("a record of `{noun}` has two values for `{name}`")
            });
        }
    }

    /// Reads what stands next as a kind.
    fn read<V: ValueReader>(
        &mut self,
        cursor: Cursor,
        kind: Kind,
        place: Place,
        reader: &mut V,
    ) -> Result<Held, V::Error> {
        match reader.kind()? {
            ValueKind::Scalar if self.is_text(cursor, kind) => {
                reader.written(|scalar| self.scalar(cursor, kind, &scalar, Some(place)))
            }
            ValueKind::Scalar => reader.scalar(|scalar| self.scalar(cursor, kind, &scalar, Some(place))),
            _ if self.depth >= DEEPEST => self.misfit(cursor, kind, "something nested too deeply", reader),
            ValueKind::List => self.deeper(|builder| builder.list(cursor, kind, reader)),
            ValueKind::Object => self.object(cursor, kind, reader),
        }
    }

    /// A scalar: where a list or `many` is declared, a list of one.
    pub(crate) fn scalar(&mut self, cursor: Cursor, kind: Kind, scalar: &Scalar<'_>, place: Option<Place>) -> Held {
        if kind == Kind::List && !matches!(scalar, Scalar::Null | Scalar::Unknown(_)) {
            let item = self.item_kind(cursor);
            let held = self.scalar(cursor.inside(), item, scalar, place);
            return self.list_of_one(cursor, held, place);
        }
        match self.tables.read_scalar(cursor, kind, scalar, place) {
            Reading::Held(Held::Known(Value::One(target))) if matches!(kind, Kind::Many(_)) => {
                self.many_of_one(cursor, target, place)
            }
            Reading::Held(held) => held,
            Reading::DoesNotFit(value, why) => self.does_not_fit(cursor, kind, (format!("`{value}`"), why), place),
        }
    }

    fn list<V: ValueReader>(&mut self, cursor: Cursor, kind: Kind, reader: &mut V) -> Result<Held, V::Error> {
        let place = reader.place();
        let mark = self.scratch.len();
        match kind {
            Kind::List => {
                let item = self.item_kind(cursor);
                self.items(cursor.inside(), item, reader)?;
                Ok(self.commit_items(cursor, mark))
            }
            Kind::Any(_) => {
                self.items(cursor.inside(), kind, reader)?;
                Ok(self.commit_any(cursor, mark))
            }
            Kind::Many(noun) => {
                self.items(cursor, Kind::One(noun), reader)?;
                Ok(self.commit_targets(cursor, mark))
            }
            Kind::One(_) => {
                self.items(cursor, kind, reader)?;
                let only =
                    if self.scratch.len() == mark + 1 { self.scratch.last().map(|(held, _)| *held) } else { None };
                self.scratch.truncate(mark);
                Ok(only.unwrap_or_else(|| self.does_not_fit(cursor, kind, ("a list".to_owned(), ""), Some(place))))
            }
            _ => self.misfit(cursor, kind, "a list", reader),
        }
    }

    /// Reads the items of a list onto the scratch; leaves out nulls.
    fn items<V: ValueReader>(&mut self, cursor: Cursor, kind: Kind, reader: &mut V) -> Result<(), V::Error> {
        let mark = self.scratch.len();
        let result = reader.list(&mut |reader| {
            let place = reader.place();
            let held = self.read(cursor, kind, place, reader)?;
            if held != Held::Null {
                self.scratch.push((held, cursor.cell_place(Some(place))));
            }
            Ok(())
        });
        if result.is_err() {
            self.scratch.truncate(mark);
        }
        result
    }

    fn object<V: ValueReader>(&mut self, cursor: Cursor, kind: Kind, reader: &mut V) -> Result<Held, V::Error> {
        match kind {
            Kind::One(noun) | Kind::Any(Some(noun)) => Ok(Held::Known(Value::One(self.child(cursor, noun, reader)?))),
            Kind::Many(noun) => {
                let row = self.child(cursor, noun, reader)?;
                Ok(self.many_of_one(cursor, row, None))
            }
            Kind::Any(None) => {
                reader.skip()?;
                Ok(Held::Known(Value::Opaque))
            }
            Kind::Map(noun) => self.deeper(|builder| builder.entries(cursor, noun, reader)),
            Kind::List if self.accepts_objects(cursor) => {
                let place = reader.place();
                let item = self.item_kind(cursor);
                let held = self.object(cursor.inside(), item, reader)?;
                Ok(self.list_of_one(cursor, held, Some(place)))
            }
            _ => self.misfit(cursor, kind, "an object", reader),
        }
    }

    /// Reads a nested object as a record of its own.
    fn child<V: ValueReader>(&mut self, cursor: Cursor, noun: NounId, reader: &mut V) -> Result<u32, V::Error> {
        let place = reader.place();
        let row = self.begin_child(cursor, noun, place);
        self.members(noun, row, place, reader)?;
        Ok(row)
    }

    fn begin_child(&mut self, cursor: Cursor, noun: NounId, place: Place) -> u32 {
        let row = self.begin(noun, place);
        self.tables.table_mut(noun).set_parent(row, Parent { noun: cursor.noun.0, row: cursor.row });
        row
    }

    /// Reads the entries of a map, each as a record with `key` and `value`.
    fn entries<V: ValueReader>(&mut self, cursor: Cursor, noun: NounId, reader: &mut V) -> Result<Held, V::Error> {
        let need = self.tables.needs.noun(noun);
        let (key, value) = (need.attribute("key"), need.attribute("value"));
        let mark = self.scratch.len();
        let mut known = hashbrown::HashMap::new();
        let result = reader.object(&mut |reader, name| {
            let place = reader.place();
            let symbol = self.tables.symbols.intern(name);
            let row = match known.get(&symbol).copied() {
                Some(row) => {
                    self.warn_repeated(cursor, Some(name), place);
                    row
                }
                None => {
                    let row = self.begin_child(cursor, noun, place);
                    known.insert(symbol, row);
                    self.scratch.push((Held::Known(Value::One(row)), CellPlace::NONE));
                    if let Some(key) = key {
                        self.set(noun, row, key, Scalar::Text(name), place);
                    }
                    row
                }
            };
            match value {
                Some(value) => self.set_from(noun, row, value, reader),
                None => reader.skip(),
            }
        });
        if let Err(error) = result {
            self.scratch.truncate(mark);
            return Err(error);
        }
        Ok(self.commit_targets(cursor, mark))
    }

    /// The kind of the items of a list.
    pub(crate) fn item_kind(&mut self, cursor: Cursor) -> Kind {
        self.tables.column_at(cursor).map_or(Kind::Any(None), |column| column.items_mut().kind)
    }

    /// Whether a scalar is read as text here: also one that stands for a list of texts, or refers to a record by a text.
    fn is_text(&mut self, cursor: Cursor, kind: Kind) -> bool {
        match kind {
            Kind::Text | Kind::OneOf => true,
            Kind::List => matches!(self.item_kind(cursor), Kind::Text | Kind::OneOf),
            Kind::One(noun) | Kind::Many(noun) => match self.tables.needs.noun(noun).key.as_slice() {
                [only] => {
                    let key = self.tables.needs.attribute(noun, *only).map(|need| &need.ty);
                    matches!(key, Some(AttributeType::Text | AttributeType::OneOf(_)))
                }
                _ => false,
            },
            Kind::Number | Kind::Bool | Kind::Time | Kind::Duration | Kind::Any(_) | Kind::Map(_) => false,
        }
    }

    fn accepts_objects(&mut self, cursor: Cursor) -> bool {
        matches!(self.item_kind(cursor), Kind::One(_) | Kind::Many(_) | Kind::Map(_) | Kind::Any(_))
    }

    pub(crate) fn list_of_one(&mut self, cursor: Cursor, held: Held, place: Option<Place>) -> Held {
        let mark = self.scratch.len();
        match held {
            Held::Known(_) => self.scratch.push((held, cursor.cell_place(place))),
            // What does not fit an item does not fit the list.
            other => return other,
        }
        self.commit_items(cursor, mark)
    }

    fn many_of_one(&mut self, cursor: Cursor, target: u32, place: Option<Place>) -> Held {
        let mark = self.scratch.len();
        self.scratch.push((Held::Known(Value::One(target)), cursor.cell_place(place)));
        self.commit_targets(cursor, mark)
    }

    /// Moves the items from the scratch to their column: a list.
    pub(crate) fn commit_items(&mut self, cursor: Cursor, mark: usize) -> Held {
        let Some(column) = self.tables.column_at(cursor) else {
            self.scratch.truncate(mark);
            return Held::Null;
        };
        let items = column.items_mut();
        let start = items.len();
        for (index, (held, place)) in (start..).zip(self.scratch.drain(mark..)) {
            store(items, row_number(index), held, place);
        }
        Held::Known(Value::List(Range::new(start, items.len() - start)))
    }

    /// Moves the records from the scratch to their column: a relation. One that is not known makes the whole unknown.
    pub(crate) fn commit_targets(&mut self, cursor: Cursor, mark: usize) -> Held {
        let unknown = self.scratch.iter().skip(mark).find_map(|(held, _)| match held {
            Held::Unknown(reason) => Some(*reason),
            _ => None,
        });
        let Some(column) = self.tables.column_at(cursor) else {
            self.scratch.truncate(mark);
            return Held::Null;
        };
        if let Some(reason) = unknown {
            self.scratch.truncate(mark);
            return Held::Unknown(reason);
        }
        let start = column.targets.rows.len();
        for (held, place) in self.scratch.drain(mark..) {
            if let Held::Known(Value::One(target)) = held {
                // A nested record stands where it begins: no second place for it.
                let nested = target & crate::column::REFERENCE == 0;
                column.targets.push(target, if nested { CellPlace::NONE } else { place });
            }
        }
        Held::Known(Value::Many(Range::new(start, column.targets.rows.len() - start)))
    }

    /// A list of records only is a relation, any other a list.
    pub(crate) fn commit_any(&mut self, cursor: Cursor, mark: usize) -> Held {
        let mut items = self.scratch.iter().skip(mark).peekable();
        let records = items.peek().is_some() && items.all(|(held, _)| matches!(held, Held::Known(Value::One(_))));
        if records { self.commit_targets(cursor, mark) } else { self.commit_items(cursor, mark) }
    }

    /// Skips something structured where something else is declared.
    fn misfit<V: ValueReader>(
        &mut self,
        cursor: Cursor,
        kind: Kind,
        what: &str,
        reader: &mut V,
    ) -> Result<Held, V::Error> {
        let place = reader.place();
        reader.skip()?;
        Ok(self.does_not_fit(cursor, kind, (what.to_owned(), ""), Some(place)))
    }

    pub(crate) fn does_not_fit(
        &mut self,
        cursor: Cursor,
        kind: Kind,
        (value, why): (String, &str),
        place: Option<Place>,
    ) -> Held {
        let expected = self.tables.expected(cursor, kind);
        let name = self.tables.attribute_name(cursor.noun, cursor.attribute).unwrap_or_default();
        let noun = &self.tables.needs.noun(cursor.noun).name;
        self.warnings.push(FactWarningKind::DoesNotFit, (cursor.noun, name), place, || {
            let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
            format!("`{name}` of `{noun}` is {value}{why}, but {expected} is declared")
        });
        self.tables.unknown(UnknownReason::DoesNotFit { value, expected })
    }
}
