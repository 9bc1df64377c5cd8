//! The one line of a finding.

use tickmark_program::{AdjectiveRef, Expr, ExprKind, Quantifier};
use tickmark_results::{Evidence, EvidenceKind, Verdict};

use super::words::{MAY_COME, NOT_DUE};
use super::{Explainer, clean, negated_word, words};
use crate::reference::frame::Frame;
use crate::reference::phrase::{Flow, Found};
use crate::reference::quantify::{Claim, Tally};
use crate::reference::truth::Truth;
use crate::reference::value::{Data, Value};

/// `model fraud@7 has no memorization test`
pub(super) fn of_subject(noun: &str, id: &str, headline: &str) -> String {
    let id = clean(id, 200);
    let subject = if noun.is_empty() { format!("\"{id}\"") } else { format!("{noun} {id}") };
    let verb = ["has ", "is ", "cannot "].iter().any(|verb| headline.starts_with(verb));
    if verb { format!("{subject} {headline}") } else { format!("{subject}: {headline}") }
}

/// What left it open, from the first line that says what lacks.
pub(super) fn undecided(verdict: Verdict, because: &[Evidence]) -> String {
    if verdict == Verdict::Pending {
        return match first(because, |line| line.text.starts_with(MAY_COME) || line.text.ends_with(NOT_DUE)) {
            Some(reason) => format!("is not due yet: {}", reason.trim_end_matches(NOT_DUE).trim_end_matches(';')),
            None => "is not due yet".to_owned(),
        };
    }
    match first(because, |line| line.kind == EvidenceKind::Missing).or(because.first().map(|line| line.text.as_str())) {
        Some(reason) => format!("cannot be decided: {reason}"),
        None => "cannot be decided".to_owned(),
    }
}

fn first(lines: &[Evidence], wanted: fn(&Evidence) -> bool) -> Option<&str> {
    lines.iter().find_map(|line| if wanted(line) { Some(line.text.as_str()) } else { first(&line.children, wanted) })
}

