//! A small format, its reader, and the printing of facts, for tests.

use crate::*;
use std::fmt::Write;
use std::sync::Arc;
use tickmark_source::{FileId, Place};

/// A value of the format: JSON with bare words, `?` for what is not known yet and `#` before a big integer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) offset: u32,
    pub(crate) shape: Shape,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    Null,
    Unknown,
    MayBeMissing,
    Bool(bool),
    Number(f64),
    Big(String),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

/// Parses one value; what is wrong is a mistake in the test.
pub(crate) fn node(text: &str) -> Node {
    let mut parser = Parser { text, at: 0 };
    let node = parser.value();
    parser.blanks();
    assert_eq!(parser.at, text.len(), "more text: {}", &text[parser.at..]);
    node
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn blanks(&mut self) {
        self.at = self.text.len() - self.text[self.at..].trim_start_matches([' ', '\n', ',']).len();
    }

    fn eat(&mut self, sign: char) -> bool {
        self.blanks();
        let found = self.text[self.at..].starts_with(sign);
        self.at += if found { sign.len_utf8() } else { 0 };
        found
    }

    fn value(&mut self) -> Node {
        self.blanks();
        let offset = u32::try_from(self.at).unwrap();
        let shape = if self.eat('[') {
            let mut items = Vec::new();
            while !self.eat(']') {
                items.push(self.value());
            }
            Shape::List(items)
        } else if self.eat('{') {
            let mut members = Vec::new();
            while !self.eat('}') {
                self.blanks();
                let name = self.word();
                assert!(self.eat(':'), "no colon after {name}");
                members.push((name, self.value()));
            }
            Shape::Object(members)
        } else if self.text[self.at..].starts_with('"') {
            Shape::Text(self.word())
        } else {
            match self.word().as_str() {
                "null" => Shape::Null,
                "?" => Shape::Unknown,
                "??" => Shape::MayBeMissing,
                "true" => Shape::Bool(true),
                "false" => Shape::Bool(false),
                word => match (word.strip_prefix('#'), word.parse::<f64>()) {
                    (Some(digits), _) => Shape::Big(digits.to_owned()),
                    (_, Ok(number)) => Shape::Number(number),
                    _ => Shape::Text(word.to_owned()),
                },
            }
        };
        Node { offset, shape }
    }

    /// A bare word, or a quoted text.
    fn word(&mut self) -> String {
        let rest = &self.text[self.at..];
        if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"').unwrap();
            self.at += end + 2;
            return quoted[..end].to_owned();
        }
        let end = rest.find([' ', '\n', ',', ':', '[', ']', '{', '}']).unwrap_or(rest.len());
        assert!(end > 0, "no word at {rest}");
        self.at += end;
        rest[..end].to_owned()
    }
}

/// Reads a node.
pub(crate) struct NodeReader<'a> {
    pub(crate) file: FileId,
    pub(crate) node: &'a Node,
}

impl ValueReader for NodeReader<'_> {
    type Error = String;

    fn kind(&mut self) -> Result<ValueKind, String> {
        Ok(match self.node.shape {
            Shape::List(_) => ValueKind::List,
            Shape::Object(_) => ValueKind::Object,
            _ => ValueKind::Scalar,
        })
    }

    fn place(&mut self) -> Place {
        Place { file: self.file, offset: self.node.offset }
    }

    fn scalar<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, String> {
        Ok(take(match &self.node.shape {
            Shape::Null => Scalar::Null,
            Shape::Unknown => Scalar::Unknown("known after apply"),
            Shape::MayBeMissing => Scalar::MayBeMissing("nobody says it"),
            Shape::Bool(value) => Scalar::Bool(*value),
            Shape::Number(number) => Scalar::Number(*number),
            Shape::Big(digits) => Scalar::BigInteger(digits),
            Shape::Text(text) if text == "BROKEN" => return Err("broken".to_owned()),
            Shape::Text(text) => Scalar::Text(text),
            other => return Err(format!("no scalar: {other:?}")),
        }))
    }

    fn list(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<(), String>) -> Result<(), String> {
        let Shape::List(items) = &self.node.shape else { return Err("no list".to_owned()) };
        items.iter().try_for_each(|node| item(&mut NodeReader { file: self.file, node }))
    }

    fn object(&mut self, member: &mut dyn FnMut(&mut Self, &str) -> Result<(), String>) -> Result<(), String> {
        let Shape::Object(members) = &self.node.shape else { return Err("no object".to_owned()) };
        members.iter().try_for_each(|(name, node)| member(&mut NodeReader { file: self.file, node }, name))
    }

    fn skip(&mut self) -> Result<(), String> {
        Ok(())
    }
}

