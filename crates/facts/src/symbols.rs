//! Interned text, and the reasons for which values are unknown.

use crate::UnknownReason;
use hashbrown::{DefaultHashBuilder, HashMap};
use lasso::{Key, Rodeo, Spur};

/// A text of the store, by number. Equal texts have equal symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Symbol(pub(crate) u32);

impl Symbol {
    /// INVARIANT (first symbol): every interner begins with the empty text.
    pub(crate) const EMPTY: Symbol = Symbol(0);
}

/// All texts of the store, each once.
pub(crate) struct Symbols {
    // The seeded hasher, not Fx: the export chooses the keys of this map, and it has no limit.
    rodeo: Rodeo<Spur, DefaultHashBuilder>,
}

impl Symbols {
    pub(crate) fn new() -> Symbols {
        let mut symbols = Symbols { rodeo: Rodeo::with_hasher(DefaultHashBuilder::default()) };
        symbols.intern("");
        symbols
    }

    pub(crate) fn intern(&mut self, text: &str) -> Symbol {
        // It fails past four thousand million texts only, for which there is no memory.
        self.rodeo.try_get_or_intern(text).map_or(Symbol::EMPTY, symbol_of)
    }

    pub(crate) fn text(&self, symbol: Symbol) -> &str {
        Spur::try_from_usize(symbol.0 as usize).and_then(|key| self.rodeo.try_resolve(&key)).unwrap_or_default()
    }

    /// Takes in the texts of another; gives for each of its symbols ours.
    pub(crate) fn absorb(&mut self, other: &Symbols) -> Vec<Symbol> {
        other.rodeo.strings().map(|text| self.intern(text)).collect()
    }
}

fn symbol_of(key: Spur) -> Symbol {
    Symbol(u32::try_from(key.into_usize()).unwrap_or_default())
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
