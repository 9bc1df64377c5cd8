//! Plausible slips, found on purpose, to be answered with the right word.

mod conditions;
mod items;
mod sentences;
mod tree;
mod words;

use tickmark_diagnostics::{Diagnostic, codes};
use tickmark_source::{FileId, Span};

use crate::grammar::Rule;
use crate::lex::{Kind, Token};
use crate::split::CLAUSE_WORDS;

pub(crate) use tree::{comparison, no_adjective, no_function, no_value, says_nothing, stray_word};

/// Where the grammar stopped: the tokens of the piece, and the index of the one that does not fit.
pub(crate) struct Place<'a> {
    pub(crate) file: FileId,
    pub(crate) source: &'a str,
    pub(crate) tokens: &'a [Token],
    pub(crate) at: usize,
    /// What the grammar would have taken.
    pub(crate) wanted: &'a [Rule],
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

    /// Whether it is a bare word.
    pub(crate) fn is_word(&self, ahead: isize) -> bool {
        self.kind(ahead) == Some(Kind::Word)
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

    /// The word that begins the item.
    pub(crate) fn item(&self) -> &str {
        self.tokens.first().map_or("", |token| token.text(self.source))
    }

    /// Whether the grammar would have taken this.
    pub(crate) fn wants(&self, rule: Rule) -> bool {
        self.wanted.contains(&rule)
    }

    /// Whether a clause of a block could begin at the token.
    pub(crate) fn begins_clause(&self) -> bool {
        let first = self.text(-1) == "{" || self.token(0).is_some_and(|token| token.indent.is_some());
        first && self.wants(Rule::close_brace)
    }

    /// How far back the clause round the token begins: at a word that begins clauses, or after a brace.
    pub(crate) fn clause_start(&self) -> isize {
        let mut back = 0;
        while self.at.checked_add_signed(back - 1).is_some() {
            let text = self.text(back);
            let begins_line = self.token(back).is_some_and(|token| token.indent.is_some());
            if self.text(back - 1) == "{" || begins_line && CLAUSE_WORDS.contains(&text) && text != "otherwise" {
                break;
            }
            back -= 1;
        }
        back
    }

    /// A slip from one token to another.
    pub(crate) fn slip(
        &self,
        from: isize,
        to: isize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::error(codes::syntax::FOREIGN, self.span(from).to(self.span(to)), message).help(help)
    }

    /// A misplaced token that is no word of another language.
    pub(crate) fn unexpected(&self, ahead: isize, message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
        Diagnostic::error(codes::syntax::UNEXPECTED, self.span(ahead), message).help(help)
    }
}

/// A finder looks at the place and knows one family of slips.
type Finder = fn(&Place<'_>) -> Option<Diagnostic>;

/// The diagnostic for a known slip: the first finder that knows it.
pub(crate) fn find(place: &Place<'_>) -> Option<Diagnostic> {
    const FINDERS: [Finder; 33] = [
        items::foreign_item,
        items::missing_part_of_head,
        items::wrong_sign,
        items::unknown_type,
        items::separator,
        items::type_without_of,
        items::unquoted_value_of_enum,
        items::unquoted_given,
        items::missing_comma,
        items::unknown_clause,
        items::quotes_missing,
        items::quotes_too_many,
        sentences::clause_word,
        sentences::upper_case,
        sentences::has_not,
        sentences::is_value,
        sentences::is_article,
        sentences::does_not,
        sentences::or_between_objects,
        conditions::assign_for_equal,
        conditions::list_in_parentheses,
        conditions::exists_first,
        conditions::quantifier_of_logic,
        conditions::name_left_out,
        conditions::infix_word,
        conditions::method_call,
        conditions::blank_before_parenthesis,
        conditions::closure_or_product,
        conditions::conditional,
        conditions::number_with_unit,
        sentences::condition_without_colon,
        conditions::chained_comparison,
        sentences::stray_words,
    ];
    FINDERS.iter().find_map(|finder| finder(place))
}

/// Whether a sign or word compares.
fn compares(text: &str) -> bool {
    matches!(text, "==" | "!=" | "<" | "<=" | ">" | ">=" | "contains" | "like" | "matches" | "exists")
}