/// Declares a noun from lines `name: type`. A type is `text`, `number`, `bool`, `time`, `duration`, `any`, `opaque`,
/// `a|b`, `list T`, `one NOUN`, `many NOUN`, `map NOUN`, `any NOUN`, with `optional` or `unwanted` before it. Attributes
/// before a `;` in `key` are the key. Nouns are numbered in order; those to come are named as `#N`.
pub(crate) fn noun(name: &str, key: &str, attributes: &str) -> NounNeed {
    let mut need = NounNeed { name: name.into(), wanted: true, ..NounNeed::default() };
    need.word = name.rsplit('.').next().unwrap().into();
    for line in attributes.split(',').map(str::trim).filter(|line| !line.is_empty()) {
        let (name, ty) = line.split_once(':').unwrap();
        let (mut ty, mut wanted, mut optional) = (ty.trim(), true, false);
        if let Some(rest) = ty.strip_prefix("optional ") {
            (ty, optional) = (rest, true);
        }
        if let Some(rest) = ty.strip_prefix("unwanted ") {
            (ty, wanted) = (rest, false);
        }
        // `tag/tags`: a name and its aliases.
        let mut names = name.trim().split('/').map(Into::into);
        let (name, aliases) = (names.next().unwrap(), names.collect());
        need.attributes.push(AttributeNeed { name, aliases, ty: attribute_type(ty), wanted, optional });
    }
    need.key = key.split_whitespace().map(|part| need.attribute(part).unwrap()).collect();
    need
}

fn attribute_type(ty: &str) -> AttributeType {
    let number = |text: &str| NounId(text.trim().parse().unwrap());
    match ty.split_once(' ') {
        Some(("list", item)) => AttributeType::List(Box::new(attribute_type(item))),
        Some(("one", noun)) => AttributeType::One(number(noun)),
        Some(("many", noun)) => AttributeType::Many(number(noun)),
        Some(("map", noun)) => AttributeType::Map(number(noun)),
        Some(("any", noun)) => AttributeType::Any { nested: Some(number(noun)) },
        _ => match ty {
            "text" => AttributeType::Text,
            "number" => AttributeType::Number,
            "bool" => AttributeType::Bool,
            "time" => AttributeType::Time,
            "duration" => AttributeType::Duration,
            "any" => AttributeType::Any { nested: None },
            choices => AttributeType::OneOf(choices.split('|').map(Into::into).collect()),
        },
    }
}

pub(crate) fn needs(nouns: impl IntoIterator<Item = NounNeed>) -> Arc<Needs> {
    let mut needs = Needs::new();
    nouns.into_iter().for_each(|noun| {
        needs.add(noun);
    });
    Arc::new(needs)
}

/// Adds a file: `noun: [records]` for several nouns, as native facts are.
pub(crate) fn add_file(builder: &mut Builder, file: u32, text: &str) {
    add_node(builder, file, &node(&format!("{{{text}}}")));
}

pub(crate) fn add_node(builder: &mut Builder, file: u32, node: &Node) {
    let Shape::Object(nouns) = &node.shape else { panic!("no nouns") };
    for (name, records) in nouns {
        let noun = builder.needs().find(name).unwrap();
        builder.supply(noun);
        let Shape::List(records) = &records.shape else { panic!("no records") };
        for node in records {
            builder.record(noun, &mut NodeReader { file: FileId(file), node }).unwrap();
        }
    }
}

/// Facts of several files.
pub(crate) fn facts(needs: &Arc<Needs>, files: &[&str]) -> (Facts, Vec<FactWarning>) {
    let mut builder = Builder::new(needs.clone());
    for (file, text) in (0..).zip(files) {
        add_file(&mut builder, file, text);
    }
    builder.finish()
}

pub(crate) fn messages(warnings: &[FactWarning]) -> Vec<String> {
    warnings.iter().map(|warning| format!("{} ({})", warning.message, warning.count)).collect()
}

