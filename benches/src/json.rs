//! JSON as exports write it: in one line, with blanks, indented, or a record a line.

use std::fs::File;
use std::io::{self, Write};

/// How an exporter lays out its JSON.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Layout {
    /// No blanks, as `terraform show -json` prints it.
    Compact,
    /// A blank after each colon and comma, as Python's `json.dump` writes it.
    Spaced,
    /// Four blanks a level, as the command line of a cloud prints it.
    Indented,
    /// Compact, but each member of the lists at the second level on a line of its own.
    Lines,
}

/// Bytes after which the buffer goes to the file.
const CHUNK: usize = 1 << 20;

/// A JSON document on its way to a file. A refusal of the file is kept until [`Json::finish`].
pub(crate) struct Json {
    file: File,
    buffer: Vec<u8>,
    layout: Layout,
    depth: usize,
    /// Nothing stands in the innermost object or list yet.
    fresh: bool,
    /// The innermost is a list.
    listing: bool,
    /// A key was written, and its value is awaited.
    keyed: bool,
    flushed: u64,
    failed: Option<io::Error>,
}

impl Json {
    pub(crate) fn new(file: File, layout: Layout) -> Self {
        let buffer = Vec::with_capacity(CHUNK + (CHUNK >> 2));
        Self { file, buffer, layout, depth: 0, fresh: true, listing: false, keyed: false, flushed: 0, failed: None }
    }

    /// Writes out the rest, and gives the number of bytes of the document.
    pub(crate) fn finish(mut self) -> io::Result<u64> {
        self.buffer.push(b'\n');
        self.flush();
        match self.failed {
            Some(error) => Err(error),
            None => Ok(self.flushed),
        }
    }

    fn flush(&mut self) {
        if self.failed.is_none() {
            self.failed = self.file.write_all(&self.buffer).err();
        }
        self.flushed += self.buffer.len() as u64;
        self.buffer.clear();
    }

    fn line(&mut self) {
        self.buffer.push(b'\n');
        self.buffer.resize(self.buffer.len() + 4 * self.depth, b' ');
    }

    /// What stands between this value and what was before it.
    fn separate(&mut self) {
        if self.keyed {
            self.keyed = false;
            return;
        }
        if !self.fresh {
            self.buffer.push(b',');
        }
        match self.layout {
            Layout::Spaced if !self.fresh => self.buffer.push(b' '),
            Layout::Indented if self.depth > 0 => self.line(),
            Layout::Lines if self.listing && self.depth == 2 => self.buffer.push(b'\n'),
            _ => {}
        }
        self.fresh = false;
    }

    fn nest(&mut self, [open, close]: [u8; 2], inner: impl FnOnce(&mut Self)) {
        self.separate();
        let outer = std::mem::replace(&mut self.listing, open == b'[');
        self.buffer.push(open);
        self.depth += 1;
        self.fresh = true;
        inner(self);
        self.depth -= 1;
        match self.layout {
            Layout::Indented if !self.fresh => self.line(),
            Layout::Lines if self.listing && self.depth == 1 && !self.fresh => self.buffer.push(b'\n'),
            _ => {}
        }
        self.buffer.push(close);
        self.fresh = false;
        self.listing = outer;
        if self.buffer.len() > CHUNK {
            self.flush();
        }
    }

    pub(crate) fn object(&mut self, inner: impl FnOnce(&mut Self)) {
        self.nest(*b"{}", inner);
    }

    pub(crate) fn list(&mut self, inner: impl FnOnce(&mut Self)) {
        self.nest(*b"[]", inner);
    }

    pub(crate) fn key(&mut self, key: &str) -> &mut Self {
        self.separate();
        self.quoted(key);
        self.buffer.push(b':');
        if matches!(self.layout, Layout::Spaced | Layout::Indented) {
            self.buffer.push(b' ');
        }
        self.keyed = true;
        self
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.separate();
        self.quoted(text);
    }

    fn quoted(&mut self, text: &str) {
        self.buffer.push(b'"');
        for byte in text.bytes() {
            match byte {
                b'"' | b'\\' => self.buffer.extend([b'\\', byte]),
                b'\n' => self.buffer.extend(*b"\\n"),
                _ => self.buffer.push(byte),
            }
        }
        self.buffer.push(b'"');
    }

    fn bare(&mut self, text: &str) {
        self.separate();
        self.buffer.extend_from_slice(text.as_bytes());
    }

    pub(crate) fn number(&mut self, number: impl Into<i64>) {
        self.bare(&number.into().to_string());
    }

    /// A fraction, given in ten-thousandths.
    pub(crate) fn fraction(&mut self, ten_thousandths: u32) {
        self.bare(&format!("{}.{:04}", ten_thousandths / 10_000, ten_thousandths % 10_000));
    }

    pub(crate) fn bool(&mut self, value: bool) {
        self.bare(if value { "true" } else { "false" });
    }

    pub(crate) fn null(&mut self) {
        self.bare("null");
    }

    /// A text, or null.
    pub(crate) fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    /// A list of texts.
    pub(crate) fn texts<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) {
        self.list(|json| texts.into_iter().for_each(|text| json.text(text)));
    }
}
