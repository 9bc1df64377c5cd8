//! The objects of manifests as records.

use super::kinds::full_kind;
use super::manifests::{Manifests, Object, is_placeholder};
use super::references::{COMPARISONS, edges};
use crate::document::Document;
use crate::error::{ReadError, error_at, place, shown};
use crate::nouns::{K8S_OBJECT, K8S_WORKLOAD};
use crate::objects::{Edges, Graph, Known, Rows, asks_for_relations, printed, relate, wanted_nouns, write};
use crate::piece::Piece;
use crate::snake::{is_property, snake};
use crate::tree::{Node, Value};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_facts::Needs;
use tickmark_source::FileId;

/// Members whose keys are chosen by the author of the manifest: they stay as they are.
const FREE: [&str; 16] = [
    "allocatable",
    "annotations",
    "binaryData",
    "capacity",
    "data",
    "default",
    "defaultRequest",
    "hard",
    "labels",
    "limits",
    "matchLabels",
    "nodeSelector",
    "parameters",
    "requests",
    "stringData",
    "used",
];

/// All manifests of a run: references lead from file to file.
pub(crate) struct World {
    known: Vec<Known>,
    graph: Graph,
    /// References beyond the limit were not followed.
    cut: bool,
    /// Where the objects of each file begin.
    starts: BTreeMap<FileId, usize>,
}

impl World {
    /// Puts the manifests of a run together, each with its document.
    pub(crate) fn new(files: &[(&Document, &Manifests)], shared: &BTreeSet<(SmolStr, String)>, needs: &Needs) -> World {
        let mut objects = Vec::new();
        let mut known = Vec::new();
        let mut starts = BTreeMap::new();
        for (number, (document, manifests)) in files.iter().enumerate() {
            starts.insert(document.file, objects.len());
            for object in &manifests.objects {
                let id = printed(shared, &object.noun, &object.address, &document.path);
                known.push(Known { nouns: nouns(object, id), place: place(document.file, object.node.offset) });
                objects.push((number, object));
            }
        }
        let asked = asks_for_relations(needs, known.iter().flat_map(|one| one.nouns.iter().map(|(noun, _)| noun)));
        let (edges, cut) = if asked { edges(&objects) } else { (Edges::default(), false) };
        World { known, graph: edges.graph(), cut, starts }
    }
}

/// The nouns of an object, of its kind, of all objects, of what makes pods, with its id among each of them: where kinds are mixed
/// the kind is part of it.
fn nouns(object: &Object, id: String) -> Vec<(SmolStr, String)> {
    let kind = full_kind(&object.api_version, &object.kind);
    let (before, name) = id.rsplit_once('/').map_or(("", id.as_str()), |(before, name)| (before, name));
    let among = if before.is_empty() {
        match name.rsplit_once('#') {
            Some((file, name)) if !file.is_empty() => format!("{file}#{kind}/{name}"),
            _ => format!("{kind}/{name}"),
        }
    } else {
        format!("{before}/{kind}/{name}")
    };
    let mut nouns = vec![(SmolStr::new_static(K8S_OBJECT), among.clone())];
    if pod_spec(object).is_some() {
        nouns.push((SmolStr::new_static(K8S_WORKLOAD), among));
    }
    nouns.push((object.noun.clone(), id));
    nouns
}

/// Manifests with their file, about to be read.
pub(crate) struct Source<'a> {
    pub(crate) document: &'a Document,
    pub(crate) manifests: &'a Manifests,
    pub(crate) world: &'a World,
}

/// Reads the wanted objects of a file, and the relations of them.
pub(crate) fn read(source: &Source<'_>, mut piece: Piece) -> Piece {
    piece.told.diagnostics.extend(source.manifests.diagnostics.iter().cloned());
    piece.told.records = source.manifests.objects.len() as u64;
    piece.told.envelope.complete = source.manifests.complete;
    let end = source.document.bytes.len();
    piece.told.secrets = source.manifests.secrets.iter().map(|range| range.start..range.end.min(end)).collect();
    let result = source.read_all(&mut piece);
    piece.keep(result)
}

impl Source<'_> {
    fn read_all(&self, piece: &mut Piece) -> Result<(), ReadError> {
        let needs = Arc::clone(piece.builder.needs());
        let wanted = wanted_nouns(&needs);
        let start = self.world.starts.get(&self.document.file).copied().unwrap_or(0);
        let mut rows = Rows::new();
        for (index, object) in (start..).zip(&self.manifests.objects) {
            let Some(known) = self.world.known.get(index) else { continue };
            let mut attributes: Option<Vec<(String, Node)>> = None;
            for (name, id) in &known.nouns {
                let Some(noun) = needs.find(name) else { continue };
                piece.builder.supply(noun);
                piece.builder.survey_whole(noun);
                if !wanted.contains(&noun) {
                    continue;
                }
                let attributes = attributes.get_or_insert_with(|| attributes_of(object));
                // What is said of any object is the same for all of them.
                let told = if name == K8S_OBJECT { attributes.get(..SAID).unwrap_or(attributes) } else { attributes };
                let row = write(&mut piece.builder, noun, (id, known.place), told, self.document.file)?;
                rows.insert((index, noun), row);
            }
        }
        if self.world.cut {
            let message =
                format!("the selectors of these manifests are compared with labels beyond the limit of {COMPARISONS}");
            return Err(error_at(codes::LIMIT_EXCEEDED, self.document.file, 0, message));
        }
        relate(&self.world.known, &self.world.graph, &rows, &mut piece.builder);
        Ok(())
    }
}

