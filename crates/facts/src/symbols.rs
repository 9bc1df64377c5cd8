//! Interned text, and the reasons for which values are unknown.

use crate::UnknownReason;
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use std::hash::BuildHasher;
use std::sync::LazyLock;

/// A text of the store, by number. Equal texts have equal symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Symbol(pub(crate) u32);

impl Symbol {
    /// INVARIANT (first symbol): every interner begins with the empty text.
    pub const EMPTY: Symbol = Symbol(0);

    /// Its number: below [`crate::Facts::symbol_count`], so that a table over all texts can be indexed by it.
    #[must_use]
    pub fn index(self) -> u32 {
        self.0
    }
}

/// Seeded anew in each process, not Fx: the export chooses the texts, and they have no limit. All interners share the seed, so
/// that none hashes a text again that another has hashed.
static HASHER: LazyLock<DefaultHashBuilder> = LazyLock::new(DefaultHashBuilder::default);

/// All texts of the store, each once, one behind the other.
pub(crate) struct Symbols {
    texts: String,
    /// Where each ends; it begins where the one before ends.
    ends: Vec<usize>,
    hashes: Vec<u32>,
    numbers: HashTable<u32>,
}

impl Symbols {
    pub(crate) fn new() -> Symbols {
        let mut symbols =
            Symbols { texts: String::new(), ends: Vec::new(), hashes: Vec::new(), numbers: HashTable::new() };
        symbols.intern("");
        symbols
    }

    #[inline]
    pub(crate) fn intern(&mut self, text: &str) -> Symbol {
        self.intern_bytes(text.as_bytes())
    }

    /// Interns a text of which it is known that it is UTF-8.
    #[inline]
    pub(crate) fn intern_bytes(&mut self, text: &[u8]) -> Symbol {
        let hash = Symbols::hash(text);
        match self.find_hashed(hash, text) {
            Some(symbol) => symbol,
            // It is checked when it is kept; one that is known is the same bytes.
            None => self.add(hash, std::str::from_utf8(text).unwrap_or_default()),
        }
    }

    pub(crate) fn text(&self, symbol: Symbol) -> &str {
        let index = symbol.0 as usize;
        let Some(end) = self.ends.get(index).copied() else { return "" };
        self.texts.get(self.start(index)..end).unwrap_or_default()
    }

    /// The symbol of a text that is there.
    pub(crate) fn find(&self, text: &str) -> Option<Symbol> {
        self.find_hashed(Symbols::hash(text.as_bytes()), text.as_bytes())
    }

    /// How many texts there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Takes in the texts of another; gives for each of its symbols ours.
    pub(crate) fn absorb(&mut self, other: &Symbols) -> Vec<Symbol> {
        let mut start = 0;
        let mut ours = Vec::with_capacity(other.ends.len());
        for (hash, end) in other.hashes.iter().zip(&other.ends) {
            let text = other.texts.get(start..*end).unwrap_or_default();
            start = *end;
            ours.push(match self.find_hashed(*hash, text.as_bytes()) {
                Some(symbol) => symbol,
                None => self.add(*hash, text),
            });
        }
        ours
    }

    /// Makes room for so many bytes of text more: growing bit by bit would copy what is there again and again. Memory that is
    /// never written to is not taken from the machine.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        /// A text and its quotes, as short as they mostly are.
        const SHORT: usize = 16;
        self.texts.reserve(bytes);
        self.ends.reserve(bytes / SHORT);
        self.hashes.reserve(bytes / SHORT);
    }

    /// Gives back what growing has reserved beyond need.
    pub(crate) fn shrink(&mut self) {
        self.texts.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.hashes.shrink_to_fit();
    }

    #[inline]
    fn hash(text: &[u8]) -> u32 {
        let hash = HASHER.hash_one(text);
        #[expect(clippy::cast_possible_truncation, reason = "both halves are in it")]
        let hash = (hash ^ hash >> 32) as u32;
        hash
    }

    #[inline]
    fn find_hashed(&self, hash: u32, text: &[u8]) -> Option<Symbol> {
        let found = self.numbers.find(spread(hash), |number| {
            let index = *number as usize;
            self.hashes.get(index) == Some(&hash) && self.bytes(index) == text
        });
        found.map(|number| Symbol(*number))
    }

    fn bytes(&self, index: usize) -> &[u8] {
        let end = self.ends.get(index).copied().unwrap_or_default();
        self.texts.as_bytes().get(self.start(index)..end).unwrap_or(&[])
    }

    #[inline]
    fn start(&self, index: usize) -> usize {
        index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default()
    }

    fn add(&mut self, hash: u32, text: &str) -> Symbol {
        // Past four thousand million texts there is no memory for them.
        let Ok(number) = u32::try_from(self.ends.len()) else { return Symbol::EMPTY };
        self.texts.push_str(text);
        self.ends.push(self.texts.len());
        self.hashes.push(hash);
        let hashes = &self.hashes;
        self.numbers.insert_unique(spread(hash), number, |number| {
            spread(hashes.get(*number as usize).copied().unwrap_or_default())
        });
        Symbol(number)
    }
}

/// The table takes its place from the low bits of a hash, and its tag from the highest.
#[inline]
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// A reason, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ReasonId(u32);

impl ReasonId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// All reasons for which values are unknown, each once: a plan has many, and nearly all are alike.
#[derive(Default)]
pub(crate) struct Reasons {
    list: Vec<UnknownReason>,
    index: HashMap<UnknownReason, ReasonId>,
}

impl Reasons {
    pub(crate) fn add(&mut self, reason: UnknownReason) -> ReasonId {
        if let Some(id) = self.index.get(&reason) {
            return *id;
        }
        let id = ReasonId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.list.push(reason.clone());
        // Contradictions have places, so that hardly two are alike.
        if !matches!(reason, UnknownReason::Contradictory { .. }) {
            self.index.insert(reason, id);
        }
        id
    }

    pub(crate) fn get(&self, id: ReasonId) -> &UnknownReason {
        // A number that is not ours cannot be, and must not read as a value.
        self.list.get(id.index()).unwrap_or(&UnknownReason::NoSuchRecord)
    }

    pub(crate) fn absorb(&mut self, other: Reasons) -> Vec<ReasonId> {
        other.list.into_iter().map(|reason| self.add(reason)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_equal_symbols() {
        let mut symbols = Symbols::new();
        let (a, b) = (symbols.intern("a"), symbols.intern("b"));
        assert_eq!(symbols.intern("a"), a);
        assert_ne!(a, b);
        assert_eq!(symbols.text(b), "b");
        assert_eq!(symbols.intern(""), Symbol::EMPTY);
        assert_eq!(symbols.text(Symbol(u32::MAX)), "");
    }

    #[test]
    fn absorbed_symbols_are_renumbered() {
        let mut ours = Symbols::new();
        let b = ours.intern("b");
        let mut theirs = Symbols::new();
        theirs.intern("a");
        theirs.intern("b");
        let map = ours.absorb(&theirs);
        assert_eq!(map.len(), 3);
        assert_eq!(map[2], b);
        assert_eq!(ours.text(map[1]), "a");
    }
}
