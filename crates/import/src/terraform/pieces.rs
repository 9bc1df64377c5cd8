//! What an export is taken apart into while it is scanned: bytes of the file, and texts that stand in it again and again.

use crate::error::ReadError;
use crate::json::{JsonReader, resolved};
use smol_str::SmolStr;
use std::ops::Range;

/// Some bytes of the file, or none at all: half the size of a range, as there may be a million resources. A file has at most
/// 4 GiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stretch {
    start: u32,
    /// No value ends at the first byte: 0 where there is none.
    end: u32,
}

impl Stretch {
    /// The value that stands next in `reader`; nothing for null.
    pub(crate) fn take(reader: &mut JsonReader<'_>) -> Result<Stretch, ReadError> {
        let null = reader.at_null()?;
        let range = reader.skip_range()?;
        let (start, end) = (u32::try_from(range.start), u32::try_from(range.end));
        Ok(match (start, end) {
            (Ok(start), Ok(end)) if !null => Stretch { start, end },
            _ => Stretch::default(),
        })
    }

    /// Its bytes, where there are any.
    pub(crate) fn range(self) -> Option<Range<usize>> {
        (self.end > 0).then_some(self.start as usize..self.end as usize)
    }
}

/// Texts that many resources have in common, as the last resource had them: they are kept once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reused {
    pub(crate) module: Last,
    pub(crate) mode: Last,
    pub(crate) ty: Last,
    pub(crate) name: Last,
    pub(crate) provider: Last,
}

/// A text as it was written last, and what it says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Last {
    written: Vec<u8>,
    text: SmolStr,
}

impl Last {
    /// Takes a text that perhaps was met before; any other value is skipped and gives nothing.
    pub(crate) fn take(&mut self, reader: &mut JsonReader<'_>) -> Result<Option<SmolStr>, ReadError> {
        let Some(written) = reader.written_text()? else { return Ok(None) };
        if self.written != written {
            self.written.clear();
            self.written.extend_from_slice(written);
            self.text = SmolStr::new(resolved(written));
        }
        Ok(Some(self.text.clone()))
    }
}
