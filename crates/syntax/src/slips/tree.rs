//! Slips that the grammar lets through and the tree shows.

use tickmark_diagnostics::{Diagnostic, codes};

use super::words;
use crate::ast::{BinaryOp, Expr, ExprKind, Name, Phrase, Sentence};

/// Whether a name was written in backticks: then it is meant.
fn is_quoted(name: &Name) -> bool {
    (name.span.end - name.span.start) as usize != name.text.len()
}

fn foreign(name: &Name, message: String, help: &str) -> Diagnostic {
    Diagnostic::error(codes::syntax::FOREIGN, name.span, message).help(help)
}

/// `every` without a predicate.
pub(crate) fn says_nothing(sentence: &Sentence) -> Diagnostic {
    Diagnostic::error(codes::syntax::SAYS_NOTHING, sentence.span, "`every` says nothing of its subjects")
        .help("say what must be true of them: `has …`, `is …`, `can …`, or a condition after `:`")
}

/// `must`, `with`, `which` among the words of a phrase.
pub(crate) fn stray_word(phrase: &Phrase) -> Option<Diagnostic> {
    let stray =
        |word: &&Name| !is_quoted(word) && (words::verb(&word.text).is_some() || words::relative(&word.text).is_some());
    let word = phrase.words.iter().skip(1).find(stray)?;
    let help = words::verb(&word.text).or_else(|| words::relative(&word.text))?;
    Some(foreign(word, format!("`{}` is no word of a sentence here", word.text), help))
}

/// A word after `is` that is no adjective.
pub(crate) fn no_adjective(adjective: &Name, not: bool) -> Option<Diagnostic> {
    if is_quoted(adjective) || !words::is_nothing(&adjective.text) {
        return None;
    }
    let help = if not { "write `x exists`, or `is not missing`" } else { "write `is missing`" };
    Some(foreign(adjective, format!("`{}` is no adjective", adjective.text), help))
}

/// A word that is a value in other languages.
pub(crate) fn no_value(name: &Name) -> Option<Diagnostic> {
    if is_quoted(name) {
        return None;
    }
    let help = match name.text.as_str() {
        "True" | "TRUE" => "write `true`",
        "False" | "FALSE" => "write `false`",
        word if words::is_nothing(word) => {
            "an absent value is asked for with `x is missing`, a present one with `x exists`"
        }
        _ => return None,
    };
    Some(foreign(name, format!("`{}` is no value", name.text), help))
}

/// A function that has another name here.
pub(crate) fn no_function(name: &Name) -> Option<Diagnostic> {
    let help = words::function(&name.text).filter(|_| !is_quoted(name))?;
    Some(foreign(name, format!("there is no function `{}`", name.text), help))
}

/// A comparison that is written otherwise.
pub(crate) fn comparison(op: BinaryOp, left: &Expr, right: &Expr) -> Option<Diagnostic> {
    let equality = matches!(op, BinaryOp::Eq | BinaryOp::Ne);
    if let (true, ExprKind::Word(word)) = (equality, &right.kind)
        && matches!(word.as_str(), "yes" | "Yes" | "YES")
    {
        let name = Name { text: word.clone(), span: right.span };
        return (!is_quoted(&name)).then(|| foreign(&name, format!("`{word}` is no value"), "write `true`"));
    }
    let date = [left, right].into_iter().find(|side| is_date_with_slashes(side))?;
    let diagnostic = Diagnostic::error(codes::syntax::BAD_LITERAL, date.span, "a date is not written with slashes");
    Some(diagnostic.help("write year, month, day: `2026-12-31`"))
}

/// `01/02/2026` is a division otherwise.
fn is_date_with_slashes(value: &Expr) -> bool {
    let number = |value: &Expr| match value.kind {
        ExprKind::Number(number) => Some(number),
        _ => None,
    };
    let ExprKind::Binary(BinaryOp::Div, first, year) = &value.kind else { return false };
    let ExprKind::Binary(BinaryOp::Div, day, month) = &first.kind else { return false };
    match (number(day), number(month), number(year)) {
        (Some(day), Some(month), Some(year)) => (year >= 1900.0) != (day >= 1900.0) && month <= 31.0,
        _ => false,
    }
}
