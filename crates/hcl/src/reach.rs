//! Resources and modules as values: their attributes are worked out when they are asked for.

use std::rc::Rc;
use std::sync::Arc;

use crate::blocks;
use crate::eval::{Scope, index_of};
use crate::expand::Expansion;
use crate::fault::Fault;
use crate::marks::{Marks, Reference};
use crate::module::{Mode, Resource};
use crate::policy;
use crate::types::Type;
use crate::value::{Entries, Handle, Items, Kind, Unknown, Value, Why};
use crate::world::{Instance, World};

/// Arguments that belong to Terraform and not to the resource.
pub(crate) const META_ARGUMENTS: [&str; 4] = ["count", "for_each", "provider", "depends_on"];
/// Blocks that belong to Terraform and not to the resource.
pub(crate) const META_BLOCKS: [&str; 3] = ["lifecycle", "provisioner", "connection"];

impl<'t> World<'t> {
    /// An attribute of a resource, or an output of a module.
    pub(crate) fn attribute_of(&self, handle: Handle, name: &str) -> Result<Value, Fault> {
        let Some(instance) = self.instance_of(handle.module) else {
            return Err(Fault::new("there is no such module"));
        };
        let Some(resource) = handle.resource else {
            if handle.instance.is_none() {
                return Ok(self.any_instance(handle));
            }
            return self.output_of(&instance, name);
        };
        match handle.instance {
            None => Ok(self.any_instance(handle)),
            Some(number) => Ok(self.resource_attribute(&instance, resource, number, name)),
        }
    }

    fn output_of(&self, instance: &Rc<Instance<'t>>, name: &str) -> Result<Value, Fault> {
        if instance.module.is_some() {
            return self.output(instance, name);
        }
        Ok(self.not_here(instance, Some(name)))
    }

    /// An unknown value of a module that is not here.
    fn not_here(&self, instance: &Instance<'t>, output: Option<&str>) -> Value {
        let call = instance.call.as_ref().and_then(|call| {
            let module = call.parent.module?;
            let node = call.parent.node.and_then(|node| self.tree.nodes.get(node))?;
            let reason = node.children.get(call.index)?.as_ref().err()?;
            Some((Arc::clone(&module.calls.get(call.index)?.name), Arc::clone(reason)))
        });
        let (name, reason) = call.unwrap_or_else(|| (Arc::clone(&instance.address), Arc::from("it was not read")));
        let expression = match output {
            Some(output) => format!("{}.{output}", instance.address),
            None => instance.address.to_string(),
        };
        let reason = format!("`{expression}` is not known: module `{name}` is not here: {reason}");
        Value::unknown(Type::Any, Why::Module, expression, reason)
    }

    /// The instance that stands for all where it is not known how many there are.
    pub(crate) fn any_instance(&self, handle: Handle) -> Value {
        Value::new(Kind::Handle(Handle { instance: Some(0), ..handle }))
    }

