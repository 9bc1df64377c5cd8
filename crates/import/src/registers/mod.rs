//! Registers that people keep: CSV, YAML, JSON, JSON Lines and the front matter of Markdown, all of one noun. The same words give
//! the same facts whatever the form; what a manifest says of columns and words is the [`Mapping`].

pub(crate) mod cells;
pub(crate) mod front_matter;
pub(crate) mod item;
pub(crate) mod names;
pub(crate) mod outline;

use crate::detect::Detected;
use crate::document::Document;
use crate::error::{ReadError, error_at, place, shown};
use crate::json::JsonReader;
use crate::mapping::{Mapping, Word};
use crate::open::Unit;
use crate::piece::Piece;
use crate::yaml::YamlReader;
use crate::{native, table};
use item::{Item, ItemReader, Rules, Value, key_and_names};
use names::{NAMING, Names};
use std::collections::BTreeSet;
use std::sync::Arc;
use tickmark_diagnostics::codes::{facts, manifest as codes};
use tickmark_diagnostics::{Diagnostic, did_you_mean};
use tickmark_facts::{AttributeType, Needs, NounId, ValueKind, ValueReader};

/// Reads a register of one noun. Where the manifest maps it, `piece` holds no facts of others: those of a wrong mapping are dropped.
pub(crate) fn read(
    document: &Document,
    detected: &Detected,
    (noun, mapping, names): (&str, &Mapping, &Names),
    mut piece: Piece,
) -> Piece {
    let register = Register { document, detected, noun, mapping };
    let needs = &Arc::clone(piece.builder.needs());
    let result = register.read(names, &mut piece);
    piece = piece.keep(result);
    if let Some(noun) = needs.find(noun) {
        piece.told.diagnostics.extend(mapping.check(noun, needs));
    }
    if !piece.told.diagnostics.iter().any(|found| found.code == codes::BAD_MAPPING) {
        return piece;
    }
    // What was read by a wrong mapping is wrong in each of its records: that is said once.
    piece.told.diagnostics.retain(Diagnostic::is_error);
    let mut empty = Piece::new(needs);
    empty.told.diagnostics = piece.told.diagnostics;
    empty
}

/// What the records of all registers are called, where registers refer to them.
pub(crate) fn names(units: &[Unit], needs: &Needs) -> Names {
    let mut names = Names::default();
    let plain = Mapping::default();
    let nothing = Names::default();
    let referred = referred(units, needs);
    let mut keys: Vec<(NounId, String)> = Vec::new();
    for unit in units {
        let (Some(written), Some(document)) = (unit.noun.as_deref(), unit.documents.first()) else { continue };
        let Some(noun) = needs.find(written).filter(|noun| referred.contains(noun)) else { continue };
        let mapping = unit.mapping.as_deref().unwrap_or(&plain);
        let register = Register { document, detected: &unit.detected, noun: written, mapping };
        let rules = Rules { needs, mapping, names: &nothing };
        // What is wrong with a register is said where it is read.
        let _ = register.records(&mut |item| {
            if let Some((key, called)) = key_and_names(&register.mapped(item, rules, &mut BTreeSet::new()), rules, noun)
            {
                called.iter().for_each(|called| names.add(noun, &key, called));
                keys.push((noun, key));
            }
            Ok(())
        });
    }
    keys.iter().for_each(|(noun, key)| names.add_key(*noun, key));
    names
}

/// The nouns that records of registers refer to, and that have a name beside their key.
fn referred(units: &[Unit], needs: &Needs) -> BTreeSet<NounId> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut ahead: Vec<NounId> =
        units.iter().filter_map(|unit| needs.find(unit.noun.as_deref()?)).filter(|noun| seen.insert(*noun)).collect();
    while let Some(noun) = ahead.pop() {
        for attribute in needs.noun(noun).attributes.iter().filter(|attribute| attribute.wanted) {
            let (AttributeType::One(of) | AttributeType::Many(of)) = attribute.ty else { continue };
            let need = needs.noun(of);
            let is_key = |name: &str| need.key.iter().any(|key| need.attribute(name) == Some(*key));
            if NAMING.iter().any(|name| need.attribute(name).is_some() && !is_key(name)) {
                found.insert(of);
            }
            if seen.insert(of) {
                ahead.push(of);
            }
        }
    }
    found
}

/// A register on its way in.
struct Register<'a> {
    document: &'a Document,
    detected: &'a Detected,
    noun: &'a str,
    mapping: &'a Mapping,
}

