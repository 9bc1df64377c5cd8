//! The formatter: one canonical layout. It moves tokens and comments about and never changes one.

mod atoms;
mod lines;

use tickmark_diagnostics::Diagnostic;
use tickmark_source::FileId;

use crate::grammar::{self, Rule};
use crate::lex::{Kind, lex};
use crate::parse::parse;
use crate::split;

/// The text in the canonical layout.
///
/// # Errors
/// Where the text has a mistake: what cannot be read is left alone.
pub fn format(text: &str) -> Result<String, Vec<Diagnostic>> {
    let file = FileId(0);
    let (_, diagnostics) = parse(file, text);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(diagnostics);
    }
    let (tokens, _) = lex(file, text);
    let code = split::code(tokens.clone());
    let (pieces, _) = split::split(file, text, &code);
    let mut atoms = atoms::Atoms::new(text);
    for piece in &pieces {
        let range = piece.range();
        let shift = range.start;
        let text = text.get(range).unwrap_or("");
        let read = grammar::read(Rule::piece, text);
        if let Some(node) = read.as_ref().ok().and_then(|tree| tree.root(text)) {
            atoms.piece(node, shift);
        }
    }
    let comments = tokens.iter().filter(|token| token.kind == Kind::Comment);
    Ok(lines::lay_out(text, &atoms.finish(), comments))
}
