//! The resources of a template as records.

use super::evaluate::{Evaluator, Keys, Truth};
use super::references::edges;
use super::template::{Resource, Template};
use crate::document::Document;
use crate::error::{ReadError, place};
use crate::nouns::CFN_RESOURCE;
use crate::objects::{Known, Rows, asks_for_relations, printed, relate, wanted_nouns, write};
use crate::piece::Piece;
use crate::tree::{Node, Value};
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::sync::Arc;
use tickmark_facts::{AttributeId, NounId, Scalar};
use tickmark_source::Place;

/// A template with its file, about to be read.
pub(crate) struct Source<'a> {
    pub(crate) document: &'a Document,
    pub(crate) template: &'a Template,
    /// Nouns and logical ids that another template of this run has too.
    pub(crate) shared: &'a BTreeSet<(SmolStr, String)>,
}

/// Reads the wanted resources of a template, and the relations between them.
pub(crate) fn read(source: &Source<'_>, mut piece: Piece) -> Piece {
    piece.told.diagnostics.extend(source.template.diagnostics.iter().cloned());
    piece.told.records = source.template.resources.len() as u64;
    piece.told.envelope.complete = source.template.complete;
    piece.told.secrets = source.secrets();
    let result = source.read_all(&mut piece);
    piece.keep(result)
}

impl Source<'_> {
    fn read_all(&self, piece: &mut Piece) -> Result<(), ReadError> {
        let needs = Arc::clone(piece.builder.needs());
        let evaluator = Evaluator::new(self.template);
        let wanted = wanted_nouns(&needs);
        let every = needs.find(CFN_RESOURCE).filter(|noun| wanted.contains(noun));
        let nouns: BTreeSet<&SmolStr> = self.template.resources.iter().map(|resource| &resource.noun).collect();
        for noun in nouns.iter().map(|noun| noun.as_str()).chain([CFN_RESOURCE]).filter_map(|name| needs.find(name)) {
            piece.builder.supply(noun);
            piece.builder.survey_whole(noun);
        }
        let mut rows = Rows::new();
        let mut known = Vec::with_capacity(self.template.resources.len());
        for (index, resource) in self.template.resources.iter().enumerate() {
            let place = place(self.document.file, resource.node.offset);
            let id = printed(self.shared, &resource.noun, &resource.name, &self.document.path);
            let created = created(&evaluator, resource);
            if let Some(noun) = every {
                self.read_any(noun, (resource, &id), &created, piece)?;
            }
            let noun = needs.find(&resource.noun).filter(|noun| wanted.contains(noun));
            if let Some(noun) = noun.filter(|_| created != Truth::Known(false)) {
                let Attributes { list, lost } = attributes(&evaluator, resource, &created);
                let row = write(&mut piece.builder, noun, (&id, place), &list, self.document.file)?;
                if let Some((why, place)) = lost.map(|(why, offset)| (why, self.place(offset))) {
                    all_unknown((noun, row), &why, place, piece);
                }
                rows.insert((index, noun), row);
            }
            // What is not created refers to nothing, and nothing to it.
            let exists = if created == Truth::Known(false) { Vec::new() } else { vec![(resource.noun.clone(), id)] };
            known.push(Known { nouns: exists, place });
        }
        if asks_for_relations(&needs, nouns) {
            relate(&known, &edges(&evaluator).graph(), &rows, &mut piece.builder);
        }
        Ok(())
    }

    fn place(&self, offset: usize) -> Place {
        place(self.document.file, offset)
    }

    /// A record of `cfn_resource`: any resource, whatever its type, also one that is not created.
    fn read_any(
        &self,
        noun: NounId,
        (resource, id): (&Resource, &str),
        created: &Truth,
        piece: &mut Piece,
    ) -> Result<(), ReadError> {
        let place = place(self.document.file, resource.node.offset);
        let attributes = said(resource, created, "");
        write(&mut piece.builder, noun, (id, place), &attributes, self.document.file)?;
        Ok(())
    }

    /// Where the values of parameters stand that are not to be shown: to the end of their line.
    fn secrets(&self) -> Vec<std::ops::Range<usize>> {
        let quiet = |node: &&Node| {
            let no_echo = node.get("NoEcho").map(|node| &node.value);
            matches!(no_echo, Some(Value::Bool(true))) || matches!(no_echo, Some(Value::Text(text)) if text == "true")
        };
        let defaults = self.template.parameters.values().filter(quiet).filter_map(|node| node.get("Default"));
        let range = |node: &Node| {
            let rest = self.document.bytes.get(node.offset..).unwrap_or_default();
            let line = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            node.offset..node.offset + line
        };
        defaults.map(range).collect()
    }
}

