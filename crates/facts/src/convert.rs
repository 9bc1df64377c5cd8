//! One value of an export, read as the declared type.

use crate::column::{Kind, Value};
use crate::duration::Duration;
use crate::keys::write_number;
use crate::tables::{Cursor, Held, Tables};
use crate::time::{Time, shorten};
use crate::{AttributeType, Needs, NounId, Scalar, UnknownReason};
use smol_str::SmolStr;
use tickmark_source::Place;

/// Beyond this a 64-bit float does not hold every integer.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What a value of an export is, read as the declared type.
pub(crate) enum Reading {
    Held(Held),
    /// It does not fit: as it stands there, and why not where that is not plain.
    DoesNotFit(String, &'static str),
}

impl Tables {
    /// Reads a scalar as one value of a kind: for lists and relations, as one of theirs.
    pub(crate) fn read_scalar(
        &mut self,
        cursor: Cursor,
        kind: Kind,
        scalar: &Scalar<'_>,
        place: Option<Place>,
    ) -> Reading {
        if matches!(scalar, Scalar::Null) {
            return Reading::Held(Held::Null);
        }
        if let Scalar::Unknown(words) = scalar {
            return Reading::Held(self.unknown(UnknownReason::NotKnown((*words).to_owned())));
        }
        if let Scalar::MayBeMissing(words) = scalar {
            return Reading::Held(self.unknown(UnknownReason::MayBeMissing((*words).to_owned())));
        }
        if let Scalar::KnownInPart { why, document } = scalar {
            let (why, document) = ((*why).to_owned(), (*document).to_owned());
            return Reading::Held(self.unknown(UnknownReason::KnownInPart { why, document }));
        }
        let value = match kind {
            Kind::Text => Some(self.read_text(scalar)),
            Kind::Number => return read_number(scalar),
            Kind::Bool => read_bool(scalar),
            Kind::Time => read_with(scalar, |text| Time::parse(text).ok().map(Value::Time)),
            Kind::Duration => read_with(scalar, |text| Duration::parse(text).ok().map(Value::Duration)),
            Kind::OneOf => self.read_choice(cursor, scalar),
            Kind::Any(_) => self.read_any(scalar),
            Kind::One(noun) | Kind::Many(noun) => Some(self.read_reference(noun, scalar, place)),
            Kind::List | Kind::Map(_) => None,
        };
        match value {
            Some(value) => Reading::Held(Held::Known(value)),
            None => Reading::DoesNotFit(print_scalar(scalar), ""),
        }
    }

    fn read_text(&mut self, scalar: &Scalar<'_>) -> Value {
        match scalar {
            Scalar::Text(text) => Value::Text(self.symbols.intern(text)),
            other => Value::Text(self.symbols.intern(&plain(other))),
        }
    }

    fn read_any(&mut self, scalar: &Scalar<'_>) -> Option<Value> {
        Some(match scalar {
            Scalar::Bool(value) => Value::Bool(*value),
            Scalar::Number(number) => Value::Number(Some(*number).filter(|number| number.is_finite())?),
            other => self.read_text(other),
        })
    }

    fn read_choice(&mut self, cursor: Cursor, scalar: &Scalar<'_>) -> Option<Value> {
        let text;
        let text = match scalar {
            Scalar::Text(text) => *text,
            other => {
                text = plain(other);
                &text
            }
        };
        let fits = choices(&self.needs, cursor).iter().any(|choice| choice == text);
        fits.then(|| Value::Text(self.symbols.intern(text)))
    }

    fn read_reference(&mut self, noun: NounId, scalar: &Scalar<'_>, place: Option<Place>) -> Value {
        Value::One(match scalar {
            Scalar::Text(id) => self.refer(noun, id, place),
            other => self.refer(noun, &plain(other), place),
        })
    }

    /// What was declared, in words.
    pub(crate) fn expected(&self, cursor: Cursor, kind: Kind) -> String {
        let noun_name = |noun: NounId| &self.needs.noun(noun).name;
        match kind {
            Kind::Text => "text".to_owned(),
            Kind::Number => "a number".to_owned(),
            Kind::Bool => "a bool".to_owned(),
            Kind::Time => "a time".to_owned(),
            Kind::Duration => "a duration".to_owned(),
            Kind::OneOf => {
                let choices: Vec<String> =
                    choices(&self.needs, cursor).iter().map(|choice| format!("`{choice}`")).collect();
                format!("one of {}", choices.join(", "))
            }
            Kind::Any(_) => "a value".to_owned(),
            Kind::List => "a list".to_owned(),
            Kind::One(noun) => format!("one `{}`", noun_name(noun)),
            Kind::Many(noun) => format!("many `{}`", noun_name(noun)),
            Kind::Map(_) => "a map".to_owned(),
        }
    }
}

/// The texts that the declaration allows in a cell, or in the lists in it.
pub(crate) fn choices(needs: &Needs, cursor: Cursor) -> &[SmolStr] {
    let mut ty = needs.attribute(cursor.noun, cursor.attribute).map(|need| &need.ty);
    while let Some(AttributeType::List(item)) = ty {
        ty = Some(item.as_ref());
    }
    match ty {
        Some(AttributeType::OneOf(choices)) => choices,
        _ => &[],
    }
}

fn read_number(scalar: &Scalar<'_>) -> Reading {
    const TOO_BIG: &str = "an integer beyond 2^53";
    let number = match scalar {
        Scalar::Number(number) => Some(*number).filter(|number| number.is_finite()),
        Scalar::BigInteger(_) => return Reading::DoesNotFit(print_scalar(scalar), TOO_BIG),
        Scalar::Text(text) => match parse_number(text) {
            Some(number) if number.abs() >= EXACT && !text.contains(['.', 'e', 'E']) => {
                return Reading::DoesNotFit(print_scalar(scalar), TOO_BIG);
            }
            number => number,
        },
        _ => None,
    };
    match number {
        Some(number) => Reading::Held(Held::Known(Value::Number(number))),
        None => Reading::DoesNotFit(print_scalar(scalar), ""),
    }
}

/// A text that is wholly a number: not `inf`, not `nan`, nothing around it.
fn parse_number(text: &str) -> Option<f64> {
    let begins = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !begins.starts_with(|letter: char| letter.is_ascii_digit() || letter == '.') {
        return None;
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

fn read_bool(scalar: &Scalar<'_>) -> Option<Value> {
    match scalar {
        Scalar::Bool(value) => Some(Value::Bool(*value)),
        Scalar::Text("true") => Some(Value::Bool(true)),
        Scalar::Text("false") => Some(Value::Bool(false)),
        _ => None,
    }
}

fn read_with(scalar: &Scalar<'_>, parse: impl FnOnce(&str) -> Option<Value>) -> Option<Value> {
    match scalar {
        Scalar::Text(text) => parse(text),
        _ => None,
    }
}

/// A scalar as text.
fn plain(scalar: &Scalar<'_>) -> String {
    match scalar {
        Scalar::Null => "null".to_owned(),
        Scalar::Unknown(words) | Scalar::MayBeMissing(words) | Scalar::KnownInPart { why: words, .. } => {
            (*words).to_owned()
        }
        Scalar::Bool(value) => value.to_string(),
        Scalar::Number(number) => {
            let mut text = String::new();
            write_number(&mut text, *number);
            text
        }
        Scalar::BigInteger(digits) => (*digits).to_owned(),
        Scalar::Text(text) => (*text).to_owned(),
    }
}

/// A scalar as it stands in a message.
fn print_scalar(scalar: &Scalar<'_>) -> String {
    shorten(&plain(scalar))
}
