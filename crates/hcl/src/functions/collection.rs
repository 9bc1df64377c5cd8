//! Lists, sets, maps and objects looked into, cut and put in order.

use std::cmp::Ordering;
use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;

use super::{Outcome, integer_at};
use crate::compare::{equal, set_of};
use crate::convert::{convert, convert_to_common};
use crate::eval::Scope;
use crate::fault::Fault;
use crate::marks::Marks;
use crate::reach;
use crate::types::Type;
use crate::value::{Kind, Piece, Value};

/// The argument of an index; null where there is none, which `run` has ruled out.
fn at(values: &[Value], index: usize) -> Result<&Value, Fault> {
    values.get(index).ok_or_else(|| Fault::new("an argument is missing"))
}

/// What comes of a value that is no list: an unknown, or a fault.
pub(super) fn no_list(scope: &Scope<'_, '_>, value: &Value, wanted: &str, result: Type) -> Outcome {
    match &value.kind {
        Kind::Unknown(unknown) if unknown.ty.is_primitive() => {}
        Kind::Unknown(_) | Kind::Handle(_) => {
            let settled = scope.world.settled(value);
            return Ok(settled.unknown_like(result).unwrap_or(settled));
        }
        Kind::Object(entries) | Kind::Map(entries) if entries.is_open() => {
            return Ok(value.unknown_like(result).unwrap_or_else(Value::null));
        }
        _ => {}
    }
    Err(Fault::new(format!("{wanted} is required, and this is {}", value.describe())))
}

pub(super) fn length(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let value = &scope.world.listed(at(values, 0)?);
    let count = match &value.kind {
        Kind::Text(_) => value.as_text().map_or(0, |text| text.graphemes(true).count()),
        Kind::List(items) | Kind::Tuple(items) => items.len(),
        // Unknown elements may be equal to others.
        Kind::Set(items) if items.len() < 2 || items.iter().all(Value::is_wholly_known) => items.len(),
        Kind::Set(items) => {
            let unknown = items.iter().find_map(|item| scope.world.settled(item).unknown_like(Type::Number));
            return Ok(unknown.unwrap_or_else(Value::null).marked(&value.marks));
        }
        Kind::Map(entries) | Kind::Object(entries) if !entries.is_open() => entries.len(),
        Kind::Json(json) => match &json.text {
            Some(text) => text.graphemes(true).count(),
            None => return Ok(value.unknown_like(Type::Number).unwrap_or_else(Value::null)),
        },
        Kind::Unknown(unknown) => {
            if let Type::Tuple(of) = &unknown.ty {
                return Ok(Value::number(of.len()).marked(&value.marks));
            }
            return Ok(value.unknown_like(Type::Number).unwrap_or_else(Value::null));
        }
        _ => return no_list(scope, value, "a string, list or map", Type::Number),
    };
    Ok(Value::number(count).marked(&value.marks))
}

/// Whether all, or any, of a list of truth values is so.
fn all_or_any(scope: &Scope<'_, '_>, values: &[Value], decides: bool) -> Outcome {
    let list = at(values, 0)?;
    let Some(items) = list.as_items() else { return no_list(scope, list, "a list of bool", Type::Bool) };
    let marks = list.deep_marks();
    let mut unknown = None;
    for item in items.iter() {
        let item = scope.world.settled(item);
        // Null counts as false.
        let truth = convert(&item, &Type::Bool)?;
        match truth.as_bool() {
            Some(known) if known == decides => return Ok(Value::bool(decides).marked(&marks)),
            None if item.is_null() && !decides => return Ok(Value::bool(false).marked(&marks)),
            None if !item.is_null() => unknown = unknown.or_else(|| truth.unknown_like(Type::Bool)),
            _ => {}
        }
    }
    Ok(unknown.unwrap_or_else(|| Value::bool(!decides)).marked(&marks))
}

pub(super) fn alltrue(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    all_or_any(scope, values, false)
}

pub(super) fn anytrue(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    all_or_any(scope, values, true)
}

pub(super) fn chunklist(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let list = at(values, 0)?;
    let Some(items) = list.as_items() else { return no_list(scope, list, "a list", Type::Any) };
    let Some(size) = at(values, 1)?.as_number() else {
        return Ok(at(values, 1)?.unknown_like(Type::Any).unwrap_or_else(Value::null).marked(&list.deep_marks()));
    };
    let size = size.to_usize().ok_or_else(|| Fault::new("the size must be a whole number, not below zero"))?;
    let typed = convert(list, &Type::list(Type::Any))?;
    let all: Vec<Value> = typed.as_items().unwrap_or(items).iter().cloned().collect();
    let chunks: Vec<Value> = if size == 0 {
        if all.is_empty() { Vec::new() } else { vec![Value::list(all)] }
    } else {
        all.chunks(size).map(|chunk| Value::list(chunk.to_vec())).collect()
    };
    Ok(Value::list(chunks).marked(&list.marks))
}

