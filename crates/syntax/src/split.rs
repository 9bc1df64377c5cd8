//! A file in pieces, one for each item, so that a broken item does not hide the rest; and an item in clauses.

use std::ops::Range;

use tickmark_diagnostics::{Diagnostic, codes};
use tickmark_source::{FileId, Span};

use crate::lex::{Kind, Token};

/// Brackets may be nested this deep. What walks the tree recurses, and pest does too.
const DEEPEST: usize = 200;

/// The words that begin an item.
pub(crate) const ITEM_WORDS: [&str; 10] =
    ["pack", "param", "entity", "adjective", "relation", "map", "capability", "control", "exception", "test"];

/// Words that begin an item in other languages; a line that begins with one is a piece of its own.
pub(crate) const FOREIGN_ITEM_WORDS: [&str; 36] = [
    "def",
    "rule",
    "policy",
    "resource",
    "data",
    "deny",
    "allow",
    "violation",
    "warn",
    "package",
    "import",
    "default",
    "func",
    "function",
    "let",
    "const",
    "var",
    "class",
    "module",
    "variable",
    "locals",
    "output",
    "provider",
    "terraform",
    "forbid",
    "permit",
    "type",
    "struct",
    "enum",
    "table",
    "assert",
    "check",
    "check_policy",
    "select",
    "SELECT",
    "CREATE",
];

/// A stretch of a file that ought to be one item.
#[derive(Debug, Default)]
pub(crate) struct Piece<'t> {
    /// Its tokens, comments left out.
    pub(crate) tokens: &'t [Token],
    /// Places that are known to be wrong before the grammar reads it.
    pub(crate) faults: Vec<u32>,
    /// Braces that are never closed.
    pub(crate) unclosed: usize,
    /// Not to be read at all: nested too deeply.
    pub(crate) refused: bool,
}

impl Piece<'_> {
    /// Its bytes in the file.
    pub(crate) fn range(&self) -> Range<usize> {
        let start = self.tokens.first().map_or(0, |token| token.start);
        let end = self.tokens.last().map_or(0, |token| token.end);
        start as usize..end as usize
    }

    /// Whether nothing is wrong with its brackets, and it ends with the brace that closes it.
    pub(crate) fn is_closed(&self, source: &str) -> bool {
        let last = self.tokens.last().map(|token| token.text(source));
        last == Some("}") && !self.refused && self.unclosed == 0 && self.faults.is_empty()
    }
}

/// The tokens that are no comments: what a program is made of.
pub(crate) fn code(mut tokens: Vec<Token>) -> Vec<Token> {
    tokens.retain(|token| token.kind != Kind::Comment);
    tokens
}

/// Cuts the [`code`] of a file into pieces.
pub(crate) fn split<'t>(file: FileId, source: &str, code: &'t [Token]) -> (Vec<Piece<'t>>, Vec<Diagnostic>) {
    let mut splitter = Splitter::new(file, source, code);
    let mut closed = false;
    for (index, token) in code.iter().enumerate() {
        if closed || splitter.is_boundary(index) {
            splitter.finish(index);
        }
        closed = splitter.take(*token);
    }
    splitter.finish(code.len());
    (splitter.done, splitter.diagnostics)
}

/// The [`code`] of a text that is no file, as one piece.
pub(crate) fn whole<'t>(file: FileId, source: &str, code: &'t [Token], diagnostics: &mut Vec<Diagnostic>) -> Piece<'t> {
    let mut splitter = Splitter::new(file, source, code);
    for token in code {
        splitter.take(*token);
    }
    splitter.finish(code.len());
    diagnostics.append(&mut splitter.diagnostics);
    splitter.done.pop().unwrap_or_default()
}

struct Splitter<'a, 't> {
    file: FileId,
    source: &'a str,
    code: &'t [Token],
    /// The first token of the piece.
    first: usize,
    /// Brackets that are open in the piece.
    open: Vec<Token>,
    diagnostics: Vec<Diagnostic>,
    /// What is known of the piece so far.
    piece: Piece<'t>,
    done: Vec<Piece<'t>>,
}

