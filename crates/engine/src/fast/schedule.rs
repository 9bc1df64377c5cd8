//! What is worked out once, over all rows: in waves, each of what needs nothing but what came before it; nodes and ranges
//! of rows in parallel.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Mutex, OnceLock};
use std::time::Instant;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use tickmark_facts::NounId;

use super::batch::Batch;
use super::graph::Graph;
use super::join::{self, Index};
use super::plan::{Cost, DomainNode, Membership, Node, NodeId, Op, PhraseNode, Plan, SubjectKind, Use};
use super::room::Room;
use super::run::{Column, Kept, Run, Shared, is_condition, is_number};
use super::truths::Truths;
use super::vector::{Content, State, Vector};
use crate::budget::HELD;
use crate::reference::Ground;

/// So many rows are worked on at a time; a multiple of 64.
const CHUNK: usize = 1 << 16;

/// So many nodes that lead to lists are worked out at a time.
const LISTS: usize = 4;

/// A column that more nodes than this look at is read once for all of them.
const MANY: u32 = 4;

/// What is wanted of a node over all rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Wanted {
    truths: bool,
    vector: bool,
    index: bool,
    graph: bool,
}

impl Wanted {
    fn anything(self) -> bool {
        self.truths || self.vector || self.index || self.graph
    }
}

/// Part of the work on a node.
enum Part<'a> {
    Truths(Truths),
    Whole(Box<Column<'a>>),
}

/// The columns of a plan. `ground` gives the ground on which a control's work is done.
pub(crate) fn prepare<'a>(plan: Plan<'a>, ground: &(dyn Fn(usize) -> Ground<'a> + Sync)) -> Shared<'a> {
    let wanted = wanted(&plan);
    let facts = ground(0).facts;
    let uncertain = facts.needs().iter().any(|(noun, _)| !facts.all_certain(noun));
    let mut columns = Vec::new();
    columns.resize_with(plan.nodes.len(), || None);
    let waves = waves(&plan, &wanted);
    let kept = kept(&plan, &wanted, ground);
    let mut shared = Shared { plan, columns, uncertain, warnings: Mutex::new(BTreeSet::new()), kept };
    // What relations take that are worked out for all rows.
    let mut held = 0;
    for wave in waves {
        // Lists may be large: a few at a time, so that no more than these are held before it is known how large.
        let (lists, others): (Vec<NodeId>, Vec<NodeId>) = wave.into_iter().partition(|id| is_list(&shared.plan, *id));
        held += work_out(&mut shared, &others, &wanted, ground);
        for some in lists.chunks(LISTS) {
            // Where no more may be held, they are worked out where they are used, but for graphs.
            let may = |id: &NodeId| held < HELD || wanted.get(id.0 as usize).is_some_and(|wanted| wanted.graph);
            let some: Vec<NodeId> = some.iter().copied().filter(may).collect();
            held += work_out(&mut shared, &some, &wanted, ground);
        }
    }
    shared
}

/// Works nodes out, and gives how much they hold.
fn work_out<'a>(
    shared: &mut Shared<'a>,
    nodes: &[NodeId],
    wanted: &[Wanted],
    ground: &(dyn Fn(usize) -> Ground<'a> + Sync),
) -> usize {
    let Ground { facts, options, .. } = ground(0);
    let tasks: Vec<(NodeId, Range<usize>)> =
        nodes.iter().flat_map(|node| pieces(&shared.plan, *node, wanted, facts)).collect();
    let done: Vec<(NodeId, Option<Part<'a>>, usize, u64)> = tasks
        .into_par_iter()
        .filter_map(|(id, rows)| {
            let node = shared.plan.node(id)?;
            let wanted = wanted.get(id.0 as usize).copied().unwrap_or_default();
            // What is only looked up faster can be done without, where it would be too large.
            let needed = wanted.graph || wanted.truths;
            let room = if needed { Room::whole() } else { Room::for_column(options.piece) };
            let run = Run { ground: ground(node.owner), shared, room: &room };
            let begun = Instant::now();
            let part = run.column_of(id, node, wanted, rows);
            let part = (needed || !room.is_lost()).then_some(part);
            Some((id, part, room.used(), u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX)))
        })
        .collect();
    let mut held = 0;
    for (id, part, bytes, nanoseconds) in done {
        let Some(part) = part else { continue };
        held += bytes;
        let Some(column) = shared.columns.get_mut(id.0 as usize) else { continue };
        let column = column.get_or_insert_default();
        let before = column.nanoseconds;
        match part {
            Part::Truths(truths) => match &mut column.truths {
                Some(known) => known.append(&truths),
                none => *none = Some(truths),
            },
            Part::Whole(whole) => *column = whole,
        }
        column.nanoseconds = before.saturating_add(nanoseconds);
    }
    held
}

/// Whether a node leads from each row to a list.
fn is_list(plan: &Plan<'_>, id: NodeId) -> bool {
    matches!(plan.op(id), Some(Op::Heads(_) | Op::Members(..) | Op::Everywhere(_) | Op::Relation(..) | Op::Closure(_)))
}

/// Nodes that are worked out for all rows once enough lanes ask for them: what is said of one record, is no mere comparison of
/// columns, and can be asked of a record out of scope without a warning that nobody understands.
fn kept<'a>(
    plan: &Plan<'a>,
    wanted: &[Wanted],
    ground: &(dyn Fn(usize) -> Ground<'a> + Sync),
) -> FxHashMap<NodeId, Kept<'a>> {
    let worth = |number: &u32| {
        let at = *number as usize;
        let is_column = wanted.get(at).is_some_and(|wanted| wanted.truths || wanted.vector);
        plan.nodes.get(at).is_some_and(|node| {
            let asked = is_condition(&node.op) || is_number(&node.op);
            node.cost >= Cost::Linear && asked && noun(node).is_some() && !is_column
        })
    };
    let mut kept = FxHashMap::default();
    let numbers = 0..u32::try_from(plan.nodes.len()).unwrap_or(u32::MAX);
    let chosen: Vec<u32> = numbers.filter(worth).collect();
    if chosen.is_empty() {
        return kept;
    }
    let warns = warns(plan);
    for number in chosen.into_iter().filter(|number| warns.get(*number as usize) == Some(&false)) {
        if let Some(node) = plan.node(NodeId(number)) {
            kept.insert(NodeId(number), Kept { budget: ground(node.owner).budget, column: OnceLock::new() });
        }
    }
    kept
}

