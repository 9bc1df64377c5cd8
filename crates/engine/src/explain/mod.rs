//! "It explains itself": walks over what was evaluated once more, for one subject, and tells what mattered: the clause that
//! decided, what was looked at and why each candidate did not count, each value with its place.

mod candidates;
mod message;
mod reads;
mod words;

use tickmark_facts::Time;
use tickmark_program::{AdjectiveRef, Expr, ExprKind, Phrase, Quantifier, Sentence};
use tickmark_results::{Evidence, EvidenceKind, Verdict};
use tickmark_source::{Place, Span};

use crate::reference::Evaluator;
use crate::reference::frame::Frame;
use crate::reference::quantify::Claim;
use crate::reference::truth::Truth;
use crate::reference::value::{Data, Value};
use crate::sentence::Judged;

pub(crate) use words::{clean, gap, lack, place};

/// So many lines an explanation has at most, all levels together.
const MOST_LINES: usize = 400;

/// So deep an explanation goes: definitions in definitions.
const MOST_LEVELS: usize = 24;

/// What is told of one subject.
pub(crate) struct Proof {
    pub(crate) message: String,
    pub(crate) because: Vec<Evidence>,
}

/// An explanation in the making.
pub(crate) struct Explainer<'e, 'a> {
    pub(crate) evaluator: &'e mut Evaluator<'a>,
    lines: usize,
    level: usize,
}

/// Why an expression is what it is.
pub(crate) fn why<'a>(evaluator: &mut Evaluator<'a>, expr: &'a Expr, frame: &mut Frame<'a>) -> Vec<Evidence> {
    Explainer::new(evaluator).why(expr, frame)
}

/// Why a tuple that is bound is no member of a phrase, or only may be one.
pub(crate) fn not_a_member<'a>(
    evaluator: &mut Evaluator<'a>,
    phrase: &'a Phrase,
    frame: &mut Frame<'a>,
) -> Vec<Evidence> {
    Explainer::new(evaluator).membership(phrase, frame, |truth| truth != Truth::True)
}

/// The proof for one subject of `every` or `no`.
pub(crate) fn of_member<'a>(
    evaluator: &mut Evaluator<'a>,
    sentence: &'a Sentence,
    frame: &mut Frame<'a>,
    member: Truth,
    judged: &Judged<'_>,
) -> Proof {
    let mut explainer = Explainer::new(evaluator);
    let phrase = &sentence.phrase;
    let mut because = Vec::new();
    if member.is_open() && sentence.body.is_some() && judged.verdict != Verdict::Pass {
        let children = explainer.membership(phrase, frame, Truth::is_open);
        let text = format!("it may belong to `{}`", explainer.snippet(phrase.span));
        because.push(explainer.line(EvidenceKind::Note, text, None, children));
    }
    match &sentence.body {
        Some(body) => because.extend(explainer.why(body, frame)),
        // What makes it a member, or decides that it is none.
        None => because.extend(explainer.membership(phrase, frame, |truth| truth == member)),
    }
    let message = match judged.verdict {
        Verdict::Pass => String::new(),
        Verdict::Fail => match explainer.otherwise(sentence, frame) {
            Some(message) => message,
            None => {
                let negative = matches!(sentence.quantifier, Quantifier::No);
                let headline = match &sentence.body {
                    Some(body) => explainer.headline(body, negative, frame),
                    None => format!("there must be no `{}`", words::phrase(explainer.evaluator, phrase)),
                };
                message::of_subject(&judged.noun, &judged.id, &headline)
            }
        },
        _ => message::of_subject(&judged.noun, &judged.id, &message::undecided(judged.verdict, &because)),
    };
    Proof { message, because }
}

/// The proof for `some` and the counts.
pub(crate) fn of_whole<'a>(
    evaluator: &mut Evaluator<'a>,
    sentence: &'a Sentence,
    frame: &mut Frame<'a>,
    judged: &Judged<'_>,
) -> Proof {
    let mut explainer = Explainer::new(evaluator);
    let claim = Claim::of_sentence(sentence);
    let because = explainer.claim(&claim, sentence.span, frame);
    let message = match judged.verdict {
        Verdict::Pass => String::new(),
        Verdict::Fail => match explainer.otherwise(sentence, &mut Frame::new(sentence.slots)) {
            Some(message) => message,
            None => because.first().map(|line| line.text.clone()).unwrap_or_default(),
        },
        _ => format!("`{}` {}", sentence.text, message::undecided(judged.verdict, &because)),
    };
    Proof { message, because }
}