/// How many attributes every object has, whatever its kind.
const SAID: usize = 6;

/// The attributes of an object.
fn attributes_of(object: &Object) -> Vec<(String, Node)> {
    let node = &object.node;
    let metadata = node.get("metadata");
    let said = |key: &str, text: &str| {
        let at = metadata.and_then(|metadata| metadata.get(key)).or(metadata).unwrap_or(node);
        let value = if text.is_empty() { Value::Null } else { Value::Text(text.to_owned()) };
        (key.to_owned(), converted(&at.with(value), false))
    };
    let top = |key: &str, name: &str, text: &str| {
        let at = node.get(key).unwrap_or(node);
        (name.to_owned(), at.with(Value::Text(text.to_owned())))
    };
    let map = |key: &str| {
        let found = metadata.and_then(|metadata| metadata.get(key)).map(|node| converted(node, true));
        (key.to_owned(), found.unwrap_or_else(|| node.with(Value::Null)))
    };
    // SAID: these come first.
    let mut out = vec![
        top("apiVersion", "api_version", &object.api_version),
        top("kind", "kind", &object.kind),
        said("name", &object.name),
        said("namespace", &object.namespace),
        map("labels"),
        map("annotations"),
    ];
    for (key, member) in node.members().iter().filter(|(key, _)| key != "apiVersion" && key != "kind") {
        let name = if is_property(key) { snake(key) } else { key.clone() };
        if !out.iter().any(|(known, _)| *known == name) {
            out.push((name, converted(member, FREE.contains(&key.as_str()))));
        }
    }
    let Some(pod) = pod_spec(object) else { return out };
    let mut tell = |name: &str, node: Node| {
        if !out.iter().any(|(known, _)| known == name) {
            out.push((name.to_owned(), node));
        }
    };
    tell("pod_spec", converted(pod, false));
    if let Some(labels) = pod_labels(object) {
        tell("pod_labels", converted(labels, true));
    }
    tell("containers", containers(pod));
    out
}

/// All containers of a pod, each with its type.
fn containers(pod: &Node) -> Node {
    let mut all = Vec::new();
    let mut at = pod;
    for (key, ty) in [("containers", "container"), ("initContainers", "init"), ("ephemeralContainers", "ephemeral")] {
        let Some(list) = pod.get(key) else { continue };
        if ty == "container" {
            at = list;
        }
        if matches!(list.value, Value::Text(_) | Value::Unknown(_)) {
            return converted(list, false);
        }
        for container in list.items() {
            let mut container = converted(container, false);
            if let Value::Object(members) = &mut container.value {
                let ty = Node { value: Value::Text(ty.to_owned()), offset: container.offset };
                members.push(("container_type".to_owned(), ty));
            }
            all.push(container);
        }
    }
    at.with(Value::List(all))
}

/// The specification of the pods that an object makes, or that it is.
pub(super) fn pod_spec(object: &Object) -> Option<&Node> {
    let spec = object.node.get("spec")?;
    let pod = match object.kind.as_str() {
        "Pod" => Some(spec),
        "CronJob" => spec.get("jobTemplate")?.get("spec")?.get("template")?.get("spec"),
        "PodTemplate" => object.node.get("template")?.get("spec"),
        _ => spec.get("template")?.get("spec"),
    };
    pod.filter(|pod| pod.get("containers").is_some())
}

/// The labels of the pods that an object makes, or that it is.
pub(super) fn pod_labels(object: &Object) -> Option<&Node> {
    let node = &object.node;
    let template = match object.kind.as_str() {
        "Pod" => node,
        "CronJob" => node.get("spec")?.get("jobTemplate")?.get("spec")?.get("template")?,
        "PodTemplate" => node.get("template")?,
        _ => node.get("spec")?.get("template")?,
    };
    template.get("metadata")?.get("labels")
}

/// The value with its keys in `snake_case`, but for those that somebody chose; what Helm has not rendered is unknown.
fn converted(node: &Node, free: bool) -> Node {
    let value = match &node.value {
        Value::Text(text) if is_placeholder(text) => {
            Value::Unknown(format!("`{}` is rendered by `helm template`", shown(text.trim())))
        }
        Value::List(items) => Value::List(items.iter().map(|item| converted(item, free)).collect()),
        Value::Object(members) => {
            let mut out: Vec<(String, Node)> = Vec::with_capacity(members.len());
            for (key, member) in members {
                let mut name = if !free && is_property(key) { snake(key) } else { key.clone() };
                if out.iter().any(|(known, _)| *known == name) {
                    name.clone_from(key);
                }
                // The selector of a service is a map of labels, that of a workload is not.
                let labels = key == "selector" && member.members().iter().all(|(_, value)| is_single(value));
                let inner = free || FREE.contains(&key.as_str()) && is_map(member) || labels;
                out.push((name, converted(member, inner)));
            }
            Value::Object(out)
        }
        other => other.clone(),
    };
    node.with(value)
}

fn is_single(node: &Node) -> bool {
    !matches!(node.value, Value::List(_) | Value::Object(_))
}

/// A member that maps keys to single values, as those that somebody chooses do.
fn is_map(node: &Node) -> bool {
    node.members().iter().all(|(_, value)| is_single(value))
}
