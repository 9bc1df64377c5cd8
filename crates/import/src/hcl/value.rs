//! Values of a configuration as the store reads them.

use super::holed;
use crate::error::ReadError;
use crate::terraform::SENSITIVE;
use std::collections::BTreeSet;
use tickmark_facts::{AttributeType, Needs, NounNeed, Scalar, ValueKind, ValueReader};
use tickmark_hcl::{Entries, Kind, Unknown, Value};
use tickmark_source::Place;

/// How names of arguments end that hold a secret in plain text. A provider would tell; without one, these never are anything
/// else. A bool or a number under such a name is shown.
const SECRETS: [&str; 14] = [
    "password",
    "passwd",
    "secret_string",
    "secret_binary",
    "client_secret",
    "shared_secret",
    "secret_key",
    "secret_access_key",
    "private_key",
    "private_key_pem",
    "auth_token",
    "access_token",
    "api_key",
    "connection_string",
];

/// Whether an argument of this name is a secret that the text writes out.
pub(crate) fn is_secret(name: &str, value: &Value) -> bool {
    let named = || SECRETS.iter().any(|ending| name.ends_with(ending));
    let written = value.as_text().is_some_and(|text| !text.is_empty()) && value.marks.references().is_empty();
    written && named()
}

/// The names that a program may ask of an object of which not every entry is known.
pub(crate) struct OpenNames<'a> {
    names: BTreeSet<&'a str>,
    /// Some object is read by computed keys: there any name may be asked for.
    any: bool,
}

impl<'a> OpenNames<'a> {
    /// The names of all attributes of open nouns.
    pub(crate) fn of(needs: &'a Needs) -> Self {
        let open = || needs.iter().map(|(_, need)| need).filter(|need| need.open);
        let maps = |need: &NounNeed| need.attributes.iter().any(|known| matches!(known.ty, AttributeType::Map(_)));
        OpenNames {
            names: open().flat_map(|need| need.attributes.iter().map(|known| known.name.as_str())).collect(),
            any: open().any(|need| maps(need) || (need.all && need.nested_in.is_some())),
        }
    }
}

/// A [`ValueReader`] over a value of a configuration.
pub(crate) struct ConfiguredValue<'a> {
    next: Next<'a>,
    /// Where it stands, unless the value knows better.
    place: Place,
    open: &'a OpenNames<'a>,
}

