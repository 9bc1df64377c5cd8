//! Label selectors.

use super::manifests::is_placeholder;
use crate::tree::{Node, Value};

/// Whether labels match a selector of labels alone (`{ app: web }`); `None` where that is not known.
pub(super) fn matches_labels(selector: &Node, labels: Option<&Node>) -> Option<bool> {
    let mut known = Some(true);
    for (key, value) in selector.members() {
        match (text(value), labels.and_then(|labels| labels.get(key)).map(text)) {
            (_, None) => return Some(false),
            (Some(value), Some(Some(label))) if value != label => return Some(false),
            (Some(_), Some(Some(_))) => {}
            _ => known = None,
        }
    }
    known
}

/// Whether labels match a `LabelSelector`; `None` where that is not known.
pub(super) fn matches(selector: &Node, labels: Option<&Node>) -> Option<bool> {
    let mut known = match selector.get("matchLabels") {
        Some(wanted) => matches_labels(wanted, labels),
        None => Some(true),
    };
    for expression in selector.get("matchExpressions").map(Node::items).unwrap_or_default() {
        match (known, matches_expression(expression, labels)) {
            (Some(false), _) | (_, Some(false)) => return Some(false),
            (None, _) | (_, None) => known = None,
            _ => {}
        }
    }
    known
}

fn matches_expression(expression: &Node, labels: Option<&Node>) -> Option<bool> {
    let key = expression.text_of("key")?;
    let label = labels.and_then(|labels| labels.get(&key));
    let among = || -> Option<bool> {
        let label = text(label?)?;
        let values = expression.get("values").map(Node::items).unwrap_or_default();
        let mut known = Some(false);
        for value in values {
            match text(value) {
                Some(value) if value == label => return Some(true),
                Some(_) => {}
                None => known = None,
            }
        }
        known
    };
    match expression.text_of("operator")?.as_str() {
        "Exists" => Some(label.is_some()),
        "DoesNotExist" => Some(label.is_none()),
        "In" if label.is_none() => Some(false),
        "NotIn" if label.is_none() => Some(true),
        "In" => among(),
        "NotIn" => among().map(|among| !among),
        _ => None,
    }
}

/// The text of a label, where it is known.
fn text(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) if is_placeholder(text) => None,
        Value::Text(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
