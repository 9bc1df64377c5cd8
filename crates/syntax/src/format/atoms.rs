//! From pest's nodes to atoms: each token with the gap that belongs before it.

use std::borrow::Cow;

use crate::grammar::Rule;
use crate::nodes::Node;

/// An entity that was written on one line stays so up to this width.
const ENTITY_WIDTH: usize = 100;
/// What else was written on one line stays so up to this width; longer lines are broken.
pub(super) const WIDTH: usize = 120;
/// Columns of one step of indentation.
pub(super) const STEP: usize = 2;

/// What stands before an atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing.
    Touch,
    /// So many blanks.
    Blanks(usize),
    /// A new line with so many columns of indentation.
    Line { indent: usize, blank: BlankLine },
}

/// The empty line before a new line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlankLine {
    /// None.
    Never,
    /// One where the author left one.
    Kept,
    /// One.
    Always,
}

/// A token as it is printed.
#[derive(Clone, Debug)]
pub(super) struct Atom<'a> {
    pub(super) text: Cow<'a, str>,
    /// First byte in the file.
    pub(super) start: usize,
    /// The byte after the last.
    pub(super) end: usize,
    pub(super) gap: Gap,
    /// Whether a line that is too long may be broken before it: 1 is the best place, 0 is none.
    pub(super) breaks: u8,
    /// The atom ends a block: comments before it belong into the block.
    pub(super) closes: bool,
}

/// Gathers the atoms of a file.
pub(super) struct Atoms<'a> {
    source: &'a str,
    done: Vec<Atom<'a>>,
    shift: usize,
    /// The gap that the next atom takes, whatever its neighbours.
    next: Option<Gap>,
    last: Option<Rule>,
    /// Parentheses and brackets that are open.
    depth: usize,
    indent: usize,
    /// Whether a node that stands on one line is being added.
    flat_only: bool,
    /// Whether the item before stands on one line.
    flat_before: bool,
}

