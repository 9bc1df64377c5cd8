//! Planted faults: changes to a resolved program that stand for a wrong evaluator. The generator is good enough only if
//! each of them shows as a difference; that is how the proof itself is tested.

use tickmark_program::{
    AdjectiveRef, ArithmeticOp, CadenceKind, CompareOp, Domain, Expr, ExprKind, Filter, Function, Literal, Phrase,
    Program, Quantifier, RelationBody, Type,
};

/// A fault.
#[derive(Clone, Copy)]
pub struct Mutant {
    /// What it gets wrong.
    pub name: &'static str,
    expr: fn(&mut Expr),
    phrase: fn(&mut Phrase),
}

fn no_expr(_: &mut Expr) {}
fn no_phrase(_: &mut Phrase) {}

const fn of_expr(name: &'static str, expr: fn(&mut Expr)) -> Mutant {
    Mutant { name, expr, phrase: no_phrase }
}

const fn of_phrase(name: &'static str, phrase: fn(&mut Phrase)) -> Mutant {
    Mutant { name, expr: no_expr, phrase }
}

/// All faults.
pub const MUTANTS: [Mutant; 36] = [
    of_expr("`<` is `<=`", |expr| compare_as(expr, CompareOp::Lt, CompareOp::Le)),
    of_expr("`>=` is `>`", |expr| compare_as(expr, CompareOp::Ge, CompareOp::Gt)),
    of_expr("`!=` is `==`", |expr| compare_as(expr, CompareOp::Ne, CompareOp::Eq)),
    of_expr("a missing value makes a comparison false", missing_is_false),
    of_expr("`*` leaves out the start", |expr| {
        if let ExprKind::Closure(closure) = &mut expr.kind {
            closure.reflexive = false
        }
    }),
    of_expr("`+` takes in the start", |expr| {
        if let ExprKind::Closure(closure) = &mut expr.kind {
            closure.reflexive = true
        }
    }),
    of_expr("a closure makes one step", one_step),
    of_expr("`and` forgets its last part", |expr| {
        if let ExprKind::And(parts) = &mut expr.kind
            && parts.len() > 1
        {
            parts.pop();
        }
    }),
    of_expr("`or` forgets its last part", |expr| {
        if let ExprKind::Or(parts) = &mut expr.kind
            && parts.len() > 1
        {
            parts.pop();
        }
    }),
    of_expr("`unless` is the rule alone", unless_is_rule),
    of_expr("`else` supplies nothing", else_is_value),
    of_expr("`if` takes the other branch", |expr| {
        if let ExprKind::If(_, then, otherwise) = &mut expr.kind {
            std::mem::swap(then, otherwise)
        }
    }),
    of_expr("`exists` is true", |expr| {
        if let ExprKind::Exists(_) = expr.kind {
            expr.kind = boolean(true)
        }
    }),
    of_expr("`is missing` is false", |expr| {
        if let ExprKind::IsMissing(_) = expr.kind {
            expr.kind = boolean(false)
        }
    }),
    of_expr("`starts with` is `ends with`", starts_is_ends),
    of_expr("`like` is `contains`", like_is_contains),
    of_expr("`in` is false", |expr| {
        if let ExprKind::In(..) = expr.kind {
            expr.kind = boolean(false)
        }
    }),
    of_expr("a network is never met", |expr| {
        if let ExprKind::InNetwork(..) = expr.kind {
            expr.kind = boolean(false)
        }
    }),
    of_expr("`lower` is `upper`", |expr| call_as(expr, Function::Lower, Function::Upper)),
    of_expr("`min` is `max`", |expr| call_as(expr, Function::Min, Function::Max)),
    of_expr("`sum` is `max`", |expr| call_as(expr, Function::Sum, Function::Max)),
    of_expr("`-` is `+`", subtract_is_add),
    of_expr("`at least N` is `at least N + 1`", |expr| quantified_as(expr, more)),
    of_expr("`at most` is `exactly`", |expr| quantified_as(expr, at_most_is_exactly)),
    of_expr("`no` is `every`", |expr| {
        quantified_as(expr, |quantifier| {
            if matches!(quantifier, Quantifier::No) {
                *quantifier = Quantifier::Every
            }
        })
    }),
    of_expr("`has` of an open noun is true of bools", |expr| {
        if let ExprKind::HasOpen(inner) = &expr.kind {
            expr.kind = ExprKind::Exists(inner.clone())
        }
    }),
    of_expr("a bool adjective is its opposite", bool_adjective_is_not),
    of_phrase("adjectives are overlooked", |phrase| {
        phrase.bindings.iter_mut().for_each(|binding| binding.adjectives.clear())
    }),
    of_phrase("`where` is overlooked", |phrase| phrase.filters.retain(|filter| !matches!(filter, Filter::Where(_)))),
    of_phrase("timing is overlooked", |phrase| phrase.filters.retain(|filter| !matches!(filter, Filter::Timing(_)))),
    of_phrase("`within … after` has no end", endless),
    of_phrase("`within … before` takes in the moment", before_takes_in),
    of_phrase("a cadence is overlooked", |phrase| phrase.cadence = None),
    of_phrase("`in each` is by the year", |phrase| {
        if let Some(cadence) = &mut phrase.cadence
            && let CadenceKind::InEach(unit) = &mut cadence.kind
        {
            *unit = tickmark_facts::CalendarUnit::Year;
        }
    }),
    of_phrase("a path is all of the noun", path_is_all),
    of_phrase("the outer subject is overlooked", |phrase| {
        if phrase.bindings.len() > 1
            && let Some(head) = phrase.bindings.last_mut()
            && let Type::Record(noun) = head.ty
        {
            head.domain = Domain::All(noun);
        }
    }),
];

