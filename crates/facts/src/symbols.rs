//! Interned text, and the reasons for which values are unknown.

mod gather;

use crate::UnknownReason;
use crate::column::row_number;
use crate::room::{TextRoom, with_slack};
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use std::borrow::Cow;
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

/// Where a text stands.
#[derive(Clone, Copy, Debug)]
struct Span {
    chunk: u32,
    start: u32,
    len: u32,
}

/// All texts of the store, each once.
pub(crate) struct Symbols {
    /// One text behind the other. What was put together from several has a chunk of each; new texts go to the last.
    chunks: Vec<String>,
    spans: Vec<Span>,
    /// The hashes of all texts in their order, for who puts these together with others; not kept of what was put together.
    hashes: Vec<u32>,
    index: Index,
}

impl Symbols {
    pub(crate) fn new() -> Symbols {
        let chunks = vec![String::new()];
        let mut symbols = Symbols { chunks, spans: Vec::new(), hashes: Vec::new(), index: Index::new(1) };
        symbols.intern("");
        symbols
    }

    /// None at all, not even the empty text: to stand where others were taken away.
    pub(crate) fn none() -> Symbols {
        Symbols { chunks: Vec::new(), spans: Vec::new(), hashes: Vec::new(), index: Index::new(0) }
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

    #[inline]
    pub(crate) fn text(&self, symbol: Symbol) -> &str {
        let Some(span) = self.spans.get(symbol.0 as usize) else { return "" };
        let start = span.start as usize;
        let chunk = self.chunks.get(span.chunk as usize);
        chunk.and_then(|chunk| chunk.get(start..start + span.len as usize)).unwrap_or_default()
    }

    /// The symbol of a text that is there.
    pub(crate) fn find(&self, text: &str) -> Option<Symbol> {
        self.find_hashed(Symbols::hash(text.as_bytes()), text.as_bytes())
    }

    /// How many texts there are.
    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    /// Makes room for so many bytes of text more: growing bit by bit would copy what is there again and again. Memory that is
    /// never written to is not taken from the machine.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        /// A text and its quotes, as short as they mostly are.
        const SHORT: usize = 16;
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.reserve(bytes);
        }
        self.spans.reserve(bytes / SHORT);
        self.hashes.reserve(bytes / SHORT);
    }

    /// Room for as many texts again.
    pub(crate) fn room(&self) -> TextRoom {
        let bytes = self.chunks.iter().map(String::len).sum();
        TextRoom { count: with_slack(self.spans.len()), bytes: with_slack(bytes) }
    }

    /// Makes room for texts; the tables of their hashes are there then, too.
    pub(crate) fn make_room(&mut self, room: TextRoom) {
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.reserve_exact(room.bytes);
        }
        self.spans.reserve_exact(room.count);
        self.hashes.reserve_exact(room.count);
        if let [table] = self.index.0.as_mut_slice() {
            table.reserve(room.count, |(hash, _)| spread(*hash));
        }
    }

    /// Gives back what growing has reserved beyond need.
    pub(crate) fn shrink(&mut self) {
        self.chunks.iter_mut().for_each(String::shrink_to_fit);
        self.spans.shrink_to_fit();
        self.hashes.shrink_to_fit();
    }

    /// No text is looked for or added any more until this is put together with others.
    pub(crate) fn close(&mut self) {
        self.index = Index::new(0);
        self.shrink();
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
        let found = self
            .index
            .table(hash)?
            .find(spread(hash), |(of, number)| *of == hash && self.bytes(*number as usize) == text);
        found.map(|(_, number)| Symbol(*number))
    }

    /// The hashes of all texts, in their order.
    fn all_hashes(&self) -> Cow<'_, [u32]> {
        if self.hashes.len() == self.spans.len() {
            return Cow::Borrowed(&self.hashes);
        }
        (0..self.spans.len()).map(|index| Symbols::hash(self.bytes(index))).collect()
    }

    #[inline]
    fn bytes(&self, index: usize) -> &[u8] {
        let Some(span) = self.spans.get(index) else { return &[] };
        let start = span.start as usize;
        let chunk = self.chunks.get(span.chunk as usize);
        chunk.and_then(|chunk| chunk.as_bytes().get(start..start + span.len as usize)).unwrap_or(&[])
    }

    fn add(&mut self, hash: u32, text: &str) -> Symbol {
        // Past four thousand million texts, or in one text, there is no memory for them.
        let Ok(number) = u32::try_from(self.spans.len()) else { return Symbol::EMPTY };
        let span = push_text(&mut self.chunks, text);
        if self.hashes.len() == self.spans.len() {
            self.hashes.push(hash);
        }
        self.spans.push(span);
        if let Some(table) = self.index.table_mut(hash) {
            table.insert_unique(spread(hash), (hash, number), |(hash, _)| spread(*hash));
        }
        Symbol(number)
    }
}

/// Writes a text behind the last. A chunk is only as long as a span can tell.
fn push_text(chunks: &mut Vec<String>, text: &str) -> Span {
    let end = chunks.last().map_or(usize::MAX, String::len);
    if u32::try_from(end.saturating_add(text.len())).is_err() {
        chunks.push(String::new());
    }
    let number = row_number(chunks.len().saturating_sub(1));
    let start = chunks.last().map_or(0, String::len);
    if let Some(chunk) = chunks.last_mut() {
        chunk.push_str(text);
    }
    Span { chunk: number, start: row_number(start), len: row_number(text.len()) }
}

/// The number of a text, behind its hash: nothing else is looked at to find out that a text is another one.
type Entry = (u32, u32);

/// Which texts there are, by their hashes: tables side by side, so that several threads can fill them.
struct Index(Vec<HashTable<Entry>>);

impl Index {
    /// So many tables; a power of two.
    fn new(tables: usize) -> Index {
        Index(std::iter::repeat_with(HashTable::new).take(tables).collect())
    }

    #[inline]
    fn table(&self, hash: u32) -> Option<&HashTable<Entry>> {
        self.0.get(table_of(hash, self.0.len()))
    }

    #[inline]
    fn table_mut(&mut self, hash: u32) -> Option<&mut HashTable<Entry>> {
        let table = table_of(hash, self.0.len());
        self.0.get_mut(table)
    }
}

/// Which of so many tables has the texts of a hash. The bits are other ones than those that a table goes by.
#[inline]
fn table_of(hash: u32, tables: usize) -> usize {
    (spread(hash) >> 40) as usize & tables.saturating_sub(1)
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
    fn a_full_chunk_is_followed_by_another() {
        let mut symbols = Symbols::new();
        let a = symbols.intern("a");
        symbols.chunks.push("b".to_owned());
        let c = symbols.intern("c");
        assert_eq!((symbols.text(a), symbols.text(c)), ("a", "c"));
        assert_eq!(symbols.find("c"), Some(c));
    }
}
