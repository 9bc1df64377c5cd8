//! The reference evaluator: one subject at a time, straight off the language page, with no index and no cleverness.
//! Each operator is a small function that quotes the sentence it implements.

pub(crate) mod arithmetic;
pub(crate) mod cadence;
pub(crate) mod closure;
pub(crate) mod compare;
pub(crate) mod frame;
pub(crate) mod functions;
pub(crate) mod json;
pub(crate) mod lookup;
pub(crate) mod path;
pub(crate) mod phrase;
pub(crate) mod quantify;
pub(crate) mod range;
pub(crate) mod text;
pub(crate) mod timing;
pub(crate) mod truth;
pub(crate) mod value;

use std::collections::BTreeSet;

use tickmark_facts::Facts;
use tickmark_program::{AdjectiveRef, Expr, ExprKind, Literal, Program, Type};
use tickmark_source::Span;

use crate::Options;
use crate::budget::{Budget, Meter};
use frame::Frame;
use lookup::Lookups;
use truth::Truth;
use value::{Data, Items, Unknown, Value};

/// Evaluates expressions of one program over one set of facts.
pub(crate) struct Evaluator<'a> {
    pub(crate) program: &'a Program,
    pub(crate) facts: &'a Facts,
    pub(crate) options: &'a Options,
    pub(crate) meter: Meter<'a>,
    /// What was odd on the way: where in the program, and what.
    pub(crate) warnings: BTreeSet<(Span, String)>,
    /// For explanations: records are found by what they equal, where there is no need to try each.
    pub(crate) lookups: Option<&'a Lookups>,
    /// Every candidate is wanted, members or not.
    pub(crate) surveying: bool,
}

/// What an evaluation runs on; shared by all workers of a control.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub(crate) program: &'a Program,
    pub(crate) facts: &'a Facts,
    pub(crate) options: &'a Options,
    pub(crate) budget: &'a Budget,
}

impl<'a> Ground<'a> {
    pub(crate) fn evaluator(self) -> Evaluator<'a> {
        Evaluator {
            program: self.program,
            facts: self.facts,
            options: self.options,
            meter: Meter::new(self.budget),
            warnings: BTreeSet::new(),
            lookups: None,
            surveying: false,
        }
    }
}

impl<'a> Evaluator<'a> {
    /// "Conditions are true, false or unknown."
    pub(crate) fn truth(&mut self, expr: &'a Expr, frame: &mut Frame<'a>) -> Truth {
        let truth = if self.meter.enter() { self.truth_of(expr, frame) } else { Truth::Unknown };
        self.meter.leave();
        truth
    }

    fn truth_of(&mut self, expr: &'a Expr, frame: &mut Frame<'a>) -> Truth {
        match &expr.kind {
            ExprKind::Compare(op, a, b) => self.compare(*op, a, b, frame),
            ExprKind::In(value, list) => self.is_in(value, list, frame),
            ExprKind::InNetwork(value, networks) => self.in_network(value, networks, frame),
            ExprKind::ListContains(list, value) => self.is_in(value, list, frame),
            ExprKind::TextContains(text, part) => self.contains(text, part, frame),
            ExprKind::StartsWith(text, part) => self.text_test(text, part, frame, |text, part| text.starts_with(part)),
            ExprKind::EndsWith(text, part) => self.text_test(text, part, frame, |text, part| text.ends_with(part)),
            ExprKind::Like(text, glob) => self.text_test(text, glob, frame, text::like),
            ExprKind::Matches(text, pattern) => self.matches(text, pattern, frame),
            ExprKind::And(clauses) => self.all_of(clauses, frame),
            ExprKind::Or(clauses) => self.any_of(clauses, frame),
            ExprKind::Not(inner) => !self.truth(inner, frame),
            ExprKind::Unless(rule, excuse) => self.unless(rule, excuse, frame),
            ExprKind::If(condition, then, otherwise) => self.choose(condition, then, otherwise, frame),
            ExprKind::Exists(inner) => self.exists(inner, frame),
            ExprKind::HasOpen(inner) => self.has_open(inner, frame),
            ExprKind::IsMissing(inner) => !self.exists(inner, frame),
            ExprKind::Is(subject, adjective) => self.is(subject, adjective, frame),
            ExprKind::Quantified(quantified) => self.quantified(&quantify::Claim::of(quantified), frame),
            // Who can do what is answered from identity exports, which this version does not evaluate yet.
            ExprKind::Can(_) => Truth::Unknown,
            _ => {
                let value = self.value(expr, frame);
                Self::as_truth(&value)
            }
        }
    }

