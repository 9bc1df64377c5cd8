//! Texts that tell things apart, each kept once and side by side: a million of them take little more than their letters.

use hashbrown::HashTable;
use std::hash::{BuildHasher, RandomState};

/// Texts by number, and numbers by text.
pub(crate) struct Ids {
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
    numbers: HashTable<u32>,
    /// Which text has which number does not depend on it.
    hasher: RandomState,
}

impl Ids {
    /// None yet.
    pub(crate) fn new() -> Self {
        Ids { text: String::new(), ends: Vec::new(), numbers: HashTable::new(), hasher: RandomState::new() }
    }

    /// The text of a number.
    pub(crate) fn text(&self, number: u32) -> &str {
        text(&self.text, &self.ends, number)
    }

    /// The number of a text, and whether it is new.
    pub(crate) fn number(&mut self, id: &str) -> (u32, bool) {
        let Ids { text: all, ends, numbers, hasher } = self;
        let hash = hasher.hash_one(id);
        if let Some(number) = numbers.find(hash, |number| text(all, ends, *number) == id) {
            return (*number, false);
        }
        let number = u32::try_from(ends.len()).unwrap_or(u32::MAX);
        all.push_str(id);
        ends.push(all.len());
        numbers.insert_unique(hash, number, |number| hasher.hash_one(text(all, ends, *number)));
        (number, true)
    }
}

fn text<'t>(all: &'t str, ends: &[usize], number: u32) -> &'t str {
    let number = number as usize;
    let start = number.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    ends.get(number).and_then(|end| all.get(start..*end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn a_text_has_one_number_and_a_number_one_text() {
        let mut ids = Ids::new();
        assert_eq!(ids.number("a"), (0, true));
        assert_eq!(ids.number(""), (1, true));
        assert_eq!(ids.number("äb"), (2, true));
        for (text, number) in [("a", 0), ("", 1), ("äb", 2)] {
            assert_eq!(ids.number(text), (number, false));
            assert_eq!(ids.text(number), text);
        }
        assert_eq!(ids.text(3), "");
        for number in 0..5_000_u32 {
            assert_eq!(ids.number(&format!("run-{number}")), (number + 3, true));
        }
        assert_eq!(ids.number("run-4999"), (5_002, false));
    }
}
