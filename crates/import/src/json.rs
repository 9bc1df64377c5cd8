//! JSON, pulled value by value out of the bytes of a file.

use crate::error::{ReadError, error_at, place, shown};
use jiter::{Jiter, JiterError, JiterErrorType, JsonErrorType, Peek};
use smol_str::SmolStr;
use std::ops::Range;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_facts::{Scalar, ValueKind, ValueReader};
use tickmark_source::{FileId, Place};

/// How deep lists and objects may nest in any export.
pub(crate) const DEPTH_LIMIT: u32 = 128;

/// A [`ValueReader`] over JSON text. The bytes must be UTF-8, which is checked once when a file is opened.
pub(crate) struct JsonReader<'a> {
    jiter: Jiter<'a>,
    data: &'a [u8],
    file: FileId,
    /// Where `data` begins in the file.
    base: usize,
    depth: u32,
}

impl<'a> JsonReader<'a> {
    /// A reader of the value (and what may follow it) that begins at byte `base` of the file.
    pub(crate) fn new(data: &'a [u8], file: FileId, base: usize) -> Self {
        Self { jiter: Jiter::new(data), data, file, base, depth: 0 }
    }

    /// A reader of a part of `bytes`, the whole file; an empty one where the range is not of it.
    pub(crate) fn part(bytes: &'a [u8], file: FileId, range: &Range<usize>) -> Self {
        Self::new(bytes.get(range.clone()).unwrap_or(&[]), file, range.start)
    }

    /// The bytes of the file from the start of the next value on, with the offset of that value in the file.
    pub(crate) fn offset(&mut self) -> usize {
        // Peeking moves over blanks; where it fails, the reading that follows tells why.
        let _ = self.jiter.peek();
        self.base + self.jiter.current_index()
    }

    /// Skips a value and gives the bytes of the file that it takes.
    pub(crate) fn skip_range(&mut self) -> Result<Range<usize>, ReadError> {
        let start = self.offset();
        self.skip()?;
        Ok(start..self.base + self.jiter.current_index())
    }

    /// Takes a text; any other value is skipped and gives nothing.
    pub(crate) fn text(&mut self) -> Result<Option<String>, ReadError> {
        if self.kind()? != ValueKind::Scalar {
            self.skip()?;
            return Ok(None);
        }
        self.scalar(|scalar| match scalar {
            Scalar::Text(text) => Some(text.to_owned()),
            _ => None,
        })
    }

    /// Takes a text, number or bool as its text; any other value is skipped and gives nothing.
    pub(crate) fn printed(&mut self) -> Result<Option<String>, ReadError> {
        if self.kind()? != ValueKind::Scalar {
            self.skip()?;
            return Ok(None);
        }
        self.scalar(|scalar| match scalar {
            Scalar::Text(text) | Scalar::BigInteger(text) => Some(text.to_owned()),
            Scalar::Number(number) => Some(number.to_string()),
            Scalar::Bool(value) => Some(value.to_string()),
            Scalar::Null | Scalar::Unknown(_) => None,
        })
    }

    /// Takes a bool; any other value is skipped and gives nothing.
    pub(crate) fn bool(&mut self) -> Result<Option<bool>, ReadError> {
        if self.kind()? != ValueKind::Scalar {
            self.skip()?;
            return Ok(None);
        }
        self.scalar(|scalar| if let Scalar::Bool(value) = scalar { Some(value) } else { None })
    }

    /// Whether an object stands next.
    pub(crate) fn at_object(&mut self) -> Result<bool, ReadError> {
        Ok(self.kind()? == ValueKind::Object)
    }

    /// Whether a list stands next.
    pub(crate) fn at_list(&mut self) -> Result<bool, ReadError> {
        Ok(self.kind()? == ValueKind::List)
    }

    /// Whether null stands next.
    pub(crate) fn at_null(&mut self) -> Result<bool, ReadError> {
        Ok(self.peek()? == Peek::Null)
    }

