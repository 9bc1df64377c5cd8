//! Records of MLflow, turned into the shape of their entities.

use crate::mlflow::pages::Answer;
use crate::tree::{Node, Value};
use tickmark_facts::Time;

/// A record as its entity declares it.
pub(crate) fn shape(answer: Answer, node: &Node) -> Node {
    match answer {
        Answer::Model => registered_model(node),
        Answer::Version | Answer::OneVersion | Answer::LatestVersion => version(node),
        // Runs are read as they stand (`run.rs`).
        Answer::Run => node.clone(),
        Answer::Experiment => experiment(node),
        Answer::LoggedModel => logged_model(node),
    }
}

fn registered_model(node: &Node) -> Node {
    let mut members = plain(node, &["latest_versions", "aliases", "tags"]);
    members.extend(node.get("tags").map(|tags| ("tags".to_owned(), map(tags, "key", "value"))));
    members.extend(node.get("aliases").map(|aliases| ("aliases".to_owned(), map(aliases, "alias", "version"))));
    if let Some(latest) = node.get("latest_versions") {
        let ids = latest
            .items()
            .iter()
            .filter_map(|version| Answer::LatestVersion.id(version).map(|id| version.with(Value::Text(id))));
        members.push(("latest_versions".to_owned(), latest.with(Value::List(ids.collect()))));
    }
    node.with(Value::Object(members))
}

fn version(node: &Node) -> Node {
    let mut members = plain(node, &["tags"]);
    members.extend(node.get("tags").map(|tags| ("tags".to_owned(), map(tags, "key", "value"))));
    members.extend(present(node, "run_id").map(|run| ("run".to_owned(), run.clone())));
    members.extend(present(node, "name").map(|name| ("registered_model".to_owned(), name.clone())));
    node.with(Value::Object(members))
}

fn experiment(node: &Node) -> Node {
    let mut members = plain(node, &["tags"]);
    members.extend(node.get("tags").map(|tags| ("tags".to_owned(), map(tags, "key", "value"))));
    node.with(Value::Object(members))
}

fn logged_model(node: &Node) -> Node {
    let mut members = Vec::new();
    if let Some(info) = node.get("info") {
        members = plain(info, &["tags", "registrations"]);
        members.extend(info.get("tags").map(|tags| ("tags".to_owned(), map(tags, "key", "value"))));
        members.extend(present(info, "source_run_id").map(|id| ("source_run".to_owned(), id.clone())));
        members.extend(present(info, "experiment_id").map(|id| ("experiment".to_owned(), id.clone())));
    }
    for name in ["params", "metrics"] {
        let pairs = node.get("data").and_then(|data| data.get(name));
        members.extend(pairs.map(|pairs| (name.to_owned(), map(pairs, "key", "value"))));
    }
    node.with(Value::Object(members))
}

/// The members of an object but those that are turned round: empty texts as null, milliseconds as times.
fn plain(node: &Node, without: &[&str]) -> Vec<(String, Node)> {
    let kept = node.members().iter().filter(|(key, _)| !without.contains(&key.as_str()));
    kept.map(|(key, value)| shaped(key, value)).collect()
}

fn shaped(key: &str, node: &Node) -> (String, Node) {
    let name = name_of(key);
    let value = match &node.value {
        Value::Text(text) if text.is_empty() => Value::Null,
        _ if is_time(name) => time(node).unwrap_or_else(|| node.value.clone()),
        other => other.clone(),
    };
    (name.to_owned(), node.with(value))
}

/// The name of an attribute: MLflow 3 writes the unit into the name; the attribute is called alike everywhere.
pub(crate) fn name_of(key: &str) -> &str {
    key.strip_suffix("_ms").unwrap_or(key)
}

pub(crate) fn is_time(name: &str) -> bool {
    matches!(
        name,
        "creation_timestamp"
            | "last_updated_timestamp"
            | "creation_time"
            | "last_update_time"
            | "start_time"
            | "end_time"
    )
}

fn time(node: &Node) -> Option<Value> {
    Some(millis(&node.text()?)?.map_or(Value::Null, Value::Text))
}

/// A moment from milliseconds, also as digits in a text, as older servers write them; 0 stands for no time.
pub(crate) fn millis(digits: &str) -> Option<Option<String>> {
    match digits.parse::<i64>().ok()? {
        0 => Some(None),
        millis => Some(Some(Time::from_epoch_millis(millis)?.to_string())),
    }
}

/// A member that is there and not empty.
fn present<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    node.get(key).filter(|value| value.text().is_some())
}

/// A list of `{key, value}` as an object. Of entries with one key the last counts.
fn map(pairs: &Node, key: &str, value: &str) -> Node {
    let mut members: Vec<(String, Node)> = Vec::new();
    for pair in pairs.items() {
        let Some(name) = pair.text_of(key) else { continue };
        let node = pair.get(value).cloned().unwrap_or_else(|| pair.with(Value::Null));
        match members.iter_mut().find(|(found, _)| *found == name) {
            Some((_, known)) => *known = node,
            None => members.push((name, node)),
        }
    }
    pairs.with(Value::Object(members))
}
