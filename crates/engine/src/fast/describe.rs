//! The plan in words: what each node does, over how many rows, and what it took.

use std::collections::BTreeSet;

use tickmark_facts::NounId;
use tickmark_source::Span;

use super::join;
use super::judge::Fast;
use super::plan::{DomainNode, Many, Node, NodeId, Op, PhraseNode, Plan, SubjectKind, Words};
use super::schedule::phrase;
use crate::PlanLine;
use crate::reference::Ground;

/// From so many pairs on, an author is told what a join without an equality costs.
const MANY_PAIRS: u64 = 10_000_000;

impl<'a> Fast<'a> {
    /// The nodes below those of a control, each where it is first used.
    pub(crate) fn describe(&self, ground: Ground<'a>, roots: &[NodeId]) -> Vec<PlanLine> {
        let mut lines = Vec::new();
        let mut told = BTreeSet::new();
        for root in roots {
            self.lines(ground, *root, 0, &mut told, &mut lines);
        }
        lines
    }

    fn lines(
        &self,
        ground: Ground<'a>,
        id: NodeId,
        depth: usize,
        told: &mut BTreeSet<NodeId>,
        lines: &mut Vec<PlanLine>,
    ) {
        /// Deeper than this nobody reads.
        const DEEPEST: usize = 24;
        let Some(node) = self.shared.plan.node(id) else { return };
        if matches!(node.op, Op::Subject | Op::Constant(_)) || depth > DEEPEST {
            return;
        }
        let column = self.shared.columns.get(id.0 as usize).and_then(Option::as_deref);
        let known =
            column.filter(|column| column.truths.is_some() || column.vector.is_some() || column.index.is_some());
        let rows = noun_of(node).map(|noun| u64::from(ground.facts.all_rows(noun)));
        let again = !told.insert(id);
        lines.push(PlanLine {
            depth,
            node: id.0,
            text: words(ground, node),
            how: how(ground, &self.shared.plan, node),
            rows: rows.filter(|_| known.is_some()),
            nanoseconds: known.map(|column| column.nanoseconds),
            uses: node.uses,
            again,
        });
        if again {
            return;
        }
        for part in node.op.parts().iter().map(|part| part.node).chain(node.op.definitions()) {
            self.lines(ground, part, depth + 1, told, lines);
        }
    }

    /// Joins without an equality, with what they cost: where they are written, and how many pairs they try.
    pub(crate) fn costly(&self, ground: Ground<'a>) -> Vec<(Span, String)> {
        let plan = &self.shared.plan;
        let mut costly = Vec::new();
        for node in &plan.nodes {
            let Some(phrase) = phrase(&node.op).filter(|phrase| join::crosses(phrase, node.params.len(), plan)) else {
                continue;
            };
            let rows = |noun: NounId| u64::from(ground.facts.rows(noun));
            let around: u64 = node
                .params
                .iter()
                .map(|kind| if let SubjectKind::Record(noun) = kind { rows(*noun) } else { 1 })
                .product();
            let tried: u64 = phrase
                .bindings
                .iter()
                .map(|binding| if let DomainNode::All(noun) = binding.domain { rows(noun).max(1) } else { 1 })
                .fold(1, u64::saturating_mul);
            let pairs = around.saturating_mul(tried);
            if pairs >= MANY_PAIRS {
                let text = words(ground, node);
                costly.push((
                    span(node),
                    format!(
                        "`{text}` tries each with each, {pairs} pairs: an equality between the two (`a.x == b.y`) would look \
                         them up"
                    ),
                ));
            }
        }
        costly
    }
}

fn noun_of(node: &Node<'_>) -> Option<NounId> {
    match node.params.as_slice() {
        [SubjectKind::Record(noun)] => Some(*noun),
        _ => None,
    }
}

fn span(node: &Node<'_>) -> Span {
    match node.words {
        Words::Expr(expr) => expr.span,
        Words::Phrase(phrase) => phrase.span,
    }
}

fn words(ground: Ground<'_>, node: &Node<'_>) -> String {
    crate::explain::clean(&ground.program.snippet(span(node)), 90)
}

/// What a node does, in words.
fn how(ground: Ground<'_>, plan: &Plan<'_>, node: &Node<'_>) -> String {
    match &node.op {
        Op::Constant(_) | Op::Subject => "given".to_owned(),
        Op::Attribute(..) | Op::Parent(..) => "reads a column".to_owned(),
        Op::Relation(..) => "follows a relation that was worked out once".to_owned(),
        Op::Heads(phrase) => format!("a relation: {}", how_members(ground, plan, node, phrase)),
        Op::Everywhere(_) => "the same for every record".to_owned(),
        Op::Members(..) => "a relation: the members of a path".to_owned(),
        Op::Closure(_) => "what is reached, over the components of the graph".to_owned(),
        Op::Count(..) => "counts each list".to_owned(),
        Op::CountPhrase(phrase) => format!("counts: {}", how_members(ground, plan, node, phrase)),
        Op::Arithmetic(..) | Op::Else(..) | Op::IfValue(..) | Op::TruthValue(_) => "over columns".to_owned(),
        Op::MapText(..) | Op::Test(..) | Op::Matches(..) | Op::InNetwork(..) => {
            "tests each text once, however many rows have it".to_owned()
        }
        Op::Contains(..) | Op::In(..) => "compares the members of each list".to_owned(),
        Op::Holds(_) | Op::Exists(..) | Op::HasOpen(..) | Op::IsBool(..) | Op::IsValue(..) | Op::Compare(..) => {
            "compares columns, 64 rows a word".to_owned()
        }
        Op::And(_) | Op::Or(_) | Op::Not(_) | Op::IfTruth(..) => "combines bitmaps".to_owned(),
        Op::IsOn(..) => "looks an adjective up by row".to_owned(),
        Op::Quantified(quantified) => {
            let fold = match quantified.many {
                Many::Every => "all of",
                Many::No | Many::Some => "any of",
                Many::Count(..) => "counts",
            };
            format!("{fold} {}", how_members(ground, plan, node, &quantified.phrase))
        }
        Op::Value(_) | Op::Condition(_) => "row by row, by the reference evaluator".to_owned(),
    }
}

/// How the members of a phrase are found.
fn how_members(ground: Ground<'_>, plan: &Plan<'_>, node: &Node<'_>, phrase: &PhraseNode<'_>) -> String {
    let around = u32::try_from(node.params.len()).unwrap_or(u32::MAX);
    let mut steps = Vec::new();
    for (index, binding) in phrase.bindings.iter().enumerate() {
        steps.push(match &binding.domain {
            DomainNode::All(noun) => {
                let name = &ground.facts.needs().noun(*noun).word;
                if let Some(join) = join::find(phrase, index, around, plan).filter(|_| around > 0 || index > 0) {
                    let by = plan.node(join.inner.node).map(|inner| words(ground, inner)).unwrap_or_default();
                    format!("the `{name}` that an index by `{by}` gives")
                } else if around > 0 || index > 0 {
                    format!("every `{name}`, each with each: there is no equality")
                } else {
                    format!("all `{name}`")
                }
            }
            DomainNode::In(..) => "what each leads to, segment by segment".to_owned(),
            DomainNode::Closure(_) => "what is reached, over the components of the graph".to_owned(),
        });
    }
    steps.join("; ")
}
