//! Follows references through the configuration: from an expression to the resource instances that it leads to.

use crate::terraform::address::{InstanceKey, ModuleStep, Step, child_module, module_steps, steps};
use crate::terraform::configuration::{Call, Expression, Module, ResourceBlock};
use crate::terraform::export::Export;
use crate::terraform::resource::Resource;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A module instance: where expressions are evaluated.
struct Scope<'a> {
    address: String,
    /// Its configuration, where the plan has it.
    module: Option<&'a Module>,
    /// The instance that calls it; `None` for the root.
    parent: Option<usize>,
    call: Option<&'a Call>,
    key: Option<InstanceKey>,
    /// The instances that it calls, by the name of the call.
    children: BTreeMap<SmolStr, Instances>,
}

/// All module instances, and the resource instances in each.
pub(crate) struct Graph<'a> {
    export: &'a Export,
    scopes: Vec<Scope<'a>>,
    by_address: HashMap<String, usize>,
    /// The scopes of the modules that resources are of, by the numbers of their addresses among the texts.
    of_module: HashMap<u32, usize>,
    instances: HashMap<InstanceName, Instances>,
}

/// The instances of a resource or call.
#[derive(Default)]
struct Instances {
    all: Vec<usize>,
    by_key: HashMap<String, Vec<usize>>,
}

impl Instances {
    fn add(&mut self, key: Option<&InstanceKey>, index: usize) {
        self.all.push(index);
        if let Some(key) = key {
            self.by_key.entry(key.bare().to_owned()).or_default().push(index);
        }
    }

    /// The instances that a reference means: the one of its key; where instances are paired, the one of the same key; else
    /// all.
    fn chosen(&self, key: Option<&InstanceKey>, own: Option<&InstanceKey>, paired: bool) -> &[usize] {
        let of = |key: &InstanceKey| self.by_key.get(key.bare()).map(Vec::as_slice);
        match (key, own.filter(|_| paired).and_then(of)) {
            (Some(key), _) => of(key).unwrap_or(&[]),
            (None, Some(same)) => same,
            (None, None) => &self.all,
        }
    }
}

/// A scope, a mode, a type and a name.
type InstanceName = (usize, SmolStr, SmolStr, SmolStr);

/// Where an expression leads.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// Resource instances, with the attribute that is referred to.
    pub(crate) targets: BTreeSet<(usize, Option<SmolStr>)>,
    /// Scopes in which the trail is lost: a local value, an output that the configuration lacks.
    pub(crate) lost: BTreeSet<usize>,
}

/// For which instance an expression is evaluated.
#[derive(Clone, Copy)]
struct Each<'b> {
    key: Option<&'b InstanceKey>,
    for_each: &'b [Expression],
}

/// A walk that never goes the same way twice.
struct Walk {
    found: Found,
    visited: HashSet<(usize, String)>,
}

impl<'a> Graph<'a> {
    /// The graph of the resources of a plan. Without a configuration every expression is lost.
    pub(crate) fn new(export: &'a Export, root: Option<&'a Module>) -> Self {
        let scope = Scope {
            address: String::new(),
            module: root,
            parent: None,
            call: None,
            key: None,
            children: BTreeMap::new(),
        };
        let mut graph = Self {
            export,
            scopes: vec![scope],
            by_address: HashMap::from([(String::new(), 0)]),
            of_module: HashMap::new(),
            instances: HashMap::new(),
        };
        for (index, resource) in export.resources.iter().enumerate() {
            let scope = match graph.of_module.get(&resource.module) {
                Some(known) => *known,
                None => graph.add_scope(export.module(resource)),
            };
            graph.of_module.insert(resource.module, scope);
            let name =
                (scope, export.mode(resource).clone(), export.ty(resource).clone(), export.name(resource).clone());
            graph.instances.entry(name).or_default().add(export.key(resource), index);
        }
        graph
    }

    fn add_scope(&mut self, address: &str) -> usize {
        if let Some(known) = self.by_address.get(address) {
            return *known;
        }
        let mut at = 0;
        let mut path = String::new();
        for step in module_steps(address) {
            path = child_module(&path, &step);
            at = match self.by_address.get(&path) {
                Some(known) => *known,
                None => self.add_child(at, path.clone(), step),
            };
        }
        // The address as it was written may differ from ours in its escapes.
        self.by_address.insert(address.to_owned(), at);
        at
    }