impl<'a> Explainer<'_, 'a> {
    /// What is wrong with the subject: why `expr` is false of it, or, where it must not hold, that it does.
    pub(super) fn headline(&mut self, expr: &'a Expr, negative: bool, frame: &mut Frame<'a>) -> String {
        match &expr.kind {
            ExprKind::And(clauses) if !negative => {
                match clauses.iter().find(|clause| self.evaluator.truth(clause, frame) == Truth::False) {
                    Some(clause) => self.headline(clause, false, frame),
                    None => self.plain(expr, negative, frame),
                }
            }
            ExprKind::Or(clauses) if negative => {
                match clauses.iter().find(|clause| self.evaluator.truth(clause, frame) == Truth::True) {
                    Some(clause) => self.headline(clause, true, frame),
                    None => self.plain(expr, negative, frame),
                }
            }
            ExprKind::Not(inner) if negated_word(expr, inner) => self.plain(expr, negative, frame),
            ExprKind::Not(inner) => self.headline(inner, !negative, frame),
            ExprKind::Is(_, adjective) => self.headline_is(adjective, negative),
            ExprKind::Exists(inner) | ExprKind::HasOpen(inner) => self.headline_has(inner, negative),
            ExprKind::IsMissing(inner) => self.headline_has(inner, !negative),
            ExprKind::Quantified(quantified) => self.headline_claim(&Claim::of(quantified), expr, negative, frame),
            _ => self.plain(expr, negative, frame),
        }
    }

    fn headline_is(&mut self, adjective: &AdjectiveRef, negative: bool) -> String {
        let program = self.evaluator.program;
        let word = match adjective {
            AdjectiveRef::Defined(id) => {
                program.adjectives.get(id.0 as usize).map_or("?", |adjective| adjective.name.as_str())
            }
            AdjectiveRef::Bool(noun, attribute) => self.evaluator.attribute_name(*noun, *attribute).unwrap_or("?"),
            AdjectiveRef::Value(_, _, word) => word.as_str(),
        };
        if negative { format!("is {word}") } else { format!("is not {word}") }
    }

    fn headline_has(&mut self, inner: &'a Expr, negative: bool) -> String {
        let words = self.snippet(inner.span);
        if negative { format!("has {words}") } else { format!("has no {words}") }
    }

    fn headline_claim(&mut self, claim: &Claim<'a>, expr: &'a Expr, negative: bool, frame: &mut Frame<'a>) -> String {
        let phrase = words::phrase(self.evaluator, claim.phrase);
        if claim.phrase.cadence.is_some() {
            return self.plain(expr, negative, frame);
        }
        let tally = self.evaluator.tally(claim, frame);
        let considered = match (tally.considered, claim.body) {
            (0, _) => String::new(),
            (count, _) => format!(" ({count} considered)"),
        };
        match (claim.quantifier, negative) {
            (Quantifier::Some, false) if claim.has => format!("has no {phrase}{considered}"),
            (Quantifier::Some, true) | (Quantifier::No, false) => {
                let which = self.first(claim, Truth::True, frame).map(|name| format!(": {name}")).unwrap_or_default();
                match (claim.has, claim.body) {
                    (true, _) => format!("has {phrase}{which}"),
                    (false, None) => format!("there is `{phrase}`{which}"),
                    (false, Some(_)) => {
                        let outcome = if negative { "is true" } else { "is false" };
                        let which = which.trim_start_matches(": ");
                        let of = if which.is_empty() { String::new() } else { format!(", because of {which}") };
                        format!("`{}` {outcome}{of}", self.snippet(expr.span))
                    }
                }
            }
            (Quantifier::Every, false) => {
                let which =
                    self.first(claim, Truth::False, frame).map(|name| format!(" of {name}")).unwrap_or_default();
                format!("`{}` is false{which}", self.snippet(expr.span))
            }
            (Quantifier::AtLeast(number), false) if claim.has => {
                format!("has {} {phrase}, not at least {}", self.count(tally), self.number(number, frame))
            }
            (Quantifier::AtMost(number), false) if claim.has => {
                format!("has {} {phrase}, not at most {}", self.count(tally), self.number(number, frame))
            }
            (Quantifier::Exactly(number), false) if claim.has => {
                format!("has {} {phrase}, not exactly {}", self.count(tally), self.number(number, frame))
            }
            _ => self.plain(expr, negative, frame),
        }
    }

    fn count(&mut self, tally: Tally) -> String {
        self.evaluator.print_short(&Value::of(Data::Number(tally.range())), 1)
    }

    fn number(&mut self, number: &'a Expr, frame: &mut Frame<'a>) -> String {
        let number = self.evaluator.value(number, frame);
        self.evaluator.print_short(&number, 1)
    }

    /// The name of the first member with this truth.
    fn first(&mut self, claim: &Claim<'a>, wanted: Truth, frame: &mut Frame<'a>) -> Option<String> {
        let every = matches!(claim.quantifier, Quantifier::Every);
        let slot = claim.phrase.bindings.last()?.slot;
        let mut value = None;
        self.evaluator.members(claim.phrase, frame, &mut |evaluator, frame, found| {
            let Found::Member(member) = found else { return Flow::Continue };
            let truth =
                if every { evaluator.holds_of(claim, member, frame) } else { evaluator.counts(claim, member, frame) };
            if truth == wanted {
                value = frame.get(slot).cloned();
                return Flow::Stop;
            }
            Flow::Continue
        });
        value.map(|value| self.called(&value).0)
    }

    /// `` `stage == "production"` is false (`stage` of b is "staging") ``
    fn plain(&mut self, expr: &'a Expr, negative: bool, frame: &mut Frame<'a>) -> String {
        let mut lines = Vec::new();
        match &expr.kind {
            ExprKind::Quantified(_) | ExprKind::And(_) | ExprKind::Or(_) => {}
            // Only the branch that was taken.
            ExprKind::If(..) => lines = self.why(expr, frame),
            ExprKind::Not(inner) => self.reads_of_parts(inner, frame, &mut lines),
            _ => self.reads_of_parts(expr, frame, &mut lines),
        }
        let values: Vec<&str> = lines.iter().take(3).map(|line| line.text.as_str()).collect();
        let values = if values.is_empty() { String::new() } else { format!(" ({})", values.join("; ")) };
        let outcome = if negative { "is true" } else { "is false" };
        format!("`{}` {outcome}{values}", self.snippet(expr.span))
    }
}
