//! Source files, spans, lines and columns, and the door through which files are read.
//!
//! Offsets are bytes everywhere inside Tickmark; lines and columns are worked out when they are printed.

mod door;
mod hidden;
mod place;

pub use door::{FileBytes, Files, FilesError, Held, MemoryFiles};
pub use place::{FileId, LineColumn, Place, SourceFile, Sources, Span};
