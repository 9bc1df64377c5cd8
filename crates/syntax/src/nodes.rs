//! The tree that the grammar makes of a text, laid out flat: a node, all that is in it, and then the next.

use crate::grammar::Rule;

/// A node, told by numbers alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    rule: Rule,
    /// Its first byte.
    start: u32,
    /// The byte behind its last.
    end: u32,
    /// The number of the first node that is not in it.
    behind: u32,
}

/// The nodes of a text, in the order in which they begin.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tree {
    entries: Vec<Entry>,
}

impl Tree {
    /// The tree of what pest found.
    pub(crate) fn new(pairs: pest::iterators::Pairs<'_, Rule>) -> Tree {
        let mut entries: Vec<Entry> = Vec::new();
        let mut open = Vec::new();
        for token in pairs.tokens() {
            match token {
                pest::Token::Start { rule, pos } => {
                    open.push(entries.len());
                    entries.push(Entry { rule, start: number(pos.pos()), end: 0, behind: 0 });
                }
                pest::Token::End { pos, .. } => {
                    let behind = number(entries.len());
                    if let Some(entry) = open.pop().and_then(|at| entries.get_mut(at)) {
                        entry.end = number(pos.pos());
                        entry.behind = behind;
                    }
                }
            }
        }
        Tree { entries }
    }

    /// The node round all others; nothing where there is none.
    pub(crate) fn root<'a>(&'a self, text: &'a str) -> Option<Node<'a>> {
        self.all(text).next()
    }

    fn all<'a>(&'a self, text: &'a str) -> Nodes<'a> {
        Nodes { entries: &self.entries, text, at: 0, behind: number(self.entries.len()) }
    }

    /// The tree of a text that differs in the length of some parts, in none of which a node begins or ends. Of each part,
    /// in order: where it ends here, and how much longer it and those before it are there.
    pub(crate) fn moved(&self, longer: &[(u32, i64)]) -> Tree {
        let there = |at: u32| {
            let before = longer.iter().rev().find(|(end, _)| *end <= at);
            before.map_or(at, |(_, by)| u32::try_from(i64::from(at) + by).unwrap_or(u32::MAX))
        };
        let moved = |entry: &Entry| Entry { start: there(entry.start), end: there(entry.end), ..*entry };
        Tree { entries: self.entries.iter().map(moved).collect() }
    }
}

/// A node of the tree.
#[derive(Clone, Copy)]
pub(crate) struct Node<'a> {
    entries: &'a [Entry],
    entry: Entry,
    at: u32,
    text: &'a str,
}

impl<'a> Node<'a> {
    /// What it is.
    pub(crate) fn as_rule(&self) -> Rule {
        self.entry.rule
    }

    /// Its text.
    pub(crate) fn as_str(&self) -> &'a str {
        self.text.get(self.start()..self.end()).unwrap_or("")
    }

    /// Its first byte.
    pub(crate) fn start(&self) -> usize {
        self.entry.start as usize
    }

    /// The byte behind its last.
    pub(crate) fn end(&self) -> usize {
        self.entry.end as usize
    }

    /// Where its last token ends: it may hold blanks and comments behind that, which were read before an optional part was
    /// found to be absent.
    pub(crate) fn tight_end(&self) -> usize {
        // The last node in the last node, and so on, is the last that begins before what is behind.
        let last = self.entries.get(self.entry.behind.saturating_sub(1) as usize);
        last.map_or(self.end(), |last| last.end as usize)
    }

    /// The nodes in it.
    pub(crate) fn into_inner(self) -> Nodes<'a> {
        Nodes { entries: self.entries, text: self.text, at: self.at + 1, behind: self.entry.behind }
    }
}

/// The nodes in a node, one after the other.
#[derive(Clone)]
pub(crate) struct Nodes<'a> {
    entries: &'a [Entry],
    text: &'a str,
    at: u32,
    behind: u32,
}

impl<'a> Nodes<'a> {
    /// The next node, which stays the next.
    pub(crate) fn peek(&self) -> Option<Node<'a>> {
        if self.at >= self.behind {
            return None;
        }
        let entry = *self.entries.get(self.at as usize)?;
        Some(Node { entries: self.entries, entry, at: self.at, text: self.text })
    }

    /// How many are left.
    pub(crate) fn len(&self) -> usize {
        self.clone().count()
    }
}

impl<'a> Iterator for Nodes<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        let node = self.peek()?;
        self.at = node.entry.behind;
        Some(node)
    }
}

/// Files are refused beyond 8 MiB, so that places and numbers of nodes fit.
fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
