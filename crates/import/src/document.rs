//! A file, opened: decoded to UTF-8, its digest, and its JSON found where it stands in a log.

use crate::error::{ReadError, error_at};
use crate::json::JsonReader;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_facts::ValueReader;
use tickmark_source::{FileBytes, FileId, Files, Sources};

/// A file, read and decoded.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// Its id among the sources.
    pub(crate) file: FileId,
    /// Its path as it was named, or below a folder that was.
    pub(crate) path: String,
    /// The text in UTF-8, without a byte-order mark: what offsets are counted in.
    pub(crate) bytes: FileBytes,
    /// The file as it lies there, where it was not read before in this run.
    pub(crate) raw: Option<FileBytes>,
}

impl Document {
    /// The digest of the file as it lies there, in hexadecimal digits.
    pub(crate) fn sha256(&self, files: &dyn Files) -> String {
        let raw = self.raw.clone().or_else(|| files.read(&self.path).ok());
        hexadecimal(&Sha256::digest(&raw.as_ref().unwrap_or(&self.bytes)[..]))
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap_or_default()
    }

    /// All of it is read: of a file that is mapped, no more than what somebody looks at again takes memory from here on.
    pub(crate) fn put_away(&self) {
        self.bytes.let_go(0..self.bytes.len());
    }

    /// The file name, without its folders.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit(['/', '\\']).next().unwrap_or(&self.path)
    }

    /// Whether the file name ends so (`.csv`), in any case of letters.
    pub(crate) fn is_named(&self, ending: &str) -> bool {
        let name = crate::compressed::unpacked_name(self.name());
        name.len() >= ending.len()
            && name.get(name.len() - ending.len()..).is_some_and(|end| end.eq_ignore_ascii_case(ending))
    }
}

/// A file that was read but has no id yet: reading runs in parallel, ids are given in order.
pub(crate) struct Unregistered {
    path: String,
    bytes: FileBytes,
    raw: Option<FileBytes>,
    /// Its id, where it was read before.
    known: Option<FileId>,
    /// Where the file is no text in an encoding that we read: the byte, and what is wrong.
    broken: Option<(usize, &'static str)>,
}

/// Whether the text of a file is checked when it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// All of it.
    Now,
    /// Not of one that begins like a JSON object: whoever reads that checks it on the way.
    Later,
}

/// Reads and decodes a file; one that this run has read before is not read again.
pub(crate) fn read(files: &dyn Files, path: &str, sources: &Sources, check: Check) -> Result<Unregistered, Diagnostic> {
    let known = sources.iter().find(|(_, file)| file.path == path);
    let (decoded, raw) = match known {
        Some((_, file)) => (Decoded::Text(file.bytes.clone()), None),
        None => {
            let raw = files
                .read(path)
                .map_err(|error| Diagnostic::without_place(codes::SOURCE_NOT_READ, error.to_string()))?;
            let packed = crate::compressed::unpack(&raw, path).transpose().map_err(|why| {
                let message = format!("`{path}` cannot be read: {why}");
                Diagnostic::without_place(codes::SOURCE_NOT_READ, message)
            })?;
            (decode(packed.as_ref().unwrap_or(&raw)), Some(raw))
        }
    };
    let (bytes, broken) = match decoded {
        Decoded::Text(bytes) if check == Check::Later && begins_like_json(&bytes) => (bytes, None),
        Decoded::Text(bytes) => check_utf8(bytes),
        Decoded::Utf16(bytes, broken) => (bytes, broken),
    };
    Ok(Unregistered { path: path.to_owned(), bytes, raw, known: known.map(|(id, _)| id), broken })
}

fn begins_like_json(bytes: &[u8]) -> bool {
    bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}

/// Gives a file its id; the one that it has where it was read before.
pub(crate) fn register(read: Unregistered, sources: &mut Sources) -> Result<Document, ReadError> {
    let file = read.known.unwrap_or_else(|| sources.add(read.path.clone(), read.bytes.clone()));
    match read.broken {
        Some(broken) => Err(not_utf8(file, broken)),
        None => Ok(Document { file, path: read.path, bytes: read.bytes, raw: read.raw }),
    }
}

