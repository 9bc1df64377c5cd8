//! Which attribute a key of a record is: cheap, since records repeat their keys in one order.

use crate::{AttributeId, AttributeNeed, NounNeed};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// What a key of a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// An attribute that is wanted.
    Attribute(AttributeId),
    /// Nobody looks at it.
    Skipped,
    /// The entity does not declare it.
    Undeclared,
    /// It is not listed, but everything of the noun is wanted.
    Extra,
}

/// The keys of one noun.
pub(crate) struct Names {
    // From the program, not from the export, so that Fx is safe here.
    listed: FxHashMap<SmolStr, Slot>,
    unlisted: Slot,
    /// The keys in the order in which records have them.
    order: Vec<(SmolStr, Slot)>,
}

/// Keys that are remembered in their order.
const LONGEST_ORDER: usize = 256;

/// Keys of the order that a record may lack before the next that it has.
const FEW: usize = 4;

impl Names {
    pub(crate) fn new(need: &NounNeed) -> Names {
        let slot = |index: u32, attribute: &AttributeNeed| {
            let id = AttributeId(index);
            let wanted = attribute.wanted || need.all || need.key.contains(&id);
            if wanted { Slot::Attribute(id) } else { Slot::Skipped }
        };
        let mut listed = FxHashMap::default();
        // The first of a name, and names before aliases: as `NounNeed::attribute` finds them.
        for (index, attribute) in (0..).zip(&need.attributes) {
            listed.entry(attribute.name.clone()).or_insert(slot(index, attribute));
        }
        for (index, attribute) in (0..).zip(&need.attributes) {
            for alias in &attribute.aliases {
                listed.entry(alias.clone()).or_insert(slot(index, attribute));
            }
        }
        let unlisted = match (need.open, need.all) {
            (true, true) => Slot::Extra,
            (true, false) => Slot::Skipped,
            (false, _) => Slot::Undeclared,
        };
        Names { listed, unlisted, order: Vec::new() }
    }

    /// The keys that records have been seen with, as far as they are remembered.
    pub(crate) fn seen(&self) -> impl Iterator<Item = &SmolStr> {
        self.order.iter().map(|(name, _)| name)
    }

    /// What a key is. `position` is where the key before it stands in the order, and moves on.
    pub(crate) fn find(&mut self, position: &mut usize, name: &str) -> Slot {
        let ahead = self.order.get(*position..).unwrap_or_default();
        for (skipped, (known, slot)) in ahead.iter().take(FEW).enumerate() {
            if known == name {
                *position += skipped + 1;
                return *slot;
            }
        }
        let slot = self.listed.get(name).copied().unwrap_or(self.unlisted);
        if *position >= self.order.len() && self.order.len() < LONGEST_ORDER {
            self.order.push((SmolStr::new(name), slot));
            *position = self.order.len();
        }
        slot
    }
}
