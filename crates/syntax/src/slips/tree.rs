//! Slips that the grammar lets through and the tree shows.

use tickmark_diagnostics::{Diagnostic, codes};

use crate::ast::{BinaryOp, Expr, Name, Phrase, Sentence};

/// `every` without a predicate.
pub(crate) fn says_nothing(sentence: &Sentence) -> Diagnostic {
    Diagnostic::error(codes::syntax::SAYS_NOTHING, sentence.span, "`every` says nothing of its subjects")
        .help("say what must be true of them: `has …`, `is …`, `can …`, or a condition after `:`")
}

/// A quantifier of another language among the words of a phrase.
pub(crate) fn quantifier_word(_phrase: &Phrase) -> Option<Diagnostic> {
    None
}

/// A word after `is` that is no adjective.
pub(crate) fn no_adjective(_adjective: &Name) -> Option<Diagnostic> {
    None
}

/// A word that is a value in other languages.
pub(crate) fn no_value(_name: &Name) -> Option<Diagnostic> {
    None
}

/// A function that has another name here.
pub(crate) fn no_function(_name: &Name) -> Option<Diagnostic> {
    None
}

/// A comparison that is written otherwise.
pub(crate) fn comparison(_op: BinaryOp, _left: &Expr, _right: &Expr) -> Option<Diagnostic> {
    None
}
