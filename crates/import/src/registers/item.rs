//! A record of a register as a small tree, turned round by the mapping, and read by the declared types.

use crate::error::{ReadError, place};
use crate::mapping::{ConstantValue, Mapping, Word, nested, type_of};
use crate::registers::cells::{Cells, Meant};
use crate::registers::names::Names;
use std::collections::BTreeSet;
use tickmark_facts::{AttributeType, Needs, NounId, Scalar, ValueKind, ValueReader};
use tickmark_source::{FileId, Place};

/// A value of a register with its place; a number is kept as it is written.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) value: Value,
    pub(crate) offset: usize,
}

/// What an [`Item`] is.
#[derive(Clone)]
pub(crate) enum Value {
    /// A single value.
    Scalar(Word),
    /// A single value that is as it is meant: no word of the register.
    Constant(Word),
    /// A list.
    List(Vec<Item>),
    /// An object, in the order of the file.
    Object(Vec<(String, Item)>),
}

impl Item {
    /// Reads a value whole.
    pub(crate) fn read<V: ValueReader<Error = ReadError>>(reader: &mut V) -> Result<Item, ReadError> {
        let offset = reader.place().offset as usize;
        let value = match reader.kind()? {
            ValueKind::Scalar => Value::Scalar(reader.written(|scalar| match scalar {
                Scalar::Null | Scalar::Unknown(_) | Scalar::MayBeMissing(_) | Scalar::KnownInPart { .. } => {
                    Word::Missing
                }
                Scalar::Bool(value) => Word::Bool(value),
                Scalar::Number(value) => Word::Text(value.to_string()),
                Scalar::BigInteger(text) | Scalar::Text(text) => Word::Text(text.to_owned()),
            })?),
            ValueKind::List => {
                let mut items = Vec::new();
                reader.list(&mut |reader| {
                    items.push(Item::read(reader)?);
                    Ok(())
                })?;
                Value::List(items)
            }
            ValueKind::Object => {
                let mut members = Vec::new();
                reader.object(&mut |reader, key| {
                    members.push((key.to_owned(), Item::read(reader)?));
                    Ok(())
                })?;
                Value::Object(members)
            }
        };
        Ok(Item { value, offset })
    }

    /// The text of a single value.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(Word::Text(text)) | Value::Constant(Word::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A member of an object.
    pub(crate) fn get(&self, key: &str) -> Option<&Item> {
        let Value::Object(members) = &self.value else { return None };
        members.iter().find(|(name, _)| name == key).map(|(_, item)| item)
    }

    /// The record with the names of attributes, and with what every record has. What it was called is added to `seen`.
    pub(crate) fn mapped(self, rules: Rules<'_>, noun: Option<NounId>, seen: &mut BTreeSet<String>) -> Item {
        let Value::Object(members) = self.value else { return self };
        let mapping = rules.mapping;
        let mut turned = Turned { rules, noun, seen, made: Vec::with_capacity(members.len()) };
        turned.take(members, "");
        let mut made = turned.made;
        for (attribute, constant) in &mapping.constants {
            let of = |value: &Word| Item { value: Value::Constant(value.clone()), offset: self.offset };
            let item = match &constant.value {
                ConstantValue::One(word) => of(word),
                ConstantValue::List(words) => {
                    Item { value: Value::List(words.iter().map(of).collect()), offset: self.offset }
                }
            };
            complete(&mut made, attribute, item);
        }
        Item { value: Value::Object(made), offset: self.offset }
    }
}

/// A record on its way from columns to attributes.
struct Turned<'a, 's> {
    rules: Rules<'a>,
    noun: Option<NounId>,
    /// The columns that were met.
    seen: &'s mut BTreeSet<String>,
    made: Vec<(String, Item)>,
}

impl Turned<'_, '_> {
    /// Puts the members of an object where their columns belong. `way` is the way to the object, with a dot behind it.
    fn take(&mut self, members: Vec<(String, Item)>, way: &str) {
        let mapping = self.rules.mapping;
        for (key, item) in members {
            let column = format!("{way}{key}");
            if mapping.columns.contains_key(&column) {
                let attribute = mapping.attribute(&column);
                // A nested record of which nothing is known is none.
                if let Some(attribute) = attribute.filter(|way| !way.contains('.') || !self.is_missing(way, &item)) {
                    put(&mut self.made, attribute, item);
                }
                self.seen.insert(column);
                continue;
            }
            let inner = format!("{column}.");
            if !mapping.columns.keys().any(|column| column.starts_with(&inner)) {
                // What stands beside a column that is mapped keeps the whole of its name: so it is told of where it is no attribute.
                self.made.push((column.clone(), item));
                self.seen.insert(column);
                continue;
            }
            self.take_inner(item, &inner);
        }
    }

