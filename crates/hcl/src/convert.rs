//! Conversion of a value to a type, as Terraform does it for variables, functions and templates.

use std::sync::Arc;

use crate::compare::set_of;
use crate::fault::Fault;
use crate::number::Number;
use crate::types::{Field, Type, unify};
use crate::value::{Entries, Kind, Value};

/// The value as one of `ty`. Unknown values stay unknown, null stays null, marks and places are kept.
pub(crate) fn convert(value: &Value, ty: &Type) -> Result<Value, Fault> {
    let kind = match (&value.kind, ty) {
        (Kind::Null, _) | (_, Type::Any) => return Ok(value.clone()),
        (Kind::Unknown(unknown), _) => return Ok(convert_unknown(value, &unknown.ty, ty)),
        (Kind::Handle(_), _) => return Ok(value.clone()),
        (Kind::Bool(_), Type::Bool) | (Kind::Number(_), Type::Number) | (Kind::Text(_) | Kind::Json(_), Type::Text) => {
            return Ok(value.clone());
        }
        (Kind::Bool(truth), Type::Text) => Kind::Text(Arc::from(if *truth { "true" } else { "false" })),
        (Kind::Number(number), Type::Text) => Kind::Text(Arc::from(number.to_string())),
        (Kind::Text(_) | Kind::Json(_), Type::Bool | Type::Number) => return convert_text(value, ty),
        (Kind::List(items) | Kind::Tuple(items) | Kind::Set(items), Type::List(of)) => {
            return Ok(like(value, Value::list(convert_all(items.iter(), of, "list")?)));
        }
        (Kind::List(items) | Kind::Tuple(items) | Kind::Set(items), Type::Set(of)) => {
            return Ok(like(value, set_of(convert_all(items.iter(), of, "set")?)));
        }
        (Kind::Map(entries) | Kind::Object(entries), Type::Map(of)) => {
            let values = convert_all(entries.values(), of, "map")?;
            let entries = Entries::like(entries.keys().cloned().zip(values).collect(), entries);
            return Ok(like(value, Value::new(Kind::Map(Arc::new(entries)))));
        }
        (Kind::Tuple(items) | Kind::List(items), Type::Tuple(types)) if items.len() == types.len() => {
            let converted = items.iter().zip(types.iter()).map(|(item, ty)| convert(item, ty));
            return Ok(like(value, Value::tuple(converted.collect::<Result<_, _>>()?)));
        }
        (Kind::Map(_) | Kind::Object(_), Type::Object(fields)) => return convert_object(value, fields),
        _ => return Err(mismatch(value, ty)),
    };
    Ok(like(value, Value::new(kind)))
}

/// The result of a conversion has the place and the marks of what was converted.
fn like(original: &Value, result: Value) -> Value {
    Value { kind: result.kind, origin: original.origin, marks: original.marks.clone() }
}

fn mismatch(value: &Value, ty: &Type) -> Fault {
    let wanted = match ty {
        Type::Bool => "a bool".to_owned(),
        Type::Number => "a number".to_owned(),
        Type::Text => "a string".to_owned(),
        other => format!("a value of type `{other}`"),
    };
    Fault::new(format!("{wanted} is required, and this is {}", value.describe()))
}

fn convert_unknown(value: &Value, from: &Type, ty: &Type) -> Value {
    // A text with known pieces stays one.
    if matches!((from, ty), (Type::Text, Type::Text)) || from == ty {
        return value.clone();
    }
    let converted = value.unknown_like(ty.clone()).unwrap_or_else(|| value.clone());
    converted.or_null(value.may_be_null())
}

fn convert_text(value: &Value, ty: &Type) -> Result<Value, Fault> {
    let Some(text) = value.as_text() else {
        return Ok(value.unknown_like(ty.clone()).unwrap_or_else(|| value.clone()));
    };
    let converted = match ty {
        Type::Bool => match &**text {
            "true" | "1" => Some(Value::bool(true)),
            "false" | "0" => Some(Value::bool(false)),
            _ => None,
        },
        _ => Number::parse(text).map(Value::number),
    };
    match converted {
        Some(converted) => Ok(like(value, converted)),
        None => Err(mismatch(value, ty)),
    }
}

