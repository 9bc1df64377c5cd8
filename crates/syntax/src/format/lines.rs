//! From atoms and comments to lines.

use super::atoms::{Atom, BlankLine, Gap, STEP, WIDTH};
use crate::lex::Token;

/// Prints atoms and comments, each comment before the same atom or behind the same one as in the source.
pub(super) fn lay_out<'t>(source: &str, atoms: &[Atom<'_>], comments: impl Iterator<Item = &'t Token>) -> String {
    let mut printer =
        Printer { source, out: String::new(), line: Vec::new(), indent: 0, clause: 0, trailing: None, last: 0 };
    let mut comments = comments.peekable();
    for atom in atoms {
        let mut before = Vec::new();
        while let Some(comment) = comments.next_if(|comment| (comment.start as usize) < atom.start) {
            before.push(*comment);
        }
        printer.comments(&before, Some(atom));
        printer.atom(atom, !before.is_empty());
    }
    let rest: Vec<Token> = comments.copied().collect();
    printer.comments(&rest, None);
    printer.end_line();
    printer.out
}

/// A piece of the line that is being gathered.
struct Word {
    text: String,
    blanks: usize,
    breaks: u8,
}

struct Printer<'a> {
    source: &'a str,
    out: String,
    line: Vec<Word>,
    indent: usize,
    /// The indentation of the clause to which the line belongs: what is broken off goes four columns deeper.
    clause: usize,
    trailing: Option<String>,
    /// Where the last atom or comment ended in the source.
    last: usize,
}

impl Printer<'_> {
    fn comments(&mut self, comments: &[Token], next: Option<&Atom<'_>>) {
        let mut wanted = match next.map(|next| next.gap) {
            Some(Gap::Line { blank: BlankLine::Always, .. }) => self.blank_is_missing(comments, next),
            _ => false,
        };
        let indent = match next {
            None => 0,
            Some(Atom { gap: Gap::Line { indent, .. }, closes, .. }) => indent + if *closes { STEP } else { 0 },
            Some(Atom { closes: true, .. }) => self.clause + STEP,
            Some(_) => self.clause + 2 * STEP,
        };
        for comment in comments {
            let text = comment.text(self.source).trim_end().to_owned();
            if comment.indent.is_none() {
                self.trailing = Some(text);
            } else {
                let blank = std::mem::take(&mut wanted) || self.blank_before(comment.start as usize);
                self.end_line();
                // No empty line at the start of the file or of a block.
                if blank && !self.out.is_empty() && !self.out.ends_with("{\n") {
                    self.out.push('\n');
                }
                self.indent = indent;
                self.line.push(Word { text, blanks: 0, breaks: 0 });
                self.end_line();
            }
            self.last = comment.end as usize;
        }
    }

    /// Whether an empty line is due before an atom and the author left none between its comments.
    fn blank_is_missing(&self, comments: &[Token], next: Option<&Atom<'_>>) -> bool {
        let mut last = self.last;
        let starts = comments.iter().filter(|comment| comment.indent.is_some());
        for (start, end) in starts.map(|comment| (comment.start, comment.end)) {
            if self.has_blank(last, start as usize) {
                return false;
            }
            last = end as usize;
        }
        !next.is_some_and(|next| self.has_blank(last, next.start))
    }

    fn blank_before(&self, start: usize) -> bool {
        self.has_blank(self.last, start)
    }

    /// Whether the source has an empty line between two offsets.
    fn has_blank(&self, from: usize, to: usize) -> bool {
        let between = self.source.get(from..to).unwrap_or("");
        between.bytes().filter(|byte| *byte == b'\n').count() > 1
    }

    fn atom(&mut self, atom: &Atom<'_>, after_comments: bool) {
        let mut blanks = 0;
        match atom.gap {
            Gap::Line { indent, blank } => {
                let own_lines = after_comments && self.trailing.is_none();
                self.end_line();
                let blank = match blank {
                    BlankLine::Never => false,
                    BlankLine::Kept => self.blank_before(atom.start),
                    // Between comments and their item the author decides.
                    BlankLine::Always => !own_lines || self.blank_before(atom.start),
                };
                if blank && !self.out.is_empty() && !self.out.ends_with("{\n") && !self.out.ends_with("\n\n") {
                    self.out.push('\n');
                }
                self.indent = indent;
                self.clause = indent;
            }
            // A comment ended the line in the middle of a clause.
            _ if self.trailing.is_some() || self.line.is_empty() && !self.out.is_empty() => {
                self.end_line();
                self.indent = if atom.closes { self.clause } else { self.clause + 2 * STEP };
            }
            Gap::Touch => {}
            Gap::Blanks(count) => blanks = count,
        }
        self.line.push(Word { text: atom.text.to_string(), blanks, breaks: atom.breaks });
        self.last = atom.end;
    }

    /// Writes the line that was gathered, broken where it is too long.
    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let trailing = self.trailing.take();
        if line.is_empty() && trailing.is_none() {
            return;
        }
        let mut rest = line.as_slice();
        let mut indent = self.indent;
        while let Some(at) = break_at(rest, indent) {
            let (head, tail) = rest.split_at(at);
            self.write_line(head, indent);
            self.out.push('\n');
            rest = tail;
            indent = self.clause + 2 * STEP;
        }
        self.write_line(rest, indent);
        if let Some(comment) = trailing {
            if !rest.is_empty() {
                self.out.push_str("  ");
            }
            self.out.push_str(&comment);
        }
        self.out.push('\n');
    }

    fn write_line(&mut self, words: &[Word], indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
        for (index, word) in words.iter().enumerate() {
            if index > 0 {
                self.out.extend(std::iter::repeat_n(' ', word.blanks));
            }
            self.out.push_str(&word.text);
        }
    }
}

/// Where to break a line that is too long: the last of the best places that fit.
fn break_at(words: &[Word], indent: usize) -> Option<usize> {
    let mut column = indent;
    let mut best: Option<(u8, usize)> = None;
    let mut over = false;
    for (index, word) in words.iter().enumerate() {
        // The head of the line should fit; where none does, the first place is better than none.
        let better = best.is_none_or(|(breaks, _)| column <= WIDTH && word.breaks <= breaks);
        if word.breaks > 0 && index > 0 && better {
            best = Some((word.breaks, index));
        }
        column += if index > 0 { word.blanks } else { 0 } + width(&word.text);
        over |= column > WIDTH;
    }
    best.filter(|_| over).map(|(_, index)| index)
}

/// Columns of a text; of one with line breaks, the widest of its lines would mislead, so it counts as nothing.
fn width(text: &str) -> usize {
    if text.contains('\n') { 0 } else { text.chars().count() }
}