impl Register<'_> {
    fn read(&self, names: &Names, piece: &mut Piece) -> Result<(), ReadError> {
        let needs = Arc::clone(piece.builder.needs());
        let rules = Rules { needs: &needs, mapping: self.mapping, names };
        if matches!(self.detected, Detected::Csv) && !self.mapping.turns_round() {
            return table::read_rows(self.document, (self.noun, rules), piece);
        }
        let noun = needs.find(self.noun);
        native::supply(noun, self.noun, place(self.document.file, 0), piece);
        let wanted = noun.filter(|noun| needs.noun(*noun).wanted);
        let mut seen = BTreeSet::new();
        let file = self.document.file;
        let header = self.records(&mut |item| {
            let record = self.mapped(item, rules, &mut seen);
            let mut reader = ItemReader::new(&record, file, rules, noun);
            native::take_record(&mut reader, self.noun, (noun, wanted), piece)
        })?;
        if let Some(header) = &header {
            seen.extend(header.columns.iter().cloned());
        }
        if header.is_some() || piece.told.records > 0 {
            let at = header.map(|header| header.span);
            piece.told.diagnostics.extend(self.mapping.missing_columns(&seen, &self.document.path, at));
        }
        Ok(())
    }

    /// Hands over each record as it stands in the register, and gives the columns of a table.
    fn records(&self, take: &mut dyn FnMut(Item) -> Result<(), ReadError>) -> Result<Option<table::Header>, ReadError> {
        match self.detected {
            Detected::Csv => return table::items(self.document, take).map(Some),
            Detected::Yaml => {
                let mut reader = YamlReader::new(self.document.text(), self.document.file);
                while reader.next_document()? {
                    if reader.kind()? != ValueKind::Scalar || !reader.is_empty_document()? {
                        self.descend(&mut reader, &self.mapping.records, take)?;
                    }
                }
            }
            Detected::JsonLines => {
                let mut offset = 0;
                for line in self.document.bytes.split_inclusive(|byte| *byte == b'\n') {
                    if !line.iter().all(u8::is_ascii_whitespace) {
                        let mut reader = JsonReader::new(line, self.document.file, offset);
                        self.descend(&mut reader, &self.mapping.records, take)?;
                        reader.finish()?;
                    }
                    offset += line.len();
                }
            }
            Detected::Markdown => {
                if let Some(item) = front_matter::record(self.document)? {
                    if !matches!(item.value, Value::Object(_)) {
                        return Err(self.no_list(item.offset));
                    }
                    take(item)?;
                }
            }
            _ => {
                let mut reader = JsonReader::new(&self.document.bytes, self.document.file, 0);
                self.descend(&mut reader, &self.mapping.records, take)?;
                reader.finish()?;
            }
        }
        Ok(None)
    }

    /// A record with the names of attributes.
    fn mapped(&self, item: Item, rules: Rules<'_>, seen: &mut BTreeSet<String>) -> Item {
        let noun = rules.needs.find(self.noun);
        let item = item.mapped(rules, noun, seen);
        match self.detected {
            Detected::Markdown => front_matter::named(item, self.document, noun.map(|noun| rules.needs.noun(noun))),
            _ => item,
        }
    }

    /// Goes to the list of records by the keys that lead to it.
    fn descend<V: ValueReader<Error = ReadError>>(
        &self,
        reader: &mut V,
        keys: &[String],
        take: &mut dyn FnMut(Item) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        let at = reader.place().offset as usize;
        let Some((key, rest)) = keys.split_first() else { return self.list(reader, take) };
        let (mut found, mut names) = (false, Vec::new());
        if reader.kind()? == ValueKind::Object {
            reader.object(&mut |reader, name| {
                if name == key {
                    found = true;
                    return self.descend(reader, rest, take);
                }
                names.push(name.to_owned());
                reader.skip()
            })?;
        }
        if found { Ok(()) } else { Err(self.no_step(key, &names, at)) }
    }

    fn list<V: ValueReader<Error = ReadError>>(
        &self,
        reader: &mut V,
        take: &mut dyn FnMut(Item) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        let at = reader.place().offset as usize;
        let mut one = |item: Item| match item.value {
            Value::Object(_) => take(item),
            _ => Err(self.no_list(item.offset)),
        };
        match reader.kind()? {
            ValueKind::List => reader.list(&mut |reader| one(Item::read(reader)?)),
            ValueKind::Object if self.mapping.records.is_empty() => one(Item::read(reader)?),
            _ => match Item::read(reader)?.value {
                Value::Scalar(Word::Missing) => Ok(()),
                _ => Err(self.no_list(at)),
            },
        }
    }

    fn no_step(&self, key: &str, names: &[String], offset: usize) -> ReadError {
        let message = format!("`{}` has no `{}` where its records should stand", self.document.path, shown(key));
        let mut error = match self.mapping.records_at {
            Some(at) => Box::new(Diagnostic::error(codes::BAD_MAPPING, at, message)),
            None => error_at(codes::BAD_MAPPING, self.document.file, offset, message),
        };
        error.help.extend(did_you_mean(key, names.iter().map(String::as_str)));
        error
    }

    fn no_list(&self, offset: usize) -> ReadError {
        let message =
            format!("a register is a list of records of `{}`, and here stands something else", shown(self.noun));
        let mut error = error_at(facts::NOT_NATIVE, self.document.file, offset, message);
        error
            .help
            .push("where the list stands deeper in the file, the manifest says so: `records: key.key`".to_owned());
        error
    }
}
