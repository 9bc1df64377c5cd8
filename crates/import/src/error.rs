//! Why reading failed: a diagnostic on its way up.

use tickmark_diagnostics::{Code, Diagnostic};
use tickmark_source::{FileId, Place, Span};

/// What every reader of this crate gives where it cannot go on. Boxed, since it is rare and large.
pub(crate) type ReadError = Box<Diagnostic>;

/// A span from byte offsets, which are below 4 GiB by the limit of [`tickmark_source::Files`].
pub(crate) fn span(file: FileId, start: usize, end: usize) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(file, offset(start), offset(end))
}

/// A place from a byte offset.
pub(crate) fn place(file: FileId, offset: usize) -> Place {
    span(file, offset, offset).place()
}

/// An error at one byte of a file.
pub(crate) fn error_at(code: Code, file: FileId, offset: usize, message: impl Into<String>) -> ReadError {
    Box::new(Diagnostic::error(code, span(file, offset, offset.saturating_add(1)), message))
}

/// A warning at one byte of a file.
pub(crate) fn warning_at(code: Code, file: FileId, offset: usize, message: impl Into<String>) -> Diagnostic {
    Diagnostic::warning(code, span(file, offset, offset.saturating_add(1)), message)
}

/// A text from an export as it may be shown: in one line, without control characters, shortened.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String =
        text.chars().take(LONGEST).map(|c| if c.is_control() || c == '`' { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}
