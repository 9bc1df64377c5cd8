//! What is wrong with JSON text, told to the person who made the file.
//!
//! The reader only knows that something is: here the text is read again from its start by a parser that checks all of it
//! (`jiter`), which says what and where.

use crate::error::{ReadError, error_at, shown};
use crate::json::scan::{DEPTH_LIMIT, Fault};
use jiter::{Jiter, JiterError, JiterErrorType, JsonErrorType, Peek};
use std::ops::Range;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_source::FileId;

/// JSON text with its place in a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'a> {
    pub(crate) data: &'a [u8],
    pub(crate) file: FileId,
    /// Where `data` begins in the file.
    pub(crate) base: usize,
}

impl Text<'_> {
    /// The first thing that is wrong with the text; `fault` is what the reader met.
    pub(crate) fn diagnose(&self, fault: Fault) -> ReadError {
        match self.walk(fault) {
            Err(error) => error,
            // The reader was stricter than the parser.
            Ok(()) => self.plain(fault.0, "this is not JSON".to_owned()),
        }
    }

    /// Reads values one after the other up to behind the fault.
    fn walk(&self, fault: Fault) -> Result<(), ReadError> {
        let mut jiter = Jiter::new(self.data);
        while jiter.current_index() <= fault.0 {
            self.value(&mut jiter)?;
        }
        Ok(())
    }

    /// Reads a value whole: its lists and objects one step at a time.
    fn value(&self, jiter: &mut Jiter<'_>) -> Result<(), ReadError> {
        let mut open: Vec<u8> = Vec::new();
        let mut next = Some(jiter.peek().map_err(|error| self.told(&error))?);
        while let Some(peek) = next {
            let first = match peek {
                Peek::Array => {
                    self.enter(jiter, &mut open, b'[')?;
                    jiter.known_array().map_err(|error| self.told(&error))?
                }
                Peek::Object => {
                    self.enter(jiter, &mut open, b'{')?;
                    let key = jiter.known_object().map(|key| key.is_some()).map_err(|error| self.told(&error))?;
                    self.behind_key(jiter, key)?
                }
                single => {
                    self.single(jiter, single)?;
                    next = self.step(jiter, &mut open)?;
                    continue;
                }
            };
            next = match first {
                Some(first) => Some(first),
                None => {
                    open.pop();
                    self.step(jiter, &mut open)?
                }
            };
        }
        Ok(())
    }

    fn enter(&self, jiter: &Jiter<'_>, open: &mut Vec<u8>, bracket: u8) -> Result<(), ReadError> {
        if open.len() >= DEPTH_LIMIT as usize {
            return Err(too_deep(self.file, self.base + jiter.current_index()));
        }
        open.push(bracket);
        Ok(())
    }

    /// Behind a value: the next one, after leaving every list and object that ends here.
    fn step(&self, jiter: &mut Jiter<'_>, open: &mut Vec<u8>) -> Result<Option<Peek>, ReadError> {
        loop {
            let next = match open.last() {
                None => return Ok(None),
                Some(b'[') => jiter.array_step().map_err(|error| self.told(&error))?,
                Some(_) => {
                    let key = jiter.next_key().map(|key| key.is_some()).map_err(|error| self.told(&error))?;
                    self.behind_key(jiter, key)?
                }
            };
            if next.is_some() {
                return Ok(next);
            }
            open.pop();
        }
    }

    fn behind_key(&self, jiter: &mut Jiter<'_>, key: bool) -> Result<Option<Peek>, ReadError> {
        if key { jiter.peek().map(Some).map_err(|error| self.told(&error)) } else { Ok(None) }
    }

    fn single(&self, jiter: &mut Jiter<'_>, peek: Peek) -> Result<(), ReadError> {
        let at = jiter.current_index();
        match peek {
            Peek::String => jiter.known_str().map(|_| ()),
            Peek::True | Peek::False => jiter.known_bool(peek).map(|_| ()),
            Peek::Null => jiter.known_null(),
            Peek::NaN | Peek::Infinity => return Err(self.not_finite(at)),
            _ => jiter.known_number_bytes(peek).map(|_| ()),
        }
        .map_err(|error| self.told(&error))
    }

    /// A number that no 64-bit float can hold.
    pub(crate) fn too_large(&self, number: Range<usize>) -> ReadError {
        let text = String::from_utf8_lossy(self.data.get(number.clone()).unwrap_or(&[]));
        self.plain(number.start, format!("the number `{}` is too large", shown(&text)))
    }

    fn not_finite(&self, at: usize) -> ReadError {
        let mut error = self.plain(at, "`NaN` and `Infinity` are no JSON numbers".to_owned());
        error.help.push("write null where there is no value, or the text of what was measured".to_owned());
        error
    }

    fn plain(&self, at: usize, message: String) -> ReadError {
        error_at(codes::BROKEN_JSON, self.file, self.base + at, message)
    }

    fn told(&self, error: &JiterError) -> ReadError {
        let JiterErrorType::JsonError(kind) = &error.error_type else {
            return self.plain(error.index, "a value of another sort is needed here".to_owned());
        };
        let rest = self.data.get(error.index.saturating_sub(1)..).unwrap_or(&[]);
        let bare = rest.strip_prefix(b"-").unwrap_or(rest);
        let starts = |word: &[u8]| bare.starts_with(word) || bare.get(1..).is_some_and(|rest| rest.starts_with(word));
        if starts(b"NaN") || starts(b"Infinity") {
            return self.not_finite(error.index);
        }
        let said = match kind {
            JsonErrorType::RecursionLimitExceeded => return too_deep(self.file, self.base + error.index),
            JsonErrorType::EofWhileParsingList => "the file ends inside a list",
            JsonErrorType::EofWhileParsingObject => "the file ends inside an object",
            JsonErrorType::EofWhileParsingString => "the file ends inside a text",
            JsonErrorType::EofWhileParsingValue => "the file ends where a value should stand",
            JsonErrorType::ExpectedColon => "a `:` is needed after a key",
            JsonErrorType::ExpectedListCommaOrEnd => "a `,` or `]` is needed here",
            JsonErrorType::ExpectedObjectCommaOrEnd => "a `,` or `}` is needed here",
            JsonErrorType::ExpectedSomeIdent | JsonErrorType::ExpectedSomeValue => "this is no JSON value",
            JsonErrorType::InvalidEscape
            | JsonErrorType::InvalidUnicodeCodePoint
            | JsonErrorType::UnexpectedEndOfHexEscape
            | JsonErrorType::LoneLeadingSurrogateInHexEscape => "this escape in a text stands for no character",
            JsonErrorType::InvalidNumber => "this is no JSON number",
            JsonErrorType::NumberOutOfRange => "this number is too large",
            JsonErrorType::ControlCharacterWhileParsingString => "a line break or control character stands in a text",
            JsonErrorType::KeyMustBeAString => "the key of an object is a text in double quotes",
            JsonErrorType::TrailingComma => "a comma stands before the end of a list or object",
            JsonErrorType::TrailingCharacters => "there is something after the end of the JSON value",
            _ => "this is not JSON",
        };
        let mut diagnostic = self.plain(error.index, said.to_owned());
        if said.starts_with("the file ends") {
            diagnostic.help.push("the export is cut short: write it out again".to_owned());
        }
        diagnostic
    }

    /// There is something behind the value.
    pub(crate) fn trailing(&self, at: usize) -> ReadError {
        self.plain(at, "there is something after the end of the JSON value".to_owned())
    }
}

/// The error of a value that is nested too deeply, whatever the format.
pub(crate) fn too_deep(file: FileId, offset: usize) -> ReadError {
    let message = format!("lists and objects are nested deeper than the limit of {DEPTH_LIMIT} levels");
    error_at(codes::LIMIT_EXCEEDED, file, offset, message)
}
