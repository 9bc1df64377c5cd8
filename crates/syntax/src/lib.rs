//! Tickmark text to a syntax tree, and back: parser and formatter. The only crate that knows pest.

mod alike;
pub mod ast;
mod build;
pub mod compact;
mod errors;
mod format;
mod grammar;
mod lex;
mod nodes;
pub mod outline;
mod parse;
mod slips;
mod split;
mod tree;

pub use format::format;
pub use parse::{parse, parse_phrase, parse_value};
pub use tree::debug_tree;
