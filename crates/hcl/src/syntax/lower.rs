//! The tree of `hcl-edit` becomes ours.

use std::ops::Range;
use std::sync::Arc;

use hcl_edit::Span as _;
use hcl_edit::expr::{self, Expression, ObjectKey, TraversalOperator};
use hcl_edit::structure;
use tickmark_source::{FileId, Span};
use unicode_normalization::UnicodeNormalization;

use super::template;
use super::tree::{
    Attribute, Binary, Block, Body, Call, Conditional, Expr, ForExpr, Literal, Node, Operator, Step, Traversal,
};
use crate::number::Number;

/// What lowering needs to know: the text that was parsed, and where its offsets are.
pub(crate) struct Lowering<'t> {
    /// The text that was parsed.
    pub(super) text: &'t str,
    pub(super) place: Offsets,
}

/// Where the offsets of a parsed text are.
pub(super) enum Offsets {
    /// In a file, from some byte on.
    File(FileId, u32),
    /// Nowhere: the text was read out of a string, and everything in it stands where that string does.
    Fixed(Span),
}

impl Lowering<'_> {
    pub(super) fn span(&self, range: Option<Range<usize>>) -> Span {
        match &self.place {
            Offsets::Fixed(span) => *span,
            Offsets::File(file, base) => {
                let range = range.unwrap_or(0..0);
                let offset = |at: usize| base.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
                Span::new(*file, offset(range.start), offset(range.end))
            }
        }
    }

    /// For a part of the text that was parsed by itself.
    pub(super) fn shifted<'p>(&self, part: &'p str, by: usize) -> Lowering<'p> {
        let by = u32::try_from(by).unwrap_or(u32::MAX);
        let place = match self.place {
            Offsets::File(file, base) => Offsets::File(file, base.saturating_add(by)),
            Offsets::Fixed(span) => Offsets::Fixed(span),
        };
        Lowering { text: part, place }
    }

    pub(super) fn body(&self, body: &structure::Body) -> Body {
        let mut lowered = Body::default();
        for item in body {
            match item {
                structure::Structure::Attribute(attribute) => {
                    let value = Arc::new(self.node(&attribute.value));
                    lowered.attributes.push(Attribute { name: name(&attribute.key), value });
                }
                structure::Structure::Block(block) => lowered.blocks.push(self.block(block)),
            }
        }
        lowered
    }

    fn block(&self, block: &structure::Block) -> Block {
        let labels = block.labels.iter().map(|label| normal(label.as_str())).collect();
        let start = block.ident.span().or_else(|| block.span()).unwrap_or(0..0);
        // From the word to the end of its line's head: up to the brace.
        let whole = block.span().unwrap_or_else(|| start.clone());
        let head = self.text.get(whole.clone()).and_then(|text| text.find('{')).unwrap_or(start.len());
        let head = self.text.get(whole.start..whole.start + head).map_or(start.len(), |text| text.trim_end().len());
        let span = self.span(Some(whole.start..whole.start + head));
        Block { kind: name(&block.ident), labels, body: self.body(&block.body), span }
    }

    pub(super) fn node(&self, expression: &Expression) -> Node {
        let span = self.span(expression.span());
        let expr = match expression {
            Expression::Null(_) => Expr::Literal(Literal::Null),
            Expression::Bool(value) => Expr::Literal(Literal::Bool(*value.value())),
            Expression::Number(number) => self.number(number, expression.span()),
            Expression::String(text) => Expr::Literal(Literal::Text(normal(text.value()))),
            Expression::Array(array) => Expr::Tuple(array.iter().map(|item| self.node(item)).collect()),
            Expression::Object(object) => self.object(object),
            Expression::StringTemplate(quoted) => template::lower_quoted(self, quoted),
            Expression::HeredocTemplate(heredoc) => template::lower_heredoc(self, heredoc, expression.span()),
            Expression::Parenthesis(inner) => return self.node(inner.inner()),
            Expression::Variable(variable) => Expr::Variable(name(variable)),
            Expression::Conditional(conditional) => Expr::Conditional(Box::new(Conditional {
                condition: self.node(&conditional.cond_expr),
                then: self.node(&conditional.true_expr),
                otherwise: self.node(&conditional.false_expr),
            })),
            Expression::FuncCall(call) => self.call(call),
            Expression::Traversal(traversal) => self.traversal(traversal),
            Expression::UnaryOp(operation) => {
                let inner = Box::new(self.node(&operation.expr));
                match operation.operator.value() {
                    expr::UnaryOperator::Neg => Expr::Negate(inner),
                    expr::UnaryOperator::Not => Expr::Not(inner),
                }
            }
            Expression::BinaryOp(operation) => Expr::Binary(Box::new(Binary {
                operator: operator(*operation.operator.value()),
                left: self.node(&operation.lhs_expr),
                right: self.node(&operation.rhs_expr),
            })),
            Expression::ForExpr(each) => self.for_expr(each),
        };
        Node { expr, span }
    }

    fn number(&self, number: &hcl_edit::Formatted<hcl_edit::Number>, span: Option<Range<usize>>) -> Expr {
        // As it is written: the parser's own number is a 64-bit float.
        let written = span.and_then(|span| self.text.get(span)).map(str::trim).and_then(Number::parse);
        let value = written
            .or_else(|| Number::parse(&number.value().to_string()))
            .or_else(|| number.value().as_f64().and_then(Number::from_f64));
        Expr::Literal(value.map_or(Literal::Null, Literal::Number))
    }

    fn object(&self, object: &expr::Object) -> Expr {
        let mut items = Vec::with_capacity(object.len());
        for (key, value) in object {
            let key = match key {
                ObjectKey::Ident(ident) | ObjectKey::Expression(Expression::Variable(ident)) => {
                    Node::text(normal(self.key_text(ident.span(), ident.as_str())), self.span(ident.span()))
                }
                // Without escapes it is written as it is.
                ObjectKey::Expression(Expression::String(text)) => {
                    let inside = text.span().map(|span| span.start + 1..span.end.saturating_sub(1));
                    let written = inside.clone().filter(|inside| inside.len() == text.value().len());
                    Node::text(normal(self.key_text(written, text.value())), self.span(text.span()))
                }
                // A bare word is a text, this one too.
                ObjectKey::Expression(Expression::Null(_)) => Node::text("null", self.span(None)),
                ObjectKey::Expression(key) => self.node(key),
            };
            items.push((key, self.node(value.expr())));
        }
        Expr::Object(items)
    }

    /// The name of a key as it is written: the parser may have been given another in its place.
    fn key_text<'k>(&'k self, span: Option<Range<usize>>, parsed: &'k str) -> &'k str {
        span.and_then(|span| self.text.get(span)).filter(|text| text.len() == parsed.len()).unwrap_or(parsed)
    }

    fn call(&self, call: &expr::FuncCall) -> Expr {
        let mut full = String::new();
        for part in &call.name.namespace {
            full.push_str(part.as_str());
            full.push_str("::");
        }
        full.push_str(call.name.name.as_str());
        Expr::Call(Box::new(Call {
            name: full.into(),
            arguments: call.args.iter().map(|argument| self.node(argument)).collect(),
            expand: call.args.expand_final(),
        }))
    }

    fn traversal(&self, traversal: &expr::Traversal) -> Expr {
        let steps = traversal.operators.iter().map(|step| match step.value() {
            TraversalOperator::GetAttr(attribute) => Step::Attribute(name(attribute)),
            TraversalOperator::Index(index) => Step::Index(self.node(index)),
            TraversalOperator::LegacyIndex(index) => Step::Index(Node {
                expr: Expr::Literal(Literal::Number(Number::from(i128::from(*index.value())))),
                span: self.span(step.span()),
            }),
            TraversalOperator::AttrSplat(_) => Step::AttributeSplat,
            TraversalOperator::FullSplat(_) => Step::FullSplat,
        });
        Expr::Traversal(Box::new(Traversal { base: self.node(&traversal.expr), steps: steps.collect() }))
    }

    fn for_expr(&self, each: &expr::ForExpr) -> Expr {
        Expr::For(Box::new(ForExpr {
            key_name: each.intro.key_var.as_ref().map(name),
            value_name: name(&each.intro.value_var),
            collection: self.node(&each.intro.collection_expr),
            key: each.key_expr.as_ref().map(|key| self.node(key)),
            value: self.node(&each.value_expr),
            grouping: each.grouping,
            condition: each.cond.as_ref().map(|condition| self.node(&condition.expr)),
        }))
    }
}

