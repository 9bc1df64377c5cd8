//! From pest's nodes to the syntax tree.
//!
//! A builder function gives `None` only where it has reported a mistake that the grammar lets through (a date that
//! does not exist, `every` without a predicate); the item is then left out.

mod conditions;
mod controls;
mod declarations;
mod literals;
mod phrases;
mod precedence;
mod texts;

use smol_str::SmolStr;
use tickmark_diagnostics::{Diagnostic, codes};
use tickmark_source::{FileId, Span};

use crate::ast::{Item, Name, Pack, Text};
use crate::grammar::Rule;
use crate::nodes::{Node, Nodes};

/// Conditions and types may be nested this deep; predicates and sentences cost more, for more calls lie between them.
const DEEPEST: usize = 100;

/// Makes syntax trees of the nodes of one piece of text.
pub(crate) struct Builder {
    /// The file in which the piece stands.
    pub(crate) file: FileId,
    /// Where the piece begins in the file.
    pub(crate) shift: u32,
    /// Some clauses of the piece were blanked out: nothing is said of what is absent.
    pub(crate) mended: bool,
    /// How deep the tree is at the node that is being built.
    depth: usize,
    /// What was found wrong on the way.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// What a piece of a file holds.
#[expect(clippy::large_enum_variant, reason = "it is handed on at once and never kept")]
pub(crate) enum Part {
    /// `pack NAME "title"`
    Pack(Pack),
    /// Any other item.
    Item(Item),
}

impl Builder {
    /// A builder for a piece of `file` that begins at `shift`.
    pub(crate) fn new(file: FileId, shift: u32) -> Self {
        Self { file, shift, mended: false, depth: 0, diagnostics: Vec::new() }
    }

    /// The items of a piece, those with mistakes left out.
    pub(crate) fn piece(&mut self, piece: Node<'_>) -> Vec<Part> {
        let nodes = piece.into_inner();
        let mut parts = Vec::with_capacity(nodes.len());
        for node in nodes {
            let reported = self.diagnostics.len();
            let part = self.item(node);
            if let (Some(part), true) = (part, self.diagnostics.len() == reported) {
                parts.push(part);
            }
        }
        parts
    }

    fn item(&mut self, node: Node<'_>) -> Option<Part> {
        let item = match node.as_rule() {
            Rule::pack_item => return self.pack(node).map(Part::Pack),
            Rule::param_item => Item::Param(self.param(node)?),
            Rule::entity_item => Item::Entity(self.entity(node)?),
            Rule::adjective_item => Item::Adjective(self.adjective(node)?),
            Rule::relation_item => Item::Relation(self.relation(node)?),
            Rule::map_item => Item::Map(self.map(node)?),
            Rule::capability_item => Item::Capability(self.capability(node)?),
            Rule::control_item => Item::Control(self.control(node)?),
            Rule::exception_item => Item::Exception(self.exception(node)?),
            Rule::test_item => Item::Test(self.test(node)?),
            _ => return None,
        };
        Some(Part::Item(item))
    }

    /// The span of a node without the blanks and comments that pest reads before it finds that an optional part is
    /// absent: it ends where its last token ends.
    pub(crate) fn span(&self, node: &Node<'_>) -> Span {
        self.span_of(node.start(), node.tight_end())
    }

    /// The span of a token, which holds nothing but itself.
    pub(crate) fn token_span(&self, node: &Node<'_>) -> Span {
        self.span_of(node.start(), node.end())
    }

    fn span_of(&self, start: usize, end: usize) -> Span {
        // Files are refused beyond 8 MiB, so offsets fit.
        let offset = |at: usize| self.shift.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        Span::new(self.file, offset(start), offset(end))
    }

    /// A name, its backticks taken off.
    pub(crate) fn name(&self, node: &Node<'_>) -> Name {
        Name { text: bare_name(node.as_str()), span: self.token_span(node) }
    }

    /// The next child, where it is a plain text.
    pub(crate) fn next_text(&mut self, nodes: &mut Nodes<'_>) -> Option<Text> {
        let node = next_if(nodes, Rule::text)?;
        Some(self.text(&node))
    }

    /// The next child as a name.
    pub(crate) fn next_name(&self, nodes: &mut Nodes<'_>) -> Option<Name> {
        nodes.next().map(|node| self.name(&node))
    }

    /// All texts among the children that are left.
    pub(crate) fn texts(&mut self, nodes: Nodes<'_>) -> Vec<Text> {
        nodes.filter(|node| node.as_rule() == Rule::text).map(|node| self.text(&node)).collect()
    }

    /// Builds something that may hold another of its kind; too deep a nesting is refused, for what walks the tree recurses.
    pub(crate) fn deeper<T>(
        &mut self,
        span: Span,
        cost: usize,
        build: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        if self.depth + cost > DEEPEST {
            let message = "this is nested too deeply";
            self.diagnostics.push(
                Diagnostic::error(codes::syntax::LIMIT, span, message)
                    .help("name a part of it with `adjective`, `relation` or `entity`"),
            );
            return None;
        }
        self.depth += cost;
        let built = build(self);
        self.depth -= cost;
        built
    }

    /// Reports a mistake.
    pub(crate) fn wrong(&mut self, span: Span, message: impl Into<String>, help: &str) {
        let diagnostic = Diagnostic::error(codes::syntax::MISPLACED, span, message);
        self.diagnostics.push(if help.is_empty() { diagnostic } else { diagnostic.help(help) });
    }
}

/// The text of a word without its backticks.
pub(crate) fn bare_name(text: &str) -> SmolStr {
    SmolStr::new(text.strip_prefix('`').and_then(|text| text.strip_suffix('`')).unwrap_or(text))
}

/// Takes the next child where it is of that rule.
pub(crate) fn next_if<'a>(nodes: &mut Nodes<'a>, rule: Rule) -> Option<Node<'a>> {
    if nodes.peek()?.as_rule() == rule { nodes.next() } else { None }
}

/// Drops children of that rule from the front.
pub(crate) fn skip(nodes: &mut Nodes<'_>, rule: Rule) {
    while next_if(nodes, rule).is_some() {}
}
