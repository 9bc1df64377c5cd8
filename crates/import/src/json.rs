//! JSON, pulled value by value out of the bytes of a file.

mod diagnose;
mod masked;
pub(crate) mod parts;
mod scan;
mod write;

pub(crate) use diagnose::too_deep;
pub(crate) use masked::mask;
pub(crate) use scan::DEPTH_LIMIT;
pub(crate) use write::quoted;

use crate::error::{ReadError, error_at, place};
use diagnose::Text;
use scan::{Fault, blanks, number_end, text_end, unicode_escape, value_end, word_end};
use std::borrow::Cow;
use std::ops::Range;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_facts::{Members, Scalar, ValueKind, ValueReader};
use tickmark_source::{FileId, Place};

/// A [`ValueReader`] over JSON text.
pub(crate) struct JsonReader<'a> {
    data: &'a [u8],
    /// The next byte of `data`.
    at: usize,
    file: FileId,
    /// Where `data` begins in the file.
    base: usize,
    /// Lists and objects that are open.
    depth: u32,
    /// Nobody will see the errors: it is only tried whether the text reads well from here.
    trying: bool,
    /// A stretch of `data` that is known to be UTF-8, and where it begins: a text in it need not be checked by itself.
    checked: (&'a str, usize),
}

impl<'a> JsonReader<'a> {
    /// A reader of the value (and what may follow it) that begins at byte `base` of the file.
    pub(crate) fn new(data: &'a [u8], file: FileId, base: usize) -> Self {
        Self { data, at: 0, file, base, depth: 0, trying: false, checked: ("", 0) }
    }

    /// A reader of a part of `bytes`, the whole file; an empty one where the range is not of it.
    pub(crate) fn part(bytes: &'a [u8], file: FileId, range: &Range<usize>) -> Self {
        Self::new(bytes.get(range.clone()).unwrap_or(&[]), file, range.start)
    }

    /// A reader of a whole file from byte `at` on, which lies inside `depth` lists and objects. Its errors say nothing: they
    /// only mean that the file must be read again from its start.
    pub(crate) fn trying(bytes: &'a [u8], file: FileId, at: usize, depth: u32) -> Self {
        Self { at, depth, trying: true, ..Self::new(bytes, file, 0) }
    }

