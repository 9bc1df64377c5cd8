//! Items that are written alike: the same words and signs between the same blanks, with other digits and other texts. Packs
//! hold many, for a rule is often said of one port, service or region after the other.
//!
//! The grammar reads all of them the same way, so that it is asked about one: no rule of it tells a digit from another, and
//! none looks into a text in quotes. What the digits and texts mean is seen to later, for each of them.

use std::collections::HashMap;
use std::ops::Range;

use crate::lex::{Kind, Token};
use crate::nodes::Tree;
use crate::split::Piece;

/// For each piece the number of the first that is written alike, itself included; nothing for what nothing else is like.
pub(crate) fn models(source: &str, pieces: &[Piece<'_>]) -> Vec<Option<usize>> {
    let mut texts = Vec::with_capacity(source.len());
    let forms: Vec<_> = pieces.iter().map(|piece| form(source, piece, &mut texts)).collect();
    let mut first: HashMap<&[u8], (usize, usize)> = HashMap::with_capacity(pieces.len());
    let forms: Vec<_> = forms.into_iter().map(|form| texts.get(form?)).collect();
    for (number, form) in forms.iter().enumerate() {
        if let Some(form) = form {
            first.entry(form).or_insert((number, 0)).1 += 1;
        }
    }
    let model = |form: Option<&[u8]>| first.get(form?).filter(|(_, alike)| *alike > 1).map(|(first, _)| *first);
    forms.into_iter().map(model).collect()
}

/// Writes what decides how the grammar reads a piece: all of it, with one digit for another and without what stands in texts.
/// Nothing where more than that could matter, or where the piece is broken.
fn form(source: &str, piece: &Piece<'_>, into: &mut Vec<u8>) -> Option<Range<usize>> {
    let begin = into.len();
    let mut end = piece.tokens.first()?.start;
    let is_plain = piece.is_closed(source)
        && piece.tokens.iter().all(|token| {
            let gap = source.get(end as usize..token.start as usize).unwrap_or("#");
            end = token.end;
            into.extend_from_slice(gap.as_bytes());
            gap.bytes().all(|byte| byte.is_ascii_whitespace()) && push_token(source, token, into)
        });
    if !is_plain {
        into.truncate(begin);
    }
    is_plain.then_some(begin..into.len())
}

fn push_token(source: &str, token: &Token, into: &mut Vec<u8>) -> bool {
    let text = token.text(source);
    match token.kind {
        Kind::Word | Kind::Number | Kind::Param => {
            into.extend(text.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte }));
            true
        }
        // Behind a slash the grammar may look for the end of a pattern, in texts too.
        Kind::Sign => {
            into.extend_from_slice(text.as_bytes());
            !text.contains('/')
        }
        Kind::Text => {
            into.push(b'"');
            !text.contains('\\') && !text.starts_with("\"\"\"")
        }
        Kind::Quoted | Kind::Regex | Kind::Comment | Kind::Bad => false,
    }
}

/// The tree of a piece that is written like another, from the tree of that.
pub(crate) fn tree(tree: &Tree, model: &Piece<'_>, piece: &Piece<'_>) -> Tree {
    let start = model.tokens.first().map_or(0, |token| token.start);
    let mut longer = Vec::new();
    let mut by = 0;
    for (here, there) in model.tokens.iter().zip(piece.tokens).filter(|(token, _)| token.kind == Kind::Text) {
        by += i64::from(there.end - there.start) - i64::from(here.end - here.start);
        longer.push((here.end - start, by));
    }
    tree.moved(&longer)
}