impl Mutant {
    /// The program with the fault.
    #[must_use]
    pub fn plant(&self, program: &Program) -> Program {
        let mut program = program.clone();
        for adjective in &mut program.adjectives {
            self.expr(&mut adjective.condition);
        }
        for relation in &mut program.relations {
            match &mut relation.body {
                RelationBody::Phrase(phrase) => self.phrase(phrase),
                RelationBody::Path(path) => self.expr(path),
            }
        }
        for map in &mut program.maps {
            self.phrase(&mut map.from);
            map.assignments.iter_mut().for_each(|(_, value)| self.expr(value));
        }
        for control in &mut program.controls {
            control.applies_when.iter_mut().for_each(|(condition, _)| self.expr(condition));
            for sentence in &mut control.sentences {
                self.phrase(&mut sentence.phrase);
                sentence.body.iter_mut().for_each(|body| self.expr(body));
            }
        }
        program
    }

    fn expr(&self, expr: &mut Expr) {
        children(expr, &mut |inner| self.expr(inner), &mut |phrase| self.phrase(phrase));
        (self.expr)(expr);
    }

    fn phrase(&self, phrase: &mut Phrase) {
        for binding in &mut phrase.bindings {
            if let Domain::In(values) = &mut binding.domain {
                self.expr(values);
            }
            binding.adjectives.iter_mut().for_each(|adjective| self.expr(adjective));
        }
        for filter in &mut phrase.filters {
            if let Filter::Where(condition) = filter {
                self.expr(condition);
            }
        }
        (self.phrase)(phrase);
    }
}

/// Calls for everything directly in an expression.
fn children(expr: &mut Expr, on: &mut dyn FnMut(&mut Expr), on_phrase: &mut dyn FnMut(&mut Phrase)) {
    match &mut expr.kind {
        ExprKind::List(items)
        | ExprKind::Template(items)
        | ExprKind::Call(_, items)
        | ExprKind::And(items)
        | ExprKind::Or(items) => items.iter_mut().for_each(on),
        ExprKind::Attribute(a, ..)
        | ExprKind::Relation(a, _)
        | ExprKind::Parent(a, _)
        | ExprKind::Member(a, _)
        | ExprKind::Negate(a)
        | ExprKind::Matches(a, _)
        | ExprKind::Not(a)
        | ExprKind::Exists(a)
        | ExprKind::HasOpen(a)
        | ExprKind::IsMissing(a)
        | ExprKind::Is(a, _) => on(a),
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
        | ExprKind::Else(a, b) => [a, b].into_iter().for_each(|part| on(part)),
        ExprKind::If(a, b, c) => [a, b, c].into_iter().for_each(|part| on(part)),
        ExprKind::Closure(closure) => on(&mut closure.base),
        ExprKind::CountPhrase(phrase) => on_phrase(phrase),
        ExprKind::Quantified(quantified) => {
            on_phrase(&mut quantified.phrase);
            quantified.body.iter_mut().for_each(on);
        }
        _ => {}
    }
}

