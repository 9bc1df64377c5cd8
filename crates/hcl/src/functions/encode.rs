//! Base 64, CSV, URLs and other encodings of text.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Outcome, text_at};
use crate::fault::Fault;
use crate::types::Type;
use crate::value::{Value, Why};

pub(super) fn base64encode(values: &[Value]) -> Outcome {
    Ok(Value::text(STANDARD.encode(text_at(values, 0)?)))
}

fn decoded(text: &str) -> Result<Vec<u8>, Fault> {
    // Go skips line breaks.
    let text: String = text.chars().filter(|letter| !matches!(letter, '\r' | '\n')).collect();
    STANDARD.decode(text).map_err(|error| Fault::new(format!("this is no base 64 text: {error}")))
}

pub(super) fn base64decode(values: &[Value]) -> Outcome {
    let bytes = decoded(text_at(values, 0)?)?;
    let text = String::from_utf8(bytes).map_err(|_| Fault::new("what is encoded is no UTF-8 text"))?;
    Ok(Value::text(text))
}

/// How a text is written as bytes.
enum Encoding {
    Utf8,
    Utf16 { little: bool },
    Latin1,
    Ascii,
}

/// The encodings that can be read and written here; Terraform knows all that IANA lists.
fn encoding(name: &str) -> Option<Encoding> {
    match name.to_ascii_uppercase().as_str() {
        "UTF-8" | "UTF8" => Some(Encoding::Utf8),
        "UTF-16LE" => Some(Encoding::Utf16 { little: true }),
        "UTF-16BE" => Some(Encoding::Utf16 { little: false }),
        "ISO-8859-1" | "LATIN1" => Some(Encoding::Latin1),
        "US-ASCII" | "ASCII" => Some(Encoding::Ascii),
        _ => None,
    }
}

fn not_here(name: &str) -> Value {
    let reason = format!("texts in the encoding `{name}` are not read here");
    Value::unknown(Type::Text, Why::Function, name.to_owned(), reason)
}

pub(super) fn textencodebase64(values: &[Value]) -> Outcome {
    let (text, name) = (text_at(values, 0)?, text_at(values, 1)?);
    let cannot = || Fault::new(format!("the text has letters that `{name}` has not"));
    let bytes: Vec<u8> = match encoding(name) {
        None => return Ok(not_here(name)),
        Some(Encoding::Utf8) => text.as_bytes().to_vec(),
        Some(Encoding::Utf16 { little }) => {
            text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
        }
        Some(Encoding::Latin1) => text
            .chars()
            .map(|letter| u8::try_from(u32::from(letter)).map_err(|_| cannot()))
            .collect::<Result<_, _>>()?,
        Some(Encoding::Ascii) => {
            let byte = |letter: char| u8::try_from(u32::from(letter)).ok().filter(u8::is_ascii).ok_or_else(cannot);
            text.chars().map(byte).collect::<Result<_, _>>()?
        }
    };
    Ok(Value::text(STANDARD.encode(bytes)))
}

pub(super) fn textdecodebase64(values: &[Value]) -> Outcome {
    let (bytes, name) = (decoded(text_at(values, 0)?)?, text_at(values, 1)?);
    let broken = || Fault::new(format!("what is encoded is no `{name}` text"));
    let text = match encoding(name) {
        None => return Ok(not_here(name)),
        Some(Encoding::Utf8) => String::from_utf8(bytes).map_err(|_| broken())?,
        Some(Encoding::Utf16 { little }) => {
            let units = bytes.chunks(2).map(|pair| match pair {
                [a, b] if little => u16::from_le_bytes([*a, *b]),
                [a, b] => u16::from_be_bytes([*a, *b]),
                _ => 0xFFFD,
            });
            String::from_utf16(&units.collect::<Vec<u16>>()).map_err(|_| broken())?
        }
        Some(Encoding::Latin1 | Encoding::Ascii) => bytes.into_iter().map(char::from).collect(),
    };
    Ok(Value::text(text))
}

pub(super) fn csvdecode(values: &[Value]) -> Outcome {
    let text = text_at(values, 0)?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut header: Option<Vec<Arc<str>>> = None;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| Fault::new(format!("broken CSV: {error}")))?;
        let Some(names) = &header else {
            let names: Vec<Arc<str>> = record.iter().map(Arc::from).collect();
            let mut sorted = names.clone();
            sorted.sort();
            if sorted.windows(2).any(|pair| pair.first() == pair.last()) {
                return Err(Fault::new("two columns have one name"));
            }
            header = Some(names);
            continue;
        };
        if record.len() != names.len() {
            let line = record.position().map_or(0, csv::Position::line);
            return Err(Fault::new(format!(
                "line {line} has {} fields, and the first has {}",
                record.len(),
                names.len()
            )));
        }
        let row =
            names.iter().zip(record.iter()).map(|(name, field)| (Arc::clone(name), Value::text(field.to_owned())));
        rows.push(Value::object(row.collect()));
    }
    if header.is_none() {
        return Err(Fault::new("there is no line with the names of the columns"));
    }
    Ok(Value::list(rows))
}

pub(super) fn urlencode(values: &[Value]) -> Outcome {
    let mut out = String::new();
    for byte in text_at(values, 0)?.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    Ok(Value::text(out))
}

pub(super) fn urldecode(values: &[Value]) -> Outcome {
    let broken = || Fault::new("this is no encoded URL");
    let mut bytes = Vec::new();
    let mut rest = text_at(values, 0)?.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16)).ok_or_else(broken);
                let (high, low) = (digit()?, digit()?);
                bytes.push(u8::try_from(high * 16 + low).unwrap_or(0));
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).map(Value::text).map_err(|_| broken())
}
