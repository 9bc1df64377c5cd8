//! The known values of a column, one type behind the other.

use crate::column::{Kind, Span32, Value, retain_from};
use crate::shift::{MovedTargets, Shift};
use crate::symbols::Symbol;
use crate::{Duration, Time};

/// Known values of one attribute, by row. Where the state of a row is not [`State::Known`] its value is a filler.
#[derive(Debug, Default)]
pub(crate) enum Values {
    /// None was known so far.
    #[default]
    None,
    Text(Vec<Symbol>),
    Number(Vec<f64>),
    Bool(Vec<bool>),
    Time(Vec<Time>),
    Duration(Vec<Duration>),
    List(Vec<Span32>),
    One(Vec<u32>),
    Many(Vec<Span32>),
    /// Of several types: only of `any` attributes, once they meet a second type.
    Mixed(Vec<Value>),
}

impl Values {
    /// Appends a value that is of the type of the others, and the next; whether it was.
    #[inline]
    pub(crate) fn push(&mut self, row: usize, value: Value) -> bool {
        match (self, value) {
            (Values::Text(values), Value::Text(value)) if values.len() == row => values.push(value),
            (Values::Number(values), Value::Number(value)) if values.len() == row => values.push(value),
            (Values::Bool(values), Value::Bool(value)) if values.len() == row => values.push(value),
            (Values::Time(values), Value::Time(value)) if values.len() == row => values.push(value),
            (Values::List(values), Value::List(value)) | (Values::Many(values), Value::Many(value))
                if values.len() == row =>
            {
                values.push(value);
            }
            (Values::One(values), Value::One(value)) if values.len() == row => values.push(value),
            _ => return false,
        }
        true
    }

    pub(crate) fn get(&self, row: usize) -> Option<Value> {
        Some(match self {
            Values::None => return None,
            Values::Text(values) => Value::Text(*values.get(row)?),
            Values::Number(values) => Value::Number(*values.get(row)?),
            Values::Bool(values) => Value::Bool(*values.get(row)?),
            Values::Time(values) => Value::Time(*values.get(row)?),
            Values::Duration(values) => Value::Duration(*values.get(row)?),
            Values::List(values) => Value::List(*values.get(row)?),
            Values::One(values) => Value::One(*values.get(row)?),
            Values::Many(values) => Value::Many(*values.get(row)?),
            Values::Mixed(values) => *values.get(row)?,
        })
    }

    pub(crate) fn put(&mut self, row: usize, value: Value) {
        match (&mut *self, value) {
            (Values::Text(values), Value::Text(value)) => put(values, row, value, Symbol::EMPTY),
            (Values::Number(values), Value::Number(value)) => put(values, row, value, 0.0),
            (Values::Bool(values), Value::Bool(value)) => put(values, row, value, false),
            (Values::Time(values), Value::Time(value)) => put(values, row, value, Time(0)),
            (Values::Duration(values), Value::Duration(value)) => put(values, row, value, Duration::ZERO),
            (Values::List(values), Value::List(value)) => put(values, row, value, Span32::default()),
            (Values::One(values), Value::One(value)) => put(values, row, value, 0),
            (Values::Many(values), Value::Many(value)) => put(values, row, value, Span32::default()),
            (Values::Mixed(values), value) => put(values, row, value, Value::Opaque),
            (Values::None, value) => {
                *self = Values::of_type(value);
                self.put(row, value);
            }
            (_, value) => {
                self.promote();
                self.put(row, value);
            }
        }
    }

    /// None yet, of the type of a value. What nobody looks into is rare: it has no column of its own.
    fn of_type(value: Value) -> Values {
        match value {
            Value::Text(_) => Values::Text(Vec::new()),
            Value::Number(_) => Values::Number(Vec::new()),
            Value::Bool(_) => Values::Bool(Vec::new()),
            Value::Time(_) => Values::Time(Vec::new()),
            Value::Duration(_) => Values::Duration(Vec::new()),
            Value::List(_) => Values::List(Vec::new()),
            Value::One(_) => Values::One(Vec::new()),
            Value::Many(_) => Values::Many(Vec::new()),
            Value::Opaque => Values::Mixed(Vec::new()),
        }
    }

    /// None yet, where values of a kind are all of one type.
    pub(crate) fn of_kind(kind: Kind) -> Option<Values> {
        Some(match kind {
            Kind::Text | Kind::OneOf => Values::Text(Vec::new()),
            Kind::Number => Values::Number(Vec::new()),
            Kind::Bool => Values::Bool(Vec::new()),
            Kind::Time => Values::Time(Vec::new()),
            Kind::Duration => Values::Duration(Vec::new()),
            Kind::List => Values::List(Vec::new()),
            Kind::One(_) => Values::One(Vec::new()),
            Kind::Many(_) | Kind::Map(_) => Values::Many(Vec::new()),
            Kind::Any(_) => return None,
        })
    }

