//! Events in: importers hand over records, and the builder reads them by the declared types.

use crate::column::{CellPlace, Kind, Span32, State, Value, row_number};
use crate::convert::{Reading, choices};
use crate::names::{Names, Slot};
use crate::table::Parent;
use crate::tables::{Cursor, Held, Put, Tables, store};
use crate::warning::{FactWarningKind, Warnings};
use crate::{
    AttributeId, AttributeType, FactWarning, Facts, Members, Needs, NounId, Scalar, Time, UnknownReason, ValueKind,
    ValueReader,
};
use std::sync::Arc;
use tickmark_source::Place;

/// Takes in records. One for each file is fine: [`Builder::absorb`] puts them together in a fixed order.
pub struct Builder {
    pub(crate) tables: Tables,
    /// What other builders have read that stands before it, not yet put together.
    pub(crate) before: Vec<Tables>,
    pub(crate) warnings: Warnings,
    names: Vec<Option<Box<Names>>>,
    /// Items of the lists that are being read, the innermost last: the items of a list must lie side by side in their
    /// column, and the records in it may bring lists of the same column.
    pub(crate) scratch: Vec<(Held, CellPlace)>,
    depth: u32,
    /// Whether the keys that records have are remembered: not of a part that is not the first of a file, so that it makes
    /// no difference where the parts begin.
    remembers: bool,
}

