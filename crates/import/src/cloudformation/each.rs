//! `Fn::ForEach` among resources (transform `AWS::LanguageExtensions`): one resource for each value of a list.

use crate::tree::{Node, Value};
use std::collections::BTreeMap;

/// How many bytes the resources that are made so may take, all together.
const LIMIT: usize = 64 << 20;

/// How long a value of a list may be: it becomes part of logical ids, which have at most 255 letters.
const LONGEST: usize = 255;

/// How deep loops may stand in loops; CloudFormation allows five.
const DEEPEST: usize = 5;

/// Makes resources of a loop. Gives why it cannot be done, where it cannot.
pub(super) fn expand(
    body: &Node,
    parameters: &BTreeMap<String, Node>,
    left: &mut Option<usize>,
    out: &mut Vec<(String, Node)>,
) -> Result<(), String> {
    expand_at(body, parameters, left.get_or_insert(LIMIT), 0, out)
}

fn expand_at(
    body: &Node,
    parameters: &BTreeMap<String, Node>,
    left: &mut usize,
    depth: usize,
    out: &mut Vec<(String, Node)>,
) -> Result<(), String> {
    let [identifier, collection, outputs] = body.items() else {
        return Err("it takes a name, a list and a resource".to_owned());
    };
    let identifier = identifier.text().ok_or_else(|| "its name is none".to_owned())?;
    if depth >= DEEPEST {
        return Err(format!("loops stand in loops beyond the limit of {DEEPEST}"));
    }
    let values = values(collection, parameters).ok_or_else(|| "its list is known when it is deployed".to_owned())?;
    if values.iter().any(|value| value.len() > LONGEST) {
        return Err(format!("a value of its list is longer than the limit of {LONGEST}"));
    }
    let size = size(outputs).saturating_mul(values.len());
    *left = left.checked_sub(size).ok_or_else(|| format!("it makes more than the limit of {} MiB", LIMIT >> 20))?;
    for value in values {
        for (key, node) in outputs.members() {
            let (key, node) = (put_in(key, &identifier, &value), substituted(node, &identifier, &value));
            if key.starts_with("Fn::ForEach") {
                expand_at(&node, parameters, left, depth + 1, out)?;
            } else {
                out.push((key, node));
            }
        }
    }
    Ok(())
}

/// The values of a list that the template decides: written out, or the default of a parameter.
fn values(collection: &Node, parameters: &BTreeMap<String, Node>) -> Option<Vec<String>> {
    match &collection.value {
        Value::List(items) => items.iter().map(Node::text).collect(),
        Value::Object(_) => {
            let default = parameters.get(&collection.text_of("Ref")?)?.text_of("Default")?;
            Some(default.split(',').map(|value| value.trim().to_owned()).collect())
        }
        _ => None,
    }
}

/// How many bytes a value takes at most, once a value of the list is put into its texts.
fn size(node: &Node) -> usize {
    const EACH: usize = 32;
    let text = |text: &str| text.len() + text.matches('{').count() * LONGEST;
    let own = if let Value::Text(inner) = &node.value { text(inner) } else { 0 };
    let items: usize = node.items().iter().map(size).sum();
    let members: usize = node.members().iter().map(|(key, node)| text(key) + size(node)).sum();
    EACH + own + items + members
}

/// `${Name}` is the value, `&{Name}` the value with nothing but letters and digits.
fn put_in(text: &str, identifier: &str, value: &str) -> String {
    let bare: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
    text.replace(&format!("${{{identifier}}}"), value).replace(&format!("&{{{identifier}}}"), &bare)
}

fn substituted(node: &Node, identifier: &str, value: &str) -> Node {
    if let [(key, argument)] = node.members()
        && key == "Ref"
        && argument.text().is_some_and(|name| name == identifier)
    {
        return node.with(Value::Text(value.to_owned()));
    }
    node.with(match &node.value {
        Value::Text(text) => Value::Text(put_in(text, identifier, value)),
        Value::List(items) => Value::List(items.iter().map(|item| substituted(item, identifier, value)).collect()),
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(key, node)| (put_in(key, identifier, value), substituted(node, identifier, value)))
                .collect(),
        ),
        other => other.clone(),
    })
}
