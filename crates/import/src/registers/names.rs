//! Records of registers by the names that other registers call them: `V-001` for the vendor that is known by its name.

use std::collections::BTreeMap;
use tickmark_facts::NounId;

/// Attributes by which a record may be called that is known by another.
pub(crate) const NAMING: [&str; 3] = ["id", "name", "title"];

/// For each noun, what its records are called.
#[derive(Debug, Default)]
pub(crate) struct Names {
    nouns: BTreeMap<NounId, OfNoun>,
}

#[derive(Debug, Default)]
struct OfNoun {
    /// By a name, the key of the one record that has it; `None` where several do.
    keys: BTreeMap<String, Option<String>>,
}

impl Names {
    /// Takes in a record: its key, and what it is called besides.
    pub(crate) fn add(&mut self, noun: NounId, key: &str, called: &str) {
        if key == called {
            return;
        }
        let of_noun = self.nouns.entry(noun).or_default();
        let known = of_noun.keys.entry(called.to_owned()).or_insert_with(|| Some(key.to_owned()));
        if known.as_deref() != Some(key) {
            *known = None;
        }
    }

    /// Takes in the key of a record: a name that is the key of another record is that record.
    pub(crate) fn add_key(&mut self, noun: NounId, key: &str) {
        self.nouns.entry(noun).or_default().keys.insert(key.to_owned(), None);
    }

    /// The key of the one record of a noun that is called so; nothing where none is, several are, or it is a key itself.
    pub(crate) fn key_of(&self, noun: NounId, called: &str) -> Option<&str> {
        self.nouns.get(&noun)?.keys.get(called)?.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_two_have_names_none_and_keys_come_first() {
        let (vendor, mut names) = (NounId(3), Names::default());
        names.add(vendor, "Alpha", "V-1");
        names.add(vendor, "Beta", "V-2");
        names.add(vendor, "Gamma", "V-2");
        names.add(vendor, "Delta", "Alpha");
        names.add_key(vendor, "Alpha");
        assert_eq!(names.key_of(vendor, "V-1"), Some("Alpha"));
        assert_eq!(names.key_of(vendor, "V-2"), None);
        assert_eq!(names.key_of(vendor, "Alpha"), None);
        assert_eq!(names.key_of(NounId(4), "V-1"), None);
    }
}
