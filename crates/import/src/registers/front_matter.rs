//! Markdown with YAML in front, between two lines of `---`: a policy, or the file of a vendor. The Markdown is not read.

use crate::document::Document;
use crate::error::ReadError;
use crate::mapping::Word;
use crate::registers::item::{Item, Value};
use crate::yaml::YamlReader;
use tickmark_facts::NounNeed;

/// The text in front of a file, without the line that ends it.
pub(crate) fn front(text: &str) -> Option<&str> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().filter(|line| line.trim_end() == "---")?;
    let mut end = first.len();
    for line in lines {
        if matches!(line.trim_end(), "---" | "...") {
            return text.get(..end);
        }
        end += line.len();
    }
    None
}

/// Why a file is no record, where it is none.
pub(crate) fn not_a_record(document: &Document) -> Option<String> {
    let text = document.text();
    match front(text) {
        None if text.starts_with("+++") => Some("what stands in front of it is no YAML but TOML".to_owned()),
        None if text.lines().next().is_some_and(|line| line.trim_end() == "---") => {
            Some("the YAML in front of it is not ended by a line of `---`".to_owned())
        }
        None => Some("no YAML stands in front of it, between two lines of `---`".to_owned()),
        Some(_) => None,
    }
}

/// The record that stands in front of a file; `None` where nothing does.
pub(crate) fn record(document: &Document) -> Result<Option<Item>, ReadError> {
    let Some(front) = front(document.text()) else { return Ok(None) };
    let mut reader = YamlReader::new(front, document.file);
    if !reader.next_document()? {
        return Ok(None);
    }
    let mut item = Item::read(&mut reader)?;
    if matches!(item.value, Value::Scalar(Word::Missing)) {
        item.value = Value::Object(Vec::new());
    }
    Ok(Some(item))
}

/// The record with a key: one that does not say by what it is known is known by the name of its file.
pub(crate) fn named(mut item: Item, document: &Document, need: Option<&NounNeed>) -> Item {
    let (Some(need), Value::Object(members)) = (need, &mut item.value) else { return item };
    let [key] = need.key.as_slice() else { return item };
    let Some(key) = need.attributes.get(key.0 as usize) else { return item };
    let said = |item: &Item| !matches!(item.value, Value::Scalar(Word::Missing));
    if !members.iter().any(|(name, item)| *name == key.name && said(item)) {
        members.retain(|(name, _)| *name != key.name);
        let file = crate::compressed::unpacked_name(document.name());
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_owned();
        members.push((key.name.to_string(), Item { value: Value::Constant(Word::Text(stem)), offset: 0 }));
    }
    item
}

#[cfg(test)]
mod tests {
    use super::front;

    #[test]
    fn the_front_ends_at_its_line() {
        assert_eq!(front("---\na: 1\n---\n# b\n---\n"), Some("---\na: 1\n"));
        assert_eq!(front("---\r\na: 1\r\n---\r\nb"), Some("---\r\na: 1\r\n"));
        assert_eq!(front("---\n---\n"), Some("---\n"));
        assert_eq!(front("---\na: 1\n"), None);
        assert_eq!(front("# a\n---\n"), None);
        assert_eq!(front(""), None);
    }
}
