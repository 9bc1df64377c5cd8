//! Schemas of providers, as `terraform providers schema -json` prints them: which attributes the resources of a type can have.

use crate::error::ReadError;
use crate::json::JsonReader;
use crate::nouns::may_supply;
use crate::survey::Surveyed;
use crate::terraform::read::DESCRIBED;
use crate::tree::{Node, Value};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use tickmark_facts::{Shape, ValueReader};
use tickmark_source::{FileBytes, FileId};

/// What a schema is known by.
const MARK: &[u8] = b"\"provider_schemas\"";

/// So far into a file its mark is looked for: only the version of the format stands before it.
const LOOKED_AT: usize = 4096;

/// What the schemas among the sources say of the nouns that some words may mean. A file that is broken says nothing here; that it
/// is broken is told when the sources are read.
#[must_use]
pub fn shapes(surveyed: &Surveyed, words: &BTreeSet<SmolStr>) -> BTreeMap<SmolStr, Shape> {
    let mut shapes = BTreeMap::new();
    if !words.iter().any(|word| may_supply(word)) {
        return shapes;
    }
    let documents = surveyed.opened.units.iter().flat_map(|unit| &unit.documents).map(|document| &document.bytes);
    for bytes in documents.filter(|bytes| is_schema(bytes)) {
        // What was read before it broke off is not said: half a schema would refuse what the other half has.
        shapes.extend(read(bytes, words).unwrap_or_default());
    }
    shapes
}

fn is_schema(bytes: &FileBytes) -> bool {
    let start = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    memchr::memmem::find(start, MARK).is_some()
}

fn read(bytes: &FileBytes, words: &BTreeSet<SmolStr>) -> Result<BTreeMap<SmolStr, Shape>, ReadError> {
    let mut shapes = BTreeMap::new();
    let mut reader = JsonReader::new(bytes, FileId(0), 0);
    reader.object_or_skip(&mut |reader, key| {
        if key != "provider_schemas" {
            return reader.skip();
        }
        reader.object_or_skip(&mut |reader, _provider| {
            reader.object_or_skip(&mut |reader, key| match key {
                "resource_schemas" => read_types(reader, "", words, &mut shapes),
                "data_source_schemas" => read_types(reader, "data_", words, &mut shapes),
                _ => reader.skip(),
            })
        })
    })?;
    Ok(shapes)
}

fn read_types(
    reader: &mut JsonReader<'_>,
    prefix: &str,
    words: &BTreeSet<SmolStr>,
    shapes: &mut BTreeMap<SmolStr, Shape>,
) -> Result<(), ReadError> {
    reader.object_or_skip(&mut |reader, ty| {
        let noun = format!("{prefix}{ty}");
        // A plural may differ in its last letter: policies.
        let stem = noun.get(..noun.len().saturating_sub(1)).unwrap_or(&noun);
        let from = (Bound::Included(stem), Bound::Unbounded);
        let spoken = words.range::<str, _>(from).next().is_some_and(|word| word.starts_with(stem));
        if !spoken {
            return reader.skip();
        }
        let schema = Node::read(reader)?;
        let mut shape = schema.get("block").map(shape_of_block).unwrap_or_default();
        shape.attributes.extend(DESCRIBED.map(|(_, name)| (SmolStr::new_static(name), None)));
        shapes.insert(SmolStr::new(noun), shape);
        Ok(())
    })
}

fn shape_of_block(block: &Node) -> Shape {
    let mut shape = block.get("attributes").map(shape_of_attributes).unwrap_or_default();
    for (name, nested) in block.get("block_types").map_or(&[][..], Node::members) {
        let named = nested.text_of("nesting_mode").as_deref() == Some("map");
        let inner = nested.get("block").filter(|_| !named).map(shape_of_block);
        shape.attributes.insert(SmolStr::new(name), inner);
    }
    shape
}

fn shape_of_attributes(attributes: &Node) -> Shape {
    let attribute = |(name, attribute): &(String, Node)| {
        let nested = attribute.get("nested_type").map(|nested| {
            let named = nested.text_of("nesting_mode").as_deref() == Some("map");
            nested.get("attributes").filter(|_| !named).map(shape_of_attributes)
        });
        let shape = nested.unwrap_or_else(|| attribute.get("type").and_then(shape_of_type));
        (SmolStr::new(name), shape)
    };
    Shape { attributes: attributes.members().iter().map(attribute).collect() }
}

/// The shape of the objects in a value of a type: `["list", ["object", {"a": "string"}]]`. The keys of a map are anybody's.
fn shape_of_type(ty: &Node) -> Option<Shape> {
    let [kind, inner] = ty.items() else { return None };
    match (&kind.value, &inner.value) {
        (Value::Text(kind), _) if kind == "list" || kind == "set" => shape_of_type(inner),
        (Value::Text(kind), Value::Object(members)) if kind == "object" => {
            let member = |(name, ty): &(String, Node)| (SmolStr::new(name), shape_of_type(ty));
            Some(Shape { attributes: members.iter().map(member).collect() })
        }
        _ => None,
    }
}
