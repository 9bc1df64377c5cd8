//! What is known of an expression or operator before anything is evaluated: what it costs, whether it is constant.

use tickmark_program::walk::{self, Node as Walked};
use tickmark_program::{Expr, ExprKind, Filter, Phrase, TimingKind, Type};

use super::join;
use super::plan::{Cost, Membership, Op, PhraseNode, Plan};
use crate::walk::timing_mentions;

/// What an operator costs, without its parts.
pub(crate) fn own_cost(op: &Op<'_>, params: usize, plan: &Plan<'_>) -> Cost {
    let of_phrase = |phrase: &PhraseNode<'_>| {
        if phrase.deadline.is_some() || join::crosses(phrase, params, plan) { Cost::Heavy } else { Cost::Linear }
    };
    match op {
        Op::Value(_) | Op::Condition(_) => Cost::Heavy,
        Op::Quantified(quantified) => of_phrase(&quantified.phrase),
        Op::CountPhrase(phrase) | Op::Heads(phrase) => of_phrase(phrase),
        Op::Relation(..) | Op::Everywhere(_) | Op::Members(..) | Op::Count(..) | Op::Closure(_) | Op::IsOn(..) => {
            Cost::Linear
        }
        _ => Cost::Columns,
    }
}

/// How a value of a type is taken as the members of a list.
pub(crate) fn membership(ty: &Type) -> Membership {
    match ty {
        Type::Json => Membership::Json,
        Type::List(_) | Type::Records(_) | Type::Any(_) => Membership::Several,
        _ => Membership::Single,
    }
}

/// Whether an expression looks at no subject and no record: its value is the same everywhere.
pub(crate) fn is_constant(expr: &Expr) -> bool {
    let mut constant = true;
    walk::expression(expr, &mut |node| match node {
        Walked::Expr(expr) => {
            constant &= !matches!(
                expr.kind,
                ExprKind::Variable(_) | ExprKind::CountPhrase(_) | ExprKind::Quantified(_) | ExprKind::Can(_)
            );
        }
        Walked::Domain(_) => constant = false,
    });
    constant
}

/// As in the reference evaluator: a deadline that is measured without the event itself.
pub(crate) fn has_deadline(phrase: &Phrase) -> bool {
    let Some(head) = phrase.bindings.last() else { return false };
    phrase.filters.iter().any(|filter| {
        matches!(filter, Filter::Timing(timing)
            if matches!(timing.kind, TimingKind::WithinAfter(..) | TimingKind::WithinOf(..))
                && !timing_mentions(&timing.kind, head.slot))
    })
}