/// The first argument that is neither null nor an empty text.
pub(super) fn coalesce(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let settled: Vec<Value> = values.iter().map(|value| scope.world.settled(value)).collect();
    let common = convert_to_common(&settled).map_err(|_| Fault::new("all arguments must have one type"))?;
    for value in common {
        if value.is_null() || value.as_text().is_some_and(|text| text.is_empty()) {
            continue;
        }
        // An unknown may be null or empty, and then what comes behind it is meant; a text known in part is neither.
        let some = value.as_unknown().is_some_and(|unknown| unknown.pieces.iter().any(|p| matches!(p, Piece::Text(_))));
        let ty = Type::of(&value);
        return Ok(if value.is_known() || some { value } else { value.unknown_like(ty).unwrap_or(value) });
    }
    Err(Fault::new("no argument is neither null nor empty"))
}

pub(super) fn coalescelist(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    for value in values {
        match &value.kind {
            Kind::Null => {}
            Kind::List(items) | Kind::Tuple(items) | Kind::Set(items) if items.is_empty() => {}
            Kind::List(_) | Kind::Tuple(_) | Kind::Set(_) => return Ok(value.clone()),
            _ => return no_list(scope, value, "a list", Type::Any),
        }
    }
    Err(Fault::new("no argument is neither null nor empty"))
}

pub(super) fn compact(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let list = at(values, 0)?;
    let Some(items) = list.as_items() else { return no_list(scope, list, "a list of strings", Type::list(Type::Text)) };
    let mut kept = Vec::new();
    for item in items.iter() {
        let item = scope.world.settled(item);
        if item.is_null() {
            continue;
        }
        let text = convert(&item, &Type::Text)?;
        let empty = text.as_text().is_some_and(|text| text.is_empty());
        if !text.is_known() && text.as_unknown().is_none_or(|unknown| unknown.pieces.is_empty()) {
            // It may be empty, and then it is not there.
            return Ok(text.unknown_like(Type::list(Type::Text)).unwrap_or(text).marked(&list.deep_marks()));
        }
        if !empty {
            kept.push(text);
        }
    }
    Ok(Value::list(kept).marked(&list.marks))
}

pub(super) fn contains(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let (list, wanted) = (at(values, 0)?, scope.world.settled(at(values, 1)?));
    let Some(items) = list.as_items() else { return no_list(scope, list, "a list or set", Type::Bool) };
    let marks = list.deep_marks().union(&wanted.deep_marks());
    let mut unknown = None;
    for item in items.iter() {
        let item = scope.world.settled(item);
        match equal(&item, &wanted) {
            Some(true) => return Ok(Value::bool(true).marked(&marks)),
            Some(false) => {}
            None => {
                unknown = unknown.or_else(|| item.unknown_like(Type::Bool)).or_else(|| wanted.unknown_like(Type::Bool));
            }
        }
    }
    Ok(unknown.unwrap_or_else(|| Value::bool(false)).marked(&marks))
}

pub(super) fn distinct(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let list = at(values, 0)?;
    let Some(items) = list.as_items() else { return no_list(scope, list, "a list", Type::Any) };
    let list_type = convert(list, &Type::list(Type::Any))?;
    let converted = list_type.as_items().unwrap_or(items);
    let mut kept: Vec<Value> = Vec::new();
    if converted.iter().all(|item| item.as_text().is_some()) {
        // The usual case, without comparing each with each.
        let mut seen = std::collections::BTreeSet::new();
        kept.extend(converted.iter().filter(|item| item.as_text().is_some_and(|text| seen.insert(text))).cloned());
        return Ok(Value::list(kept).marked(&list.marks));
    }
    for item in converted.iter() {
        let item = scope.world.settled(item);
        if let Some(stopped) = scope.world.steps(u64::try_from(kept.len()).unwrap_or(u64::MAX)) {
            return Ok(stopped);
        }
        let mut is_new = true;
        for other in &kept {
            match equal(&item, other) {
                Some(true) => {
                    is_new = false;
                    break;
                }
                Some(false) => {}
                None => {
                    let unknown = item.unknown_like(Type::Any).or_else(|| other.unknown_like(Type::Any));
                    return Ok(unknown.unwrap_or_else(Value::null).marked(&list.deep_marks()));
                }
            }
        }
        if is_new {
            kept.push(item);
        }
    }
    Ok(Value::list(kept).marked(&list.marks))
}

