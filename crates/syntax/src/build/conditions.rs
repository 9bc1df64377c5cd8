//! Conditions and values: a tree made of pest's flat operands and operators.

use std::iter::Peekable;

use smol_str::SmolStr;
use tickmark_diagnostics::{Diagnostic, codes};

use super::precedence::{COMPARISON, LOOSEST, Level, NEGATE, NOT, infix};
use super::{Builder, Nodes, bare_name, next_if, skip};
use crate::ast::{
    Argument, BinaryOp, ClosureKind, Expr, ExprKind, Filter, FilterKind, Name, Predicate, PredicateKind, Sentence,
};
use crate::grammar::Rule;
use crate::nodes::Node;
use crate::slips;

/// Operands and operators in one condition without brackets. What is made of the tree recurses along such a chain.
const LONGEST_CHAIN: usize = 1_000;

/// Signs and `not`s in front of one operand.
const MOST_PREFIXES: usize = 20;

/// A path is followed step by step, one within the other: what is longer than this nobody wrote by hand.
const MOST_STEPS: usize = 200;

impl BinaryOp {
    /// Whether it joins two conditions.
    pub(crate) fn joins_conditions(self) -> bool {
        matches!(self, BinaryOp::And | BinaryOp::Or | BinaryOp::Unless)
    }
}

impl Builder {
    /// A condition or a value.
    pub(crate) fn expr(&mut self, node: Node<'_>) -> Option<Expr> {
        self.chain(node)
    }

    /// A value: no comparison, no `and`.
    pub(crate) fn value(&mut self, node: Node<'_>) -> Option<Expr> {
        self.chain(node)
    }

    fn chain(&mut self, node: Node<'_>) -> Option<Expr> {
        let start = self.token_span(&node);
        self.deeper(start, 1, |builder| builder.chain_inside(node))
    }

    fn chain_inside(&mut self, node: Node<'_>) -> Option<Expr> {
        let mut nodes = node.into_inner();
        if nodes.len() == 1 {
            return self.operand(nodes.next()?);
        }
        if nodes.len() > LONGEST_CHAIN {
            let span = self.span(&node);
            let message = format!("this condition has more than {LONGEST_CHAIN} operands and operators");
            let diagnostic = Diagnostic::error(codes::syntax::LIMIT, span, message)
                .help("compare with a list (`x in [\"a\", \"b\"]`), or name parts of it with `adjective`");
            self.diagnostics.push(diagnostic);
            return None;
        }
        self.climb(&mut nodes.peekable(), LOOSEST, 0)
    }

    /// Precedence climbing: reads an operand and what binds to it at `level` or tighter.
    fn climb(&mut self, nodes: &mut Peekable<Nodes<'_>>, level: Level, prefixes: usize) -> Option<Expr> {
        let first = nodes.next()?;
        let mut left = match first.as_rule() {
            Rule::op_not => self.not(&first, nodes, prefixes)?,
            Rule::op_negate => self.negate(&first, nodes, prefixes)?,
            _ => self.operand(first)?,
        };
        while let Some(next) = nodes.peek() {
            let rule = next.as_rule();
            let binds = infix(rule).map_or(COMPARISON, |(_, binds)| binds);
            if binds < level {
                break;
            }
            let next = nodes.next()?;
            left = match infix(rule) {
                Some((op, binds)) => {
                    let right = self.climb(nodes, binds + 1, 0)?;
                    self.check_comparison(op, &left, &right);
                    let span = left.span.to(right.span);
                    Expr { kind: ExprKind::Binary(op, Box::new(left), Box::new(right)), span }
                }
                None if rule == Rule::kw_exists => {
                    let span = left.span.to(self.token_span(&next));
                    Expr { kind: ExprKind::Exists(Box::new(left)), span }
                }
                None => {
                    let predicate = self.predicate(next)?;
                    let span = left.span.to(predicate.span);
                    Expr { kind: ExprKind::Predicate(Box::new(left), predicate), span }
                }
            };
        }
        Some(left)
    }

    fn not(&mut self, sign: &Node<'_>, nodes: &mut Peekable<Nodes<'_>>, prefixes: usize) -> Option<Expr> {
        self.check_prefixes(sign, prefixes)?;
        let inner = self.climb(nodes, NOT, prefixes + 1)?;
        let sign = self.token_span(sign);
        if let ExprKind::Sentence(sentence) = &inner.kind {
            let diagnostic =
                Diagnostic::error(codes::syntax::TWO_WAYS, sign, "`not` before a bare sentence reads two ways")
                    .label(sentence.span, "the sentence")
                    .help("put the sentence in parentheses: `not (some …)`; or say it with `no`");
            self.diagnostics.push(diagnostic);
            return None;
        }
        let span = sign.to(inner.span);
        Some(Expr { kind: ExprKind::Not(Box::new(inner)), span })
    }

