//! The values of a template, as far as it decides them.

use super::functions;
use super::template::Template;
use crate::snake::{is_property, snake};
use crate::tree::{Node, Value};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// How many bytes the values of one template may take, all together: a short text can be repeated without end.
const LIMIT: usize = 64 << 20;

/// How deep conditions may refer to conditions.
const DEEPEST: usize = 64;

/// Members whose keys are chosen by the author of the template: they stay as they are.
const FREE: [&str; 19] = [
    "Condition",
    "DefaultArguments",
    "DockerLabels",
    "DriverOpts",
    "EnvironmentVariables",
    "Labels",
    "LogOptions",
    "Map",
    "Options",
    "Parameters",
    "RequestParameters",
    "RequestTemplates",
    "ResponseModels",
    "ResponseParameters",
    "ResponseTemplates",
    "RequestModels",
    "StageVariables",
    "Tags",
    "Variables",
];

/// What is known of a condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Truth {
    Known(bool),
    /// And why.
    Unknown(String),
}

/// How the keys of an object are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keys {
    /// In `snake_case`.
    Properties,
    /// As they are.
    Free,
}

/// The evaluation of one template.
pub(crate) struct Evaluator<'t> {
    pub(crate) template: &'t Template,
    /// `None` while a condition is being worked out: one that needs itself is unknown.
    conditions: RefCell<BTreeMap<&'t str, Option<Truth>>>,
    depth: Cell<usize>,
    left: Cell<usize>,
}

impl<'t> Evaluator<'t> {
    pub(crate) fn new(template: &'t Template) -> Self {
        Self { template, conditions: RefCell::default(), depth: Cell::new(0), left: Cell::new(LIMIT) }
    }

    /// The value of an expression; `None` where it is `AWS::NoValue`, which takes its property away.
    pub(crate) fn value(&self, node: &Node, keys: Keys) -> Option<Node> {
        if let Some((function, argument)) = function(node) {
            return functions::call(self, node, function, argument, keys);
        }
        let value = match &node.value {
            Value::List(items) => Value::List(items.iter().filter_map(|item| self.value(item, keys)).collect()),
            Value::Object(members) => self.object(members, keys),
            // CloudFormation takes the text for the bool.
            Value::Text(text) if keys == Keys::Properties && text == "true" => Value::Bool(true),
            Value::Text(text) if keys == Keys::Properties && text == "false" => Value::Bool(false),
            Value::Text(text) => match dynamic_reference(text) {
                Some(reference) => Value::Unknown(format!("`{reference}` is resolved when the stack is deployed")),
                None => Value::Text(text.clone()),
            },
            other => other.clone(),
        };
        Some(self.limited(node.with(value)))
    }

    fn object(&self, members: &[(String, Node)], keys: Keys) -> Value {
        if let Some((name, argument)) = members.iter().find(|(key, _)| key.starts_with("Fn::")) {
            // A macro among the members may add to them and change them.
            let expression = Node { value: Value::Object(vec![(name.clone(), argument.clone())]), offset: 0 };
            let expression = shown_expression(&expression);
            return Value::Unknown(format!("`{expression}`: a macro does it when the stack is deployed"));
        }
        let statement = members.iter().any(|(key, _)| key == "Effect");
        let mut out: Vec<(String, Node)> = Vec::with_capacity(members.len());
        for (key, node) in members {
            let inner = if keys == Keys::Free || is_free(key, node) { Keys::Free } else { Keys::Properties };
            let Some(mut node) = self.value(node, inner) else { continue };
            if keys == Keys::Properties && (key == "Statement" || statement && IN_STATEMENTS.contains(&key.as_str())) {
                node = listed(node);
            }
            let mut name = if keys == Keys::Properties && is_property(key) { snake(key) } else { key.clone() };
            if out.iter().any(|(known, _)| *known == name) {
                name.clone_from(key);
            }
            out.push((name, node));
        }
        Value::Object(out)
    }

    /// The value, or that it goes beyond the limit.
    pub(crate) fn limited(&self, node: Node) -> Node {
        const EACH: usize = 32;
        let size = EACH + if let Value::Text(text) = &node.value { text.len() } else { 0 };
        match self.left.get().checked_sub(size) {
            Some(left) => {
                self.left.set(left);
                node
            }
            None => {
                let why = format!("the values of the template go beyond the limit of {} MiB", LIMIT >> 20);
                node.with(Value::Unknown(why))
            }
        }
    }

    /// Whether a text of that length may still be made.
    pub(crate) fn affords(&self, length: usize) -> bool {
        length <= self.left.get()
    }

    /// What is known of a condition by its name.
    pub(crate) fn condition(&self, name: &str) -> Truth {
        let Some((name, node)) = self.template.conditions.get_key_value(name) else {
            return Truth::Unknown(format!("there is no condition `{name}`"));
        };
        match self.conditions.borrow().get(name.as_str()) {
            Some(Some(truth)) => return truth.clone(),
            Some(None) => return Truth::Unknown(format!("the condition `{name}` depends on itself")),
            None => {}
        }
        if self.depth.get() >= DEEPEST {
            return Truth::Unknown(format!("conditions refer to conditions beyond the limit of {DEEPEST}"));
        }
        self.conditions.borrow_mut().insert(name, None);
        self.depth.set(self.depth.get() + 1);
        let truth = self.truth(node);
        self.depth.set(self.depth.get() - 1);
        self.conditions.borrow_mut().insert(name, Some(truth.clone()));
        truth
    }

