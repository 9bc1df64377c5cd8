//! A look at a register that nobody has described yet: its columns and some of the words in them, for a first mapping.

use crate::argument::Kind;
use crate::document::Document;
use crate::error::ReadError;
use crate::json::JsonReader;
use crate::mapping::Word;
use crate::registers::front_matter;
use crate::registers::item::{Item, Value};
use crate::table;
use crate::yaml::YamlReader;
use std::collections::BTreeMap;
use tickmark_source::{FileBytes, FileId};

/// What a register looks like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// The keys that lead to the list of records, where it stands deeper in the file.
    pub records: Vec<String>,
    /// The keys at the top of the file, where it is an object.
    pub top: Vec<String>,
    /// Its columns, in order.
    pub columns: Vec<OutlineColumn>,
}

/// A column of a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlineColumn {
    /// Its name; of a key within another with a dot between.
    pub name: String,
    /// Some of the words in it, each once, in order.
    pub words: Vec<String>,
}

/// So many records of a register are looked at.
const RECORDS: usize = 500;

/// So many words of a column are kept.
const WORDS: usize = 30;

/// Larger files are no registers that somebody keeps by hand.
const LARGEST: usize = 8 << 20;

/// Looks at a file that may be a register, by its ending; nothing where it is none, or cannot be read.
#[must_use]
pub fn outline(path: &str, bytes: &[u8]) -> Option<Outline> {
    let kind = Kind::of_register(path).filter(|_| bytes.len() <= LARGEST)?;
    let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}');
    let bytes = FileBytes::from(text.as_bytes().to_vec());
    let document = Document { file: FileId(0), path: path.to_owned(), bytes, raw: None };
    let mut columns = Columns::default();
    let mut outline = Outline::default();
    match kind {
        Kind::Csv => {
            let header = table::items(&document, &mut |item| {
                columns.take(&item);
                Ok(())
            });
            columns.order(&header.ok()?.columns);
        }
        Kind::Markdown => columns.take(&front_matter::record(&document).ok()??),
        _ => {
            let root = whole(&document, kind).ok()??;
            if let Value::Object(members) = &root.value {
                outline.top = members.iter().map(|(key, _)| key.clone()).collect();
            }
            let (way, records) = list_of_records(&root)?;
            outline.records = way;
            records.iter().for_each(|item| columns.take(item));
        }
    }
    let has_parts = |name: &str| {
        columns.list.iter().any(|other| other.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
    };
    // What holds others in some records, and nothing in the rest, is known by these.
    outline.columns = columns.list.iter().filter(|column| !has_parts(&column.name)).cloned().collect();
    Some(outline).filter(|outline| !outline.columns.is_empty())
}

fn whole(document: &Document, kind: Kind) -> Result<Option<Item>, ReadError> {
    if kind == Kind::Yaml {
        let mut reader = YamlReader::new(document.text(), document.file);
        return if reader.next_document()? { Item::read(&mut reader).map(Some) } else { Ok(None) };
    }
    let mut reader = JsonReader::new(&document.bytes, document.file, 0);
    let item = Item::read(&mut reader)?;
    reader.finish()?;
    Ok(Some(item))
}

/// The list of objects that stands least deep, and the keys that lead to it.
fn list_of_records(root: &Item) -> Option<(Vec<String>, &[Item])> {
    const DEEPEST: usize = 4;
    let mut level = vec![(Vec::new(), root)];
    for _ in 0..DEEPEST {
        let mut next = Vec::new();
        for (way, item) in level {
            match &item.value {
                Value::List(items) if items.iter().any(|item| matches!(item.value, Value::Object(_))) => {
                    return Some((way, items));
                }
                Value::Object(members) => next.extend(members.iter().map(|(key, item)| {
                    let mut way = way.clone();
                    way.push(key.clone());
                    (way, item)
                })),
                _ => {}
            }
        }
        level = next;
    }
    None
}

#[derive(Default)]
struct Columns {
    list: Vec<OutlineColumn>,
    index: BTreeMap<String, usize>,
    records: usize,
}

impl Columns {
    fn take(&mut self, record: &Item) {
        self.records += 1;
        if self.records <= RECORDS {
            self.members(record, "");
        }
    }

    fn members(&mut self, item: &Item, way: &str) {
        let Value::Object(members) = &item.value else { return };
        for (key, member) in members {
            let name = format!("{way}{key}");
            match &member.value {
                Value::Object(_) => self.members(member, &format!("{name}.")),
                Value::List(items) if items.iter().any(|item| matches!(item.value, Value::Object(_))) => {
                    items.iter().for_each(|item| self.members(item, &format!("{name}.")));
                }
                Value::List(items) => {
                    self.word(&name, None);
                    items.iter().for_each(|item| self.word(&name, item.text()));
                }
                Value::Scalar(Word::Bool(value)) => self.word(&name, Some(if *value { "true" } else { "false" })),
                Value::Scalar(_) | Value::Constant(_) => self.word(&name, member.text()),
            }
        }
    }

    fn word(&mut self, name: &str, word: Option<&str>) {
        let at = *self.index.entry(name.to_owned()).or_insert_with(|| {
            self.list.push(OutlineColumn { name: name.to_owned(), words: Vec::new() });
            self.list.len() - 1
        });
        let Some(column) = self.list.get_mut(at) else { return };
        if let Some(word) = word.map(str::trim).filter(|word| !word.is_empty())
            && column.words.len() < WORDS
            && !column.words.iter().any(|known| known == word)
        {
            column.words.push(word.to_owned());
        }
    }

    /// Puts the columns in the order of a header; of a table without rows they are the header's.
    fn order(&mut self, header: &[String]) {
        header.iter().for_each(|name| self.word(name, None));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_records_is_found() {
        let yaml = b"register:\n  as_of: 2026-01-01\n  vendors:\n    - {id: V-1, dpa: {signed: 2024-02-11}, data: [a, b], ai: yes}\n    - {id: V-2}\n";
        let found = outline("v.yaml", yaml).unwrap();
        assert_eq!(found.records, ["register", "vendors"]);
        assert_eq!(found.top, ["register"]);
        let columns: Vec<(&str, usize)> =
            found.columns.iter().map(|column| (column.name.as_str(), column.words.len())).collect();
        assert_eq!(columns, [("id", 2), ("dpa.signed", 1), ("data", 2), ("ai", 1)]);
        let csv = outline("v.csv", b"a;b\n1;x\n2;x\n").unwrap();
        assert_eq!(csv.columns[1], OutlineColumn { name: "b".to_owned(), words: vec!["x".to_owned()] });
        assert_eq!(outline("p.md", b"---\ntitle: A\n---\n# A\n").unwrap().columns[0].name, "title");
        assert!(outline("p.md", b"# A\n").is_none());
        assert!(outline("v.json", b"{\"a\": 1}").is_none());
        assert!(outline("v.txt", b"a,b\n").is_none());
    }
}