fn convert_all<'a>(
    values: impl Iterator<Item = &'a Value> + Clone,
    of: &Type,
    what: &str,
) -> Result<Vec<Value>, Fault> {
    if !matches!(of, Type::Any) {
        return values.map(|value| convert(value, of)).collect();
    }
    // `list(any)` is a list of whatever one type all elements can be turned into.
    let known: Vec<Type> = values.clone().map(Type::of).filter(|ty| !matches!(ty, Type::Any)).collect();
    if known.is_empty() {
        return Ok(values.cloned().collect());
    }
    let Some(ty) = unify(&known) else {
        return Err(Fault::new(format!("all elements of a {what} must have one type")));
    };
    values.map(|value| convert(value, &ty)).collect()
}

fn convert_object(value: &Value, fields: &[Field]) -> Result<Value, Fault> {
    let Some(entries) = value.as_entries() else { return Err(Fault::new("an object is required")) };
    let mut converted = Vec::with_capacity(fields.len());
    for field in fields {
        let given = entries.get(&field.name);
        let absent = given.is_none_or(Value::is_null);
        let result = match (&field.default, given) {
            (_, None) if entries.is_open() => match entries.rest() {
                Some(rest) => Value::new(Kind::Unknown(Arc::clone(rest)))
                    .unknown_like(field.ty.clone())
                    .unwrap_or_else(Value::null)
                    .or_null(field.optional),
                None => Value::null(),
            },
            (Some(default), _) if absent => convert(default, &field.ty)?,
            (_, Some(given)) => convert(given, &field.ty)
                .map_err(|fault| Fault::new(format!("attribute `{}`: {}", field.name, fault.message)))?,
            (None, None) if field.optional => Value { origin: value.origin, ..Value::null() },
            (_, None) => return Err(Fault::new(format!("attribute `{}` is required", field.name))),
        };
        converted.push((Arc::clone(&field.name), result));
    }
    Ok(like(value, Value::object(converted)))
}

/// Whether the two branches of a conditional, or a value and its default, have a type in common; if so both as that type.
pub(crate) fn convert_to_common(values: &[Value]) -> Result<Vec<Value>, Fault> {
    // Null fits any type, and so does what is not known yet.
    let types: Vec<Type> = values.iter().filter(|value| !value.is_null()).map(Type::of).collect();
    if types.is_empty() || types.iter().any(|ty| matches!(ty, Type::Any)) {
        return Ok(values.to_vec());
    }
    match unify(&types) {
        Some(ty) => values.iter().map(|value| convert(value, &ty)).collect(),
        None => Err(Fault::new("the values have no type in common")),
    }
}

/// The text of a text, number or truth value; `None` where it is not known.
pub(crate) fn to_text(value: &Value) -> Result<Option<Arc<str>>, Fault> {
    if value.is_null() {
        return Err(Fault::new("null cannot be part of a string"));
    }
    let text = convert(value, &Type::Text)?;
    Ok(text.as_text().cloned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, ty: Type, default: Option<Value>) -> Field {
        Field { name: name.into(), ty, optional: default.is_some(), default }
    }

    #[test]
    fn primitives_convert_both_ways() {
        let to = |value: Value, ty: Type| convert(&value, &ty).map(|value| format!("{value:?}"));
        assert_eq!(to(Value::text("5"), Type::Number).unwrap(), "5");
        assert_eq!(to(Value::text("true"), Type::Bool).unwrap(), "true");
        assert_eq!(to(Value::bool(true), Type::Text).unwrap(), "\"true\"");
        assert!(to(Value::text("x"), Type::Number).is_err());
        assert!(to(Value::number(1), Type::Bool).is_err());
        assert!(to(Value::tuple(vec![]), Type::Text).is_err());
    }

    #[test]
    fn objects_take_their_defaults_and_drop_the_rest() {
        let ty = Type::Object(Arc::from(vec![
            field("a", Type::Text, None),
            field("b", Type::Bool, Some(Value::bool(true))),
        ]));
        let given = Value::object(vec![("a".into(), Value::number(1)), ("z".into(), Value::null())]);
        assert_eq!(format!("{:?}", convert(&given, &ty).unwrap()), r#"{"a": "1", "b": true}"#);
        let fault = convert(&Value::object(vec![]), &ty).unwrap_err();
        assert_eq!(fault.message, "attribute `a` is required");
    }

    #[test]
    fn lists_of_any_unify_their_elements() {
        let mixed = Value::tuple(vec![Value::number(1), Value::text("a"), Value::bool(true)]);
        assert_eq!(format!("{:?}", convert(&mixed, &Type::list(Type::Any)).unwrap()), r#"["1", "a", "true"]"#);
        let wrong = Value::tuple(vec![Value::number(1), Value::bool(true)]);
        assert!(convert(&wrong, &Type::list(Type::Any)).is_err());
    }
}
