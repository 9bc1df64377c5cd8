//! Text to syntax tree, with every mistake that can be told apart.

use std::collections::HashMap;
use std::ops::Range;

use rayon::prelude::*;
use tickmark_diagnostics::{Diagnostic, codes};
use tickmark_source::{FileId, Span};

use crate::alike;
use crate::ast::{Expr, File, Phrase};
use crate::build::{Builder, Part};
use crate::errors;
use crate::grammar::{self, Rule};
use crate::lex::{Token, lex};
use crate::nodes::{Node, Tree};
use crate::split::{self, Piece};

/// Files larger than this are refused.
const LARGEST_FILE: usize = 8 << 20;

/// The pieces of a text that is shorter are read by one thread: that takes less time than to wake another.
const WORTH_SHARING: usize = 32 << 10;

/// Items that the parser is handed at once: to begin takes it as long as to read half an item.
const TOGETHER: usize = 8;

/// Mistakes told of one item before its rest is left unread.
const MOST_MISTAKES: usize = 20;

/// Reads a `.tick` file: the items that are right, and every mistake.
#[must_use]
pub fn parse(file: FileId, text: &str) -> (File, Vec<Diagnostic>) {
    let mut tree = File::default();
    if let Some(too_large) = too_large(file, text) {
        return (tree, vec![too_large]);
    }
    let (tokens, mut diagnostics) = lex(file, text);
    let code = split::code(tokens);
    let (pieces, brackets) = split::split(file, text, &code);
    diagnostics.extend(brackets);
    let reading = Reading::new(file, text, &pieces);
    tree.items.reserve(pieces.len());
    for (parts, mut found) in shared_out(text, reading.groups(), |group| reading.group(group)) {
        for part in parts {
            add_part(&mut tree, part, &mut diagnostics);
        }
        diagnostics.append(&mut found);
    }
    tickmark_diagnostics::sort(&mut diagnostics);
    diagnostics.dedup();
    (tree, diagnostics)
}

/// Reads a noun phrase alone: `prod model where stage == "x"`.
#[must_use]
pub fn parse_phrase(file: FileId, text: &str) -> (Option<Phrase>, Vec<Diagnostic>) {
    read_alone(file, text, Rule::whole_phrase, |builder, node| builder.phrase(node))
}

/// Reads a value alone: a literal, a list, a word, or arithmetic on them.
#[must_use]
pub fn parse_value(file: FileId, text: &str) -> (Option<Expr>, Vec<Diagnostic>) {
    read_alone(file, text, Rule::whole_value, |builder, node| builder.value(node))
}

/// Does to each what is to be done, in several threads where the text is long.
fn shared_out<T: Send, R: Send>(text: &str, all: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    if text.len() < WORTH_SHARING {
        all.into_iter().map(work).collect()
    } else {
        all.into_par_iter().with_max_len(1).map(work).collect()
    }
}

fn add_part(tree: &mut File, part: Part, diagnostics: &mut Vec<Diagnostic>) {
    match part {
        Part::Item(item) => tree.items.push(item),
        Part::Pack(pack) => match &tree.pack {
            None => tree.pack = Some(pack),
            Some(first) => diagnostics.push(
                Diagnostic::error(codes::syntax::MISPLACED, pack.span, "a file belongs to one pack")
                    .label(first.span, "the first `pack` stands here"),
            ),
        },
    }
}

fn too_large(file: FileId, text: &str) -> Option<Diagnostic> {
    (text.len() > LARGEST_FILE).then(|| {
        let message = format!("the file is larger than {} MiB", LARGEST_FILE >> 20);
        Diagnostic::error(codes::syntax::LIMIT, Span::new(file, 0, 0), message).help("split it into several files")
    })
}

/// The pieces of a file on their way to trees.
struct Reading<'a> {
    file: FileId,
    source: &'a str,
    pieces: &'a [Piece<'a>],
    /// For each piece the first that is written like it, where several are.
    models: Vec<Option<usize>>,
    /// The trees of those, where the grammar has one.
    trees: HashMap<usize, Tree>,
}