fn boolean(value: bool) -> ExprKind {
    ExprKind::Literal(Literal::Bool(value))
}

fn compare_as(expr: &mut Expr, from: CompareOp, to: CompareOp) {
    if let ExprKind::Compare(op, ..) = &mut expr.kind
        && *op == from
    {
        *op = to;
    }
}

fn call_as(expr: &mut Expr, from: Function, to: Function) {
    if let ExprKind::Call(function, _) = &mut expr.kind
        && *function == from
    {
        *function = to;
    }
}

fn missing_is_false(expr: &mut Expr) {
    if let ExprKind::Compare(_, left, _) = &expr.kind {
        let exists = Expr { kind: ExprKind::Exists(left.clone()), ty: Type::Bool, span: expr.span };
        expr.kind = ExprKind::And(vec![exists, expr.clone()]);
    }
}

fn one_step(expr: &mut Expr) {
    if let ExprKind::Closure(closure) = &expr.kind
        && let tickmark_program::Step::Attribute(attribute) = closure.step
    {
        expr.kind = ExprKind::Attribute(Box::new(closure.base.clone()), closure.noun, attribute);
    }
}

fn unless_is_rule(expr: &mut Expr) {
    if let ExprKind::Unless(rule, _) = &mut expr.kind {
        *expr = (**rule).clone();
    }
}

fn else_is_value(expr: &mut Expr) {
    if let ExprKind::Else(value, _) = &mut expr.kind {
        *expr = (**value).clone();
    }
}

fn starts_is_ends(expr: &mut Expr) {
    if let ExprKind::StartsWith(text, part) = &expr.kind {
        expr.kind = ExprKind::EndsWith(text.clone(), part.clone());
    }
}

fn like_is_contains(expr: &mut Expr) {
    if let ExprKind::Like(text, part) = &expr.kind {
        expr.kind = ExprKind::TextContains(text.clone(), part.clone());
    }
}

fn subtract_is_add(expr: &mut Expr) {
    if let ExprKind::Arithmetic(op @ ArithmeticOp::Sub, _, right) = &mut expr.kind
        && right.ty != Type::Time
    {
        *op = ArithmeticOp::Add;
    }
}

fn quantified_as(expr: &mut Expr, change: fn(&mut Quantifier)) {
    if let ExprKind::Quantified(quantified) = &mut expr.kind {
        change(&mut quantified.quantifier);
    }
}

fn more(quantifier: &mut Quantifier) {
    if let Quantifier::AtLeast(amount) = quantifier {
        let one = Expr { kind: ExprKind::Literal(Literal::Number(1.0)), ty: Type::Number, span: amount.span };
        amount.kind = ExprKind::Arithmetic(ArithmeticOp::Add, Box::new(amount.clone()), Box::new(one));
    }
}

fn at_most_is_exactly(quantifier: &mut Quantifier) {
    if let Quantifier::AtMost(amount) = quantifier {
        *quantifier = Quantifier::Exactly(amount.clone());
    }
}

fn bool_adjective_is_not(expr: &mut Expr) {
    if let ExprKind::Is(_, AdjectiveRef::Bool(..)) = &expr.kind {
        expr.kind = ExprKind::Not(Box::new(expr.clone()));
    }
}

fn endless(phrase: &mut Phrase) {
    use tickmark_program::TimingKind;
    for filter in &mut phrase.filters {
        if let Filter::Timing(timing) = filter
            && let TimingKind::WithinAfter(_, anchor) = &timing.kind
        {
            timing.kind = TimingKind::After(anchor.clone());
        }
    }
}

fn before_takes_in(phrase: &mut Phrase) {
    use tickmark_program::TimingKind;
    for filter in &mut phrase.filters {
        if let Filter::Timing(timing) = filter
            && let TimingKind::WithinBefore(duration, anchor) = &timing.kind
        {
            timing.kind = TimingKind::WithinOf(duration.clone(), anchor.clone());
        }
    }
}

fn path_is_all(phrase: &mut Phrase) {
    for binding in &mut phrase.bindings {
        if let (Domain::In(_), Type::Record(noun)) = (&binding.domain, &binding.ty) {
            binding.domain = Domain::All(*noun);
        }
    }
}