    /// Whether null, an empty list or an empty object stands next.
    pub(crate) fn at_nothing(&mut self) -> Result<bool, ReadError> {
        let peek = self.peek()?;
        let close = match peek {
            Peek::Null => return Ok(true),
            Peek::Array => b']',
            Peek::Object => b'}',
            _ => return Ok(false),
        };
        let rest = self.data.get(self.jiter.current_index() + 1..).unwrap_or(&[]);
        Ok(rest.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&close))
    }

    /// Takes an object; any other value is skipped, and `member` is never called.
    pub(crate) fn object_or_skip(
        &mut self,
        member: &mut dyn FnMut(&mut Self, &str) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        if self.at_object()? { self.object(member) } else { self.skip() }
    }

    /// Takes a list; any other value is skipped, and `item` is never called.
    pub(crate) fn list_or_skip(
        &mut self,
        item: &mut dyn FnMut(&mut Self) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        if self.at_list()? { self.list(item) } else { self.skip() }
    }

    /// Steps into a list; whether it has an item. To be followed by [`Self::list_next`] after each item.
    pub(crate) fn list_start(&mut self) -> Result<bool, ReadError> {
        self.enter()?;
        let first = self.jiter.next_array().map_err(|error| self.error(&error))?;
        Ok(self.stepped(first.is_some()))
    }

    /// Whether another item follows; if not, the list is left.
    pub(crate) fn list_next(&mut self) -> Result<bool, ReadError> {
        let next = self.jiter.array_step().map_err(|error| self.error(&error))?;
        Ok(self.stepped(next.is_some()))
    }

    /// Steps into an object; its first key. To be followed by [`Self::object_next`] after each value.
    pub(crate) fn object_start(&mut self) -> Result<Option<SmolStr>, ReadError> {
        self.enter()?;
        let first = self.jiter.next_object().map(|key| key.map(SmolStr::new));
        let first = first.map_err(|error| self.error(&error))?;
        self.stepped(first.is_some());
        Ok(first)
    }

    /// The next key; if there is none, the object is left.
    pub(crate) fn object_next(&mut self) -> Result<Option<SmolStr>, ReadError> {
        let next = self.jiter.next_key().map(|key| key.map(SmolStr::new));
        let next = next.map_err(|error| self.error(&error))?;
        self.stepped(next.is_some());
        Ok(next)
    }

    fn stepped(&mut self, inside: bool) -> bool {
        if !inside {
            self.depth = self.depth.saturating_sub(1);
        }
        inside
    }

    /// Ends the reading: anything but blanks after the value is an error.
    pub(crate) fn finish(&mut self) -> Result<(), ReadError> {
        self.jiter.finish().map_err(|error| self.error(&error))
    }

    fn peek(&mut self) -> Result<Peek, ReadError> {
        self.jiter.peek().map_err(|error| self.error(&error))
    }

    fn enter(&mut self) -> Result<(), ReadError> {
        self.depth += 1;
        if self.depth > DEPTH_LIMIT { Err(self.too_deep(self.jiter.current_index())) } else { Ok(()) }
    }

    fn number<R>(&mut self, peek: Peek, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        let at = self.jiter.current_index();
        if matches!(peek, Peek::NaN | Peek::Infinity) {
            return Err(self.not_finite(at));
        }
        if let Err(error) = self.jiter.known_number_bytes(peek) {
            return Err(self.error(&error));
        }
        let text = std::str::from_utf8(self.jiter.slice_to_current(at)).unwrap_or_default();
        match number(text) {
            Some(scalar) => Ok(take(scalar)),
            None => Err(self.plain(at, format!("the number `{}` is too large", shown(text)))),
        }
    }

    fn not_finite(&self, at: usize) -> ReadError {
        let mut error = self.plain(at, "`NaN` and `Infinity` are no JSON numbers".to_owned());
        error.help.push("write null where there is no value, or the text of what was measured".to_owned());
        error
    }

    fn too_deep(&self, at: usize) -> ReadError {
        too_deep(self.file, self.base + at)
    }

    fn plain(&self, at: usize, message: String) -> ReadError {
        error_at(codes::BROKEN_JSON, self.file, self.base + at, message)
    }

    /// What the parser objects to, told to the person who made the file.
    fn error(&self, error: &JiterError) -> ReadError {
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
            JsonErrorType::RecursionLimitExceeded => return self.too_deep(error.index),
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
}