impl<'a> Reading<'a> {
    fn new(file: FileId, source: &'a str, pieces: &'a [Piece<'a>]) -> Reading<'a> {
        let models = alike::models(source, pieces);
        let mut reading = Reading { file, source, pieces, models, trees: HashMap::new() };
        let firsts = reading.models.iter().enumerate().filter(|(number, model)| **model == Some(*number));
        let firsts = firsts.map(|(number, _)| number).collect();
        let read = |number: usize| {
            let range = reading.pieces.get(number)?.range();
            Some((number, grammar::read(Rule::piece, source.get(range)?).ok()?))
        };
        reading.trees = shared_out(source, firsts, read).into_iter().flatten().collect();
        reading
    }

    /// The tree of a piece that is written like another.
    fn tree(&self, number: usize) -> Option<Tree> {
        let model = self.models.get(number).copied().flatten()?;
        Some(alike::tree(self.trees.get(&model)?, self.pieces.get(model)?, self.pieces.get(number)?))
    }

    /// The pieces in groups that can be read at once: neighbours of which each ends with its closing brace. No item goes on
    /// behind such a brace, so they are the same items together as alone. What is written like another needs no company.
    fn groups(&self) -> Vec<Range<usize>> {
        let joins = |number: usize| {
            let closed = self.pieces.get(number).is_some_and(|piece| piece.is_closed(self.source));
            (closed, self.models.get(number).is_some_and(Option::is_some))
        };
        let mut groups: Vec<Range<usize>> = Vec::new();
        let mut before = (false, false);
        for number in 0..self.pieces.len() {
            let here = joins(number);
            match groups.last_mut().filter(|group| before == here && here.0 && group.len() < TOGETHER) {
                Some(group) => group.end += 1,
                None => groups.push(number..number + 1),
            }
            before = here;
        }
        groups
    }

    /// Reads pieces at once; where that fails, each by itself.
    fn group(&self, numbers: Range<usize>) -> (Vec<Part>, Vec<Diagnostic>) {
        let group = self.pieces.get(numbers.clone()).unwrap_or(&[]);
        let alike = self.models.get(numbers.start).is_some_and(Option::is_some);
        if let ([first, .., last], false) = (group, alike) {
            let start = first.range().start;
            let text = self.source.get(start..last.range().end).unwrap_or("");
            if let Ok(tree) = grammar::read(Rule::piece, text) {
                return build(self.file, offset(start), &tree, text);
            }
        }
        let mut read = (Vec::new(), Vec::new());
        for (number, piece) in numbers.zip(group) {
            let (mut parts, mut found) = self.piece(number, piece);
            read.0.append(&mut parts);
            read.1.append(&mut found);
        }
        read
    }

    /// Reads one piece by itself.
    fn piece(&self, number: usize, piece: &Piece<'_>) -> (Vec<Part>, Vec<Diagnostic>) {
        if let Some(tree) = self.tree(number) {
            let range = piece.range();
            return build(self.file, offset(range.start), &tree, self.source.get(range).unwrap_or(""));
        }
        let mut reader = PieceReader { file: self.file, source: self.source, piece, diagnostics: Vec::new() };
        (reader.read(), reader.diagnostics)
    }
}

/// The items of a tree, and what is wrong with them. The text stands at `shift` in the file.
fn build(file: FileId, shift: u32, tree: &Tree, text: &str) -> (Vec<Part>, Vec<Diagnostic>) {
    let mut builder = Builder::new(file, shift);
    let parts = tree.root(text).map(|node| builder.piece(node)).unwrap_or_default();
    (parts, builder.diagnostics)
}

/// A place in a file, which is refused where it is larger than 8 MiB.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Reads a text that is no file by one rule.
fn read_alone<T>(
    file: FileId,
    text: &str,
    rule: Rule,
    build: impl FnOnce(&mut Builder, Node<'_>) -> Option<T>,
) -> (Option<T>, Vec<Diagnostic>) {
    if let Some(too_large) = too_large(file, text) {
        return (None, vec![too_large]);
    }
    let (tokens, mut diagnostics) = lex(file, text);
    let code = split::code(tokens);
    let piece = split::whole(file, text, &code, &mut diagnostics);
    if !diagnostics.is_empty() {
        return (None, diagnostics);
    }
    match grammar::read(rule, text) {
        Ok(tree) => {
            let mut builder = Builder::new(file, 0);
            let inside = tree.root(text).and_then(|root| root.into_inner().next());
            let value = inside.and_then(|node| build(&mut builder, node));
            let value = value.filter(|_| builder.diagnostics.is_empty());
            (value, builder.diagnostics)
        }
        Err(refusal) => (None, vec![errors::explain(file, text, piece.tokens, 0, &refusal)]),
    }
}

/// Reads one piece, several times where it has several mistakes.
struct PieceReader<'a> {
    file: FileId,
    source: &'a str,
    piece: &'a Piece<'a>,
    diagnostics: Vec<Diagnostic>,
}

impl PieceReader<'_> {
    fn read(&mut self) -> Vec<Part> {
        if self.piece.refused {
            return Vec::new();
        }
        let range = self.piece.range();
        let shift = offset(range.start);
        let text = self.source.get(range).unwrap_or("");
        if !self.piece.faults.is_empty() || self.piece.unclosed > 0 {
            self.read_rest(text, shift);
            return Vec::new();
        }
        match grammar::read(Rule::piece, text) {
            Ok(tree) => {
                let (parts, mut found) = build(self.file, shift, &tree, text);
                self.diagnostics.append(&mut found);
                parts
            }
            Err(_) => {
                self.read_rest(text, shift);
                Vec::new()
            }
        }
    }

    /// Looks for more mistakes: each clause with a mistake is blanked out, and the rest is read again.
    fn read_rest(&mut self, text: &str, shift: u32) {
        let clauses = split::clauses(self.source, self.piece.tokens);
        let mut mended = Mended { text: text.as_bytes().to_vec(), shift };
        for fault in &self.piece.faults {
            match clause_at(&clauses, *fault) {
                Some(clause) => mended.blank(clause),
                // The head of the item is broken: nothing more can be told.
                None => return,
            }
        }
        mended.text.extend(std::iter::repeat_n(b'}', self.piece.unclosed));
        for _ in 0..MOST_MISTAKES {
            let Ok(text) = std::str::from_utf8(&mended.text) else { return };
            let refusal = match grammar::read(Rule::piece, text) {
                Err(refusal) => refusal,
                Ok(tree) => {
                    let mut builder = Builder::new(self.file, shift);
                    builder.mended = true;
                    if let Some(node) = tree.root(text) {
                        builder.piece(node);
                    }
                    self.diagnostics.append(&mut builder.diagnostics);
                    return;
                }
            };
            let tokens = mended.tokens(self.piece.tokens);
            let at = errors::place_of(&tokens, shift, &refusal);
            self.diagnostics.push(errors::explain(self.file, self.source, &tokens, shift, &refusal));
            match at.and_then(|at| clause_at(&clauses, at)) {
                Some(clause) if !mended.is_blank(&clause) => mended.blank(clause),
                _ => return,
            }
        }
    }
}

fn clause_at(clauses: &[Range<u32>], at: u32) -> Option<Range<u32>> {
    clauses.iter().find(|clause| clause.contains(&at)).cloned()
}

/// The text of a piece with some clauses blanked out; every offset stays what it was.
struct Mended {
    text: Vec<u8>,
    shift: u32,
}

impl Mended {
    fn local(&self, clause: &Range<u32>) -> Range<usize> {
        clause.start.saturating_sub(self.shift) as usize..clause.end.saturating_sub(self.shift) as usize
    }

    fn blank(&mut self, clause: Range<u32>) {
        let range = self.local(&clause);
        if let Some(bytes) = self.text.get_mut(range) {
            for byte in bytes.iter_mut().filter(|byte| **byte != b'\n') {
                *byte = b' ';
            }
        }
    }

    fn is_blank(&self, clause: &Range<u32>) -> bool {
        self.text.get(self.local(clause)).is_none_or(|bytes| bytes.iter().all(u8::is_ascii_whitespace))
    }

    /// The tokens that are left.
    fn tokens(&self, tokens: &[Token]) -> Vec<Token> {
        let left = |token: &&Token| !self.is_blank(&(token.start..token.end));
        tokens.iter().filter(left).copied().collect()
    }
}
