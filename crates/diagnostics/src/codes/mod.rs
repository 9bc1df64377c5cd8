//! The codes, a module for each stage.

/// Facts and running: 05 and 06.
pub mod facts;
/// Names, types and items: 02, 03 and 04.
pub mod program;
/// Reading text: 01.
pub mod syntax;
