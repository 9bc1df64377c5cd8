//! Registers in the words of their keepers: which column is which attribute, and which word stands for which value. The
//! manifest says so; a finding still stands on the register's line.

use crate::document::Document;
use crate::error::{ReadError, error_at, place, shown};
use crate::json::JsonReader;
use crate::piece::Piece;
use crate::table;
use crate::yaml::YamlReader;
use crate::{detect::Detected, native};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tickmark_diagnostics::codes::{facts, manifest as codes};
use tickmark_diagnostics::{Diagnostic, did_you_mean};
use tickmark_facts::{Needs, NounNeed, Scalar, ValueKind, ValueReader};
use tickmark_source::{FileId, Place, Span};

/// How the records of a register are read. Places are those of the manifest, which is among the sources of the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// The keys that lead to the list of records in a YAML or JSON register; none where it is a bare list.
    pub records: Vec<String>,
    /// Where these keys stand in the manifest.
    pub records_at: Option<Span>,
    /// Columns of a table, or keys of records, and what they are.
    pub columns: BTreeMap<String, Column>,
    /// Of attributes, which word stands for which value.
    pub values: BTreeMap<String, Words>,
}

/// What a column is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The attribute; `None` leaves the column out.
    pub attribute: Option<String>,
    /// Where the column is named in the manifest.
    pub column_at: Span,
    /// Where the attribute is named.
    pub attribute_at: Span,
}

/// The words of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Where the attribute is named in the manifest.
    pub at: Span,
    /// By the word as it stands in the register.
    pub words: BTreeMap<String, Word>,
}

/// A value that a word stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// There is no value.
    Missing,
    /// A bool.
    Bool(bool),
    /// A text, or what is read from one by the declared type: a number, a date.
    Text(String),
}

impl Word {
    /// The value as the store reads it.
    pub(crate) fn scalar(&self) -> Scalar<'_> {
        match self {
            Word::Missing => Scalar::Null,
            Word::Bool(value) => Scalar::Bool(*value),
            Word::Text(text) => Scalar::Text(text),
        }
    }
}

impl Mapping {
    /// The attribute of a column: of one that is not mapped, its own name. `None` where it is left out.
    pub(crate) fn attribute<'a>(&'a self, column: &'a str) -> Option<&'a str> {
        match self.columns.get(column) {
            Some(column) => column.attribute.as_deref(),
            None => Some(column),
        }
    }

    /// The words of an attribute.
    pub(crate) fn words(&self, attribute: &str) -> Option<&Words> {
        self.values.get(attribute)
    }

    /// Attributes that the noun does not have.
    #[must_use]
    pub fn check(&self, noun: &NounNeed) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        // An open noun has whatever its records carry.
        if noun.open {
            return diagnostics;
        }
        let mapped =
            self.columns.values().filter_map(|column| Some((column.attribute.as_deref()?, column.attribute_at)));
        let valued = self.values.iter().map(|(attribute, words)| (attribute.as_str(), words.at));
        for (attribute, at) in mapped.chain(valued) {
            if noun.attribute(attribute).is_none() {
                let message = format!("`{}` has no attribute `{}`", noun.name, shown(attribute));
                let names = noun.attributes.iter().map(|attribute| attribute.name.as_str());
                let error = Diagnostic::error(codes::BAD_MAPPING, at, message);
                diagnostics.push(match did_you_mean(attribute, names.clone()) {
                    Some(near) => error.help(near),
                    None => error.help(format!("its attributes are {}", names.collect::<Vec<_>>().join(", "))),
                });
            }
        }
        diagnostics
    }

    /// Columns that a register does not have, by those that it has.
    pub(crate) fn missing_columns(&self, there: &BTreeSet<String>, register: &str) -> Vec<Diagnostic> {
        let missing = self.columns.iter().filter(|(name, _)| !there.contains(*name));
        missing
            .map(|(name, column)| {
                let message = format!("`{register}` has no column `{}`", shown(name));
                let error = Diagnostic::error(codes::BAD_MAPPING, column.column_at, message);
                match did_you_mean(name, there.iter().map(String::as_str)) {
                    Some(near) => error.help(near),
                    None => {
                        let names: Vec<String> =
                            there.iter().take(20).map(|name| format!("`{}`", shown(name))).collect();
                        error.help(format!("its columns are {}", names.join(", ")))
                    }
                }
            })
            .collect()
    }
}