    fn negate(&mut self, sign: &Node<'_>, nodes: &mut Peekable<Nodes<'_>>, prefixes: usize) -> Option<Expr> {
        self.check_prefixes(sign, prefixes)?;
        let inner = self.climb(nodes, NEGATE, prefixes + 1)?;
        let span = self.token_span(sign).to(inner.span);
        // A negative literal is one value.
        let kind = match inner.kind {
            ExprKind::Number(number) => ExprKind::Number(-number),
            ExprKind::Duration(number, unit) => ExprKind::Duration(-number, unit),
            kind => ExprKind::Negate(Box::new(Expr { kind, span: inner.span })),
        };
        Some(Expr { kind, span })
    }

    fn check_prefixes(&mut self, sign: &Node<'_>, prefixes: usize) -> Option<()> {
        if prefixes < MOST_PREFIXES {
            return Some(());
        }
        let span = self.token_span(sign);
        let diagnostic =
            Diagnostic::error(codes::syntax::LIMIT, span, format!("more than {MOST_PREFIXES} `not` or `-` in a row"));
        self.diagnostics.push(diagnostic);
        None
    }

    /// One operand.
    pub(super) fn operand(&mut self, node: Node<'_>) -> Option<Expr> {
        let span = self.span(&node);
        let kind = match node.as_rule() {
            Rule::path => return self.path(node),
            Rule::paren => return self.paren(node),
            Rule::template => ExprKind::Text(self.template(&node)?),
            Rule::date => ExprKind::Time(self.time(&node)?),
            Rule::measure => self.measure_expr(node)?,
            Rule::number => ExprKind::Number(self.whole_number(&node)?),
            Rule::param => ExprKind::Param(param_name(&node)),
            Rule::boolean => ExprKind::Bool(node.as_str() == "true"),
            Rule::regex => ExprKind::Regex(self.regex(&node)),
            Rule::list => ExprKind::List(self.list(node)?),
            Rule::sentence => ExprKind::Sentence(Box::new(self.nested_sentence(node)?)),
            Rule::conditional | Rule::branch_conditional => self.conditional(node)?,
            _ => return None,
        };
        Some(Expr { kind, span })
    }

    /// The number of a quantifier.
    fn whole_number(&mut self, node: &Node<'_>) -> Option<f64> {
        let digits: String = node.as_str().chars().filter(|letter| *letter != '_').collect();
        let number = digits.parse::<f64>().ok().filter(|number| number.is_finite() && number.fract() == 0.0);
        if number.is_none() {
            let span = self.token_span(node);
            self.bad_literal(
                span,
                &format!("`{}` is no number of things", node.as_str()),
                "a count is a whole number: `at least 2`",
            );
        }
        number
    }

    fn paren(&mut self, node: Node<'_>) -> Option<Expr> {
        let span = self.span(&node);
        let inner = self.expr(inside_brackets(node)?)?;
        Some(Expr { kind: ExprKind::Paren(Box::new(inner)), span })
    }

    fn list(&mut self, node: Node<'_>) -> Option<Vec<Expr>> {
        let mut values = Vec::new();
        for value in node.into_inner().filter(|part| part.as_rule() == Rule::expr) {
            values.push(self.expr(value)?);
        }
        Some(values)
    }

    fn conditional(&mut self, node: Node<'_>) -> Option<ExprKind> {
        let mut parts = node.into_inner();
        skip(&mut parts, Rule::kw_if);
        let condition = self.chain(parts.next()?)?;
        skip(&mut parts, Rule::kw_then);
        let then = self.chain(parts.next()?)?;
        skip(&mut parts, Rule::kw_else);
        let otherwise = self.chain(parts.next()?)?;
        Some(ExprKind::If(Box::new(condition), Box::new(then), Box::new(otherwise)))
    }

    /// A path: a word, call, param or parenthesis, and its steps.
    pub(super) fn path(&mut self, node: Node<'_>) -> Option<Expr> {
        let mut nodes = node.into_inner();
        let mut path = self.path_root(&mut nodes)?;
        for (steps, step) in nodes.enumerate() {
            let span = path.span.to(self.span(&step));
            if steps >= MOST_STEPS {
                let message = format!("this path has more than {MOST_STEPS} steps");
                let help = "name a part of it with `relation`";
                self.diagnostics.push(Diagnostic::error(codes::syntax::LIMIT, self.span(&step), message).help(help));
                return None;
            }
            let base = Box::new(path);
            let kind = match step.as_rule() {
                Rule::member => ExprKind::Member(base, self.next_name(&mut step.into_inner())?),
                Rule::index => ExprKind::Index(base, Box::new(self.expr(inside_brackets(step)?)?)),
                Rule::closure => ExprKind::Closure(base, closure_kind(&step)),
                _ => return None,
            };
            path = Expr { kind, span };
        }
        Some(path)
    }

    fn path_root(&mut self, nodes: &mut Nodes<'_>) -> Option<Expr> {
        let root = nodes.next()?;
        let span = self.span(&root);
        let kind = match root.as_rule() {
            Rule::param => ExprKind::Param(param_name(&root)),
            Rule::paren => return self.paren(root),
            _ => {
                let name = self.name(&root);
                if let Some(arguments) = next_if(nodes, Rule::arguments) {
                    let span = span.to(self.span(&arguments));
                    let call = self.call(name, arguments)?;
                    return Some(Expr { kind: call, span });
                }
                if let Some(slip) = slips::no_value(&name) {
                    self.diagnostics.push(slip);
                    return None;
                }
                ExprKind::Word(bare_name(root.as_str()))
            }
        };
        Some(Expr { kind, span })
    }

