//! CSV: one noun as a table, whose first row names the attributes.

use crate::document::Document;
use crate::error::{ReadError, error_at, place, shown};
use crate::json::number;
use crate::mapping::{Mapping, Words};
use crate::native::suggest_noun;
use crate::piece::Piece;
use csv::{ByteRecord, ReaderBuilder};
use std::collections::BTreeSet;
use std::sync::Arc;
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_facts::{AttributeType, Needs, NounId, Scalar, ValueKind, ValueReader};
use tickmark_source::{FileId, Place};

/// How the cells of a column are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cells {
    /// As text; the builder reads it by the declared type.
    Text,
    /// As a list, split at `;`.
    List,
    /// As a number or bool where it is written as one: nothing is declared.
    Guessed,
}

struct Column<'m> {
    name: String,
    cells: Cells,
    /// The manifest leaves it out.
    skipped: bool,
    /// What its words stand for.
    words: Option<&'m Words>,
}

/// Reads a table.
pub(crate) fn read(document: &Document, noun: &str, needs: &Arc<Needs>) -> Piece {
    read_mapped(document, noun, None, needs)
}

/// Reads a table whose columns have names of their own.
pub(crate) fn read_mapped(document: &Document, noun: &str, mapping: Option<&Mapping>, needs: &Arc<Needs>) -> Piece {
    let mut piece = Piece::new(needs);
    let result = read_rows(document, (noun, mapping), &mut piece);
    piece.keep(result)
}

fn read_rows(
    document: &Document,
    (noun, mapping): (&str, Option<&Mapping>),
    piece: &mut Piece,
) -> Result<(), ReadError> {
    let needs = Arc::clone(piece.builder.needs());
    let name = noun;
    let noun = needs.find(name);
    if let Some(noun) = noun {
        piece.builder.supply(noun);
    } else {
        suggest_noun(&needs, name, place(document.file, 0), piece);
    }
    let wanted = noun.filter(|noun| needs.noun(*noun).wanted);
    let bytes = &document.bytes[..];
    let delimiter = delimiter(bytes);
    let mut table = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes);
    let mut record = ByteRecord::new();
    let mut columns: Option<Vec<Column<'_>>> = None;
    let mut cell_starts = Vec::new();
    let mut line = 0;
    let mut last = 0;
    while table.read_byte_record(&mut record).map_err(|error| broken(document, 0, &error.to_string()))? {
        let (start, at_line) = record.position().map_or((0, 0), |position| (position.byte(), position.line()));
        let start = first_of_record(bytes, usize::try_from(start).unwrap_or(usize::MAX));
        last = start;
        let Some(columns) = &columns else {
            columns = Some(header((document, &record, start), noun, &needs, (mapping, &mut piece.diagnostics))?);
            line = at_line;
            continue;
        };
        if record.len() != columns.len() {
            return Err(wrong_length(document, start, &record, columns.len(), at_line.saturating_sub(line)));
        }
        line = at_line;
        piece.records += 1;
        let Some(noun) = wanted else { continue };
        find_cells(bytes, start, delimiter, record.len(), &mut cell_starts);
        let mut row = Row { file: document.file, columns, record: &record, starts: &cell_starts, start, at: At::Row };
        piece.builder.record(noun, &mut row)?;
    }
    // INVARIANT (no row is lost): what stands behind a quote that is never closed would be the rest of one field.
    if ends_in_quotes(bytes.get(last..).unwrap_or_default(), delimiter) {
        return Err(never_closed(broken(document, last, "the file ends inside a field in quotes")));
    }
    if columns.is_none() {
        return Err(broken(document, 0, "the table is empty: its first row names the attributes"));
    }
    Ok(())
}

fn never_closed(mut error: ReadError) -> ReadError {
    error.help.push("a field runs over several lines: a `\"` that opens it is perhaps never closed".to_owned());
    error
}

/// Whether the last field of a text is in quotes that nothing closes.
fn ends_in_quotes(text: &[u8], delimiter: u8) -> bool {
    let (mut quoted, mut begins) = (false, true);
    let mut bytes = text.iter().peekable();
    while let Some(byte) = bytes.next() {
        if quoted {
            // Two quotes stand for one.
            quoted = *byte != b'"' || bytes.next_if(|next| **next == b'"').is_some();
        } else {
            quoted = begins && *byte == b'"';
            begins = *byte == delimiter || matches!(byte, b'\n' | b'\r');
        }
    }
    quoted
}

/// `;` and tab are taken where the first line has no comma.
fn delimiter(bytes: &[u8]) -> u8 {
    let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
    let line = bytes.get(..end).unwrap_or(bytes);
    [b',', b';', b'\t'].into_iter().find(|delimiter| line.contains(delimiter)).unwrap_or(b',')
}

/// The parser counts the line break before a record as its own.
fn first_of_record(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or(&[]);
    start + rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count()
}

