//! The objects of a file of manifests.

use super::kinds::{is_cluster_wide, noun};
use crate::document::Document;
use crate::error::{ReadError, shown, warning_at};
use crate::json::JsonReader;
use crate::tree::{Node, Value};
use crate::yaml::YamlReader;
use smol_str::SmolStr;
use std::ops::Range;
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_source::FileId;

/// The objects of a file.
pub(crate) struct Manifests {
    /// In the order of the file.
    pub(crate) objects: Vec<Object>,
    /// What is odd about it.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Where values of secrets stand.
    pub(crate) secrets: Vec<Range<usize>>,
    /// Whether a list says that there is no more than it holds; nothing where it does not say.
    pub(crate) complete: Option<bool>,
}

/// An object as it is written.
pub(crate) struct Object {
    pub(crate) noun: SmolStr,
    pub(crate) kind: String,
    pub(crate) api_version: String,
    /// Empty where it is in none.
    pub(crate) namespace: String,
    pub(crate) name: String,
    /// `namespace/name`, or `name`.
    pub(crate) address: String,
    pub(crate) node: Node,
}

/// Reads the objects of a file.
pub(crate) fn scan(document: &Document) -> Result<Manifests, ReadError> {
    let mut manifests = Manifests { objects: Vec::new(), diagnostics: Vec::new(), secrets: Vec::new(), complete: None };
    let mut take = |node: Node| manifests.take(node, document.file, None);
    let first = document.bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'{') && !(document.is_named(".yaml") || document.is_named(".yml")) {
        let mut reader = JsonReader::new(&document.bytes, document.file, 0);
        take(Node::read(&mut reader)?);
        reader.finish()?;
    } else {
        let mut reader = YamlReader::new(document.text(), document.file);
        while reader.next_document()? {
            take(Node::read(&mut reader)?);
        }
    }
    if let Some(offset) = manifests.objects.iter().find_map(|object| find_placeholder(&object.node)) {
        let message = "this manifest holds expressions of Helm that are not rendered: their values are unknown; read what \
                       `helm template` prints";
        manifests.diagnostics.push(warning_at(codes::INCOMPLETE_SOURCE, document.file, offset, message));
    }
    Ok(manifests)
}

impl Manifests {
    /// Takes an object, or those of a list. `list` is the kind and API version that a typed list gives to its items.
    fn take(&mut self, node: Node, file: FileId, list: Option<(&str, &str)>) {
        if node.value == Value::Null {
            return;
        }
        let text = |key: &str| node.text_of(key);
        let kind = text("kind").or_else(|| list.map(|(kind, _)| kind.to_owned()));
        let api_version = text("apiVersion").or_else(|| list.map(|(_, version)| version.to_owned()));
        let (Some(kind), Some(api_version)) = (kind, api_version) else {
            let message =
                "this document has no `apiVersion` and `kind`: it is no object of Kubernetes, and was not read";
            return self.diagnostics.push(warning_at(codes::FILE_SKIPPED, file, node.offset, message));
        };
        if let Some(of) = kind.strip_suffix("List")
            && matches!(node.get("items").map(|items| &items.value), Some(Value::List(_)))
        {
            let more = node.get("metadata").and_then(|metadata| metadata.text_of("continue")).is_some();
            self.complete = Some(!more && self.complete != Some(false));
            let Value::Object(members) = node.value else { return };
            let items = members.into_iter().find(|(key, _)| key == "items").map(|(_, items)| items.value);
            let Some(Value::List(items)) = items else { return };
            for item in items {
                self.take(item, file, Some((of, api_version.as_str())).filter(|(of, _)| !of.is_empty()));
            }
            return;
        }
        if api_version.starts_with("kustomize.config.k8s.io/") {
            let message = "what a kustomization changes is not applied here: read what `kustomize build` prints";
            return self.diagnostics.push(warning_at(codes::FILE_SKIPPED, file, node.offset, message));
        }
        let mut object = self.object(node, kind, api_version);
        if object.noun == "k8s_secret" {
            hide(&mut object.node, &mut self.secrets);
        }
        self.objects.push(object);
    }

    fn object(&self, node: Node, kind: String, api_version: String) -> Object {
        let metadata = |key: &str| node.get("metadata").and_then(|metadata| metadata.text_of(key));
        let name = metadata("name").unwrap_or_else(|| match metadata("generateName") {
            Some(prefix) => format!("{prefix}*"),
            None => format!("#{}", self.objects.len() + 1),
        });
        let namespace = if is_cluster_wide(&api_version, &kind) {
            String::new()
        } else {
            metadata("namespace").unwrap_or_else(|| "default".to_owned())
        };
        let address = if namespace.is_empty() { name.clone() } else { format!("{namespace}/{name}") };
        Object { noun: noun(&api_version, &kind), kind, api_version, namespace, name, address, node }
    }
}

/// Makes the values of a secret unknown, and notes where they stand: up to the value that comes next in the object, or for
/// the rest of the file where none does.
fn hide(node: &mut Node, secrets: &mut Vec<Range<usize>>) {
    let mut offsets = Vec::new();
    collect_offsets(node, &mut offsets);
    offsets.sort_unstable();
    let Value::Object(members) = &mut node.value else { return };
    for (_, data) in members.iter_mut().filter(|(key, _)| key == "data" || key == "stringData") {
        let Value::Object(entries) = &mut data.value else { continue };
        for (_, entry) in entries {
            let next = offsets.iter().find(|offset| **offset > entry.offset).copied();
            secrets.push(entry.offset..next.unwrap_or(usize::MAX));
            entry.value = Value::Unknown(SENSITIVE.to_owned());
        }
    }
}

/// Why the value of a secret is unknown.
const SENSITIVE: &str = "sensitive: not read";

fn collect_offsets(node: &Node, into: &mut Vec<usize>) {
    into.push(node.offset);
    node.items().iter().for_each(|item| collect_offsets(item, into));
    node.members().iter().for_each(|(_, item)| collect_offsets(item, into));
}

/// Whether a text is one that Helm has not rendered. Other programs write `{{ … }}` too, and mean it as a text.
pub(crate) fn is_placeholder(text: &str) -> bool {
    const OF_HELM: [&str; 6] = [".Values", ".Release", ".Chart", ".Capabilities", "include \"", "{{- "];
    text.contains("{{") && OF_HELM.iter().any(|sign| text.contains(sign))
}

fn find_placeholder(node: &Node) -> Option<usize> {
    match &node.value {
        Value::Text(text) => is_placeholder(text).then_some(node.offset),
        Value::List(items) => items.iter().find_map(find_placeholder),
        Value::Object(members) => members.iter().find_map(|(_, node)| find_placeholder(node)),
        _ => None,
    }
}

/// Why a text is a template of Helm and no manifest, where it is one.
pub(crate) fn helm_template(text: &str) -> Option<String> {
    const SIGNS: [&str; 14] = [
        "{{-",
        "{{/*",
        "{{if",
        "{{ if",
        "{{end",
        "{{ end",
        ".Values",
        ".Release",
        ".Chart",
        ".Capabilities",
        "include ",
        "define ",
        "range ",
        "toYaml",
    ];
    let line = text.lines().find(|line| line.contains("{{") && SIGNS.iter().any(|sign| line.contains(sign)))?;
    Some(format!(
        "it is a template of Helm (`{}`): render the chart with `helm template`, and read what that prints",
        shown(line.trim())
    ))
}