impl<'a> Atoms<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self {
            source,
            done: Vec::new(),
            shift: 0,
            next: None,
            last: None,
            depth: 0,
            indent: 0,
            flat_only: false,
            flat_before: true,
        }
    }

    pub(super) fn finish(self) -> Vec<Atom<'a>> {
        self.done
    }

    /// Adds the items of a piece, which begins at `shift` in the file.
    pub(super) fn piece(&mut self, node: Node<'_>, shift: usize) {
        self.shift = shift;
        for item in node.into_inner().filter(|item| item.as_rule() != Rule::EOI) {
            let before = self.done.len();
            self.next = Some(Gap::Line { indent: 0, blank: BlankLine::Kept });
            self.item(item);
            let flat = self.done.iter().skip(before + 1).all(|atom| !matches!(atom.gap, Gap::Line { .. }));
            if let Some(first) = self.done.get_mut(before)
                && before > 0
                && !(flat && self.flat_before)
            {
                first.gap = Gap::Line { indent: 0, blank: BlankLine::Always };
            }
            self.flat_before = flat;
        }
    }

    fn item(&mut self, node: Node<'_>) {
        match node.as_rule() {
            Rule::entity_item => self.entity(node),
            Rule::map_item => self.map(node),
            Rule::control_item => self.control(node),
            Rule::exception_item => self.exception(node),
            Rule::test_item => self.test(node),
            Rule::capability_item => self.capability(node),
            Rule::param_item => self.param(node),
            _ => self.tokens(node),
        }
    }

    fn param(&mut self, node: Node<'_>) {
        for part in node.into_inner() {
            if part.as_rule() == Rule::text {
                self.next = Some(Gap::Blanks(2));
            }
            self.tokens(part);
        }
    }

    /// Adds all tokens of a node, on one line.
    fn tokens(&mut self, node: Node<'_>) {
        match node.as_rule() {
            // `.name` is one atom.
            Rule::member => self.atom(&node),
            Rule::list => self.list(node),
            Rule::record => self.record(node),
            Rule::given_list => self.given_list(node),
            _ => {
                let mut inner = node.into_inner().peekable();
                if inner.peek().is_none() {
                    return self.atom(&node);
                }
                let touches = matches!(node.as_rule(), Rule::arguments | Rule::index);
                for (index, part) in inner.enumerate() {
                    if touches && index == 0 {
                        self.next = Some(Gap::Touch);
                    }
                    self.tokens(part);
                }
            }
        }
    }

    fn atom(&mut self, node: &Node<'_>) {
        let rule = node.as_rule();
        if rule == Rule::EOI {
            return;
        }
        let (start, end) = (self.shift + node.start(), self.shift + node.end());
        let gap = self.next.take().unwrap_or_else(|| gap(self.last, rule));
        match rule {
            Rule::open_paren | Rule::open_bracket => self.depth += 1,
            Rule::close_paren | Rule::close_bracket => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        let breaks = match rule {
            Rule::kw_where | Rule::kw_that | Rule::kw_and | Rule::op_and | Rule::op_or | Rule::op_unless => {
                if self.depth == 0 { 1 } else { 2 }
            }
            Rule::kw_then | Rule::kw_else => 2,
            Rule::text | Rule::template | Rule::citation if self.last == Some(Rule::comma) => 3,
            _ => 0,
        };
        let text = self.source.get(start..end).unwrap_or("");
        // `at  least` is one token with one blank.
        let text = if is_two_words(rule) {
            Cow::Owned(text.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
        } else {
            Cow::Borrowed(text)
        };
        self.last = Some(rule);
        self.done.push(Atom { text, start, end, gap, breaks, closes: false });
    }

    /// The next atom begins a line.
    fn line(&mut self, blank: BlankLine) {
        self.next = Some(Gap::Line { indent: self.indent, blank });
    }

    /// Whether a node was written on one line.
    fn was_flat(&self, node: &Node<'_>) -> bool {
        let start = self.shift + node.start();
        let end = self.shift + node.tight_end();
        !self.source.get(start..end).unwrap_or("").contains('\n')
    }

    /// Adds a node on one line where it was on one and fits; says whether it did.
    fn flat(&mut self, node: &Node<'_>, width: usize, add: impl FnOnce(&mut Self, Node<'_>)) -> bool {
        // What stands in something flat is flat, and is not measured again: that would be exponential in nesting.
        if self.flat_only {
            add(self, *node);
            return true;
        }
        if !self.was_flat(node) {
            return false;
        }
        let saved = (self.done.len(), self.next, self.last, self.depth);
        let line_start = self.done.iter().rposition(|atom| matches!(atom.gap, Gap::Line { .. })).unwrap_or(0);
        self.flat_only = true;
        add(self, *node);
        self.flat_only = false;
        let begin = if matches!(saved.1, Some(Gap::Line { .. })) { saved.0 } else { line_start };
        let atoms = self.done.get(begin..).unwrap_or(&[]);
        if atoms.iter().skip(1).all(|atom| !matches!(atom.gap, Gap::Line { .. })) && line_width(atoms) <= width {
            return true;
        }
        self.done.truncate(saved.0);
        (self.next, self.last, self.depth) = (saved.1, saved.2, saved.3);
        false
    }

    fn close_block(&mut self, node: &Node<'_>, empty: bool) {
        self.indent = self.indent.saturating_sub(STEP);
        if empty {
            self.next = Some(Gap::Touch);
        } else {
            self.line(BlankLine::Never);
        }
        self.atom(node);
        if let Some(last) = self.done.last_mut() {
            last.closes = true;
        }
    }

    /// Adds the head of an item up to its brace, and gives its members; the closing brace is the last of them.
    fn head<'n>(&mut self, node: Node<'n>) -> Vec<Node<'n>> {
        let mut nodes = node.into_inner();
        for part in nodes.by_ref() {
            let opens = part.as_rule() == Rule::open_brace;
            self.tokens(part);
            if opens {
                break;
            }
        }
        self.indent += STEP;
        nodes.collect()
    }

    /// The members of a block on one line, two blanks between them.
    fn flat_block(&mut self, node: Node<'_>) {
        let mut inside = false;
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::open_brace => {
                    self.tokens(part);
                    inside = true;
                    self.next = Some(Gap::Blanks(1));
                    continue;
                }
                Rule::close_brace if self.last == Some(Rule::open_brace) => self.next = Some(Gap::Touch),
                Rule::close_brace => self.next = Some(Gap::Blanks(1)),
                _ if inside && self.last != Some(Rule::open_brace) => self.next = Some(Gap::Blanks(2)),
                _ => {}
            }
            self.tokens(part);
        }
    }

    fn entity(&mut self, node: Node<'_>) {
        if self.flat(&node, ENTITY_WIDTH, Self::flat_block) {
            return;
        }
        let members = self.head(node);
        self.attributes(members, BlankLine::Kept);
    }

    /// Attributes one on a line, their types aligned, and the closing brace.
    fn attributes(&mut self, members: Vec<Node<'_>>, first: BlankLine) {
        let names = members.iter().filter(|member| member.as_rule() == Rule::attribute).filter_map(first_width);
        let column = names.max().unwrap_or(0) + 2;
        let empty = members.len() == 1;
        for (index, member) in members.into_iter().enumerate() {
            match member.as_rule() {
                Rule::close_brace => self.close_block(&member, empty),
                Rule::attribute => {
                    self.line(if index == 0 { BlankLine::Never } else { first });
                    self.aligned(member, column);
                }
                _ => {
                    self.line(if index == 0 { BlankLine::Never } else { first });
                    self.tokens(member);
                }
            }
        }
    }

    /// A node whose second token stands in a column.
    fn aligned(&mut self, node: Node<'_>, column: usize) {
        let width = first_width(&node).unwrap_or(0);
        let declares = node.as_rule() == Rule::attribute;
        for (index, part) in node.into_inner().enumerate() {
            if index == 1 {
                self.next = Some(Gap::Blanks(column.saturating_sub(width).max(1)));
            }
            match part.as_rule() {
                Rule::type_expr => self.type_expr(part),
                // The doc of an attribute.
                Rule::text if declares => {
                    self.next = Some(Gap::Blanks(2));
                    self.tokens(part);
                }
                _ => self.tokens(part),
            }
        }
    }

    fn type_expr(&mut self, node: Node<'_>) {
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::record_type => self.record_type(part),
                Rule::list_type | Rule::map_type => {
                    for inner in part.into_inner() {
                        if inner.as_rule() == Rule::type_expr { self.type_expr(inner) } else { self.tokens(inner) }
                    }
                }
                _ => self.tokens(part),
            }
        }
    }

    fn record_type(&mut self, node: Node<'_>) {
        if self.flat(&node, ENTITY_WIDTH, Self::flat_block) {
            return;
        }
        let members = self.head(node);
        self.attributes(members, BlankLine::Kept);
    }

    fn map(&mut self, node: Node<'_>) {
        let single = node.into_inner().filter(|part| part.as_rule() == Rule::assignment).count() <= 1;
        if single && self.flat(&node, WIDTH, Self::flat_block) {
            return;
        }
        let members = self.head(node);
        self.aligned_block(members, |_| true, 1);
    }

    /// Clauses one on a line; those that `aligns` picks have their second token in one column.
    fn aligned_block(&mut self, members: Vec<Node<'_>>, aligns: impl Fn(&Node<'_>) -> bool, gap: usize) {
        let widths = || members.iter().filter(|member| member.as_rule() != Rule::close_brace && aligns(member));
        let column = widths().filter_map(first_width).max().unwrap_or(0) + if widths().count() > 1 { gap } else { 1 };
        let empty = members.len() == 1;
        let mut before = None;
        for member in members {
            let rule = member.as_rule();
            if rule == Rule::close_brace {
                self.close_block(&member, empty);
                continue;
            }
            let blank = match before {
                None => BlankLine::Never,
                Some(before) if before != rule && [before, rule].contains(&Rule::control_sentence) => BlankLine::Always,
                Some(_) => BlankLine::Kept,
            };
            self.line(blank);
            before = Some(rule);
            if rule == Rule::control_sentence {
                self.control_sentence(member);
            } else if aligns(&member) {
                self.aligned(member, column);
            } else {
                self.tokens(member);
            }
        }
    }

    fn control(&mut self, node: Node<'_>) {
        let members = self.head(node);
        let plain_field = |member: &Node<'_>| {
            let keyword = member.into_inner().next().map(|keyword| keyword.as_rule());
            member.as_rule() == Rule::field && keyword != Some(Rule::kw_applies)
        };
        self.aligned_block(members, plain_field, 2);
    }

    fn control_sentence(&mut self, node: Node<'_>) {
        for part in node.into_inner() {
            if part.as_rule() == Rule::kw_otherwise {
                self.next = Some(Gap::Line { indent: self.indent + STEP, blank: BlankLine::Never });
            }
            self.tokens(part);
        }
    }

    fn exception(&mut self, node: Node<'_>) {
        if self.flat(&node, WIDTH, Self::flat_block) {
            return;
        }
        let members = self.head(node);
        self.aligned_block(members, |_| true, 2);
    }

    fn test(&mut self, node: Node<'_>) {
        let members = self.head(node);
        self.aligned_block(members, |_| false, 1);
    }

    fn capability(&mut self, node: Node<'_>) {
        let mut after_sign = false;
        for part in node.into_inner() {
            let rule = part.as_rule();
            self.tokens(part);
            if after_sign && let Some(last) = self.done.last_mut() {
                last.breaks = 2;
            }
            after_sign = rule == Rule::assign;
        }
    }

    fn record(&mut self, node: Node<'_>) {
        if self.flat(&node, WIDTH, |atoms, node| atoms.flat_members(node, 1)) {
            return;
        }
        self.members(node);
    }

    fn given_list(&mut self, node: Node<'_>) {
        if self.flat(&node, WIDTH, |atoms, node| atoms.flat_members(node, 0)) {
            return;
        }
        self.members(node);
    }

    /// A list of a condition: a member on each line where its author broke the line after the bracket.
    fn list(&mut self, node: Node<'_>) {
        let mut nodes = node.into_inner();
        let (bracket, first) = (nodes.next(), nodes.next());
        let offset = |node: Option<&Node<'_>>| self.shift + node.map_or(0, |node| node.start());
        let between = self.source.get(offset(bracket.as_ref())..offset(first.as_ref())).unwrap_or("");
        if between.contains('\n') { self.members(node) } else { self.flat_members(node, 0) }
    }

    /// Bracket, members and bracket on one line, with so many blanks inside the brackets.
    fn flat_members(&mut self, node: Node<'_>, inside: usize) {
        let empty = node.into_inner().count() == 2;
        let blanks = if inside == 0 || empty { Gap::Touch } else { Gap::Blanks(inside) };
        let mut first = true;
        for part in node.into_inner() {
            let closes = matches!(part.as_rule(), Rule::close_brace | Rule::close_bracket);
            let comma_before = self.last == Some(Rule::comma) && closes;
            if closes && !comma_before {
                self.next = Some(blanks);
            } else if closes {
                self.next = Some(if inside == 0 { Gap::Touch } else { Gap::Blanks(1) });
            }
            let opens = first;
            first = false;
            self.tokens(part);
            if opens {
                self.next = Some(blanks);
            }
        }
    }

    /// A member on each line.
    fn members(&mut self, node: Node<'_>) {
        let nodes: Vec<Node<'_>> = node.into_inner().collect();
        let empty = nodes.len() == 2;
        let last = nodes.len().saturating_sub(1);
        for (index, part) in nodes.into_iter().enumerate() {
            if index == 0 {
                self.tokens(part);
                self.indent += STEP;
            } else if index == last {
                self.close_block(&part, empty);
            } else if part.as_rule() == Rule::comma {
                self.tokens(part);
            } else {
                self.line(if index == 1 { BlankLine::Never } else { BlankLine::Kept });
                self.tokens(part);
            }
        }
    }
}

