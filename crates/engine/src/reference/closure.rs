//! "`parents*` is a relation followed zero or more times, `parents+` one or more; cycles are fine."

use rustc_hash::FxHashMap;
use tickmark_facts::NounId;
use tickmark_program::{Closure, Step, Type};

use super::Evaluator;
use super::frame::Frame;
use super::truth::Truth;
use super::value::{Data, Gap, Items, Value};

/// The records that a closure reaches, in the order in which they are first reached.
#[derive(Debug, Default)]
pub(crate) struct Reached<'a> {
    pub(crate) nodes: Vec<Node<'a>>,
    pub(crate) gaps: Vec<Gap<'a>>,
}

/// One record on the way.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) value: Value<'a>,
    /// How surely it is reached, be it in zero steps.
    reached: Truth,
    /// How surely it is a member: with `+`, where it starts is one only if a step leads back to it.
    pub(crate) member: Truth,
    /// The node before it, on the way on which it was first reached: "failures show the path that was followed".
    pub(crate) from: Option<usize>,
}

impl<'a> Evaluator<'a> {
    pub(crate) fn closure(&mut self, closure: &'a Closure, frame: &mut Frame<'a>) -> Value<'a> {
        let reached = self.reach(closure, frame);
        let mut items = Items { gaps: reached.gaps, ..Items::default() };
        for node in reached.nodes {
            items.push(node.value, node.member);
        }
        Value::many(items)
    }

    /// Follows the step from the base until nothing new is reached.
    pub(crate) fn reach(&mut self, closure: &'a Closure, frame: &mut Frame<'a>) -> Reached<'a> {
        let base = self.value(&closure.base, frame);
        // A missing base is a missing reference; the end of the closure is not.
        let base = match base.data {
            Data::Missing { .. } => Items::gap(Value::at(Data::Missing { through: true }, base.origin)),
            _ => self.items(base, &closure.base.ty),
        };
        let mut reached = Reached { nodes: Vec::new(), gaps: base.gaps };
        for gap in base.absent {
            push_gap(&mut reached, gap, Truth::True);
        }
        let mut index: FxHashMap<(NounId, u32), usize> = FxHashMap::default();
        for item in base.items {
            match item.value.data {
                Data::Record(..) => {
                    let member = if closure.reflexive { item.belongs } else { Truth::False };
                    let start = Node { value: item.value, reached: item.belongs, member, from: None };
                    add(&mut reached, &mut index, start);
                }
                // Where it starts from is not known, nor what it leads to.
                _ => {
                    let gap = Gap::of(item.value);
                    push_gap(&mut reached, gap, item.belongs);
                }
            }
        }
        // INVARIANT: a node is followed again only when it belongs more surely than before, so this ends.
        let mut work: Vec<usize> = (0..reached.nodes.len()).rev().collect();
        while let Some(current) = work.pop() {
            if !self.meter.step(1) {
                break;
            }
            let Some(node) = reached.nodes.get(current) else { break };
            let (value, belongs) = (node.value.clone(), node.reached);
            let next = self.step(closure, &value);
            // "The end of a closure is no missing reference": a step that is missing leads to nothing. One that leads through
            // a reference that is missing leads who knows where.
            for gap in next.gaps {
                push_gap(&mut reached, gap, belongs);
            }
            for item in next.items {
                let belongs = belongs.and(item.belongs);
                let node = Node { value: item.value, reached: belongs, member: belongs, from: Some(current) };
                work.extend(add(&mut reached, &mut index, node));
            }
        }
        reached
    }

    fn step(&mut self, closure: &'a Closure, value: &Value<'a>) -> Items<'a> {
        let Data::Record(noun, row) = value.data else { return Items::default() };
        let next = match closure.step {
            Step::Attribute(attribute) => self.read(noun, row, closure.noun, attribute),
            Step::Relation(relation) => self.relation_of(value, relation),
        };
        self.items(next, &Type::Records(closure.noun))
    }
}

/// Adds a record, or makes one that is known more certain. Gives its index where it must be followed (again).
fn add<'a>(reached: &mut Reached<'a>, index: &mut FxHashMap<(NounId, u32), usize>, node: Node<'a>) -> Option<usize> {
    let Data::Record(noun, row) = node.value.data else {
        push_gap(reached, Gap::of(node.value), node.reached);
        return None;
    };
    let at = *index.entry((noun, row)).or_insert(reached.nodes.len());
    let Some(known) = reached.nodes.get_mut(at) else {
        reached.nodes.push(node);
        return Some(at);
    };
    if known.member == Truth::False {
        // A step leads back to where it started.
        known.from = node.from;
    }
    known.member = known.member.or(node.member);
    let better = known.reached.or(node.reached);
    if better == known.reached {
        return None;
    }
    known.reached = better;
    Some(at)
}

fn push_gap<'a>(reached: &mut Reached<'a>, gap: Gap<'a>, belongs: Truth) {
    let mut items = Items { gaps: std::mem::take(&mut reached.gaps), ..Items::default() };
    items.push_gap(gap, belongs);
    reached.gaps = items.gaps;
}
