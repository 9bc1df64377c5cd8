//! The codes, a module for each stage.

/// Facts: 05.
pub mod facts;
/// The manifest: 07.
pub mod manifest;
/// Names, types and items: 02, 03 and 04.
pub mod program;
/// Running: 06.
pub mod run;
/// Reading text: 01.
pub mod syntax;
