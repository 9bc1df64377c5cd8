//! Plausible slips, found on purpose, to be answered with the right word.

mod tree;

use tickmark_diagnostics::Diagnostic;
use tickmark_source::{FileId, Span};

use crate::grammar::Rule;
use crate::lex::{Kind, Token};

pub(crate) use tree::{comparison, no_adjective, no_function, no_value, quantifier_word, says_nothing};

/// Where the grammar stopped: the tokens of the piece, and the index of the one that does not fit.
pub(crate) struct Place<'a> {
    pub(crate) file: FileId,
    pub(crate) source: &'a str,
    pub(crate) tokens: &'a [Token],
    pub(crate) at: usize,
}

impl Place<'_> {
    /// The token so many after (or before) the one that does not fit.
    pub(crate) fn token(&self, ahead: isize) -> Option<&Token> {
        self.tokens.get(self.at.checked_add_signed(ahead)?)
    }

    /// Its text; empty where there is none.
    pub(crate) fn text(&self, ahead: isize) -> &str {
        self.token(ahead).map_or("", |token| token.text(self.source))
    }

    /// Its kind.
    pub(crate) fn kind(&self, ahead: isize) -> Option<Kind> {
        self.token(ahead).map(|token| token.kind)
    }

    /// Its text in backticks, shortened.
    pub(crate) fn shown(&self, ahead: isize) -> String {
        let text = self.text(ahead);
        match text.char_indices().nth(30) {
            Some((end, _)) => format!("`{}…`", text.get(..end).unwrap_or("").replace('\n', " ")),
            None => format!("`{}`", text.replace('\n', " ")),
        }
    }

    /// Its span; the end of the piece where there is none.
    pub(crate) fn span(&self, ahead: isize) -> Span {
        let end = self.tokens.last().map_or(0, |token| token.end);
        self.token(ahead).map_or(Span::new(self.file, end, end), |token| Span::new(self.file, token.start, token.end))
    }
}

/// The diagnostic for a known slip.
pub(crate) fn find(_place: &Place<'_>, _wanted: &[Rule]) -> Option<Diagnostic> {
    None
}
