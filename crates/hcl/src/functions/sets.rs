//! Sets put together, cut and multiplied.

use super::Outcome;
use super::collection::{all_marks, as_set, no_list};
use crate::compare::{equal, set_of};
use crate::convert::convert;
use crate::eval::Scope;
use crate::fault::Fault;
use crate::limits;
use crate::marks::Marks;
use crate::types::{Type, unify};
use crate::value::{Kind, Value};

/// The arguments as sets of one type; or an unknown.
fn sets(scope: &Scope<'_, '_>, values: &[Value]) -> Result<Result<Vec<Value>, Value>, Fault> {
    let mut sets = Vec::with_capacity(values.len());
    for value in values {
        let value = scope.world.settled(value);
        if value.as_items().is_none() {
            return no_list(scope, &value, "a set", Type::Any).map(|unknown| Err(unknown.marked(&all_marks(values))));
        }
        sets.push(as_set(&value)?);
    }
    let types: Vec<Type> = sets.iter().map(Type::of).filter(|ty| !ty.has_any()).collect();
    if types.is_empty() {
        return Ok(Ok(sets));
    }
    let ty = unify(&types).ok_or_else(|| Fault::new("the sets have no type in common"))?;
    if !ty.has_any() {
        sets = sets.iter().map(|set| convert(set, &ty)).collect::<Result<_, _>>()?;
    }
    Ok(Ok(sets))
}

fn elements(set: &Value) -> impl Iterator<Item = &Value> {
    set.as_items().into_iter().flat_map(|items| items.iter())
}

pub(super) fn union(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let sets = match sets(scope, values)? {
        Ok(sets) => sets,
        Err(unknown) => return Ok(unknown),
    };
    let marks = Marks::all(sets.iter().map(|set| &set.marks));
    Ok(set_of(sets.iter().flat_map(elements).cloned().collect()).marked(&marks))
}

/// Keeps the elements of the first set by whether they are in the others; an unknown where that is not known.
fn kept(scope: &Scope<'_, '_>, values: &[Value], keep: fn(bool) -> bool) -> Outcome {
    let sets = match sets(scope, values)? {
        Ok(sets) => sets,
        Err(unknown) => return Ok(unknown),
    };
    let marks = all_marks(values);
    if let Some(unknown) = sets.iter().find_map(|set| set.unknown_like(Type::Any)) {
        return Ok(unknown.marked(&marks));
    }
    let Some((first, others)) = sets.split_first() else { return Err(Fault::new("it wants sets")) };
    let mut result: Vec<Value> = elements(first).cloned().collect();
    for other in others {
        let work = result.len().saturating_mul(other.as_items().map_or(0, |items| items.len()));
        if let Some(stopped) = scope.world.steps(u64::try_from(work).unwrap_or(u64::MAX)) {
            return Ok(stopped);
        }
        result.retain(|value| keep(elements(other).any(|element| equal(value, element) == Some(true))));
    }
    Ok(set_of(result).marked(&marks))
}

pub(super) fn intersection(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    kept(scope, values, |found| found)
}

pub(super) fn subtract(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    kept(scope, values, |found| !found)
}

pub(super) fn symmetric_difference(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let reversed: Vec<Value> = values.iter().rev().cloned().collect();
    let (left, right) = (kept(scope, values, |found| !found)?, kept(scope, &reversed, |found| !found)?);
    union(scope, &[left, right])
}

/// Every combination of an element of each.
pub(super) fn product(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    if values.len() < 2 {
        return Err(Fault::new("it wants at least two sets"));
    }
    let mut columns: Vec<Value> = Vec::with_capacity(values.len());
    let mut has_list = false;
    for value in values {
        if value.as_items().is_none() {
            return no_list(scope, value, "a set or list", Type::Any).map(|unknown| unknown.marked(&all_marks(values)));
        }
        has_list |= !matches!(value.kind, Kind::Set(_));
        let ty = if matches!(value.kind, Kind::Set(_)) { Type::set(Type::Any) } else { Type::list(Type::Any) };
        columns.push(convert(value, &ty)?);
    }
    let total = columns.iter().map(|column| column.as_items().map_or(0, |items| items.len()));
    let total = total.fold(1_usize, usize::saturating_mul);
    let work = total.saturating_mul(columns.len());
    if work > usize::try_from(limits::NODES).unwrap_or(usize::MAX) {
        return Err(Fault::new(format!("the product would be larger than the limit of {} values", limits::NODES)));
    }
    if let Some(stopped) = scope.world.steps(u64::try_from(work).unwrap_or(u64::MAX)) {
        return Ok(stopped);
    }
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for column in &columns {
        rows = rows
            .iter()
            .flat_map(|row| {
                elements(column).map(move |value| {
                    let mut longer = row.clone();
                    longer.push(value.clone());
                    longer
                })
            })
            .collect();
    }
    let tuples: Vec<Value> = rows.into_iter().map(Value::tuple).collect();
    let marks = Marks::all(values.iter().map(|value| &value.marks));
    Ok(if has_list { Value::list(tuples) } else { set_of(tuples) }.marked(&marks))
}
