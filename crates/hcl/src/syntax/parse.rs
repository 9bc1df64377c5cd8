//! Files, expressions and templates parsed, with errors that say where and what was expected.

use std::sync::Arc;

use tickmark_diagnostics::{Diagnostic, codes};
use tickmark_source::{FileId, Span};

use super::json;
use super::lower::{Lowering, Offsets};
use super::template;
use super::tree::{Body, Expr, Node};

/// The longest file of a configuration that is read.
const LONGEST_FILE: usize = 32 << 20;

/// Parses a file of a configuration, in JSON syntax where its name ends so.
pub(crate) fn parse_file(file: FileId, path: &str, bytes: &[u8]) -> Result<Body, Box<Diagnostic>> {
    let start = Span::new(file, 0, 0);
    if bytes.len() > LONGEST_FILE {
        let message = format!("`{path}` is larger than the limit of 32 MiB for one Terraform file");
        return Err(Box::new(Diagnostic::error(codes::facts::LIMIT_EXCEEDED, start, message)));
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = u32::try_from(error.valid_up_to()).unwrap_or(u32::MAX);
            let span = Span::new(file, at, at.saturating_add(1));
            let message = format!("`{path}` is no UTF-8 text, which Terraform files are");
            return Err(Box::new(Diagnostic::error(codes::facts::NOT_UTF8, span, message)));
        }
    };
    let (text, base) = match text.strip_prefix('\u{feff}') {
        Some(rest) => (rest, 3),
        None => (text, 0),
    };
    if path.ends_with(".tfvars.json") {
        return json::parse_values(file, base, text);
    }
    if path.ends_with(".json") {
        return json::parse_body(file, base, text);
    }
    let lowering = Lowering { text, place: Offsets::File(file, base) };
    match hcl_edit::parser::parse_body(text) {
        Ok(parsed) => Ok(lowering.body(&parsed)),
        Err(error) => match without_repeated_keys(text, &error) {
            Some(parsed) => Ok(lowering.body(&parsed)),
            None => Err(broken(file, base, text, &error)),
        },
    }
}

/// How many repeated keys of objects a file may have.
const REPEATED_KEYS: usize = 200;

/// The parser refuses an object with a key that stands twice; in Terraform the last counts. The later key is renamed, with
/// equally many bytes, and lowering reads the names of keys from the text as it is.
fn without_repeated_keys(text: &str, error: &hcl_edit::parser::Error) -> Option<hcl_edit::structure::Body> {
    let mut bytes = text.as_bytes().to_vec();
    let mut at = repeated_key(error)?;
    for number in 0..REPEATED_KEYS {
        rename(&mut bytes, at, number)?;
        let renamed = std::str::from_utf8(&bytes).ok()?;
        match hcl_edit::parser::parse_body(renamed) {
            Ok(body) => return Some(body),
            Err(error) => at = repeated_key(&error)?,
        }
    }
    None
}

/// Where the key stands that an error says is there already.
fn repeated_key(error: &hcl_edit::parser::Error) -> Option<usize> {
    error.message().contains("redefined object key").then(|| error.location().offset())
}

/// Makes another key of the one at an offset: letters that no other key is likely to have, in the same bytes.
fn rename(bytes: &mut [u8], at: usize, number: usize) -> Option<()> {
    let start = if bytes.get(at) == Some(&b'"') { at + 1 } else { at };
    let length =
        bytes.get(start..)?.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte)).count();
    let key = bytes.get_mut(start..start + length)?;
    let mut rest = number;
    for place in key.iter_mut().rev() {
        *place = b"QZXJVWKYqzxjvwky_"[rest % 17];
        rest /= 17;
    }
    (length > 0).then_some(())
}

fn broken(file: FileId, base: u32, text: &str, error: &hcl_edit::parser::Error) -> Box<Diagnostic> {
    let offset = error.location().offset().min(text.len());
    let at = base.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
    // The parser lists single letters; the last of them are classes of letters.
    let expected = error.message().replace("eof", "the end of the file").replace("newline", "the end of the line");
    let found = match text.get(offset..).and_then(|rest| rest.chars().next()) {
        None => "the file ends here".to_owned(),
        Some('\n' | '\r') => "the line ends here".to_owned(),
        Some(letter) => format!("found `{letter}`"),
    };
    let message = format!("broken Terraform configuration: {expected}; {found}");
    let span = Span::new(file, at, at.saturating_add(1));
    Box::new(Diagnostic::error(codes::facts::BROKEN_HCL, span, message))
}

/// Parses an expression that stands by itself: a setting, say. The error is one line.
pub(crate) fn parse_expression(text: &str, place: Span) -> Result<Node, String> {
    let parsed = hcl_edit::parser::parse_expr(text).map_err(|error| error.message().to_owned())?;
    Ok(Lowering { text, place: Offsets::Fixed(place) }.node(&parsed))
}

/// Parses the text of a template: a file, or a string of JSON syntax. Everything in it stands at `place`.
pub(crate) fn parse_template_text(text: &str, place: Span) -> Result<Node, String> {
    // Most texts are no templates.
    if !text.contains("${") && !text.contains("%{") {
        return Ok(Node::text(super::lower::normal(text), place));
    }
    let parsed = hcl_edit::parser::parse_template(text).map_err(|error| error.message().to_owned())?;
    let lowering = Lowering { text, place: Offsets::Fixed(place) };
    Ok(Node { expr: template::lower_bare(&lowering, &parsed), span: place })
}

/// A text that is what it says.
pub(crate) fn literal(text: &str, place: Span) -> Node {
    Node { expr: Expr::Literal(super::tree::Literal::Text(Arc::from(text))), span: place }
}