    /// A scope in which the arguments of an instance of a resource are evaluated.
    pub(crate) fn scope_of<'w>(
        &'w self,
        instance: &Rc<Instance<'t>>,
        expansion: &Expansion,
        number: u32,
    ) -> Scope<'w, 't> {
        let (each, count) = expansion.names(number);
        Scope { each, count, ..Scope::new(self, instance) }
    }

    fn resource_attribute(&self, instance: &Rc<Instance<'t>>, index: u32, number: u32, name: &str) -> Value {
        let resource = instance.module.and_then(|module| module.resources.get(index as usize));
        let (Some(slots), Some(resource)) = (instance.resources.get(index as usize), resource) else {
            return Value::null();
        };
        let address: Arc<str> = Arc::from(self.address_of(instance, index as usize, number));
        let key = (number, Arc::<str>::from(name));
        let known = slots.attributes.borrow().get(&key).cloned();
        let value = match known {
            Some(Some(value)) => value,
            Some(None) => self.circle(&format!("{address}.{name}")),
            None => {
                slots.attributes.borrow_mut().insert(key.clone(), None);
                self.enter(format!("{address}.{name}"));
                let value = self.work_out_attribute(instance, resource, index, number, name, &address);
                self.leave();
                slots.attributes.borrow_mut().insert(key, Some(value.clone()));
                value
            }
        };
        value.marked(&Marks::reference(Reference { address, attribute: Some(Arc::from(name)) }))
    }

    fn work_out_attribute(
        &self,
        instance: &Rc<Instance<'t>>,
        resource: &Resource,
        index: u32,
        number: u32,
        name: &str,
        address: &Arc<str>,
    ) -> Value {
        let expansion = self.expansion(instance, index as usize);
        let mut scope = self.scope_of(instance, &expansion, number);
        if let Some(attribute) = resource.body.attribute(name).filter(|_| !META_ARGUMENTS.contains(&name)) {
            let value = self.value_in(&mut scope, &attribute.value);
            // What is null in the text may be filled by the provider.
            if !value.is_null() {
                return self.settled(&value);
            }
        }
        // Where the text gives no block at all, the provider may.
        if !META_BLOCKS.contains(&name)
            && let Some(blocks) = blocks::blocks_value(&mut scope, &resource.body, name)
            && blocks.as_items().is_none_or(|items| !items.is_empty())
        {
            let reference =
                Marks::reference(Reference { address: Arc::clone(address), attribute: Some(Arc::from(name)) });
            let expression = format!("{address}.{name}");
            let reason = format!("`{expression}` is not known wholly before apply");
            let rest = Value::unknown(Type::Any, Why::Apply, expression, reason);
            return match rest.as_unknown() {
                Some(rest) => opened(&self.settled(&blocks), &reference, rest),
                None => blocks,
            };
        }
        if policy::is_policy_document(resource) && matches!(name, "json" | "minified_json") {
            return policy::document(&mut scope, resource, name == "minified_json");
        }
        let expression = format!("{address}.{name}");
        match resource.mode {
            Mode::Managed => {
                let reason = format!("`{expression}` is not known before apply");
                Value::unknown(Type::Any, Why::Apply, expression, reason)
            }
            Mode::Data | Mode::Ephemeral => {
                let reason = format!("`{expression}` is read from the provider");
                Value::unknown(Type::Any, Why::Data, expression, reason)
            }
        }
    }

    /// A resource as a whole, or all of them.
    fn whole(&self, handle: Handle) -> Value {
        let Some(instance) = self.instance_of(handle.module) else { return Value::null() };
        let Some(index) = handle.resource else { return self.whole_module(&instance, handle) };
        let index = index as usize;
        let number = handle.instance.unwrap_or(0);
        let address: Arc<str> = Arc::from(self.address_of(&instance, index, number));
        let reference = Marks::reference(Reference { address: Arc::clone(&address), attribute: None });
        if let (None, Expansion::Unknown { cause, .. }) = (handle.instance, &*self.expansion(&instance, index)) {
            return cause.unknown_like(Type::Any).unwrap_or_else(|| cause.clone()).marked(&reference);
        }
        let reason = format!("`{address}` as a whole is not known before apply");
        Value::unknown(Type::Any, Why::Apply, address, reason).marked(&reference)
    }

    fn whole_module(&self, instance: &Rc<Instance<'t>>, handle: Handle) -> Value {
        let Some(module) = instance.module else { return self.not_here(instance, None) };
        if handle.instance.is_none() {
            let call = instance.call.as_ref();
            let expansion = call.and_then(|call| self.call_expansion(&call.parent, call.index));
            if let Some(Expansion::Unknown { cause, .. }) = expansion.as_ref().map(|call| &call.expansion) {
                return cause.unknown_like(Type::Any).unwrap_or_else(|| cause.clone());
            }
        }
        let output = |name: &Arc<str>| {
            let value = self.output(instance, name).unwrap_or_else(|_| Value::null());
            (Arc::clone(name), self.settled(&value))
        };
        Value::object(module.outputs.iter().map(|output_block| output(&output_block.name)).collect())
    }

    /// The value without resources and modules as wholes in it.
    pub(crate) fn settled(&self, value: &Value) -> Value {
        if value.is_wholly_known() {
            return value.clone();
        }
        let all = |items: &Items| items.iter().map(|item| self.settled(item)).collect();
        let kind = match &value.kind {
            Kind::Handle(handle) => {
                return Value { origin: value.origin, ..self.whole(*handle).marked(&value.marks) };
            }
            Kind::List(items) if has_handle(value) => Kind::List(Arc::new(Items::new(all(items)))),
            Kind::Set(items) if has_handle(value) => Kind::Set(Arc::new(Items::new(all(items)))),
            Kind::Tuple(items) if has_handle(value) => Kind::Tuple(Arc::new(Items::new(all(items)))),
            Kind::Map(entries) if has_handle(value) => Kind::Map(Arc::new(self.settled_entries(entries))),
            Kind::Object(entries) if has_handle(value) => Kind::Object(Arc::new(self.settled_entries(entries))),
            _ => return value.clone(),
        };
        Value { kind, origin: value.origin, marks: value.marks.clone() }
    }

    fn settled_entries(&self, entries: &Entries) -> Entries {
        let settled = entries.iter().map(|(key, value)| (Arc::clone(key), self.settled(value))).collect();
        Entries::like(settled, entries)
    }

    /// The value, or its outputs where it is a module, so that it can be gone through.
    pub(crate) fn listed(&self, value: &Value) -> Value {
        match &value.kind {
            Kind::Handle(_) => self.settled(value),
            _ => value.clone(),
        }
    }
}

/// Whether a resource or module as a whole stands in a value.
fn has_handle(value: &Value) -> bool {
    if value.is_wholly_known() {
        return false;
    }
    match &value.kind {
        Kind::Handle(_) => true,
        Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => items.iter().any(has_handle),
        Kind::Map(entries) | Kind::Object(entries) => entries.values().any(has_handle),
        _ => false,
    }
}

/// The blocks with every object open: what the text does not say of them, the provider may.
fn opened(value: &Value, reference: &Marks, rest: &Arc<Unknown>) -> Value {
    let kind = match &value.kind {
        Kind::Tuple(items) => {
            Kind::Tuple(Arc::new(Items::new(items.iter().map(|item| opened(item, reference, rest)).collect())))
        }
        Kind::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| (Arc::clone(key), opened(value, reference, rest)));
            Kind::Object(Arc::new(Entries::opened(entries.collect(), Arc::clone(rest))))
        }
        other => other.clone(),
    };
    let marked = matches!(kind, Kind::Object(_));
    let value = Value { kind, origin: value.origin, marks: value.marks.clone() };
    if marked { value.marked(reference) } else { value }
}

/// The element of an index, for the use of functions.
pub(crate) fn element(world: &World<'_>, value: &Value, key: &Value) -> Result<Value, Fault> {
    match &value.kind {
        Kind::Handle(handle) if handle.instance.is_none() => Ok(world.any_instance(*handle)),
        Kind::Handle(handle) => match key.as_text() {
            Some(name) => world.attribute_of(*handle, name),
            None => Ok(world.settled(value)),
        },
        _ => index_of(value, key),
    }
}
