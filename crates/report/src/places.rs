//! Lines and columns of many places: each file is indexed once, when the first of its places is asked for.

use std::cell::OnceCell;

use tickmark_source::{FileId, LineColumn, Place, Sources};

/// The sources of a run, with an index of lines per file.
pub(crate) struct Places<'a> {
    sources: &'a Sources,
    files: Vec<OnceCell<FileIndex>>,
}

/// How many bytes lie between two counts of characters.
const BLOCK: usize = 4096;

/// Where the lines of a file begin, and how many characters stand before each block: a minified export is one line of
/// many megabytes, and its columns must not be counted from its start each time.
struct FileIndex {
    line_starts: Vec<usize>,
    characters_before_block: Vec<u32>,
}

impl<'a> Places<'a> {
    pub(crate) fn new(sources: &'a Sources) -> Self {
        Self { sources, files: (0..sources.len()).map(|_| OnceCell::new()).collect() }
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
        let Some(index) = self.index(place.file) else { return LineColumn { line: 1, column: 1 } };
        let offset = (place.offset as usize).min(bytes.len());
        let line = index.line_starts.partition_point(|start| *start <= offset);
        let start = index.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = index.characters_before(bytes, offset) - index.characters_before(bytes, start) + 1;
        LineColumn { line: u32::try_from(line).unwrap_or(u32::MAX), column }
    }

    /// The bytes of the line that holds an offset, without its line break, as a range of the file.
    pub(crate) fn line_of(&self, place: Place) -> std::ops::Range<usize> {
        let bytes = self.bytes(place.file);
        let Some(index) = self.index(place.file) else { return 0..0 };
        let offset = (place.offset as usize).min(bytes.len());
        let line = index.line_starts.partition_point(|start| *start <= offset);
        let start = index.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let mut end = index.line_starts.get(line).map_or(bytes.len(), |next| next.saturating_sub(1));
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

    fn index(&self, file: FileId) -> Option<&FileIndex> {
        Some(self.files.get(file.0 as usize)?.get_or_init(|| FileIndex::new(self.bytes(file))))
    }
}

impl FileIndex {
    fn new(bytes: &[u8]) -> Self {
        let mut line_starts = vec![0];
        for (block_index, block) in bytes.chunks(BLOCK).enumerate() {
            let start = block_index * BLOCK;
            line_starts
                .extend(block.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| start + at + 1));
        }
        let mut total = 0;
        let characters_before_block = bytes
            .chunks(BLOCK)
            .map(|block| {
                let before = total;
                total += characters(block);
                before
            })
            .collect();
        Self { line_starts, characters_before_block }
    }

    fn characters_before(&self, bytes: &[u8], offset: usize) -> u32 {
        // An offset at the very end of a file of whole blocks has no block of its own: count from the one before.
        let block = (offset / BLOCK).min(self.characters_before_block.len().saturating_sub(1));
        let before = self.characters_before_block.get(block).copied().unwrap_or(0);
        before + characters(bytes.get(block * BLOCK..offset).unwrap_or(&[]))
    }
}

/// A character is counted by its first byte: continuation bytes are 10xxxxxx.
fn characters(bytes: &[u8]) -> u32 {
    bytes.iter().map(|byte| u32::from((byte & 0xC0) != 0x80)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_answers_as_the_sources_do() {
        let long: String = "ab é\n模 x".repeat(900);
        let texts = ["", "\n", "a\r\nb", &long, &"x".repeat(BLOCK), &"é\n".repeat(BLOCK)];
        let mut sources = Sources::new();
        for text in texts {
            sources.add("f", text.as_bytes().to_vec());
        }
        let places = Places::new(&sources);
        for (file, source) in sources.iter() {
            let end = u32::try_from(source.bytes.len()).unwrap();
            for offset in (0..end + 2).step_by(if end > 1000 { 61 } else { 1 }).chain([end]) {
                let place = Place { file, offset };
                assert_eq!(places.line_column(place), sources.line_column(place), "{place:?}");
            }
        }
        assert_eq!(places.line_of(Place { file: FileId(2), offset: 1 }), 0..1);
        assert_eq!(places.line_column(Place { file: FileId(99), offset: 7 }), LineColumn { line: 1, column: 1 });
    }
}
