//! Parquet (<https://parquet.apache.org/docs/file-format/>), in a build with the feature `parquet`: a table is read as native
//! facts, one record a line, so that the line of a fact is its row. It holds the noun that the file is named after.

use std::fmt::Write as _;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use tickmark_facts::{Duration, Time};

use crate::json::quoted;

/// The rows as JSON Lines: `{"NOUN": {…}}`.
///
/// # Errors
/// What is wrong with the file, in plain words; also where its rows are more text than `limit` bytes.
pub(crate) fn lines(raw: &[u8], noun: &str, limit: u64) -> Result<Vec<u8>, String> {
    // The library takes some damaged files for granted and panics; nothing of what it read is kept.
    let read = std::panic::catch_unwind(|| rows(raw, noun, limit));
    read.unwrap_or_else(|_| Err("it begins like a Parquet file and is damaged".to_owned()))
}

fn rows(raw: &[u8], noun: &str, limit: u64) -> Result<Vec<u8>, String> {
    let broken =
        |error: parquet::errors::ParquetError| format!("it begins like a Parquet file and cannot be read: {error}");
    let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(raw)).map_err(broken)?;
    let mut text = String::new();
    for row in reader.get_row_iter(None).map_err(broken)? {
        text.push('{');
        quoted(noun, &mut text);
        text.push(':');
        object(&row.map_err(broken)?, &mut text);
        text.push_str("}\n");
        if text.len() as u64 > limit {
            return Err(format!("its rows are more than the limit of {limit} bytes of text; split the export"));
        }
    }
    Ok(text.into_bytes())
}

fn object(row: &Row, out: &mut String) {
    out.push('{');
    for (index, (name, field)) in row.get_column_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        quoted(name, out);
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
        Field::Str(text) => quoted(text, out),
        // Bytes that are no text: what they say is not for a control to read.
        Field::Bytes(bytes) => quoted(&String::from_utf8_lossy(bytes.data()), out),
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
                    Field::Str(text) => quoted(text, out),
                    other => {
                        let mut text = String::new();
                        value(other, &mut text);
                        quoted(text.trim_matches('"'), out);
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
    if value.is_finite() { plain(&value, out) } else { quoted(&value.to_string(), out) }
}

fn time(micros: Option<i64>, out: &mut String) {
    match micros {
        Some(micros) => quoted(&Time(micros).to_string(), out),
        None => out.push_str("\"a time out of range\""),
    }
}

/// A time of day is what has passed of the day.
fn length(micros: i64, out: &mut String) {
    quoted(&Duration::from_micros(micros).to_string(), out);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    use super::*;

    fn table() -> Vec<u8> {
        let schema = "message schema {
            required binary name (UTF8);
            optional double score;
            required boolean passed;
            required int64 run_at (TIMESTAMP_MICROS);
            required int32 day (DATE);
            required group checks (LIST) { repeated group list { optional binary element (UTF8); } }
        }";
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let mut out = Vec::new();
        let mut writer =
            SerializedFileWriter::new(&mut out, schema, Arc::new(WriterProperties::builder().build())).unwrap();
        let mut group = writer.next_row_group().unwrap();
        macro_rules! column {
            ($kind:ty, $values:expr, $definitions:expr, $repetitions:expr) => {{
                let mut column = group.next_column().unwrap().unwrap();
                column.typed::<$kind>().write_batch(&$values, $definitions, $repetitions).unwrap();
                column.close().unwrap();
            }};
        }
        column!(ByteArrayType, [ByteArray::from("a\"\n"), ByteArray::from("ü")], None, None);
        column!(DoubleType, [1.5], Some(&[1, 0]), None);
        column!(BoolType, [true, false], None, None);
        column!(Int64Type, [1_767_261_600_000_000, 0], None, None);
        column!(Int32Type, [20_454, 0], None, None);
        column!(ByteArrayType, [ByteArray::from("x"), ByteArray::from("y")], Some(&[2, 2, 0]), Some(&[0, 1, 0]));
        group.close().unwrap();
        writer.close().unwrap();
        out
    }

    #[test]
    fn rows_are_lines_of_native_facts() {
        let text = String::from_utf8(lines(&table(), "tests", 1 << 20).unwrap()).unwrap();
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(
            lines,
            [
                serde_json::json!({"tests": {
                    "name": "a\"\n", "score": 1.5, "passed": true, "run_at": "2026-01-01T10:00:00Z",
                    "day": "2026-01-01", "checks": ["x", "y"],
                }}),
                serde_json::json!({"tests": {
                    "name": "ü", "score": null, "passed": false, "run_at": "1970-01-01",
                    "day": "1970-01-01", "checks": [],
                }}),
            ]
        );
    }

    #[test]
    fn damage_and_size_are_told() {
        let table = table();
        let said = lines(&table, "tests", 20).unwrap_err();
        assert!(said.contains("more than the limit of 20 bytes"), "{said}");
        for cut in (4..table.len()).step_by(7) {
            assert!(lines(&table[..cut], "tests", 1 << 20).is_err(), "cut at {cut}");
            let mut damaged = table.clone();
            damaged[cut] ^= 0x55;
            // Whatever it says of it, it comes to an end.
            let _ = lines(&damaged, "tests", 1 << 20);
        }
    }
}