impl<'a, 't> Splitter<'a, 't> {
    fn new(file: FileId, source: &'a str, code: &'t [Token]) -> Splitter<'a, 't> {
        let (open, diagnostics, done) = (Vec::new(), Vec::new(), Vec::new());
        Splitter { file, source, code, first: 0, open, diagnostics, piece: Piece::default(), done }
    }

    /// Adds a token to the piece; tells whether it closed the item.
    fn take(&mut self, token: Token) -> bool {
        match token.kind {
            Kind::Bad => self.piece.faults.push(token.start),
            Kind::Sign => match token.text(self.source) {
                "(" | "[" | "{" => self.open(token),
                sign @ (")" | "]" | "}") => return self.close(token, sign),
                _ => {}
            },
            _ => {}
        }
        false
    }

    fn open(&mut self, token: Token) {
        self.open.push(token);
        if self.open.len() == DEEPEST + 1 {
            let message = format!("brackets are nested more than {DEEPEST} deep");
            self.fault(
                token,
                codes::syntax::LIMIT,
                message,
                "name a part of the condition with `adjective` or `relation`",
            );
            self.piece.refused = true;
        }
    }

    fn close(&mut self, token: Token, sign: &str) -> bool {
        let opener = match sign {
            ")" => "(",
            "]" => "[",
            _ => "{",
        };
        let Some(at) = self.open.iter().rposition(|open| open.text(self.source) == opener) else {
            self.fault(token, codes::syntax::UNCLOSED, format!("`{sign}` closes nothing"), "");
            return false;
        };
        // A parenthesis does not reach beyond the braces round it.
        let crosses = sign != "}" && self.open.iter().skip(at + 1).any(|open| open.text(self.source) == "{");
        if crosses {
            self.fault(token, codes::syntax::UNCLOSED, format!("`{sign}` closes nothing"), "");
            return false;
        }
        for unclosed in self.open.split_off(at).into_iter().skip(1) {
            self.report_unclosed(unclosed);
        }
        self.open.is_empty() && sign == "}"
    }

    fn report_unclosed(&mut self, bracket: Token) {
        let sign = bracket.text(self.source).to_owned();
        self.fault(bracket, codes::syntax::UNCLOSED, format!("this `{sign}` is never closed"), "");
    }

    fn fault(&mut self, token: Token, code: tickmark_diagnostics::Code, message: String, help: &str) {
        let diagnostic = Diagnostic::error(code, Span::new(self.file, token.start, token.end), message);
        self.diagnostics.push(if help.is_empty() { diagnostic } else { diagnostic.help(help) });
        self.piece.faults.push(token.start);
    }

    /// Ends the piece before this token.
    fn finish(&mut self, end: usize) {
        for (index, bracket) in std::mem::take(&mut self.open).into_iter().enumerate() {
            let sign = bracket.text(self.source);
            if sign == "{" && index == 0 {
                let message = "this `{` is never closed";
                let span = Span::new(self.file, bracket.start, bracket.end);
                self.diagnostics.push(Diagnostic::error(codes::syntax::UNCLOSED, span, message));
                self.piece.unclosed += 1;
            } else {
                self.report_unclosed(bracket);
            }
        }
        let tokens = self.code.get(self.first..end).unwrap_or(&[]);
        if !tokens.is_empty() {
            self.done.push(Piece { tokens, ..std::mem::take(&mut self.piece) });
        }
        self.first = end;
    }

    /// Whether a new item begins at this token.
    fn is_boundary(&self, index: usize) -> bool {
        let code = self.code;
        let Some(first) = code.get(self.first).filter(|_| self.first < index) else { return false };
        let Some(token) = code.get(index) else { return false };
        let Some(indent) = token.indent.filter(|_| token.kind == Kind::Word) else { return false };
        let word = token.text(self.source);
        let outside = self.open.is_empty();
        let not_deeper = indent <= first.indent.unwrap_or(0);
        if FOREIGN_ITEM_WORDS.contains(&word) {
            return outside && not_deeper;
        }
        if !ITEM_WORDS.contains(&word) {
            return false;
        }
        match (not_deeper, outside) {
            (true, true) => code.get(index + 1).is_some_and(|next| next.kind != Kind::Sign),
            (true, false) | (false, true) => self.looks_like_header(code, index, word),
            (false, false) => false,
        }
    }

