//! The tree that is evaluated: bodies, blocks and expressions with their spans, without blanks and comments.

use std::fmt::Write;
use std::sync::Arc;

use tickmark_source::Span;

use crate::number::Number;

/// What stands between braces, or in a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Body {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) blocks: Vec<Block>,
}

/// `name = value`
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub(crate) name: Arc<str>,
    pub(crate) value: Arc<Node>,
}

/// `kind "label" { … }`
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) kind: Arc<str>,
    pub(crate) labels: Vec<Arc<str>>,
    pub(crate) body: Body,
    /// The first word up to the end of the labels.
    pub(crate) span: Span,
}

impl Body {
    pub(crate) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| &*attribute.name == name)
    }

    pub(crate) fn blocks_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| &*block.kind == kind)
    }
}

/// An expression and where it stands.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) expr: Expr,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) enum Expr {
    Literal(Literal),
    Template(Vec<Part>),
    /// `"${x}"`: the value of `x`, of whatever type.
    Wrap(Box<Node>),
    Tuple(Vec<Node>),
    Object(Vec<(Node, Node)>),
    Variable(Arc<str>),
    Traversal(Box<Traversal>),
    Call(Box<Call>),
    Conditional(Box<Conditional>),
    Negate(Box<Node>),
    Not(Box<Node>),
    Binary(Box<Binary>),
    For(Box<ForExpr>),
}

#[derive(Clone, Debug)]
pub(crate) enum Literal {
    Null,
    Bool(bool),
    Number(Number),
    Text(Arc<str>),
}

/// A piece of a template.
#[derive(Debug)]
pub(crate) enum Part {
    Text(Arc<str>),
    Interpolation(Node),
    If { condition: Node, then: Vec<Part>, otherwise: Vec<Part> },
    For { key: Option<Arc<str>>, value: Arc<str>, collection: Node, body: Vec<Part> },
}

#[derive(Debug)]
pub(crate) struct Traversal {
    pub(crate) base: Node,
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug)]
pub(crate) enum Step {
    /// `.name`
    Attribute(Arc<str>),
    /// `[key]`, and `.0`
    Index(Node),
    /// `.*`
    AttributeSplat,
    /// `[*]`
    FullSplat,
}

#[derive(Debug)]
pub(crate) struct Call {
    /// With its namespaces: `provider::aws::arn_parse`.
    pub(crate) name: Arc<str>,
    pub(crate) arguments: Vec<Node>,
    /// Whether the last argument is a list of arguments: `f(x...)`.
    pub(crate) expand: bool,
}

#[derive(Debug)]
pub(crate) struct Conditional {
    pub(crate) condition: Node,
    pub(crate) then: Node,
    pub(crate) otherwise: Node,
}

#[derive(Debug)]
pub(crate) struct Binary {
    pub(crate) operator: Operator,
    pub(crate) left: Node,
    pub(crate) right: Node,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    And,
    Or,
}

#[derive(Debug)]
pub(crate) struct ForExpr {
    pub(crate) key_name: Option<Arc<str>>,
    pub(crate) value_name: Arc<str>,
    pub(crate) collection: Node,
    /// For an object: its key.
    pub(crate) key: Option<Node>,
    pub(crate) value: Node,
    pub(crate) grouping: bool,
    pub(crate) condition: Option<Node>,
}

impl Node {
    pub(crate) fn text(text: impl Into<Arc<str>>, span: Span) -> Self {
        Node { expr: Expr::Literal(Literal::Text(text.into())), span }
    }

    /// The text of a literal text.
    pub(crate) fn as_text(&self) -> Option<&Arc<str>> {
        if let Expr::Literal(Literal::Text(text)) = &self.expr { Some(text) } else { None }
    }

    /// The expression as it is written, where it is a name or a path of names; else a word for it. For messages.
    pub(crate) fn describe(&self) -> String {
        match &self.expr {
            Expr::Variable(name) => name.to_string(),
            Expr::Traversal(traversal) => describe_steps(traversal.base.describe(), &traversal.steps),
            Expr::Call(call) => format!("{}(…)", call.name),
            Expr::Wrap(inner) => inner.describe(),
            Expr::Literal(Literal::Text(text)) => format!("\"{text}\""),
            Expr::Literal(Literal::Number(number)) => number.to_string(),
            Expr::Literal(Literal::Bool(value)) => value.to_string(),
            Expr::Literal(Literal::Null) => "null".to_owned(),
            Expr::Template(_) => "\"…\"".to_owned(),
            Expr::Tuple(_) => "[…]".to_owned(),
            Expr::Object(_) => "{…}".to_owned(),
            Expr::Conditional(_) | Expr::Negate(_) | Expr::Not(_) | Expr::Binary(_) => "(…)".to_owned(),
            Expr::For(_) => "[for …]".to_owned(),
        }
    }
}

/// A path with some steps behind it, as it is written.
pub(crate) fn describe_steps(mut text: String, steps: &[Step]) -> String {
    for step in steps {
        let _ = match step {
            Step::Attribute(name) => write!(text, ".{name}"),
            Step::Index(key) => write!(text, "[{}]", key.describe()),
            Step::AttributeSplat => write!(text, ".*"),
            Step::FullSplat => write!(text, "[*]"),
        };
    }
    text
}