/// The width of the first token of a node.
fn first_width(node: &Node<'_>) -> Option<usize> {
    node.into_inner().next().map(|first| first.as_str().chars().count())
}

/// The columns that atoms take on one line.
fn line_width(atoms: &[Atom<'_>]) -> usize {
    let gap = |gap: Gap| match gap {
        Gap::Touch => 0,
        Gap::Blanks(count) => count,
        Gap::Line { indent, .. } => indent,
    };
    atoms.iter().map(|atom| gap(atom.gap) + atom.text.chars().count()).sum()
}

fn is_two_words(rule: Rule) -> bool {
    matches!(rule, Rule::kw_at_least | Rule::kw_at_most | Rule::op_not_in | Rule::op_starts_with | Rule::op_ends_with)
}

/// The gap between two tokens on one line.
fn gap(before: Option<Rule>, here: Rule) -> Gap {
    let touches_next =
        matches!(before, None | Some(Rule::open_paren | Rule::open_bracket | Rule::op_negate | Rule::minus));
    let touches_last = matches!(
        here,
        Rule::comma | Rule::close_paren | Rule::close_bracket | Rule::member | Rule::closure | Rule::percent
    ) || here == Rule::colon && before != Some(Rule::kw_and);
    if touches_next || touches_last { Gap::Touch } else { Gap::Blanks(1) }
}
