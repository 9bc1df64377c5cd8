//! Evaluating nodes over batches: what is a column already is looked up, the rest is worked out lane by lane of columns.

use std::collections::BTreeSet;
use std::sync::{Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;
use tickmark_program::Expr;
use tickmark_source::Span;

use super::batch::Batch;
use super::bits::Bits;
use super::graph::Graph;
use super::join::Index;
use super::plan::{Cost, Node, NodeId, Op, Plan, SubjectKind, Use};
use super::room::{Room, weight};
use super::truths::Truths;
use super::vector::{Content, Rows, State, Vector};
use crate::budget::Budget;
use crate::reference::Ground;
use crate::reference::frame::Frame;
use crate::reference::truth::Truth;
use crate::reference::value::Value;

/// What all evaluations of a run share.
pub(crate) struct Shared<'a> {
    pub(crate) plan: Plan<'a>,
    /// By node: what is known of it over all rows of its noun, which of most is nothing.
    pub(crate) columns: Vec<Option<Box<Column<'a>>>>,
    /// Some record only may belong to its noun.
    pub(crate) uncertain: bool,
    /// What was odd on the way: where in the program, and what.
    pub(crate) warnings: Mutex<BTreeSet<(Span, String)>>,
    /// What is worked out for all rows only where many lanes ask for it.
    pub(crate) kept: FxHashMap<NodeId, Kept<'a>>,
}

/// A node that may be worked out for all rows of its noun.
pub(crate) struct Kept<'a> {
    /// Of the control that pays, whoever asks first.
    pub(crate) budget: &'a Budget,
    pub(crate) column: OnceLock<Box<Column<'a>>>,
}

/// A node over all rows of its noun, phantoms too; of a node that looks at nothing, over one lane.
#[derive(Default)]
pub(crate) struct Column<'a> {
    pub(crate) truths: Option<Truths>,
    pub(crate) vector: Option<Vector<'a>>,
    /// The rows of each value.
    pub(crate) index: Option<Index>,
    /// Of the step of a closure: where it leads from each row.
    pub(crate) graph: Option<Graph<'a>>,
    /// What it took to work out.
    pub(crate) nanoseconds: u64,
}

/// An evaluation, under the budget of one control.
#[derive(Clone, Copy)]
pub(crate) struct Run<'a, 'r> {
    pub(crate) ground: Ground<'a>,
    pub(crate) shared: &'r Shared<'a>,
    pub(crate) room: &'r Room,
}

