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
#[derive(Clone)]
pub(crate) struct Names {
    // From the program, not from the export, so that Fx is safe here.
    listed: FxHashMap<SmolStr, Slot>,
    unlisted: Slot,
    /// The keys in the order in which records have them.
    order: Vec<Foreseen>,
    /// Where each stands in the order. Fx, since they are few.
    positions: FxHashMap<SmolStr, usize>,
    /// So many are remembered in all: [`LONGEST_ORDER`] of each source.
    most: usize,
}

/// A key that records have.
#[derive(Clone)]
struct Foreseen {
    name: SmolStr,
    slot: Slot,
    /// The name and the quote behind it, as JSON writes it; empty where it would be written with escapes.
    quoted: Box<[u8]>,
    /// The first eight bytes of `quoted`, and which of them count.
    head: u64,
    mask: u64,
}

impl Foreseen {
    fn new(name: &str, slot: Slot) -> Foreseen {
        let plain = name.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\');
        let quoted: Box<[u8]> = if plain { [name.as_bytes(), b"\""].concat().into() } else { Box::default() };
        let mut head = [0; 8];
        head.iter_mut().zip(&quoted).for_each(|(to, from)| *to = *from);
        let mask = if quoted.len() >= 8 { u64::MAX } else { (1 << (8 * quoted.len())) - 1 };
        Foreseen { name: SmolStr::new(name), slot, quoted, head: u64::from_le_bytes(head), mask }
    }

    /// Whether a text begins with the quoted name; `head` are its first eight bytes.
    #[inline]
    fn begins(&self, rest: &[u8], head: u64) -> bool {
        if (head ^ self.head) & self.mask != 0 || self.quoted.is_empty() {
            return false;
        }
        self.quoted.len() <= 8 || rest.get(8..self.quoted.len()) == self.quoted.get(8..)
    }
}

/// Keys of one source that are remembered in their order.
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
        Names { listed, unlisted, order: Vec::new(), positions: FxHashMap::default(), most: LONGEST_ORDER }
    }

    /// Whether there are so many keys that the next source had better begin anew.
    pub(crate) fn are_many(&self) -> bool {
        self.order.len() > LONGEST_ORDER / 2
    }

    /// What follows is of another source: as many of its keys are remembered, whatever those before it had.
    pub(crate) fn next_source(&mut self) {
        self.most = self.order.len() + LONGEST_ORDER;
    }

    /// The keys that records have been seen with, as far as they are remembered.
    pub(crate) fn seen(&self) -> impl Iterator<Item = &SmolStr> {
        self.order.iter().map(|foreseen| &foreseen.name)
    }

    /// Whether the text behind the quote of a key is one of the keys that are next in the order: what it is, and the bytes
    /// that it takes with its closing quote. `position` is where the key before it stands in the order, and moves on.
    #[inline]
    pub(crate) fn foresee(&self, position: &mut usize, rest: &[u8]) -> Option<(Slot, usize)> {
        let head = u64::from_le_bytes(*rest.first_chunk()?);
        let ahead = self.order.get(*position..).unwrap_or_default();
        for (skipped, foreseen) in ahead.iter().take(FEW).enumerate() {
            if foreseen.begins(rest, head) {
                *position += skipped + 1;
                return Some((foreseen.slot, foreseen.quoted.len()));
            }
        }
        None
    }

    /// What a key is, as [`Self::foresee`] for one that is not in text.
    pub(crate) fn find(&mut self, position: &mut usize, name: &str) -> Slot {
        let ahead = self.order.get(*position..).unwrap_or_default();
        for (skipped, known) in ahead.iter().take(FEW).enumerate() {
            if known.name == name {
                *position += skipped + 1;
                return known.slot;
            }
        }
        if let Some(at) = self.positions.get(name).copied() {
            *position = at + 1;
            return self.order.get(at).map_or(self.unlisted, |known| known.slot);
        }
        let slot = self.listed.get(name).copied().unwrap_or(self.unlisted);
        if self.order.len() < self.most {
            // Behind the key that it follows here.
            let at = (*position).min(self.order.len());
            self.order.insert(at, Foreseen::new(name, slot));
            self.positions = self.order.iter().enumerate().map(|(at, known)| (known.name.clone(), at)).collect();
            *position = at + 1;
        }
        slot
    }
}
