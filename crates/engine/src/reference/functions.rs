//! The functions of the language. Each gives nothing where its argument is nothing, and what is not known where that is
//! not known.

use std::borrow::Cow;

use tickmark_facts::{Duration, Time, UnknownReason};
use tickmark_program::{ArithmeticOp, Expr, Function, Type};

use super::Evaluator;
use super::arithmetic::unknown_first;
use super::frame::Frame;
use super::json::Json;
use super::path::from_json;
use super::quantify::Tally;
use super::range::Range;
use super::truth::Truth;
use super::value::{Data, Items, Unknown, Value};
use crate::budget::VALUE;

/// How much longer JSON is read than written, at most: a digit and a comma become a value.
const PARSED: usize = 16;

impl<'a> Evaluator<'a> {
    pub(crate) fn call(
        &mut self,
        function: Function,
        arguments: &'a [Expr],
        call: &'a Expr,
        frame: &mut Frame<'a>,
    ) -> Value<'a> {
        let Some(first) = arguments.first() else { return Value::undecided("no argument") };
        match function {
            Function::Count => self.count(first, frame),
            Function::Sum => self.sum(first, &call.ty, frame),
            Function::Min => self.extreme(arguments, false, frame),
            Function::Max => self.extreme(arguments, true, frame),
            Function::Lower => self.map_text(first, frame, |text| text.to_lowercase()),
            Function::Upper => self.map_text(first, frame, |text| text.to_uppercase()),
            Function::Trim => self.map_text(first, frame, |text| text.trim().to_owned()),
            Function::Split => self.split(arguments, frame),
            Function::Json => self.json(first, frame),
            Function::Time => self.read_time(first, frame),
            Function::Number => self.read_number(first, frame),
            Function::Text => self.read_text(first, frame),
        }
    }

    /// `count(list)`: how many values there are; one that is missing is none.
    fn count(&mut self, list: &'a Expr, frame: &mut Frame<'a>) -> Value<'a> {
        let value = self.value(list, frame);
        let items = self.items_of(value, list);
        let mut tally = Tally::default();
        for item in &items.items {
            if !matches!(item.value.data, Data::Missing { .. }) {
                tally.add(item.belongs);
            }
        }
        tally.open(items.openness());
        Value::of(Data::Number(tally.range()))
    }

    /// The members of a list where all of them are known, or what is not.
    fn known_items(&mut self, list: &'a Expr, frame: &mut Frame<'a>) -> Result<Vec<Value<'a>>, Value<'a>> {
        let value = self.value(list, frame);
        let Items { items, gaps, .. } = self.items_of(value, list);
        if let Some(gap) = gaps.into_iter().next() {
            // A list behind a missing reference is no list that could be taken as empty.
            return Err(match gap.value.data {
                Data::Missing { .. } => {
                    Value::undecided("the path leads through a missing reference").or_from(gap.value.origin)
                }
                _ => gap.value,
            });
        }
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            match item.value.data {
                Data::Missing { .. } => {
                    return Err(Value::undecided("a value of the list is missing").or_from(item.value.origin));
                }
                _ if item.value.is_lacking() => return Err(item.value),
                _ if item.belongs != Truth::True => return Err(Value::undecided("it is open what is in the list")),
                _ => values.push(item.value),
            }
        }
        Ok(values)
    }

    /// `sum` of numbers or durations; of nothing it is zero.
    fn sum(&mut self, list: &'a Expr, ty: &Type, frame: &mut Frame<'a>) -> Value<'a> {
        let values = match self.known_items(list, frame) {
            Ok(values) => values,
            Err(lacking) => return lacking,
        };
        let zero = match (ty, values.first().map(|value| &value.data)) {
            (Type::Duration, _) | (_, Some(Data::Duration(_))) => Data::Duration(Duration::default()),
            _ => Data::Number(Range::exact(0.0)),
        };
        let mut sum = Some(zero);
        for value in &values {
            sum = match (sum, &value.data) {
                (Some(Data::Number(sum)), Data::Number(next)) => sum.apply(ArithmeticOp::Add, *next).map(Data::Number),
                (Some(Data::Duration(sum)), Data::Duration(next)) => sum.checked_add(*next).map(Data::Duration),
                _ => None,
            };
        }
        sum.map_or_else(|| Value::unreadable("the values have no sum"), Value::of)
    }

    /// `min`, `max`: of a list, or of the arguments; of nothing there is none.
    fn extreme(&mut self, arguments: &'a [Expr], greatest: bool, frame: &mut Frame<'a>) -> Value<'a> {
        let values = match arguments {
            [list] => match self.known_items(list, frame) {
                Ok(values) => values,
                Err(lacking) => return lacking,
            },
            several => {
                let values: Vec<Value<'a>> = several.iter().map(|argument| self.value(argument, frame)).collect();
                let lacking = unknown_first(&values.iter().collect::<Vec<_>>()).cloned();
                if let Some(lacking) = lacking {
                    return lacking;
                }
                values
            }
        };
        let mut values = values.into_iter();
        let Some(mut best) = values.next() else { return Value::missing() };
        for next in values {
            best = match better(&best, &next, greatest) {
                Some(data) => {
                    let origin = if same_data(&data, &next.data) { next.origin } else { best.origin };
                    Value::at(data, origin)
                }
                None => return Value::unreadable("the values have no order"),
            };
        }
        best
    }

    fn map_text(&mut self, argument: &'a Expr, frame: &mut Frame<'a>, map: fn(&str) -> String) -> Value<'a> {
        let value = self.value(argument, frame);
        let single = Self::single(&value);
        match &single.data {
            Data::Text(text) => {
                self.meter.step(text.len() as u64 / 16);
                Value::at(Data::Text(Cow::Owned(map(text))), single.origin)
            }
            _ if value.is_lacking() => value,
            _ => Value::unreadable(format!("{} is no text", self.kind(&value))).or_from(value.origin),
        }
    }

    /// `split(text, separator)`
    fn split(&mut self, arguments: &'a [Expr], frame: &mut Frame<'a>) -> Value<'a> {
        let [text, separator] = arguments else { return Value::undecided("`split` takes two arguments") };
        let (text, separator) = (self.value(text, frame), self.value(separator, frame));
        if let Some(lacking) = unknown_first(&[&text, &separator]) {
            // A text that is missing has no parts that could be looked at: it is not an empty list.
            return match lacking.data {
                Data::Missing { .. } => Value::at(Data::Missing { through: true }, lacking.origin),
                _ => lacking.clone(),
            };
        }
        let origin = text.origin;
        match (&Self::single(&text).data, &Self::single(&separator).data) {
            (Data::Text(text), Data::Text(separator)) if !separator.is_empty() => {
                self.meter.step(text.len() as u64 / 4);
                let mut items = Items::default();
                for part in text.split(separator.as_ref()) {
                    if !self.meter.hold(items.items.len().saturating_mul(VALUE)) {
                        break;
                    }
                    items.push(Value::at(Data::Text(Cow::Owned(part.to_owned())), origin), Truth::True);
                }
                Value::at(Data::Many(Box::new(items)), origin)
            }
            _ => Value::unreadable("`split` takes a text and a separator").or_from(origin),
        }
    }

    /// `json(text)`: what is no JSON is unknown.
    fn json(&mut self, argument: &'a Expr, frame: &mut Frame<'a>) -> Value<'a> {
        let value = self.value(argument, frame);
        let single = Self::single(&value);
        match &single.data {
            Data::Text(text) => {
                self.meter.step(text.len() as u64 / 16);
                if !self.meter.hold(text.len().saturating_mul(PARSED)) {
                    return Value::undecided("a limit was met");
                }
                match Json::parse(text) {
                    Ok(json) => from_json(Some(json), single.origin),
                    Err(reason) => Value::unreadable(format!("it is no JSON: {reason}")).or_from(single.origin),
                }
            }
            // What is not known of the text is not known of the value, and nothing else.
            Data::Unknown(Unknown::Fact(UnknownReason::KnownInPart { document, .. })) => {
                self.meter.step(document.len() as u64 / 16);
                Json::parse(document).map_or(value.clone(), |json| from_json(Some(json), single.origin))
            }
            // An object of an open noun is one already.
            Data::Object(_) | Data::Record(..) | Data::Many(_) => value,
            _ if value.is_lacking() => value,
            _ => Value::unreadable(format!("{} is no text", self.kind(&value))).or_from(value.origin),
        }
    }

    /// `time(text)`
    fn read_time(&mut self, argument: &'a Expr, frame: &mut Frame<'a>) -> Value<'a> {
        let value = self.value(argument, frame);
        let single = Self::single(&value);
        match &single.data {
            Data::Time(_) => single.clone(),
            Data::Text(text) => match Time::parse(text) {
                Ok(time) => Value::at(Data::Time(time), single.origin),
                Err(_) => Value::unreadable(format!("`{text}` is no time")).or_from(single.origin),
            },
            _ if value.is_lacking() => value,
            _ => Value::unreadable(format!("{} is no time", self.kind(&value))).or_from(value.origin),
        }
    }

    /// `number(text)`
    fn read_number(&mut self, argument: &'a Expr, frame: &mut Frame<'a>) -> Value<'a> {
        let value = self.value(argument, frame);
        let single = Self::single(&value);
        match &single.data {
            Data::Number(_) => single.clone(),
            Data::Text(text) => match text.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => Value::at(Data::Number(Range::exact(number)), single.origin),
                _ => Value::unreadable(format!("`{text}` is no number")).or_from(single.origin),
            },
            _ if value.is_lacking() => value,
            _ => Value::unreadable(format!("{} is no number", self.kind(&value))).or_from(value.origin),
        }
    }

    /// `text(value)`
    fn read_text(&mut self, argument: &'a Expr, frame: &mut Frame<'a>) -> Value<'a> {
        let value = self.value(argument, frame);
        let single = Self::single(&value);
        match &single.data {
            _ if value.is_lacking() => value,
            Data::Number(range) if range.number().is_none() => Value::undecided("the number is not known exactly"),
            Data::Many(_) | Data::Object(_) | Data::Opaque => {
                Value::unreadable(format!("{} is no single value", self.kind(&value))).or_from(value.origin)
            }
            _ => Value::at(Data::Text(Cow::Owned(self.print(single))), single.origin),
        }
    }
}

