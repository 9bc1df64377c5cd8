//! `for` expressions.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Scope;
use crate::convert::{convert, to_text};
use crate::fault::Fault;
use crate::marks::Marks;
use crate::syntax::ForExpr;
use crate::types::Type;
use crate::value::{Kind, Value};

/// What a `for` goes over: keys and values.
pub(crate) enum Elements {
    Known(Vec<(Value, Value)>),
    /// How many there are is not known.
    Unknown(Value),
}

impl Scope<'_, '_> {
    /// Keys and values of a collection: indices of a list, keys of a map, and of a set the values themselves.
    pub(crate) fn elements(&self, collection: &Value) -> Result<Elements, Fault> {
        let collection = self.world.listed(collection);
        Ok(match &collection.kind {
            Kind::List(items) | Kind::Tuple(items) => Elements::Known(
                items.iter().enumerate().map(|(index, value)| (Value::number(index), value.clone())).collect(),
            ),
            Kind::Set(items) => Elements::Known(items.iter().map(|value| (value.clone(), value.clone())).collect()),
            Kind::Map(entries) | Kind::Object(entries) if !entries.is_open() => Elements::Known(
                entries.iter().map(|(key, value)| (Value::new(Kind::Text(Arc::clone(key))), value.clone())).collect(),
            ),
            Kind::Null => return Err(Fault::new("null cannot be gone through")),
            Kind::Unknown(_) | Kind::Handle(_) | Kind::Map(_) | Kind::Object(_) => {
                Elements::Unknown(self.world.settled(&collection))
            }
            _ => return Err(Fault::new(format!("{} cannot be gone through", collection.describe()))),
        })
    }

    pub(super) fn for_expr(&mut self, each: &ForExpr) -> Result<Value, Fault> {
        let collection = self.eval(&each.collection)?;
        let mut marks = collection.marks.clone();
        let elements = match self.elements(&collection).map_err(|fault| fault.at(each.collection.span))? {
            Elements::Known(elements) => elements,
            Elements::Unknown(unknown) => return Ok(unknown.unknown_like(Type::Any).unwrap_or(unknown)),
        };
        let before = self.names.len();
        let mut made = Made::default();
        for (key, value) in elements {
            if let Some(stopped) = self.world.step() {
                return Ok(stopped);
            }
            if let Some(name) = &each.key_name {
                self.names.push((Arc::clone(name), key));
            }
            self.names.push((Arc::clone(&each.value_name), value));
            let result = self.for_element(each, &mut made);
            self.names.truncate(before);
            result?;
        }
        marks = marks.union(&made.marks);
        if let Some(unknown) = made.unknown {
            return Ok(unknown.unknown_like(Type::Any).unwrap_or(unknown).marked(&marks));
        }
        let value = if each.key.is_none() {
            Value::tuple(made.list)
        } else if each.grouping {
            Value::object(made.groups.into_iter().map(|(key, values)| (key, Value::tuple(values))).collect())
        } else {
            Value::object(made.entries.into_iter().collect())
        };
        Ok(value.marked(&marks))
    }

    fn for_element(&mut self, each: &ForExpr, made: &mut Made) -> Result<(), Fault> {
        if let Some(condition) = &each.condition {
            let value = self.eval(condition)?;
            if value.is_null() {
                return Err(Fault::new("the condition is null").at(condition.span));
            }
            let truth = convert(&value, &Type::Bool).map_err(|fault| fault.at(condition.span))?;
            made.marks = made.marks.union(&value.deep_marks());
            match truth.as_bool() {
                Some(true) => {}
                Some(false) => return Ok(()),
                // Whether the element is in the result is not known, so neither is what comes behind it.
                None => {
                    made.unknown.get_or_insert(truth);
                    return Ok(());
                }
            }
        }
        let Some(key) = &each.key else {
            let value = self.eval(&each.value)?;
            made.list.push(value);
            return Ok(());
        };
        let key_value = self.eval(key)?;
        let value = self.eval(&each.value)?;
        if key_value.is_null() {
            return Err(Fault::new("a key of an object cannot be null").at(key.span));
        }
        made.marks = made.marks.union(&key_value.deep_marks());
        match to_text(&key_value).map_err(|fault| fault.at(key.span))? {
            None => {
                made.unknown.get_or_insert(self.world.settled(&key_value));
            }
            Some(text) if each.grouping => made.groups.entry(text).or_default().push(value),
            Some(text) => {
                if made.entries.contains_key(&text) {
                    let message =
                        format!("two elements have the key `{text}`; `...` behind the value would group them");
                    return Err(Fault::new(message).at(key.span));
                }
                made.entries.insert(text, value);
            }
        }
        Ok(())
    }
}

/// What a `for` has made so far.
#[derive(Default)]
struct Made {
    list: Vec<Value>,
    entries: BTreeMap<Arc<str>, Value>,
    groups: BTreeMap<Arc<str>, Vec<Value>>,
    unknown: Option<Value>,
    marks: Marks,
}