fn header<'m>(
    (document, record, start): (&Document, &ByteRecord, usize),
    noun: Option<NounId>,
    needs: &Needs,
    (mapping, diagnostics): (Option<&'m Mapping>, &mut Vec<Diagnostic>),
) -> Result<Vec<Column<'m>>, ReadError> {
    let mut columns: Vec<Column<'m>> = Vec::with_capacity(record.len());
    let mut there = BTreeSet::new();
    for cell in record {
        let written = String::from_utf8_lossy(cell).trim().to_owned();
        if written.is_empty() {
            return Err(broken(document, start, "a column has no name: the first row names the attributes"));
        }
        let name = mapping.map_or(Some(written.as_str()), |mapping| mapping.attribute(&written)).map(str::to_owned);
        let skipped = name.is_none();
        let name = name.unwrap_or_else(|| written.clone());
        there.insert(written);
        if skipped {
            columns.push(Column { name, cells: Cells::Text, skipped, words: None });
            continue;
        }
        if columns.iter().any(|column| column.name == name && !column.skipped) {
            let message = format!("two columns are named `{}`", shown(&name));
            return Err(error_at(codes::DUPLICATE_KEY, document.file, start, message));
        }
        let need = noun.map(|noun| needs.noun(noun));
        let ty =
            need.and_then(|need| need.attributes.get(need.attribute(&name)?.0 as usize)).map(|attribute| &attribute.ty);
        let cells = match ty {
            Some(AttributeType::List(_) | AttributeType::Many(_)) => Cells::List,
            Some(AttributeType::Any { .. }) => Cells::Guessed,
            None if need.is_some_and(|need| need.open) => Cells::Guessed,
            _ => Cells::Text,
        };
        let words = mapping.and_then(|mapping| mapping.words(&name));
        columns.push(Column { name, cells, skipped, words });
    }
    diagnostics.extend(mapping.iter().flat_map(|mapping| mapping.missing_columns(&there, &document.path)));
    Ok(columns)
}

fn broken(document: &Document, offset: usize, message: &str) -> ReadError {
    error_at(codes::BROKEN_CSV, document.file, offset, message)
}

fn wrong_length(document: &Document, start: usize, record: &ByteRecord, wanted: usize, lines: u64) -> ReadError {
    let message = format!("this row has {} fields, the first row has {wanted}", record.len());
    let mut error = broken(document, start, &message);
    let long = record.iter().any(|cell| memchr::memchr_iter(b'\n', cell).count() > 2);
    let rest = document.bytes.get(start..).unwrap_or_default();
    if long || lines > 1 || ends_in_quotes(rest, delimiter(&document.bytes)) {
        return never_closed(error);
    }
    error.help.push("put a field that holds the separator in double quotes".to_owned());
    error
}

/// Where the cells of a record begin: separators outside quotes.
fn find_cells(bytes: &[u8], start: usize, delimiter: u8, cells: usize, starts: &mut Vec<usize>) {
    starts.clear();
    starts.push(start);
    let mut quoted = false;
    for (index, byte) in bytes.iter().enumerate().skip(start) {
        if starts.len() == cells {
            return;
        }
        match byte {
            b'"' => quoted = !quoted,
            byte if *byte == delimiter && !quoted => starts.push(index + 1),
            _ => {}
        }
    }
}

#[derive(Clone, Copy)]
enum At<'a> {
    /// Before the row as a whole.
    Row,
    /// Before a cell.
    Cell { text: &'a str, cells: Cells, offset: usize, words: Option<&'a Words> },
}

/// One row as an object.
struct Row<'a> {
    file: FileId,
    columns: &'a [Column<'a>],
    record: &'a ByteRecord,
    starts: &'a [usize],
    start: usize,
    at: At<'a>,
}

impl ValueReader for Row<'_> {
    type Error = ReadError;

    fn kind(&mut self) -> Result<ValueKind, ReadError> {
        Ok(match self.at {
            At::Row => ValueKind::Object,
            At::Cell { cells: Cells::List, text, .. } if !text.is_empty() => ValueKind::List,
            At::Cell { .. } => ValueKind::Scalar,
        })
    }

    fn place(&mut self) -> Place {
        let offset = match self.at {
            At::Row => self.start,
            At::Cell { offset, .. } => offset,
        };
        place(self.file, offset)
    }

    fn scalar<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        let At::Cell { text, cells, words, .. } = self.at else { return Ok(take(Scalar::Null)) };
        if let Some(word) = words.and_then(|words| words.words.get(text)) {
            return Ok(take(word.scalar()));
        }
        Ok(take(match cells {
            _ if text.is_empty() => Scalar::Null,
            Cells::Guessed => guess(text),
            Cells::Text | Cells::List => Scalar::Text(text),
        }))
    }

    fn list(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<(), ReadError>) -> Result<(), ReadError> {
        let At::Cell { text, offset, words, .. } = self.at else { return Ok(()) };
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            self.at = At::Cell { text: part, cells: Cells::Text, offset, words };
            item(self)?;
        }
        Ok(())
    }

    fn object(&mut self, member: &mut dyn FnMut(&mut Self, &str) -> Result<(), ReadError>) -> Result<(), ReadError> {
        let (columns, record, starts) = (self.columns, self.record, self.starts);
        for (index, (column, cell)) in columns.iter().zip(record).enumerate().filter(|(_, (column, _))| !column.skipped)
        {
            // The file was checked to be UTF-8, and cells are cut at ASCII characters.
            let text = std::str::from_utf8(cell).unwrap_or_default().trim();
            let offset = starts.get(index).copied().unwrap_or(self.start);
            self.at = At::Cell { text, cells: column.cells, offset, words: column.words };
            member(self, &column.name)?;
        }
        self.at = At::Row;
        Ok(())
    }

    fn skip(&mut self) -> Result<(), ReadError> {
        Ok(())
    }
}

/// A number where it prints as it is written (`007` and `1.50` stay text), a bool, or text.
pub(crate) fn guess(text: &str) -> Scalar<'_> {
    match text {
        "true" => return Scalar::Bool(true),
        "false" => return Scalar::Bool(false),
        _ => {}
    }
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
    match plain.then(|| number(text)).flatten() {
        Some(Scalar::Number(value)) if value.to_string() == text => Scalar::Number(value),
        _ => Scalar::Text(text),
    }
}
