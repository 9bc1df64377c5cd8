//! Parts of a manifest that are mappings: columns to attributes, words to values, variables to expressions.

use crate::read::{Members, Reader, is_typed};
use crate::tree::{Node, Value, shown};
use std::collections::BTreeMap;
use tickmark_import::{Column, Mapping, Word, Words};

/// `records`, `columns` and `values` of a source.
pub(crate) fn column_mapping(reader: &mut Reader<'_>, members: &Members<'_>, has_noun: bool) -> Option<Mapping> {
    let given = ["records", "columns", "values"].iter().find_map(|name| members.entry(name))?;
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
    for (key, node) in members.get("columns").and_then(|node| reader.any_object(node, "`columns`")).unwrap_or_default()
    {
        let attribute = if node.is_null() { None } else { Some(reader.text(node, &key.text)?.to_owned()) };
        let column = Column { attribute, column_at: key.span, attribute_at: node.span };
        mapping.columns.insert(key.text.clone(), column);
    }
    for (key, node) in members.get("values").and_then(|node| reader.any_object(node, "`values`")).unwrap_or_default() {
        let mut words = BTreeMap::new();
        for (word, value) in reader.any_object(node, &format!("`{}` under `values`", shown(&key.text)))? {
            words.insert(word.text.clone(), value_of(reader, value)?);
        }
        mapping.values.insert(key.text.clone(), Words { at: key.span, words });
    }
    Some(mapping)
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
