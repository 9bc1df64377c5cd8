//! Cards of models and data sets on Hugging Face: Markdown with YAML in front, between two lines of `---`
//! (<https://huggingface.co/docs/hub/model-cards>, <https://huggingface.co/docs/hub/datasets-cards>). The Markdown is not read.
//!
//! A card does not say what it is the card of: that is the repository in which it lies. It is known by the folder of its README, or by
//! the name of its file. Whether it is of a model or of a data set is told by the keys that only one of them has.

use crate::detect::Detected;
use crate::document::Document;
use crate::error::ReadError;
use crate::piece::Piece;
use crate::snake::snake;
use crate::tree::{Node, TreeReader, Value};
use crate::yaml::YamlReader;
use std::sync::Arc;
use tickmark_facts::{AttributeType, Needs, NounId};

const MODEL: &str = "hugging_face_model_card";
const DATASET: &str = "hugging_face_dataset_card";

/// The nouns of cards.
pub(crate) const NOUNS: [&str; 2] = [MODEL, DATASET];

/// Keys that only data sets have (specification of the Hub, `datasetcard.md`).
const OF_DATASETS: [&str; 13] = [
    "annotations_creators",
    "language_creators",
    "language_details",
    "multilinguality",
    "size_categories",
    "source_datasets",
    "task_categories",
    "task_ids",
    "pretty_name",
    "paperswithcode_id",
    "configs",
    "dataset_info",
    "train-eval-index",
];

/// Keys by which a card of a model is told from other pages (`modelcard.md`).
const OF_MODELS: [&str; 8] =
    ["license", "library_name", "base_model", "pipeline_tag", "model-index", "datasets", "metrics", "widget"];

/// Whether a file is Markdown that begins as cards do.
pub(crate) fn has_front_matter(document: &Document) -> bool {
    document.is_named(".md") && document.text().lines().next().is_some_and(|line| line.trim_end() == "---")
}

/// What a file is that may be a card; `said` is whether somebody says so. Pages of other sorts have YAML in front too: a title, a date.
pub(crate) fn detect(document: &Document, said: bool) -> Detected {
    match front_matter(document) {
        None => Detected::Unrecognised(
            "it is no card: no YAML stands in front of it, between two lines of `---`".to_owned(),
        ),
        Some(Err(error)) => {
            Detected::Unrecognised(format!("it is no card: what stands in front of it is no YAML ({})", error.message))
        }
        Some(Ok(node)) if node.members().is_empty() => {
            Detected::Unrecognised("it is no card: what stands in front of it are no keys with values".to_owned())
        }
        Some(Ok(node)) if !said && !OF_MODELS.iter().chain(&OF_DATASETS).any(|key| node.get(key).is_some()) => {
            Detected::Unrecognised("it is no card: what stands in front of it has no key that tells one".to_owned())
        }
        Some(Ok(_)) => Detected::Card,
    }
}

/// The YAML in front of a file; nothing where there is none.
fn front_matter(document: &Document) -> Option<Result<Node, ReadError>> {
    let text = document.text();
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().filter(|line| line.trim_end() == "---")?;
    let mut end = first.len();
    for line in lines {
        if line.trim_end() == "---" {
            let front = text.get(..end)?;
            return Some(read_front(front, document));
        }
        end += line.len();
    }
    None
}

fn read_front(front: &str, document: &Document) -> Result<Node, ReadError> {
    let mut reader = YamlReader::new(front, document.file);
    if reader.next_document()? {
        return Node::read(&mut reader);
    }
    Ok(Node { value: Value::Null, offset: 0 })
}

/// Reads a card.
pub(crate) fn read(document: &Document, mut piece: Piece) -> Piece {
    let needs = &Arc::clone(piece.builder.needs());
    let result = match front_matter(document) {
        Some(Ok(node)) => add(document, node, needs, &mut piece),
        Some(Err(error)) => Err(error),
        None => Ok(()),
    };
    piece.keep(result)
}

fn add(document: &Document, node: Node, needs: &Needs, piece: &mut Piece) -> Result<(), ReadError> {
    piece.told.records = 1;
    let of_dataset = OF_DATASETS.iter().any(|key| node.get(key).is_some());
    let Some(noun) = needs.find(if of_dataset { DATASET } else { MODEL }) else { return Ok(()) };
    piece.builder.supply(noun);
    piece.builder.survey_whole(noun);
    if !needs.noun(noun).wanted {
        return Ok(());
    }
    let at = Node { value: Value::Null, offset: 0 };
    let (card, name) = names(document);
    let mut members =
        vec![("card".to_owned(), at.with(Value::Text(card))), ("name".to_owned(), at.with(Value::Text(name)))];
    let Node { value, offset } = declared(node, noun, needs);
    if let Value::Object(found) = value {
        members.extend(found.into_iter().filter(|(key, _)| key != "card" && key != "name"));
    }
    let record = Node { value: Value::Object(members), offset };
    piece.builder.record(noun, &mut TreeReader::new(&record, document.file)).map(|_| ())
}

/// What the card is of: the whole path, and its last part.
fn names(document: &Document) -> (String, String) {
    let path = crate::compressed::unpacked_name(&document.path);
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let card = match (folder, stem) {
        ("", stem) => stem.to_owned(),
        (folder, "README") => folder.to_owned(),
        (folder, stem) => format!("{folder}/{stem}"),
    };
    let name = card.rsplit('/').next().unwrap_or(&card).to_owned();
    (card, name)
}

/// A record with its keys as attributes, and of what is declared.
fn declared(node: Node, noun: NounId, needs: &Needs) -> Node {
    let need = needs.noun(noun);
    let Node { value, offset } = node;
    let value = match value {
        Value::Object(members) => {
            let mut kept = Vec::new();
            for (key, value) in members {
                let name = snake(&key.replace('-', "_"));
                let attribute = need.attribute(&name).and_then(|id| need.attributes.get(id.0 as usize));
                if let Some(attribute) = attribute {
                    kept.push((name, value_of(value, &attribute.ty, needs)));
                }
            }
            Value::Object(kept)
        }
        other => other,
    };
    Node { value, offset }
}

fn value_of(node: Node, ty: &AttributeType, needs: &Needs) -> Node {
    let Node { value, offset } = node;
    let value = match (value, ty) {
        (Value::List(items), AttributeType::List(item)) => {
            Value::List(items.into_iter().map(|node| value_of(node, item, needs)).collect())
        }
        (Value::List(items), ty @ (AttributeType::One(_) | AttributeType::Many(_))) => {
            Value::List(items.into_iter().map(|node| value_of(node, ty, needs)).collect())
        }
        (value @ Value::Object(_), AttributeType::One(noun) | AttributeType::Many(noun)) => {
            return declared(Node { value, offset }, *noun, needs);
        }
        (value @ Value::Object(_), AttributeType::List(item)) => return value_of(Node { value, offset }, item, needs),
        (value, _) => value,
    };
    Node { value, offset }
}
