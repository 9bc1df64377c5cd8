//! Parts of a manifest that are mappings: columns to attributes, words to values, variables to expressions.

use crate::keys::UNITS;
use crate::read::{Members, Reader, is_typed};
use crate::tree::{Key, Node, Value, shown};
use std::collections::{BTreeMap, BTreeSet};
use tickmark_diagnostics::did_you_mean;
use tickmark_import::{Column, Constant, ConstantValue, DateFormat, Mapping, Unit, Word, Words};

/// The keys of a source that say how its records are read.
const KEYS: [&str; 8] =
    ["records", "columns", "values", "constants", "missing", "list_separator", "date_format", "units"];

/// What a source says of its columns and words.
pub(crate) fn column_mapping(reader: &mut Reader<'_>, members: &Members<'_>, has_noun: bool) -> Option<Mapping> {
    let given = KEYS.iter().find_map(|name| members.entry(name))?;
    if !has_noun {
        reader
            .bad(given.0.span, format!("`{}` needs the noun of the records", given.0.text))
            .help
            .push("say which: `noun: vendor`".to_owned());
        return None;
    }
    let mut mapping = Mapping::default();
    if let Some(node) = members.get("records") {
        let keys = reader.text(node, "records")?;
        mapping.records = keys.split('.').map(str::to_owned).collect();
        mapping.records_at = Some(node.span);
    }
    for (key, node) in objects_of(reader, members, "columns") {
        let attribute = if node.is_null() { None } else { Some(reader.text(node, &key.text)?.to_owned()) };
        let column = Column { attribute, column_at: key.span, attribute_at: node.span };
        mapping.columns.insert(key.text.clone(), column);
    }
    for (key, node) in objects_of(reader, members, "values") {
        let mut words = BTreeMap::new();
        for (word, value) in reader.any_object(node, &format!("`{}` under `values`", shown(&key.text)))? {
            words.insert(word.text.clone(), value_of(reader, value)?);
        }
        mapping.values.insert(key.text.clone(), Words { at: key.span, words });
    }
    for (key, node) in objects_of(reader, members, "constants") {
        let value = constant(reader, node)?;
        mapping.constants.insert(key.text.clone(), Constant { at: key.span, value });
    }
    for (key, node) in objects_of(reader, members, "units") {
        let unit = reader.text(node, &key.text)?;
        if !UNITS.contains(&unit) {
            let near = did_you_mean(unit, UNITS);
            reader.bad(node.span, format!("`{}` is no unit of time", shown(unit))).help.extend(near);
            return None;
        }
        mapping.units.insert(key.text.clone(), Unit { at: key.span, unit: unit.to_owned() });
    }
    form(reader, members, &mut mapping)?;
    Some(mapping)
}

fn objects_of<'n>(reader: &mut Reader<'_>, members: &Members<'n>, name: &str) -> Vec<(&'n Key, &'n Node)> {
    members.get(name).and_then(|node| reader.any_object(node, &format!("`{name}`"))).unwrap_or_default()
}

/// How the cells of a register are written.
fn form(reader: &mut Reader<'_>, members: &Members<'_>, mapping: &mut Mapping) -> Option<()> {
    if let Some(node) = members.get("missing") {
        let mut words = BTreeSet::new();
        for item in reader.list(node, "missing") {
            match &item.value {
                Value::Scalar { text, .. } if !item.is_null() => words.insert(text.trim().to_lowercase()),
                _ => {
                    reader.bad(item.span, format!("`missing` lists words, and here stands {}", item.describe()));
                    return None;
                }
            };
        }
        mapping.missing = Some(words);
    }
    if let Some(node) = members.get("list_separator") {
        mapping.list_separator = Some(reader.text(node, "list_separator")?.to_owned());
    }
    if let Some(node) = members.get("date_format") {
        match DateFormat::parse(reader.text(node, "date_format")?) {
            Ok(format) => mapping.date_format = Some(format),
            Err(reason) => {
                reader.bad(node.span, reason);
                return None;
            }
        }
    }
    Some(())
}

fn constant(reader: &mut Reader<'_>, node: &Node) -> Option<ConstantValue> {
    match &node.value {
        _ if node.is_null() => {
            reader.bad(node.span, "a constant has a value, and here stands nothing");
            None
        }
        Value::List(items) => {
            let words: Option<Vec<Word>> = items.iter().map(|item| value_of(reader, item)).collect();
            words.map(ConstantValue::List)
        }
        _ => value_of(reader, node).map(ConstantValue::One),
    }
}

fn value_of(reader: &mut Reader<'_>, node: &Node) -> Option<Word> {
    match &node.value {
        _ if node.is_null() => Some(Word::Missing),
        Value::Scalar { text, quoted: false } if matches!(text.as_str(), "true" | "True" | "TRUE") => {
            Some(Word::Bool(true))
        }
        Value::Scalar { text, quoted: false } if matches!(text.as_str(), "false" | "False" | "FALSE") => {
            Some(Word::Bool(false))
        }
        Value::Scalar { text, .. } => Some(Word::Text(text.clone())),
        _ => {
            reader.bad(node.span, format!("a word stands for a single value, and here stands {}", node.describe()));
            None
        }
    }
}

/// A value as `terraform plan -var` takes it: a scalar as it is written, anything else as an expression.
pub(crate) fn expression(node: &Node) -> String {
    match &node.value {
        Value::Scalar { text, .. } => text.clone(),
        _ => json(node).to_string(),
    }
}

fn json(node: &Node) -> serde_json::Value {
    match &node.value {
        _ if node.is_null() => serde_json::Value::Null,
        Value::Scalar { text, quoted: false } if is_typed(text) => {
            serde_json::from_str(&text.to_lowercase()).unwrap_or_else(|_| text.clone().into())
        }
        Value::Scalar { text, .. } => text.clone().into(),
        Value::List(items) => items.iter().map(json).collect::<Vec<_>>().into(),
        Value::Object(members) => {
            let members: serde_json::Map<_, _> =
                members.iter().map(|(key, node)| (key.text.clone(), json(node))).collect();
            members.into()
        }
    }
}