/// Reads a register of one noun.
pub(crate) fn read(
    document: &Document,
    detected: &Detected,
    (noun, mapping): (&str, &Mapping),
    needs: &Arc<Needs>,
) -> Piece {
    let mut piece = read_records(document, detected, (noun, mapping), needs);
    if let Some(noun) = needs.find(noun) {
        piece.diagnostics.extend(mapping.check(needs.noun(noun)));
    }
    if !piece.diagnostics.iter().any(|found| found.code == codes::BAD_MAPPING) {
        return piece;
    }
    // What was read by a wrong mapping is wrong in each of its records: that is said once.
    piece.diagnostics.retain(Diagnostic::is_error);
    Piece { diagnostics: piece.diagnostics, ..Piece::new(needs) }
}

fn read_records(
    document: &Document,
    detected: &Detected,
    (noun, mapping): (&str, &Mapping),
    needs: &Arc<Needs>,
) -> Piece {
    let mut piece = Piece::new(needs);
    if matches!(detected, Detected::Csv) {
        piece.absorb(table::read_mapped(document, noun, Some(mapping), needs));
        return piece;
    }
    let register = Register { document, noun, mapping };
    let mut seen = BTreeSet::new();
    let result = match detected {
        Detected::Yaml => register.read_yaml(&mut piece, &mut seen),
        Detected::JsonLines => register.read_lines(&mut piece, &mut seen),
        _ => register.read_json(&mut piece, &mut seen),
    };
    if result.is_ok() && piece.records > 0 {
        piece.diagnostics.extend(mapping.missing_columns(&seen, &document.path));
    }
    piece.keep(result)
}

/// A register in YAML or JSON, on its way in.
struct Register<'a> {
    document: &'a Document,
    noun: &'a str,
    mapping: &'a Mapping,
}

impl Register<'_> {
    fn read_yaml(&self, piece: &mut Piece, seen: &mut BTreeSet<String>) -> Result<(), ReadError> {
        let mut reader = YamlReader::new(self.document.text(), self.document.file);
        while reader.next_document()? {
            let item = Item::read(&mut reader)?;
            self.take(item, piece, seen)?;
        }
        Ok(())
    }

    fn read_json(&self, piece: &mut Piece, seen: &mut BTreeSet<String>) -> Result<(), ReadError> {
        let mut reader = JsonReader::new(&self.document.bytes, self.document.file, 0);
        let item = Item::read(&mut reader)?;
        reader.finish()?;
        self.take(item, piece, seen)
    }

    fn read_lines(&self, piece: &mut Piece, seen: &mut BTreeSet<String>) -> Result<(), ReadError> {
        let mut offset = 0;
        for line in self.document.bytes.split_inclusive(|byte| *byte == b'\n') {
            if !line.iter().all(u8::is_ascii_whitespace) {
                let mut reader = JsonReader::new(line, self.document.file, offset);
                let item = Item::read(&mut reader)?;
                reader.finish()?;
                self.take(item, piece, seen)?;
            }
            offset += line.len();
        }
        Ok(())
    }

    /// Takes the records of a document.
    fn take(&self, document: Item, piece: &mut Piece, seen: &mut BTreeSet<String>) -> Result<(), ReadError> {
        let mut at = document;
        for key in &self.mapping.records {
            at = self.step(at, key)?;
        }
        let needs = Arc::clone(piece.builder.needs());
        let noun = needs.find(self.noun);
        let place = place(self.document.file, at.offset);
        native::supply(noun, self.noun, place, piece);
        let wanted = noun.filter(|noun| needs.noun(*noun).wanted);
        let records = match at.value {
            Value::List(items) => items,
            Value::Scalar(Word::Missing) => Vec::new(),
            Value::Object(_) if self.mapping.records.is_empty() => vec![at],
            _ => return Err(self.no_list(&at)),
        };
        for mut record in records {
            if !matches!(record.value, Value::Object(_)) {
                return Err(self.no_list(&record));
            }
            record.rename(self.mapping, seen);
            native::take_record(
                &mut ItemReader { item: &record, file: self.document.file },
                self.noun,
                (noun, wanted),
                piece,
            )?;
        }
        Ok(())
    }

    fn step(&self, item: Item, key: &str) -> Result<Item, ReadError> {
        let (offset, members) = match item.value {
            Value::Object(members) => (item.offset, members),
            _ => (item.offset, Vec::new()),
        };
        let names: Vec<String> = members.iter().map(|(name, _)| name.clone()).collect();
        members.into_iter().find(|(name, _)| name == key).map(|(_, item)| item).ok_or_else(|| {
            let message = format!("`{}` has no `{}` where its records should stand", self.document.path, shown(key));
            let mut error = match self.mapping.records_at {
                Some(at) => Box::new(Diagnostic::error(codes::BAD_MAPPING, at, message)),
                None => error_at(codes::BAD_MAPPING, self.document.file, offset, message),
            };
            error.help.extend(did_you_mean(key, names.iter().map(String::as_str)));
            error
        })
    }

    fn no_list(&self, item: &Item) -> ReadError {
        let message =
            format!("a register is a list of records of `{}`, and here stands something else", shown(self.noun));
        let mut error = error_at(facts::NOT_NATIVE, self.document.file, item.offset, message);
        error
            .help
            .push("where the list stands deeper in the file, the manifest says so: `records: key.key`".to_owned());
        error
    }
}

