//! Walking over expressions and phrases: one place that knows what an expression is made of.

use crate::ir::{
    AdjectiveRef, Control, Domain, Expr, ExprKind, Filter, Period, Phrase, Program, Quantifier, RelationBody, Step,
    TimingKind,
};

/// What a walk meets.
pub enum Node<'p> {
    /// An expression; those in it come after it.
    Expr(&'p Expr),
    /// Where the members of a phrase come from.
    Domain(&'p Domain),
}

/// A definition that an expression may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Definition {
    Adjective(u32),
    Relation(u32),
}

/// The definition that a node uses directly.
pub(crate) fn uses(node: &Node<'_>) -> Option<Definition> {
    let Node::Expr(expr) = node else { return None };
    match &expr.kind {
        ExprKind::Relation(_, relation) => Some(Definition::Relation(relation.0)),
        ExprKind::Is(_, AdjectiveRef::Defined(adjective)) => Some(Definition::Adjective(adjective.0)),
        ExprKind::Closure(closure) => match closure.step {
            Step::Relation(relation) => Some(Definition::Relation(relation.0)),
            Step::Attribute(_) => None,
        },
        _ => None,
    }
}

impl Program {
    /// Walks over the body of a definition.
    pub(crate) fn walk_definition<'p>(&'p self, definition: Definition, visit: &mut dyn FnMut(Node<'p>)) {
        match definition {
            Definition::Adjective(index) => {
                if let Some(adjective) = self.adjectives.get(index as usize) {
                    expression(&adjective.condition, visit);
                }
            }
            Definition::Relation(index) => match self.relations.get(index as usize).map(|relation| &relation.body) {
                Some(RelationBody::Phrase(members)) => phrase(members, visit),
                Some(RelationBody::Path(path)) => expression(path, visit),
                None => {}
            },
        }
    }

    /// Walks over everything that a control says itself.
    pub(crate) fn walk_control<'p>(&self, control: &'p Control, visit: &mut dyn FnMut(Node<'p>)) {
        if let Some((condition, _)) = &control.applies_when {
            expression(condition, visit);
        }
        for sentence in &control.sentences {
            quantifier(&sentence.quantifier, visit);
            phrase(&sentence.phrase, visit);
            for expr in sentence.body.iter().chain(&sentence.otherwise) {
                expression(expr, visit);
            }
        }
    }
}

/// Calls `visit` for an expression and everything in it.
pub fn expression<'p>(expr: &'p Expr, visit: &mut dyn FnMut(Node<'p>)) {
    visit(Node::Expr(expr));
    match &expr.kind {
        ExprKind::Literal(_)
        | ExprKind::Param(_)
        | ExprKind::AsOf
        | ExprKind::PeriodStart
        | ExprKind::PeriodEnd
        | ExprKind::Variable(_) => {}
        ExprKind::List(items)
        | ExprKind::Template(items)
        | ExprKind::Call(_, items)
        | ExprKind::And(items)
        | ExprKind::Or(items) => items.iter().for_each(|item| expression(item, visit)),
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
        | ExprKind::Is(inner, _) => expression(inner, visit),
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
        | ExprKind::Else(a, b) => {
            expression(a, visit);
            expression(b, visit);
        }
        ExprKind::If(a, b, c) => {
            for part in [a, b, c] {
                expression(part, visit);
            }
        }
        ExprKind::Closure(closure) => expression(&closure.base, visit),
        ExprKind::CountPhrase(members) => phrase(members, visit),
        ExprKind::Quantified(quantified) => {
            quantifier(&quantified.quantifier, visit);
            phrase(&quantified.phrase, visit);
            if let Some(body) = &quantified.body {
                expression(body, visit);
            }
        }
        ExprKind::Can(can) => {
            expression(&can.subject, visit);
            if let Some(on) = &can.on {
                phrase(on, visit);
            }
        }
    }
}

/// Calls `visit` for everything in a quantifier.
pub fn quantifier<'p>(quantifier: &'p Quantifier, visit: &mut dyn FnMut(Node<'p>)) {
    match quantifier {
        Quantifier::Every | Quantifier::No | Quantifier::Some => {}
        Quantifier::AtLeast(count) | Quantifier::AtMost(count) | Quantifier::Exactly(count) => expression(count, visit),
    }
}

/// Calls `visit` for everything in a phrase.
pub fn phrase<'p>(phrase: &'p Phrase, visit: &mut dyn FnMut(Node<'p>)) {
    for binding in &phrase.bindings {
        visit(Node::Domain(&binding.domain));
        if let Domain::In(values) = &binding.domain {
            expression(values, visit);
        }
        binding.adjectives.iter().for_each(|adjective| expression(adjective, visit));
    }
    for filter in &phrase.filters {
        match filter {
            Filter::Where(condition) => expression(condition, visit),
            Filter::Timing(timing) => {
                expression(&timing.event, visit);
                timing_kind(&timing.kind, visit);
            }
        }
    }
    if let Some(cadence) = &phrase.cadence {
        expression(&cadence.event, visit);
        if let crate::ir::CadenceKind::AtLeastEvery(duration) = &cadence.kind {
            expression(duration, visit);
        }
        period(&cadence.period, visit);
    }
}

/// Calls `visit` for everything that a timing filter compares the event with.
pub fn timing_kind<'p>(kind: &'p TimingKind, visit: &mut dyn FnMut(Node<'p>)) {
    match kind {
        TimingKind::Before(a) | TimingKind::After(a) | TimingKind::WithinLast(a) => expression(a, visit),
        TimingKind::WithinBefore(a, b) | TimingKind::WithinAfter(a, b) | TimingKind::WithinOf(a, b) => {
            expression(a, visit);
            expression(b, visit);
        }
        TimingKind::During(given) => period(given, visit),
    }
}

fn period<'p>(period: &'p Period, visit: &mut dyn FnMut(Node<'p>)) {
    if let Period::Range(start, end) = period {
        expression(start, visit);
        expression(end, visit);
    }
}
