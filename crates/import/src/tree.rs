//! One record of an export as a small tree, for importers that must turn it round before it is read.

use crate::error::{ReadError, place};
use tickmark_facts::{Scalar, ValueKind, ValueReader};
use tickmark_source::{FileId, Place};

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// What it is.
    pub(crate) value: Value,
    /// Where it begins in the file.
    pub(crate) offset: usize,
}

/// What a [`Node`] holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// Null.
    Null,
    /// Not known, and why.
    Unknown(String),
    /// Not known whether it is there, and why.
    MayBeMissing(String),
    /// A bool.
    Bool(bool),
    /// A number.
    Number(f64),
    /// The digits of an integer beyond 2^53.
    BigInteger(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// An object, in the order of the file.
    Object(Vec<(String, Node)>),
}

impl Node {
    /// Reads a value whole.
    pub(crate) fn read<V: ValueReader<Error = ReadError>>(reader: &mut V) -> Result<Node, ReadError> {
        let offset = reader.place().offset as usize;
        let value = match reader.kind()? {
            ValueKind::Scalar => reader.scalar(|scalar| match scalar {
                Scalar::Null => Value::Null,
                Scalar::Unknown(why) | Scalar::KnownInPart { why, .. } => Value::Unknown(why.to_owned()),
                Scalar::MayBeMissing(why) => Value::MayBeMissing(why.to_owned()),
                Scalar::Bool(value) => Value::Bool(value),
                Scalar::Number(value) => Value::Number(value),
                Scalar::BigInteger(digits) => Value::BigInteger(digits.to_owned()),
                Scalar::Text(text) => Value::Text(text.to_owned()),
            })?,
            ValueKind::List => {
                let mut items = Vec::new();
                reader.list(&mut |reader| {
                    items.push(Node::read(reader)?);
                    Ok(())
                })?;
                Value::List(items)
            }
            ValueKind::Object => {
                let mut members = Vec::new();
                reader.object(&mut |reader, key| {
                    members.push((key.to_owned(), Node::read(reader)?));
                    Ok(())
                })?;
                Value::Object(members)
            }
        };
        Ok(Node { value, offset })
    }

    /// The same value, turned into another.
    pub(crate) fn with(&self, value: Value) -> Node {
        Node { value, offset: self.offset }
    }

    /// Says of the value, and of all that is in it, that it stands at this byte.
    pub(crate) fn move_to(&mut self, offset: usize) {
        self.offset = offset;
        match &mut self.value {
            Value::List(items) => items.iter_mut().for_each(|item| item.move_to(offset)),
            Value::Object(members) => members.iter_mut().for_each(|(_, member)| member.move_to(offset)),
            _ => {}
        }
    }

    /// What stands there, for one who reads it.
    pub(crate) fn kind(&self) -> ValueKind {
        match self.value {
            Value::List(_) => ValueKind::List,
            Value::Object(_) => ValueKind::Object,
            _ => ValueKind::Scalar,
        }
    }

    /// The scalar that it is; null where it is none.
    pub(crate) fn scalar(&self) -> Scalar<'_> {
        match &self.value {
            Value::Unknown(why) => Scalar::Unknown(why),
            Value::MayBeMissing(why) => Scalar::MayBeMissing(why),
            Value::Bool(value) => Scalar::Bool(*value),
            Value::Number(value) => Scalar::Number(*value),
            Value::BigInteger(digits) => Scalar::BigInteger(digits),
            Value::Text(text) => Scalar::Text(text),
            Value::Null | Value::List(_) | Value::Object(_) => Scalar::Null,
        }
    }

    /// A member of an object.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.members().iter().find(|(found, _)| found == key).map(|(_, node)| node)
    }

    /// The members of an object; none of anything else.
    pub(crate) fn members(&self) -> &[(String, Node)] {
        if let Value::Object(members) = &self.value { members } else { &[] }
    }

    /// The items of a list; none of anything else.
    pub(crate) fn items(&self) -> &[Node] {
        if let Value::List(items) = &self.value { items } else { &[] }
    }

    /// A text that is not empty, or the digits of a number.
    pub(crate) fn text(&self) -> Option<String> {
        match &self.value {
            Value::Text(text) | Value::BigInteger(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// The text of a member.
    pub(crate) fn text_of(&self, key: &str) -> Option<String> {
        self.get(key).and_then(Node::text)
    }
}

/// A [`ValueReader`] over a tree.
pub(crate) struct TreeReader<'a> {
    node: &'a Node,
    file: FileId,
}

impl<'a> TreeReader<'a> {
    /// A reader of a value that stands in a file.
    pub(crate) fn new(node: &'a Node, file: FileId) -> Self {
        Self { node, file }
    }
}

impl ValueReader for TreeReader<'_> {
    type Error = ReadError;

    fn kind(&mut self) -> Result<ValueKind, ReadError> {
        Ok(self.node.kind())
    }

    fn place(&mut self) -> Place {
        place(self.file, self.node.offset)
    }

    fn scalar<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        Ok(take(self.node.scalar()))
    }

    fn list(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<(), ReadError>) -> Result<(), ReadError> {
        for node in self.node.items() {
            item(&mut TreeReader { node, file: self.file })?;
        }
        Ok(())
    }

    fn object(&mut self, member: &mut dyn FnMut(&mut Self, &str) -> Result<(), ReadError>) -> Result<(), ReadError> {
        for (key, node) in self.node.members() {
            member(&mut TreeReader { node, file: self.file }, key)?;
        }
        Ok(())
    }

    fn skip(&mut self) -> Result<(), ReadError> {
        Ok(())
    }
}
