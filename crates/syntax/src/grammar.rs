//! The pest parser, kept in the cellar: nothing outside this crate sees a rule or a pair.

#![allow(missing_docs, reason = "pest derives the enum of rules without comments; it is private to the crate")]

use std::num::NonZeroUsize;
use std::sync::Once;

use pest::Parser;

use crate::nodes::Tree;

/// The parser that pest makes of the grammar.
#[derive(pest_derive::Parser)]
#[grammar = "../../grammar/tick.pest"]
struct TickParser;

/// What pest says of a text that does not fit.
pub(crate) type Refusal = pest::error::Error<Rule>;

/// Calls of pest's machine in one piece of text before it gives up. The grammar is linear, so this is a belt: an item
/// of a megabyte needs a tenth of it.
const CALL_LIMIT: usize = 1_000_000_000;

/// Reads a text by a rule and gives the tree of that rule.
pub(crate) fn read(rule: Rule, text: &str) -> Result<Tree, Box<Refusal>> {
    static ONCE: Once = Once::new();
    // The limit is global to the process, so it is set once.
    ONCE.call_once(|| pest::set_call_limit(NonZeroUsize::new(CALL_LIMIT)));
    TickParser::parse(rule, text).map(Tree::new).map_err(Box::new)
}