/// Nothing is known of the properties of a resource.
fn all_unknown((noun, row): (NounId, u32), why: &str, place: Place, piece: &mut Piece) {
    let needs = Arc::clone(piece.builder.needs());
    for (index, attribute) in needs.noun(noun).attributes.iter().enumerate() {
        let Ok(index) = u32::try_from(index) else { continue };
        if attribute.wanted && attribute.name != "address" && !attribute.name.starts_with("cfn_") {
            piece.builder.set(noun, row, AttributeId(index), Scalar::MayBeMissing(why), place);
        }
    }
}

/// Whether a resource is made, by its condition.
fn created(evaluator: &Evaluator<'_>, resource: &Resource) -> Truth {
    match resource.node.get("Condition").map(|node| &node.value) {
        None => Truth::Known(true),
        Some(Value::Text(name)) => evaluator.condition(name),
        Some(_) => Truth::Unknown("its condition is no name".to_owned()),
    }
}

/// What is said of a resource beside its properties; of records of its type with `cfn_` before the names.
fn said(resource: &Resource, created: &Truth, prefix: &str) -> Vec<(String, Node)> {
    let node = &resource.node;
    let named = |name: &str, node: Node| (format!("{prefix}{name}"), node);
    let created = match created {
        Truth::Known(value) => Value::Bool(*value),
        Truth::Unknown(why) => Value::Unknown(why.clone()),
    };
    let mut out = vec![named("type", node.get("Type").unwrap_or(node).with(Value::Text(resource.ty.clone())))];
    out.push(named("created", node.get("Condition").unwrap_or(node).with(created)));
    for (key, name) in [
        ("Condition", "condition"),
        ("DeletionPolicy", "deletion_policy"),
        ("UpdateReplacePolicy", "update_replace_policy"),
    ] {
        out.extend(node.get(key).map(|node| named(name, node.clone())));
    }
    if let Some(depends) = node.get("DependsOn") {
        let value = match &depends.value {
            Value::List(_) => depends.value.clone(),
            _ => Value::List(vec![depends.clone()]),
        };
        out.push(named("depends_on", depends.with(value)));
    }
    out
}

/// The attributes of a resource.
struct Attributes {
    list: Vec<(String, Node)>,
    /// Why nothing is known of its properties, and where that stands.
    lost: Option<(String, usize)>,
}

/// The attributes of a resource: what is said of it, and its properties; or why nothing is known of these, and where that stands.
fn attributes(evaluator: &Evaluator<'_>, resource: &Resource, created: &Truth) -> Attributes {
    let mut out = said(resource, created, "cfn_");
    out.extend(resource.node.get("Metadata").map(|node| ("cfn_metadata".to_owned(), node.clone())));
    let Some(properties) = resource.node.get("Properties") else { return Attributes { list: out, lost: None } };
    let mut lost = None;
    match evaluator.value(properties, Keys::Properties).map(|node| node.value) {
        Some(Value::Object(members)) => {
            for (name, node) in members {
                // A property of the name of the key gives way to it.
                let name = if name == "address" { "cfn_address".to_owned() } else { name };
                out.push((name, node));
            }
        }
        Some(Value::Unknown(why) | Value::MayBeMissing(why)) => lost = Some((why, properties.offset)),
        _ => {}
    }
    Attributes { list: out, lost }
}
