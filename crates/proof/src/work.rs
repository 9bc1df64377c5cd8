//! An estimate of the work that a case is, so that no random case runs for minutes: nested sentences over all records of
//! three nouns are a million times the work of a comparison.

use tickmark_facts::{Facts, NounId};
use tickmark_program::{
    AdjectiveRef, CadenceKind, Domain, Expr, ExprKind, Filter, Period, Phrase, Program, Quantifier, RelationBody, Step,
    TimingKind, Type,
};

/// How many steps a case may take by the estimate. The reference evaluator takes some millions a second.
pub(crate) const MOST: f64 = 150_000.0;

/// What a list or relation of one record is taken to hold.
const USUAL: f64 = 2.0;

/// The estimate for one program over one set of facts.
pub(crate) struct Work<'p> {
    program: &'p Program,
    rows: Vec<f64>,
    adjectives: Vec<Option<f64>>,
    relations: Vec<Option<(f64, f64)>>,
}

impl<'p> Work<'p> {
    /// Prepares an estimate.
    #[must_use]
    pub(crate) fn new(program: &'p Program, facts: &Facts) -> Work<'p> {
        let meta = program.meta;
        let about = [meta.source, meta.control, meta.verdict, meta.exception, meta.criterion];
        // What is said of the checking itself is not there yet.
        let least = |noun: NounId| if about.contains(&Some(noun)) { 40.0 } else { 1.0 };
        let rows = program.needs.iter().map(|(noun, _)| f64::from(facts.rows(noun)).max(least(noun))).collect();
        let mut work = Work {
            program,
            rows,
            adjectives: vec![None; program.adjectives.len()],
            relations: vec![None; program.relations.len()],
        };
        for map in &program.maps {
            let (members, _) = work.phrase(&map.from);
            if let Some(rows) = work.rows.get_mut(map.to.0 as usize) {
                *rows += members;
            }
        }
        work
    }

    /// Steps, roughly.
    #[must_use]
    pub(crate) fn total(&mut self) -> f64 {
        let program = self.program;
        let mut total = 0.0;
        for map in &program.maps {
            let (members, cost) = self.phrase(&map.from);
            total += cost + members * map.assignments.iter().map(|(_, value)| self.expr(value)).sum::<f64>();
        }
        for control in &program.controls {
            total += control.applies_when.iter().map(|(condition, _)| self.expr(condition)).sum::<f64>();
            for sentence in &control.sentences {
                let (members, cost) = self.phrase(&sentence.phrase);
                let said: f64 = sentence.body.iter().chain(&sentence.otherwise).map(|expr| self.expr(expr)).sum();
                // Explanations go over a failed subject again.
                total += 3.0 * (cost + members * (said + self.quantifier(&sentence.quantifier)));
            }
        }
        for exception in &program.exceptions {
            if let tickmark_program::ExceptionSubject::Phrase(phrase, _) = &exception.subject {
                total += self.phrase(phrase).1;
            }
        }
        total + program.query.iter().map(|(phrase, _)| self.phrase(phrase).1).sum::<f64>()
    }

    fn rows(&self, noun: NounId) -> f64 {
        self.rows.get(noun.0 as usize).copied().unwrap_or(1.0)
    }

    fn quantifier(&mut self, quantifier: &Quantifier) -> f64 {
        match quantifier {
            Quantifier::Every | Quantifier::No | Quantifier::Some => 0.0,
            Quantifier::AtLeast(amount) | Quantifier::AtMost(amount) | Quantifier::Exactly(amount) => self.expr(amount),
        }
    }

    /// How many members, and what it takes to find them.
    fn phrase(&mut self, phrase: &Phrase) -> (f64, f64) {
        let (mut members, mut cost) = (1.0, 0.0);
        for binding in &phrase.bindings {
            let (count, each) = match &binding.domain {
                Domain::All(noun) => (self.rows(*noun), 1.0),
                Domain::In(values) => (self.members(values), self.expr(values)),
            };
            cost += members * each;
            members *= count;
            cost += members * (1.0 + binding.adjectives.iter().map(|adjective| self.expr(adjective)).sum::<f64>());
        }
        for filter in &phrase.filters {
            cost += members
                * match filter {
                    Filter::Where(condition) => self.expr(condition),
                    Filter::Timing(timing) => self.expr(&timing.event) + self.timing(&timing.kind),
                };
        }
        if let Some(cadence) = &phrase.cadence {
            let every = match &cadence.kind {
                CadenceKind::AtLeastEvery(duration) => self.expr(duration),
                CadenceKind::InEach(_) => 100.0,
            };
            cost += members * self.expr(&cadence.event) + every + self.period(&cadence.period);
        }
        (members, cost)
    }

    fn timing(&mut self, kind: &TimingKind) -> f64 {
        match kind {
            TimingKind::Before(a) | TimingKind::After(a) | TimingKind::WithinLast(a) => self.expr(a),
            TimingKind::WithinBefore(a, b) | TimingKind::WithinAfter(a, b) | TimingKind::WithinOf(a, b) => {
                self.expr(a) + self.expr(b)
            }
            TimingKind::During(period) => self.period(period),
        }
    }

    fn period(&mut self, period: &Period) -> f64 {
        match period {
            Period::Given => 0.0,
            Period::Range(start, end) => self.expr(start) + self.expr(end),
        }
    }

    /// How many values an expression gives.
    fn members(&mut self, expr: &Expr) -> f64 {
        match &expr.kind {
            ExprKind::Attribute(base, ..) | ExprKind::Index(base, _) => {
                let each = if matches!(expr.ty, Type::Record(_)) { 1.0 } else { USUAL };
                self.members(base) * each
            }
            ExprKind::Relation(base, relation) => {
                let (members, _) = self.relation(relation.0 as usize);
                self.members(base) * members
            }
            ExprKind::Closure(closure) => self.rows(closure.noun),
            ExprKind::Else(a, b) => self.members(a).max(self.members(b)),
            ExprKind::List(items) => items.len() as f64,
            ExprKind::Call(..) | ExprKind::Param(_) => USUAL,
            _ => 1.0,
        }
    }

    fn adjective(&mut self, index: usize) -> f64 {
        if let Some(Some(known)) = self.adjectives.get(index) {
            return *known;
        }
        let program = self.program;
        let cost = program.adjectives.get(index).map_or(1.0, |adjective| self.expr(&adjective.condition));
        if let Some(known) = self.adjectives.get_mut(index) {
            *known = Some(cost);
        }
        cost
    }

    /// How many members a relation has, and what it takes to find them.
    fn relation(&mut self, index: usize) -> (f64, f64) {
        if let Some(Some(known)) = self.relations.get(index) {
            return *known;
        }
        let program = self.program;
        let found = match program.relations.get(index).map(|relation| &relation.body) {
            Some(RelationBody::Phrase(phrase)) => self.phrase(phrase),
            Some(RelationBody::Path(path)) => (self.members(path), self.expr(path)),
            None => (1.0, 1.0),
        };
        if let Some(known) = self.relations.get_mut(index) {
            *known = Some(found);
        }
        found
    }

    fn expr(&mut self, expr: &Expr) -> f64 {
        let mut cost = 1.0;
        match &expr.kind {
            ExprKind::Quantified(quantified) => {
                let (members, found) = self.phrase(&quantified.phrase);
                let said: f64 = quantified.body.iter().map(|body| self.expr(body)).sum();
                cost += found + members * said + self.quantifier(&quantified.quantifier);
            }
            ExprKind::CountPhrase(phrase) => cost += self.phrase(phrase).1,
            ExprKind::Relation(base, relation) => {
                let (_, each) = self.relation(relation.0 as usize);
                cost += self.expr(base) + self.members(base) * each;
            }
            ExprKind::Closure(closure) => {
                let each = match closure.step {
                    Step::Attribute(_) => USUAL,
                    Step::Relation(relation) => self.relation(relation.0 as usize).1,
                };
                cost += self.expr(&closure.base) + self.rows(closure.noun) * each;
            }
            ExprKind::Is(subject, AdjectiveRef::Defined(adjective)) => {
                cost += self.expr(subject) + self.adjective(adjective.0 as usize);
            }
            ExprKind::Attribute(base, ..) => cost += self.expr(base) + self.members(base),
            _ => {
                // What is left has parts, and no more work than these and its values.
                let mut parts: Vec<&Expr> = Vec::new();
                parts_of(expr, &mut parts);
                cost += parts.into_iter().map(|part| self.expr(part) + self.members(part)).sum::<f64>();
            }
        }
        cost
    }
}

/// The expressions directly in one that is neither sentence nor path.
fn parts_of<'e>(expr: &'e Expr, parts: &mut Vec<&'e Expr>) {
    match &expr.kind {
        ExprKind::List(items)
        | ExprKind::Template(items)
        | ExprKind::Call(_, items)
        | ExprKind::And(items)
        | ExprKind::Or(items) => parts.extend(items),
        ExprKind::Parent(a, _)
        | ExprKind::Member(a, _)
        | ExprKind::Negate(a)
        | ExprKind::Matches(a, _)
        | ExprKind::Not(a)
        | ExprKind::Exists(a)
        | ExprKind::HasOpen(a)
        | ExprKind::IsMissing(a)
        | ExprKind::Is(a, _) => parts.push(a),
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
        | ExprKind::Else(a, b) => parts.extend([&**a, &**b]),
        ExprKind::If(a, b, c) => parts.extend([&**a, &**b, &**c]),
        _ => {}
    }
}
