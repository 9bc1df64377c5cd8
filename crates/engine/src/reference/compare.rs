//! Comparisons: `== != < <= > >=`, `in` a list.

use std::cmp::Ordering;
use std::sync::Arc;

use smol_str::SmolStr;
use tickmark_facts::{Duration, Time};
use tickmark_program::{CompareOp, Expr, Type};

use super::Evaluator;
use super::frame::Frame;
use super::range::Range;
use super::truth::Truth;
use super::value::{Data, Value};

impl<'a> Evaluator<'a> {
    /// `a == b` …: a comparison with what is missing, unknown or not surveyed is unknown.
    pub(crate) fn compare(&mut self, op: CompareOp, a: &'a Expr, b: &'a Expr, frame: &mut Frame<'a>) -> Truth {
        let left = self.value(a, frame);
        let right = self.value(b, frame);
        let order = [&a.ty, &b.ty].into_iter().find_map(|ty| match ty {
            Type::Enum { values, ordered: true } => Some(values),
            _ => None,
        });
        self.compare_ordered(op, order, &left, &right)
    }

    /// Compares two values, of which one may be of an ordered type.
    pub(crate) fn compare_ordered(
        &self,
        op: CompareOp,
        order: Option<&Arc<[SmolStr]>>,
        left: &Value<'a>,
        right: &Value<'a>,
    ) -> Truth {
        if let (Some(values), Data::Text(left), Data::Text(right)) = (order, &left.data, &right.data)
            && !matches!(op, CompareOp::Eq | CompareOp::Ne)
        {
            // "`ordered "low", "medium", "high"` (compares in that order)".
            let rank = |text: &str| values.iter().position(|value| value == text);
            return match (rank(left), rank(right)) {
                (Some(left), Some(right)) => decide(op, left.cmp(&right)),
                _ => Truth::Unknown,
            };
        }
        self.compare_values(op, left, right)
    }

    /// Whether two values are the same.
    pub(crate) fn equal(&self, a: &Value<'a>, b: &Value<'a>) -> Truth {
        self.compare_values(CompareOp::Eq, a, b)
    }

    /// Compares two values by what they turn out to be. Values of different types are never equal and never different:
    /// whether the text "22" means the number 22 is for the author to say, with `number(…)`.
    pub(crate) fn compare_values(&self, op: CompareOp, a: &Value<'a>, b: &Value<'a>) -> Truth {
        let (a, b) = (Self::single(a), Self::single(b));
        if a.is_lacking() || b.is_lacking() {
            return lacking(a, b);
        }
        match (&a.data, &b.data) {
            (Data::Number(a), Data::Number(b)) => Range::compare(*a, op, *b),
            (Data::Text(a), Data::Text(b)) => texts(op, a, b),
            (Data::Bool(a), Data::Bool(b)) => equality(op, a == b),
            (Data::Time(a), Data::Time(b)) => decide(op, a.cmp(b)),
            (Data::Duration(a), Data::Duration(b)) => durations(op, *a, *b),
            (Data::Record(noun, row), Data::Record(other, other_row)) => {
                equality(op, (noun, row) == (other, other_row))
            }
            (Data::Record(noun, row), Data::Text(id)) | (Data::Text(id), Data::Record(noun, row)) => {
                equality(op, self.facts.id(*noun, *row) == *id)
            }
            // Text of an open noun, against a time or a duration, is read as one.
            (Data::Text(text), Data::Time(time)) => {
                Time::parse(text).map_or(Truth::Unknown, |text| decide(op, text.cmp(time)))
            }
            (Data::Time(time), Data::Text(text)) => {
                Time::parse(text).map_or(Truth::Unknown, |text| decide(op, time.cmp(&text)))
            }
            (Data::Text(text), Data::Duration(length)) => {
                Duration::parse(text).map_or(Truth::Unknown, |text| durations(op, text, *length))
            }
            (Data::Duration(length), Data::Text(text)) => {
                Duration::parse(text).map_or(Truth::Unknown, |text| durations(op, *length, text))
            }
            _ => Truth::Unknown,
        }
    }

    /// `value in list`, `list contains value`: "or" over the members; what may be in the list leaves it open.
    pub(crate) fn is_in(&mut self, value: &'a Expr, list: &'a Expr, frame: &mut Frame<'a>) -> Truth {
        let wanted = self.value(value, frame);
        let list_value = self.value(list, frame);
        self.value_in(&wanted, list_value, &list.ty)
    }

    pub(crate) fn value_in(&mut self, wanted: &Value<'a>, list: Value<'a>, ty: &Type) -> Truth {
        let single = !matches!(ty, Type::List(_) | Type::Records(_) | Type::Any(_) | Type::Json);
        self.value_in_members(wanted, list, single)
    }

    pub(crate) fn value_in_members(&mut self, wanted: &Value<'a>, list: Value<'a>, single: bool) -> Truth {
        let items = match list.data {
            // A missing list of an open noun: nothing says that it would be empty.
            Data::Missing { .. } => return Truth::Unknown,
            _ => self.items_as(list, single),
        };
        let mut any = items.openness();
        for item in &items.items {
            if !self.meter.step(1) {
                break;
            }
            any = any.or(item.belongs.and(self.equal(&item.value, wanted)));
            if any == Truth::True {
                break;
            }
        }
        any
    }
}

/// Two values of which at least one lacks: pending where nothing but a deadline leaves it open.
pub(crate) fn lacking<'a>(a: &Value<'a>, b: &Value<'a>) -> Truth {
    match (a.is_lacking(), b.is_lacking()) {
        (true, true) => a.lack().and(b.lack()),
        (true, false) => a.lack(),
        _ => b.lack(),
    }
}

fn decide(op: CompareOp, order: Ordering) -> Truth {
    Truth::from(match op {
        CompareOp::Eq => order == Ordering::Equal,
        CompareOp::Ne => order != Ordering::Equal,
        CompareOp::Lt => order == Ordering::Less,
        CompareOp::Le => order != Ordering::Greater,
        CompareOp::Gt => order == Ordering::Greater,
        CompareOp::Ge => order != Ordering::Less,
    })
}

fn equality(op: CompareOp, same: bool) -> Truth {
    match op {
        CompareOp::Eq => Truth::from(same),
        CompareOp::Ne => Truth::from(!same),
        _ => Truth::Unknown,
    }
}

/// "Text has no order": two texts of open nouns that both read as times have theirs.
fn texts(op: CompareOp, a: &str, b: &str) -> Truth {
    if matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return equality(op, a == b);
    }
    match (Time::parse(a), Time::parse(b)) {
        (Ok(a), Ok(b)) => decide(op, a.cmp(&b)),
        _ => Truth::Unknown,
    }
}

/// "Months, quarters and years are compared with days by their bounds."
fn durations(op: CompareOp, a: Duration, b: Duration) -> Truth {
    a.compare(b).map_or(Truth::Unknown, |order| decide(op, order))
}
