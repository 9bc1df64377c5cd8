//! Paths: "`training.datasets.licence` follows relations, and flattens."

use rustc_hash::FxHashMap;
use std::borrow::Cow;
use tickmark_facts::{AttributeId, AttributeType, Cell, NounId, ParentLink};
use tickmark_program::{Expr, RelationBody, RelationId, Type};

use super::Evaluator;
use super::frame::Frame;
use super::json::Json;
use super::truth::Truth;
use super::value::{Data, Gap, Items, Origin, Unknown, Value};

/// How an attribute contributes to a path over several records where it lacks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A single value: one that lacks is a member of which nothing is known.
    Scalar,
    /// A reference: one that is missing leads nowhere.
    One,
    /// A list or relation.
    Several,
    /// Typed when read.
    Any,
}

impl<'a> Evaluator<'a> {
    /// `base.attribute`
    pub(crate) fn attribute(
        &mut self,
        base: &'a Expr,
        noun: NounId,
        attribute: AttributeId,
        frame: &mut Frame<'a>,
    ) -> Value<'a> {
        let base = self.value(base, frame);
        self.attribute_from(base, noun, attribute)
    }

    /// The attribute of what is there already.
    pub(crate) fn attribute_from(&mut self, base: Value<'a>, noun: NounId, attribute: AttributeId) -> Value<'a> {
        let shape = self.shape(noun, attribute);
        self.follow(base, shape, &mut |evaluator, value| evaluator.attribute_of(value, noun, attribute))
    }

    /// `base.relation`: the heads of a phrase, or the members of a path, each in a frame of its own.
    pub(crate) fn relation(&mut self, base: &'a Expr, relation: RelationId, frame: &mut Frame<'a>) -> Value<'a> {
        let base = self.value(base, frame);
        self.follow(base, Shape::Several, &mut |evaluator, value| evaluator.relation_of(value, relation))
    }

    /// The members of a relation of one record.
    pub(crate) fn relation_of(&mut self, subject: &Value<'a>, relation: RelationId) -> Value<'a> {
        let program = self.program;
        let Some(relation) = program.relations.get(relation.0 as usize) else { return Value::undecided("no relation") };
        if !matches!(subject.data, Data::Record(..)) {
            return self.no_record(subject, &relation.name);
        }
        let mut frame = Frame::with(relation.slots, relation.subject, subject.clone());
        match &relation.body {
            RelationBody::Path(path) => {
                let value = self.value(path, &mut frame);
                Value::many(self.items_of(value, path))
            }
            RelationBody::Phrase(phrase) => Value::many(self.heads(phrase, &mut frame)),
        }
    }

    /// "A nested or mapped child knows its parent by the parent's noun."
    pub(crate) fn parent(&mut self, base: &'a Expr, noun: NounId, frame: &mut Frame<'a>) -> Value<'a> {
        let base = self.value(base, frame);
        self.parent_from(base, noun)
    }

    pub(crate) fn parent_from(&mut self, base: Value<'a>, noun: NounId) -> Value<'a> {
        self.follow(base, Shape::One, &mut |evaluator, value| evaluator.parent_of(value, noun))
    }

    pub(crate) fn parent_of(&mut self, child: &Value<'a>, wanted: NounId) -> Value<'a> {
        let Data::Record(mut noun, mut row) = child.data else { return self.no_record(child, self.word(wanted)) };
        // Nesting is as deep as the export: a few levels. The limit is a belt against a store that links in a circle.
        for _ in 0..64 {
            match self.facts.parent(noun, row) {
                ParentLink::Record(parent, parent_row) if parent == wanted => {
                    return Value::of(Data::Record(parent, parent_row));
                }
                ParentLink::Record(parent, parent_row) => (noun, row) = (parent, parent_row),
                ParentLink::None => return Value::at(Data::Missing { through: false }, child.origin),
                ParentLink::Several => {
                    let (id, parent) = (self.facts.id(noun, row), self.word(wanted));
                    return Value::undecided(format!("`{id}` is nested in more than one `{parent}`"));
                }
            }
        }
        Value::missing()
    }

    /// Follows one step from a base: of one record what it leads to, of several everything that they lead to.
    fn follow(
        &mut self,
        base: Value<'a>,
        shape: Shape,
        step: &mut dyn FnMut(&mut Self, &Value<'a>) -> Value<'a>,
    ) -> Value<'a> {
        match base.data {
            Data::Many(items) => Value::many(self.flatten(*items, shape, step)),
            // Behind a reference that is missing nothing is known.
            Data::Missing { .. } => Value::at(Data::Missing { through: true }, base.origin),
            // Of what is not known, not even whether it has such an attribute is known.
            Data::Unknown(unknown) => Value::at(Data::Unknown(unknown.behind()), base.origin),
            Data::NotSurveyed => base,
            _ => step(self, &base),
        }
    }

    fn flatten(
        &mut self,
        base: Items<'a>,
        shape: Shape,
        step: &mut dyn FnMut(&mut Self, &Value<'a>) -> Value<'a>,
    ) -> Items<'a> {
        let mut out = Items { gaps: base.gaps, ..Items::default() };
        // "A path that leads through a missing reference is unknown": the members before it did not all lead on.
        for gap in base.absent {
            out.push_gap(gap, Truth::True);
        }
        let mut most = FEW;
        for item in base.items {
            let before = out.items.len();
            let value = self.follow(item.value, shape, step);
            Self::contribute(&mut out, value, shape, item.belongs);
            if !self.meter.step((out.items.len() - before) as u64 / 4 + 1) {
                break;
            }
            thin_out(&mut out, &mut most);
        }
        without_repetition(out)
    }

    /// Adds what one record leads to.
    fn contribute(out: &mut Items<'a>, value: Value<'a>, shape: Shape, belongs: Truth) {
        match value.data {
            Data::Many(items) => out.append(*items, belongs),
            Data::Missing { through: true } => out.push_gap(Gap::of(value), belongs),
            Data::Missing { through: false } if shape == Shape::One => {
                let through = Value::at(Data::Missing { through: true }, value.origin);
                out.push_absent(Gap::of(through), belongs);
            }
            Data::Missing { through: false } if shape == Shape::Several => {}
            Data::NotSurveyed | Data::Unknown(_) if shape != Shape::Scalar => {
                out.push_gap(Gap::of(value), belongs);
            }
            _ => out.push(value, belongs),
        }
    }

    /// The members of what an expression gave. Nobody says which keys a JSON text has: one that it lacks may be misspelt, and
    /// is no empty list.
    pub(crate) fn items_of(&mut self, value: Value<'a>, expr: &'a Expr) -> Items<'a> {
        if expr.ty == Type::Json && matches!(value.data, Data::Missing { through: false }) {
            let words = self.program.snippet(expr.span);
            return Items::gap(Value::undecided(format!("the text has no `{words}`")).or_from(value.origin));
        }
        self.items(value, &expr.ty)
    }

    /// A value as the members of a list: "a single value counts as a list of one, a missing one as the empty list"; a
    /// path "that leads through a missing reference" leaves open what there is.
    pub(crate) fn items(&mut self, value: Value<'a>, ty: &Type) -> Items<'a> {
        let single = !matches!(ty, Type::List(_) | Type::Records(_) | Type::Any(_) | Type::Json);
        self.items_as(value, single)
    }

    /// The same, where it is known whether the value is a single one.
    pub(crate) fn items_as(&mut self, value: Value<'a>, single: bool) -> Items<'a> {
        match value.data {
            Data::Many(items) => *items,
            Data::Missing { through: false } => Items::default(),
            Data::Missing { through: true } | Data::NotSurveyed | Data::Opaque => Items::gap(value),
            Data::Unknown(ref unknown) => {
                // A single value that is not known is a value; a list that is not known may be empty.
                let there = match unknown {
                    Unknown::Fact(reason) => !reason.may_be_missing(),
                    Unknown::Unreadable(_) => true,
                    _ => false,
                };
                if single && there { Items::one(value, Truth::True) } else { Items::gap(value) }
            }
            Data::Record(noun, row) => {
                let belongs = self.belongs(noun, row);
                Items::one(value, belongs)
            }
            _ => Items::one(value, Truth::True),
        }
    }

    /// "A map's `where` that is unknown makes a record that *may* belong."
    pub(crate) fn belongs(&self, noun: NounId, row: u32) -> Truth {
        if self.facts.is_certain(noun, row) { Truth::True } else { Truth::Unknown }
    }

    /// Of all records of a noun, one belongs as surely as what it is nested in.
    pub(crate) fn belongs_with_parents(&self, mut noun: NounId, mut row: u32) -> Truth {
        let mut belongs = self.belongs(noun, row);
        // As in `parent_of`, a belt against a store that links in a circle.
        for _ in 0..64 {
            let ParentLink::Record(parent, parent_row) = self.facts.parent(noun, row) else { break };
            (noun, row) = (parent, parent_row);
            belongs = belongs.and(self.belongs(noun, row));
        }
        belongs
    }

    /// A step from a value that is no record, which only an open value can hold.
    fn no_record(&self, value: &Value<'a>, name: &str) -> Value<'a> {
        Value::unreadable(format!("`{name}` is asked of {}", self.kind(value))).or_from(value.origin)
    }

    /// The attribute of one value: a record, or an object of JSON.
    fn attribute_of(&mut self, value: &Value<'a>, noun: NounId, attribute: AttributeId) -> Value<'a> {
        match &value.data {
            Data::Record(of, row) => self.read(*of, *row, noun, attribute),
            Data::Object(object) => match self.attribute_name(noun, attribute) {
                Some(name) => from_json(Json::member(object, name), value.origin),
                None => Value::missing(),
            },
            Data::Opaque => Value::at(Data::Unknown(Unknown::Undecided("it was not read".to_owned())), value.origin),
            _ => {
                let name = self.attribute_name(noun, attribute).unwrap_or("?");
                self.no_record(value, name)
            }
        }
    }

    pub(crate) fn attribute_name(&self, noun: NounId, attribute: AttributeId) -> Option<&'a str> {
        self.facts.attribute_name(noun, attribute)
    }

    /// Reads an attribute that the program resolved for `declared`, of a record of `noun`: they differ only where an open
    /// value holds records of another noun.
    pub(crate) fn read(&mut self, noun: NounId, row: u32, declared: NounId, attribute: AttributeId) -> Value<'a> {
        if noun == declared {
            return self.cell(noun, row, attribute);
        }
        let own = self.attribute_name(declared, attribute).and_then(|name| self.facts.attribute_named(noun, name));
        match own {
            Some(own) => self.cell(noun, row, own),
            None => Value::missing(),
        }
    }

    /// The value of a cell: "an attribute of a record is in one of these states".
    pub(crate) fn cell(&mut self, noun: NounId, row: u32, attribute: AttributeId) -> Value<'a> {
        let origin = Origin { noun, row, attribute: Some(attribute), index: None };
        let data = match self.facts.cell(noun, row, attribute) {
            Cell::Records(records) => {
                let one = match self.facts.needs().attribute(noun, attribute).map(|need| &need.ty) {
                    Some(AttributeType::One(_)) => true,
                    // An object, or a list of one block: read alike.
                    Some(AttributeType::Any { .. }) | None => records.rows.len() == 1,
                    _ => false,
                };
                match records.rows {
                    [only, ..] if one => Data::Record(records.noun, *only),
                    rows => self.records(records.noun, rows, origin),
                }
            }
            Cell::List(list) => {
                let mut items = Items::default();
                for (index, cell) in list.iter().enumerate() {
                    let origin = Origin { index: u32::try_from(index).ok(), ..origin };
                    let belongs = item_belongs(&cell);
                    let value = self.list_item(cell, origin);
                    items.push(value, belongs);
                }
                Data::Many(Box::new(items))
            }
            cell => scalar(&cell),
        };
        Value::at(data, Some(origin))
    }

    fn list_item(&mut self, cell: Cell<'a>, origin: Origin) -> Value<'a> {
        let data = match cell {
            Cell::List(list) => {
                let mut items = Items::default();
                for cell in list.iter() {
                    let belongs = item_belongs(&cell);
                    let value = self.list_item(cell, origin);
                    items.push(value, belongs);
                }
                Data::Many(Box::new(items))
            }
            Cell::Records(records) => match records.rows {
                [only] => Data::Record(records.noun, *only),
                rows => self.records(records.noun, rows, origin),
            },
            cell => scalar(&cell),
        };
        Value::at(data, Some(origin))
    }

    fn records(&mut self, noun: NounId, rows: &[u32], origin: Origin) -> Data<'a> {
        let mut items = Items::default();
        for (index, row) in rows.iter().enumerate() {
            let origin = Origin { index: u32::try_from(index).ok(), ..origin };
            items.push(Value::at(Data::Record(noun, *row), Some(origin)), self.belongs(noun, *row));
        }
        self.meter.step(rows.len() as u64);
        Data::Many(Box::new(items))
    }

    fn shape(&self, noun: NounId, attribute: AttributeId) -> Shape {
        match self.facts.needs().attribute(noun, attribute).map(|need| &need.ty) {
            Some(AttributeType::One(_)) => Shape::One,
            Some(AttributeType::Many(_) | AttributeType::Map(_) | AttributeType::List(_)) => Shape::Several,
            Some(AttributeType::Any { .. }) | None => Shape::Any,
            Some(_) => Shape::Scalar,
        }
    }

    /// `base[key]`: "a key that a map lacks is missing, never \"not surveyed\"".
    pub(crate) fn index(&mut self, base: &'a Expr, key: &'a Expr, frame: &mut Frame<'a>) -> Value<'a> {
        let container = self.value(base, frame);
        let key = self.value(key, frame);
        if container.is_lacking() {
            return match container.data {
                Data::Missing { .. } => Value::at(Data::Missing { through: true }, container.origin),
                Data::Unknown(unknown) => Value::at(Data::Unknown(unknown.behind()), container.origin),
                _ => container,
            };
        }
        let key = match &key.data {
            Data::Text(key) => key.clone(),
            _ if key.is_lacking() => return key,
            _ => Cow::Owned(self.print(&key)),
        };
        match (&base.ty, container.data) {
            (Type::Records(_), Data::Many(entries)) => self.entry(*entries, &key, container.origin),
            (_, Data::Many(items)) => {
                Value::many(self.flatten(*items, Shape::Any, &mut |evaluator, value| evaluator.keyed(value, &key)))
            }
            (_, data) => self.keyed(&Value::at(data, container.origin), &key),
        }
    }

    /// The value of the entry of a map with this key.
    fn entry(&mut self, entries: Items<'a>, wanted: &str, origin: Option<Origin>) -> Value<'a> {
        let mut found = Items { gaps: entries.gaps, ..Items::default() };
        for entry in entries.items {
            let Data::Record(noun, row) = entry.value.data else { continue };
            self.meter.step(1);
            let attributes = self.facts.needs().noun(noun);
            let (Some(key), Some(value)) = (attributes.attribute("key"), attributes.attribute("value")) else {
                continue;
            };
            if matches!(self.facts.cell(noun, row, key), Cell::Text(text) if text == wanted) {
                let value = self.cell(noun, row, value);
                found.push(value, entry.belongs);
            }
        }
        if found.gaps.is_empty() && found.items.len() <= 1 {
            return found.items.pop().map_or(Value::at(Data::Missing { through: false }, origin), |item| item.value);
        }
        match found.gaps.pop() {
            // The map itself was not surveyed, or is not known.
            Some(gap) if found.items.is_empty() => match gap.value.data {
                Data::Unknown(unknown) => Value::at(Data::Unknown(unknown.behind()), gap.value.origin),
                _ => gap.value,
            },
            gap => {
                found.gaps.extend(gap);
                Value::many(found)
            }
        }
    }

    /// The value under a key of an open record, or of an object of JSON.
    fn keyed(&mut self, container: &Value<'a>, key: &str) -> Value<'a> {
        match &container.data {
            Data::Record(noun, row) => match self.facts.attribute_named(*noun, key) {
                Some(attribute) => {
                    let value = self.cell(*noun, *row, attribute);
                    // A key that no record has is lacking here all the same.
                    if matches!(value.data, Data::NotSurveyed) && self.facts.exists(*noun, *row) {
                        return Value::at(Data::Missing { through: false }, value.origin);
                    }
                    value
                }
                None => Value::at(Data::Missing { through: false }, container.origin),
            },
            Data::Object(object) => from_json(Json::member(object, key), container.origin),
            Data::Opaque => Value::undecided("it was not read").or_from(container.origin),
            _ => Value::unreadable(format!("{} has no keys", self.kind(container))).or_from(container.origin),
        }
    }

    /// `base.member` of JSON.
    pub(crate) fn member(&mut self, base: &'a Expr, name: &str, frame: &mut Frame<'a>) -> Value<'a> {
        let base = self.value(base, frame);
        self.follow(base, Shape::Any, &mut |evaluator, value| evaluator.keyed(value, name))
    }

    /// The word of a noun, as an author writes it.
    pub(crate) fn word(&self, noun: NounId) -> &'a str {
        let need = self.facts.needs().noun(noun);
        if need.word.is_empty() { &need.name } else { &need.word }
    }
}

/// An item of which it is not known whether it is there may belong to its list.
fn item_belongs(cell: &Cell<'_>) -> Truth {
    match cell {
        Cell::Unknown(reason) if reason.may_be_missing() => Truth::Unknown,
        _ => Truth::True,
    }
}

/// A cell that is neither list nor records.
fn scalar<'a>(cell: &Cell<'a>) -> Data<'a> {
    match *cell {
        Cell::Missing => Data::Missing { through: false },
        Cell::NotSurveyed => Data::NotSurveyed,
        Cell::Unknown(reason) => Data::Unknown(Unknown::Fact(reason)),
        Cell::Text(text) => Data::Text(Cow::Borrowed(text)),
        Cell::Number(number) => Data::Number(super::range::Range::exact(number)),
        Cell::Bool(value) => Data::Bool(value),
        Cell::Time(time) => Data::Time(time),
        Cell::Duration(duration) => Data::Duration(duration),
        Cell::List(_) | Cell::Records(_) | Cell::Opaque => Data::Opaque,
    }
}

