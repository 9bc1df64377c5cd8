//! Files by id, byte spans, and the line and column of an offset.

use crate::FileBytes;
use crate::hidden::Hidden;
use std::collections::BTreeMap;
use std::ops::Range;

/// A file that was read in this run; an index into [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// A span of `file` from `start` up to, not including, `end`.
    #[must_use]
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The smallest span that holds both; the other must be of the same file.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Where the span begins.
    #[must_use]
    pub fn place(self) -> Place {
        Place { file: self.file, offset: self.start }
    }
}

/// One position in a file: where a fact stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Bytes from the start of the file.
    pub offset: u32,
}

/// A line and a column, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A file that was read: the name a person knows it by, and its bytes.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as it was named on the command line, or below a folder that was.
    pub path: String,
    /// The content, after decoding to UTF-8 where the file was in another encoding.
    pub bytes: FileBytes,
}

/// All files of a run, by id.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    hidden: BTreeMap<FileId, Hidden>,
}

impl Sources {
    /// No files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file and gives its id.
    pub fn add(&mut self, path: impl Into<String>, bytes: impl Into<FileBytes>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile { path: path.into(), bytes: bytes.into() });
        id
    }

    /// Gives a file another text, in which the same lines stand.
    pub fn replace(&mut self, id: FileId, bytes: impl Into<FileBytes>) {
        if let Some(file) = self.files.get_mut(id.0 as usize) {
            file.bytes = bytes.into();
        }
    }

    /// The file of an id; an id of another `Sources` gives `None`.
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The path of a file, or `?` for an id that is not ours.
    #[must_use]
    pub fn path(&self, id: FileId) -> &str {
        self.get(id).map_or("?", |file| file.path.as_str())
    }

    /// All files in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(index, file)| (FileId(u32::try_from(index).unwrap_or(u32::MAX)), file))
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Values of a file that no excerpt may show: the ranges of bytes where they stand. A quoted text is hidden wherever it
    /// stands in the file.
    pub fn hide(&mut self, file: FileId, values: &[Range<usize>]) {
        if let Some(source) = self.files.get(file.0 as usize)
            && !values.is_empty()
        {
            self.hidden.entry(file).or_default().add(&source.bytes, values);
        }
    }

    /// Which bytes of a part of a file are not to be shown.
    #[must_use]
    pub fn hidden_in(&self, file: FileId, part: Range<usize>) -> Vec<Range<usize>> {
        match (self.hidden.get(&file), self.get(file)) {
            (Some(hidden), Some(source)) => hidden.within(&source.bytes, part),
            _ => Vec::new(),
        }
    }

    /// Line and column of a place. Scans the file up to the offset: meant for what is printed, not for every row.
    #[must_use]
    pub fn line_column(&self, place: Place) -> LineColumn {
        let bytes = self.get(place.file).map_or(&[][..], |file| &file.bytes);
        let before = bytes.get(..(place.offset as usize).min(bytes.len())).unwrap_or(bytes);
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let in_line = before.get(line_start..).unwrap_or(&[]);
        // A character is counted by its first byte: continuation bytes are 10xxxxxx.
        let column = in_line.iter().filter(|byte| (**byte & 0xC0) != 0x80).count() + 1;
        LineColumn { line: u32::try_from(line).unwrap_or(u32::MAX), column: u32::try_from(column).unwrap_or(u32::MAX) }
    }

    /// `path:line:column` of a place, as it is printed everywhere.
    #[must_use]
    pub fn describe(&self, place: Place) -> String {
        let at = self.line_column(place);
        format!("{}:{}:{}", self.path(place.file), at.line, at.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let mut sources = Sources::new();
        let file = sources.add("a.tick", "ab\nçd\n".as_bytes().to_vec());
        let at = |offset| sources.line_column(Place { file, offset });
        assert_eq!(at(0), LineColumn { line: 1, column: 1 });
        assert_eq!(at(2), LineColumn { line: 1, column: 3 });
        assert_eq!(at(3), LineColumn { line: 2, column: 1 });
        assert_eq!(at(5), LineColumn { line: 2, column: 2 });
        assert_eq!(at(99), LineColumn { line: 3, column: 1 });
    }
}
