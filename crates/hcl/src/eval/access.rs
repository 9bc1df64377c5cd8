//! Names, paths, indices and splats.

use std::sync::Arc;

use super::Scope;
use crate::convert::convert;
use crate::fault::Fault;
use crate::marks::Marks;
use crate::syntax::{Expr, Node, Step, Traversal};
use crate::types::Type;
use crate::value::{Kind, Value, Why};

impl Scope<'_, '_> {
    /// A name by itself.
    pub(super) fn variable(&mut self, name: &Arc<str>) -> Result<Value, Fault> {
        if let Some((_, value)) = self.names.iter().rev().find(|(known, _)| known == name) {
            return Ok(value.clone());
        }
        self.root(name, &[]).map(|(value, _)| value)
    }

    pub(super) fn traversal(&mut self, traversal: &Traversal) -> Result<Value, Fault> {
        let steps = traversal.steps.as_slice();
        let Expr::Variable(name) = &traversal.base.expr else {
            let base = self.eval(&traversal.base)?;
            return self.walk(base, steps);
        };
        if let Some((_, value)) = self.names.iter().rev().find(|(known, _)| known == name) {
            let value = value.clone();
            return self.walk(value, steps);
        }
        let (value, used) = self.root(name, steps)?;
        self.walk(value, steps.get(used..).unwrap_or(&[]))
    }

    /// What the first words of a path mean, and how many steps of it they are.
    fn root(&mut self, name: &str, steps: &[Step]) -> Result<(Value, usize), Fault> {
        if self.sealed {
            return Err(Fault::new(format!("there is no `{name}` in this template")));
        }
        let word = |index: usize| match steps.get(index) {
            Some(Step::Attribute(word)) => Some(word),
            _ => None,
        };
        let (world, module) = (self.world, &self.module);
        let missing = |what: &str| Fault::new(format!("`{name}` alone is no value; it wants {what}"));
        match name {
            "var" => Ok((world.variable(module, word(0).ok_or_else(|| missing("the name of a variable"))?)?, 1)),
            "local" => Ok((world.local(module, word(0).ok_or_else(|| missing("the name of a local"))?)?, 1)),
            "module" => Ok((world.call(module, word(0).ok_or_else(|| missing("the name of a module"))?)?, 1)),
            "each" => {
                let each = self.each.as_ref().ok_or_else(|| Fault::new("there is no `each` without `for_each`"))?;
                match word(0).map(|word| &**word) {
                    Some("key") => Ok((each.0.clone(), 1)),
                    Some("value") => Ok((each.1.clone(), 1)),
                    _ => Err(missing("`key` or `value`")),
                }
            }
            "count" => match (word(0).map(|word| &**word), &self.count) {
                (Some("index"), Some(index)) => Ok((index.clone(), 1)),
                _ => Err(Fault::new("there is no `count.index` without `count`")),
            },
            "path" => match word(0).map(|word| &**word) {
                Some("module") => Ok((Value::text(world.folder_from_root(module)), 1)),
                Some("root") => Ok((Value::text("."), 1)),
                Some("cwd") => {
                    let reason = "`path.cwd` is a folder of the machine that runs Terraform";
                    Ok((Value::unknown(Type::Text, Why::Function, "path.cwd", reason), 1))
                }
                _ => Err(missing("`module`, `root` or `cwd`")),
            },
            "terraform" => match word(0).map(|word| &**word) {
                Some("workspace") => Ok((Value::text(world.workspace().to_owned()), 1)),
                Some("applying") => {
                    let reason = "`terraform.applying` is known only while Terraform runs";
                    Ok((Value::unknown(Type::Bool, Why::Apply, "terraform.applying", reason), 1))
                }
                _ => Err(missing("`workspace`")),
            },
            "self" => {
                let expression = crate::syntax::describe_steps("self".to_owned(), steps);
                let reason = format!("`{expression}` is known only while Terraform runs");
                Ok((Value::unknown(Type::Any, Why::Apply, expression, reason), steps.len()))
            }
            "data" | "ephemeral" => {
                let (Some(ty), Some(resource)) = (word(0), word(1)) else { return Err(missing("a type and a name")) };
                Ok((world.resource(module, &format!("{name}.{ty}.{resource}"))?, 2))
            }
            "resource" => {
                let (Some(ty), Some(resource)) = (word(0), word(1)) else { return Err(missing("a type and a name")) };
                Ok((world.resource(module, &format!("{ty}.{resource}"))?, 2))
            }
            _ => {
                let Some(resource) = word(0) else {
                    return Err(Fault::new(format!("there is no `{name}` here")));
                };
                Ok((world.resource(module, &format!("{name}.{resource}"))?, 1))
            }
        }
    }

    /// The value at the end of some steps.
    fn walk(&mut self, mut value: Value, steps: &[Step]) -> Result<Value, Fault> {
        for (index, step) in steps.iter().enumerate() {
            let rest = steps.get(index + 1..).unwrap_or(&[]);
            match step {
                Step::Attribute(name) => value = self.attribute(&value, name)?,
                Step::Index(key) => value = self.index(&value, key)?,
                Step::FullSplat => return self.splat(&value, rest),
                Step::AttributeSplat => {
                    // It reaches over names only; an index behind them is one into the list.
                    let names = rest.iter().take_while(|step| matches!(step, Step::Attribute(_))).count();
                    let list = self.splat(&value, rest.get(..names).unwrap_or(&[]))?;
                    return self.walk(list, rest.get(names..).unwrap_or(&[]));
                }
            }
        }
        Ok(value)
    }

