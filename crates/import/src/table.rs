//! CSV: one noun as a table, whose first row names the attributes.

use crate::document::Document;
use crate::error::{ReadError, error_at, place, shown, span};
use crate::json::number;
use crate::mapping::Word;
use crate::native::suggest_noun;
use crate::piece::Piece;
use crate::registers::cells::{Cells, Meant};
use crate::registers::item::{Item, Rules, Value};
use crate::rows::{Begin, Rows};
use csv::ByteRecord;
use std::collections::BTreeSet;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_facts::{Scalar, ValueKind, ValueReader};
use tickmark_source::{FileId, Place, Span};

struct Column<'m> {
    name: String,
    cells: Cells<'m>,
    /// The manifest leaves it out.
    skipped: bool,
}

/// The first row of a table.
pub(crate) struct Header {
    /// The names of its columns, as they are written.
    pub(crate) columns: Vec<String>,
    /// Where it stands.
    pub(crate) span: Span,
}

/// Reads a table of a noun, each column of which is one attribute.
pub(crate) fn read_rows(
    document: &Document,
    (name, rules): (&str, Rules<'_>),
    piece: &mut Piece,
) -> Result<(), ReadError> {
    let noun = rules.needs.find(name);
    match noun {
        Some(noun) => piece.builder.supply(noun),
        None => suggest_noun(rules.needs, name, place(document.file, 0), piece),
    }
    let wanted = noun.filter(|noun| rules.needs.noun(*noun).wanted);
    let mut columns: Vec<Column<'_>> = Vec::new();
    let header = Table::new(document).each(wanted.is_some(), &mut |header, (record, start, starts)| {
        if columns.is_empty() {
            columns = attributes(document, header, noun, rules)?;
            let there: BTreeSet<String> = header.columns.iter().cloned().collect();
            let at = Some(header.span);
            piece.told.diagnostics.extend(rules.mapping.missing_columns(&there, &document.path, at));
        }
        piece.told.records += 1;
        let Some(noun) = wanted else { return Ok(()) };
        let mut row = Row { file: document.file, columns: &columns, record, starts, start, at: At::Row };
        piece.builder.record(noun, &mut row).map(|_| ())
    })?;
    if columns.is_empty() {
        attributes(document, &header, noun, rules)?;
        let there: BTreeSet<String> = header.columns.iter().cloned().collect();
        piece.told.diagnostics.extend(rules.mapping.missing_columns(&there, &document.path, Some(header.span)));
    }
    Ok(())
}

/// Hands over each row as a record whose keys are the columns.
pub(crate) fn items(
    document: &Document,
    take: &mut dyn FnMut(Item) -> Result<(), ReadError>,
) -> Result<Header, ReadError> {
    let mut named = false;
    let header = Table::new(document).each(true, &mut |header, (record, start, starts)| {
        if !std::mem::replace(&mut named, true) {
            distinct(document, header.columns.iter().map(String::as_str), header.span)?;
        }
        let cells = header.columns.iter().zip(record).enumerate().map(|(index, (column, cell))| {
            // The file was checked to be UTF-8, and cells are cut at ASCII characters.
            let text = std::str::from_utf8(cell).unwrap_or_default().trim();
            let word = if text.is_empty() { Word::Missing } else { Word::Text(text.to_owned()) };
            let offset = starts.get(index).copied().unwrap_or(start);
            (column.clone(), Item { value: Value::Scalar(word), offset })
        });
        take(Item { value: Value::Object(cells.collect()), offset: start })
    })?;
    distinct(document, header.columns.iter().map(String::as_str), header.span)?;
    Ok(header)
}

/// The attributes of the columns.
fn attributes<'m>(
    document: &Document,
    header: &Header,
    noun: Option<tickmark_facts::NounId>,
    rules: Rules<'m>,
) -> Result<Vec<Column<'m>>, ReadError> {
    let columns: Vec<Column<'m>> = header
        .columns
        .iter()
        .map(|written| {
            let attribute = rules.mapping.attribute(written);
            let name = attribute.unwrap_or(written).to_owned();
            Column { cells: rules.cells(noun, &name, &name), skipped: attribute.is_none(), name }
        })
        .collect();
    let read = columns.iter().filter(|column| !column.skipped).map(|column| column.name.as_str());
    distinct(document, read, header.span)?;
    Ok(columns)
}

fn distinct<'n>(document: &Document, names: impl Iterator<Item = &'n str>, at: Span) -> Result<(), ReadError> {
    let mut known = BTreeSet::new();
    for name in names {
        if !known.insert(name) {
            let message = format!("two columns are named `{}`", shown(name));
            return Err(error_at(codes::DUPLICATE_KEY, document.file, at.start as usize, message));
        }
    }
    Ok(())
}

/// Bytes of a table that are read before their memory is given back.
const STRETCH: usize = 1 << 20;

/// A table on its way in.
pub(crate) struct Table<'d> {
    document: &'d Document,
    /// Where the header begins.
    base: usize,
    delimiter: u8,
}

/// A row: its cells, where it begins, and where they begin.
pub(crate) type RowAt<'r> = (&'r ByteRecord, usize, &'r [usize]);