    fn add_child(&mut self, parent: usize, address: String, (name, key): ModuleStep) -> usize {
        let call = self.scopes.get(parent).and_then(|scope| scope.module).and_then(|module| module.calls.get(&name));
        let index = self.scopes.len();
        self.by_address.insert(address.clone(), index);
        self.scopes.push(Scope {
            address,
            module: call.map(|call| &call.module),
            parent: Some(parent),
            call,
            key: key.clone(),
            children: BTreeMap::new(),
        });
        if let Some(scope) = self.scopes.get_mut(parent) {
            scope.children.entry(name).or_default().add(key.as_ref(), index);
        }
        index
    }

    fn scope_of(&self, resource: &Resource) -> usize {
        self.of_module.get(&resource.module).copied().unwrap_or(0)
    }

    /// The resource as it is written, where the plan says.
    pub(crate) fn block(&self, resource: &Resource) -> Option<&'a ResourceBlock> {
        let module = self.scopes.get(self.scope_of(resource))?.module?;
        let export = self.export;
        module.resources.get(&(
            export.mode(resource).clone(),
            export.ty(resource).clone(),
            export.name(resource).clone(),
        ))
    }

    /// Where the expressions of one attribute of a resource lead.
    pub(crate) fn follow(&self, resource: &Resource, block: &ResourceBlock, expressions: &[Expression]) -> Found {
        let mut walk = Walk { found: Found::default(), visited: HashSet::new() };
        let each = Each { key: self.export.key(resource), for_each: &block.for_each };
        self.expressions(self.scope_of(resource), expressions, each, &mut walk);
        walk.found
    }

    /// The resource instances that a lost trail may lead to: what stands in the scope or below it, and whatever is passed
    /// into it. The indices are of the resources that the graph was made of.
    pub(crate) fn within_reach(&self, lost: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut reach = BTreeSet::new();
        let mut pending: Vec<usize> = lost.iter().copied().collect();
        let mut visited = HashSet::new();
        while let Some(index) = pending.pop() {
            if !visited.insert(index) {
                continue;
            }
            let Some(scope) = self.scopes.get(index) else { continue };
            self.add_below(&scope.address, &mut reach);
            let (Some(parent), Some(call)) = (scope.parent, scope.call) else {
                pending.extend(scope.parent);
                continue;
            };
            let mut walk = Walk { found: Found::default(), visited: HashSet::new() };
            let each = Each { key: scope.key.as_ref(), for_each: &call.for_each };
            for expressions in call.inputs.values() {
                self.expressions(parent, expressions, each, &mut walk);
            }
            self.expressions(parent, &call.for_each, each, &mut walk);
            reach.extend(walk.found.targets.into_iter().map(|(target, _)| target));
            pending.extend(walk.found.lost);
        }
        reach
    }

    fn add_below(&self, address: &str, reach: &mut BTreeSet<usize>) {
        let below = format!("{address}.");
        let inside =
            |scope: &Scope<'_>| address.is_empty() || scope.address == address || scope.address.starts_with(&below);
        // Collected into an ordered set: the order of the map does not show.
        #[expect(clippy::iter_over_hash_type, reason = "the indices go into an ordered set")]
        for ((scope, ..), instances) in &self.instances {
            if self.scopes.get(*scope).is_some_and(inside) {
                reach.extend(&instances.all);
            }
        }
    }

    fn expressions(&self, scope: usize, expressions: &[Expression], each: Each<'_>, walk: &mut Walk) {
        for expression in expressions {
            self.expression(scope, expression, each, walk);
        }
    }

    fn expression(&self, scope: usize, expression: &Expression, each: Each<'_>, walk: &mut Walk) {
        let references: Vec<Vec<Step>> = expression.iter().map(|reference| steps(reference)).collect();
        // `a.b[each.key].id` is listed as `a.b` and `each.key`: instances of one key belong together.
        let paired = references.iter().any(|reference| {
            matches!(reference.as_slice(), [first, second, ..]
                if (first.name == "each" && second.name == "key") || (first.name == "count" && second.name == "index"))
        });
        for reference in &references {
            // `a.b["x"].id` is listed with `a.b["x"]` and `a.b`, which say less.
            let more_is_said = references.iter().any(|other| says_more(other, reference));
            if !more_is_said {
                self.reference(scope, reference, each, paired, walk);
            }
        }
    }

    fn reference(&self, scope: usize, reference: &[Step], each: Each<'_>, paired: bool, walk: &mut Walk) {
        let [first, rest @ ..] = reference else { return };
        match (first.name.as_str(), rest) {
            ("var", [name, ..]) => self.variable(scope, &name.name, walk),
            ("local", _) => {
                walk.found.lost.insert(scope);
            }
            ("each", [what, ..]) if what.name == "value" => {
                if walk.visited.insert((scope, "each.value".to_owned())) {
                    for expression in each.for_each {
                        self.for_each(scope, expression, each, walk);
                    }
                }
            }
            ("each" | "count" | "path" | "terraform" | "self" | "var", _) => {}
            ("module", [call, rest @ ..]) => self.output(scope, call, rest.first(), each, paired, walk),
            ("data", [ty, name, rest @ ..]) => {
                self.instance((scope, "data", &ty.name, name), rest.first(), each, paired, walk);
            }
            (_, [name, rest @ ..]) => {
                self.instance((scope, "managed", &first.name, name), rest.first(), each, paired, walk);
            }
            // `locals` and other words that are no reference.
            (_, []) => {}
        }
    }

    /// The collection of `for_each`: each of its members goes to the instance of its key.
    fn for_each(&self, scope: usize, expression: &Expression, each: Each<'_>, walk: &mut Walk) {
        let references: Vec<Vec<Step>> = expression.iter().map(|reference| steps(reference)).collect();
        for reference in &references {
            if !references.iter().any(|other| says_more(other, reference)) {
                self.reference(scope, reference, each, true, walk);
            }
        }
    }

    fn variable(&self, scope: usize, name: &str, walk: &mut Walk) {
        if !walk.visited.insert((scope, format!("var.{name}"))) {
            return;
        }
        let Some(here) = self.scopes.get(scope) else { return };
        // The inputs of the root module are given from outside: they refer to nothing.
        let Some(parent) = here.parent else { return };
        let Some(call) = here.call else {
            walk.found.lost.insert(scope);
            return;
        };
        if let Some(expressions) = call.inputs.get(name) {
            let each = Each { key: here.key.as_ref(), for_each: &call.for_each };
            self.expressions(parent, expressions, each, walk);
        }
    }

    fn output(&self, scope: usize, call: &Step, output: Option<&Step>, each: Each<'_>, paired: bool, walk: &mut Walk) {
        let Some(children) = self.scopes.get(scope).and_then(|scope| scope.children.get(&call.name)) else {
            // The call has no instance with resources; if it has no configuration either, who knows.
            let known = self.scopes.get(scope).and_then(|scope| scope.module);
            if !known.is_some_and(|module| module.calls.contains_key(&call.name)) {
                walk.found.lost.insert(scope);
            }
            return;
        };
        for child in children.chosen(call.key.as_ref(), each.key, paired).iter().copied() {
            let Some(module) = self.scopes.get(child).and_then(|scope| scope.module) else {
                walk.found.lost.insert(child);
                continue;
            };
            let name = output.map(|output| output.name.as_str());
            let outputs: Vec<_> =
                module.outputs.iter().filter(|(found, _)| name.is_none_or(|name| name == found.as_str())).collect();
            if outputs.is_empty() && name.is_some() {
                walk.found.lost.insert(child);
            }
            for (found, expressions) in outputs {
                if walk.visited.insert((child, format!("output.{found}"))) {
                    self.expressions(child, expressions, Each { key: None, for_each: &[] }, walk);
                }
            }
        }
    }

    fn instance(
        &self,
        (scope, mode, ty, name): (usize, &str, &SmolStr, &Step),
        attribute: Option<&Step>,
        each: Each<'_>,
        paired: bool,
        walk: &mut Walk,
    ) {
        let key = (scope, SmolStr::new(mode), ty.clone(), name.name.clone());
        let Some(instances) = self.instances.get(&key) else { return };
        for target in instances.chosen(name.key.as_ref(), each.key, paired) {
            walk.found.targets.insert((*target, attribute.map(|step| step.name.clone())));
        }
    }
}

/// Whether `other` is `reference` with a key or further steps.
fn says_more(other: &[Step], reference: &[Step]) -> bool {
    let prefix = other.len() >= reference.len()
        && other.iter().zip(reference).all(|(a, b)| a.name == b.name && (b.key.is_none() || a.key == b.key));
    let keys = |steps: &[Step]| steps.iter().filter(|step| step.key.is_some()).count();
    // `a.b` is listed beside `a.b.id`, but `a.b.id` beside `a.b["x"].id` stands for itself only where nothing longer has it.
    prefix && (other.len() > reference.len() || keys(other) > keys(reference))
}
