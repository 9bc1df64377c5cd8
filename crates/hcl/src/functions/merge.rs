//! Collections put together.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Outcome;
use super::collection::{all_marks, no_list};
use crate::convert::convert;
use crate::eval::Scope;
use crate::fault::Fault;
use crate::marks::Marks;
use crate::types::{Type, unify};
use crate::value::{Entries, Kind, Unknown, Value};

/// Maps and objects in one. After one that is not known there may be other keys, but those of later ones are known.
pub(crate) fn merge(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let mut entries: BTreeMap<Arc<str>, Value> = BTreeMap::new();
    let mut rest: Option<Arc<Unknown>> = None;
    let mut marks = Vec::new();
    let mut types = Vec::new();
    for value in values {
        let value = scope.world.listed(value);
        marks.push(value.marks.clone());
        let found = match &value.kind {
            Kind::Null => continue,
            Kind::Map(found) | Kind::Object(found) => found,
            Kind::Unknown(unknown) if !unknown.ty.is_primitive() => {
                // Every key so far may have another value in it.
                entries.clear();
                rest = Some(Arc::clone(unknown));
                continue;
            }
            _ => return no_list(scope, &value, "a map or object", Type::Any),
        };
        types.push(Type::of(&value));
        if let Some(unknown) = found.rest() {
            entries.clear();
            rest = Some(Arc::clone(unknown));
        }
        for (key, value) in found.iter() {
            entries.insert(Arc::clone(key), value.clone());
        }
    }
    let marks = Marks::all(&marks);
    let entries: Vec<(Arc<str>, Value)> = entries.into_iter().collect();
    let maps = !types.is_empty() && types.iter().all(|ty| matches!(ty, Type::Map(_)));
    let same = maps && types.windows(2).all(|pair| pair.first() == pair.last());
    let entries = match rest {
        // Nothing at all is known of it.
        Some(rest) if entries.is_empty() => {
            return Ok(Value::new(Kind::Unknown(rest))
                .unknown_like(Type::Any)
                .unwrap_or_else(Value::null)
                .marked(&marks));
        }
        Some(rest) => Entries::opened(entries, rest),
        None => Entries::new(entries),
    };
    let entries = Arc::new(entries);
    Ok(Value::new(if same { Kind::Map(entries) } else { Kind::Object(entries) }).marked(&marks))
}

pub(super) fn concat(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let mut all = Vec::new();
    let mut lists = true;
    for value in values {
        match &value.kind {
            Kind::List(items) => all.extend(items.iter().cloned()),
            Kind::Tuple(items) => {
                lists = false;
                all.extend(items.iter().cloned());
            }
            _ => {
                let unknown = no_list(scope, value, "a list", Type::Any)?;
                return Ok(unknown.marked(&all_marks(values)));
            }
        }
    }
    let marks = Marks::all(values.iter().map(|value| &value.marks));
    if lists {
        let types: Vec<Type> = values.iter().map(|value| Type::of(value).element()).collect();
        let element = unify(&types).unwrap_or(Type::Any);
        let list = convert(&Value::list(all.clone()), &Type::list(element)).unwrap_or_else(|_| Value::tuple(all));
        return Ok(list.marked(&marks));
    }
    Ok(Value::tuple(all).marked(&marks))
}

/// Lists in lists laid out in one.
pub(super) fn flatten(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let Some(list) = values.first() else { return Err(Fault::new("it wants one argument")) };
    if list.as_items().is_none() {
        return no_list(scope, list, "a list", Type::Any);
    }
    let mut flat = Vec::new();
    let mut marks = Vec::new();
    match lay_out(scope, list, &mut flat, &mut marks, 0)? {
        None => Ok(Value::tuple(flat).marked(&Marks::all(&marks))),
        Some(unknown) => Ok(unknown.unknown_like(Type::Any).unwrap_or(unknown).marked(&list.deep_marks())),
    }
}

/// Adds the elements of a list; an unknown where it is not known how many there are.
fn lay_out(
    scope: &Scope<'_, '_>,
    list: &Value,
    flat: &mut Vec<Value>,
    marks: &mut Vec<Marks>,
    depth: usize,
) -> Result<Option<Value>, Fault> {
    if depth > 200 {
        return Err(Fault::new("lists nest deeper than the limit of 200"));
    }
    marks.push(list.marks.clone());
    let Some(items) = list.as_items() else { return Ok(None) };
    for item in items.iter() {
        if let Some(stopped) = scope.world.step() {
            return Ok(Some(stopped));
        }
        match &item.kind {
            Kind::List(_) | Kind::Tuple(_) | Kind::Set(_) => {
                if let Some(unknown) = lay_out(scope, item, flat, marks, depth + 1)? {
                    return Ok(Some(unknown));
                }
            }
            Kind::Unknown(unknown)
                if !unknown.ty.is_primitive() && !matches!(unknown.ty, Type::Map(_) | Type::Object(_)) =>
            {
                return Ok(Some(item.clone()));
            }
            Kind::Handle(handle) if handle.instance.is_none() => return Ok(Some(scope.world.settled(item))),
            _ => flat.push(item.clone()),
        }
    }
    Ok(None)
}

/// A map of lists turned round: for each text in a list the keys of the lists it is in.
pub(super) fn transpose(values: &[Value]) -> Outcome {
    let Some(map) = values.first() else { return Err(Fault::new("it wants one argument")) };
    let map = convert(map, &Type::map(Type::list(Type::Text)))?;
    let entries = map.as_entries().ok_or_else(|| Fault::new("a map of lists of strings is required"))?;
    let mut turned: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
    for (key, list) in entries.iter() {
        let items = list.as_items().ok_or_else(|| Fault::new("a list is null"))?;
        for item in items.iter() {
            let text = item.as_text().ok_or_else(|| Fault::new("an element is null"))?;
            turned.entry(Arc::clone(text)).or_default().push(Value::new(Kind::Text(Arc::clone(key))));
        }
    }
    Ok(Value::map(turned.into_iter().map(|(key, list)| (key, Value::list(list))).collect()))
}

/// A map of a list of keys and one of values.
pub(super) fn zipmap(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let [keys, list] = values else { return Err(Fault::new("it wants two arguments")) };
    let Some(key_items) = keys.as_items() else { return no_list(scope, keys, "a list of strings", Type::Any) };
    let Some(items) = list.as_items() else { return no_list(scope, list, "a list", Type::Any) };
    if key_items.len() != items.len() {
        return Err(Fault::new(format!("{} keys and {} values", key_items.len(), items.len())));
    }
    let mut entries = Vec::with_capacity(items.len());
    for (key, value) in key_items.iter().zip(items.iter()) {
        let key = scope.world.settled(key);
        match crate::convert::to_text(&key)? {
            Some(text) => entries.push((text, value.clone())),
            None => {
                let unknown = key.unknown_like(Type::Any).unwrap_or(key);
                return Ok(unknown.marked(&all_marks(values)));
            }
        }
    }
    let zipped = if matches!(list.kind, Kind::Tuple(_)) { Value::object(entries) } else { Value::map(entries) };
    Ok(zipped.marked(&keys.deep_marks()).marked(&list.marks))
}