    fn attribute(&mut self, value: &Value, name: &str) -> Result<Value, Fault> {
        match &value.kind {
            Kind::Handle(handle) => self.world.attribute_of(*handle, name).map(|found| found.marked(&value.marks)),
            _ => attribute_of(value, name),
        }
    }

    fn index(&mut self, value: &Value, key: &Node) -> Result<Value, Fault> {
        let key_value = self.eval(key)?;
        let marks = key_value.deep_marks();
        let found = match &value.kind {
            Kind::Handle(handle) if handle.instance.is_none() => {
                Value { marks: value.marks.clone(), ..self.world.any_instance(*handle) }
            }
            Kind::Handle(handle) => {
                let name = convert(&key_value, &Type::Text)?;
                match name.as_text() {
                    Some(name) => self.world.attribute_of(*handle, name)?,
                    None => self.world.settled(value),
                }
            }
            _ => index_of(value, &self.world.settled(&key_value)).map_err(|fault| fault.at(key.span))?,
        };
        Ok(found.marked(&marks))
    }

    /// `[*]`: the rest of the path from each element. What is no list counts as a list of one, and null as an empty one.
    fn splat(&mut self, value: &Value, rest: &[Step]) -> Result<Value, Fault> {
        let marks = value.marks.clone();
        let items = match &value.kind {
            Kind::Null => return Ok(Value::tuple(Vec::new()).marked(&marks)),
            Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => items.clone(),
            Kind::Unknown(unknown) => {
                let list = matches!(unknown.ty, Type::List(_) | Type::Set(_) | Type::Tuple(_) | Type::Any);
                if list {
                    return Ok(value.unknown_like(Type::Any).unwrap_or_else(|| value.clone()));
                }
                let one = self.walk(value.clone(), rest)?;
                return Ok(Value::tuple(vec![one]));
            }
            Kind::Handle(handle) if handle.instance.is_none() => {
                let unknown = self.world.settled(value);
                return Ok(unknown);
            }
            _ => {
                let one = self.walk(value.clone(), rest)?;
                return Ok(Value::tuple(vec![one]));
            }
        };
        let mut values = Vec::with_capacity(items.len());
        for item in items.iter() {
            if let Some(stopped) = self.world.step() {
                return Ok(stopped);
            }
            values.push(self.walk(item.clone(), rest)?);
        }
        let list = if matches!(value.kind, Kind::Tuple(_)) { Value::tuple(values) } else { Value::list(values) };
        Ok(list.marked(&marks))
    }
}

/// An element of something unknown, or an attribute of it.
pub(crate) fn unknown_element(value: &Value, ty: Type) -> Value {
    value.unknown_like(ty).unwrap_or_else(|| value.clone())
}

/// The attribute of an object or the value of a key of a map.
pub(crate) fn attribute_of(value: &Value, name: &str) -> Result<Value, Fault> {
    match &value.kind {
        Kind::Map(entries) | Kind::Object(entries) => match entries.get(name) {
            Some(found) => Ok(found.clone().marked(&value.marks)),
            None => {
                if let Some(rest) = entries.rest() {
                    return Ok(Value { kind: Kind::Unknown(Arc::clone(rest)), ..value.clone() });
                }
                let known: Vec<&str> = entries.keys().map(|key| &**key).collect();
                let hint =
                    tickmark_diagnostics::did_you_mean(name, known).map_or(String::new(), |hint| format!("; {hint}"));
                Err(Fault::new(format!("there is no attribute `{name}`{hint}")))
            }
        },
        Kind::Unknown(unknown) => {
            if unknown.ty.is_primitive() {
                return Err(Fault::new(format!("a {} has no attribute `{name}`", unknown.ty)));
            }
            Ok(unknown_element(value, unknown.ty.attribute(name)).or_null(unknown.ty.may_lack(name)))
        }
        Kind::Null => Err(Fault::new(format!("null has no attribute `{name}`"))),
        _ => Err(Fault::new(format!("{} has no attribute `{name}`", value.describe()))),
    }
}

/// The element of an index or key.
pub(crate) fn index_of(value: &Value, key: &Value) -> Result<Value, Fault> {
    let marks = value.marks.union(&key.deep_marks());
    if key.is_null() {
        return Err(Fault::new("an index cannot be null"));
    }
    match &value.kind {
        Kind::List(items) | Kind::Tuple(items) => {
            let number = convert(key, &Type::Number)?;
            let Some(number) = number.as_number() else {
                return Ok(unknown_index(value, key, &marks));
            };
            let found = number.to_usize().and_then(|index| items.get(index));
            let found = found.ok_or_else(|| {
                Fault::new(format!("there is no element {number}: there are {} elements", items.len()))
            })?;
            Ok(found.clone().marked(&marks))
        }
        Kind::Map(_) | Kind::Object(_) => {
            let text = convert(key, &Type::Text)?;
            match text.as_text() {
                Some(text) => Ok(attribute_of(value, text)
                    .map_err(|_| Fault::new(format!("there is no element `{text}`")))?
                    .marked(&marks)),
                None => Ok(unknown_index(value, key, &marks)),
            }
        }
        Kind::Unknown(unknown) => {
            let ty = match key.as_text() {
                Some(name) => unknown.ty.attribute(name),
                None => unknown.ty.element(),
            };
            Ok(unknown_element(value, ty).marked(&marks))
        }
        Kind::Null => Err(Fault::new("null has no elements")),
        Kind::Set(_) => Err(Fault::new("the elements of a set have no indices")),
        _ => Err(Fault::new(format!("{} has no elements", value.describe()))),
    }
}

fn unknown_index(value: &Value, key: &Value, marks: &Marks) -> Value {
    let ty = Type::of(value).element();
    key.unknown_like(ty).unwrap_or_else(|| key.clone()).marked(marks).marked(&value.deep_marks())
}