fn name(ident: &hcl_edit::Decorated<hcl_edit::Ident>) -> Arc<str> {
    Arc::from(ident.as_str())
}

/// Text in the normal form in which Terraform holds it (NFC).
pub(super) fn normal(text: &str) -> Arc<str> {
    if text.is_ascii() { Arc::from(text) } else { Arc::from(text.nfc().collect::<String>()) }
}

fn operator(operator: expr::BinaryOperator) -> Operator {
    match operator {
        expr::BinaryOperator::Eq => Operator::Equal,
        expr::BinaryOperator::NotEq => Operator::NotEqual,
        expr::BinaryOperator::LessEq => Operator::LessOrEqual,
        expr::BinaryOperator::GreaterEq => Operator::GreaterOrEqual,
        expr::BinaryOperator::Less => Operator::Less,
        expr::BinaryOperator::Greater => Operator::Greater,
        expr::BinaryOperator::Plus => Operator::Add,
        expr::BinaryOperator::Minus => Operator::Subtract,
        expr::BinaryOperator::Mul => Operator::Multiply,
        expr::BinaryOperator::Div => Operator::Divide,
        expr::BinaryOperator::Mod => Operator::Remainder,
        expr::BinaryOperator::And => Operator::And,
        expr::BinaryOperator::Or => Operator::Or,
    }
}