/// A value of a register with its place; a number is kept as it is written.
struct Item {
    value: Value,
    offset: usize,
}

enum Value {
    Scalar(Word),
    List(Vec<Item>),
    Object(Vec<(String, Item)>),
}

impl Item {
    fn read<V: ValueReader<Error = ReadError>>(reader: &mut V) -> Result<Item, ReadError> {
        let offset = reader.place().offset as usize;
        let value = match reader.kind()? {
            ValueKind::Scalar => Value::Scalar(reader.written(|scalar| match scalar {
                Scalar::Null | Scalar::Unknown(_) | Scalar::KnownInPart { .. } => Word::Missing,
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

    /// Gives the members of a record the names of attributes, and their words the values that they stand for.
    fn rename(&mut self, mapping: &Mapping, seen: &mut BTreeSet<String>) {
        let Value::Object(members) = &mut self.value else { return };
        let mut renamed = Vec::with_capacity(members.len());
        for (key, mut item) in members.drain(..) {
            if let Some(attribute) = mapping.attribute(&key) {
                if let Some(words) = mapping.words(attribute) {
                    item.replace(words);
                }
                renamed.push((attribute.to_owned(), item));
            }
            seen.insert(key);
        }
        *members = renamed;
    }

    fn replace(&mut self, words: &Words) {
        match &mut self.value {
            Value::Scalar(word) => {
                let written = match word {
                    Word::Missing => return,
                    Word::Bool(value) => value.to_string(),
                    Word::Text(text) => text.clone(),
                };
                if let Some(value) = words.words.get(&written) {
                    *word = value.clone();
                }
            }
            Value::List(items) => items.iter_mut().for_each(|item| item.replace(words)),
            Value::Object(_) => {}
        }
    }
}

/// A [`ValueReader`] over a record of a register.
struct ItemReader<'a> {
    item: &'a Item,
    file: FileId,
}

impl ValueReader for ItemReader<'_> {
    type Error = ReadError;

    fn kind(&mut self) -> Result<ValueKind, ReadError> {
        Ok(match self.item.value {
            Value::Scalar(_) => ValueKind::Scalar,
            Value::List(_) => ValueKind::List,
            Value::Object(_) => ValueKind::Object,
        })
    }

    fn place(&mut self) -> Place {
        place(self.file, self.item.offset)
    }

    fn scalar<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        Ok(take(match &self.item.value {
            Value::Scalar(Word::Text(text)) => table::guess(text),
            Value::Scalar(word) => word.scalar(),
            Value::List(_) | Value::Object(_) => Scalar::Null,
        }))
    }

    fn written<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        match &self.item.value {
            Value::Scalar(word) => Ok(take(word.scalar())),
            _ => self.scalar(take),
        }
    }

    fn list(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<(), ReadError>) -> Result<(), ReadError> {
        let Value::List(items) = &self.item.value else { return Ok(()) };
        items.iter().try_for_each(|each| item(&mut ItemReader { item: each, file: self.file }))
    }

    fn object(&mut self, member: &mut dyn FnMut(&mut Self, &str) -> Result<(), ReadError>) -> Result<(), ReadError> {
        let Value::Object(members) = &self.item.value else { return Ok(()) };
        members.iter().try_for_each(|(key, each)| member(&mut ItemReader { item: each, file: self.file }, key))
    }

    fn skip(&mut self) -> Result<(), ReadError> {
        Ok(())
    }
}
