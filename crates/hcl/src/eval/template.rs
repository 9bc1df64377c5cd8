//! Templates become texts; an unknown in one leaves a hole, and what stands around it is still known.

use std::sync::Arc;

use super::Scope;
use super::loops::Elements;
use crate::convert::convert;
use crate::fault::Fault;
use crate::functions::json_pieces;
use crate::limits;
use crate::marks::Marks;
use crate::syntax::Part;
use crate::types::Type;
use crate::value::{Kind, Piece, Unknown, Value};

/// A text under way.
#[derive(Default)]
struct Written {
    pieces: Vec<Piece>,
    text: String,
    length: usize,
    marks: Marks,
}

impl Written {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.length += text.len();
    }

    fn hole(&mut self, value: Value) {
        // Of a text with this many pieces nothing is kept but that it is not known.
        if self.pieces.len() > limits::PIECES {
            self.text.clear();
            return;
        }
        if !self.text.is_empty() {
            self.pieces.push(Piece::Text(Arc::from(std::mem::take(&mut self.text))));
        }
        self.pieces.push(Piece::Hole(value));
    }

    fn finish(mut self) -> Value {
        if self.pieces.is_empty() {
            return Value::text(self.text).marked(&self.marks);
        }
        if !self.text.is_empty() {
            self.pieces.push(Piece::Text(Arc::from(self.text)));
        }
        text_of_pieces(self.pieces).marked(&self.marks)
    }
}

/// The text that pieces make together; known where none of them is a hole.
pub(crate) fn text_of_pieces(pieces: Vec<Piece>) -> Value {
    let hole = pieces.iter().find_map(|piece| if let Piece::Hole(value) = piece { Some(value.clone()) } else { None });
    let marks = Marks::all(pieces.iter().filter_map(|piece| match piece {
        Piece::Hole(value) => Some(&value.marks),
        Piece::Text(_) => None,
    }));
    let Some(hole) = hole else {
        let text: String =
            pieces.iter().map(|piece| if let Piece::Text(text) = piece { &**text } else { "" }).collect();
        return Value::text(text);
    };
    let Some(first) = hole.first_unknown() else { return hole };
    let pieces = if pieces.len() > limits::PIECES { Vec::new() } else { pieces };
    let unknown = Unknown { ty: Type::Text, pieces, ..Unknown::clone(first) };
    Value::new(Kind::Unknown(Arc::new(unknown))).marked(&marks)
}

/// The pieces of a text, number or truth value, as it stands in a template.
pub(crate) fn pieces_of(value: &Value) -> Result<Vec<Piece>, Fault> {
    if value.is_null() {
        return Err(Fault::new("null cannot be part of a string"));
    }
    let text = convert(value, &Type::Text)?;
    if let Some(known) = text.as_text() {
        return Ok(vec![Piece::Text(Arc::clone(known))]);
    }
    Ok(match &text.kind {
        Kind::Unknown(unknown) if !unknown.pieces.is_empty() => unknown.pieces.clone(),
        Kind::Json(json) => json_pieces(&json.document),
        _ => vec![Piece::Hole(text)],
    })
}

impl Scope<'_, '_> {
    pub(super) fn template(&mut self, parts: &[Part]) -> Result<Value, Fault> {
        let mut written = Written::default();
        self.parts(parts, &mut written)?;
        Ok(written.finish())
    }

    fn parts(&mut self, parts: &[Part], written: &mut Written) -> Result<(), Fault> {
        for part in parts {
            if written.length > limits::TEXT {
                return Err(Fault::new("a text is longer than the limit of 16 MiB"));
            }
            match part {
                Part::Text(text) => written.push(text),
                Part::Interpolation(node) => {
                    let value = self.eval(node)?;
                    let value = self.world.settled(&value);
                    written.marks = written.marks.union(&value.deep_marks());
                    for piece in pieces_of(&value).map_err(|fault| fault.at(node.span))? {
                        match piece {
                            Piece::Text(text) => written.push(&text),
                            Piece::Hole(value) => written.hole(value),
                        }
                    }
                }
                Part::If { condition, then, otherwise } => {
                    let value = self.eval(condition)?;
                    if value.is_null() {
                        return Err(Fault::new("the condition is null").at(condition.span));
                    }
                    let truth = convert(&value, &Type::Bool).map_err(|fault| fault.at(condition.span))?;
                    written.marks = written.marks.union(&value.deep_marks());
                    match truth.as_bool() {
                        Some(true) => self.parts(then, written)?,
                        Some(false) => self.parts(otherwise, written)?,
                        None => written.hole(truth.unknown_like(Type::Text).unwrap_or(truth)),
                    }
                }
                Part::For { key, value, collection, body } => {
                    self.for_part(key.as_ref(), value, collection, body, written)?;
                }
            }
        }
        Ok(())
    }

    fn for_part(
        &mut self,
        key: Option<&Arc<str>>,
        value: &Arc<str>,
        collection: &crate::syntax::Node,
        body: &[Part],
        written: &mut Written,
    ) -> Result<(), Fault> {
        let over = self.eval(collection)?;
        written.marks = written.marks.union(&over.marks);
        let elements = match self.elements(&over).map_err(|fault| fault.at(collection.span))? {
            Elements::Known(elements) => elements,
            Elements::Unknown(unknown) => {
                written.hole(unknown.unknown_like(Type::Text).unwrap_or(unknown));
                return Ok(());
            }
        };
        let before = self.names.len();
        for (element_key, element) in elements {
            // A loop of nothing but text takes time too.
            if let Some(stopped) = self.world.step() {
                written.hole(stopped);
                return Ok(());
            }
            if let Some(name) = key {
                self.names.push((Arc::clone(name), element_key));
            }
            self.names.push((Arc::clone(value), element));
            let result = self.parts(body, written);
            self.names.truncate(before);
            result?;
        }
        Ok(())
    }
}
