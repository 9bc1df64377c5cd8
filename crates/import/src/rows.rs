//! The rows of a table, as its cells.
//!
//! Rows are cut by the `csv` crate. To make its parser takes as long as to read some thousand bytes, so that of a small table
//! without quotes the rows are cut here: as that parser does it, and with the same places.

use csv::{ByteRecord, ReaderBuilder};

/// A table of more bytes than this is worth a parser.
const SMALL: usize = 16 << 10;

/// The rows of a table, one after the other.
pub(crate) enum Rows<'d> {
    /// A table without quotes.
    Plain(Plain<'d>),
    /// Any other.
    Parsed(Box<csv::Reader<&'d [u8]>>),
}

/// A table without quotes: every separator and line break is one.
pub(crate) struct Plain<'d> {
    bytes: &'d [u8],
    delimiter: u8,
    /// What was read so far, and the lines of that.
    at: usize,
    lines: u64,
}

/// Where reading a row began: line breaks before the row belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Begin {
    pub(crate) byte: usize,
    /// Counted from 1.
    pub(crate) line: u64,
}

impl<'d> Rows<'d> {
    /// The rows of a table, whose cells are separated by `delimiter`.
    pub(crate) fn new(bytes: &'d [u8], delimiter: u8) -> Rows<'d> {
        // The parser leaves out a byte-order mark.
        let plain =
            bytes.len() <= SMALL && memchr::memchr(b'"', bytes).is_none() && !bytes.starts_with(b"\xEF\xBB\xBF");
        if plain && !matches!(delimiter, b'\n' | b'\r' | b'"') {
            return Rows::Plain(Plain { bytes, delimiter, at: 0, lines: 0 });
        }
        let parser = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes);
        Rows::Parsed(Box::new(parser))
    }

    /// Reads the next row; `None` behind the last.
    ///
    /// # Errors
    /// Where the parser fails.
    pub(crate) fn next(&mut self, row: &mut ByteRecord) -> Result<Option<Begin>, csv::Error> {
        match self {
            Rows::Plain(plain) => Ok(plain.next(row)),
            Rows::Parsed(parser) => {
                let there = parser.read_byte_record(row)?;
                let from = row.position().map_or(Begin { byte: 0, line: 0 }, |position| Begin {
                    byte: usize::try_from(position.byte()).unwrap_or(usize::MAX),
                    line: position.line(),
                });
                Ok(there.then_some(from))
            }
        }
    }
}

impl Plain<'_> {
    fn next(&mut self, row: &mut ByteRecord) -> Option<Begin> {
        row.clear();
        let rest = self.bytes.get(self.at..)?;
        let start = rest.iter().position(|byte| !matches!(byte, b'\n' | b'\r'))?;
        let text = rest.get(start..)?;
        let length = memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len());
        for cell in text.get(..length)?.split(|byte| *byte == self.delimiter) {
            row.push_field(cell);
        }
        let from = Begin { byte: self.at, line: self.lines + 1 };
        // With the line break behind it; of `\r\n` only the first half.
        let end = rest.len().min(start + length + 1);
        self.lines += memchr::memchr_iter(b'\n', rest.get(..end)?).count() as u64;
        self.at += end;
        Some(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(mut rows: Rows<'_>) -> Vec<(Vec<Vec<u8>>, Begin)> {
        let (mut row, mut all) = (ByteRecord::new(), Vec::new());
        while let Some(from) = rows.next(&mut row).unwrap() {
            all.push((row.iter().map(<[u8]>::to_vec).collect(), from));
        }
        all
    }

    fn parsed(bytes: &[u8], delimiter: u8) -> Rows<'_> {
        let parser = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes);
        Rows::Parsed(Box::new(parser))
    }

    proptest! {
        #[test]
        fn rows_are_cut_as_the_parser_does(text in "[a,;\r\n\t ö#']{0,40}", delimiter in prop::sample::select(b",;\t".to_vec())) {
            let rows = Rows::new(text.as_bytes(), delimiter);
            prop_assert!(matches!(rows, Rows::Plain(_)));
            prop_assert_eq!(all(rows), all(parsed(text.as_bytes(), delimiter)));
        }
    }

    #[test]
    fn quotes_and_long_tables_are_for_the_parser() {
        let long = "a,b\n".repeat(SMALL);
        for text in ["a,\"b\"\n", "\u{feff}a,b\n", &long] {
            assert!(matches!(Rows::new(text.as_bytes(), b','), Rows::Parsed(_)), "{text}");
        }
        assert!(matches!(Rows::new(b"a\"b\n", b'"'), Rows::Parsed(_)));
    }
}