    /// The same of what stands in a member of which parts are mapped.
    fn take_inner(&mut self, item: Item, inner: &str) {
        match item.value {
            Value::Object(members) => self.take(members, inner),
            Value::List(items) => {
                for item in items {
                    let Value::Object(members) = item.value else { continue };
                    let before = std::mem::take(&mut self.made);
                    self.take(members, inner);
                    let one = std::mem::replace(&mut self.made, before);
                    let placed = |each| Item { offset: item.offset, ..each };
                    one.into_iter().for_each(|(name, each)| add(&mut self.made, name, placed(each)));
                }
            }
            // Nothing stands there, so that nothing within it does.
            Value::Scalar(_) | Value::Constant(_) => {
                let columns = self.rules.mapping.columns.keys();
                self.seen.extend(columns.filter(|column| column.starts_with(inner)).cloned());
            }
        }
    }

    fn is_missing(&self, way: &str, item: &Item) -> bool {
        match &item.value {
            Value::Scalar(Word::Missing) => true,
            Value::Scalar(Word::Text(text)) => self.rules.cells_at(self.noun, way).read(text) == Meant::Missing,
            _ => false,
        }
    }
}

/// Puts a value at the end of a way, and makes the records on it.
fn put(made: &mut Vec<(String, Item)>, way: &str, item: Item) {
    let Some((first, rest)) = way.split_once('.') else {
        made.push((way.to_owned(), item));
        return;
    };
    let at = made.iter().position(|(name, _)| name == first).unwrap_or_else(|| {
        made.push((first.to_owned(), Item { value: Value::Object(Vec::new()), offset: item.offset }));
        made.len() - 1
    });
    if let Some((_, Item { value: Value::Object(members), .. })) = made.get_mut(at) {
        put(members, rest, item);
    }
}

/// Adds one of several records of an attribute.
fn add(made: &mut Vec<(String, Item)>, name: String, item: Item) {
    match made.iter_mut().find(|(known, _)| *known == name) {
        Some((_, Item { value: Value::List(items), .. })) => items.push(item),
        _ => {
            let offset = item.offset;
            made.push((name, Item { value: Value::List(vec![item]), offset }));
        }
    }
}

/// Gives records what every record has; a nested one only where there is one.
fn complete(made: &mut Vec<(String, Item)>, way: &str, item: Item) {
    let Some((first, rest)) = way.split_once('.') else {
        made.push((way.to_owned(), item));
        return;
    };
    match made.iter_mut().find(|(name, _)| name == first).map(|(_, item)| &mut item.value) {
        Some(Value::Object(members)) => complete(members, rest, item),
        Some(Value::List(items)) => {
            for each in items {
                if let Value::Object(members) = &mut each.value {
                    complete(members, rest, item.clone());
                }
            }
        }
        _ => {}
    }
}

/// How the values of a noun's records are read.
#[derive(Clone, Copy)]
pub(crate) struct Rules<'m> {
    pub(crate) needs: &'m Needs,
    pub(crate) mapping: &'m Mapping,
    pub(crate) names: &'m Names,
}

impl<'m> Rules<'m> {
    /// How an attribute is read; `way` is the way to it from the record of the register.
    pub(crate) fn cells(&self, noun: Option<NounId>, attribute: &str, way: &str) -> Cells<'m> {
        let need = noun.map(|noun| self.needs.noun(noun));
        let ty =
            need.and_then(|need| need.attributes.get(need.attribute(attribute)?.0 as usize)).map(|found| &found.ty);
        self.of_type(ty, need.is_some_and(|need| need.open), way)
    }

    /// How the attribute at the end of a way is read.
    fn cells_at(&self, noun: Option<NounId>, way: &str) -> Cells<'m> {
        let ty = noun.and_then(|noun| type_of(way, noun, self.needs).ok());
        self.of_type(ty, false, way)
    }

    fn of_type(&self, ty: Option<&'m AttributeType>, open: bool, way: &str) -> Cells<'m> {
        Cells {
            ty,
            free: ty.is_none() && open,
            words: self.mapping.words(way),
            unit: self.mapping.units.get(way).map(|unit| unit.unit.as_str()),
            mapping: self.mapping,
            names: self.names,
        }
    }
}

/// A [`ValueReader`] over a record of a register.
pub(crate) struct ItemReader<'a> {
    item: &'a Item,
    file: FileId,
    rules: Rules<'a>,
    /// The noun of the record, or of the records that stand here.
    noun: Option<NounId>,
    /// The way from the record of the register, without a dot behind it.
    way: String,
    /// How the value is read, where it is one of an attribute.
    cells: Option<Cells<'a>>,
    /// The part of the text that is read, where the text is a list.
    part: Option<&'a str>,
}

