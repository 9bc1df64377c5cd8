//! Lines and columns of many places: of each file only what stands before the last place that was asked for is counted,
//! and once.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use memchr::{memchr, memchr_iter, memrchr};
use tickmark_source::{FileId, LineColumn, Place, Sources};

/// The sources of a run, with an index of lines per file.
pub(crate) struct Places<'a> {
    sources: &'a Sources,
    files: Vec<FileIndex>,
}

/// How many bytes lie between two counts.
const BLOCK: usize = 1 << 12;

/// So much of what follows a place is looked at for the end of its line.
const REST: usize = 1 << 16;

/// How many lines and characters stand before each block, as far as that was asked for: a minified export is one line of
/// many megabytes, and its columns must not be counted from its start each time.
#[derive(Default)]
struct FileIndex {
    breaks: Mutex<Vec<u32>>,
    characters: Mutex<Vec<u32>>,
}

impl<'a> Places<'a> {
    pub(crate) fn new(sources: &'a Sources) -> Self {
        Self { sources, files: (0..sources.len()).map(|_| FileIndex::default()).collect() }
    }

    /// The name of a file, safe to print.
    pub(crate) fn path(&self, file: FileId) -> String {
        crate::clean(self.sources.path(file)).into_owned()
    }

    pub(crate) fn raw_path(&self, file: FileId) -> &'a str {
        self.sources.path(file)
    }

    pub(crate) fn bytes(&self, file: FileId) -> &'a [u8] {
        self.sources.get(file).map_or(&[], |file| &file.bytes)
    }

    /// Which bytes of a part of a file are not to be shown.
    pub(crate) fn hidden_in(&self, file: FileId, part: std::ops::Range<usize>) -> Vec<std::ops::Range<usize>> {
        self.sources.hidden_in(file, part)
    }

    /// The same answer as [`Sources::line_column`], without a scan of the file for each.
    pub(crate) fn line_column(&self, place: Place) -> LineColumn {
        let bytes = self.bytes(place.file);
        let Some(index) = self.files.get(place.file.0 as usize) else { return LineColumn { line: 1, column: 1 } };
        let offset = (place.offset as usize).min(bytes.len());
        let start = index.line_start(bytes, offset);
        let column = if start / BLOCK == offset / BLOCK {
            characters(bytes.get(start..offset).unwrap_or_default())
        } else {
            index.characters_before(bytes, offset) - index.characters_before(bytes, start)
        };
        LineColumn { line: index.breaks_before(bytes, offset) + 1, column: column + 1 }
    }

    /// The bytes of the line that holds an offset, without its line break, as a range of the file. Of a line that goes on
    /// for long, not all of what follows.
    pub(crate) fn line_of(&self, place: Place) -> Range<usize> {
        let bytes = self.bytes(place.file);
        let Some(index) = self.files.get(place.file.0 as usize) else { return 0..0 };
        let offset = (place.offset as usize).min(bytes.len());
        let start = index.line_start(bytes, offset);
        let furthest = offset.saturating_add(REST).min(bytes.len());
        let mut end = memchr(b'\n', bytes.get(offset..furthest).unwrap_or_default()).map_or(furthest, |at| offset + at);
        if end > start && bytes.get(end - 1) == Some(&b'\r') {
            end -= 1;
        }
        start..end
    }

    /// `path:line:column`, safe to print.
    pub(crate) fn describe(&self, place: Place) -> String {
        let at = self.line_column(place);
        format!("{}:{}:{}", self.path(place.file), at.line, at.column)
    }
}

impl FileIndex {
    /// How many line breaks stand before an offset.
    fn breaks_before(&self, bytes: &[u8], offset: usize) -> u32 {
        let block = offset / BLOCK;
        let before = fill(&self.breaks, bytes, block, breaks);
        before + breaks(bytes.get(block * BLOCK..offset).unwrap_or_default())
    }

    /// Where the line of an offset begins.
    fn line_start(&self, bytes: &[u8], offset: usize) -> usize {
        let block = offset / BLOCK;
        if let Some(at) = memrchr(b'\n', bytes.get(block * BLOCK..offset).unwrap_or_default()) {
            return block * BLOCK + at + 1;
        }
        let before = fill(&self.breaks, bytes, block, breaks);
        if before == 0 {
            return 0;
        }
        // The last block before which there are fewer line breaks holds the last of them.
        let counts = self.breaks.lock().unwrap_or_else(PoisonError::into_inner);
        let holds = counts.partition_point(|count| *count < before).saturating_sub(1);
        let part = bytes.get(holds * BLOCK..(holds + 1) * BLOCK).unwrap_or_default();
        memrchr(b'\n', part).map_or(0, |at| holds * BLOCK + at + 1)
    }

    fn characters_before(&self, bytes: &[u8], offset: usize) -> u32 {
        let block = offset / BLOCK;
        let before = fill(&self.characters, bytes, block, characters);
        before + characters(bytes.get(block * BLOCK..offset).unwrap_or_default())
    }
}

/// What is counted before a block, counting on from the last block that was asked for.
fn fill(counts: &Mutex<Vec<u32>>, bytes: &[u8], block: usize, count: fn(&[u8]) -> u32) -> u32 {
    let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
    if counts.is_empty() {
        counts.push(0);
    }
    while counts.len() <= block {
        let last = counts.len() - 1;
        let part = bytes.get(last * BLOCK..((last + 1) * BLOCK).min(bytes.len())).unwrap_or_default();
        let before = counts.last().copied().unwrap_or(0);
        counts.push(before + count(part));
    }
    counts.get(block).copied().unwrap_or(0)
}

fn breaks(bytes: &[u8]) -> u32 {
    u32::try_from(memchr_iter(b'\n', bytes).count()).unwrap_or(u32::MAX)
}

/// A character is counted by its first byte: continuation bytes are 10xxxxxx.
fn characters(bytes: &[u8]) -> u32 {
    // No part has more of them than a byte counts, so that many bytes are added at a time.
    let of_part = |part: &[u8]| part.iter().fold(0_u8, |count, byte| count + u8::from((byte & 0xC0) != 0x80));
    bytes.chunks(255).map(|part| u32::from(of_part(part))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_answers_as_the_sources_do() {
        let long: String = "ab é\n模 x".repeat(20_000);
        let texts = ["", "\n", "a\r\nb", &long, &"x".repeat(BLOCK), &"é\n".repeat(BLOCK), &"é".repeat(3 * BLOCK)];
        let mut sources = Sources::new();
        for text in texts {
            sources.add("f", text.as_bytes().to_vec());
        }
        let places = Places::new(&sources);
        for (file, source) in sources.iter() {
            let end = u32::try_from(source.bytes.len()).unwrap();
            for offset in (0..end + 2).step_by(if end > 1000 { 991 } else { 1 }).chain([end]) {
                let place = Place { file, offset };
                assert_eq!(places.line_column(place), sources.line_column(place), "{place:?}");
            }
        }
        assert_eq!(places.line_of(Place { file: FileId(2), offset: 1 }), 0..1);
        assert_eq!(places.line_column(Place { file: FileId(99), offset: 7 }), LineColumn { line: 1, column: 1 });
    }
}