    /// A value where a condition is wanted: "a value that is not a bool is unknown".
    pub(crate) fn as_truth(value: &Value<'a>) -> Truth {
        match &value.data {
            Data::Bool(value) => Truth::from(*value),
            Data::Many(items) => match items.items.as_slice() {
                [only] if items.gaps.is_empty() && only.belongs == Truth::True => Self::as_truth(&only.value),
                _ => Truth::Unknown,
            },
            _ => value.lack(),
        }
    }

    /// What an expression gives.
    pub(crate) fn value(&mut self, expr: &'a Expr, frame: &mut Frame<'a>) -> Value<'a> {
        let value = if self.meter.enter() { self.value_of(expr, frame) } else { Value::undecided("a limit was met") };
        self.meter.leave();
        value
    }

    fn value_of(&mut self, expr: &'a Expr, frame: &mut Frame<'a>) -> Value<'a> {
        match &expr.kind {
            ExprKind::Literal(literal) => Self::literal(literal),
            ExprKind::List(items) => self.list(items, frame),
            ExprKind::Template(parts) => self.template(parts, frame),
            ExprKind::Param(id) => self.param(*id),
            ExprKind::AsOf => Value::of(Data::Time(self.options.as_of)),
            ExprKind::PeriodStart => self.period_end_point(|(start, _)| start),
            ExprKind::PeriodEnd => self.period_end_point(|(_, end)| end),
            ExprKind::Variable(slot) => frame.get(*slot).cloned().unwrap_or_else(Value::missing),
            ExprKind::Attribute(base, noun, attribute) => self.attribute(base, *noun, *attribute, frame),
            ExprKind::Relation(base, relation) => self.relation(base, *relation, frame),
            ExprKind::Parent(base, noun) => self.parent(base, *noun, frame),
            ExprKind::Index(base, key) => self.index(base, key, frame),
            ExprKind::Member(base, name) => self.member(base, name, frame),
            ExprKind::Closure(closure) => self.closure(closure, frame),
            ExprKind::Call(function, arguments) => self.call(*function, arguments, expr, frame),
            ExprKind::CountPhrase(phrase) => self.count_phrase(phrase, frame),
            ExprKind::Negate(inner) => self.negate(inner, frame),
            ExprKind::Arithmetic(op, a, b) => self.arithmetic(*op, a, b, frame),
            ExprKind::Else(value, supplied) => self.or_else(value, supplied, frame),
            ExprKind::If(condition, then, otherwise) => self.choose_value(condition, then, otherwise, frame),
            _ => {
                let truth = self.truth_of(expr, frame);
                Value::truth(truth, self.options.as_of)
            }
        }
    }

    fn literal(literal: &'a Literal) -> Value<'a> {
        match literal {
            Literal::Text(text) => Value::text(text.as_str()),
            Literal::Number(number) => Value::number(*number),
            Literal::Bool(value) => Value::of(Data::Bool(*value)),
            Literal::Time(time) => Value::of(Data::Time(*time)),
            Literal::Duration(duration) => Value::of(Data::Duration(*duration)),
        }
    }

    fn list(&mut self, exprs: &'a [Expr], frame: &mut Frame<'a>) -> Value<'a> {
        let mut items = Items::default();
        for expr in exprs {
            let value = self.value(expr, frame);
            items.push(value, Truth::True);
        }
        Value::many(items)
    }

    /// "text with `{…}` holes": a hole that is missing or unknown leaves the text so.
    fn template(&mut self, parts: &'a [Expr], frame: &mut Frame<'a>) -> Value<'a> {
        let mut text = String::new();
        let mut origin = None;
        for part in parts {
            let value = self.value(part, frame);
            if value.is_lacking() {
                return value;
            }
            origin = origin.or(value.origin);
            let more = self.print(&value);
            if !self.meter.make_text(text.len().saturating_add(more.len())) {
                return Value::undecided("a limit was met");
            }
            text.push_str(&more);
        }
        self.meter.step(text.len() as u64 / 64);
        Value::at(Data::Text(text.into()), origin)
    }

    /// "`$name` is a `param`, overridable in the manifest and on the command line".
    fn param(&mut self, id: tickmark_program::ParamId) -> Value<'a> {
        let program = self.program;
        match program.params.get(id.0 as usize) {
            Some(param) => self.value(&param.value, &mut Frame::new(0)),
            None => Value::undecided("no such parameter"),
        }
    }

    /// An end of the period; missing where the run has none, so that `else` can say what is meant then.
    fn period_end_point(
        &mut self,
        end_point: fn((tickmark_facts::Time, tickmark_facts::Time)) -> tickmark_facts::Time,
    ) -> Value<'a> {
        match self.options.period {
            Some(period) => Value::of(Data::Time(end_point(period))),
            None => Value::missing(),
        }
    }

    /// `and`: "unknown wins only where it could change the answer".
    fn all_of(&mut self, clauses: &'a [Expr], frame: &mut Frame<'a>) -> Truth {
        let mut all = Truth::True;
        for clause in clauses {
            all = all.and(self.truth(clause, frame));
            if all == Truth::False {
                break;
            }
        }
        all
    }

    /// `or`: likewise.
    fn any_of(&mut self, clauses: &'a [Expr], frame: &mut Frame<'a>) -> Truth {
        let mut any = Truth::False;
        for clause in clauses {
            any = any.or(self.truth(clause, frame));
            if any == Truth::True {
                break;
            }
        }
        any
    }

    /// "`A unless B` (B, or else A)".
    fn unless(&mut self, rule: &'a Expr, excuse: &'a Expr, frame: &mut Frame<'a>) -> Truth {
        match self.truth(excuse, frame) {
            Truth::True => Truth::True,
            excused => excused.or(self.truth(rule, frame)),
        }
    }

    /// `if C then a else b` as a condition: where C is open, decided if both ways come to the same.
    fn choose(&mut self, condition: &'a Expr, then: &'a Expr, otherwise: &'a Expr, frame: &mut Frame<'a>) -> Truth {
        match self.truth(condition, frame) {
            Truth::True => self.truth(then, frame),
            Truth::False => self.truth(otherwise, frame),
            open => {
                let (a, b) = (self.truth(then, frame), self.truth(otherwise, frame));
                if a == b { a } else { open.and(a.or(Truth::Pending)).and(b.or(Truth::Pending)) }
            }
        }
    }

    fn choose_value(
        &mut self,
        condition: &'a Expr,
        then: &'a Expr,
        otherwise: &'a Expr,
        frame: &mut Frame<'a>,
    ) -> Value<'a> {
        match self.truth(condition, frame) {
            Truth::True => self.value(then, frame),
            Truth::False => self.value(otherwise, frame),
            open => {
                let (a, b) = (self.value(then, frame), self.value(otherwise, frame));
                if self.equal(&a, &b) == Truth::True {
                    return a;
                }
                match open {
                    Truth::Pending => Value::of(Data::Unknown(Unknown::NotDue(self.options.as_of))),
                    _ => Value::undecided(format!("`{}` is not decided", self.program.snippet(condition.span))),
                }
            }
        }
    }

    /// "`a else b`": b where a is missing; never where it is unknown or was not surveyed.
    fn or_else(&mut self, value: &'a Expr, supplied: &'a Expr, frame: &mut Frame<'a>) -> Value<'a> {
        let value_of = self.value(value, frame);
        let dynamic = matches!(value.ty, Type::Any(_) | Type::Json);
        let missing = match &value_of.data {
            Data::Missing { .. } => true,
            // Of an open noun, a path through an empty list of blocks leads to nothing.
            Data::Many(items) => dynamic && items.items.is_empty() && items.gaps.is_empty(),
            _ => false,
        };
        if missing { self.value(supplied, frame) } else { value_of }
    }

    /// `x exists`: true of a known or unknown value, false of a missing one, unknown of what was not surveyed. "A list
    /// or relation *exists* where it holds something."
    fn exists(&mut self, inner: &'a Expr, frame: &mut Frame<'a>) -> Truth {
        let value = self.value(inner, frame);
        let several = matches!(inner.ty, Type::List(_) | Type::Records(_));
        Self::value_exists(&value, several)
    }

    /// "On an open noun, a bool found under `has` is unknown, with a warning."
    fn has_open(&mut self, inner: &'a Expr, frame: &mut Frame<'a>) -> Truth {
        let value = self.value(inner, frame);
        if matches!(Self::single(&value).data, Data::Bool(_)) {
            self.warn_bool(inner.span);
            return Truth::Unknown;
        }
        Self::value_exists(&value, false)
    }

    pub(crate) fn warn_bool(&mut self, span: Span) {
        let words = self.program.snippet(span);
        let message = format!("`{words}` is a bool in the facts: `has` cannot tell which way is meant; use `is`");
        self.warnings.insert((span, message));
    }

    pub(crate) fn value_exists(value: &Value<'a>, several: bool) -> Truth {
        match &value.data {
            Data::Missing { .. } => Truth::False,
            Data::NotSurveyed => Truth::Unknown,
            Data::Unknown(unknown) => match unknown {
                Unknown::NotDue(_) => Truth::Pending,
                Unknown::NotSupplied(_) | Unknown::Undecided(_) | Unknown::Behind(_) => Truth::Unknown,
                Unknown::Fact(reason) if reason.may_be_missing() => Truth::Unknown,
                // A list that is not known may be empty.
                Unknown::Fact(_) | Unknown::Unreadable(_) => {
                    if several {
                        Truth::Unknown
                    } else {
                        Truth::True
                    }
                }
            },
            Data::Many(items) => items
                .items
                .iter()
                .fold(items.openness(), |any, item| any.or(item.belongs.and(Self::value_exists(&item.value, false)))),
            _ => Truth::True,
        }
    }

    /// `x is ADJECTIVE`, and an adjective before a noun.
    fn is(&mut self, subject: &'a Expr, adjective: &'a AdjectiveRef, frame: &mut Frame<'a>) -> Truth {
        let value = self.value(subject, frame);
        self.value_is(&value, adjective)
    }

    /// Whether a record is so. Of anything but one record it is unknown.
    pub(crate) fn value_is(&mut self, value: &Value<'a>, adjective: &'a AdjectiveRef) -> Truth {
        let value = Self::single(value);
        let Data::Record(noun, row) = value.data else { return value.lack() };
        match adjective {
            AdjectiveRef::Defined(id) => {
                let program = self.program;
                let Some(adjective) = program.adjectives.get(id.0 as usize) else { return Truth::Unknown };
                let mut inner = Frame::with(adjective.slots, adjective.subject, value.clone());
                self.truth(&adjective.condition, &mut inner)
            }
            AdjectiveRef::Bool(of, attribute) => {
                let value = self.read(noun, row, *of, *attribute);
                Self::as_truth(&value)
            }
            AdjectiveRef::Value(of, attribute, wanted) => {
                let value = self.read(noun, row, *of, *attribute);
                match &value.data {
                    Data::Text(text) => Truth::from(*text == wanted.as_str()),
                    _ => value.lack(),
                }
            }
        }
    }

    /// The only member of a list of one; any other value as it is.
    pub(crate) fn single<'v>(value: &'v Value<'a>) -> &'v Value<'a> {
        match &value.data {
            Data::Many(items) => match items.items.as_slice() {
                [only] if items.gaps.is_empty() && only.belongs == Truth::True => &only.value,
                _ => value,
            },
            _ => value,
        }
    }
}
