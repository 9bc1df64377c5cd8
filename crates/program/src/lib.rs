//! Syntax trees to a resolved and typed program, and what it needs of the facts.

mod ir;

pub use ir::*;