/// Readers have limits of their own; this is the belt.
const DEEPEST: u32 = 200;

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
        Builder {
            tables,
            before: Vec::new(),
            warnings: Warnings::default(),
            names,
            scratch: Vec::new(),
            depth: 0,
            remembers: true,
        }
    }

    /// A builder for several small sources, one behind the other, each begun with [`Self::next_source`]: as if each had one of its
    /// own. To be absorbed by another, which limits how many warnings there are.
    #[must_use]
    pub fn for_several(needs: Arc<Needs>) -> Builder {
        let mut builder = Builder::new(needs);
        // Where the limit falls must not depend on which sources have a builder in common.
        builder.warnings.fold_nothing();
        builder
    }

    /// What follows is of another source.
    pub fn next_source(&mut self) {
        if !self.remembers {
            // Nobody may ask for the keys that were met since. The next source remembers its own.
            self.names.iter_mut().for_each(|names| *names = None);
            self.remembers = true;
        } else if self.names.iter().flatten().any(|names| names.are_many()) {
            self.remember_names();
            self.names.iter_mut().for_each(|names| *names = None);
        }
        self.names.iter_mut().flatten().for_each(|names| names.next_source());
        self.scratch.clear();
        self.depth = 0;
    }

    /// Makes room for what a source of so many bytes may hold. Most of it is asked for by nobody, and what is asked for is often
    /// said again and again.
    pub fn expect_source_of(&mut self, bytes: usize) {
        self.tables.symbols.reserve(bytes / 8);
    }

    /// A builder for what follows in the same file, to be absorbed by this one. Given the same records it makes the same
    /// facts wherever a file is cut into parts.
    #[must_use]
    pub fn fork(&self) -> Builder {
        let mut warnings = Warnings::default();
        warnings.fold_nothing();
        Builder { warnings, remembers: false, names: self.names.clone(), ..Builder::over(self.tables.fork()) }
    }

    /// From now on the keys that records have are not remembered: what follows might as well be read by a [`Self::fork`].
    pub fn forget_new_keys(&mut self) {
        self.remember_names();
        self.remembers = false;
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
        self.member(cursor, true, reader)
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
        self.set_next(noun, row, &mut 0, name, reader)
    }

    /// As [`Self::set_by_name`], for attributes that records have in one order: `position` begins at 0 for each record, and
    /// moves on.
    ///
    /// # Errors
    /// Where the reader fails.
    pub fn set_next<V: ValueReader>(
        &mut self,
        noun: NounId,
        row: u32,
        position: &mut usize,
        name: &str,
        reader: &mut V,
    ) -> Result<(), V::Error> {
        match self.slot(noun, position, name) {
            Slot::Attribute(attribute) => self.set_from(noun, row, attribute, reader),
            slot => self.pass_over(noun, slot, name, reader),
        }
    }

    /// Sets attributes from the members of the object that stands next, but for one name. What has a value already must have
    /// the same here. `position` as in [`Self::set_next`].
    ///
    /// # Errors
    /// Where the reader fails.
    pub fn set_members<V: ValueReader>(
        &mut self,
        noun: NounId,
        row: u32,
        position: &mut usize,
        reader: &mut V,
        without: &'static str,
    ) -> Result<(), V::Error> {
        let cursor = self.cursor(noun, row, AttributeId(0));
        let skipped = (without, self.tables.needs.noun(noun).attribute(without));
        let members =
            RecordMembers { adds: true, without: Some(skipped), ..RecordMembers::of(self, cursor, *position) };
        Builder::take_members(members, reader)
    }

    /// The number of records of a noun so far.
    #[must_use]
    pub fn rows(&self, noun: NounId) -> u32 {
        self.before.iter().chain([&self.tables]).map(|tables| tables.rows(noun)).sum()
    }

    /// Adds a reference by printed id to an attribute that is `one` or `many` of a noun.
    pub fn refer(&mut self, noun: NounId, row: u32, attribute: AttributeId, id: &str, place: Place) {
        self.set(noun, row, attribute, Scalar::Text(id), place);
    }

    /// Merges records of one key, resolves references, and gives the facts with all warnings.
    #[must_use]
    pub fn finish(mut self) -> (Facts, Vec<FactWarning>) {
        self.remember_names();
        self.settle();
        crate::store::finish(self.tables, self.warnings)
    }

    /// Keeps the keys that records of open nouns were seen with: a misspelt attribute is compared with them.
    pub(crate) fn remember_names(&mut self) {
        if !self.remembers {
            return;
        }
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
        let cursor = Cursor { noun, row, attribute: AttributeId(0), depth: 0, file: place.file.0 };
        Builder::take_members(RecordMembers::of(self, cursor, 0), reader)
    }

    fn take_members<V: ValueReader>(mut members: RecordMembers<'_>, reader: &mut V) -> Result<(), V::Error> {
        members.builder.depth += 1;
        members.builder.names_of(members.cursor.noun);
        let result = reader.members(&mut members);
        members.builder.depth -= 1;
        result
    }

    fn deeper<R>(&mut self, work: impl FnOnce(&mut Builder) -> R) -> R {
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        result
    }

    /// Reads a member of an object into its cell, which is mostly empty; `adds` says that it need not be.
    fn member<V: ValueReader>(&mut self, cursor: Cursor, adds: bool, reader: &mut V) -> Result<(), V::Error> {
        let Some((column, symbols)) = self.tables.column_and_symbols(cursor.noun, cursor.attribute) else {
            return reader.skip();
        };
        let (kind, state) = (column.kind, column.state(cursor.row));
        let place = reader.place();
        if state != State::Absent {
            if !adds {
                self.warn_repeated(cursor, None, place);
            }
        } else if matches!(kind, Kind::Text | Kind::Any(_))
            && let Some(symbol) = reader.text_bytes(|text| symbols.intern_bytes(text))?
        {
            // The most common case by far, without a detour.
            column.put_value(cursor.row, Value::Text(symbol), cursor.cell_place(Some(place)));
            return Ok(());
        }
        let held = self.read(cursor, kind, place, reader)?;
        if let (State::Absent, Held::Known(value)) = (state, held)
            && let Some(column) = self.tables.column_mut(cursor.noun, cursor.attribute)
            && column.state(cursor.row) == State::Absent
        {
            column.put_value(cursor.row, value, cursor.cell_place(Some(place)));
            return Ok(());
        }
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
        match self.names_of(noun).map_or(Slot::Skipped, |names| names.find(position, name)) {
            Slot::Extra => Slot::Attribute(self.tables.table_mut(noun).extra(name)),
            slot => slot,
        }
    }

    fn names_of(&mut self, noun: NounId) -> Option<&mut Names> {
        let names = self.names.get_mut(noun.0 as usize)?;
        Some(names.get_or_insert_with(|| Box::new(Names::new(self.tables.needs.noun(noun)))))
    }

    fn cursor(&self, noun: NounId, row: u32, attribute: AttributeId) -> Cursor {
        let file = self.tables.table(noun).map_or(crate::table::NO_FILE, |table| table.file(row));
        Cursor { noun, row, attribute, depth: 0, file }
    }

    pub(crate) fn kind(&self, noun: NounId, attribute: AttributeId) -> Option<Kind> {
        self.tables.column(noun, attribute).map(|column| column.kind)
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
        if let Some(held) = self.text(cursor, kind, place, reader)? {
            return Ok(held);
        }
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

    /// Reads a text that stands next as one of the kinds that are texts in JSON; nothing where something else stands there.
    #[inline]
    fn text<V: ValueReader>(
        &mut self,
        cursor: Cursor,
        kind: Kind,
        place: Place,
        reader: &mut V,
    ) -> Result<Option<Held>, V::Error> {
        let Tables { symbols, needs, .. } = &mut self.tables;
        let lossy = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
        let value = match kind {
            Kind::Text | Kind::Any(_) => reader.text_bytes(|text| Ok(Value::Text(symbols.intern_bytes(text))))?,
            Kind::OneOf => reader.text_bytes(|text| {
                let fits = choices(needs, cursor).iter().any(|choice| choice.as_bytes() == text);
                if fits { Ok(Value::Text(symbols.intern_bytes(text))) } else { Err(lossy(text)) }
            })?,
            Kind::Time => {
                reader.text_bytes(|text| Time::parse_bytes(text).map(Value::Time).ok_or_else(|| lossy(text)))?
            }
            _ => None,
        };
        Ok(match value {
            None => None,
            Some(Ok(value)) => Some(Held::Known(value)),
            // Told as any other scalar that does not fit.
            Some(Err(text)) => Some(self.scalar(cursor, kind, &Scalar::Text(&text), Some(place))),
        })
    }

    /// A scalar: where a list or `many` is declared, a list of one.
    pub(crate) fn scalar(&mut self, cursor: Cursor, kind: Kind, scalar: &Scalar<'_>, place: Option<Place>) -> Held {
        if kind == Kind::List && !scalar.is_unknown() && *scalar != Scalar::Null {
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
        Held::Known(Value::List(Span32::new(start, items.len() - start)))
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
        Held::Known(Value::Many(Span32::new(start, column.targets.rows.len() - start)))
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

/// The members of an object as attributes of a record.
struct RecordMembers<'b> {
    builder: &'b mut Builder,
    /// The record; which attribute, is in `slot`.
    cursor: Cursor,
    /// Where the key before stands in the order of the keys.
    position: usize,
    slot: Slot,
    /// The key, where there may be something to say of it.
    name: String,
    /// The record may have values already, as if another source told them.
    adds: bool,
    /// A key that is skipped, and its attribute.
    without: Option<(&'static str, Option<AttributeId>)>,
}

impl<'b> RecordMembers<'b> {
    fn of(builder: &'b mut Builder, cursor: Cursor, position: usize) -> RecordMembers<'b> {
        let (slot, name) = (Slot::Skipped, String::new());
        RecordMembers { builder, cursor, position, slot, name, adds: false, without: None }
    }

    fn is_left_out(&self, slot: Slot) -> bool {
        let attribute = self.without.and_then(|(_, attribute)| attribute);
        attribute.is_some_and(|attribute| slot == Slot::Attribute(attribute))
    }
}

impl<V: ValueReader> Members<V> for RecordMembers<'_> {
    #[inline]
    fn foresee(&mut self, rest: &[u8]) -> usize {
        let names = self.builder.names.get(self.cursor.noun.0 as usize).and_then(Option::as_deref);
        match names.and_then(|names| names.foresee(&mut self.position, rest)) {
            Some((slot @ (Slot::Attribute(_) | Slot::Skipped), length)) => {
                self.slot = if self.is_left_out(slot) { Slot::Skipped } else { slot };
                length
            }
            _ => 0,
        }
    }

    fn key(&mut self, name: &str) {
        if self.without.is_some_and(|(without, _)| without == name) {
            self.slot = Slot::Skipped;
            return;
        }
        self.slot = self.builder.slot(self.cursor.noun, &mut self.position, name);
        if self.slot == Slot::Undeclared {
            name.clone_into(&mut self.name);
        }
    }

    #[inline]
    fn value(&mut self, reader: &mut V) -> Result<(), V::Error> {
        match self.slot {
            Slot::Skipped => reader.skip(),
            Slot::Attribute(attribute) => self.builder.member(Cursor { attribute, ..self.cursor }, self.adds, reader),
            slot => self.builder.pass_over(self.cursor.noun, slot, &self.name, reader),
        }
    }
}