    fn call(&mut self, name: Name, node: Node<'_>) -> Option<ExprKind> {
        if let Some(slip) = slips::no_function(&name) {
            self.diagnostics.push(slip);
            return None;
        }
        let mut arguments = Vec::new();
        for argument in node.into_inner().filter(|part| part.as_rule() == Rule::argument) {
            let start = self.token_span(&argument);
            arguments.push(self.deeper(start, 1, |builder| builder.argument(argument))?);
        }
        Some(ExprKind::Call(name, arguments))
    }

    fn argument(&mut self, node: Node<'_>) -> Option<Argument> {
        let mut nodes = node.into_inner();
        if let Some(phrase) = next_if(&mut nodes, Rule::phrase) {
            return Some(Argument::Phrase(self.phrase(phrase)?));
        }
        let value = self.expr(nodes.next()?)?;
        let mut filters = Vec::new();
        for filter in nodes {
            filters.push(self.filter(filter)?);
        }
        let (value, first) = timing_of_path(value);
        if let Some(first) = first {
            filters.insert(0, first);
        }
        match filters.first() {
            None => Some(Argument::Expr(value)),
            Some(_) if is_path(&value) => Some(Argument::FilteredPath(value, filters)),
            Some(filter) => {
                let diagnostic =
                    Diagnostic::error(codes::syntax::UNEXPECTED, filter.span, "only a noun or a path takes a filter")
                        .label(value.span, "this is neither");
                self.diagnostics.push(diagnostic);
                None
            }
        }
    }

    /// A sentence inside a condition, where the reach of its `:` must be plain to the reader.
    fn nested_sentence(&mut self, node: Node<'_>) -> Option<Sentence> {
        let start = self.token_span(&node);
        let sentence = self.deeper(start, 2, |builder| builder.sentence(node))?;
        let condition = sentence.predicate.as_ref().and_then(condition_of);
        if let Some(second) = condition.and_then(second_sentence) {
            let diagnostic = Diagnostic::error(
                codes::syntax::TWO_WAYS,
                second.span,
                "a second sentence after the `:` of a nested one reads two ways",
            )
            .here("does this belong to the first sentence, or stand beside it?")
            .label(sentence.span, "the first sentence")
            .help("put parentheses round each sentence, or round the whole condition after the first `:`");
            self.diagnostics.push(diagnostic);
            return None;
        }
        Some(sentence)
    }

    fn check_comparison(&mut self, op: BinaryOp, left: &Expr, right: &Expr) {
        if let Some(slip) = slips::comparison(op, left, right) {
            self.diagnostics.push(slip);
        }
    }
}

fn condition_of(predicate: &Predicate) -> Option<&Expr> {
    predicate.parts.iter().find_map(|part| match &part.kind {
        PredicateKind::Condition(condition) => Some(condition),
        _ => None,
    })
}

/// A bare sentence that is joined by `and`, `or` or `unless` to what stands before it.
fn second_sentence(condition: &Expr) -> Option<&Expr> {
    match &condition.kind {
        ExprKind::Binary(op, left, right) if op.joins_conditions() => {
            let bare = matches!(right.kind, ExprKind::Sentence(_)).then_some(&**right);
            second_sentence(left).or(bare).or_else(|| second_sentence(right))
        }
        ExprKind::If(_, _, otherwise) => second_sentence(otherwise),
        _ => None,
    }
}

/// `count(m.reviews before x)`: in an argument the timing word is a filter, for a truth is nothing to count.
fn timing_of_path(value: Expr) -> (Expr, Option<Filter>) {
    let span = value.span;
    match value.kind {
        ExprKind::Binary(op @ (BinaryOp::Before | BinaryOp::After), path, time) if is_path(&path) => {
            let span = tickmark_source::Span { start: path.span.end, ..span };
            let kind = if op == BinaryOp::Before { FilterKind::Before(*time) } else { FilterKind::After(*time) };
            (*path, Some(Filter { kind, span }))
        }
        kind => (Expr { kind, span }, None),
    }
}

fn is_path(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Word(_) => true,
        ExprKind::Member(base, _) | ExprKind::Index(base, _) | ExprKind::Closure(base, _) => {
            is_path(base) || matches!(base.kind, ExprKind::Call(..) | ExprKind::Param(_) | ExprKind::Paren(_))
        }
        _ => false,
    }
}

fn inside_brackets(node: Node<'_>) -> Option<Node<'_>> {
    node.into_inner().find(|part| part.as_rule() == Rule::expr)
}

fn closure_kind(node: &Node<'_>) -> ClosureKind {
    if node.as_str() == "*" { ClosureKind::ZeroOrMore } else { ClosureKind::OneOrMore }
}

fn param_name(node: &Node<'_>) -> SmolStr {
    SmolStr::new(node.as_str().trim_start_matches('$'))
}
