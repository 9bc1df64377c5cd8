//! Several interners into one. Texts are numbered in the order in which they are met, as one interner would have numbered them
//! that had met them all: how many threads do it makes no difference.

use super::{Entry, Index, Span, Symbol, Symbols, push_text, spread, table_of};
use crate::column::row_number;
use hashbrown::HashTable;
use rayon::prelude::*;
use std::borrow::Cow;

/// A text of all parts, counted through: the texts of the first part come first.
type Met = u32;

/// What one of the tables holds, and for each text of its own, in order, the first that is equal.
struct Shard {
    table: HashTable<Entry>,
    firsts: Vec<Met>,
    /// Where in `firsts` the texts of each part begin.
    begins: Vec<usize>,
}

/// What is kept of a part.
struct Kept {
    chunks: Vec<String>,
    /// Where its texts stand in its own chunks.
    spans: Vec<Span>,
}

/// For each text of a part the first of all that is equal.
type Firsts = Vec<Met>;

/// All parts, before they are one.
struct Parts<'p> {
    parts: &'p [Symbols],
    /// The hashes of the texts of each part.
    hashes: Vec<Cow<'p, [u32]>>,
    /// Where each part begins.
    starts: Vec<Met>,
}

impl Symbols {
    /// Puts parts together. Gives for each part the symbols that its own have in the whole.
    pub(crate) fn gather(mut parts: Vec<Symbols>) -> (Symbols, Vec<Vec<Symbol>>) {
        if parts.len() <= 1 {
            let whole = parts.pop().unwrap_or_else(Symbols::new);
            let same = (0..row_number(whole.len())).map(Symbol).collect();
            return (whole, vec![same]);
        }
        let all = Parts::of(&parts);
        let tables = rayon::current_num_threads().next_power_of_two();
        let shards: Vec<Shard> = (0..tables).into_par_iter().map(|table| all.shard(table, tables)).collect();
        let kept: (Vec<Kept>, Vec<Firsts>) =
            (0..parts.len()).into_par_iter().map(|part| all.keep(part, &shards)).unzip();
        let (kept, firsts) = kept;
        drop(all);
        let numbers = numbers(&kept, &firsts);
        let number = |met: Met| numbers.get(met as usize).copied().unwrap_or_default();
        let symbols = |firsts: &Firsts| -> Vec<Symbol> { firsts.iter().map(|first| Symbol(number(*first))).collect() };
        let index = |shard: Shard| {
            let mut table = shard.table;
            table.iter_mut().for_each(|(_, met)| *met = number(*met));
            table
        };
        let ((whole, index), (maps, ())) = rayon::join(
            || rayon::join(|| whole(kept), || shards.into_par_iter().map(index).collect()),
            || rayon::join(|| firsts.par_iter().map(symbols).collect(), || drop(parts)),
        );
        (Symbols { index: Index(index), ..whole }, maps)
    }
}

/// The symbols of texts that no earlier one is equal to; what stands for others means nothing.
fn numbers(kept: &[Kept], firsts: &[Firsts]) -> Vec<u32> {
    let mut numbers = vec![0; firsts.iter().map(Vec::len).sum()];
    let (mut rest, mut start, mut base) = (numbers.as_mut_slice(), 0, 0);
    let mut parts = Vec::with_capacity(kept.len());
    for (kept, firsts) in kept.iter().zip(firsts) {
        let (part, behind) = rest.split_at_mut(firsts.len());
        parts.push((part, firsts, start, base));
        rest = behind;
        start += row_number(firsts.len());
        base += row_number(kept.spans.len());
    }
    parts.into_par_iter().for_each(|(numbers, firsts, start, base)| {
        let mut next = base;
        for ((number, first), met) in numbers.iter_mut().zip(firsts).zip(start..) {
            if *first == met {
                *number = next;
                next += 1;
            }
        }
    });
    numbers
}

/// The texts of the whole, which cannot be looked for yet.
fn whole(mut kept: Vec<Kept>) -> Symbols {
    let texts = kept.iter().map(|kept| kept.spans.len()).sum();
    let mut chunks: Vec<String> = Vec::new();
    let mut own_chunks = Vec::with_capacity(kept.len());
    for kept in &mut kept {
        own_chunks.push(row_number(chunks.len()));
        chunks.append(&mut kept.chunks);
    }
    let mut spans = Vec::with_capacity(texts);
    for (kept, first) in kept.iter().zip(&own_chunks) {
        spans.extend(kept.spans.iter().map(|span| Span { chunk: span.chunk + first, ..*span }));
    }
    // What is added later has a chunk of its own.
    chunks.push(String::new());
    Symbols { chunks, spans, hashes: Vec::new(), index: Index::new(0) }
}

