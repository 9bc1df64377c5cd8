//! An evaluation under way: module instances, and what has been worked out of each so far.
//!
//! Nothing is evaluated before it is asked for, and nothing twice. What asks for itself is a circle, and unknown.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use tickmark_diagnostics::{Code, Diagnostic, codes, did_you_mean};
use tickmark_source::{Files, Span};

use crate::convert::convert;
use crate::eval::{Scope, faulty};
use crate::expand::Expansion;
use crate::fault::Fault;
use crate::limits;
use crate::marks::Marks;
use crate::module::{Module, Tree};
use crate::settings::Settings;
use crate::syntax::Node;
use crate::types::Type;
use crate::value::{Value, Why};

/// Something that is worked out once.
pub(crate) enum State<T> {
    New,
    Busy,
    Done(T),
}

pub(crate) type Slot<T> = RefCell<State<T>>;

/// A module of the tree, once for each key of its `for_each` and of those above it.
pub(crate) struct Instance<'t> {
    pub(crate) id: u32,
    /// What it is an instance of; `None` for a module that is not here.
    pub(crate) module: Option<&'t Module>,
    pub(crate) node: Option<usize>,
    /// `module.a["x"]`; empty for the root.
    pub(crate) address: Arc<str>,
    /// The call that made it; `None` for the root.
    pub(crate) call: Option<CallOf<'t>>,
    variables: Vec<Slot<Value>>,
    locals: Vec<Slot<Value>>,
    outputs: Vec<Slot<Value>>,
    pub(crate) resources: Vec<ResourceSlots>,
    pub(crate) calls: Vec<Slot<Rc<CallExpansion<'t>>>>,
}

/// The call of a module instance, and what `each` and `count` are in it.
pub(crate) struct CallOf<'t> {
    pub(crate) parent: Rc<Instance<'t>>,
    pub(crate) index: usize,
    pub(crate) each: Option<(Value, Value)>,
    pub(crate) count: Option<Value>,
}

/// The instances of a module call.
pub(crate) struct CallExpansion<'t> {
    pub(crate) expansion: Expansion,
    pub(crate) instances: Vec<Rc<Instance<'t>>>,
}

/// What is worked out of a resource.
pub(crate) struct ResourceSlots {
    pub(crate) expansion: Slot<Rc<Expansion>>,
    pub(crate) attributes: RefCell<Attributes>,
}

/// Values by instance and by the name of the attribute or nested block; `None` for one that is being worked out.
type Attributes = BTreeMap<(u32, Arc<str>), Option<Value>>;

/// An evaluation under way.
pub(crate) struct World<'t> {
    pub(crate) tree: &'t Tree,
    pub(crate) files: &'t dyn Files,
    pub(crate) settings: &'t Settings,
    instances: RefCell<Vec<Rc<Instance<'t>>>>,
    steps: Cell<u64>,
    /// What everything is once there have been too many steps.
    stopped: OnceCell<Value>,
    depth: Cell<u32>,
    /// What is being worked out, from the outside in: a circle is named by it.
    busy: RefCell<Vec<String>>,
    pub(crate) warnings: RefCell<Vec<Diagnostic>>,
    warned: RefCell<BTreeSet<(Option<Span>, String)>>,
}

fn slots<T>(count: usize) -> Vec<Slot<T>> {
    (0..count).map(|_| RefCell::new(State::New)).collect()
}

impl<'t> World<'t> {
    pub(crate) fn new(tree: &'t Tree, files: &'t dyn Files, settings: &'t Settings) -> Self {
        World {
            tree,
            files,
            settings,
            instances: RefCell::new(Vec::new()),
            steps: Cell::new(0),
            stopped: OnceCell::new(),
            depth: Cell::new(0),
            busy: RefCell::new(Vec::new()),
            warnings: RefCell::new(Vec::new()),
            warned: RefCell::new(BTreeSet::new()),
        }
    }

