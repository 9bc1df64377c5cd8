//! `jsonencode` and `jsondecode`, also of what is known only in part.

use std::sync::Arc;

use super::Outcome;
use crate::eval::{Scope, text_of_pieces};
use crate::fault::Fault;
use crate::json_text;
use crate::limits;
use crate::types::Type;
use crate::value::{Entries, Kind, Piece, Value, Why};

/// Stands round the number of a hole in a text that is read as JSON: a letter of the private use area.
const HOLE: char = '\u{F8FF}';

pub(super) fn jsonencode(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let Some(value) = values.first() else { return Err(Fault::new("it wants one argument")) };
    let value = scope.world.settled(value);
    if let Kind::Unknown(_) = &value.kind {
        return Ok(value.unknown_like(Type::Text).unwrap_or(value));
    }
    let text = value.is_wholly_known().then(|| write_text(&value));
    if text.as_ref().is_some_and(|text| text.len() > limits::TEXT) {
        return Err(Fault::new("the text would be longer than the limit of 16 MiB"));
    }
    Ok(Value::json(value, text))
}

pub(super) fn jsondecode(_: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let Some(value) = values.first() else { return Err(Fault::new("it wants one argument")) };
    let marks = value.deep_marks();
    match decode(value) {
        Some(Ok(decoded)) => Ok(decoded.marked(&marks)),
        Some(Err(message)) => Err(Fault::new(message)),
        None => Ok(value.unknown_like(Type::Any).unwrap_or_else(Value::null)),
    }
}

/// The value that a text encodes; `None` where not even the shape of it is known.
pub(crate) fn decode(value: &Value) -> Option<Result<Value, String>> {
    match &value.kind {
        Kind::Json(json) => Some(Ok(as_decoded(&json.document))),
        Kind::Text(text) => Some(match json_text::read(text) {
            Ok(json) => Ok(json.to_value()),
            Err(fault) => Err(format!("broken JSON: {} at byte {}", fault.message, fault.offset)),
        }),
        Kind::Unknown(unknown) if !unknown.pieces.is_empty() => {
            let (text, holes) = with_marks(&unknown.pieces)?;
            // What looks broken may be whole once the holes are filled.
            let json = json_text::read(&text).ok()?;
            Some(Ok(filled(&json.to_value(), &holes)))
        }
        _ => None,
    }
}

/// The value as it comes out of JSON: objects and tuples.
fn as_decoded(value: &Value) -> Value {
    let kind = match &value.kind {
        Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => {
            return Value { kind: Value::tuple(items.iter().map(as_decoded).collect()).kind, ..value.clone() };
        }
        Kind::Map(entries) | Kind::Object(entries) => {
            let each = entries.iter().map(|(key, value)| (Arc::clone(key), as_decoded(value))).collect();
            Kind::Object(Arc::new(Entries::like(each, entries)))
        }
        Kind::Json(json) if json.text.is_some() => Kind::Text(json.text.clone().unwrap_or_else(|| Arc::from(""))),
        other => other.clone(),
    };
    Value { kind, ..value.clone() }
}

/// A text with a mark for each hole; a hole outside of quotes is a text of its own.
fn with_marks(pieces: &[Piece]) -> Option<(String, Vec<Value>)> {
    let mut text = String::new();
    let mut holes = Vec::new();
    let mut quoted = false;
    let mut escaped = false;
    for piece in pieces {
        match piece {
            Piece::Text(part) => {
                if part.contains(HOLE) {
                    return None;
                }
                for letter in part.chars() {
                    match letter {
                        _ if escaped => escaped = false,
                        '\\' if quoted => escaped = true,
                        '"' => quoted = !quoted,
                        _ => {}
                    }
                }
                text.push_str(part);
            }
            Piece::Hole(value) => {
                let mark = format!("{HOLE}{}{HOLE}", holes.len());
                text.push_str(&if quoted { mark } else { format!("\"{mark}\"") });
                holes.push((value.clone(), quoted));
            }
        }
    }
    Some((text, holes.into_iter().map(|(value, _)| value).collect()))
}