/// A part of JSON as a value; null and what is not there are missing.
pub(crate) fn from_json<'a>(json: Option<Json>, origin: Option<Origin>) -> Value<'a> {
    let data = match json {
        None | Some(Json::Null) => Data::Missing { through: false },
        Some(Json::Bool(value)) => Data::Bool(value),
        Some(Json::Number(number)) => Data::Number(super::range::Range::exact(number)),
        Some(Json::TooBig) => Data::Unknown(Unknown::Unreadable("an integer beyond 2^53".to_owned())),
        Some(Json::Unknown(why)) => Data::Unknown(Unknown::Undecided(why.to_string())),
        Some(Json::Text(text)) => Data::Text(Cow::Owned(text.to_string())),
        Some(Json::Object(object)) => Data::Object(object),
        Some(Json::List(list)) => {
            let mut items = Items::default();
            for item in list.iter() {
                items.push(from_json(Some(item.clone()), origin), Truth::True);
            }
            Data::Many(Box::new(items))
        }
    };
    Value::at(data, origin)
}

/// So many items may be held more than once.
pub(crate) const FEW: usize = 4_096;

/// Drops what is there more than once each time that there may be twice as much as is there once: many ways lead to few records.
pub(crate) fn thin_out(items: &mut Items<'_>, most: &mut usize) {
    if items.items.len() >= *most {
        *items = without_repetition(std::mem::take(items));
        *most = items.items.len().saturating_mul(2).max(FEW);
    }
}

/// A path leads to a record once, however many ways lead there.
pub(crate) fn without_repetition(items: Items<'_>) -> Items<'_> {
    let mut seen: FxHashMap<(NounId, u32), usize> = FxHashMap::default();
    let mut out = Items { items: Vec::with_capacity(items.items.len()), gaps: items.gaps, absent: items.absent };
    for item in items.items {
        if let Data::Record(noun, row) = item.value.data {
            if let Some(known) = seen.get(&(noun, row)).and_then(|index| out.items.get_mut(*index)) {
                known.belongs = known.belongs.or(item.belongs);
                continue;
            }
            seen.insert((noun, row), out.items.len());
        }
        out.items.push(item);
    }
    out
}
