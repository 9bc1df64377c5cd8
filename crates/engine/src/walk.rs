//! Whether something looks at a subject.

use tickmark_program::walk::{Node, expression, timing_kind};
use tickmark_program::{Expr, ExprKind, Slot, TimingKind};

/// Whether an expression looks at a slot.
pub(crate) fn mentions(expr: &Expr, slot: Slot) -> bool {
    let mut found = false;
    expression(expr, &mut |node| found |= is_variable(&node, slot));
    found
}

/// Whether a timing filter looks at a slot, besides the event itself.
pub(crate) fn timing_mentions(kind: &TimingKind, slot: Slot) -> bool {
    let mut found = false;
    timing_kind(kind, &mut |node| found |= is_variable(&node, slot));
    found
}

fn is_variable(node: &Node<'_>, slot: Slot) -> bool {
    matches!(node, Node::Expr(Expr { kind: ExprKind::Variable(of), .. }) if *of == slot)
}
