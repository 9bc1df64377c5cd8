//! Text becomes a tree of ours: only here is `hcl-edit` known.

mod json;
mod lower;
mod parse;
mod template;
mod tree;

pub(crate) use parse::{parse_expression, parse_file, parse_template_text};
pub(crate) use tree::{
    Attribute, Block, Body, Call, Conditional, Expr, ForExpr, Literal, Node, Operator, Part, Step, Traversal,
    describe_steps,
};