impl<'p> Parts<'p> {
    fn of(parts: &'p [Symbols]) -> Parts<'p> {
        let mut starts = Vec::with_capacity(parts.len());
        let mut texts = 0;
        for part in parts {
            starts.push(row_number(texts));
            texts += part.len();
        }
        Parts { parts, hashes: parts.iter().map(Symbols::all_hashes).collect(), starts }
    }

    /// The part of a text.
    fn part_of(&self, met: Met) -> usize {
        self.starts.partition_point(|start| *start <= met).saturating_sub(1)
    }

    fn bytes(&self, met: Met) -> &[u8] {
        let part = self.part_of(met);
        let start = self.starts.get(part).copied().unwrap_or_default();
        self.parts.get(part).map_or(&[], |part| part.bytes((met - start) as usize))
    }

    /// Finds the first of all equal texts, for those that belong to one of the tables.
    fn shard(&self, table: usize, tables: usize) -> Shard {
        // About half of the texts stand in several parts.
        let texts: usize = self.parts.iter().map(Symbols::len).sum();
        let room = texts / tables.max(1) / 2;
        let mut shard = Shard { table: HashTable::with_capacity(room), firsts: Vec::new(), begins: Vec::new() };
        for ((part, start), hashes) in self.parts.iter().zip(&self.starts).zip(&self.hashes) {
            shard.begins.push(shard.firsts.len());
            for (index, hash) in hashes.iter().enumerate() {
                if table_of(*hash, tables) != table {
                    continue;
                }
                let met = start + row_number(index);
                let text = part.bytes(index);
                let same = |(of, known): &(u32, Met)| of == hash && self.bytes(*known) == text;
                let first = shard.table.find(spread(*hash), same).map_or(met, |(_, known)| *known);
                if first == met {
                    shard.table.insert_unique(spread(*hash), (*hash, met), |(hash, _)| spread(*hash));
                }
                shard.firsts.push(first);
            }
        }
        shard
    }

    /// Keeps what a part is the first to have.
    fn keep(&self, number: usize, shards: &[Shard]) -> (Kept, Firsts) {
        let mut kept = Kept { chunks: vec![String::new()], spans: Vec::new() };
        let mut firsts = Firsts::new();
        let (Some(part), Some(start), Some(hashes)) =
            (self.parts.get(number), self.starts.get(number), self.hashes.get(number))
        else {
            return (kept, firsts);
        };
        let mut next: Vec<usize> =
            shards.iter().map(|shard| shard.begins.get(number).copied().unwrap_or_default()).collect();
        firsts.reserve_exact(part.len());
        for (index, hash) in hashes.iter().enumerate() {
            let table = table_of(*hash, shards.len());
            let (Some(shard), Some(at)) = (shards.get(table), next.get_mut(table)) else { continue };
            let first = shard.firsts.get(*at).copied().unwrap_or_default();
            *at += 1;
            firsts.push(first);
            if first != start + row_number(index) {
                continue;
            }
            let text = part.text(Symbol(row_number(index)));
            kept.spans.push(push_text(&mut kept.chunks, text));
        }
        kept.chunks.iter_mut().for_each(String::shrink_to_fit);
        (kept, firsts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interner(texts: &[&str]) -> Symbols {
        let mut symbols = Symbols::new();
        texts.iter().for_each(|text| {
            symbols.intern(text);
        });
        symbols.close();
        symbols
    }

    #[test]
    fn texts_are_numbered_as_they_are_met() {
        let numbers: Vec<String> = (0..500).map(|number| (number * 7 % 300).to_string()).collect();
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        for threads in [1, 2, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let parts: Vec<&[&str]> = vec![&["b", "", "ä"], &[], &["a", "b", "a"], &numbers, &["299", "c"], &numbers];
            let mut one = Symbols::new();
            let expected: Vec<Vec<Symbol>> = parts
                .iter()
                .map(|texts| {
                    let own = interner(texts);
                    (0..row_number(own.len())).map(|index| one.intern(own.text(Symbol(index)))).collect()
                })
                .collect();
            let (mut whole, maps) =
                pool.install(|| Symbols::gather(parts.iter().map(|texts| interner(texts)).collect()));
            assert_eq!(maps, expected);
            assert_eq!(whole.len(), one.len());
            for index in 0..row_number(one.len()) {
                let text = one.text(Symbol(index));
                assert_eq!(whole.text(Symbol(index)), text);
                assert_eq!(whole.find(text), Some(Symbol(index)));
            }
            let new = whole.intern("new");
            assert_eq!((whole.text(new), whole.find("new")), ("new", Some(new)));
        }
    }

    #[test]
    fn one_part_is_the_whole() {
        let (whole, maps) = Symbols::gather(vec![interner(&["a"])]);
        assert_eq!((whole.text(Symbol(1)), maps), ("a", vec![vec![Symbol(0), Symbol(1)]]));
        let (whole, _) = Symbols::gather(Vec::new());
        assert_eq!(whole.len(), 1);
    }
}