#[derive(Clone, Copy)]
enum Next<'a> {
    Value(&'a Value),
    Secret,
    /// What is not there, and may be there all the same.
    MayBeMissing(&'a Unknown),
    /// A text of which a part is not known.
    InPart(&'a Value, &'a Unknown),
}

impl<'a> ConfiguredValue<'a> {
    /// A reader of an argument of a name, which stands at a place.
    pub(crate) fn new(name: &str, value: &'a Value, place: Place, open: &'a OpenNames<'a>) -> Self {
        ConfiguredValue { next: next(name, value, open), place, open }
    }
}

/// What is read of a value: null and what is empty hide nothing.
fn next<'a>(name: &str, value: &'a Value, open: &OpenNames<'_>) -> Next<'a> {
    let empty = match &value.kind {
        Kind::Null => true,
        Kind::Text(text) => text.is_empty(),
        Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => items.is_empty(),
        Kind::Map(entries) | Kind::Object(entries) => entries.is_empty() && entries.rest().is_none(),
        _ => false,
    };
    if !empty && (value.marks.is_sensitive() || is_secret(name, value)) {
        return Next::Secret;
    }
    match &value.kind {
        Kind::Unknown(unknown) => Next::InPart(value, unknown),
        Kind::Json(json) if json.text.is_none() => {
            json.document.first_unknown().map_or(Next::Value(value), |unknown| Next::InPart(value, unknown))
        }
        Kind::Map(entries) | Kind::Object(entries) if open.any => {
            entries.rest().map_or(Next::Value(value), |rest| Next::MayBeMissing(rest))
        }
        _ => Next::Value(value),
    }
}

/// Whether an unknown may turn out to be null, or to be a collection without anything in it.
fn may_be_missing(unknown: &Unknown) -> bool {
    unknown.may_be_null || unknown.ty.is_collection()
}

/// A number as the store reads it.
fn number<R>(number: &tickmark_hcl::Number, take: impl FnOnce(Scalar<'_>) -> R) -> R {
    const EXACT: u128 = 1 << 53;
    match number.to_integer() {
        Some(integer) if integer.unsigned_abs() > EXACT => take(Scalar::BigInteger(&integer.to_string())),
        _ => take(Scalar::Number(number.to_f64())),
    }
}

fn entries(value: &Value) -> Option<&Entries> {
    value.as_entries().map(|entries| &**entries)
}

impl ValueReader for ConfiguredValue<'_> {
    type Error = ReadError;

    fn kind(&mut self) -> Result<ValueKind, ReadError> {
        Ok(match self.next {
            Next::Value(value) => match &value.kind {
                Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) => ValueKind::List,
                Kind::Map(_) | Kind::Object(_) => ValueKind::Object,
                _ => ValueKind::Scalar,
            },
            Next::Secret | Next::MayBeMissing(_) | Next::InPart(..) => ValueKind::Scalar,
        })
    }

    fn place(&mut self) -> Place {
        self.place
    }

    fn scalar<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        let value = match self.next {
            Next::Value(value) => value,
            Next::Secret => return Ok(take(Scalar::Unknown(SENSITIVE))),
            Next::MayBeMissing(unknown) => return Ok(take(Scalar::MayBeMissing(&unknown.reason))),
            Next::InPart(text, unknown) => {
                let why = &unknown.reason;
                return Ok(match text.document().and_then(|document| holed::text(&document)) {
                    Some(document) => take(Scalar::KnownInPart { why, document: &document }),
                    None if may_be_missing(unknown) => take(Scalar::MayBeMissing(why)),
                    None => take(Scalar::Unknown(why)),
                });
            }
        };
        Ok(match &value.kind {
            Kind::Bool(truth) => take(Scalar::Bool(*truth)),
            Kind::Number(value) => number(value, take),
            Kind::Text(text) => take(Scalar::Text(text)),
            Kind::Json(json) => take(json.text.as_deref().map_or(Scalar::Null, Scalar::Text)),
            _ => take(Scalar::Null),
        })
    }

    fn text_bytes<R>(&mut self, take: impl FnOnce(&[u8]) -> R) -> Result<Option<R>, ReadError> {
        Ok(match self.next {
            Next::Value(Value { kind: Kind::Text(text), .. }) => Some(take(text.as_bytes())),
            _ => None,
        })
    }

    fn list(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<(), ReadError>) -> Result<(), ReadError> {
        let Next::Value(value) = self.next else { return Ok(()) };
        for value in value.as_items().into_iter().flat_map(|items| items.iter()) {
            let place = value.origin.unwrap_or(self.place);
            item(&mut ConfiguredValue { next: next("", value, self.open), place, open: self.open })?;
        }
        Ok(())
    }

    fn object(&mut self, member: &mut dyn FnMut(&mut Self, &str) -> Result<(), ReadError>) -> Result<(), ReadError> {
        let Next::Value(value) = self.next else { return Ok(()) };
        let Some(entries) = entries(value) else { return Ok(()) };
        for (key, value) in entries.iter() {
            let place = value.origin.unwrap_or(self.place);
            member(&mut ConfiguredValue { next: next(key, value, self.open), place, open: self.open }, key)?;
        }
        // What is not there may be there all the same.
        let Some(rest) = entries.rest() else { return Ok(()) };
        for name in self.open.names.iter().filter(|name| entries.get(name).is_none()) {
            member(&mut ConfiguredValue { next: Next::MayBeMissing(rest), place: self.place, open: self.open }, name)?;
        }
        Ok(())
    }

    fn skip(&mut self) -> Result<(), ReadError> {
        Ok(())
    }
}
