//! Quoted texts: escapes, raw texts, and the holes of templates.

use smol_str::SmolStr;
use tickmark_diagnostics::{Diagnostic, codes};

use super::Builder;
use crate::ast::{Expr, Template, TemplatePart, Text};
use crate::grammar::{self, Rule};
use crate::nodes::Node;

const RAW: &str = "\"\"\"";

impl Builder {
    /// A plain text: escapes are resolved, braces are themselves.
    pub(crate) fn text(&mut self, node: &Node<'_>) -> Text {
        let span = self.token_span(node);
        let token = node.as_str();
        if let Some(raw) = raw_body(token) {
            return Text { text: SmolStr::new(raw), span };
        }
        let body = body(token);
        if !body.contains('\\') {
            return Text { text: SmolStr::new(body), span };
        }
        let mut plain = String::with_capacity(body.len());
        let mut letters = body.char_indices();
        while let Some((at, letter)) = letters.next() {
            if letter == '\\' {
                self.escape(node, at + 1, letters.next().map(|(_, escaped)| escaped), &mut plain);
            } else {
                plain.push(letter);
            }
        }
        Text { text: SmolStr::new(plain), span }
    }

    /// A text with holes.
    pub(super) fn template(&mut self, node: &Node<'_>) -> Option<Template> {
        let span = self.token_span(node);
        let token = node.as_str();
        if let Some(raw) = raw_body(token) {
            let parts = if raw.is_empty() { Vec::new() } else { vec![TemplatePart::Text(SmolStr::new(raw))] };
            return Some(Template { parts, span });
        }
        let body = body(token);
        if !body.is_empty() && !body.contains(['\\', '{']) {
            return Some(Template { parts: vec![TemplatePart::Text(SmolStr::new(body))], span });
        }
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut letters = body.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\\' => self.escape(node, at + 1, letters.next().map(|(_, escaped)| escaped), &mut plain),
                '{' => {
                    if !plain.is_empty() {
                        parts.push(TemplatePart::Text(SmolStr::new(std::mem::take(&mut plain))));
                    }
                    let rest = body.get(at + 1..).unwrap_or("");
                    let inside = rest.find('}').and_then(|end| rest.get(..end));
                    parts.push(TemplatePart::Hole(self.hole(node, at + 1, inside)?));
                    let end = at + 1 + inside.map_or(0, str::len);
                    while letters.offset() <= end && letters.next().is_some() {}
                }
                other => plain.push(other),
            }
        }
        if !plain.is_empty() {
            parts.push(TemplatePart::Text(SmolStr::new(plain)));
        }
        Some(Template { parts, span })
    }

    /// `at` counts from the first quote of the token.
    fn escape(&mut self, node: &Node<'_>, at: usize, escaped: Option<char>, plain: &mut String) {
        match escaped {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some(sign @ ('"' | '\\' | '{' | '}')) => plain.push(sign),
            other => {
                let start = node.start() + at;
                let sign = other.unwrap_or(' ');
                let span = self.span_of(start, start + 1 + sign.len_utf8());
                self.bad_literal(
                    span,
                    &format!("`\\{sign}` means nothing in a text"),
                    "escapes are `\\\"`, `\\\\`, `\\n`, `\\t`, `\\{` and `\\}`; write `\\\\` for a backslash, or use a raw text `\"\"\"…\"\"\"`",
                );
            }
        }
    }

    /// A hole of a template, read as an expression; `at` counts from the first quote of the token.
    fn hole(&mut self, node: &Node<'_>, at: usize, inside: Option<&str>) -> Option<Expr> {
        let start = node.start() + at + 1;
        let Some(inside) = inside else {
            let span = self.span_of(start - 1, start);
            let diagnostic = Diagnostic::error(codes::syntax::UNCLOSED, span, "this `{` is never closed in its text")
                .help("close the hole with `}`; for a brace itself write `\\{`");
            self.diagnostics.push(diagnostic);
            return None;
        };
        let span = self.span_of(start - 1, start + inside.len() + 1);
        let shift = self.shift.saturating_add(u32::try_from(start).unwrap_or(u32::MAX));
        let source = unescape_quotes(inside);
        let mut builder = Builder::new(self.file, shift);
        let read = grammar::read(Rule::whole_expr, &source);
        let root = read.as_ref().ok().and_then(|tree| tree.root(&source));
        let expr = root.and_then(|root| root.into_inner().next()).and_then(|read| builder.expr(read));
        if builder.diagnostics.is_empty() && expr.is_none() {
            self.bad_literal(
                span,
                &format!("`{{{inside}}}` is no value to put into the text"),
                "a hole holds a name, a path or another value; for a brace itself write `\\{`",
            );
        }
        self.diagnostics.append(&mut builder.diagnostics);
        expr
    }
}

/// `\"` becomes a quote with a blank on its outer side, so that every offset stays what it was.
fn unescape_quotes(inside: &str) -> String {
    let mut source = String::with_capacity(inside.len());
    let mut opens = true;
    let mut pieces = inside.split("\\\"");
    source.push_str(pieces.next().unwrap_or(""));
    for piece in pieces {
        source.push_str(if opens { " \"" } else { "\" " });
        opens = !opens;
        source.push_str(piece);
    }
    source
}

fn raw_body(token: &str) -> Option<&str> {
    if token.len() < 2 * RAW.len() {
        return None;
    }
    token.strip_prefix(RAW)?.strip_suffix(RAW)
}

fn body(token: &str) -> &str {
    token.strip_prefix('"').and_then(|token| token.strip_suffix('"')).unwrap_or(token)
}
