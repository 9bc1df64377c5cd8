//! `count` and `for_each`: how often a resource or module is there.

use std::rc::Rc;
use std::sync::Arc;

use tickmark_diagnostics::codes;

use crate::address::{Key, within};
use crate::convert::convert;
use crate::eval::Scope;
use crate::fault::Fault;
use crate::limits;
use crate::module::Repetition;
use crate::syntax::Node;
use crate::types::Type;
use crate::value::{Handle, Kind, Value};
use crate::world::{CallExpansion, CallOf, Instance, World, no_such};

/// How often something is there, and what `each` is.
#[derive(Clone)]
pub(crate) enum Expansion {
    Single,
    Count(u32),
    Each(Vec<(Arc<str>, Value)>),
    /// Not known: the value that decides it.
    Unknown {
        each: bool,
        cause: Value,
    },
}

impl Expansion {
    /// How many instances there are to look at; for an unknown number it is one that stands for all.
    pub(crate) fn len(&self) -> u32 {
        match self {
            Expansion::Single | Expansion::Unknown { .. } => 1,
            Expansion::Count(count) => *count,
            Expansion::Each(entries) => u32::try_from(entries.len()).unwrap_or(u32::MAX),
        }
    }

    pub(crate) fn key(&self, index: u32) -> Key {
        match self {
            Expansion::Single => Key::None,
            Expansion::Count(_) => Key::Index(index),
            Expansion::Each(entries) => {
                entries.get(index as usize).map_or(Key::Unknown, |(key, _)| Key::Text(Arc::clone(key)))
            }
            Expansion::Unknown { .. } => Key::Unknown,
        }
    }

    /// What `each` and `count.index` are in an instance.
    pub(crate) fn names(&self, index: u32) -> (Option<(Value, Value)>, Option<Value>) {
        match self {
            Expansion::Single => (None, None),
            Expansion::Count(_) => (None, Some(Value::number(i128::from(index)))),
            Expansion::Each(entries) => {
                let entry = entries.get(index as usize);
                (entry.map(|(key, value)| (Value::new(Kind::Text(Arc::clone(key))), value.clone())), None)
            }
            Expansion::Unknown { each: true, cause } => {
                let part = |ty: Type| cause.unknown_like(ty).unwrap_or_else(|| cause.clone());
                let value = part(Type::of(cause).element());
                (Some((part(Type::Text), value)), None)
            }
            Expansion::Unknown { each: false, cause } => {
                (None, Some(cause.unknown_like(Type::Number).unwrap_or_else(|| cause.clone())))
            }
        }
    }

    /// The value of a name that is there this often: one, a tuple or an object.
    fn value(&self, one: impl Fn(Option<u32>) -> Value) -> Value {
        match self {
            Expansion::Single => one(Some(0)),
            Expansion::Count(count) => Value::tuple((0..*count).map(|index| one(Some(index))).collect()),
            Expansion::Each(entries) => {
                let keys = (0_u32..).zip(entries).map(|(index, (key, _))| (Arc::clone(key), one(Some(index))));
                Value::object(keys.collect())
            }
            Expansion::Unknown { .. } => one(None),
        }
    }
}

impl<'t> World<'t> {
    /// How often a repetition in a scope is there.
    fn expand(&self, scope: &mut Scope<'_, 't>, repetition: &Repetition) -> Expansion {
        let (node, each) = match (&repetition.count, &repetition.for_each) {
            (Some(node), _) => (node, false),
            (None, Some(node)) => (node, true),
            (None, None) => return Expansion::Single,
        };
        let expanded = scope
            .eval(node)
            .and_then(|value| if each { self.expand_each(&value, node) } else { self.expand_count(&value, node) });
        expanded.unwrap_or_else(|fault| Expansion::Unknown { each, cause: self.faulty(&fault, node) })
    }

    fn expand_count(&self, value: &Value, node: &Node) -> Result<Expansion, Fault> {
        if value.is_null() {
            return Err(Fault::new("`count` cannot be null"));
        }
        let number = convert(&self.settled(value), &Type::Number)?;
        let Some(known) = number.as_number() else {
            return Ok(Expansion::Unknown { each: false, cause: number });
        };
        match known.to_usize() {
            Some(count) if count <= limits::INSTANCES => Ok(Expansion::Count(u32::try_from(count).unwrap_or(u32::MAX))),
            Some(_) => Ok(Expansion::Unknown { each: false, cause: self.too_many(node) }),
            None => Err(Fault::new(format!("`count` cannot be {known}"))),
        }
    }

    fn expand_each(&self, value: &Value, node: &Node) -> Result<Expansion, Fault> {
        let value = self.listed(value);
        let marks = value.marks.clone();
        let entries: Vec<(Arc<str>, Value)> = match &value.kind {
            Kind::Map(entries) | Kind::Object(entries) if !entries.is_open() => {
                entries.iter().map(|(key, value)| (Arc::clone(key), value.clone().marked(&marks))).collect()
            }
            Kind::Set(items) => {
                if items.iter().any(|item| !item.is_known()) {
                    return Ok(Expansion::Unknown { each: true, cause: self.settled(&value) });
                }
                let key = |item: &Value| {
                    let text =
                        item.as_text().ok_or_else(|| Fault::new("a set for `for_each` must be one of strings"))?;
                    Ok((Arc::clone(text), item.clone().marked(&marks)))
                };
                items.iter().map(key).collect::<Result<_, Fault>>()?
            }
            Kind::Unknown(_) | Kind::Handle(_) | Kind::Map(_) | Kind::Object(_) => {
                return Ok(Expansion::Unknown { each: true, cause: self.settled(&value) });
            }
            _ => {
                return Err(Fault::new(format!(
                    "`for_each` must be a map or a set of strings, and this is {}",
                    value.describe()
                )));
            }
        };
        if entries.len() > limits::INSTANCES {
            return Ok(Expansion::Unknown { each: true, cause: self.too_many(node) });
        }
        Ok(Expansion::Each(entries))
    }

