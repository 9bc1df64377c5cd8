//! Tables that a system exports as CSV, told by the names of their columns. Names become attributes in `snake_case` (`Issue key` is `issue_key`,
//! `Custom field (Approvers)` is `approvers`); columns of one name are a list. `fields` holds every column by its own name, for those that
//! an organisation made itself.
//!
//! A date that is not written as ISO 8601 is not guessed at: which number is the day, and in which zone it is meant, the export does not
//! say. The manifest does, or it is unknown.

use crate::answers::systems::SYSTEMS;
use crate::answers::table::{Answer, At, System};
use crate::date_format::DateFormat;
use crate::document::Document;
use crate::error::{ReadError, error_at, shown};
use crate::rows::Rows;
use crate::snake::snake;
use crate::tree::{Node, Value};
use csv::{ByteRecord, ReaderBuilder, StringRecord};
use tickmark_diagnostics::codes::facts as codes;
use tickmark_facts::{AttributeType, NounNeed, Time};

/// The attribute that holds every column by its own name.
const FIELDS: &str = "fields";

/// What is said of a date that is not ISO 8601.
const HOW: &str = "is no date as 2026-12-31T10:00:00Z, and the export does not say how it is meant: name the noun of the table in the \
                   manifest, and say how its dates are written (`date_format`)";