    /// An attribute may be called `map` or `test`, and a line may begin with it; a header has more to show.
    fn looks_like_header(&self, code: &[Token], index: usize, word: &str) -> bool {
        let text = |ahead: usize| code.get(index + ahead).map_or("", |token| token.text(self.source));
        let kind = |ahead: usize| code.get(index + ahead).map(|token| token.kind);
        if !matches!(kind(1), Some(Kind::Word | Kind::Quoted | Kind::Number)) {
            return false;
        }
        match word {
            // `test record { … }` declares an attribute.
            "control" | "test" | "entity" if text(1) == "record" => false,
            "control" | "test" | "entity" => {
                // The tokens of an id touch one another; then a title and the brace.
                let touches = |ahead: usize| {
                    let (here, next) = (code.get(index + ahead), code.get(index + ahead + 1));
                    here.zip(next).is_some_and(|(here, next)| here.end == next.start)
                };
                let id = (1..).take_while(|ahead| touches(*ahead)).count() + 1;
                let title = usize::from(kind(id + 1) == Some(Kind::Text));
                text(id + 1 + title) == "{"
            }
            "exception" => matches!(text(2), "-" | "." | "for"),
            "capability" => kind(2) == Some(Kind::Text) || text(2) == "=",
            "param" => text(2) == "=",
            "adjective" => text(2) == "for",
            "relation" => text(2) == "of",
            // `to NOUN {` or `to NOUN of NOUN y {` ends the head of a map.
            "map" => {
                text(1) != "of"
                    && (2..60).take_while(|ahead| !matches!(text(*ahead), "{" | "}")).any(|ahead| {
                        text(ahead) == "to"
                            && (text(ahead + 2) == "{" || text(ahead + 2) == "of" && text(ahead + 5) == "{")
                    })
            }
            _ => kind(2) == Some(Kind::Text) || code.get(index + 2).is_none_or(|next| next.indent.is_some()),
        }
    }
}

/// The clauses in the braces of an item, as byte ranges in the file. Brackets other than braces are not counted, for one
/// of them may be what is wrong.
pub(crate) fn clauses(source: &str, tokens: &[Token]) -> Vec<Range<u32>> {
    let item = tokens.first().map_or("", |token| token.text(source));
    let mut starts = Vec::new();
    let mut depth = 0_usize;
    let mut end = None;
    for (index, token) in tokens.iter().enumerate() {
        let text = token.text(source);
        match text {
            "{" if token.kind == Kind::Sign => {
                depth += 1;
                if depth == 1 {
                    starts.push(token.end);
                }
            }
            "}" if token.kind == Kind::Sign => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    end = Some(token.start);
                    break;
                }
            }
            _ if depth == 1 && token.indent.is_some() && begins_clause(item, source, tokens, index) => {
                starts.push(token.start)
            }
            _ => {}
        }
    }
    let end = end.or(tokens.last().map(|token| token.end)).unwrap_or(0);
    let ends = starts.iter().skip(1).copied().chain([end]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

/// Words that begin a clause of a control.
pub(crate) const CLAUSE_WORDS: [&str; 14] = [
    "every",
    "no",
    "some",
    "at",
    "exactly",
    "cites",
    "also",
    "severity",
    "owner",
    "because",
    "fix",
    "tags",
    "applies",
    "otherwise",
];

fn begins_clause(item: &str, source: &str, tokens: &[Token], index: usize) -> bool {
    let text = |index: usize| tokens.get(index).map_or("", |token| token.text(source));
    let word = text(index);
    match item {
        "control" => {
            let first_of_clause = CLAUSE_WORDS.contains(&word) && word != "otherwise";
            let continues = index > 0 && matches!(text(index - 1), "and" | "or" | "not" | "unless" | ":" | "," | "has");
            first_of_clause && !continues
        }
        "test" => matches!(word, "given" | "expect" | "as" | "period"),
        "exception" => matches!(word, "reason" | "owner" | "approved_by" | "expires"),
        "map" => text(index + 1) == "=",
        "entity" => matches!(tokens.get(index).map(|token| token.kind), Some(Kind::Word | Kind::Quoted)),
        _ => false,
    }
}