    fn too_many(&self, node: &Node) -> Value {
        let message = format!("there are more instances than the limit of {}", limits::INSTANCES);
        self.limit_reached(&message, Some(node.span))
    }

    /// How often a resource is there.
    pub(crate) fn expansion(&self, instance: &Rc<Instance<'t>>, index: usize) -> Rc<Expansion> {
        let resource = instance.module.and_then(|module| module.resources.get(index));
        let (Some(slots), Some(resource)) = (instance.resources.get(index), resource) else {
            return Rc::new(Expansion::Single);
        };
        let each = resource.repetition.for_each.is_some();
        self.once(
            &slots.expansion,
            || Self::named(instance, &resource.address()),
            |cause| Rc::new(Expansion::Unknown { each, cause }),
            || Rc::new(self.expand(&mut Scope::new(self, instance), &resource.repetition)),
        )
    }

    /// The value of a resource by its address within the module.
    pub(crate) fn resource(&self, instance: &Rc<Instance<'t>>, address: &str) -> Result<Value, Fault> {
        let module = instance.module.ok_or_else(|| Fault::new("there is no module"))?;
        let index = module
            .find_resource(address)
            .ok_or_else(|| Fault::new(no_such("resource", address, module.resource_addresses())))?;
        let resource = u32::try_from(index).unwrap_or(u32::MAX);
        let one = |number| {
            Value::new(Kind::Handle(Handle { module: instance.id, resource: Some(resource), instance: number }))
        };
        Ok(self.expansion(instance, index).value(one))
    }

    /// The address of an instance of a resource.
    pub(crate) fn address_of(&self, instance: &Rc<Instance<'t>>, index: usize, number: u32) -> String {
        let Some(resource) = instance.module.and_then(|module| module.resources.get(index)) else {
            return String::new();
        };
        let key = self.expansion(instance, index).key(number);
        within(&instance.address, &format!("{}{key}", resource.address()))
    }

    /// The instances of a module call.
    pub(crate) fn call_expansion(&self, instance: &Rc<Instance<'t>>, index: usize) -> Option<Rc<CallExpansion<'t>>> {
        let call = instance.module?.calls.get(index)?;
        let slot = instance.calls.get(index)?;
        let name = || Self::named(instance, &format!("module.{}", call.name));
        let each = call.repetition.for_each.is_some();
        let none =
            |cause| Rc::new(CallExpansion { expansion: Expansion::Unknown { each, cause }, instances: Vec::new() });
        Some(self.once(slot, name, none, || {
            let expansion = self.expand(&mut Scope::new(self, instance), &call.repetition);
            let node = instance.node.and_then(|node| self.tree.nodes.get(node));
            let child = node.and_then(|node| node.children.get(index));
            if let Some(Err(reason)) = child {
                let message = format!("module `{}` is not here: {reason}", call.name);
                self.warn(codes::facts::MODULE_NOT_HERE, Some(call.span), message);
            }
            let child = child.and_then(|child| child.as_ref().ok()).copied();
            let mut instances = Vec::new();
            for number in 0..expansion.len() {
                if self.instance_count() > limits::INSTANCES {
                    let message = format!("there are more module instances than the limit of {}", limits::INSTANCES);
                    self.limit_reached(&message, Some(call.span));
                    break;
                }
                let (each, count) = expansion.names(number);
                let address = within(&instance.address, &format!("module.{}{}", call.name, expansion.key(number)));
                let made = CallOf { parent: Rc::clone(instance), index, each, count };
                instances.push(self.instance(child, Arc::from(address), Some(made)));
            }
            Rc::new(CallExpansion { expansion, instances })
        }))
    }

    /// The value of a module call by its name.
    pub(crate) fn call(&self, instance: &Rc<Instance<'t>>, name: &str) -> Result<Value, Fault> {
        let module = instance.module.ok_or_else(|| Fault::new("there is no module"))?;
        let index = module.find_call(name).ok_or_else(|| {
            let known = module.calls.iter().map(|call| &*call.name);
            Fault::new(no_such("module", name, known))
        })?;
        let Some(calls) = self.call_expansion(instance, index) else {
            return Err(Fault::new("there is no such module"));
        };
        if let (Expansion::Unknown { cause, .. }, true) = (&calls.expansion, calls.instances.is_empty()) {
            return Ok(cause.clone());
        }
        let one = |number: Option<u32>| {
            let child = calls.instances.get(number.unwrap_or(0) as usize);
            let id = child.map_or(u32::MAX, |child| child.id);
            Value::new(Kind::Handle(Handle { module: id, resource: None, instance: number.map(|_| 0) }))
        };
        Ok(calls.expansion.value(one))
    }
}
