//! Conversions to a type, and secrecy.

use std::sync::Arc;

use super::Outcome;
use super::collection::as_set;
use crate::convert::convert;
use crate::eval::Scope;
use crate::fault::Fault;
use crate::marks::Marks;
use crate::types::Type;
use crate::value::{Entries, Items, JsonText, Kind, Value};

fn first(scope: &Scope<'_, '_>, values: &[Value], listed: bool) -> Outcome {
    let value = values.first().ok_or_else(|| Fault::new("it wants one argument"))?;
    Ok(if listed { scope.world.listed(value) } else { scope.world.settled(value) })
}

pub(super) fn tobool(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    convert(&first(scope, values, false)?, &Type::Bool)
}

pub(super) fn tonumber(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    convert(&first(scope, values, false)?, &Type::Number)
}

pub(super) fn tostring(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    convert(&first(scope, values, false)?, &Type::Text)
}

pub(super) fn tolist(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    convert(&first(scope, values, true)?, &Type::list(Type::Any))
}

pub(super) fn toset(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let value = first(scope, values, false)?;
    if value.as_items().is_some() { as_set(&value) } else { convert(&value, &Type::set(Type::Any)) }
}

pub(super) fn tomap(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    convert(&first(scope, values, true)?, &Type::map(Type::Any))
}

pub(super) fn same(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    first(scope, values, false)
}

pub(super) fn sensitive(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    Ok(first(scope, values, false)?.marked(&Marks::sensitive()))
}

pub(super) fn issensitive(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let value = first(scope, values, false)?;
    Ok(Value::bool(value.marks.is_sensitive()).marked(&value.deep_marks().without_sensitive()))
}

pub(super) fn nonsensitive(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    Ok(plain(&first(scope, values, false)?))
}

/// The value and all of its parts without secrecy.
fn plain(value: &Value) -> Value {
    if !value.deep_marks().is_sensitive() {
        return value.clone();
    }
    let all = |items: &Items| Arc::new(Items::new(items.iter().map(plain).collect()));
    let each = |entries: &Entries| {
        Arc::new(Entries::like(entries.iter().map(|(key, value)| (Arc::clone(key), plain(value))).collect(), entries))
    };
    let kind = match &value.kind {
        Kind::List(items) => Kind::List(all(items)),
        Kind::Set(items) => Kind::Set(all(items)),
        Kind::Tuple(items) => Kind::Tuple(all(items)),
        Kind::Map(entries) => Kind::Map(each(entries)),
        Kind::Object(entries) => Kind::Object(each(entries)),
        Kind::Json(json) => Kind::Json(Arc::new(JsonText { document: plain(&json.document), text: json.text.clone() })),
        other => other.clone(),
    };
    Value { kind, origin: value.origin, marks: value.marks.without_sensitive() }
}