/// The value with its holes in place of the marks.
fn filled(value: &Value, holes: &[Value]) -> Value {
    match &value.kind {
        Kind::Text(text) if text.contains(HOLE) => {
            let pieces = pieces_between_marks(text, holes);
            match pieces.as_slice() {
                [Piece::Hole(only)] => only.clone(),
                _ => text_of_pieces(pieces),
            }
        }
        Kind::Tuple(items) => Value::tuple(items.iter().map(|item| filled(item, holes)).collect()),
        Kind::Object(entries) => {
            let mut rest = None;
            let mut known = Vec::new();
            for (key, value) in entries.iter() {
                if key.contains(HOLE) {
                    let pieces = pieces_between_marks(key, holes);
                    let hole = pieces
                        .into_iter()
                        .find_map(|piece| if let Piece::Hole(hole) = piece { Some(hole) } else { None });
                    rest = rest.or_else(|| hole.and_then(|hole| hole.first_unknown().cloned()));
                } else {
                    known.push((Arc::clone(key), filled(value, holes)));
                }
            }
            let entries = match rest {
                Some(rest) => Entries::opened(known, rest),
                None => Entries::new(known),
            };
            Value::new(Kind::Object(Arc::new(entries)))
        }
        _ => value.clone(),
    }
}

fn pieces_between_marks(text: &str, holes: &[Value]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (index, part) in text.split(HOLE).enumerate() {
        if index % 2 == 0 {
            if !part.is_empty() {
                pieces.push(Piece::Text(Arc::from(part)));
            }
        } else {
            let hole = part.parse::<usize>().ok().and_then(|number| holes.get(number)).cloned();
            pieces
                .push(Piece::Hole(hole.unwrap_or_else(|| Value::unknown(Type::Text, Why::Error, "", "a broken mark"))));
        }
    }
    pieces
}

/// The JSON of a value as Terraform writes it; what is unknown is written `null`, so ask first.
pub(crate) fn write_text(value: &Value) -> String {
    pieces(value).iter().map(|piece| if let Piece::Text(text) = piece { &**text } else { "null" }).collect()
}

/// The JSON of a value in pieces, with a hole for each unknown.
pub(crate) fn pieces(value: &Value) -> Vec<Piece> {
    let mut writer = Writer { pieces: Vec::new(), text: String::new(), length: 0 };
    writer.value(value);
    writer.flush();
    writer.pieces
}

struct Writer {
    pieces: Vec<Piece>,
    text: String,
    /// Bytes so far. Beyond what a text may have nothing is written any more: the caller refuses it.
    length: usize,
}

impl Writer {
    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.pieces.push(Piece::Text(Arc::from(std::mem::take(&mut self.text))));
        }
    }

    fn push(&mut self, text: &str) {
        self.length += text.len();
        if self.length <= limits::TEXT + 1 {
            self.text.push_str(text);
        }
    }

    fn value(&mut self, value: &Value) {
        match &value.kind {
            Kind::Null => self.push("null"),
            Kind::Bool(truth) => self.push(if *truth { "true" } else { "false" }),
            Kind::Number(number) => self.push(&number.to_string()),
            Kind::Text(text) => self.push(&quoted(text)),
            Kind::Json(json) => match &json.text {
                Some(text) => self.push(&quoted(text)),
                None => {
                    // JSON in JSON: the inner text is quoted around its holes.
                    self.push("\"");
                    self.inner(&pieces(&json.document));
                    self.push("\"");
                }
            },
            Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => {
                self.push("[");
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.push(",");
                    }
                    self.value(item);
                }
                self.push("]");
            }
            Kind::Map(entries) | Kind::Object(entries) => {
                self.push("{");
                for (index, (key, item)) in entries.iter().enumerate() {
                    if index > 0 {
                        self.push(",");
                    }
                    self.push(&quoted(key));
                    self.push(":");
                    self.value(item);
                }
                if let Some(rest) = entries.rest() {
                    self.hole(Value::new(Kind::Unknown(Arc::clone(rest))));
                }
                self.push("}");
            }
            Kind::Unknown(unknown) if matches!(unknown.ty, Type::Text) => {
                self.push("\"");
                if unknown.pieces.is_empty() {
                    self.hole(value.clone());
                } else {
                    self.inner(&unknown.pieces);
                }
                self.push("\"");
            }
            Kind::Unknown(_) | Kind::Handle(_) => self.hole(value.clone()),
        }
    }

    /// Pieces of a text within quotes.
    fn inner(&mut self, pieces: &[Piece]) {
        for piece in pieces {
            match piece {
                Piece::Text(text) => {
                    let text = quoted(text);
                    self.push(text.get(1..text.len() - 1).unwrap_or(""));
                }
                Piece::Hole(hole) => self.hole(hole.clone()),
            }
        }
    }

    fn hole(&mut self, value: Value) {
        // Whoever makes a text of more pieces than this keeps none of them.
        if self.pieces.len() <= limits::PIECES {
            self.flush();
            self.pieces.push(Piece::Hole(value));
        }
    }
}

/// A text in quotes with the escapes of Go: `<`, `>` and `&` too.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