/// `x not in y` is one test of its own words: what it negates has no words without the `not`.
fn negated_word(expr: &Expr, inner: &Expr) -> bool {
    expr.span == inner.span
        && matches!(
            inner.kind,
            ExprKind::In(..)
                | ExprKind::InNetwork(..)
                | ExprKind::ListContains(..)
                | ExprKind::TextContains(..)
                | ExprKind::Compare(..)
        )
}

impl<'e, 'a> Explainer<'e, 'a> {
    fn new(evaluator: &'e mut Evaluator<'a>) -> Explainer<'e, 'a> {
        Explainer { evaluator, lines: 0, level: 0 }
    }

    fn snippet(&self, span: Span) -> String {
        clean(&self.evaluator.program.snippet(span), 200)
    }

    fn line(
        &mut self,
        kind: EvidenceKind,
        text: impl Into<String>,
        place: Option<Place>,
        children: Vec<Evidence>,
    ) -> Evidence {
        self.lines += 1;
        Evidence { kind, text: text.into(), place, children }
    }

    fn is_full(&self) -> bool {
        self.lines >= MOST_LINES || self.level >= MOST_LEVELS
    }

    /// Why an expression has its truth: only the parts that decide it.
    fn why(&mut self, expr: &'a Expr, frame: &mut Frame<'a>) -> Vec<Evidence> {
        if self.is_full() {
            return vec![self.line(EvidenceKind::Note, "more is left out", None, Vec::new())];
        }
        self.level += 1;
        let lines = self.why_of(expr, frame);
        self.level -= 1;
        lines
    }

    fn why_of(&mut self, expr: &'a Expr, frame: &mut Frame<'a>) -> Vec<Evidence> {
        match &expr.kind {
            ExprKind::And(clauses) => self.clauses(expr, clauses.iter().collect(), frame),
            ExprKind::Or(clauses) => self.clauses(expr, clauses.iter().collect(), frame),
            ExprKind::Unless(rule, excuse) => self.clauses(expr, vec![excuse, rule], frame),
            ExprKind::Not(inner) if negated_word(expr, inner) => vec![self.clause(expr, frame)],
            ExprKind::Not(inner) => self.why(inner, frame),
            ExprKind::If(condition, then, otherwise) => self.branches(condition, then, otherwise, frame),
            ExprKind::Quantified(quantified) => self.claim(&Claim::of(quantified), expr.span, frame),
            ExprKind::Is(subject, adjective) => self.adjective(subject, adjective, expr, frame),
            ExprKind::Exists(inner) | ExprKind::HasOpen(inner) | ExprKind::IsMissing(inner) => {
                let mut lines = Vec::new();
                self.reads(inner, frame, &mut lines);
                lines
            }
            ExprKind::Can(can) => {
                let text = format!(
                    "`can {}`: who can do what is answered from identity exports, which this version does not evaluate yet",
                    can.name
                );
                vec![self.line(EvidenceKind::Missing, text, Some(expr.span.place()), Vec::new())]
            }
            // A value that stands as a condition says it all.
            ExprKind::Attribute(..)
            | ExprKind::Variable(_)
            | ExprKind::Param(_)
            | ExprKind::Index(..)
            | ExprKind::Member(..)
            | ExprKind::Else(..) => {
                let mut lines = Vec::new();
                self.reads(expr, frame, &mut lines);
                lines
            }
            _ => vec![self.clause(expr, frame)],
        }
    }

    /// Of `and` and `or`: the clauses that are as the whole is; those that leave it open where it is open.
    fn clauses(&mut self, whole: &'a Expr, clauses: Vec<&'a Expr>, frame: &mut Frame<'a>) -> Vec<Evidence> {
        let truth = self.evaluator.truth(whole, frame);
        let mut lines = Vec::new();
        for clause in clauses {
            let part = self.evaluator.truth(clause, frame);
            let matters = if truth.is_open() { part.is_open() } else { part == truth };
            if matters {
                lines.extend(self.why(clause, frame));
            }
        }
        lines
    }

    fn branches(
        &mut self,
        condition: &'a Expr,
        then: &'a Expr,
        otherwise: &'a Expr,
        frame: &mut Frame<'a>,
    ) -> Vec<Evidence> {
        let mut lines = self.why(condition, frame);
        let branches = match self.evaluator.truth(condition, frame) {
            Truth::True => vec![then],
            Truth::False => vec![otherwise],
            _ => vec![then, otherwise],
        };
        for branch in branches {
            lines.extend(self.why(branch, frame));
        }
        lines
    }

