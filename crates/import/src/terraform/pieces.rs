//! What an export is taken apart into while it is scanned: bytes of the file, and what stands in it again and again.
//!
//! Terraform writes records that are much alike. What was read in the last record is remembered as it was written, with all that
//! belongs to it, and first it is looked whether the same bytes stand in the next one: then they mean the same.

use crate::error::ReadError;
use crate::json::{JsonReader, resolved};
use crate::terraform::address::InstanceKey;
use crate::terraform::resource::{Kind, Tables};
use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::hash::BuildHasher;
use std::ops::Range;
use tickmark_facts::{Scalar, ValueKind, ValueReader};

/// Some bytes of the file, or none at all: half the size of a range, as there may be a million resources. A file has at most
/// 4 GiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stretch {
    start: u32,
    /// No value ends at the first byte: 0 where there is none.
    end: u32,
}

impl Stretch {
    /// These bytes.
    #[inline]
    pub(crate) fn of(range: &Range<usize>) -> Stretch {
        match (u32::try_from(range.start), u32::try_from(range.end)) {
            (Ok(start), Ok(end)) => Stretch { start, end },
            _ => Stretch::default(),
        }
    }

    /// The value that stands next in `reader`; nothing for null.
    #[inline]
    pub(crate) fn take(reader: &mut JsonReader<'_>) -> Result<Stretch, ReadError> {
        let null = reader.at_null()?;
        let range = reader.skip_range()?;
        Ok(if null { Stretch::default() } else { Stretch::of(&range) })
    }

    /// Its bytes, where there are any.
    #[inline]
    pub(crate) fn range(self) -> Option<Range<usize>> {
        (self.end > 0).then_some(self.start as usize..self.end as usize)
    }

    /// The same in the bytes of the file.
    #[inline]
    pub(crate) fn within(self, bytes: &[u8]) -> Option<&[u8]> {
        bytes.get(self.range()?)
    }
}

/// Longer than this, what was written is not remembered: it will hardly come again.
const LONGEST: usize = 512;

/// Values as they were written last, the last of them first, and what each means: as many as are remembered.
#[derive(Debug)]
pub(crate) struct Last<T, const MANY: usize = 1> {
    values: [(Vec<u8>, T); MANY],
}

impl<T: Default, const MANY: usize> Default for Last<T, MANY> {
    fn default() -> Self {
        Last { values: std::array::from_fn(|_| (Vec::new(), T::default())) }
    }
}

impl<T: Copy, const MANY: usize> Last<T, MANY> {
    /// What the value means that stands next: a text, list or object that is written as one of the last was, or as `read` finds.
    #[inline]
    pub(crate) fn take<'a>(
        &mut self,
        reader: &mut JsonReader<'a>,
        read: impl FnOnce(&mut JsonReader<'a>) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        if let Some(meaning) = self.again(reader) {
            return Ok(meaning);
        }
        let start = reader.offset();
        let meaning = read(reader)?;
        self.remember(reader.since(start), meaning);
        Ok(meaning)
    }

    /// What the value means that stands next, where it is written as one of the last was. It is taken.
    #[inline]
    pub(crate) fn again(&mut self, reader: &mut JsonReader<'_>) -> Option<T> {
        let found = self.values.iter().position(|(written, _)| reader.takes(written))?;
        if found > 0 {
            self.values.swap(0, found);
        }
        self.values.first().map(|(_, meaning)| *meaning)
    }

    /// Remembers a value that was read: in place of the one that is the last to be tried.
    fn remember(&mut self, read: &[u8], meaning: T) {
        self.values.rotate_right(1);
        let Some((written, means)) = self.values.first_mut() else { return };
        written.clear();
        // Numbers and words are no longer the same where more follows.
        if read.len() <= LONGEST && matches!(read.last(), Some(b'"' | b'}' | b']')) {
            written.extend_from_slice(read);
        }
        *means = meaning;
    }

    /// The last value without its last byte, as it is written: how longer texts may begin.
    #[inline]
    pub(crate) fn beginning(&self) -> &[u8] {
        self.values.first().and_then(|(written, _)| written.split_last()).map_or(&[], |(_, rest)| rest)
    }
}

/// What resources have in common by its hash: where it stands in its table.
#[derive(Debug, Default)]
struct Numbers(HashTable<(u32, u32)>);