impl<'d> Table<'d> {
    /// A table with the separator that its first line has; Excel writes it into a line of its own (`sep=;`).
    pub(crate) fn new(document: &'d Document) -> Self {
        let bytes = &document.bytes[..];
        let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
        let line = bytes.get(..end).unwrap_or(bytes).trim_ascii_end();
        match line.get(..4).filter(|word| word.eq_ignore_ascii_case(b"sep=")).and_then(|_| line.get(4..)) {
            Some([separator]) => Table { document, base: end, delimiter: *separator },
            // A tab at the end of the line was taken for a blank.
            Some([]) if bytes.get(4) == Some(&b'\t') => Table { document, base: end, delimiter: b'\t' },
            _ => Table { document, base: 0, delimiter: delimiter(line) },
        }
    }

    fn bytes(&self) -> &'d [u8] {
        self.document.bytes.get(self.base..).unwrap_or_default()
    }

    /// Hands over each row below the header, with where its cells begin where that is wanted.
    pub(crate) fn each(
        &self,
        cells: bool,
        take: &mut dyn FnMut(&Header, RowAt<'_>) -> Result<(), ReadError>,
    ) -> Result<Header, ReadError> {
        let (document, bytes, delimiter) = (self.document, self.bytes(), self.delimiter);
        let mut rows = Rows::new(bytes, delimiter);
        let mut record = ByteRecord::new();
        let mut header: Option<Header> = None;
        let mut starts = Vec::new();
        let (mut line, mut last, mut behind) = (0, 0, 0);
        let failed = |error: csv::Error| broken(document, self.base, &error.to_string());
        while let Some(Begin { byte, line: at_line }) = rows.next(&mut record).map_err(failed)? {
            let start = first_of_record(bytes, byte);
            last = start;
            let Some(header) = &header else {
                header = Some(self.header(&record, start)?);
                line = at_line;
                continue;
            };
            if record.len() != header.columns.len() {
                let lines = at_line.saturating_sub(line);
                return Err(self.wrong_length(start, &record, header.columns.len(), lines));
            }
            line = at_line;
            starts.clear();
            if cells {
                find_cells(bytes, start, delimiter, record.len(), &mut starts);
                starts.iter_mut().for_each(|start| *start += self.base);
            }
            take(header, (&record, start + self.base, &starts))?;
            if start >= behind + STRETCH {
                document.bytes.let_go(self.base + behind..self.base + start);
                behind = start;
            }
        }
        // INVARIANT (no row is lost): what stands behind a quote that is never closed would be the rest of one field.
        if ends_in_quotes(bytes.get(last..).unwrap_or_default(), delimiter) {
            let error = broken(document, self.base + last, "the file ends inside a field in quotes");
            return Err(never_closed(error));
        }
        header.ok_or_else(|| broken(document, self.base, "the table is empty: its first row names the attributes"))
    }

    fn header(&self, record: &ByteRecord, start: usize) -> Result<Header, ReadError> {
        let start = self.base + start;
        let columns: Vec<String> = record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
        if columns.iter().any(String::is_empty) {
            let message = "a column has no name: the first row names the attributes";
            return Err(broken(self.document, start, message));
        }
        let rest = self.document.bytes.get(start..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| !matches!(byte, b'\n' | b'\r')).count();
        Ok(Header { columns, span: span(self.document.file, start, start + length) })
    }

    fn wrong_length(&self, start: usize, record: &ByteRecord, wanted: usize, lines: u64) -> ReadError {
        let message = format!("this row has {} fields, the first row has {wanted}", record.len());
        let mut error = broken(self.document, self.base + start, &message);
        let long = record.iter().any(|cell| memchr::memchr_iter(b'\n', cell).count() > 2);
        let rest = self.bytes().get(start..).unwrap_or_default();
        if long || lines > 1 || ends_in_quotes(rest, self.delimiter) {
            return never_closed(error);
        }
        error.help.push("put a field that holds the separator in double quotes".to_owned());
        error
    }
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

/// The separator that stands most often in the first line, outside of quotes; of several the first.
fn delimiter(line: &[u8]) -> u8 {
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in line {
        quoted ^= *byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(separator, _)| separator == byte && !quoted) {
            *count += 1;
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    counts.iter().find(|(_, count)| *count == most).map_or(b',', |(separator, _)| *separator)
}

/// The parser counts the line break before a record as its own.
fn first_of_record(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or(&[]);
    start + rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count()
}

fn broken(document: &Document, offset: usize, message: &str) -> ReadError {
    error_at(codes::BROKEN_CSV, document.file, offset, message)
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
    Cell { text: &'a str, cells: Cells<'a>, offset: usize },
    /// Before an item of a cell.
    Item { text: &'a str, cells: Cells<'a>, offset: usize },
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
            At::Cell { text, cells, .. } if cells.holds_items(text) => ValueKind::List,
            At::Cell { .. } | At::Item { .. } => ValueKind::Scalar,
        })
    }

    fn place(&mut self) -> Place {
        let offset = match self.at {
            At::Row => self.start,
            At::Cell { offset, .. } | At::Item { offset, .. } => offset,
        };
        place(self.file, offset)
    }

    fn scalar<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        Ok(match self.at {
            At::Row => take(Scalar::Null),
            At::Cell { text, cells, .. } | At::Item { text, cells, .. } => take(cells.read(text).scalar()),
        })
    }

    fn list(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<(), ReadError>) -> Result<(), ReadError> {
        let At::Cell { text, offset, cells } = self.at else { return Ok(()) };
        for part in cells.items(text).filter(|part| cells.read(part) != Meant::Missing) {
            self.at = At::Item { text: part, cells, offset };
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
            self.at = At::Cell { text, cells: column.cells, offset };
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
