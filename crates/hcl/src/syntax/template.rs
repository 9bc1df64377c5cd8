//! Templates: pieces of text, interpolations and directives, with `~` and the indentation of `<<-` applied.

use std::ops::Range;
use std::sync::Arc;

use hcl_edit::template::{Directive, Element, HeredocTemplate, StringTemplate, Strip, Template};
use unicode_segmentation::UnicodeSegmentation;

use super::lower::{Lowering, normal};
use super::tree::{Expr, Literal, Node, Part};

/// A template in one row: what nests in the tree of the parser stands between an opener and its end here, since `~` and
/// indentation are rules about neighbours in the text.
enum Token {
    Text(String),
    Interpolation(Node),
    If(Node),
    Else,
    For { key: Option<Arc<str>>, value: Arc<str>, collection: Node },
    End,
}

struct Row {
    tokens: Vec<Token>,
    /// Whether the next text loses the blanks at its front.
    trim_next: bool,
    /// Whether a text holds one line at most, as in a heredoc.
    by_line: bool,
}

/// A template between quotes.
pub(super) fn lower_quoted(lowering: &Lowering<'_>, template: &StringTemplate) -> Expr {
    if let Some(Element::Interpolation(only)) = template.as_single_element() {
        return Expr::Wrap(Box::new(lowering.node(&only.expr)));
    }
    let mut row = Row { tokens: Vec::new(), trim_next: false, by_line: false };
    row.elements(lowering, template, &|text| text.to_owned(), true);
    finish(row.tokens)
}

/// A template of its own: a file, or a string of JSON syntax.
pub(super) fn lower_bare(lowering: &Lowering<'_>, template: &Template) -> Expr {
    if let Some(Element::Interpolation(only)) = template.as_single_element() {
        return Expr::Wrap(Box::new(lowering.node(&only.expr)));
    }
    let mut row = Row { tokens: Vec::new(), trim_next: false, by_line: true };
    row.elements(lowering, template, &|text| text.to_owned(), false);
    finish(row.tokens)
}

/// A heredoc; with `<<-` the indentation that all lines share is taken away.
pub(super) fn lower_heredoc(lowering: &Lowering<'_>, heredoc: &HeredocTemplate, span: Option<Range<usize>>) -> Expr {
    let written = span.and_then(|span| lowering.text.get(span)).unwrap_or("");
    let mut row = Row { tokens: Vec::new(), trim_next: false, by_line: true };
    let indented = written.starts_with("<<-");
    if indented {
        // The parser has taken indentation away by rules of its own: read the text again as it is written.
        let delimiter = heredoc.delimiter.as_str();
        let start = written.find('\n').map_or(written.len(), |at| at + 1);
        let inner = written.get(start..).unwrap_or("");
        let end = inner
            .rfind(delimiter)
            .map_or(inner.len(), |at| inner.get(..at).map_or(0, |t| t.trim_end_matches([' ', '\t']).len()));
        let inner = inner.get(..end).unwrap_or("");
        if inner.is_empty() {
            return Expr::Literal(Literal::Text(Arc::from("")));
        }
        match hcl_edit::parser::parse_template(inner) {
            Ok(template) => {
                let base = lowering.text.len().min(offset_in(lowering.text, inner));
                let inside = lowering.shifted(inner, base);
                row.elements(&inside, &template, &|text| text.to_owned(), false);
            }
            Err(_) => row.elements(lowering, &heredoc.template, &|text| text.to_owned(), false),
        }
        take_indentation(&mut row.tokens);
    } else {
        row.elements(lowering, &heredoc.template, &|text| text.to_owned(), false);
    }
    finish(row.tokens)
}

/// Where a part of a text begins in it.
fn offset_in(whole: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize)
}

impl Row {
    /// The elements of a template. Inside of a directive between quotes the parser leaves escapes as they are, and
    /// `unescape` resolves them.
    fn elements(
        &mut self,
        lowering: &Lowering<'_>,
        template: &Template,
        unescape: &dyn Fn(&str) -> String,
        quoted: bool,
    ) {
        for element in template {
            match element {
                Element::Literal(literal) => self.text(&unescape(literal)),
                Element::Interpolation(interpolation) => {
                    self.open(interpolation.strip);
                    self.tokens.push(Token::Interpolation(lowering.node(&interpolation.expr)));
                    self.close(interpolation.strip);
                }
                Element::Directive(directive) => self.directive(lowering, directive, quoted),
            }
        }
    }

