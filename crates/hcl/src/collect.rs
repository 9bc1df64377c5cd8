//! Everything that a configuration declares, worked out and put together.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use tickmark_diagnostics::{Diagnostic, codes};
use tickmark_source::Files;

use crate::address::Key;
use crate::blocks::{blocks_value, kind_of};
use crate::configuration::{
    Attribute, Configuration, ModuleCall, OutputValue, ProviderConfiguration, ProviderOf, ResourceInstance,
};
use crate::eval::Scope;
use crate::functions::merge;
use crate::limits;
use crate::module::{Module, ProviderName, Resource, Tree};
use crate::policy;
use crate::reach::{META_ARGUMENTS, META_BLOCKS};
use crate::settings::Settings;
use crate::syntax::Body;
use crate::value::Value;
use crate::world::{Instance, World};

/// Arguments of a module call that are not handed to the module.
const CALL_ARGUMENTS: [&str; 6] = ["source", "version", "count", "for_each", "providers", "depends_on"];

impl Tree {
    /// Evaluates the configuration. What is not known is unknown and says why; no resource is ever left out.
    #[must_use]
    pub fn evaluate(&self, files: &dyn Files, settings: &Settings) -> Configuration {
        // Expressions nest through locals and modules deeper than the usual stack allows.
        let run = || evaluate(self, files, settings);
        if cfg!(target_arch = "wasm32") {
            return run();
        }
        std::thread::scope(|threads| {
            let builder = std::thread::Builder::new().stack_size(limits::STACK).name("terraform".to_owned());
            match builder.spawn_scoped(threads, run) {
                Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                Err(error) => {
                    let message = format!("the evaluation cannot start: {error}");
                    let diagnostic = Diagnostic::without_place(codes::facts::LIMIT_EXCEEDED, message);
                    Configuration { diagnostics: vec![diagnostic], ..Configuration::default() }
                }
            }
        })
    }

    /// Mistakes in the files of the configuration.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}

/// What is put together while modules are walked through.
struct Collector<'w, 't> {
    world: &'w World<'t>,
    out: Configuration,
    /// Provider blocks by module instance, name and alias.
    providers: BTreeMap<(u32, ProviderName), usize>,
}

fn evaluate(tree: &Tree, files: &dyn Files, settings: &Settings) -> Configuration {
    let world = World::new(tree, files, settings);
    let root = world.instance(Some(0), Arc::from(""), None);
    let mut collector = Collector { world: &world, out: Configuration::default(), providers: BTreeMap::new() };
    collector.module(&root);
    if let Some(module) = root.module {
        for output in &module.outputs {
            if let Ok(value) = world.output(&root, &output.name) {
                let value = world.settled(&value);
                let place = output.span.place();
                collector.out.outputs.push(OutputValue { name: Arc::clone(&output.name), value, place });
            }
        }
        // A variable that nothing reads wants a value all the same.
        for variable in &module.variables {
            let _ = world.variable(&root, &variable.name);
        }
    }
    let mut out = collector.out;
    out.diagnostics.extend(tree.diagnostics.iter().cloned());
    out.diagnostics.append(&mut world.warnings.borrow_mut());
    tickmark_diagnostics::sort(&mut out.diagnostics);
    out
}

impl<'t> Collector<'_, 't> {
    fn module(&mut self, instance: &Rc<Instance<'t>>) {
        let Some(module) = instance.module else { return };
        for provider in &module.providers {
            let attributes = self.attributes(&mut Scope::new(self.world, instance), &provider.body, &["alias"], &[]);
            let key = (instance.id, (Arc::clone(&provider.name), provider.alias.clone()));
            self.providers.insert(key, self.out.providers.len());
            self.out.providers.push(ProviderConfiguration {
                module: Arc::clone(&instance.address),
                name: Arc::clone(&provider.name),
                alias: provider.alias.clone(),
                attributes,
                span: provider.span,
            });
        }
        for (index, resource) in module.resources.iter().enumerate() {
            self.resource(instance, module, index, resource);
        }
        for index in 0..module.calls.len() {
            self.call(instance, module, index);
        }
    }

    fn resource(&mut self, instance: &Rc<Instance<'t>>, module: &Module, index: usize, resource: &Resource) {
        let expansion = self.world.expansion(instance, index);
        let provider = self.provider(instance, module, resource);
        for number in 0..expansion.len() {
            let mut scope = self.world.scope_of(instance, &expansion, number);
            let mut attributes = self.attributes(&mut scope, &resource.body, &META_ARGUMENTS, &META_BLOCKS);
            self.computed(&mut scope, resource, &provider, &mut attributes);
            self.out.resources.push(ResourceInstance {
                address: Arc::from(self.world.address_of(instance, index, number)),
                module: Arc::clone(&instance.address),
                mode: resource.mode,
                ty: Arc::clone(&resource.ty),
                name: Arc::clone(&resource.name),
                key: expansion.key(number),
                provider: provider.clone(),
                attributes,
                depends_on: resource.depends_on.clone(),
                span: resource.span,
                prevent_destroy: resource.prevent_destroy,
                ignore_changes: resource.ignore_changes.clone(),
                provisioners: resource.provisioners.clone(),
            });
        }
    }