/// The answer of a system that a file is which holds a table.
pub(crate) fn sheet_of(document: &Document, system: &'static System) -> Option<&'static Answer> {
    system.answers.iter().find(|answer| answer.at == At::Sheet)?;
    sheet_with(&header(document)?, system)
}

fn sheet_with(header: &[String], system: &'static System) -> Option<&'static Answer> {
    let has = |wanted: &&'static str| header.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    system.answers.iter().find(|answer| answer.at == At::Sheet && answer.known_by.iter().all(has))
}

/// The system of a file that holds a table of this noun.
pub(crate) fn system_of_sheet(document: &Document, noun: Option<&str>) -> Option<&'static System> {
    let header = header(document)?;
    SYSTEMS.iter().copied().find(|system| {
        sheet_with(&header, system)
            .is_some_and(|answer| noun.is_none_or(|noun| answer.noun.all().any(|one| one == noun)))
    })
}

/// The names of the columns of a table.
fn header(document: &Document) -> Option<Vec<String>> {
    if !document.is_named(".csv") && !document.is_named(".tsv") {
        return None;
    }
    let (bytes, mut row) = (&document.bytes[..], ByteRecord::new());
    Rows::new(bytes, delimiter(bytes)).next(&mut row).ok()??;
    row.iter().map(|name| Some(std::str::from_utf8(name).ok()?.trim().to_owned())).collect()
}

fn reader(document: &Document) -> csv::Reader<&[u8]> {
    let bytes = &document.bytes[..];
    ReaderBuilder::new().has_headers(false).delimiter(delimiter(bytes)).from_reader(bytes)
}

fn delimiter(bytes: &[u8]) -> u8 {
    let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
    let line = bytes.get(..end).unwrap_or(bytes);
    [b',', b';', b'\t'].into_iter().find(|delimiter| line.contains(delimiter)).unwrap_or(b',')
}

/// The rows of a table, each as a record.
///
/// # Errors
/// Where it is broken.
pub(crate) fn rows(document: &Document, row: &mut dyn FnMut(&Node) -> Result<(), ReadError>) -> Result<(), ReadError> {
    let broken = |error: &csv::Error| {
        let at = error.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
        error_at(codes::BROKEN_CSV, document.file, at, error.to_string())
    };
    let mut header: Option<Vec<(String, String)>> = None;
    for record in reader(document).into_records() {
        let record = record.map_err(|error| broken(&error))?;
        match &header {
            None => header = Some(record.iter().map(|name| (name.trim().to_owned(), attribute_of(name))).collect()),
            Some(header) => row(&node(&record, header, document))?,
        }
    }
    Ok(())
}

/// The name of a column as an attribute.
fn attribute_of(column: &str) -> String {
    let lower = column.trim().to_ascii_lowercase();
    let own = lower.strip_prefix("custom field (").and_then(|rest| rest.strip_suffix(')'));
    let name = match own {
        Some(own) => own.to_owned(),
        None => snake(column.trim()),
    };
    let mut attribute = String::with_capacity(name.len());
    for letter in name.chars() {
        if letter.is_alphanumeric() {
            attribute.extend(letter.to_lowercase());
        } else if !attribute.is_empty() && !attribute.ends_with('_') {
            attribute.push('_');
        }
    }
    attribute.trim_end_matches('_').to_owned()
}

fn node(record: &StringRecord, header: &[(String, String)], document: &Document) -> Node {
    let start = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
    let rest = document.bytes.get(start..).unwrap_or(&[]);
    // The parser counts the line break before a record as its own.
    let start = start + rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
    let text = |text: &str| Node { value: Value::Text(text.to_owned()), offset: start };
    let mut members: Vec<(String, Node)> = Vec::with_capacity(header.len() + 1);
    let mut fields: Vec<(String, Node)> = Vec::new();
    for ((column, attribute), cell) in header.iter().zip(record) {
        let cell = cell.trim();
        let value = if cell.is_empty() { Value::Null } else { Value::Text(cell.to_owned()) };
        match members.iter_mut().find(|(name, _)| name == attribute) {
            None => members.push((attribute.clone(), Node { value, offset: start })),
            Some((_, held)) => add(held, value),
        }
        if cell.is_empty() {
            continue;
        }
        match fields.iter_mut().find(|(name, _)| name == column) {
            None => fields.push((column.clone(), text(cell))),
            Some((_, held)) => {
                if let Value::Text(held) = &mut held.value {
                    held.push_str("; ");
                    held.push_str(cell);
                }
            }
        }
    }
    members.push((FIELDS.to_owned(), Node { value: Value::Object(fields), offset: start }));
    Node { value: Value::Object(members), offset: start }
}

/// Adds what stands in another column of the same name.
fn add(held: &mut Node, value: Value) {
    let offset = held.offset;
    match (&mut held.value, value) {
        (_, Value::Null) => {}
        (Value::List(items), value) => items.push(Node { value, offset }),
        (first, value) => {
            let first = std::mem::replace(first, Value::Null);
            let mut items: Vec<Node> = [first, value].into_iter().map(|value| Node { value, offset }).collect();
            items.retain(|item| item.value != Value::Null);
            held.value = Value::List(items);
        }
    }
}

/// The members of a row as a noun declares them: dates as every reader knows them, or unknown; of several values for one the last.
pub(crate) fn settle(members: &mut [(String, Node)], need: &NounNeed, format: Option<&DateFormat>) {
    for (name, node) in members {
        let Some(attribute) = need.attribute(name).and_then(|id| need.attributes.get(id.0 as usize)) else { continue };
        let listed = matches!(attribute.ty, AttributeType::List(_) | AttributeType::Many(_));
        if let (false, Value::List(items)) = (listed, &node.value) {
            node.value = items.last().map_or(Value::Null, |item| item.value.clone());
        }
        if attribute.ty == AttributeType::Time
            && let Value::Text(text) = &node.value
        {
            node.value = match moment(text, format) {
                Some(moment) => Value::Text(moment),
                None => Value::Unknown(format!("`{}` {HOW}", shown(text))),
            };
        }
    }
}

/// A date as every reader knows it. `2026-03-01 12:00:00` is how databases write UTC.
pub(crate) fn moment(text: &str, format: Option<&DateFormat>) -> Option<String> {
    if Time::parse(text).is_ok() {
        return Some(text.to_owned());
    }
    if let Some(read) = format.and_then(|format| format.read(text)) {
        return Some(read);
    }
    let (date, clock) = text.split_once(' ')?;
    let clock = clock.strip_suffix("UTC").map_or(clock, str::trim_end);
    let full = match clock.len() {
        5 => format!("{date}T{clock}:00Z"),
        8.. => format!("{date}T{}Z", clock.trim_end_matches('Z')),
        _ => return None,
    };
    Time::parse(&full).is_ok().then_some(full)
}

#[cfg(test)]
mod tests {
    use super::{attribute_of, header, moment, reader};
    use crate::date_format::DateFormat;
    use crate::document::Document;
    use tickmark_facts::Time;
    use tickmark_source::{FileBytes, FileId};

    #[test]
    fn a_header_is_what_the_reader_makes_of_it() {
        for text in [
            "a,b\n1,2\n",
            "a;b c ;\r\n1;2",
            "\r\n\na\tb",
            "a",
            "\"a\",b",
            "a\"b,c\n",
            "\u{feff}a,b\n",
            "",
            "\n\n",
            ",\n",
            " \n",
            "ä,ö\rx",
            "a,\"b\nc\",d\n",
        ] {
            let bytes = FileBytes::from(text.as_bytes().to_vec());
            let document = Document { file: FileId(0), path: "t.csv".to_owned(), bytes, raw: None };
            let read = reader(&document).records().next().and_then(Result::ok);
            let read = read.map(|record| record.iter().map(|name| name.trim().to_owned()).collect::<Vec<_>>());
            assert_eq!(header(&document), read, "{text:?}");
        }
    }

    #[test]
    fn columns_become_attributes() {
        for (column, attribute) in [
            ("Issue key", "issue_key"),
            ("Custom field (Approvers)", "approvers"),
            ("Custom field (Change-Risk %)", "change_risk"),
            ("Employee #", "employee"),
            ("CreatedAt", "created_at"),
            ("sys_created_on", "sys_created_on"),
            ("E-mail - Primary", "e_mail_primary"),
        ] {
            assert_eq!(attribute_of(column), attribute);
        }
    }

    #[test]
    fn dates_are_read_where_they_can_mean_one_thing_only() {
        let of = |text: &str| moment(text, None);
        assert_eq!(of("2026-03-01 12:00:00").as_deref(), Some("2026-03-01 12:00:00"));
        let noon = Time::parse("2026-03-01T12:00:00Z");
        assert_eq!(of("2026-03-01 12:00 UTC").map(|read| Time::parse(&read)), Some(noon));
        assert_eq!(of("2026-03-01T12:00:00+02:00").as_deref(), Some("2026-03-01T12:00:00+02:00"));
        for text in ["12/03/24 3:45 PM", "12/Mar/24 3:45 PM", "03.04.2026", "soon", "2026-13-01 12:00:00"] {
            assert_eq!(of(text), None, "{text}");
        }
        let format = DateFormat::parse("DD/MM/YYYY HH:mm").unwrap();
        assert_eq!(moment("03/04/2026 15:45", Some(&format)).as_deref(), Some("2026-04-03T15:45:00Z"));
    }
}
