//! What an expression is made of.

use tickmark_program::{
    Cadence, CadenceKind, Domain, Expr, ExprKind, Filter, Period, Phrase, Quantifier, Slot, TimingKind,
};

/// Calls `visit` for an expression and everything in it, until it says true; tells whether it did.
pub(crate) fn any<'p>(expr: &'p Expr, visit: &mut dyn FnMut(&'p Expr) -> bool) -> bool {
    visit(expr) || any_part(expr, visit)
}

fn any_part<'p>(expr: &'p Expr, visit: &mut dyn FnMut(&'p Expr) -> bool) -> bool {
    match &expr.kind {
        ExprKind::Literal(_)
        | ExprKind::Param(_)
        | ExprKind::AsOf
        | ExprKind::PeriodStart
        | ExprKind::PeriodEnd
        | ExprKind::Variable(_) => false,
        ExprKind::List(items)
        | ExprKind::Template(items)
        | ExprKind::Call(_, items)
        | ExprKind::And(items)
        | ExprKind::Or(items) => items.iter().any(|item| any(item, visit)),
        ExprKind::Attribute(inner, ..)
        | ExprKind::Relation(inner, _)
        | ExprKind::Parent(inner, _)
        | ExprKind::Member(inner, _)
        | ExprKind::Negate(inner)
        | ExprKind::Matches(inner, _)
        | ExprKind::Not(inner)
        | ExprKind::Exists(inner)
        | ExprKind::HasOpen(inner)
        | ExprKind::IsMissing(inner)
        | ExprKind::Is(inner, _) => any(inner, visit),
        ExprKind::Index(a, b)
        | ExprKind::Arithmetic(_, a, b)
        | ExprKind::Compare(_, a, b)
        | ExprKind::In(a, b)
        | ExprKind::InNetwork(a, b)
        | ExprKind::ListContains(a, b)
        | ExprKind::TextContains(a, b)
        | ExprKind::StartsWith(a, b)
        | ExprKind::EndsWith(a, b)
        | ExprKind::Like(a, b)
        | ExprKind::Unless(a, b)
        | ExprKind::Else(a, b) => any(a, visit) || any(b, visit),
        ExprKind::If(a, b, c) => any(a, visit) || any(b, visit) || any(c, visit),
        ExprKind::Closure(closure) => any(&closure.base, visit),
        ExprKind::CountPhrase(phrase) => any_of_phrase(phrase, visit),
        ExprKind::Quantified(quantified) => {
            any_of_quantifier(&quantified.quantifier, visit)
                || any_of_phrase(&quantified.phrase, visit)
                || quantified.body.as_ref().is_some_and(|body| any(body, visit))
        }
        ExprKind::Can(can) => any(&can.subject, visit) || can.on.as_ref().is_some_and(|on| any_of_phrase(on, visit)),
    }
}

fn any_of_quantifier<'p>(quantifier: &'p Quantifier, visit: &mut dyn FnMut(&'p Expr) -> bool) -> bool {
    match quantifier {
        Quantifier::Every | Quantifier::No | Quantifier::Some => false,
        Quantifier::AtLeast(number) | Quantifier::AtMost(number) | Quantifier::Exactly(number) => any(number, visit),
    }
}

fn any_of_phrase<'p>(phrase: &'p Phrase, visit: &mut dyn FnMut(&'p Expr) -> bool) -> bool {
    phrase.bindings.iter().any(|binding| {
        let domain = matches!(&binding.domain, Domain::In(path) if any(path, visit));
        domain || binding.adjectives.iter().any(|adjective| any(adjective, visit))
    }) || phrase.filters.iter().any(|filter| match filter {
        Filter::Where(condition) => any(condition, visit),
        Filter::Timing(timing) => any(&timing.event, visit) || any_of_timing(&timing.kind, visit),
    }) || phrase.cadence.as_ref().is_some_and(|cadence| any_of_cadence(cadence, visit))
}

pub(crate) fn any_of_timing<'p>(kind: &'p TimingKind, visit: &mut dyn FnMut(&'p Expr) -> bool) -> bool {
    match kind {
        TimingKind::Before(time) | TimingKind::After(time) | TimingKind::WithinLast(time) => any(time, visit),
        TimingKind::WithinBefore(length, time)
        | TimingKind::WithinAfter(length, time)
        | TimingKind::WithinOf(length, time) => any(length, visit) || any(time, visit),
        TimingKind::During(period) => any_of_period(period, visit),
    }
}

fn any_of_period<'p>(period: &'p Period, visit: &mut dyn FnMut(&'p Expr) -> bool) -> bool {
    match period {
        Period::Given => false,
        Period::Range(start, end) => any(start, visit) || any(end, visit),
    }
}

fn any_of_cadence<'p>(cadence: &'p Cadence, visit: &mut dyn FnMut(&'p Expr) -> bool) -> bool {
    let kind = match &cadence.kind {
        CadenceKind::AtLeastEvery(length) => any(length, visit),
        CadenceKind::InEach(_) => false,
    };
    kind || any(&cadence.event, visit) || any_of_period(&cadence.period, visit)
}

/// Whether an expression looks at a slot.
pub(crate) fn mentions(expr: &Expr, slot: Slot) -> bool {
    any(expr, &mut |part| matches!(part.kind, ExprKind::Variable(of) if of == slot))
}

/// Whether a timing filter looks at a slot, besides the event itself.
pub(crate) fn timing_mentions(kind: &TimingKind, slot: Slot) -> bool {
    any_of_timing(kind, &mut |part| matches!(part.kind, ExprKind::Variable(of) if of == slot))
}