/// The element of an index, going round.
pub(super) fn element(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let (list, index) = (at(values, 0)?, at(values, 1)?);
    let items = match &list.kind {
        Kind::List(items) | Kind::Tuple(items) => items,
        Kind::Handle(handle) if handle.instance.is_none() => {
            return reach::element(scope.world, list, index).map(|value| value.marked(&list.marks));
        }
        _ => return no_list(scope, list, "a list", Type::of(list).element()),
    };
    let marks = list.marks.union(&index.deep_marks());
    if index.as_number().is_none() {
        return Ok(index.unknown_like(Type::of(list).element()).unwrap_or_else(Value::null).marked(&marks));
    }
    let index = integer_at(values, 1)?;
    if items.is_empty() {
        return Err(Fault::new("the list is empty"));
    }
    let length = i128::try_from(items.len()).unwrap_or(i128::MAX);
    let wrapped = usize::try_from(index.rem_euclid(length)).unwrap_or(0);
    Ok(items.get(wrapped).cloned().unwrap_or_else(Value::null).marked(&marks))
}

pub(super) fn index(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let (list, wanted) = (at(values, 0)?, scope.world.settled(at(values, 1)?));
    let (Kind::List(items) | Kind::Tuple(items)) = &list.kind else {
        return no_list(scope, list, "a list", Type::Number);
    };
    let marks = list.deep_marks().union(&wanted.deep_marks());
    if items.is_empty() {
        return Err(Fault::new("the list is empty"));
    }
    for (number, item) in items.iter().enumerate() {
        let item = scope.world.settled(item);
        match equal(&item, &wanted) {
            Some(true) => return Ok(Value::number(number).marked(&marks)),
            Some(false) => {}
            None => {
                let unknown = item.unknown_like(Type::Number).or_else(|| wanted.unknown_like(Type::Number));
                return Ok(unknown.unwrap_or_else(Value::null).marked(&marks));
            }
        }
    }
    Err(Fault::new("the value is not in the list"))
}

pub(super) fn keys(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let map = &scope.world.listed(at(values, 0)?);
    let key = |key: &Arc<str>| Value::new(Kind::Text(Arc::clone(key)));
    match &map.kind {
        Kind::Map(entries) if !entries.is_open() => {
            Ok(Value::list(entries.keys().map(key).collect()).marked(&map.marks))
        }
        Kind::Object(entries) if !entries.is_open() => {
            Ok(Value::tuple(entries.keys().map(key).collect()).marked(&map.marks))
        }
        _ => no_list(scope, map, "a map or object", Type::list(Type::Text)),
    }
}

pub(super) fn values(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let map = &scope.world.listed(at(values, 0)?);
    match &map.kind {
        Kind::Map(entries) if !entries.is_open() => {
            Ok(Value::list(entries.values().cloned().collect()).marked(&map.marks))
        }
        Kind::Object(entries) if !entries.is_open() => {
            Ok(Value::tuple(entries.values().cloned().collect()).marked(&map.marks))
        }
        _ => no_list(scope, map, "a map or object", Type::Any),
    }
}

pub(super) fn lookup(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let (map, key) = (at(values, 0)?, at(values, 1)?);
    let default = values.get(2);
    if values.len() > 3 {
        return Err(Fault::new("it wants two or three arguments"));
    }
    let marks = map.marks.union(&key.deep_marks());
    // Where it is not known whether the key is there, the default may be meant.
    let null = default.is_some_and(Value::may_be_null);
    let Some(name) = key.as_text() else {
        let found = key.unknown_like(Type::of(map).element()).unwrap_or_else(Value::null);
        return Ok(found.or_null(null).marked(&map.deep_marks()));
    };
    let entries = match &map.kind {
        Kind::Map(entries) | Kind::Object(entries) => entries,
        Kind::Handle(_) => return reach::element(scope.world, map, key).map(|value| value.marked(&marks)),
        Kind::Unknown(unknown) => {
            let ty = unknown.ty.attribute(name);
            return no_list(scope, map, "a map", ty).map(|value| value.or_null(null || unknown.ty.may_lack(name)));
        }
        _ => return no_list(scope, map, "a map", Type::Any),
    };
    match (entries.get(name), default) {
        (Some(found), _) => Ok(found.clone().marked(&marks)),
        (None, _) if entries.is_open() => no_list(scope, map, "a map", Type::Any).map(|value| value.or_null(null)),
        (None, Some(default)) => {
            // The default of a map is of the type of its elements.
            let element = if matches!(map.kind, Kind::Map(_)) { Type::of(map).element() } else { Type::Any };
            let default = scope.world.settled(default);
            Ok(convert(&default, &element)?.marked(&marks))
        }
        (None, None) => Err(Fault::new(format!("there is no key `{name}`, and no default"))),
    }
}

