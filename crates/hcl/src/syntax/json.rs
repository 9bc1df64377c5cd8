//! Terraform's JSON syntax: the same blocks and expressions, with templates in strings.
//!
//! JSON does not say what is a block and what an attribute. At the top and in the blocks that Terraform itself defines
//! that is known; below a resource only the provider knows, so everything there is an attribute but for the blocks that
//! every resource may have.

use std::sync::Arc;

use tickmark_diagnostics::{Diagnostic, codes};
use tickmark_source::{FileId, Span};

use super::parse::{literal, parse_expression, parse_template_text};
use super::tree::{Attribute, Block, Body, Expr, Literal, Node};
use crate::json_text::{Json, Shape, read};

/// Blocks of a resource or module call that Terraform itself defines.
const META_BLOCKS: [&str; 4] = ["lifecycle", "provisioner", "connection", "dynamic"];

struct Reader {
    file: FileId,
    base: u32,
}

/// What is wrong, and at which byte of the text.
type Fault = (String, usize);

/// Parses a `.tf.json` file.
pub(super) fn parse_body(file: FileId, base: u32, text: &str) -> Result<Body, Box<Diagnostic>> {
    let reader = Reader { file, base };
    let json = read(text).map_err(|fault| {
        let message = format!("broken JSON: {}", fault.message);
        Box::new(Diagnostic::error(codes::facts::BROKEN_JSON, reader.span(fault.offset), message))
    })?;
    reader.top(&json).map_err(|(message, offset)| {
        let message = format!("broken Terraform configuration: {message}");
        Box::new(Diagnostic::error(codes::facts::BROKEN_HCL, reader.span(offset), message))
    })
}

/// Parses a `.tfvars.json` file: values, not templates.
pub(super) fn parse_values(file: FileId, base: u32, text: &str) -> Result<Body, Box<Diagnostic>> {
    let reader = Reader { file, base };
    let json = read(text).map_err(|fault| {
        let message = format!("broken JSON: {}", fault.message);
        Box::new(Diagnostic::error(codes::facts::BROKEN_JSON, reader.span(fault.offset), message))
    })?;
    let mut body = Body::default();
    if let Shape::Object(members) = &json.shape {
        for (name, value) in members {
            let value = Arc::new(reader.plain(value));
            body.attributes.push(Attribute { name: Arc::clone(name), value });
        }
    }
    Ok(body)
}

/// How many labels a block of the top has.
fn labels_of(kind: &str) -> usize {
    match kind {
        "resource" | "data" | "ephemeral" => 2,
        "variable" | "output" | "module" | "provider" | "check" => 1,
        _ => 0,
    }
}

impl Reader {
    fn span(&self, offset: usize) -> Span {
        let at = self.base.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
        Span::new(self.file, at, at.saturating_add(1))
    }

    fn top(&self, json: &Json) -> Result<Body, Fault> {
        let mut body = Body::default();
        let parts: Vec<&Json> = match &json.shape {
            Shape::List(items) => items.iter().collect(),
            _ => vec![json],
        };
        for part in parts {
            let Shape::Object(members) = &part.shape else {
                return Err(("expected an object".to_owned(), part.offset));
            };
            for (kind, value) in members.iter().filter(|(kind, _)| &**kind != "//") {
                self.blocks(kind, labels_of(kind), &mut Vec::new(), value, &mut body.blocks)?;
            }
        }
        Ok(body)
    }

    /// Blocks of a kind: one level of object for each label, then an object or a list of them.
    fn blocks(
        &self,
        kind: &Arc<str>,
        labels_left: usize,
        labels: &mut Vec<Arc<str>>,
        json: &Json,
        out: &mut Vec<Block>,
    ) -> Result<(), Fault> {
        match &json.shape {
            Shape::List(items) => items.iter().try_for_each(|item| self.blocks(kind, labels_left, labels, item, out)),
            Shape::Object(members) if labels_left > 0 => {
                for (label, value) in members.iter().filter(|(label, _)| &**label != "//") {
                    labels.push(Arc::clone(label));
                    self.blocks(kind, labels_left - 1, labels, value, out)?;
                    labels.pop();
                }
                Ok(())
            }
            Shape::Object(members) => {
                let body = self.body(kind, members)?;
                let block =
                    Block { kind: Arc::clone(kind), labels: labels.clone(), body, span: self.span(json.offset) };
                out.push(block);
                Ok(())
            }
            Shape::Null => Ok(()),
            _ => Err((format!("expected an object for `{kind}`"), json.offset)),
        }
    }

