//! The values that an expression read.

use tickmark_program::{Expr, ExprKind};
use tickmark_results::{Evidence, EvidenceKind};

use super::{Explainer, clean, words};
use crate::reference::Evaluator;
use crate::reference::frame::Frame;
use crate::reference::quantify::Claim;
use crate::reference::value::{Data, Value};

/// So many values of a path are told one by one; a list in a line shows as many.
const MOST_VALUES: usize = 8;

impl<'a> Explainer<'_, 'a> {
    /// One line for each path that the expression reads, with what it gave.
    pub(super) fn reads(&mut self, expr: &'a Expr, frame: &mut Frame<'a>, out: &mut Vec<Evidence>) {
        if self.is_full() {
            return;
        }
        match &expr.kind {
            ExprKind::Literal(_) => {}
            ExprKind::Variable(_) => {
                let value = self.evaluator.value(expr, frame);
                // A subject is named where it is considered; a value of a list is what is asked about.
                if !matches!(value.data, Data::Record(..)) {
                    let label = format!("`{}`", self.snippet(expr.span));
                    out.push(self.value_line(&label, &value));
                }
            }
            ExprKind::Param(_) | ExprKind::AsOf | ExprKind::PeriodStart | ExprKind::PeriodEnd => {
                let value = self.evaluator.value(expr, frame);
                let label = format!("`{}`", self.snippet(expr.span));
                out.push(self.value_line(&label, &value));
            }
            ExprKind::Parent(..) => {
                let value = self.evaluator.value(expr, frame);
                if !matches!(value.data, Data::Record(..)) {
                    out.push(self.path_line(expr, &value));
                }
            }
            ExprKind::Attribute(..)
            | ExprKind::Relation(..)
            | ExprKind::Index(..)
            | ExprKind::Member(..)
            | ExprKind::Closure(_) => {
                let value = self.evaluator.value(expr, frame);
                let line = self.path_line(expr, &value);
                out.push(line);
            }
            ExprKind::Call(..) | ExprKind::Arithmetic(..) | ExprKind::Negate(_) => {
                let value = self.evaluator.value(expr, frame);
                let mut children = Vec::new();
                self.reads_of_parts(expr, frame, &mut children);
                let label = format!("`{}`", self.snippet(expr.span));
                let mut line = self.value_line(&label, &value);
                line.children.extend(children);
                out.push(line);
            }
            ExprKind::CountPhrase(phrase) => {
                let value = self.evaluator.value(expr, frame);
                let claim = Claim { quantifier: &tickmark_program::Quantifier::Some, phrase, body: None, has: false };
                let children = self.counted(&claim, frame);
                let text = format!("`{}` is {}", self.snippet(expr.span), self.evaluator.print_short(&value, 8));
                out.push(self.line(EvidenceKind::Value, text, Some(expr.span.place()), children));
            }
            ExprKind::Else(value, supplied) => {
                self.reads(value, frame, out);
                if matches!(self.evaluator.value(value, frame).data, Data::Missing { .. }) {
                    self.reads(supplied, frame, out);
                }
            }
            ExprKind::List(_) | ExprKind::Template(_) => self.reads_of_parts(expr, frame, out),
            ExprKind::If(condition, then, otherwise) => {
                out.extend(self.why(condition, frame));
                self.reads(then, frame, out);
                self.reads(otherwise, frame, out);
            }
            // A condition inside a value.
            _ => out.extend(self.why(expr, frame)),
        }
    }

    /// The reads of what an operator is applied to.
    pub(super) fn reads_of_parts(&mut self, expr: &'a Expr, frame: &mut Frame<'a>, out: &mut Vec<Evidence>) {
        match &expr.kind {
            ExprKind::Compare(_, a, b)
            | ExprKind::In(a, b)
            | ExprKind::InNetwork(a, b)
            | ExprKind::ListContains(a, b)
            | ExprKind::TextContains(a, b)
            | ExprKind::StartsWith(a, b)
            | ExprKind::EndsWith(a, b)
            | ExprKind::Like(a, b)
            | ExprKind::Arithmetic(_, a, b) => {
                self.reads(a, frame, out);
                self.reads(b, frame, out);
            }
            ExprKind::Matches(inner, _) | ExprKind::Negate(inner) => self.reads(inner, frame, out),
            ExprKind::Call(_, parts) | ExprKind::List(parts) | ExprKind::Template(parts) => {
                for part in parts {
                    self.reads(part, frame, out);
                }
            }
            // A value that stands as a condition.
            _ => self.reads(expr, frame, out),
        }
    }

    /// What a path gave: `` `model.author` of approval#1 is "ana" ``.
    fn path_line(&mut self, expr: &'a Expr, value: &Value<'a>) -> Evidence {
        let words = self.snippet(expr.span);
        let of = match &expr.kind {
            ExprKind::Attribute(_, noun, attribute) => value
                .origin
                .filter(|origin| origin.noun == *noun && origin.attribute == Some(*attribute))
                .map(|origin| clean(&self.evaluator.facts.id(origin.noun, origin.row), 120)),
            ExprKind::Index(..) | ExprKind::Member(..) => {
                let origin = value.origin.filter(|_| matches!(value.data, Data::Missing { through: false }));
                origin.map(|origin| clean(&self.evaluator.facts.id(origin.noun, origin.row), 120))
            }
            _ => None,
        };
        // The words of an implicit read are the phrase around it: the attribute's own name says more.
        let name = match &expr.kind {
            ExprKind::Attribute(_, noun, attribute) => self.evaluator.attribute_name(*noun, *attribute),
            _ => None,
        };
        let words = match name {
            Some(name) if !ends_with_name(&words, name) => name.to_owned(),
            _ => words,
        };
        let label = match of {
            Some(of) => format!("`{words}` of {of}"),
            None => format!("`{words}`"),
        };
        let mut line = self.value_line(&label, Evaluator::single(value));
        line.children.extend(self.flattened(value));
        line
    }

    /// The values of a path over several records, each with its record and place.
    fn flattened(&mut self, value: &Value<'a>) -> Vec<Evidence> {
        let Data::Many(items) = &value.data else { return Vec::new() };
        if value.origin.is_some() || items.items.len() < 2 {
            return Vec::new();
        }
        let scalars = items.items.iter().filter(|item| !matches!(item.value.data, Data::Record(..)));
        scalars
            .take(MOST_VALUES)
            .filter_map(|item| {
                let origin = item.value.origin?;
                let label = words::subject_of(self.evaluator, origin);
                Some(self.value_line(&label, &item.value))
            })
            .collect()
    }
}

/// Whether a path ends with this name, as a whole word: `model.author`, `author`, `tags["author"]`.
fn ends_with_name(path: &str, name: &str) -> bool {
    let bare = path.trim_end_matches(['`', '"', ']']);
    bare.strip_suffix(name).is_some_and(|before| {
        !before.contains(' ') && !before.ends_with(|character: char| character.is_alphanumeric() || character == '_')
    })
}