/// The error of a value that is nested too deeply, whatever the format.
pub(crate) fn too_deep(file: FileId, offset: usize) -> ReadError {
    let message = format!("lists and objects are nested deeper than the limit of {DEPTH_LIMIT} levels");
    error_at(codes::LIMIT_EXCEEDED, file, offset, message)
}

/// A number from its text (an optional sign, digits, fraction, exponent); `None` where no 64-bit float can hold it.
pub(crate) fn number(text: &str) -> Option<Scalar<'_>> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let value: f64 = text.parse().ok()?;
    let integer = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b'+');
    // 2^53 + 1 reads as 2^53.
    if integer && value.abs() >= EXACT {
        let digits = text.strip_prefix('+').unwrap_or(text);
        // A power of two, say, is exact however large it is.
        let exact = value.is_finite() && format!("{value:.0}") == digits;
        return Some(if exact { Scalar::Number(value) } else { Scalar::BigInteger(digits) });
    }
    value.is_finite().then_some(Scalar::Number(value))
}

impl ValueReader for JsonReader<'_> {
    type Error = ReadError;

    fn kind(&mut self) -> Result<ValueKind, ReadError> {
        Ok(match self.peek()? {
            Peek::Array => ValueKind::List,
            Peek::Object => ValueKind::Object,
            _ => ValueKind::Scalar,
        })
    }

    fn place(&mut self) -> Place {
        let offset = self.offset();
        place(self.file, offset)
    }

    fn scalar<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        let peek = self.peek()?;
        match peek {
            Peek::String => match self.jiter.known_str() {
                Ok(text) => Ok(take(Scalar::Text(text))),
                Err(error) => Err(self.error(&error)),
            },
            Peek::True | Peek::False => {
                let value = self.jiter.known_bool(peek).map_err(|error| self.error(&error))?;
                Ok(take(Scalar::Bool(value)))
            }
            Peek::Null => {
                self.jiter.known_null().map_err(|error| self.error(&error))?;
                Ok(take(Scalar::Null))
            }
            Peek::Array | Peek::Object => {
                self.skip()?;
                Ok(take(Scalar::Unknown("a list or object stands where a single value is read")))
            }
            _ => self.number(peek, take),
        }
    }

    fn written<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        let peek = self.peek()?;
        if !peek.is_num() || matches!(peek, Peek::NaN | Peek::Infinity) {
            return self.scalar(take);
        }
        let at = self.jiter.current_index();
        if let Err(error) = self.jiter.known_number_bytes(peek) {
            return Err(self.error(&error));
        }
        Ok(take(Scalar::Text(std::str::from_utf8(self.jiter.slice_to_current(at)).unwrap_or_default())))
    }

    fn list(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<(), ReadError>) -> Result<(), ReadError> {
        let mut inside = self.list_start()?;
        while inside {
            item(self)?;
            inside = self.list_next()?;
        }
        Ok(())
    }

    fn object(&mut self, member: &mut dyn FnMut(&mut Self, &str) -> Result<(), ReadError>) -> Result<(), ReadError> {
        let mut next = self.object_start()?;
        while let Some(key) = next {
            member(self, &key)?;
            next = self.object_next()?;
        }
        Ok(())
    }

    fn skip(&mut self) -> Result<(), ReadError> {
        self.jiter.next_skip().map_err(|error| self.error(&error))
    }
}