impl Numbers {
    /// The number of what has this hash and is the same; what is new is made.
    fn find<T>(&mut self, all: &mut Vec<T>, hash: u32, same: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> u32 {
        let known = |(of, number): &(u32, u32)| *of == hash && all.get(*number as usize).is_some_and(&same);
        match self.0.entry(spread(hash), known, |(hash, _)| spread(*hash)) {
            Entry::Occupied(found) => found.get().1,
            Entry::Vacant(free) => {
                // Fewer than the file has bytes.
                let number = u32::try_from(all.len()).unwrap_or(u32::MAX);
                free.insert((hash, number));
                all.push(make());
                number
            }
        }
    }
}

/// A hash of 32 bits as one of 64: tables look at its first and its last bits.
#[inline]
pub(crate) fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

/// The first half of a hash.
#[inline]
pub(crate) fn halved(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or_default()
}

/// Fills the tables of an export.
#[derive(Debug, Default)]
pub(crate) struct Common {
    hasher: DefaultHashBuilder,
    texts: Numbers,
    kinds: Numbers,
    keys: Numbers,
}

impl Common {
    /// The number of a text.
    pub(crate) fn text(&mut self, tables: &mut Tables, text: &[u8]) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let hash = halved(self.hasher.hash_one(text));
        let make = || SmolStr::new(std::str::from_utf8(text).unwrap_or_default());
        self.texts.find(&mut tables.texts, hash, |known| known.as_bytes() == text, make)
    }

    /// The number of what is of a mode, a type and a provider.
    pub(crate) fn kind(&mut self, tables: &mut Tables, (mode, ty, provider): (u32, u32, u32)) -> u32 {
        let mode = if mode == 0 { self.text(tables, b"managed") } else { mode };
        let hash = halved(self.hasher.hash_one((mode, ty, provider)));
        let same = |known: &Kind| (known.mode, known.ty, known.provider) == (mode, ty, provider);
        self.kinds.find(&mut tables.kinds, hash, same, || Kind { mode, ty, provider, noun: None })
    }

    /// The number of a key, counted from 1.
    pub(crate) fn key(&mut self, tables: &mut Tables, key: Option<InstanceKey>) -> u32 {
        let Some(key) = key else { return 0 };
        let hash = halved(self.hasher.hash_one(&key));
        self.keys.find(&mut tables.keys, hash, |known| *known == key, || key.clone()) + 1
    }
}

/// Texts that many resources have in common, as the last resource had them: by their numbers.
#[derive(Debug, Default)]
pub(crate) struct Reused {
    pub(crate) module: Last<u32>,
    pub(crate) mode: Last<u32>,
    pub(crate) ty: Last<u32>,
    pub(crate) name: Last<u32>,
    pub(crate) provider: Last<u32>,
}

/// The text that stands next, by its number; any other value is skipped and gives the empty text.
#[inline]
pub(crate) fn take_text(
    last: &mut Last<u32>,
    reader: &mut JsonReader<'_>,
    (common, tables): (&mut Common, &mut Tables),
) -> Result<u32, ReadError> {
    last.take(reader, |reader| {
        let Some(written) = reader.written_text()? else { return Ok(0) };
        Ok(match written.escaped {
            false => common.text(tables, written.bytes),
            true => common.text(tables, resolved(written.bytes).as_bytes()),
        })
    })
}

/// Whether only quotes and backslashes are escaped in a text, each by a backslash: then other bytes are another text.
pub(crate) fn is_plain(written: &[u8]) -> bool {
    let mut rest = written;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        if !matches!(rest.get(at + 1), Some(b'"' | b'\\')) {
            return false;
        }
        rest = rest.get(at + 2..).unwrap_or(&[]);
    }
    true
}

/// A text as it would be written plainly.
pub(crate) fn plainly(text: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'"', b'\\', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether a tree of marks marks anything: most are `{}`, or `false` in some shape.
pub(crate) fn holds_true(marks: &[u8]) -> bool {
    memchr::memchr_iter(b't', marks).any(|at| marks.get(at..).is_some_and(|rest| rest.starts_with(b"true")))
}

/// The key of an instance: a number or a text.
pub(crate) fn scan_index(reader: &mut JsonReader<'_>) -> Result<Option<InstanceKey>, ReadError> {
    if reader.kind()? != ValueKind::Scalar {
        reader.skip()?;
        return Ok(None);
    }
    reader.scalar(|scalar| match scalar {
        Scalar::Text(text) => Some(InstanceKey::Text(text.to_owned())),
        Scalar::Number(number) => Some(InstanceKey::Number(number.to_string())),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::{is_plain, plainly};
    use crate::json::resolved;

    #[test]
    fn a_text_is_written_plainly_in_one_way() {
        for (text, written) in
            [(r#"a["x"]"#, r#"a[\"x\"]"#), (r"a\b", r"a\\b"), (r#""\"#, r#"\"\\"#), ("", ""), ("ä[0]", "ä[0]")]
        {
            assert!(is_plain(written.as_bytes()), "{written}");
            assert_eq!(plainly(text), written);
            assert_eq!(resolved(written.as_bytes()), text);
        }
        for other in [r"a\u0062", r"a\/b", r"\n", r"\\\u003c"] {
            assert!(!is_plain(other.as_bytes()), "{other}");
        }
    }
}
