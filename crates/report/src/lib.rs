//! Results to bytes: text and JSON, and the formats that pipelines read: SARIF, JUnit, annotations of GitHub.
//!
//! Each output format is one `render`. Nothing here knows how verdicts came about, and nothing that comes from a file reaches a
//! terminal unescaped.

pub mod diagnostics;
mod escape;
mod excerpt;
mod finding;
pub mod github;
pub mod json;
pub mod junit;
mod moment;
mod places;
pub mod sarif;
mod style;
pub mod text;
pub mod trace;

#[cfg(test)]
mod samples;

pub use escape::clean;
pub use style::Style;