    /// Another reader of the same data from byte `at` of the file on, inside `depth` lists and objects; its errors say nothing.
    pub(crate) fn again(&self, at: usize, depth: u32) -> JsonReader<'a> {
        JsonReader {
            at: at.saturating_sub(self.base),
            depth,
            trying: true,
            ..Self::new(self.data, self.file, self.base)
        }
    }

    /// Goes on at byte `at` of the file: behind the value that stands next, which is known to end there, or once more before it.
    pub(crate) fn go_on_at(&mut self, at: usize) {
        self.at = at.saturating_sub(self.base);
    }

    /// Bytes of the data as text. A stretch that begins with them is checked for UTF-8 at once, which takes less time than text
    /// by text.
    #[inline]
    fn text_at(&mut self, start: usize, end: usize) -> Option<&'a str> {
        let (checked, from) = self.checked;
        if let Some(first) = start.checked_sub(from)
            && let Some(text) = checked.get(first..end.wrapping_sub(from))
        {
            return Some(text);
        }
        self.check_stretch(start, end)
    }

    fn check_stretch(&mut self, start: usize, end: usize) -> Option<&'a str> {
        const STRETCH: usize = 16 << 10;
        let stretch = self.data.get(start..end.max(start.saturating_add(STRETCH)).min(self.data.len()))?;
        let text = match simdutf8::compat::from_utf8(stretch) {
            Ok(text) => text,
            // A character may be cut in two at the end; what is no text is found when it is read.
            Err(error) => std::str::from_utf8(stretch.get(..error.valid_up_to())?).ok()?,
        };
        self.checked = (text, start);
        text.get(..end - start)
    }

    /// Lists and objects that are open.
    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    /// Goes on behind the list or object that is open, which ends before byte `at` of the data.
    pub(crate) fn leave_to(&mut self, at: usize) {
        self.depth = self.depth.saturating_sub(1);
        self.at = at;
    }

    /// Moves over blanks; the offset of the next value in the file.
    #[inline]
    pub(crate) fn offset(&mut self) -> usize {
        self.at = blanks(self.data, self.at);
        self.base + self.at
    }

    /// Skips a value and gives the bytes of the file that it takes.
    pub(crate) fn skip_range(&mut self) -> Result<Range<usize>, ReadError> {
        let start = self.offset();
        self.skip()?;
        Ok(start..self.base + self.at)
    }

    /// Takes a text; any other value is skipped and gives nothing.
    pub(crate) fn text(&mut self) -> Result<Option<String>, ReadError> {
        Ok(self.borrowed_text()?.map(Cow::into_owned))
    }

    /// The same, without a copy where the text has no escapes.
    pub(crate) fn borrowed_text(&mut self) -> Result<Option<Cow<'a, str>>, ReadError> {
        if self.peek()? != b'"' {
            self.skip()?;
            return Ok(None);
        }
        self.string().map(Some)
    }

    /// Takes a text as it is written between its quotes; any other value is skipped and gives nothing. It is resolved by
    /// [`resolved`].
    pub(crate) fn written_text(&mut self) -> Result<Option<WrittenText<'a>>, ReadError> {
        if self.peek()? != b'"' {
            self.skip()?;
            return Ok(None);
        }
        let start = self.at + 1;
        let end = text_end(self.data, start).map_err(|fault| self.fault(fault))?;
        self.at = end.quote + 1;
        Ok(self.data.get(start..end.quote).map(|bytes| WrittenText { bytes, escaped: end.escaped }))
    }

    /// The same, of a text that may begin as another one did that was taken before: `known` is that text as it is written, with its
    /// opening quote and without the closing one.
    #[inline]
    pub(crate) fn text_behind(&mut self, known: &[u8]) -> Result<Option<TextBehind>, ReadError> {
        if self.peek()? != b'"' {
            self.skip()?;
            return Ok(None);
        }
        let start = self.at + 1;
        let begins = !known.is_empty() && self.data.get(self.at..).is_some_and(|rest| rest.starts_with(known));
        let unknown = if begins { self.at + known.len() } else { start };
        let end = text_end(self.data, unknown).map_err(|fault| self.fault(fault))?;
        self.at = end.quote + 1;
        let range = self.base + start..self.base + end.quote;
        Ok(Some(TextBehind { range, known: begins, escaped: end.escaped }))
    }

    /// The next byte of the file.
    #[inline]
    pub(crate) fn at(&self) -> usize {
        self.base + self.at
    }

    /// What was passed from byte `start` of the file on.
    #[inline]
    pub(crate) fn since(&self, start: usize) -> &'a [u8] {
        self.data.get(start.saturating_sub(self.base)..self.at).unwrap_or(&[])
    }

    /// Passes these bytes where they stand next. They must have been read in the like place of another record before, a whole value
    /// (a text, list or object) or whatever stands between two values: then they are good here too.
    #[inline]
    pub(crate) fn takes(&mut self, written: &[u8]) -> bool {
        let next = !written.is_empty() && self.data.get(self.at..).is_some_and(|rest| rest.starts_with(written));
        if next {
            self.at += written.len();
        }
        next
    }

    /// The same of the beginning of an object, up to its first value.
    #[inline]
    pub(crate) fn opens_with(&mut self, written: &[u8]) -> bool {
        let opens = self.depth < DEPTH_LIMIT && self.takes(written);
        self.depth += u32::from(opens);
        opens
    }

    /// Leaves an object whose closing bracket stands at the very next byte.
    #[inline]
    pub(crate) fn closes_object(&mut self) -> bool {
        let closes = self.data.get(self.at) == Some(&b'}');
        if closes {
            self.leave();
        }
        closes
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
            Scalar::Null | Scalar::Unknown(_) | Scalar::MayBeMissing(_) | Scalar::KnownInPart { .. } => None,
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
        Ok(self.peek()? == b'{')
    }

    /// Whether a list stands next.
    pub(crate) fn at_list(&mut self) -> Result<bool, ReadError> {
        Ok(self.peek()? == b'[')
    }

    /// Whether null stands next.
    pub(crate) fn at_null(&mut self) -> Result<bool, ReadError> {
        Ok(self.peek()? == b'n')
    }

    /// The first byte inside the list or object that stands next.
    pub(crate) fn first_inside(&mut self) -> Option<u8> {
        self.at = blanks(self.data, self.at);
        self.data.get(blanks(self.data, self.at + 1)).copied()
    }

    /// The first byte of what stands next.
    pub(crate) fn first_byte(&mut self) -> Option<u8> {
        self.at = blanks(self.data, self.at);
        self.data.get(self.at).copied()
    }

    /// Whether a text without content stands next.
    pub(crate) fn at_empty_text(&mut self) -> bool {
        self.at = blanks(self.data, self.at);
        self.data.get(self.at..).is_some_and(|rest| rest.starts_with(b"\"\""))
    }

    /// Whether a list or object stands next, and its content begins with these bytes.
    pub(crate) fn inside_begins(&mut self, text: &[u8]) -> bool {
        self.at = blanks(self.data, self.at);
        matches!(self.data.get(self.at), Some(b'{' | b'['))
            && self.data.get(blanks(self.data, self.at + 1)..).is_some_and(|rest| rest.starts_with(text))
    }

    /// Whether anything but blanks follows.
    pub(crate) fn more(&mut self) -> bool {
        self.at = blanks(self.data, self.at);
        self.at < self.data.len()
    }

    /// Skips a value and gives it as it is written.
    pub(crate) fn skipped_text(&mut self) -> Result<&'a str, ReadError> {
        self.at = blanks(self.data, self.at);
        let start = self.at;
        self.skip()?;
        let written = self.data.get(start..self.at).unwrap_or(&[]);
        std::str::from_utf8(written).map_err(|error| self.fault(Fault(start + error.valid_up_to())))
    }

    /// Whether null, an empty list or an empty object stands next.
    pub(crate) fn at_nothing(&mut self) -> Result<bool, ReadError> {
        let close = match self.peek()? {
            b'n' => return Ok(true),
            b'[' => b']',
            b'{' => b'}',
            _ => return Ok(false),
        };
        Ok(self.data.get(blanks(self.data, self.at + 1)) == Some(&close))
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
        self.enter(b'[')?;
        if self.data.get(self.at) == Some(&b']') {
            self.leave();
            return Ok(false);
        }
        Ok(true)
    }

    /// Whether another item follows; if not, the list is left.
    #[inline]
    pub(crate) fn list_next(&mut self) -> Result<bool, ReadError> {
        self.step(b']')
    }

    /// Steps into an object; its first key. To be followed by [`Self::object_next`] after each value.
    pub(crate) fn object_start(&mut self) -> Result<Option<Cow<'a, str>>, ReadError> {
        self.enter(b'{')?;
        if self.data.get(self.at) == Some(&b'}') {
            self.leave();
            return Ok(None);
        }
        self.key().map(Some)
    }

    /// The next key; if there is none, the object is left.
    pub(crate) fn object_next(&mut self) -> Result<Option<Cow<'a, str>>, ReadError> {
        if self.step(b'}')? { self.key().map(Some) } else { Ok(None) }
    }

    /// Ends the reading: anything but blanks after the value is an error.
    pub(crate) fn finish(&mut self) -> Result<(), ReadError> {
        let at = blanks(self.data, self.at);
        if at < self.data.len() { Err(self.source().trailing(at)) } else { Ok(()) }
    }

    /// Moves over blanks; the first byte of the next value.
    #[inline]
    fn peek(&mut self) -> Result<u8, ReadError> {
        self.at = blanks(self.data, self.at);
        match self.data.get(self.at) {
            Some(byte) => Ok(*byte),
            None => Err(self.fault(Fault(self.at))),
        }
    }

    /// Takes an opening bracket and the blanks behind it.
    #[inline]
    fn enter(&mut self, bracket: u8) -> Result<(), ReadError> {
        if self.peek()? != bracket || self.depth >= DEPTH_LIMIT {
            return Err(self.fault(Fault(self.at)));
        }
        self.depth += 1;
        self.at = blanks(self.data, self.at + 1);
        Ok(())
    }

    /// Takes the closing bracket that stands next.
    #[inline]
    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.at += 1;
    }

    /// Behind a value: whether a comma follows, or the closing bracket.
    #[inline]
    fn step(&mut self, close: u8) -> Result<bool, ReadError> {
        self.at = blanks(self.data, self.at);
        match self.data.get(self.at) {
            Some(b',') => {
                self.at = blanks(self.data, self.at + 1);
                if matches!(self.data.get(self.at), Some(b']' | b'}')) {
                    return Err(self.fault(Fault(self.at)));
                }
                Ok(true)
            }
            Some(byte) if *byte == close => {
                self.leave();
                Ok(false)
            }
            _ => Err(self.fault(Fault(self.at))),
        }
    }

    /// Takes a key and the colon behind it.
    fn key(&mut self) -> Result<Cow<'a, str>, ReadError> {
        if self.peek()? != b'"' {
            return Err(self.fault(Fault(self.at)));
        }
        let key = self.string()?;
        self.colon()?;
        Ok(key)
    }

    #[inline]
    fn colon(&mut self) -> Result<(), ReadError> {
        let at = blanks(self.data, self.at);
        if self.data.get(at) != Some(&b':') {
            return Err(self.fault(Fault(at)));
        }
        self.at = blanks(self.data, at + 1);
        Ok(())
    }

    /// Takes the text that begins here.
    #[inline]
    fn string(&mut self) -> Result<Cow<'a, str>, ReadError> {
        let start = self.at + 1;
        let end = text_end(self.data, start).map_err(|fault| self.fault(fault))?;
        self.at = end.quote + 1;
        if end.escaped {
            return Ok(Cow::Owned(unescape(self.data.get(start..end.quote).unwrap_or(&[]))));
        }
        match self.text_at(start, end.quote) {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => Err(self.fault(Fault(start))),
        }
    }

    fn source(&self) -> Text<'a> {
        Text { data: self.data, file: self.file, base: self.base }
    }

    #[cold]
    fn fault(&self, fault: Fault) -> ReadError {
        if self.trying {
            return error_at(codes::BROKEN_JSON, self.file, self.base + fault.0, "this does not read well");
        }
        self.source().diagnose(fault)
    }

    #[inline]
    fn take_number<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        let start = self.at;
        let found = number_end(self.data, start).map_err(|fault| self.fault(fault))?;
        self.at = found.end;
        if let Some(value) = found.value {
            return Ok(take(Scalar::Number(value)));
        }
        let text = self.text_at(start, found.end).unwrap_or_default();
        match number(text) {
            Some(scalar) => Ok(take(scalar)),
            None => Err(self.source().too_large(start..found.end)),
        }
    }

    #[inline]
    fn take_word(&mut self, word: &[u8]) -> Result<(), ReadError> {
        self.at = word_end(self.data, self.at, word).map_err(|fault| self.fault(fault))?;
        Ok(())
    }
}

