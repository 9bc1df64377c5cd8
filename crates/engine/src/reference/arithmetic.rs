//! "Arithmetic on numbers, durations and times."

use tickmark_facts::{Duration, Time};
use tickmark_program::{ArithmeticOp, Expr};

use super::Evaluator;
use super::frame::Frame;
use super::truth::Truth;
use super::value::{Data, Value};

impl<'a> Evaluator<'a> {
    /// `a + b` …: where one lacks, so does the result.
    pub(crate) fn arithmetic(
        &mut self,
        op: ArithmeticOp,
        a: &'a Expr,
        b: &'a Expr,
        frame: &mut Frame<'a>,
    ) -> Value<'a> {
        let a = self.value(a, frame);
        let b = self.value(b, frame);
        self.sum_of(op, &a, &b)
    }

    /// The same of two values.
    pub(crate) fn sum_of(&mut self, op: ArithmeticOp, a: &Value<'a>, b: &Value<'a>) -> Value<'a> {
        let (a, b) = (Self::single(a), Self::single(b));
        // What is missing can be supplied by `else`; what is not known cannot, and is the stronger reason.
        if let Some(lacking) = unknown_first(&[a, b]) {
            return lacking.clone();
        }
        let origin = a.origin.or(b.origin);
        let result = match (&a.data, &b.data) {
            (Data::Text(text), Data::Time(_) | Data::Duration(_)) => apply_to_text(op, text, &b.data, false),
            (Data::Time(_) | Data::Duration(_), Data::Text(text)) => apply_to_text(op, text, &a.data, true),
            (left, right) => apply(op, left, right),
        };
        match result {
            Some(data) => Value::at(data, origin),
            None => {
                let sign = match op {
                    ArithmeticOp::Add => "+",
                    ArithmeticOp::Sub => "-",
                    ArithmeticOp::Mul => "*",
                    ArithmeticOp::Div => "/",
                };
                let (a, b) = (self.print_short(a, 3), self.print_short(b, 3));
                Value::unreadable(format!("`{a} {sign} {b}` has no value")).or_from(origin)
            }
        }
    }

    /// `- x`
    pub(crate) fn negate(&mut self, inner: &'a Expr, frame: &mut Frame<'a>) -> Value<'a> {
        let value = self.value(inner, frame);
        self.negative_of(value)
    }

    pub(crate) fn negative_of(&mut self, value: Value<'a>) -> Value<'a> {
        let single = Self::single(&value);
        match single.data {
            Data::Number(range) => Value::at(Data::Number(range.negate()), single.origin),
            Data::Duration(Duration { months, micros }) => match (months.checked_neg(), micros.checked_neg()) {
                (Some(months), Some(micros)) => Value::at(Data::Duration(Duration { months, micros }), single.origin),
                _ => Value::unreadable("the duration is too long"),
            },
            _ if single.is_lacking() => value,
            _ => Value::unreadable(format!("{} has no negative", self.kind(single))).or_from(value.origin),
        }
    }
}

/// The first value that is not known, or else the first that is missing.
pub(crate) fn unknown_first<'v, 'a>(values: &[&'v Value<'a>]) -> Option<&'v Value<'a>> {
    let missing = |value: &Value<'_>| matches!(value.data, Data::Missing { .. });
    let open = || values.iter().filter(|value| value.is_lacking() && !missing(value));
    // What is not due yet does not settle it beside what will not be known even then.
    let unknown = open().find(|value| value.lack() == Truth::Unknown).or_else(|| open().next());
    unknown.or_else(|| values.iter().find(|value| missing(value))).copied()
}

fn apply<'a>(op: ArithmeticOp, a: &Data<'a>, b: &Data<'a>) -> Option<Data<'a>> {
    use ArithmeticOp::{Add, Div, Mul, Sub};
    Some(match (op, a, b) {
        (_, Data::Number(a), Data::Number(b)) => Data::Number(a.apply(op, *b)?),
        (Add, Data::Time(time), Data::Duration(length)) | (Add, Data::Duration(length), Data::Time(time)) => {
            Data::Time(time.checked_add(*length)?)
        }
        (Sub, Data::Time(time), Data::Duration(length)) => Data::Time(time.checked_sub(*length)?),
        (Sub, Data::Time(later), Data::Time(earlier)) => {
            Data::Duration(Duration { months: 0, micros: later.0.checked_sub(earlier.0)? })
        }
        (Add | Sub, Data::Duration(a), Data::Duration(b)) => {
            let b = if op == Add {
                *b
            } else {
                Duration { months: b.months.checked_neg()?, micros: b.micros.checked_neg()? }
            };
            Data::Duration(a.checked_add(b)?)
        }
        (Mul, Data::Duration(length), Data::Number(factor)) | (Mul, Data::Number(factor), Data::Duration(length)) => {
            Data::Duration(length.checked_mul(factor.number()?)?)
        }
        (Div, Data::Duration(length), Data::Number(divisor)) => {
            let divisor = divisor.number().filter(|divisor| *divisor != 0.0)?;
            Data::Duration(length.checked_mul(1.0 / divisor)?)
        }
        (Div, Data::Duration(a), Data::Duration(b)) => Data::Number(super::range::Range::exact(share(*a, *b)?)),
        _ => return None,
    })
}

/// How many times one length goes into another; of months only with months.
fn share(a: Duration, b: Duration) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "numbers of the language are 64-bit floats")]
    let (a, b) = match (a, b) {
        (Duration { months: 0, micros: a }, Duration { months: 0, micros: b }) => (a as f64, b as f64),
        (Duration { months: a, micros: 0 }, Duration { months: b, micros: 0 }) => (f64::from(a), f64::from(b)),
        _ => return None,
    };
    (b != 0.0).then(|| a / b)
}

/// Text of an open noun, beside a time or duration, is read as a time.
fn apply_to_text<'a>(op: ArithmeticOp, text: &str, other: &Data<'a>, swapped: bool) -> Option<Data<'a>> {
    let text = match (Time::parse(text), Duration::parse(text)) {
        (Ok(time), _) => Data::Time(time),
        (_, Ok(length)) => Data::Duration(length),
        _ => return None,
    };
    if swapped { apply(op, other, &text) } else { apply(op, &text, other) }
}
