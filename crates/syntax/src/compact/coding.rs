//! Numbers, texts and spans as bytes, and what is made of them without a word of its own.

use smol_str::SmolStr;
use tickmark_source::{FileId, Span};

/// Something that can be written and read back.
pub(super) trait Code: Sized {
    /// Appends it.
    fn write(&self, out: &mut Writer<'_>);
    /// Reads it; nothing where the bytes are not what [`Code::write`] makes.
    fn read(from: &mut Reader) -> Option<Self>;
}

/// Where a string is to be found: the text under the last span that was written, that text without a quote on either side,
/// elsewhere in the file, or here.
const UNDER: u32 = 0;
const QUOTED: u32 = 1;
const ELSEWHERE: u32 = 2;
const HERE: u32 = 3;

/// Appends to a run of bytes.
pub(super) struct Writer<'t> {
    text: &'t str,
    bytes: Vec<u8>,
    /// The last span, as offsets; the next is told by its distance.
    last: (u32, u32),
}

impl<'t> Writer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, bytes: Vec::new(), last: (0, 0) }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// A number of seven bits a byte, the low ones first.
    pub(super) fn number(&mut self, mut number: u32) {
        while let low @ 0x80.. = number {
            self.bytes.push(u8::try_from(low & 0x7F).unwrap_or(0) | 0x80);
            number >>= 7;
        }
        self.bytes.push(u8::try_from(number).unwrap_or(0));
    }

    fn length(&mut self, length: usize) {
        // Files are refused beyond 8 MiB, so lengths fit.
        self.number(u32::try_from(length).unwrap_or(u32::MAX));
    }

    /// What `write` appends, behind its length; spans in it start anew.
    pub(super) fn block(&mut self, write: impl FnOnce(&mut Self)) {
        let mut inner = Writer::new(self.text);
        write(&mut inner);
        self.length(inner.bytes.len());
        self.bytes.append(&mut inner.bytes);
    }

    pub(super) fn text(&mut self, text: &str) {
        let under = |(start, end): (u32, u32), trim: usize| {
            self.text.get(start as usize + trim..(end as usize).saturating_sub(trim)) == Some(text)
        };
        if under(self.last, 0) {
            self.number(UNDER);
        } else if under(self.last, 1) {
            self.number(QUOTED);
        } else if let Some(at) = self.text.find(text) {
            self.number(ELSEWHERE);
            self.length(at);
            self.length(text.len());
        } else {
            self.number(HERE);
            self.length(text.len());
            self.bytes.extend_from_slice(text.as_bytes());
        }
    }
}

/// Reads a run of bytes from front to back.
pub(super) struct Reader {
    text: &'static str,
    bytes: &'static [u8],
    file: FileId,
    last: (u32, u32),
}

impl Reader {
    pub(super) fn new(text: &'static str, bytes: &'static [u8], file: FileId) -> Self {
        Self { text, bytes, file, last: (0, 0) }
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    #[inline]
    pub(super) fn number(&mut self) -> Option<u32> {
        let first = self.byte()?;
        if first < 0x80 {
            return Some(u32::from(first));
        }
        let mut number = u32::from(first & 0x7F);
        for shift in [7, 14, 21, 28] {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn take(&mut self, length: usize) -> Option<&'static [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }

    /// The bytes that [`Writer::block`] wrote.
    pub(super) fn block(&mut self) -> Option<&'static [u8]> {
        let length = self.number()? as usize;
        self.take(length)
    }

    pub(super) fn text(&mut self) -> Option<&'static str> {
        let (start, end) = (self.last.0 as usize, self.last.1 as usize);
        match self.number()? {
            UNDER => self.text.get(start..end),
            QUOTED => self.text.get(start + 1..end.checked_sub(1)?),
            ELSEWHERE => {
                let at = self.number()? as usize;
                let length = self.number()? as usize;
                self.text.get(at..at.checked_add(length)?)
            }
            HERE => {
                let length = self.number()? as usize;
                std::str::from_utf8(self.take(length)?).ok()
            }
            _ => None,
        }
    }
}

impl Code for Span {
    fn write(&self, out: &mut Writer<'_>) {
        // Zigzag: small distances either way are small numbers.
        let distance = i64::from(self.start) - i64::from(out.last.0);
        let zigzag = if distance < 0 { -2 * distance - 1 } else { 2 * distance };
        out.number(u32::try_from(zigzag).unwrap_or(u32::MAX));
        out.number(self.end.saturating_sub(self.start));
        out.last = (self.start, self.end);
    }

    #[inline]
    fn read(from: &mut Reader) -> Option<Self> {
        let zigzag = from.number()?;
        let distance = zigzag >> 1;
        let start = if zigzag & 1 == 0 {
            from.last.0.checked_add(distance)?
        } else {
            from.last.0.checked_sub(distance.checked_add(1)?)?
        };
        let end = start.checked_add(from.number()?)?;
        from.last = (start, end);
        Some(Span::new(from.file, start, end))
    }
}

impl Code for SmolStr {
    fn write(&self, out: &mut Writer<'_>) {
        out.text(self);
    }

    #[inline]
    fn read(from: &mut Reader) -> Option<Self> {
        from.text().map(SmolStr::new_static)
    }
}

impl Code for bool {
    fn write(&self, out: &mut Writer<'_>) {
        out.number(u32::from(*self));
    }

    fn read(from: &mut Reader) -> Option<Self> {
        match from.number()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Code for f64 {
    fn write(&self, out: &mut Writer<'_>) {
        out.bytes.extend_from_slice(&self.to_le_bytes());
    }

    fn read(from: &mut Reader) -> Option<Self> {
        let bytes = from.take(8)?;
        bytes.try_into().ok().map(f64::from_le_bytes)
    }
}

impl<T: Code> Code for Option<T> {
    fn write(&self, out: &mut Writer<'_>) {
        self.is_some().write(out);
        if let Some(inner) = self {
            inner.write(out);
        }
    }

    #[inline]
    fn read(from: &mut Reader) -> Option<Self> {
        if bool::read(from)? { T::read(from).map(Some) } else { Some(None) }
    }
}

impl<T: Code> Code for Vec<T> {
    fn write(&self, out: &mut Writer<'_>) {
        out.length(self.len());
        self.iter().for_each(|each| each.write(out));
    }

    fn read(from: &mut Reader) -> Option<Self> {
        let length = from.number()? as usize;
        // Each takes a byte at least: no length makes us reserve more than there can be.
        let mut all = Vec::with_capacity(length.min(from.bytes.len()));
        for _ in 0..length {
            all.push(T::read(from)?);
        }
        Some(all)
    }
}

impl<T: Code> Code for Box<T> {
    fn write(&self, out: &mut Writer<'_>) {
        (**self).write(out);
    }

    fn read(from: &mut Reader) -> Option<Self> {
        T::read(from).map(Box::new)
    }
}

impl<A: Code, B: Code> Code for (A, B) {
    fn write(&self, out: &mut Writer<'_>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(from: &mut Reader) -> Option<Self> {
        Some((A::read(from)?, B::read(from)?))
    }
}
