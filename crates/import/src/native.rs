//! Native facts: an object whose keys are nouns, each with a list of records, in JSON, JSON Lines or YAML.

use crate::document::Document;
use crate::error::{ReadError, error_at, shown, warning_at};
use crate::json::JsonReader;
use crate::piece::Piece;
use crate::yaml::YamlReader;
use rayon::prelude::*;
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::sync::Arc;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_diagnostics::did_you_mean;
use tickmark_facts::{Needs, NounId, ValueKind, ValueReader};
use tickmark_source::Place;

/// The reserved key under which native facts speak of themselves.
pub(crate) const ENVELOPE_KEY: &str = "_source";

/// Reads native facts in JSON; `noun` is that of bare records, where the argument names one.
pub(crate) fn read_json(document: &Document, noun: Option<&str>, mut piece: Piece) -> Piece {
    let mut reader = JsonReader::new(&document.bytes, document.file, 0);
    let result = read_value(&mut reader, noun, &mut piece).and_then(|()| reader.finish());
    piece.keep(result)
}

/// Reads native facts in YAML, every document of the file.
pub(crate) fn read_yaml(document: &Document, noun: Option<&str>, mut piece: Piece) -> Piece {
    let mut reader = YamlReader::new(document.text(), document.file);
    let result = read_documents(&mut reader, noun, &mut piece);
    piece.keep(result)
}

fn read_documents(reader: &mut YamlReader<'_>, noun: Option<&str>, piece: &mut Piece) -> Result<(), ReadError> {
    while reader.next_document()? {
        if reader.kind()? == ValueKind::Scalar {
            let place = reader.place();
            // An empty document says nothing.
            if !reader.is_empty_document()? {
                return Err(no_noun(place));
            }
        } else {
            read_value(reader, noun, piece)?;
        }
    }
    Ok(())
}

/// Reads native facts in JSON Lines, in parallel.
pub(crate) fn read_json_lines(document: &Document, noun: Option<&str>, mut piece: Piece) -> Piece {
    let blocks = line_blocks(&document.bytes);
    if blocks.len() <= 1 {
        let result = read_lines(document, 0, &document.bytes, noun, &mut piece);
        return piece.keep(result);
    }
    let needs = Arc::clone(piece.builder.needs());
    let pieces: Vec<Piece> = blocks
        .into_par_iter()
        .map(|(start, block)| {
            let mut piece = Piece::new(&needs);
            let result = read_lines(document, start, block, noun, &mut piece);
            document.bytes.let_go(start..start + block.len());
            piece.keep(result)
        })
        .collect();
    for next in pieces {
        piece.absorb(next);
    }
    piece
}

/// The file in blocks of whole lines, each large enough to be worth a task.
pub(crate) fn line_blocks(bytes: &[u8]) -> Vec<(usize, &[u8])> {
    const BLOCK: usize = 1 << 20;
    let mut blocks = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let rest = bytes.get(start + BLOCK..).unwrap_or(&[]);
        let end = memchr::memchr(b'\n', rest).map_or(bytes.len(), |at| start + BLOCK + at + 1);
        blocks.push((start, bytes.get(start..end).unwrap_or(&[])));
        start = end;
    }
    blocks
}

fn read_lines(
    document: &Document,
    start: usize,
    block: &[u8],
    noun: Option<&str>,
    piece: &mut Piece,
) -> Result<(), ReadError> {
    let mut offset = start;
    for line in block.split_inclusive(|byte| *byte == b'\n') {
        if !line.iter().all(u8::is_ascii_whitespace) {
            let mut reader = JsonReader::new(line, document.file, offset);
            read_value(&mut reader, noun, piece)?;
            reader.finish()?;
        }
        offset += line.len();
    }
    Ok(())
}

/// Reads one JSON value or YAML document.
fn read_value<V: ValueReader<Error = ReadError>>(
    reader: &mut V,
    noun: Option<&str>,
    piece: &mut Piece,
) -> Result<(), ReadError> {
    if let Some(noun) = noun {
        return read_records(reader, noun, piece);
    }
    if reader.kind()? != ValueKind::Object {
        return Err(no_noun(reader.place()));
    }
    let mut seen = BTreeSet::new();
    reader.object(&mut |reader, key| {
        if key == ENVELOPE_KEY {
            return piece.told.envelope.read(reader, &mut piece.told.diagnostics);
        }
        let place = reader.place();
        if !seen.insert(key.to_owned()) {
            let message = format!("the noun `{}` stands twice in this file; the records of both are read", shown(key));
            piece.told.diagnostics.push(warning_at(codes::NOUN_TWICE, place.file, place.offset as usize, message));
        }
        read_records(reader, key, piece)
    })
}

