//! The one table of precedence: grammar/README.md prints it.

use crate::ast::BinaryOp;
use crate::grammar::Rule;

/// How tightly an operator binds; a larger number is tighter. `if … then … else` is looser than all of them.
pub(super) type Level = u8;

/// `A unless B`
pub(super) const LOOSEST: Level = 1;
/// Prefix `not`: tighter than `and`, looser than a comparison.
pub(super) const NOT: Level = 4;
/// Comparisons, `exists`, and predicates after a path. They do not chain; the grammar sees to it.
pub(super) const COMPARISON: Level = 5;
/// Prefix `-`: tightest of all.
pub(super) const NEGATE: Level = 9;

/// The binary operator of a rule, with its level. All of them group to the left.
pub(super) fn infix(rule: Rule) -> Option<(BinaryOp, Level)> {
    Some(match rule {
        Rule::op_unless => (BinaryOp::Unless, LOOSEST),
        Rule::op_or => (BinaryOp::Or, 2),
        Rule::op_and => (BinaryOp::And, 3),
        Rule::op_eq => (BinaryOp::Eq, COMPARISON),
        Rule::op_ne => (BinaryOp::Ne, COMPARISON),
        Rule::op_lt => (BinaryOp::Lt, COMPARISON),
        Rule::op_le => (BinaryOp::Le, COMPARISON),
        Rule::op_gt => (BinaryOp::Gt, COMPARISON),
        Rule::op_ge => (BinaryOp::Ge, COMPARISON),
        Rule::op_in => (BinaryOp::In, COMPARISON),
        Rule::op_not_in => (BinaryOp::NotIn, COMPARISON),
        Rule::op_contains => (BinaryOp::Contains, COMPARISON),
        Rule::op_starts_with => (BinaryOp::StartsWith, COMPARISON),
        Rule::op_ends_with => (BinaryOp::EndsWith, COMPARISON),
        Rule::op_like => (BinaryOp::Like, COMPARISON),
        Rule::op_matches => (BinaryOp::Matches, COMPARISON),
        Rule::op_before => (BinaryOp::Before, COMPARISON),
        Rule::op_after => (BinaryOp::After, COMPARISON),
        Rule::op_else => (BinaryOp::Else, 6),
        Rule::op_add => (BinaryOp::Add, 7),
        Rule::op_sub => (BinaryOp::Sub, 7),
        Rule::op_mul => (BinaryOp::Mul, 8),
        Rule::op_div => (BinaryOp::Div, 8),
        _ => return None,
    })
}
