//! Values of a file that are never shown: what an export marks as secret.

use std::collections::BTreeSet;
use std::ops::Range;

/// The hidden values of one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hidden {
    /// Quoted texts, with their quotes: they are hidden wherever they stand, since an export repeats its values.
    texts: BTreeSet<Vec<u8>>,
    /// Other values, where they stand.
    ranges: BTreeSet<(usize, usize)>,
    longest: usize,
}

impl Hidden {
    /// Hides the values that stand at some ranges of the file.
    pub(crate) fn add(&mut self, bytes: &[u8], values: &[Range<usize>]) {
        for value in values {
            let Some(text) = bytes.get(value.clone()) else { continue };
            self.longest = self.longest.max(text.len());
            if text.first() == Some(&b'"') {
                self.texts.insert(text.to_vec());
            } else {
                self.ranges.insert((value.start, value.end));
            }
        }
    }

    /// What is hidden in a part of the file, without the quotes.
    pub(crate) fn within(&self, bytes: &[u8], part: Range<usize>) -> Vec<Range<usize>> {
        // A value may begin before the part, and end behind it.
        let from = part.start.saturating_sub(self.longest);
        let to = part.end.saturating_add(self.longest).min(bytes.len());
        let around = bytes.get(from..to).unwrap_or(&[]);
        let mut found: Vec<Range<usize>> = Vec::new();
        for text in &self.texts {
            for at in memchr::memmem::find_iter(around, text) {
                found.push(from + at + 1..(from + at + text.len()).saturating_sub(1));
            }
        }
        let ranges = self.ranges.range((from, 0)..(to, 0));
        found.extend(ranges.map(|(start, end)| *start..*end));
        found.retain(|range| range.start < part.end && range.end > part.start);
        found
    }
}

#[cfg(test)]
mod tests {
    use crate::Sources;

    #[test]
    fn a_hidden_text_is_hidden_wherever_it_stands() {
        let text = r#"{"a":"pw","b":7,"c":"pw2","d":"pw","e":7}"#;
        let mut sources = Sources::new();
        let file = sources.add("f", text.as_bytes().to_vec());
        let at = |needle: &str| text.find(needle).unwrap();
        sources.hide(file, &[at("\"pw\"")..at("\"pw\"") + 4, at("7")..at("7") + 1]);
        let shown = |part| {
            let mut bytes = text.as_bytes().to_vec();
            for range in sources.hidden_in(file, part) {
                bytes[range].fill(b'*');
            }
            String::from_utf8(bytes).unwrap()
        };
        assert_eq!(shown(0..text.len()), r#"{"a":"**","b":*,"c":"pw2","d":"**","e":7}"#);
        assert_eq!(shown(7..9), r#"{"a":"**","b":7,"c":"pw2","d":"pw","e":7}"#);
    }
}