    /// Adds an instance of a node of the tree, or of a module that is not here.
    pub(crate) fn instance(
        &self,
        node: Option<usize>,
        address: Arc<str>,
        call: Option<CallOf<'t>>,
    ) -> Rc<Instance<'t>> {
        let module = node.and_then(|node| self.tree.nodes.get(node)).and_then(|node| self.tree.module_of(node));
        let count = |of: fn(&Module) -> usize| module.map_or(0, of);
        let resources = (0..count(|module| module.resources.len()))
            .map(|_| ResourceSlots { expansion: RefCell::new(State::New), attributes: RefCell::default() });
        let mut instances = self.instances.borrow_mut();
        let instance = Rc::new(Instance {
            id: u32::try_from(instances.len()).unwrap_or(u32::MAX),
            module,
            node,
            address,
            call,
            variables: slots(count(|module| module.variables.len())),
            locals: slots(count(|module| module.locals.len())),
            outputs: slots(count(|module| module.outputs.len())),
            resources: resources.collect(),
            calls: slots(count(|module| module.calls.len())),
        });
        instances.push(Rc::clone(&instance));
        instance
    }

    pub(crate) fn instance_of(&self, id: u32) -> Option<Rc<Instance<'t>>> {
        self.instances.borrow().get(id as usize).cloned()
    }

    pub(crate) fn instance_count(&self) -> usize {
        self.instances.borrow().len()
    }

    /// Counts a step; an unknown value where there have been too many.
    pub(crate) fn step(&self) -> Option<Value> {
        self.steps(1)
    }

    /// Counts several steps.
    pub(crate) fn steps(&self, count: u64) -> Option<Value> {
        let steps = self.steps.get().saturating_add(count);
        self.steps.set(steps);
        if steps <= limits::STEPS {
            return None;
        }
        let stopped = self.stopped.get_or_init(|| {
            let message = format!("the evaluation takes more than the limit of {} steps", limits::STEPS);
            self.limit_reached(&message, None)
        });
        Some(stopped.clone())
    }

    pub(crate) fn deeper(&self) -> u32 {
        let depth = self.depth.get() + 1;
        self.depth.set(depth);
        depth
    }

    pub(crate) fn shallower(&self) {
        self.depth.set(self.depth.get().saturating_sub(1));
    }

    /// An unknown because of a limit, and a warning.
    pub(crate) fn limit_reached(&self, message: &str, span: Option<Span>) -> Value {
        self.warn(codes::facts::NOT_EVALUATED, span, message.to_owned());
        Value::unknown(Type::Any, Why::Limit, "", message.to_owned())
    }

    /// A warning, each once.
    pub(crate) fn warn(&self, code: Code, span: Option<Span>, message: String) {
        let mut warned = self.warned.borrow_mut();
        if warned.len() >= limits::WARNINGS || !warned.insert((span, message.clone())) {
            return;
        }
        let diagnostic = match span {
            Some(span) => Diagnostic::warning(code, span, message),
            None => Diagnostic {
                severity: tickmark_diagnostics::Severity::Warning,
                ..Diagnostic::without_place(code, message)
            },
        };
        self.warnings.borrow_mut().push(diagnostic);
    }

    /// A fault becomes an unknown value and a warning.
    pub(crate) fn faulty(&self, fault: &Fault, node: &Node) -> Value {
        let expression = node.describe();
        let message = format!("`{expression}` cannot be evaluated: {}", fault.message);
        self.warn(codes::facts::NOT_EVALUATED, fault.span.or(Some(node.span)), message);
        faulty(fault, expression).at(node.span.place())
    }

    /// The value of an expression in a scope; a fault is an unknown.
    pub(crate) fn value_in(&self, scope: &mut Scope<'_, 't>, node: &Node) -> Value {
        scope.eval(node).unwrap_or_else(|fault| self.faulty(&fault, node))
    }

    /// What stands in a slot, worked out if need be. Where that is under way, it is a circle.
    pub(crate) fn once<T: Clone>(
        &self,
        slot: &Slot<T>,
        name: impl FnOnce() -> String,
        circle: impl FnOnce(Value) -> T,
        work: impl FnOnce() -> T,
    ) -> T {
        match &*slot.borrow() {
            State::Done(value) => return value.clone(),
            State::Busy => return circle(self.circle(&name())),
            State::New => {}
        }
        *slot.borrow_mut() = State::Busy;
        self.busy.borrow_mut().push(name());
        let value = work();
        self.busy.borrow_mut().pop();
        *slot.borrow_mut() = State::Done(value.clone());
        value
    }

    /// Says that something is being worked out, for the naming of circles.
    pub(crate) fn enter(&self, name: String) {
        self.busy.borrow_mut().push(name);
    }

    pub(crate) fn leave(&self) {
        self.busy.borrow_mut().pop();
    }

    /// An unknown because of a circle of references that leads back to a name.
    pub(crate) fn circle(&self, name: &str) -> Value {
        let busy = self.busy.borrow();
        let start = busy.iter().rposition(|other| other == name).unwrap_or(0);
        let mut path: Vec<&str> = busy.get(start..).unwrap_or(&[]).iter().map(String::as_str).collect();
        let more = path.len().saturating_sub(8);
        path.truncate(8);
        path.push(if more > 0 { "…" } else { name });
        let message = format!("a circle of references: {}", path.join(" → "));
        drop(busy);
        self.warn(codes::facts::NOT_EVALUATED, None, message.clone());
        Value::unknown(Type::Any, Why::Cycle, name.to_owned(), message)
    }

    pub(crate) fn workspace(&self) -> &str {
        &self.settings.workspace
    }

    /// `path.module`: the folder of a module as seen from the root.
    pub(crate) fn folder_from_root(&self, instance: &Instance<'_>) -> String {
        let root = self.tree.root().map_or("", |module| module.folder.as_str());
        let folder = instance.module.map_or("", |module| module.folder.as_str());
        if folder == root {
            return ".".to_owned();
        }
        match folder.strip_prefix(&format!("{root}/")) {
            Some(below) => below.to_owned(),
            None if root == "." => folder.to_owned(),
            None => relative(root, folder),
        }
    }

    /// A name as it is spoken of from outside of its module.
    pub(crate) fn named(instance: &Instance<'_>, name: &str) -> String {
        if instance.address.is_empty() { name.to_owned() } else { format!("{}.{name}", instance.address) }
    }

    pub(crate) fn local(&self, instance: &Rc<Instance<'t>>, name: &str) -> Result<Value, Fault> {
        let module = instance.module.ok_or_else(|| Fault::new("there is no module"))?;
        let index = module.find_local(name).ok_or_else(|| {
            let known = module.locals.iter().map(|(name, _)| &**name);
            Fault::new(no_such("local", name, known))
        })?;
        let (Some(slot), Some((_, node))) = (instance.locals.get(index), module.locals.get(index)) else {
            return Err(Fault::new("there is no such local"));
        };
        let work = || self.value_in(&mut Scope::new(self, instance), node);
        Ok(self.once(slot, || Self::named(instance, &format!("local.{name}")), |circle| circle, work))
    }

    pub(crate) fn output(&self, instance: &Rc<Instance<'t>>, name: &str) -> Result<Value, Fault> {
        let module = instance.module.ok_or_else(|| Fault::new("there is no module"))?;
        let index = module.find_output(name).ok_or_else(|| {
            let known = module.outputs.iter().map(|output| &*output.name);
            Fault::new(no_such("output", name, known))
        })?;
        let (Some(slot), Some(output)) = (instance.outputs.get(index), module.outputs.get(index)) else {
            return Err(Fault::new("there is no such output"));
        };
        let work = || {
            let value = match &output.value {
                Some(node) => self.value_in(&mut Scope::new(self, instance), node),
                None => Value::null(),
            };
            if output.sensitive { value.marked(&Marks::sensitive()) } else { value }
        };
        Ok(self.once(slot, || Self::named(instance, &format!("output.{name}")), |circle| circle, work))
    }

    pub(crate) fn variable(&self, instance: &Rc<Instance<'t>>, name: &str) -> Result<Value, Fault> {
        let module = instance.module.ok_or_else(|| Fault::new("there is no module"))?;
        let index = module.find_variable(name).ok_or_else(|| {
            let known = module.variables.iter().map(|variable| &*variable.name);
            Fault::new(no_such("variable", name, known))
        })?;
        let Some(slot) = instance.variables.get(index) else {
            return Err(Fault::new("there is no such variable"));
        };
        let work = || self.variable_value(instance, module, index);
        Ok(self.once(slot, || Self::named(instance, &format!("var.{name}")), |circle| circle, work))
    }

    fn variable_value(&self, instance: &Rc<Instance<'t>>, module: &Module, index: usize) -> Value {
        let Some(variable) = module.variables.get(index) else { return Value::null() };
        let given = match &instance.call {
            Some(call) => {
                let node = call
                    .parent
                    .module
                    .and_then(|module| module.calls.get(call.index))
                    .and_then(|block| block.body.attribute(&variable.name));
                node.map(|attribute| {
                    let mut scope = Scope::new(self, &call.parent);
                    scope.each.clone_from(&call.each);
                    scope.count.clone_from(&call.count);
                    (self.value_in(&mut scope, &attribute.value), attribute.value.span)
                })
            }
            None => self.root_variable(instance, variable),
        };
        let default = || {
            let node = variable.default.as_ref()?;
            Some((self.value_in(&mut Scope::new(self, instance), node), node.span))
        };
        let given = match given {
            // What may not be null is its default instead.
            Some((value, span)) if value.is_null() && !variable.nullable => default().or(Some((value, span))),
            given => given.or_else(default),
        };
        let value = match given {
            Some((value, span)) => convert(&self.settled(&value), &variable.ty).unwrap_or_else(|fault| {
                let message = format!("variable `{}` has a value that does not fit: {}", variable.name, fault.message);
                self.warn(codes::facts::NOT_EVALUATED, Some(span), message.clone());
                let expression = format!("var.{}", variable.name);
                Value::unknown(variable.ty.clone(), Why::Error, expression, message)
            }),
            None => {
                let message = format!("variable `{}` has no value", variable.name);
                self.warn(codes::facts::NO_VALUE, Some(variable.span), message.clone());
                let expression = format!("var.{}", variable.name);
                Value::unknown(variable.ty.clone(), Why::Variable, expression, message).at(variable.span.place())
            }
        };
        if variable.sensitive { value.marked(&Marks::sensitive()) } else { value }
    }

    /// The value of a variable of the root: a setting, else the last `.tfvars` file that has one.
    fn root_variable(&self, instance: &Rc<Instance<'t>>, variable: &crate::module::Variable) -> Option<(Value, Span)> {
        if let Some(text) = self.settings.variable(&variable.name) {
            let value = self.settings.value_of(self, instance, variable, text);
            return Some((value, variable.span));
        }
        let attribute = self.tree.values.iter().rev().find_map(|body| body.attribute(&variable.name))?;
        // A file of values refers to nothing.
        let mut scope = Scope { sealed: true, ..Scope::new(self, instance) };
        Some((self.value_in(&mut scope, &attribute.value), attribute.value.span))
    }
}

/// "there is no local `x`; did you mean …"
pub(crate) fn no_such<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let hint = did_you_mean(name, known).map_or(String::new(), |hint| format!("; {hint}"));
    format!("there is no {what} `{name}`{hint}")
}

/// One folder as seen from another.
fn relative(from: &str, to: &str) -> String {
    let (from, to): (Vec<&str>, Vec<&str>) = (from.split('/').collect(), to.split('/').collect());
    let same = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len().saturating_sub(same));
    up.chain(to.iter().skip(same).copied()).collect::<Vec<_>>().join("/")
}