/// The values whose keys, in a list beside them, are in another list.
pub(super) fn matchkeys(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let (list, keys, wanted) = (at(values, 0)?, at(values, 1)?, at(values, 2)?);
    let mut items = Vec::new();
    for value in [list, keys, wanted] {
        match value.as_items() {
            Some(found) => items.push(found),
            None => return no_list(scope, value, "a list", Type::Any),
        }
    }
    let [list_items, key_items, wanted_items] = items.as_slice() else { return Err(Fault::new("it wants lists")) };
    if list_items.len() != key_items.len() {
        return Err(Fault::new("the first two lists must have one length"));
    }
    if let Some(unknown) = keys.unknown_like(Type::Any).or_else(|| wanted.unknown_like(Type::Any)) {
        return Ok(unknown.marked(&list.deep_marks()));
    }
    // Keys of both lists are compared as one type.
    let any = Type::list(Type::Any);
    let common = convert_to_common(&[convert(keys, &any)?, convert(wanted, &any)?])
        .map_err(|_| Fault::new("the keys have different types"))?;
    let key_items = common.first().and_then(Value::as_items).unwrap_or(key_items);
    let wanted_items = common.get(1).and_then(Value::as_items).unwrap_or(wanted_items);
    let mut kept = Vec::new();
    for (value, key) in list_items.iter().zip(key_items.iter()) {
        if let Some(stopped) = scope.world.steps(u64::try_from(wanted_items.len()).unwrap_or(u64::MAX)) {
            return Ok(stopped);
        }
        if wanted_items.iter().any(|wanted| equal(key, wanted) == Some(true)) {
            kept.push(value.clone());
        }
    }
    Ok(Value::list(kept).marked(&list.marks).marked(&keys.deep_marks()).marked(&wanted.deep_marks()))
}

/// The only element, or null where there is none.
pub(super) fn one(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let list = at(values, 0)?;
    let Some(items) = list.as_items() else {
        // Of an empty list it is null.
        return no_list(scope, list, "a list", Type::of(list).element()).map(|value| value.or_null(true));
    };
    match items.len() {
        0 => Ok(Value::null().marked(&list.marks)),
        1 => Ok(items.get(0).cloned().unwrap_or_else(Value::null).marked(&list.marks)),
        _ => Err(Fault::new("there is more than one element")),
    }
}

pub(super) fn reverse(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let list = at(values, 0)?;
    let Some(items) = list.as_items() else { return no_list(scope, list, "a list", Type::of(list)) };
    let reversed: Vec<Value> = items.iter().rev().cloned().collect();
    let value = if matches!(list.kind, Kind::Tuple(_)) { Value::tuple(reversed) } else { Value::list(reversed) };
    Ok(value.marked(&list.marks))
}

pub(super) fn slice(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let list = at(values, 0)?;
    let (Kind::List(items) | Kind::Tuple(items)) = &list.kind else {
        return no_list(scope, list, "a list", Type::of(list));
    };
    for bound in values.iter().skip(1) {
        if bound.as_number().is_none() {
            return Ok(bound.unknown_like(Type::of(list)).unwrap_or_else(Value::null).marked(&list.deep_marks()));
        }
    }
    let bound =
        |index: usize| usize::try_from(integer_at(values, index)?).map_err(|_| Fault::new("an index below zero"));
    let (start, end) = (bound(1)?, bound(2)?);
    if start > end || end > items.len() {
        return Err(Fault::new(format!("there are no elements {start} to {end} in a list of {}", items.len())));
    }
    let part: Vec<Value> = items.iter().skip(start).take(end - start).cloned().collect();
    let value = if matches!(list.kind, Kind::Tuple(_)) { Value::tuple(part) } else { Value::list(part) };
    Ok(value.marked(&list.marks))
}

pub(super) fn sort(values: &[Value]) -> Outcome {
    let items = at(values, 0)?.as_items().ok_or_else(|| Fault::new("a list of strings is required"))?;
    let mut sorted: Vec<Value> = items.iter().cloned().collect();
    if sorted.iter().any(Value::is_null) {
        return Err(Fault::new("null cannot be sorted"));
    }
    sorted.sort_by(|a, b| a.as_text().map_or(Ordering::Less, |a| b.as_text().map_or(Ordering::Greater, |b| a.cmp(b))));
    Ok(Value::list(sorted))
}

/// The elements of a list or set as a set of one type.
pub(super) fn as_set(value: &Value) -> Result<Value, Fault> {
    match value.as_items() {
        Some(items) if !matches!(value.kind, Kind::Set(_)) => {
            let list = convert(value, &Type::list(Type::Any))?;
            let items = list.as_items().unwrap_or(items);
            Ok(set_of(items.iter().cloned().collect()).marked(&value.marks))
        }
        _ => Ok(value.clone()),
    }
}

/// The marks of several values and all of their parts.
pub(super) fn all_marks(values: &[Value]) -> Marks {
    Marks::all(&values.iter().map(Value::deep_marks).collect::<Vec<_>>())
}
