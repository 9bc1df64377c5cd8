//! JSON in a text: what `json(…)` gives.

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use tickmark_facts::HOLE;

/// A JSON value, cheap to copy.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(f64),
    /// An integer that a number of the language cannot hold exactly.
    TooBig,
    Text(Arc<str>),
    List(Arc<[Json]>),
    Object(Arc<[(Arc<str>, Json)]>),
    /// A part that is not known, and why.
    Unknown(Arc<str>),
}

impl Json {
    /// Reads a text; depth is limited to 128 by the parser. A key that stands twice is an error: which of the two counts
    /// depends on who reads it.
    pub(crate) fn parse(text: &str) -> Result<Json, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    /// The value of a key.
    pub(crate) fn member(object: &[(Arc<str>, Json)], key: &str) -> Option<Json> {
        object.iter().find(|(name, _)| &**name == key).map(|(_, value)| value.clone())
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

/// The greatest integer up to which all are told apart.
const EXACT: u64 = 1 << 53;

/// How `serde_json` hands on a number where somebody in the same build asks it for arbitrary precision: as an object with this
/// key and the digits.
const NUMBER: &str = "$serde_json::private::Number";

/// A number from its digits.
#[expect(clippy::cast_precision_loss, reason = "at most 2^53")]
fn number(digits: &str) -> Json {
    match digits.parse::<i64>() {
        Ok(value) if value.unsigned_abs() <= EXACT => Json::Number(value as f64),
        Ok(_) => Json::TooBig,
        Err(_) if digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => Json::TooBig,
        Err(_) => digits.parse().map_or(Json::TooBig, Json::Number),
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    #[expect(clippy::cast_precision_loss, reason = "at most 2^53")]
    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(if value.unsigned_abs() > EXACT { Json::TooBig } else { Json::Number(value as f64) })
    }

    #[expect(clippy::cast_precision_loss, reason = "at most 2^53")]
    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(if value > EXACT { Json::TooBig } else { Json::Number(value as f64) })
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(Arc::from(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(Arc::from(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut object: Vec<(Arc<str>, Json)> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        while let Some((key, value)) = entries.next_entry::<String, Json>()? {
            let key: Arc<str> = Arc::from(key);
            if !seen.insert(Arc::clone(&key)) {
                return Err(A::Error::custom(format!("the key `{key}` stands twice in one object")));
            }
            object.push((key, value));
        }
        if let [(key, Json::Text(text))] = object.as_slice() {
            match &**key {
                HOLE => return Ok(Json::Unknown(Arc::clone(text))),
                NUMBER => return Ok(number(text)),
                _ => {}
            }
        }
        Ok(Json::Object(Arc::from(object)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_and_a_key_stands_once() {
        let Ok(Json::Object(object)) = Json::parse(r#"{"Effect": "Deny", "n": [1, null]}"#) else {
            panic!("an object")
        };
        assert_eq!(Json::member(&object, "Effect"), Some(Json::Text("Deny".into())));
        assert_eq!(Json::member(&object, "effect"), None);
        assert!(Json::parse(r#"{"a": 1, "a": 2}"#).unwrap_err().contains("stands twice"));
        assert!(Json::parse("{oops").is_err());
        let Ok(Json::List(items)) = Json::parse(r#"[1, {"\u0000not known": "later"}]"#) else { panic!("a list") };
        assert_eq!(items.last(), Some(&Json::Unknown("later".into())));
        assert!(Json::parse(&"[".repeat(100_000)).is_err());
    }

    /// As in a build in which a library asks for arbitrary precision.
    #[test]
    fn digits_are_numbers() {
        assert_eq!(number("9e-4"), Json::Number(0.0009));
        assert_eq!(number("-12"), Json::Number(-12.0));
        assert_eq!(number("9007199254740993"), Json::TooBig);
        assert_eq!(number("123456789012345678901234567890"), Json::TooBig);
        assert_eq!(Json::parse("[0.5, 3]").unwrap(), Json::List(Arc::from([Json::Number(0.5), Json::Number(3.0)])));
    }
}
