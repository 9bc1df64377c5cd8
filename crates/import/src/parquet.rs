//! Parquet (<https://parquet.apache.org/docs/file-format/>), in a build with the feature `parquet`: a table is read as native
//! facts, one record a line, so that the line of a fact is its row. It holds the noun that the file is named after.

use std::fmt::Write as _;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use tickmark_facts::{Duration, Time};

/// The rows as JSON Lines: `{"NOUN": {…}}`.
///
/// # Errors
/// What is wrong with the file, in plain words; also where its rows are more text than `limit` bytes.
pub(crate) fn lines(raw: &[u8], noun: &str, limit: u64) -> Result<Vec<u8>, String> {
    let broken =
        |error: parquet::errors::ParquetError| format!("it begins like a Parquet file and cannot be read: {error}");
    let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(raw)).map_err(broken)?;
    let noun = quoted(noun);
    let mut text = String::new();
    for row in reader.get_row_iter(None).map_err(broken)? {
        text.push('{');
        text.push_str(&noun);
        text.push(':');
        object(&row.map_err(broken)?, &mut text);
        text.push_str("}\n");
        if text.len() as u64 > limit {
            return Err(format!("its rows are more than the limit of {limit} bytes of text; split the export"));
        }
    }
    Ok(text.into_bytes())
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if u32::from(control) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

fn object(row: &Row, out: &mut String) {
    out.push('{');
    for (index, (name, field)) in row.get_column_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str(&quoted(name));
        out.push(':');
        value(field, out);
    }
    out.push('}');
}

fn value(field: &Field, out: &mut String) {
    match field {
        Field::Null => out.push_str("null"),
        Field::Bool(value) => plain(value, out),
        Field::Byte(value) => plain(value, out),
        Field::Short(value) => plain(value, out),
        Field::Int(value) => plain(value, out),
        Field::Long(value) => plain(value, out),
        Field::UByte(value) => plain(value, out),
        Field::UShort(value) => plain(value, out),
        Field::UInt(value) => plain(value, out),
        Field::ULong(value) => plain(value, out),
        Field::Float16(value) => number(f64::from(value.to_f32()), out),
        Field::Float(value) => number(f64::from(*value), out),
        Field::Double(value) => number(*value, out),
        Field::Decimal(_) => plain(field, out),
        Field::Str(text) => out.push_str(&quoted(text)),
        // Bytes that are no text: what they say is not for a control to read.
        Field::Bytes(bytes) => out.push_str(&quoted(&String::from_utf8_lossy(bytes.data()))),
        Field::Date(days) => time(i64::from(*days).checked_mul(86_400_000_000), out),
        Field::TimestampMillis(millis) => time(millis.checked_mul(1_000), out),
        Field::TimestampMicros(micros) => time(Some(*micros), out),
        Field::TimeMillis(millis) => length(i64::from(*millis) * 1_000, out),
        Field::TimeMicros(micros) => length(*micros, out),
        Field::Group(row) => object(row, out),
        Field::ListInternal(list) => {
            out.push('[');
            for (index, item) in list.elements().iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                value(item, out);
            }
            out.push(']');
        }
        Field::MapInternal(map) => {
            out.push('{');
            for (index, (key, item)) in map.entries().iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                match key {
                    Field::Str(text) => out.push_str(&quoted(text)),
                    other => {
                        let mut text = String::new();
                        value(other, &mut text);
                        out.push_str(&quoted(text.trim_matches('"')));
                    }
                }
                out.push(':');
                value(item, out);
            }
            out.push('}');
        }
    }
}

fn plain(value: &dyn std::fmt::Display, out: &mut String) {
    let _ = write!(out, "{value}");
}

/// JSON has no infinity and no NaN: as text they are there, and no number.
fn number(value: f64, out: &mut String) {
    if value.is_finite() { plain(&value, out) } else { out.push_str(&quoted(&value.to_string())) }
}

fn time(micros: Option<i64>, out: &mut String) {
    match micros {
        Some(micros) => out.push_str(&quoted(&Time(micros).to_string())),
        None => out.push_str("\"a time out of range\""),
    }
}

/// A time of day is what has passed of the day.
fn length(micros: i64, out: &mut String) {
    out.push_str(&quoted(&Duration::from_micros(micros).to_string()));
}