    fn directive(&mut self, lowering: &Lowering<'_>, directive: &Directive, quoted: bool) {
        let unescape: &dyn Fn(&str) -> String =
            if quoted { &|text| unescaped(text) } else { &|text: &str| text.to_owned() };
        match directive {
            Directive::If(directive) => {
                let start = &directive.if_expr;
                self.open(start.strip);
                self.tokens.push(Token::If(lowering.node(&start.cond_expr)));
                self.close(start.strip);
                self.elements(lowering, &start.template, unescape, quoted);
                if let Some(otherwise) = &directive.else_expr {
                    self.open(otherwise.strip);
                    self.tokens.push(Token::Else);
                    self.close(otherwise.strip);
                    self.elements(lowering, &otherwise.template, unescape, quoted);
                }
                self.open(directive.endif_expr.strip);
                self.tokens.push(Token::End);
                self.close(directive.endif_expr.strip);
            }
            Directive::For(directive) => {
                let start = &directive.for_expr;
                self.open(start.strip);
                self.tokens.push(Token::For {
                    key: start.key_var.as_ref().map(|key| Arc::from(key.as_str())),
                    value: Arc::from(start.value_var.as_str()),
                    collection: lowering.node(&start.collection_expr),
                });
                self.close(start.strip);
                self.elements(lowering, &start.template, unescape, quoted);
                self.open(directive.endfor_expr.strip);
                self.tokens.push(Token::End);
                self.close(directive.endfor_expr.strip);
            }
        }
    }

    fn text(&mut self, text: &str) {
        if !self.by_line {
            self.push(text);
            return;
        }
        for line in text.split_inclusive('\n') {
            self.push(line);
        }
    }

    fn push(&mut self, text: &str) {
        let text = if std::mem::take(&mut self.trim_next) { text.trim_start() } else { text };
        self.tokens.push(Token::Text(text.to_owned()));
    }

    fn open(&mut self, strip: Strip) {
        self.trim_next = false;
        if matches!(strip, Strip::Start | Strip::Both)
            && let Some(Token::Text(text)) = self.tokens.last_mut()
        {
            text.truncate(text.trim_end().len());
        }
    }

    fn close(&mut self, strip: Strip) {
        self.trim_next = matches!(strip, Strip::End | Strip::Both);
    }
}

/// Takes the indentation that all lines share away from each. A line of blanks alone does not count and keeps what it has.
fn take_indentation(tokens: &mut [Token]) {
    let mut fewest = usize::MAX;
    let mut at_line_start = true;
    let mut lines: Vec<usize> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let text = if let Token::Text(text) = token { Some(text) } else { None };
        if at_line_start {
            at_line_start = false;
            let blanks = text.map_or("", |text| {
                let length = text.len() - text.trim_start().len();
                text.get(..length).unwrap_or("")
            });
            let blank_line = text.is_some_and(|text| text.trim_start().is_empty() && text.ends_with('\n'));
            if !blank_line {
                fewest = fewest.min(blanks.graphemes(true).count());
                if text.is_some() {
                    lines.push(index);
                }
            }
        }
        at_line_start |= text.is_some_and(|text| text.ends_with('\n'));
    }
    for index in lines {
        if let Some(Token::Text(text)) = tokens.get_mut(index) {
            let cut = text.grapheme_indices(true).nth(fewest).map_or(text.len(), |(at, _)| at);
            text.drain(..cut);
        }
    }
}

/// The row as a tree again.
fn finish(tokens: Vec<Token>) -> Expr {
    let mut tokens = tokens.into_iter().peekable();
    let parts = parts(&mut tokens);
    match parts.as_slice() {
        [] => Expr::Literal(Literal::Text(Arc::from(""))),
        [Part::Text(only)] => Expr::Literal(Literal::Text(Arc::clone(only))),
        _ => Expr::Template(parts),
    }
}

/// Parts up to an `else` or an end, which is left for the caller.
fn parts(tokens: &mut std::iter::Peekable<std::vec::IntoIter<Token>>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let flush = |text: &mut String, parts: &mut Vec<Part>| {
        if !text.is_empty() {
            parts.push(Part::Text(normal(text)));
            text.clear();
        }
    };
    while !matches!(tokens.peek(), None | Some(Token::Else | Token::End)) {
        match tokens.next() {
            Some(Token::Text(piece)) => text.push_str(&piece),
            Some(Token::Interpolation(node)) => {
                flush(&mut text, &mut parts);
                parts.push(Part::Interpolation(node));
            }
            Some(Token::If(condition)) => {
                flush(&mut text, &mut parts);
                let then = self::parts(tokens);
                let mut otherwise = Vec::new();
                if matches!(tokens.peek(), Some(Token::Else)) {
                    tokens.next();
                    otherwise = self::parts(tokens);
                }
                tokens.next();
                parts.push(Part::If { condition, then, otherwise });
            }
            Some(Token::For { key, value, collection }) => {
                flush(&mut text, &mut parts);
                let body = self::parts(tokens);
                tokens.next();
                parts.push(Part::For { key, value, collection, body });
            }
            Some(Token::Else | Token::End) | None => break,
        }
    }
    flush(&mut text, &mut parts);
    parts
}

/// Backslash escapes of a quoted text resolved.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(letter) = rest.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match rest.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some(escape @ ('u' | 'U')) => {
                let digits: String = rest.by_ref().take(if escape == 'u' { 4 } else { 8 }).collect();
                out.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}