/// A text as it is written between its quotes.
pub(crate) struct WrittenText<'a> {
    pub(crate) bytes: &'a [u8],
    /// It has escapes: what it says is not what stands there.
    pub(crate) escaped: bool,
}

/// A text that was taken, and what is known of how it is written.
pub(crate) struct TextBehind {
    /// Its bytes in the file, without the quotes.
    pub(crate) range: Range<usize>,
    /// It begins as the known one does.
    pub(crate) known: bool,
    /// It has escapes behind what is known.
    pub(crate) escaped: bool,
}

/// What a text says that is written so between its quotes; it has been checked.
pub(crate) fn resolved(written: &[u8]) -> Cow<'_, str> {
    if memchr::memchr(b'\\', written).is_some() {
        return Cow::Owned(unescape(written));
    }
    Cow::Borrowed(std::str::from_utf8(written).unwrap_or_default())
}

/// A text with its escapes resolved; they have been checked.
fn unescape(bytes: &[u8]) -> String {
    let written = simdutf8::basic::from_utf8(bytes).unwrap_or_default();
    let mut text = String::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', bytes.get(at..).unwrap_or(&[])) {
        let slash = at + found;
        text.push_str(written.get(at..slash).unwrap_or_default());
        at = slash + 2;
        text.push(match bytes.get(slash + 1) {
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let (character, end) = unicode_escape(bytes, slash).unwrap_or((char::REPLACEMENT_CHARACTER, slash + 6));
                at = end;
                character
            }
            Some(other) => char::from(*other),
            None => break,
        });
    }
    text.push_str(written.get(at..).unwrap_or_default());
    text
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

    #[inline]
    fn kind(&mut self) -> Result<ValueKind, ReadError> {
        Ok(match self.peek()? {
            b'[' => ValueKind::List,
            b'{' => ValueKind::Object,
            _ => ValueKind::Scalar,
        })
    }

    #[inline]
    fn place(&mut self) -> Place {
        let offset = self.offset();
        place(self.file, offset)
    }

    #[inline]
    fn scalar<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        match self.peek()? {
            b'"' => {
                let text = self.string()?;
                Ok(take(Scalar::Text(&text)))
            }
            b't' => self.take_word(b"true").map(|()| take(Scalar::Bool(true))),
            b'f' => self.take_word(b"false").map(|()| take(Scalar::Bool(false))),
            b'n' => self.take_word(b"null").map(|()| take(Scalar::Null)),
            b'[' | b'{' => {
                self.skip()?;
                Ok(take(Scalar::Unknown("a list or object stands where a single value is read")))
            }
            _ => self.take_number(take),
        }
    }

    fn written<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        if !matches!(self.peek()?, b'-' | b'0'..=b'9') {
            return self.scalar(take);
        }
        let start = self.at;
        let found = number_end(self.data, start).map_err(|fault| self.fault(fault))?;
        self.at = found.end;
        let text = self.text_at(start, found.end).unwrap_or_default();
        Ok(take(Scalar::Text(text)))
    }

    #[inline]
    fn text_bytes<R>(&mut self, take: impl FnOnce(&[u8]) -> R) -> Result<Option<R>, ReadError> {
        if self.peek()? != b'"' {
            return Ok(None);
        }
        let start = self.at + 1;
        let end = text_end(self.data, start).map_err(|fault| self.fault(fault))?;
        self.at = end.quote + 1;
        let bytes = self.data.get(start..end.quote).unwrap_or(&[]);
        if end.escaped {
            return Ok(Some(take(unescape(bytes).as_bytes())));
        }
        Ok(Some(take(bytes)))
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

    fn members<M: Members<Self>>(&mut self, members: &mut M) -> Result<(), ReadError> {
        self.enter(b'{')?;
        if self.data.get(self.at) == Some(&b'}') {
            self.leave();
            return Ok(());
        }
        loop {
            if self.data.get(self.at) != Some(&b'"') {
                return Err(self.fault(Fault(self.at)));
            }
            let length = members.foresee(self.data.get(self.at + 1..).unwrap_or(&[]));
            if length > 0 {
                self.at += 1 + length;
            } else {
                let key = self.string()?;
                members.key(&key);
            }
            self.colon()?;
            members.value(self)?;
            if !self.step(b'}')? {
                return Ok(());
            }
        }
    }

    #[inline]
    fn skip(&mut self) -> Result<(), ReadError> {
        self.at = blanks(self.data, self.at);
        self.at = value_end(self.data, self.at, self.depth).map_err(|fault| self.fault(fault))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