fn not_utf8(file: FileId, (offset, what): (usize, &'static str)) -> ReadError {
    let mut error = error_at(codes::NOT_UTF8, file, offset, what);
    error.help.push("write the export as UTF-8 (or UTF-16 with a byte-order mark)".to_owned());
    error
}

impl Document {
    /// Checks the text of a file that was opened without.
    pub(crate) fn check(&self) -> Result<(), ReadError> {
        match check_utf8(self.bytes.clone()).1 {
            Some(broken) => Err(not_utf8(self.file, broken)),
            None => Ok(()),
        }
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().fold(String::with_capacity(digest.len() * 2), |mut text, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The digest of a folder: SHA-256 over one line for each file that was read of it, sorted by relative path, of the
/// file's own digest, two blanks and its path below the folder (what `sha256sum` prints).
pub(crate) fn folder_digest(folder: &str, documents: &[&Document], files: &dyn Files) -> String {
    let root = format!("{}/", folder.trim_end_matches('/'));
    let mut lines: Vec<(&str, String)> = documents
        .par_iter()
        .map(|document| (document.path.strip_prefix(&root).unwrap_or(&document.path), document.sha256(files)))
        .collect();
    lines.sort_unstable();
    let mut hasher = Sha256::new();
    for (path, digest) in lines {
        hasher.update(format!("{digest}  {path}\n").as_bytes());
    }
    hexadecimal(&hasher.finalize())
}

/// The bytes of a file in the encoding that offsets are counted in.
enum Decoded {
    /// As they lie there; still to be checked.
    Text(FileBytes),
    /// Of another encoding; and what is wrong.
    Utf16(FileBytes, Option<(usize, &'static str)>),
}

fn decode(raw: &FileBytes) -> Decoded {
    match raw.get(..4).unwrap_or(&raw[..]) {
        [0xFF, 0xFE, ..] => decode_utf16(raw.get(2..).unwrap_or(&[]), u16::from_le_bytes),
        [0xFE, 0xFF, ..] => decode_utf16(raw.get(2..).unwrap_or(&[]), u16::from_be_bytes),
        // A text of UTF-16 without its mark begins with an ASCII character, half of which is NUL.
        [first, 0, second, 0] if *first != 0 && *second != 0 => decode_utf16(raw, u16::from_le_bytes),
        [0, first, 0, second] if *first != 0 && *second != 0 => decode_utf16(raw, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, ..] => Decoded::Text(raw.without_first(3)),
        _ => Decoded::Text(raw.clone()),
    }
}

fn check_utf8(bytes: FileBytes) -> (FileBytes, Option<(usize, &'static str)>) {
    match simdutf8::compat::from_utf8(&bytes) {
        Ok(_) => (bytes, None),
        Err(error) => (bytes, Some((error.valid_up_to(), "the file is not UTF-8 text: a stray byte stands here"))),
    }
}

fn decode_utf16(raw: &[u8], unit: fn([u8; 2]) -> u16) -> Decoded {
    let (pairs, odd) = raw.as_chunks::<2>();
    let mut text = String::with_capacity(raw.len() / 2);
    let mut broken = None;
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match character {
            Ok(character) => text.push(character),
            Err(_) => {
                broken = Some((text.len(), "the file is broken UTF-16: half a character stands here"));
                break;
            }
        }
    }
    if broken.is_none() && !odd.is_empty() {
        broken = Some((text.len(), "the file is broken UTF-16: it ends inside a character"));
    }
    Decoded::Utf16(FileBytes::from(text.into_bytes()), broken)
}

/// Where JSON begins in a text log around a Terraform plan or state: at the `{` before `"format_version"`, if a whole
/// JSON object begins there.
pub(crate) fn json_in_log(document: &Document) -> Option<usize> {
    let bytes = &document.bytes[..];
    let mark = memchr::memmem::find(bytes, b"\"format_version\"")?;
    let start = memchr::memrchr(b'{', bytes.get(..mark)?)?;
    let blank = bytes.get(start + 1..mark)?.iter().all(u8::is_ascii_whitespace);
    let mut reader = JsonReader::new(bytes.get(start..)?, document.file, start);
    (blank && reader.skip().is_ok()).then_some(start)
}
