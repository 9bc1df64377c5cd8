//! What the store has to say about the facts that it was given.

use crate::NounId;
use hashbrown::HashMap;
use smol_str::SmolStr;
use tickmark_source::Place;

/// Something odd in the facts. Those of one kind, noun and attribute are folded into one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactWarning {
    /// What it is about.
    pub kind: FactWarningKind,
    /// The first place where it was met.
    pub place: Option<Place>,
    /// In plain words, for the first place.
    pub message: String,
    /// How often it was met.
    pub count: u32,
    /// The noun that it is about.
    pub noun: NounId,
    /// The attribute that it is about, as the facts name it; empty for the record as a whole.
    pub attribute: SmolStr,
}

/// What a [`FactWarning`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactWarningKind {
    /// A record of a closed noun has an attribute that its entity does not declare.
    UndeclaredAttribute,
    /// A value does not fit the declared type.
    DoesNotFit,
    /// Records of one key give different values.
    Contradictory,
    /// A key stands twice in one record.
    DuplicateKey,
    /// A record lacks a part of its key.
    IncompleteKey,
    /// A reference that can never be resolved: its noun has no key.
    UnknownReference,
}

/// Folds warnings as they come.
#[derive(Default)]
pub(crate) struct Warnings {
    list: Vec<FactWarning>,
    index: HashMap<(FactWarningKind, NounId, SmolStr), usize>,
    /// These are of a part of a file, and are folded with those of the others.
    of_part: bool,
}

/// More warnings than these are folded by kind and noun: an export may invent attribute names without end.
const MOST: usize = 1000;

impl Warnings {
    /// Leaves the limit to whoever absorbs these: what is folded there must not depend on where the parts begin.
    pub(crate) fn fold_nothing(&mut self) {
        self.of_part = true;
    }

    fn is_full(&self) -> bool {
        self.list.len() >= MOST && !self.of_part
    }

    pub(crate) fn push(
        &mut self,
        kind: FactWarningKind,
        (noun, attribute): (NounId, &str),
        place: Option<Place>,
        message: impl FnOnce() -> String,
    ) {
        if let Some(warning) = self.entry((kind, noun, SmolStr::new(attribute))) {
            warning.count = warning.count.saturating_add(1);
            return;
        }
        self.add(FactWarning { kind, place, message: message(), count: 1, noun, attribute: SmolStr::new(attribute) });
    }

    /// Takes in the warnings of facts that come after ours.
    pub(crate) fn absorb(&mut self, other: Warnings) {
        for warning in other.list {
            match self.entry((warning.kind, warning.noun, warning.attribute.clone())) {
                Some(known) => known.count = known.count.saturating_add(warning.count),
                None => self.add(warning),
            }
        }
    }

    pub(crate) fn into_list(self) -> Vec<FactWarning> {
        self.list
    }

    fn entry(&mut self, mut key: (FactWarningKind, NounId, SmolStr)) -> Option<&mut FactWarning> {
        let mut at = self.index.get(&key).copied();
        if at.is_none() && self.is_full() {
            key.2 = SmolStr::default();
            at = self.index.get(&key).copied();
        }
        self.list.get_mut(at?)
    }

    fn add(&mut self, mut warning: FactWarning) {
        if self.is_full() {
            warning.attribute = SmolStr::default();
        }
        self.index.insert((warning.kind, warning.noun, warning.attribute.clone()), self.list.len());
        self.list.push(warning);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_folded_and_their_number_is_limited() {
        let mut warnings = Warnings::default();
        for number in 0..5000 {
            let attribute = format!("a{}", number % 2500);
            warnings.push(FactWarningKind::UndeclaredAttribute, (NounId(0), &attribute), None, || attribute.clone());
        }
        let list = warnings.into_list();
        assert_eq!(list.len(), MOST + 1);
        assert_eq!((list[0].count, list[0].message.as_str()), (2, "a0"));
        assert_eq!(list.iter().map(|warning| warning.count).sum::<u32>(), 5000);
    }
}
