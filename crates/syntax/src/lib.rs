//! Tickmark text to a syntax tree, and back: parser and formatter. The only crate that knows pest.

pub mod ast;