    fn body(&self, kind: &str, members: &[(Arc<str>, Json)]) -> Result<Body, Fault> {
        let mut body = Body::default();
        for (name, value) in members.iter().filter(|(name, _)| &**name != "//") {
            let block = match kind {
                "terraform" => matches!(&**name, "required_providers" | "backend" | "cloud"),
                "variable" => &**name == "validation",
                "resource" | "data" | "module" | "ephemeral" => META_BLOCKS.contains(&&**name),
                "dynamic" => &**name == "content",
                _ => false,
            };
            if block {
                let labels = usize::from(matches!(&**name, "provisioner" | "dynamic" | "backend"));
                self.blocks(name, labels, &mut Vec::new(), value, &mut body.blocks)?;
                continue;
            }
            // Where Terraform wants a bare expression, a string is one: a type, a reference.
            let bare = match kind {
                "variable" => &**name == "type",
                "resource" | "data" | "module" | "ephemeral" => {
                    matches!(&**name, "depends_on" | "provider" | "providers" | "ignore_changes")
                }
                "lifecycle" => matches!(&**name, "ignore_changes" | "replace_triggered_by"),
                _ => false,
            };
            let node = match (bare, kind, &**name) {
                (true, ..) => self.bare(value)?,
                // A default is a value, in which `${` means nothing.
                (_, "variable", _) => self.plain(value),
                _ => self.node(value)?,
            };
            body.attributes.push(Attribute { name: Arc::clone(name), value: Arc::new(node) });
        }
        Ok(body)
    }

    /// An expression: strings are templates.
    fn node(&self, json: &Json) -> Result<Node, Fault> {
        let span = self.span(json.offset);
        let expr = match &json.shape {
            Shape::Text(text) => {
                return parse_template_text(text, span)
                    .map_err(|message| (format!("a template in a string: {message}"), json.offset));
            }
            Shape::List(items) => Expr::Tuple(items.iter().map(|item| self.node(item)).collect::<Result<_, _>>()?),
            Shape::Object(members) => {
                let mut entries = Vec::with_capacity(members.len());
                for (key, value) in members {
                    let key = parse_template_text(key, span).unwrap_or_else(|_| literal(key, span));
                    entries.push((key, self.node(value)?));
                }
                Expr::Object(entries)
            }
            _ => return Ok(self.plain(json)),
        };
        Ok(Node { expr, span })
    }

    /// A string that is an expression; a list of them.
    fn bare(&self, json: &Json) -> Result<Node, Fault> {
        let span = self.span(json.offset);
        match &json.shape {
            Shape::Text(text) => parse_expression(text, span)
                .map_err(|message| (format!("an expression in a string: {message}"), json.offset)),
            Shape::List(items) => {
                let items = items.iter().map(|item| self.bare(item)).collect::<Result<_, _>>()?;
                Ok(Node { expr: Expr::Tuple(items), span })
            }
            Shape::Object(members) => {
                let entry = |(key, value): &(Arc<str>, Json)| Ok((literal(key, span), self.bare(value)?));
                let entries = members.iter().map(entry).collect::<Result<_, Fault>>()?;
                Ok(Node { expr: Expr::Object(entries), span })
            }
            _ => self.node(json),
        }
    }

    /// A value in which strings are what they say.
    fn plain(&self, json: &Json) -> Node {
        let span = self.span(json.offset);
        let expr = match &json.shape {
            Shape::Null => Expr::Literal(Literal::Null),
            Shape::Bool(value) => Expr::Literal(Literal::Bool(*value)),
            Shape::Number(number) => Expr::Literal(Literal::Number(number.clone())),
            Shape::Text(text) => Expr::Literal(Literal::Text(super::lower::normal(text))),
            Shape::List(items) => Expr::Tuple(items.iter().map(|item| self.plain(item)).collect()),
            Shape::Object(members) => {
                Expr::Object(members.iter().map(|(key, value)| (literal(key, span), self.plain(value))).collect())
            }
        };
        Node { expr, span }
    }
}
