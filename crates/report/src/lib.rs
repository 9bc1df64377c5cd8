//! Results to bytes: text and JSON.
//!
//! Each output format is one `render`. Nothing here knows how verdicts came about, and nothing that comes from a file reaches a
//! terminal unescaped.

pub mod diagnostics;
mod escape;
mod excerpt;
pub mod json;
mod places;
mod style;
pub mod text;

#[cfg(test)]
mod samples;

pub use escape::clean;
pub use style::Style;
