//! Records of MLflow, turned into the shape of their entities.

use crate::error::ReadError;
use crate::json::JsonReader;
use crate::mlflow::pages::Answer;
use crate::tree::{Node, Value};
use tickmark_facts::{Needs, Time, ValueReader};

/// Reads a run, but for the parts that nobody wants: a run has hundreds of metrics, and a control looks at two.
pub(crate) fn wanted_run(reader: &mut JsonReader<'_>, needs: &Needs) -> Result<Node, ReadError> {
    let noun = needs.find(Answer::Run.noun()).map(|noun| needs.noun(noun));
    let wanted = |name: &str| {
        let attribute = noun.and_then(|noun| Some((noun, noun.attribute(name)?)));
        attribute.is_some_and(|(noun, id)| {
            noun.all || noun.attributes.get(id.0 as usize).is_some_and(|attribute| attribute.wanted)
        })
    };
    // What no entity declares is wanted where everything is.
    let all = noun.is_some_and(|noun| noun.all);
    let offset = reader.offset();
    let (mut members, mut data) = (Vec::new(), Vec::new());
    let mut data_at = None;
    reader.object_or_skip(&mut |reader, key| {
        match key {
            "info" => members.push((key.to_owned(), Node::read(reader)?)),
            "inputs" if all || wanted("dataset_inputs") => members.push((key.to_owned(), Node::read(reader)?)),
            "outputs" if all || wanted("model_outputs") => members.push((key.to_owned(), Node::read(reader)?)),
            "data" => {
                data_at = Some(reader.offset());
                reader.object_or_skip(&mut |reader, key| {
                    if all || wanted(key) {
                        data.push((key.to_owned(), Node::read(reader)?));
                        return Ok(());
                    }
                    reader.skip()
                })?;
            }
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    if let Some(offset) = data_at {
        members.push(("data".to_owned(), Node { value: Value::Object(data), offset }));
    }
    Ok(Node { value: Value::Object(members), offset })
}

/// A record as its entity declares it.
pub(crate) fn shape(answer: Answer, node: &Node) -> Node {
    match answer {
        Answer::Model => registered_model(node),
        Answer::Version | Answer::OneVersion | Answer::LatestVersion => version(node),
        Answer::Run => run(node),
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

fn run(node: &Node) -> Node {
    let mut members = Vec::new();
    if let Some(info) = node.get("info") {
        // `run_uuid` is the old name of `run_id`.
        members = plain(info, &["run_uuid"]);
        if info.get("run_id").is_none() {
            members.extend(info.get("run_uuid").map(|id| ("run_id".to_owned(), id.clone())));
        }
        members.extend(present(info, "experiment_id").map(|id| ("experiment".to_owned(), id.clone())));
    }
    for name in ["params", "metrics", "tags"] {
        let pairs = node.get("data").and_then(|data| data.get(name));
        members.extend(pairs.map(|pairs| (name.to_owned(), map(pairs, "key", "value"))));
    }
    if let Some(inputs) = node.get("inputs").and_then(|inputs| inputs.get("dataset_inputs")) {
        let inputs = inputs.with(Value::List(inputs.items().iter().map(dataset_input).collect()));
        members.push(("dataset_inputs".to_owned(), inputs));
    }
    if let Some(outputs) = node.get("outputs").and_then(|outputs| outputs.get("model_outputs")) {
        let ids = outputs.items().iter().filter_map(|output| output.get("model_id")).cloned().collect();
        members.push(("model_outputs".to_owned(), outputs.with(Value::List(ids))));
    }
    node.with(Value::Object(members))
}

fn dataset_input(node: &Node) -> Node {
    let mut members = node.get("dataset").map(|dataset| plain(dataset, &[])).unwrap_or_default();
    if let Some(tags) = node.get("tags") {
        let context = tags.items().iter().find(|tag| tag.text_of("key").as_deref() == Some("mlflow.data.context"));
        members.extend(context.and_then(|tag| Some(("context".to_owned(), tag.get("value")?.clone()))));
        members.push(("tags".to_owned(), map(tags, "key", "value")));
    }
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
    // MLflow 3 writes the unit into the name; the attribute is called alike everywhere.
    let name = key.strip_suffix("_ms").unwrap_or(key);
    let value = match &node.value {
        Value::Text(text) if text.is_empty() => Value::Null,
        _ if is_time(name) => time(node).unwrap_or_else(|| node.value.clone()),
        other => other.clone(),
    };
    (name.to_owned(), node.with(value))
}

fn is_time(name: &str) -> bool {
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

/// Milliseconds, also as digits in a text, as older servers write them; 0 stands for no time.
fn time(node: &Node) -> Option<Value> {
    let millis: i64 = node.text()?.parse().ok()?;
    if millis == 0 {
        return Some(Value::Null);
    }
    Time::from_epoch_millis(millis).map(|time| Value::Text(time.to_string()))
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