    fn attributes(
        &self,
        scope: &mut Scope<'_, 't>,
        body: &Body,
        without: &[&str],
        without_blocks: &[&str],
    ) -> BTreeMap<Arc<str>, Attribute> {
        let mut attributes = BTreeMap::new();
        for attribute in body.attributes.iter().filter(|attribute| !without.contains(&&*attribute.name)) {
            let value = self.world.value_in(scope, &attribute.value);
            let value = self.world.settled(&value);
            attributes.insert(Arc::clone(&attribute.name), Attribute { value, span: attribute.value.span });
        }
        for block in &body.blocks {
            let kind = kind_of(block);
            if without_blocks.contains(&&**kind) || attributes.contains_key(kind) {
                continue;
            }
            if let Some(value) = blocks_value(scope, body, kind) {
                let value = self.world.settled(&value);
                attributes.insert(Arc::clone(kind), Attribute { value, span: block.span });
            }
        }
        attributes
    }

    /// What the provider would compute, where it computes it from nothing but the text.
    fn computed(
        &self,
        scope: &mut Scope<'_, 't>,
        resource: &Resource,
        provider: &ProviderOf,
        attributes: &mut BTreeMap<Arc<str>, Attribute>,
    ) {
        if policy::is_policy_document(resource) {
            for (name, minified) in [("json", false), ("minified_json", true)] {
                let value = policy::document(scope, resource, minified);
                attributes.insert(Arc::from(name), Attribute { value, span: resource.span });
            }
            return;
        }
        // All tags of a resource are its own, laid over those that its provider gives to every resource.
        let (Some(tags), "hashicorp/aws") = (attributes.get("tags"), &*provider.source) else { return };
        if attributes.contains_key("tags_all") {
            return;
        }
        let provider = provider.configuration.and_then(|index| self.out.providers.get(index));
        let defaults = provider.and_then(|provider| provider.attributes.get("default_tags"));
        let all = match defaults.map(|defaults| &defaults.value) {
            None => Ok(tags.value.clone()),
            Some(blocks) => {
                let block = blocks.as_items().and_then(|items| items.get(0)).and_then(Value::as_entries);
                let given = block.map(|block| block.get("tags").cloned().unwrap_or_else(Value::null));
                // A block that is not known may hold any tag.
                merge(scope, &[given.unwrap_or_else(|| blocks.clone()), tags.value.clone()])
            }
        };
        if let Ok(value) = all {
            let value = Value { origin: tags.value.origin, ..value };
            let span = tags.span;
            attributes.insert(Arc::from("tags_all"), Attribute { value, span });
        }
    }

    fn call(&mut self, instance: &Rc<Instance<'t>>, module: &Module, index: usize) {
        let Some(call) = module.calls.get(index) else { return };
        let Some(expansion) = self.world.call_expansion(instance, index) else { return };
        let missing = instance
            .node
            .and_then(|node| self.world.tree.nodes.get(node))
            .and_then(|node| node.children.get(index))
            .and_then(|child| child.as_ref().err());
        for (number, child) in (0_u32..).zip(&expansion.instances) {
            let mut scope = self.world.scope_of(instance, &expansion.expansion, number);
            let arguments = self.attributes(&mut scope, &call.body, &CALL_ARGUMENTS, &[]);
            let key: Key = expansion.expansion.key(number);
            self.out.module_calls.push(ModuleCall {
                address: Arc::clone(&child.address),
                source: call.source.clone(),
                version: call.version.clone(),
                key,
                missing: missing.cloned(),
                arguments,
                span: call.span,
            });
        }
        for child in &expansion.instances {
            self.module(child);
        }
    }

    /// The provider of a resource, and its block, looked for from module to module.
    fn provider(&self, instance: &Rc<Instance<'t>>, module: &Module, resource: &Resource) -> ProviderOf {
        let (name, alias) = resource.provider.clone().unwrap_or_else(|| (Arc::from(resource.implied_provider()), None));
        let source = module.required_providers.get(&name).cloned();
        let source = source.unwrap_or_else(|| {
            Arc::from(if &*name == "terraform" {
                "terraform.io/builtin/terraform".to_owned()
            } else {
                format!("hashicorp/{name}")
            })
        });
        let configuration = self.configured(instance, (Arc::clone(&name), alias.clone()));
        ProviderOf { name, alias, source, configuration }
    }

    fn configured(&self, instance: &Rc<Instance<'t>>, mut wanted: ProviderName) -> Option<usize> {
        let mut instance = Rc::clone(instance);
        loop {
            let key = (instance.id, wanted.clone());
            if let Some(found) = self.providers.get(&key) {
                return Some(*found);
            }
            let above = instance.call.as_ref()?;
            let call = above.parent.module?.calls.get(above.index)?;
            match call.providers.iter().find(|(inner, _)| *inner == wanted) {
                Some((_, outer)) => wanted = outer.clone(),
                // A provider without an alias is handed down by itself.
                None if wanted.1.is_none() => {}
                None => return None,
            }
            let parent = Rc::clone(&above.parent);
            instance = parent;
        }
    }
}