/// By node: whether it may tell of something odd.
fn warns(plan: &Plan<'_>) -> Vec<bool> {
    let mut warns: Vec<bool> = Vec::with_capacity(plan.nodes.len());
    for node in &plan.nodes {
        let own = match &node.op {
            Op::HasOpen(..) | Op::Value(_) | Op::Condition(_) => true,
            Op::Quantified(quantified) => quantified.has.is_some(),
            _ => false,
        };
        let parts = node.op.parts();
        let mut below = parts.iter().map(|part| part.node).chain(node.op.definitions());
        let any = own || below.any(|part| warns.get(part.0 as usize).copied().unwrap_or(true));
        warns.push(any);
    }
    warns
}

impl<'a> Run<'a, '_> {
    fn column_of(&self, id: NodeId, node: &Node<'a>, wanted: Wanted, rows: Range<usize>) -> Part<'a> {
        let batch = match noun(node) {
            Some(noun) => {
                let first = u32::try_from(rows.start).unwrap_or(u32::MAX);
                Batch::of(Vector::records(noun, first, rows.len()))
            }
            None => Batch::empty(1),
        };
        self.spend(batch.len as u64 / 64);
        if wanted == (Wanted { truths: true, ..Wanted::default() }) {
            return Part::Truths(self.truths_by_pieces(&batch, |batch| self.condition_of(node, batch)));
        }
        let mut column = Column::default();
        if is_condition(&node.op) {
            column.truths = Some(self.truths_by_pieces(&batch, |batch| self.condition_of(node, batch)));
            return Part::Whole(Box::new(column));
        }
        let values = if is_number(&node.op) {
            self.values_by_pieces(&batch, |batch| self.value_of(node, batch))
        } else {
            self.value_of(node, &batch)
        };
        if wanted.index {
            let population = noun(node).map_or(0, |noun| self.ground.facts.rows(noun) as usize);
            column.index = match &values.content {
                Content::Many(_) => {
                    let missing =
                        values.states.bits(values.len, |state| matches!(state, State::Missing | State::Through));
                    Index::of_lists(&self.members(values.clone(), Membership::Several), &missing, population)
                }
                _ => Index::of(&values, population),
            };
        }
        if wanted.graph {
            let path = Use { node: id, args: smallvec::smallvec![0] };
            let edges = match &node.op {
                Op::Attribute(..) => self.domain(&path, Membership::Several, &batch),
                _ => self.members(values.clone(), Membership::Several),
            };
            column.graph = noun(node).map(|noun| Graph::of(edges, noun));
        }
        if wanted.vector {
            column.vector = Some(values);
        }
        Part::Whole(Box::new(column))
    }
}

/// The noun of a node that looks at one record.
fn noun(node: &Node<'_>) -> Option<NounId> {
    match node.params.as_slice() {
        [SubjectKind::Record(noun)] => Some(*noun),
        _ => None,
    }
}