/// Reads what stands under a noun: a list of records, one record, or nothing.
pub(crate) fn read_records<V: ValueReader<Error = ReadError>>(
    reader: &mut V,
    name: &str,
    piece: &mut Piece,
) -> Result<(), ReadError> {
    let needs = Arc::clone(piece.builder.needs());
    let noun = needs.find(name);
    let place = reader.place();
    supply(noun, name, place, piece);
    let wanted = noun.filter(|noun| needs.noun(*noun).wanted);
    let mut record = |reader: &mut V| take_record(reader, name, (noun, wanted), piece);
    match reader.kind()? {
        ValueKind::Object => record(reader),
        ValueKind::List => reader.list(&mut record),
        ValueKind::Scalar => {
            let null = reader.scalar(|scalar| scalar == tickmark_facts::Scalar::Null)?;
            if null || noun.is_none() { Ok(()) } else { Err(no_record(name, place)) }
        }
    }
}

/// Notes that a source speaks of a noun, which stands at a place as `name`.
pub(crate) fn supply(noun: Option<NounId>, name: &str, place: Place, piece: &mut Piece) {
    match noun {
        Some(noun) => piece.builder.supply(noun),
        None => {
            let needs = Arc::clone(piece.builder.needs());
            suggest_noun(&needs, name, place, piece);
            piece.told.strangers.insert(SmolStr::new(name));
        }
    }
}

/// Reads one record of the noun called `name`, or skips it where the noun is not wanted.
pub(crate) fn take_record<V: ValueReader<Error = ReadError>>(
    reader: &mut V,
    name: &str,
    (noun, wanted): (Option<NounId>, Option<NounId>),
    piece: &mut Piece,
) -> Result<(), ReadError> {
    if reader.kind()? != ValueKind::Object {
        // Under a key that is no noun stands whatever its author likes: a value to be used again, in YAML.
        return if noun.is_some() { Err(no_record(name, reader.place())) } else { reader.skip() };
    }
    piece.told.records += 1;
    match wanted {
        Some(noun) => piece.builder.record(noun, reader).map(|_| ()),
        None => reader.skip(),
    }
}

/// A key that is no noun of the program is no mistake, unless it looks like one that is.
pub(crate) fn suggest_noun(needs: &Needs, name: &str, place: Place, piece: &mut Piece) {
    let names = needs.iter().filter(|(_, noun)| noun.nested_in.is_none()).map(|(_, noun)| noun.name.as_str());
    if let Some(help) = did_you_mean(name, names) {
        let message = format!("no control knows a noun `{}`: its records are not read", shown(name));
        let warning = warning_at(codes::UNKNOWN_NOUN, place.file, place.offset as usize, message);
        piece.told.diagnostics.push(warning.help(help));
    }
}

fn no_noun(place: Place) -> ReadError {
    let mut error = error_at(
        codes::NOT_NATIVE,
        place.file,
        place.offset as usize,
        "native facts are an object whose keys are nouns, each with a list of records",
    );
    error.help.push("for a bare list of records name the noun: `json:NOUN=PATH` (or `yaml:`, `jsonl:`)".to_owned());
    error
}

fn no_record(name: &str, place: Place) -> ReadError {
    let name = shown(name);
    let message = format!("under the noun `{name}` stands a single value where a record is needed");
    let mut error = error_at(codes::NOT_NATIVE, place.file, place.offset as usize, message);
    error.help.push(format!("write a list of records: `{name}: [ {{ … }}, {{ … }} ]`"));
    error
}

/// The nouns that a JSON or YAML value supplies: its top-level keys.
pub(crate) fn nouns<V: ValueReader<Error = ReadError>>(
    reader: &mut V,
    nouns: &mut BTreeSet<smol_str::SmolStr>,
) -> Result<(), ReadError> {
    if reader.kind()? != ValueKind::Object {
        return reader.skip();
    }
    reader.object(&mut |reader, key| {
        if key != ENVELOPE_KEY {
            nouns.insert(key.into());
        }
        reader.skip()
    })
}
