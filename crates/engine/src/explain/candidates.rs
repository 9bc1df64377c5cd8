//! Sentences inside an explanation: every candidate that was considered, and why it did or did not count.

use std::collections::BTreeSet;

use tickmark_program::{Cadence, Domain, Expr, ExprKind, Filter, Phrase, Quantifier, RelationBody, Timing, TimingKind};
use tickmark_results::{Evidence, EvidenceKind};
use tickmark_source::{Place, Span};

use super::{Explainer, clean, gap, place, words};
use crate::reference::cadence::{Beat, Hole};
use crate::reference::frame::Frame;
use crate::reference::phrase::{Flow, Found};
use crate::reference::quantify::{Claim, Tally};
use crate::reference::truth::Truth;
use crate::reference::value::{Data, Value};

/// So many candidates are told one by one.
const MOST: usize = 20;

/// Which candidates matter for an outcome.
#[derive(Clone, Copy)]
enum Which {
    /// Those that count.
    Counting,
    /// Those of which it is open whether they count.
    Open,
    /// Those that do not count.
    NotCounting,
    /// All.
    Any,
}

/// What the candidates came to.
#[derive(Default)]
pub(super) struct Survey {
    lines: Vec<Evidence>,
    left_out: usize,
    tally: Tally,
    gaps: Vec<Evidence>,
    seen: BTreeSet<String>,
    /// It is asked of every candidate, not how many there are.
    every: bool,
}