    /// What is known of an expression that is a condition.
    pub(crate) fn truth(&self, node: &Node) -> Truth {
        let Some((function, argument)) = function(node).or_else(|| match node.members() {
            [(key, argument)] if key == "Condition" => Some(("Condition", argument)),
            _ => None,
        }) else {
            return match &node.value {
                Value::Bool(value) => Truth::Known(*value),
                Value::Text(text) if text == "true" => Truth::Known(true),
                Value::Text(text) if text == "false" => Truth::Known(false),
                _ => Truth::Unknown(format!("`{}` is no condition", shown_expression(node))),
            };
        };
        match (function, argument.items()) {
            ("Condition", _) => match &argument.value {
                Value::Text(name) => self.condition(name),
                _ => Truth::Unknown(format!("`{}` names no condition", shown_expression(node))),
            },
            ("Fn::Not", [inner]) => match self.truth(inner) {
                Truth::Known(value) => Truth::Known(!value),
                unknown => unknown,
            },
            ("Fn::And", items) => self.all(items, false),
            ("Fn::Or", items) => self.all(items, true),
            ("Fn::Equals", [left, right]) => self.equals(left, right),
            _ => Truth::Unknown(format!("`{}` is not known before it is deployed", shown_expression(node))),
        }
    }

    /// `Fn::And` and `Fn::Or`: one that is `decides` decides.
    fn all(&self, items: &[Node], decides: bool) -> Truth {
        let mut unknown = None;
        for item in items {
            match self.truth(item) {
                Truth::Known(value) if value == decides => return Truth::Known(decides),
                Truth::Known(_) => {}
                other => unknown = unknown.or(Some(other)),
            }
        }
        unknown.unwrap_or(Truth::Known(!decides))
    }

    fn equals(&self, left: &Node, right: &Node) -> Truth {
        let side = |node: &Node| self.value(node, Keys::Free).unwrap_or_else(|| node.with(Value::Null));
        let (left, right) = (side(left), side(right));
        match (known_text(&left), known_text(&right)) {
            (Ok(left), Ok(right)) => Truth::Known(left == right),
            (Err(why), _) | (_, Err(why)) => Truth::Unknown(why),
        }
    }
}

/// Members of a policy statement that are a text or a list of them.
const IN_STATEMENTS: [&str; 4] = ["Action", "NotAction", "NotResource", "Resource"];

/// A list, where one value stands that could be a list.
fn listed(node: Node) -> Node {
    match node.value {
        Value::List(_) | Value::Unknown(_) | Value::MayBeMissing(_) | Value::Null => node,
        _ => Node { offset: node.offset, value: Value::List(vec![node]) },
    }
}

fn is_free(key: &str, node: &Node) -> bool {
    // The tags of most resources are lists of `Key` and `Value`; those of some are maps.
    FREE.contains(&key) && (key != "Tags" || matches!(node.value, Value::Object(_)))
}

/// The function that an expression calls.
pub(crate) fn function(node: &Node) -> Option<(&str, &Node)> {
    match node.members() {
        [(key, argument)] if key == "Ref" || key.starts_with("Fn::") => Some((key, argument)),
        _ => None,
    }
}

/// The text of a single value; why it is not known, where it is not.
pub(crate) fn known_text(node: &Node) -> Result<String, String> {
    match &node.value {
        Value::Text(text) | Value::BigInteger(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(value) => Ok(value.to_string()),
        Value::Unknown(why) | Value::MayBeMissing(why) => Err(why.clone()),
        Value::Null | Value::List(_) | Value::Object(_) => {
            Err("a list or object stands where a text is needed".to_owned())
        }
    }
}

/// The reference to a parameter or secret in a text (`{{resolve:ssm:…}}`).
fn dynamic_reference(text: &str) -> Option<String> {
    let from = text.get(text.find("{{resolve:")?..)?;
    let end = from.find("}}")?;
    Some(crate::error::shown(from.get(..end + 2)?))
}

/// An expression as it is written in YAML, shortened: `!Sub ${Env}-logs`.
pub(crate) fn shown_expression(node: &Node) -> String {
    let mut text = String::new();
    write_expression(node, &mut text);
    crate::error::shown(&text)
}

fn write_expression(node: &Node, out: &mut String) {
    const ENOUGH: usize = 80;
    if out.len() > ENOUGH {
        return;
    }
    if let Some((name, argument)) = function(node) {
        out.push_str(&format!("!{} ", name.strip_prefix("Fn::").unwrap_or(name)));
        return write_expression(argument, out);
    }
    let mut several = |open: char, close: char, parts: &mut dyn FnMut(&mut String)| {
        out.push(open);
        parts(out);
        out.push(close);
    };
    match &node.value {
        Value::Text(text) | Value::BigInteger(text) => out.push_str(text),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::Bool(value) => out.push_str(&value.to_string()),
        Value::Null => out.push_str("null"),
        Value::Unknown(_) | Value::MayBeMissing(_) => out.push('?'),
        Value::List(items) => several('[', ']', &mut |out| {
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_expression(item, out);
            }
        }),
        Value::Object(members) => several('{', '}', &mut |out| {
            for (index, (key, item)) in members.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                out.push_str(&format!("{key}: "));
                write_expression(item, out);
            }
        }),
    }
}
