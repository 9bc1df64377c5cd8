//! JSON texts as trees with the place of each value: `.tf.json`, `.tfvars.json` and `jsondecode`.

use std::sync::Arc;

use jiter::{Jiter, NumberInt, Peek};

use crate::number::Number;
use crate::value::Value;

/// A JSON value and where it begins in its text.
#[derive(Debug)]
pub(crate) struct Json {
    pub(crate) shape: Shape,
    pub(crate) offset: usize,
}

#[derive(Debug)]
pub(crate) enum Shape {
    Null,
    Bool(bool),
    Number(Number),
    Text(Arc<str>),
    List(Vec<Json>),
    /// Members in the order of the text.
    Object(Vec<(Arc<str>, Json)>),
}

/// What is wrong with a JSON text, and at which byte.
#[derive(Debug)]
pub(crate) struct JsonFault {
    pub(crate) message: String,
    pub(crate) offset: usize,
}

/// How deep lists and objects may nest.
const DEEPEST: usize = 128;

/// Reads a text that is one JSON value.
pub(crate) fn read(text: &str) -> Result<Json, JsonFault> {
    let mut jiter = Jiter::new(text.as_bytes());
    let json = value(&mut jiter, text, 0)?;
    jiter.finish().map_err(|error| fault(&error))?;
    Ok(json)
}

fn fault(error: &jiter::JiterError) -> JsonFault {
    JsonFault { message: error.error_type.to_string(), offset: error.index }
}

fn value(jiter: &mut Jiter<'_>, text: &str, depth: usize) -> Result<Json, JsonFault> {
    let peek = jiter.peek().map_err(|error| fault(&error))?;
    let offset = jiter.current_index();
    if depth > DEEPEST {
        return Err(JsonFault {
            message: format!("lists and objects nest deeper than the limit of {DEEPEST}"),
            offset,
        });
    }
    let shape = match peek {
        Peek::Null => jiter.known_null().map(|()| Shape::Null).map_err(|error| fault(&error))?,
        Peek::True | Peek::False => jiter.known_bool(peek).map(Shape::Bool).map_err(|error| fault(&error))?,
        Peek::String => match jiter.known_str() {
            Ok(text) => Shape::Text(Arc::from(text)),
            Err(error) => return Err(fault(&error)),
        },
        Peek::Array => list(jiter, text, depth)?,
        Peek::Object => object(jiter, text, depth)?,
        _ => number(jiter, text, peek, offset)?,
    };
    Ok(Json { shape, offset })
}

fn number(jiter: &mut Jiter<'_>, text: &str, peek: Peek, offset: usize) -> Result<Shape, JsonFault> {
    // Integers of the usual size are read at once, others from their digits.
    let small = jiter.known_number(peek).map_err(|error| fault(&error))?;
    if let jiter::NumberAny::Int(NumberInt::Int(value)) = small {
        return Ok(Shape::Number(Number::from(i128::from(value))));
    }
    let digits = text.get(offset..jiter.current_index()).unwrap_or("");
    match Number::parse(digits) {
        Some(number) => Ok(Shape::Number(number)),
        None => Err(JsonFault { message: "expected a number".to_owned(), offset }),
    }
}

fn list(jiter: &mut Jiter<'_>, text: &str, depth: usize) -> Result<Shape, JsonFault> {
    let mut items = Vec::new();
    let mut next = jiter.known_array().map_err(|error| fault(&error))?;
    while next.is_some() {
        items.push(value(jiter, text, depth + 1)?);
        next = jiter.array_step().map_err(|error| fault(&error))?;
    }
    Ok(Shape::List(items))
}

fn object(jiter: &mut Jiter<'_>, text: &str, depth: usize) -> Result<Shape, JsonFault> {
    let mut members = Vec::new();
    let mut next = match jiter.known_object() {
        Ok(key) => key.map(Arc::from),
        Err(error) => return Err(fault(&error)),
    };
    while let Some(key) = next {
        members.push((key, value(jiter, text, depth + 1)?));
        next = match jiter.next_key() {
            Ok(key) => key.map(Arc::from),
            Err(error) => return Err(fault(&error)),
        };
    }
    Ok(Shape::Object(members))
}

impl Json {
    /// The value, as `jsondecode` gives it: objects and tuples.
    pub(crate) fn to_value(&self) -> Value {
        match &self.shape {
            Shape::Null => Value::null(),
            Shape::Bool(value) => Value::bool(*value),
            Shape::Number(number) => Value::number(number.clone()),
            Shape::Text(text) => Value::text(Arc::clone(text)),
            Shape::List(items) => Value::tuple(items.iter().map(Json::to_value).collect()),
            Shape::Object(members) => {
                let entries = members.iter().map(|(key, value)| (Arc::clone(key), value.to_value()));
                Value::object(entries.collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_read_with_places_and_exact_numbers() {
        let text = r#"{"b": [1, 2.50, 123456789012345678901234567890], "a": null}"#;
        let json = read(text).unwrap();
        assert_eq!(format!("{:?}", json.to_value()), r#"{"a": null, "b": [1, 2.5, 123456789012345678901234567890]}"#);
        let Shape::Object(members) = &json.shape else { panic!() };
        assert_eq!(members[0].1.offset, 6);
    }

    #[test]
    fn broken_and_deep_json_is_refused() {
        assert!(read("{").is_err() && read("[1,]").is_err() && read("1 2").is_err() && read("").is_err());
        assert!(read(&"[".repeat(100_000)).unwrap_err().message.contains("limit"));
    }
}