impl<'a> Explainer<'_, 'a> {
    /// Why a sentence has its truth.
    pub(super) fn claim(&mut self, claim: &Claim<'a>, span: Span, frame: &mut Frame<'a>) -> Vec<Evidence> {
        if let Some(cadence) = &claim.phrase.cadence {
            return self.cadence(claim, cadence, frame);
        }
        let truth = self.evaluator.quantified(claim, frame);
        let which = match (claim.quantifier, truth) {
            (_, Truth::Unknown | Truth::Pending) => Which::Open,
            (Quantifier::Some, Truth::True) | (Quantifier::No, Truth::False) => Which::Counting,
            (Quantifier::Some, _) | (Quantifier::No, _) | (Quantifier::Every, Truth::False) => Which::NotCounting,
            (Quantifier::Every, _) => Which::Counting,
            _ => Which::Any,
        };
        let survey = self.survey(claim, which, frame);
        let text = self.claim_words(claim, span, truth, survey.tally);
        let mut children = self.emptiness(claim, &survey, frame);
        children.extend(self.finished(survey, truth.is_open() || matches!(which, Which::Any)));
        vec![self.line(EvidenceKind::Clause, text, Some(span.place()), children)]
    }

    /// The members that a count counted.
    pub(super) fn counted(&mut self, claim: &Claim<'a>, frame: &mut Frame<'a>) -> Vec<Evidence> {
        let survey = self.survey(claim, Which::Any, frame);
        let mut children = self.emptiness(claim, &survey, frame);
        children.extend(self.finished(survey, true));
        children
    }

    fn claim_words(&mut self, claim: &Claim<'a>, span: Span, truth: Truth, tally: Tally) -> String {
        let phrase = words::phrase(self.evaluator, claim.phrase);
        let considered = match tally.considered {
            0 => "none is there".to_owned(),
            1 => "1 considered".to_owned(),
            several => format!("{several} considered"),
        };
        match (claim.quantifier, truth) {
            // There may well be such members: it is what is said of them that fails.
            (Quantifier::Some | Quantifier::No, Truth::False) if claim.body.is_some() => {
                format!("`{}` is false: {considered}", self.snippet(span))
            }
            (Quantifier::Some, Truth::False) => format!("there is no `{phrase}`: {considered}"),
            (Quantifier::Some, Truth::True) if claim.body.is_none() => format!("there is `{phrase}`: {considered}"),
            (Quantifier::No, Truth::False) => format!("there is `{phrase}`"),
            (Quantifier::AtLeast(_) | Quantifier::AtMost(_) | Quantifier::Exactly(_), _) => {
                let count = self.evaluator.print_short(&Value::of(Data::Number(tally.range())), 1);
                format!("`{}` {}: the count is {count} ({considered})", self.snippet(span), words::outcome(truth))
            }
            _ => format!("`{}` {} ({considered})", self.snippet(span), words::outcome(truth)),
        }
    }

    /// Considers every candidate again, and tells those that matter.
    fn survey(&mut self, claim: &Claim<'a>, which: Which, frame: &mut Frame<'a>) -> Survey {
        let every = matches!(claim.quantifier, Quantifier::Every);
        let mut survey = Survey { every, ..Survey::default() };
        let phrase = claim.phrase;
        let mut level = (self.lines, self.level);
        // Candidates that are no members are told, too; what stands in them is evaluated as ever.
        self.evaluator.survey_members(phrase, frame, &mut |evaluator, frame, found| {
            let mut inner = Explainer { evaluator, lines: level.0, level: level.1 };
            match found {
                Found::Gap { gap: more, .. } => {
                    survey.tally.open(more.truth);
                    let line = gap(inner.evaluator, more.truth, &more.value);
                    if survey.seen.insert(line.text.clone()) {
                        survey.gaps.push(line);
                    }
                }
                Found::Excluded { binding, by } => {
                    survey.tally.considered += 1;
                    if !every && matches!(which, Which::NotCounting | Which::Any) {
                        inner.consider(&mut survey, phrase, binding + 1, Truth::False, frame, |this, frame| {
                            this.why(by, frame)
                        });
                    }
                }
                Found::Member(member) => inner.member(&mut survey, claim, which, member, frame),
            }
            level = (inner.lines, inner.level);
            Flow::Continue
        });
        (self.lines, self.level) = level;
        survey
    }

    fn member(&mut self, survey: &mut Survey, claim: &Claim<'a>, which: Which, member: Truth, frame: &mut Frame<'a>) {
        let every = matches!(claim.quantifier, Quantifier::Every);
        if every && member == Truth::False {
            return;
        }
        survey.tally.considered += 1;
        let truth = if every {
            self.evaluator.holds_of(claim, member, frame)
        } else {
            self.evaluator.counts(claim, member, frame)
        };
        survey.tally.add(truth);
        let matters = match which {
            Which::Counting => truth == Truth::True,
            Which::Open => truth.is_open(),
            Which::NotCounting => truth == Truth::False,
            Which::Any => true,
        };
        if !matters {
            return;
        }
        let phrase = claim.phrase;
        self.consider(survey, phrase, phrase.bindings.len(), truth, frame, |this, frame| {
            let mut lines = Vec::new();
            if member != Truth::True || (truth == Truth::True && claim.body.is_none()) {
                lines.extend(this.membership(phrase, frame, |part| match member {
                    Truth::False => part == Truth::False,
                    Truth::True => part == Truth::True,
                    _ => part.is_open(),
                }));
            }
            if let Some(body) = claim.body.filter(|_| member != Truth::False) {
                lines.extend(this.why(body, frame));
            }
            if let Some(cadence) = &phrase.cadence {
                this.reads(&cadence.event, frame, &mut lines);
            }
            lines
        });
    }

    /// One candidate, with why.
    fn consider(
        &mut self,
        survey: &mut Survey,
        phrase: &'a Phrase,
        bound: usize,
        truth: Truth,
        frame: &mut Frame<'a>,
        why: impl FnOnce(&mut Self, &mut Frame<'a>) -> Vec<Evidence>,
    ) {
        if survey.lines.len() >= MOST || self.is_full() {
            survey.left_out += 1;
            return;
        }
        let (name, stands) = self.candidate(phrase, bound, frame);
        let mut children = self.trail(phrase, bound, frame);
        children.extend(why(self, frame));
        let counts = match (survey.every, truth) {
            (false, Truth::True) => "counts",
            (false, Truth::False) => "does not count",
            (false, Truth::Unknown) => "may count",
            (true, Truth::True) => "is as it must be",
            (true, Truth::False) => "is not as it must be",
            (true, Truth::Unknown) => "is not decided",
            (_, Truth::Pending) => "is not due yet",
        };
        let line = self.line(EvidenceKind::Candidate, format!("{name} {counts}"), stands, children);
        survey.lines.push(line);
    }

    /// How a candidate is called, and where it stands.
    fn candidate(&mut self, phrase: &'a Phrase, bound: usize, frame: &Frame<'a>) -> (String, Option<Place>) {
        let mut names = Vec::new();
        let mut stands = None;
        for binding in phrase.bindings.iter().take(bound).rev() {
            let Some(value) = frame.get(binding.slot) else { continue };
            let (name, place) = self.called(value);
            stands = stands.or(place);
            names.push(name);
        }
        (names.join(" of "), stands)
    }

    pub(super) fn called(&mut self, value: &Value<'a>) -> (String, Option<Place>) {
        match value.data {
            Data::Record(noun, row) => {
                let (word, id) = (self.evaluator.word(noun), clean(&self.evaluator.facts.id(noun, row), 120));
                let numbered = id.strip_prefix(word).is_some_and(|rest| rest.starts_with('#'));
                let name = if numbered { id } else { format!("{word} {id}") };
                (name, self.evaluator.facts.place(noun, row))
            }
            _ => (words::value(self.evaluator, value), place(self.evaluator, value.origin)),
        }
    }

    fn finished(&mut self, survey: Survey, with_gaps: bool) -> Vec<Evidence> {
        let mut lines = survey.lines;
        if survey.left_out > 0 {
            lines.push(self.line(EvidenceKind::Note, format!("and {} more", survey.left_out), None, Vec::new()));
        }
        if with_gaps {
            lines.extend(survey.gaps.into_iter().take(MOST));
        }
        lines
    }

    /// Where there was nothing to consider, what is empty.
    fn emptiness(&mut self, claim: &Claim<'a>, survey: &Survey, frame: &mut Frame<'a>) -> Vec<Evidence> {
        if survey.tally.considered > 0 || !survey.gaps.is_empty() {
            return Vec::new();
        }
        let Some(head) = claim.phrase.bindings.first() else { return Vec::new() };
        match &head.domain {
            Domain::In(path) => {
                let mut lines = Vec::new();
                self.reads(path, frame, &mut lines);
                lines
            }
            Domain::All(noun) => {
                let text = format!("there is no record of `{}`", self.evaluator.word(*noun));
                vec![self.line(EvidenceKind::Note, text, None, Vec::new())]
            }
        }
    }

    // ---- filters -------------------------------------------------------------------------------------------------------

    pub(super) fn filter(&mut self, filter: &'a Filter, frame: &mut Frame<'a>) -> Vec<Evidence> {
        match filter {
            Filter::Where(condition) => self.why(condition, frame),
            Filter::Timing(timing) => vec![self.timing(timing, frame)],
        }
    }

    /// `within 90 days before deployed_at`, with the moments that it comes to.
    fn timing(&mut self, timing: &'a Timing, frame: &mut Frame<'a>) -> Evidence {
        let truth = self.evaluator.timing(timing, frame);
        let mut children = Vec::new();
        self.reads(&timing.event, frame, &mut children);
        for part in timing_parts(&timing.kind) {
            self.reads(part, frame, &mut children);
        }
        if let (Ok((first, last)), true) = (self.evaluator.window(&timing.kind, frame), is_stretch(&timing.kind)) {
            let text = format!("it counts from {first} to {}", words::until(last));
            children.push(self.line(EvidenceKind::Note, text, None, Vec::new()));
        }
        let text = format!("`{}` {}", self.snippet(timing.span), words::outcome(truth));
        self.line(EvidenceKind::Clause, text, Some(timing.span.place()), children)
    }

    // ---- cadences ------------------------------------------------------------------------------------------------------

    /// Where an event lacks.
    fn cadence(&mut self, claim: &Claim<'a>, cadence: &'a Cadence, frame: &mut Frame<'a>) -> Vec<Evidence> {
        let truth = self.evaluator.quantified(claim, frame);
        let words = self.snippet(claim.phrase.span);
        let period = self.evaluator.period(&cadence.period, frame);
        let beat = self.evaluator.beat(cadence, frame);
        let (period, beat) = match (period, beat) {
            (Ok(period), Ok(beat)) => (period, beat),
            (Err(value), _) | (_, Err(value)) => {
                let reason = gap(self.evaluator, Truth::Unknown, &value);
                let text = format!("`{words}` is not decided");
                return vec![self.line(EvidenceKind::Clause, text, Some(cadence.span.place()), vec![reason])];
            }
        };
        let events = self.evaluator.events(claim, cadence, period, frame);
        let mut children = Vec::new();
        if period.0 > period.1 {
            let text = format!("the period ends before it begins: {} to {}", period.0, words::until(period.1));
            children.push(self.line(EvidenceKind::Note, text, None, Vec::new()));
        } else {
            let holes = self.evaluator.holes(&events.certain, period, beat);
            for hole in holes.iter().take(MOST) {
                let text = hole_words(*hole, beat, self.as_of());
                children.push(self.line(EvidenceKind::Note, text, None, Vec::new()));
            }
            if holes.len() > MOST {
                let text = format!("and {} more", holes.len() - MOST);
                children.push(self.line(EvidenceKind::Note, text, None, Vec::new()));
            }
        }
        let survey = self.survey(claim, if truth == Truth::True { Which::Counting } else { Which::Any }, frame);
        children.extend(self.finished(survey, truth.is_open()));
        let text = format!(
            "`{words}` {}: {} counted of {} considered, from {} to {}",
            words::outcome(truth),
            events.certain.len(),
            events.considered,
            period.0,
            words::until(period.1)
        );
        vec![self.line(EvidenceKind::Clause, text, Some(cadence.span.place()), children)]
    }

    // ---- the path of a closure -------------------------------------------------------------------------------------------

    /// "Failures show the path that was followed."
    fn trail(&mut self, phrase: &'a Phrase, bound: usize, frame: &mut Frame<'a>) -> Vec<Evidence> {
        let Some(binding) = bound.checked_sub(1).and_then(|last| phrase.bindings.get(last)) else { return Vec::new() };
        let Domain::In(path) = &binding.domain else { return Vec::new() };
        let Some(target) = frame.get(binding.slot).cloned() else { return Vec::new() };
        let Some(steps) = self.steps(path, &target, frame) else { return Vec::new() };
        if steps.len() < 2 {
            return Vec::new();
        }
        let text = format!("by way of {}", steps.join(" → "));
        let place = place(self.evaluator, target.origin);
        vec![self.line(EvidenceKind::Path, text, place, Vec::new())]
    }

    fn steps(&mut self, path: &'a Expr, target: &Value<'a>, frame: &mut Frame<'a>) -> Option<Vec<String>> {
        let Data::Record(noun, row) = target.data else { return None };
        match &path.kind {
            ExprKind::Closure(closure) => {
                let reached = self.evaluator.reach(closure, frame);
                let is_target = |value: &Value<'a>| matches!(value.data, Data::Record(n, r) if (n, r) == (noun, row));
                let mut at = reached.nodes.iter().position(|node| is_target(&node.value));
                let mut steps = Vec::new();
                while let Some(node) = at.and_then(|index| reached.nodes.get(index)) {
                    steps.push(clean(&self.evaluator.print(&node.value), 120));
                    at = node.from;
                    if steps.len() > 50 || (is_target(&node.value) && steps.len() > 1) {
                        break;
                    }
                }
                steps.reverse();
                Some(steps)
            }
            ExprKind::Relation(base, id) => {
                let program = self.evaluator.program;
                let relation = program.relations.get(id.0 as usize)?;
                let RelationBody::Path(body) = &relation.body else { return None };
                let subject = self.evaluator.value(base, frame);
                let mut inner = Frame::with(relation.slots, relation.subject, subject);
                self.steps(body, target, &mut inner)
            }
            _ => None,
        }
    }
}

fn timing_parts(kind: &TimingKind) -> Vec<&Expr> {
    match kind {
        TimingKind::Before(time) | TimingKind::After(time) => vec![time],
        TimingKind::WithinLast(length) => vec![length],
        TimingKind::WithinBefore(length, time)
        | TimingKind::WithinAfter(length, time)
        | TimingKind::WithinOf(length, time) => vec![length, time],
        TimingKind::During(tickmark_program::Period::Range(start, end)) => vec![start, end],
        TimingKind::During(tickmark_program::Period::Given) => Vec::new(),
    }
}

fn is_stretch(kind: &TimingKind) -> bool {
    !matches!(kind, TimingKind::Before(_) | TimingKind::After(_))
}

fn hole_words(hole: Hole, beat: Beat, as_of: tickmark_facts::Time) -> String {
    let due = if hole.due { "" } else { words::NOT_DUE };
    match beat {
        Beat::Every(length) => {
            // What lies after the date of the run has not been waited for.
            let to = words::until(hole.to.min(as_of).max(hole.from));
            format!("no event from {} to {to}, where one is due at least every {length}{due}", hole.from)
        }
        Beat::Each(_) => format!("no event from {} to {}{due}", hole.from, words::until(hole.to)),
    }
}