/// The lesser or greater of two values of one kind.
fn better<'a>(a: &Value<'a>, b: &Value<'a>, greatest: bool) -> Option<Data<'a>> {
    Some(match (&a.data, &b.data) {
        (Data::Number(a), Data::Number(b)) => Data::Number(if greatest { a.max(*b) } else { a.min(*b) }),
        (Data::Time(a), Data::Time(b)) => Data::Time(if greatest { *a.max(b) } else { *a.min(b) }),
        (Data::Duration(a), Data::Duration(b)) => {
            let order = a.compare(*b)?;
            Data::Duration(if order.is_ge() == greatest { *a } else { *b })
        }
        // Texts of open nouns that both read as times.
        (Data::Text(a), Data::Text(b)) => {
            let (first, second) = (Time::parse(a).ok()?, Time::parse(b).ok()?);
            Data::Time(if greatest { first.max(second) } else { first.min(second) })
        }
        (Data::Time(time), Data::Text(text)) | (Data::Text(text), Data::Time(time)) => {
            let other = Time::parse(text).ok()?;
            Data::Time(if greatest { other.max(*time) } else { other.min(*time) })
        }
        _ => return None,
    })
}

/// Whether the best of two is the second, to say where it comes from.
fn same_data(best: &Data<'_>, second: &Data<'_>) -> bool {
    match (best, second) {
        (Data::Number(a), Data::Number(b)) => a == b,
        (Data::Time(a), Data::Time(b)) => a == b,
        (Data::Duration(a), Data::Duration(b)) => a == b,
        _ => false,
    }
}