/// A cell as text: `missing`, `not surveyed`, `unknown: …`, a value, `[items]`, `(ids)`.
pub(crate) fn print_cell(facts: &Facts, cell: Cell<'_>) -> String {
    match cell {
        Cell::Missing => "missing".to_owned(),
        Cell::NotSurveyed => "not surveyed".to_owned(),
        Cell::Unknown(UnknownReason::Contradictory { places, .. }) => {
            let places: Vec<String> = places.iter().map(|place| format!("{}:{}", place.file.0, place.offset)).collect();
            format!("unknown: contradictory {}", places.join(" "))
        }
        Cell::Unknown(UnknownReason::DoesNotFit { value, expected }) => format!("unknown: {value} is not {expected}"),
        Cell::Unknown(
            UnknownReason::NotKnown(words)
            | UnknownReason::MayBeMissing(words)
            | UnknownReason::Mapped(words)
            | UnknownReason::KnownInPart { why: words, .. },
        ) => format!("unknown: {words}"),
        Cell::Unknown(UnknownReason::NoSuchRecord) => "unknown: no such record".to_owned(),
        Cell::Text(text) => text.to_owned(),
        Cell::Number(number) => format!("{number:?}"),
        Cell::Bool(value) => value.to_string(),
        Cell::Time(time) => format!("@{time}"),
        Cell::Duration(duration) => format!("~{duration}"),
        Cell::Opaque => "opaque".to_owned(),
        Cell::List(list) => {
            assert_eq!(list.is_empty(), list.iter().next().is_none());
            let items: Vec<String> = list.iter().map(|item| print_cell(facts, item)).collect();
            assert_eq!(items.len(), list.len());
            format!("[{}]", items.join(", "))
        }
        Cell::Records(records) => {
            let ids: Vec<String> = records.rows.iter().map(|row| facts.id(records.noun, *row)).collect();
            format!("({})", ids.join(", "))
        }
    }
}

/// One attribute of one record, both by name.
pub(crate) fn cell(facts: &Facts, noun: &str, row: u32, attribute: &str) -> String {
    let noun = facts.needs().find(noun).unwrap();
    let attribute = facts.attribute_named(noun, attribute).unwrap();
    print_cell(facts, facts.cell(noun, row, attribute))
}

/// All attributes of all records of a noun.
pub(crate) fn print_noun(facts: &Facts, name: &str) -> String {
    let noun = facts.needs().find(name).unwrap();
    let mut out = String::new();
    for row in 0..facts.rows(noun) {
        let _ = write!(out, "{}", facts.id(noun, row));
        match facts.parent(noun, row) {
            ParentLink::None => {}
            ParentLink::Record(noun, row) => write!(out, " in {}", facts.id(noun, row)).unwrap(),
            ParentLink::Several => out.push_str(" in several"),
        }
        if !facts.is_certain(noun, row) {
            out.push('?');
        }
        for attribute in (0..facts.attribute_count(noun)).map(AttributeId) {
            let name = facts.attribute_name(noun, attribute).unwrap();
            let _ = write!(out, " {name}={}", print_cell(facts, facts.cell(noun, row, attribute)));
        }
        out.push('\n');
    }
    out
}

/// All of the facts, with their places.
pub(crate) fn print_all(facts: &Facts) -> String {
    let mut out = String::new();
    let nouns: Vec<(NounId, String)> = facts.needs().iter().map(|(id, noun)| (id, noun.name.to_string())).collect();
    for (id, name) in nouns {
        let _ = writeln!(out, "{name} {} {} {}", facts.supplied(id), facts.rows(id), facts.all_rows(id));
        out.push_str(&print_noun(facts, &name));
        for row in 0..facts.all_rows(id) {
            let _ = write!(out, "{:?}", facts.place(id, row));
            for attribute in (0..facts.attribute_count(id)).map(AttributeId) {
                let _ = write!(out, " {:?}", facts.cell_place(id, row, attribute));
                for index in 0.. {
                    let Some(place) = facts.item_place(id, row, attribute, index) else { break };
                    let _ = write!(out, " {place:?}");
                }
            }
            out.push('\n');
        }
    }
    out
}

#[test]
fn facts_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    fn sent<T: Send>() {}
    shared::<Facts>();
    sent::<Builder>();
}