    fn promote(&mut self) {
        let values = (0..self.len()).map_while(|row| self.get(row)).collect();
        *self = Values::Mixed(values);
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Values::None => 0,
            Values::Text(values) => values.len(),
            Values::Number(values) => values.len(),
            Values::Bool(values) => values.len(),
            Values::Time(values) => values.len(),
            Values::Duration(values) => values.len(),
            Values::List(values) | Values::Many(values) => values.len(),
            Values::One(values) => values.len(),
            Values::Mixed(values) => values.len(),
        }
    }

    pub(crate) fn retain(&mut self, first: usize, keep: &dyn Fn(usize) -> bool) {
        match self {
            Values::None => {}
            Values::Text(values) => retain_from(values, first, keep),
            Values::Number(values) => retain_from(values, first, keep),
            Values::Bool(values) => retain_from(values, first, keep),
            Values::Time(values) => retain_from(values, first, keep),
            Values::Duration(values) => retain_from(values, first, keep),
            Values::List(values) | Values::Many(values) => retain_from(values, first, keep),
            Values::One(values) => retain_from(values, first, keep),
            Values::Mixed(values) => retain_from(values, first, keep),
        }
    }

    /// Makes room for so many more.
    pub(crate) fn reserve(&mut self, rows: usize) {
        match self {
            Values::None => {}
            Values::Text(values) => values.reserve_exact(rows),
            Values::Number(values) => values.reserve_exact(rows),
            Values::Bool(values) => values.reserve_exact(rows),
            Values::Time(values) => values.reserve_exact(rows),
            Values::Duration(values) => values.reserve_exact(rows),
            Values::List(values) | Values::Many(values) => values.reserve_exact(rows),
            Values::One(values) => values.reserve_exact(rows),
            Values::Mixed(values) => values.reserve_exact(rows),
        }
    }

    /// Gives texts the symbols that they have in the whole.
    pub(crate) fn change(&mut self, shift: &Shift<'_>) {
        match self {
            Values::Text(values) => values.iter_mut().for_each(|symbol| *symbol = shift.symbol(*symbol)),
            Values::Mixed(values) => {
                for value in values {
                    if let Value::Text(symbol) = value {
                        *symbol = shift.symbol(*symbol);
                    }
                }
            }
            _ => {}
        }
    }

    /// Appends the values of another column of the kind, from row `first` on.
    pub(crate) fn absorb(
        &mut self,
        other: Values,
        first: usize,
        (items, targets): (u32, u32),
        (shift, moved): (&Shift<'_>, &MovedTargets<'_>),
    ) {
        if let Values::None = self {
            *self = other.empty();
        }
        match (&mut *self, other) {
            (_, Values::None) => {}
            (Values::Text(ours), Values::Text(theirs)) => {
                append(ours, first, Symbol::EMPTY, theirs.iter().map(|symbol| shift.symbol(*symbol)));
            }
            (Values::Number(ours), Values::Number(theirs)) => append(ours, first, 0.0, theirs.into_iter()),
            (Values::Bool(ours), Values::Bool(theirs)) => append(ours, first, false, theirs.into_iter()),
            (Values::Time(ours), Values::Time(theirs)) => append(ours, first, Time(0), theirs.into_iter()),
            (Values::Duration(ours), Values::Duration(theirs)) => {
                append(ours, first, Duration::ZERO, theirs.into_iter());
            }
            (Values::List(ours), Values::List(theirs)) => {
                append(ours, first, Span32::default(), theirs.iter().map(|range| range.shifted(items)));
            }
            (Values::One(ours), Values::One(theirs)) => {
                append(ours, first, 0, theirs.iter().map(|target| moved.of(*target)));
            }
            (Values::Many(ours), Values::Many(theirs)) => {
                append(ours, first, Span32::default(), theirs.iter().map(|range| range.shifted(targets)));
            }
            (_, theirs) => {
                // Of two types: one by one, which makes them mixed.
                let map = |value| match value {
                    Value::Text(symbol) => Value::Text(shift.symbol(symbol)),
                    Value::List(range) => Value::List(range.shifted(items)),
                    Value::Many(range) => Value::Many(range.shifted(targets)),
                    Value::One(target) => Value::One(moved.of(target)),
                    other => other,
                };
                for row in 0..theirs.len() {
                    if let Some(value) = theirs.get(row) {
                        self.put(first + row, map(value));
                    }
                }
            }
        }
    }

    /// None yet, of the same type.
    fn empty(&self) -> Values {
        match self {
            Values::None => Values::None,
            Values::Text(_) => Values::Text(Vec::new()),
            Values::Number(_) => Values::Number(Vec::new()),
            Values::Bool(_) => Values::Bool(Vec::new()),
            Values::Time(_) => Values::Time(Vec::new()),
            Values::Duration(_) => Values::Duration(Vec::new()),
            Values::List(_) => Values::List(Vec::new()),
            Values::One(_) => Values::One(Vec::new()),
            Values::Many(_) => Values::Many(Vec::new()),
            Values::Mixed(_) => Values::Mixed(Vec::new()),
        }
    }

    pub(crate) fn shrink(&mut self) {
        match self {
            Values::None => {}
            Values::Text(values) => values.shrink_to_fit(),
            Values::Number(values) => values.shrink_to_fit(),
            Values::Bool(values) => values.shrink_to_fit(),
            Values::Time(values) => values.shrink_to_fit(),
            Values::Duration(values) => values.shrink_to_fit(),
            Values::List(values) | Values::Many(values) => values.shrink_to_fit(),
            Values::One(values) => values.shrink_to_fit(),
            Values::Mixed(values) => values.shrink_to_fit(),
        }
    }
}

/// Writes at an index, which is mostly the next.
pub(crate) fn put<T: Copy>(values: &mut Vec<T>, index: usize, value: T, filler: T) {
    if index == values.len() {
        values.push(value);
    } else if let Some(slot) = values.get_mut(index) {
        *slot = value;
    } else {
        values.resize(index, filler);
        values.push(value);
    }
}

/// Appends values that begin at row `first`; rows without one get the filler.
fn append<T: Copy>(values: &mut Vec<T>, first: usize, filler: T, more: impl Iterator<Item = T>) {
    values.resize(first, filler);
    values.extend(more);
}