impl<'a> Run<'a, '_> {
    /// The truths of a condition over a batch.
    pub(crate) fn condition(&self, part: &Use, batch: &Batch<'a>) -> Truths {
        let Some(node) = self.shared.plan.node(part.node) else { return Truths::all(batch.len, Truth::Unknown) };
        if let Some(truths) = self.column(part.node).and_then(|column| column.truths.as_ref()) {
            if node.params.is_empty() {
                return Truths::all(batch.len, truths.get(0));
            }
            if let Some(rows) = rows_of(node, part, batch) {
                return match rows {
                    Rows::From(first) => truths.slice(*first as usize..*first as usize + batch.len),
                    Rows::Lanes(_) => {
                        truths.gather(batch.len, |lane| rows.get(lane).map_or(usize::MAX, |row| row as usize))
                    }
                };
            }
        }
        if !self.within_budget() {
            return Truths::all(batch.len, Truth::Unknown);
        }
        let batch = batch.pick(&part.args);
        if let Some(truths) = self.once_for_all(part.node, node, &batch).and_then(|column| column.truths.as_ref())
            && let Some(Content::Record(_, rows)) = batch.subjects.first().map(|subject| &subject.content)
        {
            return truths.gather(batch.len, |lane| rows.get(lane).map_or(usize::MAX, |row| row as usize));
        }
        self.truths_by_pieces(&batch, |batch| self.condition_of(node, batch))
    }

    /// The values of an expression over a batch.
    pub(crate) fn value(&self, part: &Use, batch: &Batch<'a>) -> Vector<'a> {
        let Some(node) = self.shared.plan.node(part.node) else { return Vector::lacking(batch.len, State::Unknown) };
        if let Some(vector) = self.column(part.node).and_then(|column| column.vector.as_ref()) {
            if node.params.is_empty() {
                return vector.gather(&vec![0; batch.len]);
            }
            if let Some(rows) = rows_of(node, part, batch) {
                return match rows {
                    Rows::From(first) if *first == 0 && batch.len == vector.len => vector.clone(),
                    Rows::From(first) => vector.part(*first as usize..*first as usize + batch.len),
                    Rows::Lanes(_) => self.of_rows(vector, rows, batch.len),
                };
            }
        }
        if !self.within_budget() {
            return Vector::lacking(batch.len, State::Unknown);
        }
        let batch = batch.pick(&part.args);
        if let Some(values) = self.once_for_all(part.node, node, &batch).and_then(|column| column.vector.as_ref())
            && let Some(Content::Record(_, rows)) = batch.subjects.first().map(|subject| &subject.content)
        {
            return self.of_rows(values, rows, batch.len);
        }
        let values = if is_number(&node.op) {
            self.values_by_pieces(&batch, |batch| self.value_of(node, batch))
        } else {
            self.value_of(node, &batch)
        };
        if self.hold_values(&values) { values } else { Vector::lacking(batch.len, State::Unknown) }
    }

    /// The values of rows of a column.
    fn of_rows(&self, column: &Vector<'a>, rows: &Rows<'a>, len: usize) -> Vector<'a> {
        let lanes: Vec<u32> = (0..len).map(|lane| rows.get(lane).unwrap_or(u32::MAX)).collect();
        if self.hold_gathered(column, &lanes) { column.gather(&lanes) } else { Vector::lacking(len, State::Unknown) }
    }

    /// What is asked of more lanes than its noun has records is worked out for each record once, and kept.
    fn once_for_all(&self, id: NodeId, node: &Node<'a>, batch: &Batch<'a>) -> Option<&Column<'a>> {
        let kept = self.shared.kept.get(&id)?;
        let subject = batch.subjects.first()?;
        let Content::Record(noun, Rows::Lanes(_)) = &subject.content else { return None };
        let rows = self.ground.facts.all_rows(*noun) as usize;
        let of_noun = node.params.as_slice() == [SubjectKind::Record(*noun)];
        if !of_noun || batch.len < rows || !subject.states.all_known() {
            return None;
        }
        let column = kept.column.get_or_init(|| {
            let room = Room::whole();
            let run = Run { ground: Ground { budget: kept.budget, ..self.ground }, room: &room, ..*self };
            let all = Batch::of(Vector::records(*noun, 0, rows));
            let mut column = Box::new(Column::default());
            if is_condition(&node.op) {
                column.truths = Some(run.truths_by_pieces(&all, |batch| run.condition_of(node, batch)));
            } else {
                column.vector = Some(run.values_by_pieces(&all, |batch| run.value_of(node, batch)));
            }
            column
        });
        Some(column)
    }

    pub(crate) fn column(&self, node: NodeId) -> Option<&Column<'a>> {
        self.shared.columns.get(node.0 as usize)?.as_deref()
    }

    pub(crate) fn within_budget(&self) -> bool {
        self.ground.budget.exhausted().is_none() && !self.room.is_full()
    }

    /// Counts work; whether there is any left to do more.
    pub(crate) fn spend(&self, steps: u64) -> bool {
        crate::budget::Meter::new(self.ground.budget).step(steps) && !self.room.is_full()
    }

    // ---- and, or ---------------------------------------------------------------------------------------------------

    /// `and`: "unknown wins only where it could change the answer". What costs most comes last, and is asked only of the
    /// lanes where it still can.
    pub(crate) fn all_of(&self, parts: &[&Use], so_far: Truths, batch: &Batch<'a>) -> Truths {
        let mut all = so_far;
        for part in self.by_cost(parts) {
            let open = all.possible();
            all = match self.narrowed(part, &open, batch) {
                Some((lanes, narrow)) => {
                    let found = self.condition(part, &narrow);
                    all.and(&scattered(&found, &lanes, batch.len))
                }
                None => all.and(&self.condition(part, batch)),
            };
        }
        all
    }

    /// `or`: likewise.
    pub(crate) fn any_of(&self, parts: &[&Use], batch: &Batch<'a>) -> Truths {
        let mut any = Truths::all(batch.len, Truth::False);
        for part in self.by_cost(parts) {
            let open = any.yes.clone().not();
            any = match self.narrowed(part, &open, batch) {
                Some((lanes, narrow)) => {
                    let found = self.condition(part, &narrow);
                    any.or(&scattered(&found, &lanes, batch.len))
                }
                None => any.or(&self.condition(part, batch)),
            };
        }
        any
    }

    fn by_cost<'u>(&self, parts: &[&'u Use]) -> Vec<&'u Use> {
        let mut parts = parts.to_vec();
        parts.sort_by_key(|part| self.cost(part));
        parts
    }

    fn cost(&self, part: &Use) -> Cost {
        let ready = self.column(part.node).is_some_and(|column| column.truths.is_some());
        if ready { Cost::Columns } else { self.shared.plan.node(part.node).map_or(Cost::Heavy, |node| node.cost) }
    }

    /// The lanes in which a part can still change the answer, where asking them alone is worth it.
    fn narrowed(&self, part: &Use, open: &Bits, batch: &Batch<'a>) -> Option<(Vec<u32>, Batch<'a>)> {
        let worth = match self.cost(part) {
            Cost::Columns => return None,
            Cost::Linear => open.count() <= batch.len / 4,
            Cost::Heavy => open.count() < batch.len,
        };
        if !worth {
            return None;
        }
        let lanes: Vec<u32> = open.ones_in_order().filter_map(|lane| u32::try_from(lane).ok()).collect();
        let narrow = batch.gather_used(&lanes, &part.args);
        Some((lanes, narrow))
    }

    // ---- the reference evaluator, lane by lane -----------------------------------------------------------------------

    /// Calls the reference evaluator for each lane, in the frame of the definition that the expression is of.
    pub(crate) fn ask<R>(
        &self,
        node: &Node<'a>,
        batch: &Batch<'a>,
        mut answer: impl FnMut(&mut crate::reference::Evaluator<'a>, &mut Frame<'a>) -> R,
    ) -> Vec<R> {
        let mut evaluator = self.ground.evaluator();
        let mut answers = Vec::with_capacity(batch.len);
        for lane in 0..batch.len {
            if !self.within_budget() {
                break;
            }
            let mut frame = self.frame(node, batch, lane);
            answers.push(answer(&mut evaluator, &mut frame));
        }
        self.warn(std::mem::take(&mut evaluator.warnings));
        answers
    }

    /// Remembers what was odd.
    pub(crate) fn warn(&self, warnings: BTreeSet<(Span, String)>) {
        if !warnings.is_empty() {
            self.shared.warnings.lock().unwrap_or_else(PoisonError::into_inner).extend(warnings);
        }
    }

    /// A bool stands under `has`.
    pub(crate) fn warn_bool(&self, span: Span) {
        let mut evaluator = self.ground.evaluator();
        evaluator.warn_bool(span);
        self.warn(std::mem::take(&mut evaluator.warnings));
    }

    fn frame(&self, node: &Node<'a>, batch: &Batch<'a>, lane: usize) -> Frame<'a> {
        let mut frame = Frame::new(node.frame);
        for (slot, subject) in node.slots.iter().zip(&batch.subjects) {
            frame.set(*slot, self.lane(subject, lane));
        }
        frame
    }

    /// The value of a lane, for the reference evaluator.
    pub(crate) fn lane(&self, vector: &Vector<'a>, lane: usize) -> Value<'a> {
        vector.value(lane, self.ground.facts, self.ground.options.as_of)
    }

    pub(crate) fn condition_by_reference(&self, node: &Node<'a>, expr: &'a Expr, batch: &Batch<'a>) -> Truths {
        let answers = self.ask(node, batch, |evaluator, frame| evaluator.truth(expr, frame));
        Truths::from_fn(batch.len, |lane| answers.get(lane).copied().unwrap_or(Truth::Unknown))
    }

    pub(crate) fn value_by_reference(&self, node: &Node<'a>, expr: &'a Expr, batch: &Batch<'a>) -> Vector<'a> {
        let mut values = self.ask(node, batch, |evaluator, frame| {
            let value = evaluator.value(expr, frame);
            self.hold(weight(&value));
            value
        });
        // What was given up.
        values.resize_with(batch.len, || Value::undecided(""));
        Vector::of_values(values)
    }
}

/// The rows of the subject of a node that looks at one record.
fn rows_of<'b, 'a>(node: &Node<'a>, part: &Use, batch: &'b Batch<'a>) -> Option<&'b Rows<'a>> {
    let subject = batch.subjects.get(*part.args.first()? as usize)?;
    match (node.params.as_slice(), &subject.content) {
        ([SubjectKind::Record(wanted)], Content::Record(noun, rows))
            if noun == wanted && subject.states.all_known() =>
        {
            Some(rows)
        }
        _ => None,
    }
}

/// Truths of some lanes, over all; false elsewhere.
fn scattered(truths: &Truths, lanes: &[u32], len: usize) -> Truths {
    let scatter = |bits: &Bits| {
        let mut all = Bits::zeros(len);
        for lane in bits.ones_in_order() {
            if let Some(lane) = lanes.get(lane) {
                all.set(*lane as usize);
            }
        }
        all
    };
    Truths {
        yes: scatter(&truths.yes),
        unknown: scatter(&truths.unknown),
        pending: truths.pending.as_ref().map(scatter),
    }
}

/// Whether a node gives one number a lane, whatever it looks at.
pub(crate) fn is_number(op: &Op<'_>) -> bool {
    matches!(op, Op::Count(..) | Op::CountPhrase(_))
}

/// Whether a node is a condition; the others are values.
pub(crate) fn is_condition(op: &Op<'_>) -> bool {
    match op {
        Op::Constant(_)
        | Op::Subject
        | Op::Attribute(..)
        | Op::Parent(..)
        | Op::Relation(..)
        | Op::Heads(_)
        | Op::Members(..)
        | Op::Everywhere(_)
        | Op::Count(..)
        | Op::CountPhrase(_)
        | Op::Arithmetic(..)
        | Op::Else(..)
        | Op::IfValue(..)
        | Op::MapText(..)
        | Op::TruthValue(_)
        | Op::Closure(_)
        | Op::Value(_) => false,
        Op::Holds(_)
        | Op::Compare(..)
        | Op::In(..)
        | Op::Contains(..)
        | Op::Test(..)
        | Op::Matches(..)
        | Op::InNetwork(..)
        | Op::And(_)
        | Op::Or(_)
        | Op::Not(_)
        | Op::IfTruth(..)
        | Op::Exists(..)
        | Op::HasOpen(..)
        | Op::IsBool(..)
        | Op::IsValue(..)
        | Op::IsOn(..)
        | Op::Quantified(_)
        | Op::Condition(_) => true,
    }
}