impl<'a> ItemReader<'a> {
    /// A reader of a record of a noun.
    pub(crate) fn new(item: &'a Item, file: FileId, rules: Rules<'a>, noun: Option<NounId>) -> Self {
        ItemReader { item, file, rules, noun, way: String::new(), cells: None, part: None }
    }

    /// A text of which every part is an item.
    fn list_text(&self) -> Option<&'a str> {
        let (Value::Scalar(Word::Text(text)), None) = (&self.item.value, self.part) else { return None };
        self.cells.filter(|cells| cells.holds_items(text)).map(|_| text.as_str())
    }

    fn meant(&self) -> Meant<'_> {
        match (&self.item.value, self.cells) {
            (Value::Scalar(Word::Text(text)), Some(cells)) => cells.read(self.part.unwrap_or(text)),
            (Value::Scalar(Word::Bool(value)), Some(cells)) => match cells.words {
                Some(words) if words.words.contains_key(&value.to_string()) => {
                    cells.read(if *value { "true" } else { "false" })
                }
                _ => cells.bool(*value),
            },
            (Value::Scalar(word) | Value::Constant(word), _) => match word {
                Word::Missing => Meant::Missing,
                Word::Bool(value) => Meant::Bool(*value),
                Word::Text(text) => Meant::Text(text.as_str().into()),
            },
            (Value::List(_) | Value::Object(_), _) => Meant::Missing,
        }
    }
}

impl ValueReader for ItemReader<'_> {
    type Error = ReadError;

    fn kind(&mut self) -> Result<ValueKind, ReadError> {
        Ok(match self.item.value {
            Value::Scalar(_) if self.list_text().is_some() => ValueKind::List,
            Value::Scalar(_) | Value::Constant(_) => ValueKind::Scalar,
            Value::List(_) => ValueKind::List,
            Value::Object(_) => ValueKind::Object,
        })
    }

    fn place(&mut self) -> Place {
        place(self.file, self.item.offset)
    }

    fn scalar<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        Ok(take(self.meant().scalar()))
    }

    fn list(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<(), ReadError>) -> Result<(), ReadError> {
        if let (Some(text), Some(cells)) = (self.list_text(), self.cells) {
            for part in cells.items(text).filter(|part| cells.read(part) != Meant::Missing) {
                self.part = Some(part);
                item(self)?;
            }
            self.part = None;
            return Ok(());
        }
        let Value::List(items) = &self.item.value else { return Ok(()) };
        items.iter().try_for_each(|each| {
            // The text of an item is one value, whatever stands in it.
            let mut inner = ItemReader { item: each, way: self.way.clone(), part: each.text(), ..*self };
            if inner.meant() == Meant::Missing && matches!(each.value, Value::Scalar(_)) {
                return Ok(());
            }
            item(&mut inner)
        })
    }

    fn object(&mut self, member: &mut dyn FnMut(&mut Self, &str) -> Result<(), ReadError>) -> Result<(), ReadError> {
        let Value::Object(members) = &self.item.value else { return Ok(()) };
        members.iter().try_for_each(|(key, each)| {
            let way = if self.way.is_empty() { key.clone() } else { format!("{}.{key}", self.way) };
            let cells = self.rules.cells(self.noun, key, &way);
            let noun = cells.ty.and_then(nested);
            let (file, rules) = (self.file, self.rules);
            member(&mut ItemReader { item: each, file, rules, noun, way, cells: Some(cells), part: None }, key)
        })
    }

    fn skip(&mut self) -> Result<(), ReadError> {
        Ok(())
    }
}

/// The text of the key of a record, and what else it is called, where its noun is known by a single attribute.
pub(crate) fn key_and_names<'i>(item: &'i Item, rules: Rules<'_>, noun: NounId) -> Option<(String, Vec<&'i str>)> {
    let need = rules.needs.noun(noun);
    let [key] = need.key.as_slice() else { return None };
    let key = need.attributes.get(key.0 as usize)?;
    if !matches!(key.ty, AttributeType::Text) {
        return None;
    }
    let cells = rules.cells(Some(noun), &key.name, &key.name);
    let Meant::Text(found) = cells.read(item.get(&key.name)?.text()?) else { return None };
    let names = super::names::NAMING.iter().filter(|name| **name != key.name);
    let texts = names.filter_map(|name| item.get(name)?.text()).map(str::trim);
    Some((found.into_owned(), texts.filter(|text| !text.is_empty()).collect()))
}