    /// A comparison or test, with its outcome and the values that it read.
    fn clause(&mut self, expr: &'a Expr, frame: &mut Frame<'a>) -> Evidence {
        let truth = self.evaluator.truth(expr, frame);
        let mut children = Vec::new();
        let parts = match &expr.kind {
            ExprKind::Not(inner) => inner,
            _ => expr,
        };
        self.reads_of_parts(parts, frame, &mut children);
        let text = format!("`{}` {}", self.snippet(expr.span), words::outcome(truth));
        self.line(EvidenceKind::Clause, text, Some(expr.span.place()), children)
    }

    /// `x is prod`: the definition is opened.
    fn adjective(
        &mut self,
        subject: &'a Expr,
        adjective: &'a AdjectiveRef,
        expr: &'a Expr,
        frame: &mut Frame<'a>,
    ) -> Vec<Evidence> {
        let value = self.evaluator.value(subject, frame);
        let value = Evaluator::single(&value).clone();
        let Data::Record(noun, row) = value.data else {
            let label = format!("`{}`", self.snippet(subject.span));
            return vec![self.value_line(&label, &value)];
        };
        match adjective {
            AdjectiveRef::Defined(id) => {
                let program = self.evaluator.program;
                let Some(definition) = program.adjectives.get(id.0 as usize) else { return Vec::new() };
                let truth = self.evaluator.value_is(&value, adjective);
                let mut inner = Frame::with(definition.slots, definition.subject, value);
                let children = self.why(&definition.condition, &mut inner);
                let (id, name) = (clean(&self.evaluator.facts.id(noun, row), 120), &definition.name);
                let text =
                    format!("`{name}` {} of {id}: {}", words::outcome(truth), self.snippet(definition.condition.span));
                vec![self.line(EvidenceKind::Clause, text, Some(definition.condition.span.place()), children)]
            }
            AdjectiveRef::Bool(of, attribute) | AdjectiveRef::Value(of, attribute, _) => {
                let read = self.evaluator.read(noun, row, *of, *attribute);
                let name = self.evaluator.attribute_name(*of, *attribute).unwrap_or("?");
                let label = format!("`{name}` of {}", clean(&self.evaluator.facts.id(noun, row), 120));
                let mut line = self.value_line(&label, &read);
                if matches!(adjective, AdjectiveRef::Bool(..))
                    && !read.is_lacking()
                    && !matches!(read.data, Data::Bool(_))
                {
                    line.text.push_str(", not true or false");
                }
                let _ = expr;
                vec![line]
            }
        }
    }

    /// Why the bound tuple is or is not a member: of its adjectives and filters those whose truth is wanted.
    fn membership(
        &mut self,
        phrase: &'a Phrase,
        frame: &mut Frame<'a>,
        wanted: impl Fn(Truth) -> bool,
    ) -> Vec<Evidence> {
        let mut lines = Vec::new();
        for binding in &phrase.bindings {
            if let Some(Value { data: Data::Record(noun, row), .. }) = frame.get(binding.slot) {
                let (noun, row) = (*noun, *row);
                if wanted(Truth::Unknown) && self.evaluator.belongs(noun, row) == Truth::Unknown {
                    let text = format!(
                        "{} only may be a record of `{}`: the `where` of its map is not decided",
                        clean(&self.evaluator.facts.id(noun, row), 120),
                        self.evaluator.word(noun)
                    );
                    let place = self.evaluator.facts.place(noun, row);
                    lines.push(self.line(EvidenceKind::Missing, text, place, Vec::new()));
                }
            }
            for adjective in &binding.adjectives {
                if wanted(self.evaluator.truth(adjective, frame)) {
                    lines.extend(self.why(adjective, frame));
                }
            }
        }
        for filter in &phrase.filters {
            if wanted(self.evaluator.filter(filter, frame)) {
                lines.extend(self.filter(filter, frame));
            }
        }
        lines
    }

    /// `otherwise "message"`: "a hole that is missing or unknown prints `?`".
    fn otherwise(&mut self, sentence: &'a Sentence, frame: &mut Frame<'a>) -> Option<String> {
        let template = sentence.otherwise.as_ref()?;
        let parts = match &template.kind {
            ExprKind::Template(parts) => parts.as_slice(),
            _ => std::slice::from_ref(template),
        };
        let mut text = String::new();
        for part in parts {
            let value = self.evaluator.value(part, frame);
            text.push_str(&self.evaluator.print_short(&value, 10));
        }
        Some(clean(&text, 1_000))
    }

    pub(crate) fn as_of(&self) -> Time {
        self.evaluator.options.as_of
    }
}