/// What is worth working out for all rows: what is used more than once, what is looked up by row, and what is best done
/// for all rows at a time.
fn wanted(plan: &Plan<'_>) -> Vec<Wanted> {
    let mut wanted = vec![Wanted::default(); plan.nodes.len()];
    for (number, node) in plan.nodes.iter().enumerate() {
        for definition in node.op.definitions() {
            let relation = matches!(&node.op, Op::Relation(_, members, _) if *members == definition);
            let Some(of) = plan.node(definition) else { continue };
            let Some(want) = wanted.get_mut(definition.0 as usize) else { continue };
            if is_condition(&of.op) {
                want.truths |= of.cost < Cost::Heavy && noun(of).is_some();
            } else if relation {
                want.vector = true;
            } else {
                want.graph = true;
            }
        }
        let phrase = phrase(&node.op);
        if let Some(phrase) = phrase {
            let around = u32::try_from(node.params.len()).unwrap_or(u32::MAX);
            let last = phrase.bindings.len().saturating_sub(1);
            let all = phrase.bindings.last().is_some_and(|last| matches!(last.domain, DomainNode::All(_)));
            // A phrase at the top that takes all records of one noun needs no index.
            let alone = node.params.is_empty() && phrase.bindings.len() == 1;
            if all
                && !alone
                && let Some(join) = join::find(phrase, last, around, plan)
                && let Some(want) = wanted.get_mut(join.inner.node.0 as usize)
            {
                want.index = true;
            }
        }
        let whole = phrase.is_some_and(|phrase| {
            phrase.bindings.iter().any(|binding| matches!(binding.domain, DomainNode::Closure(_)))
        });
        let Some(want) = wanted.get_mut(number) else { continue };
        match (noun(node), node.params.is_empty()) {
            (_, true) if node.uses > 0 => {
                if is_condition(&node.op) {
                    want.truths = true;
                } else if !matches!(node.op, Op::Constant(_)) {
                    want.vector = true;
                }
            }
            (Some(_), _) if is_condition(&node.op) && node.cost < Cost::Heavy => {
                want.truths |= node.uses > 1 || (whole && node.uses > 0);
            }
            // To read a column is little work, but not once for each of many predicates over it.
            (Some(_), _) if matches!(node.op, Op::Attribute(..)) => want.vector |= node.uses > MANY,
            _ => {}
        }
    }
    wanted
}

pub(crate) fn phrase<'n, 'a>(op: &'n Op<'a>) -> Option<&'n PhraseNode<'a>> {
    match op {
        Op::Heads(phrase) | Op::CountPhrase(phrase) => Some(phrase),
        Op::Quantified(quantified) => Some(&quantified.phrase),
        _ => None,
    }
}

/// The nodes that are wanted, in waves.
fn waves(plan: &Plan<'_>, wanted: &[Wanted]) -> Vec<Vec<NodeId>> {
    let mut levels = vec![0_usize; plan.nodes.len()];
    let mut waves: Vec<Vec<NodeId>> = Vec::new();
    for (number, node) in plan.nodes.iter().enumerate() {
        let mut level = 0;
        for part in node.op.parts().iter().map(|part| part.node).chain(node.op.definitions()) {
            let at = part.0 as usize;
            let own = usize::from(wanted.get(at).is_some_and(|wanted| wanted.anything()));
            level = level.max(levels.get(at).copied().unwrap_or(0) + own);
        }
        if let Some(known) = levels.get_mut(number) {
            *known = level;
        }
        if wanted.get(number).is_some_and(|wanted| wanted.anything()) {
            if waves.len() <= level {
                waves.resize_with(level + 1, Vec::new);
            }
            if let Some(wave) = waves.get_mut(level) {
                wave.push(NodeId(u32::try_from(number).unwrap_or(u32::MAX)));
            }
        }
    }
    waves
}

/// The rows of a node's column, cut where they can be worked on one by one.
fn pieces(
    plan: &Plan<'_>,
    id: NodeId,
    wanted: &[Wanted],
    facts: &tickmark_facts::Facts,
) -> Vec<(NodeId, Range<usize>)> {
    let Some(node) = plan.node(id) else { return Vec::new() };
    let Some(noun) = noun(node) else { return vec![(id, 0..1)] };
    let rows = facts.all_rows(noun) as usize;
    let only_truths =
        wanted.get(id.0 as usize).is_some_and(|wanted| *wanted == Wanted { truths: true, ..Wanted::default() });
    let closure = phrase(&node.op)
        .is_some_and(|phrase| phrase.bindings.iter().any(|binding| matches!(binding.domain, DomainNode::Closure(_))));
    if !only_truths || closure || rows <= CHUNK {
        return vec![(id, 0..rows)];
    }
    chunks(rows).map(|rows| (id, rows)).collect()
}

/// Rows, some at a time.
pub(crate) fn chunks(rows: usize) -> impl Iterator<Item = Range<usize>> {
    (0..rows.div_ceil(CHUNK)).map(move |chunk| chunk * CHUNK..((chunk + 1) * CHUNK).min(rows))
}
