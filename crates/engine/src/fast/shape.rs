//! Filters and closures while they are lowered: they wait for the uses of their parts.

use tickmark_facts::NounId;

use super::lower::Uses;
use super::plan::{ClosureNode, FilterNode, Membership, NodeId, TimingNode, Use};

/// A filter that waits for the uses of its parts.
pub(crate) enum FilterShape {
    Where,
    Timing(TimingShape),
}

#[derive(Clone, Copy)]
pub(crate) enum TimingShape {
    Before,
    After,
    WithinBefore,
    WithinAfter,
    WithinOf,
    WithinLast,
    DuringGiven,
    During,
}

impl FilterShape {
    pub(crate) fn make(self, uses: &mut Uses) -> Option<FilterNode> {
        match self {
            FilterShape::Where => uses.next().map(FilterNode::Where),
            FilterShape::Timing(shape) => {
                let event = uses.next()?;
                Some(FilterNode::Timing { event, kind: shape.make(uses)? })
            }
        }
    }
}

impl TimingShape {
    pub(crate) fn make(self, uses: &mut Uses) -> Option<TimingNode> {
        let mut next = || uses.next();
        Some(match self {
            TimingShape::Before => TimingNode::Before(next()?),
            TimingShape::After => TimingNode::After(next()?),
            TimingShape::WithinBefore => TimingNode::WithinBefore(next()?, next()?),
            TimingShape::WithinAfter => TimingNode::WithinAfter(next()?, next()?),
            TimingShape::WithinOf => TimingNode::WithinOf(next()?, next()?),
            TimingShape::WithinLast => TimingNode::WithinLast(next()?),
            TimingShape::DuringGiven => TimingNode::DuringGiven,
            TimingShape::During => TimingNode::During(next()?, next()?),
        })
    }
}

/// A closure that waits for what it starts from.
#[derive(Clone, Copy)]
pub(crate) struct ClosureShape {
    pub(crate) membership: Membership,
    pub(crate) noun: NounId,
    pub(crate) step: NodeId,
    pub(crate) reflexive: bool,
}

impl ClosureShape {
    pub(crate) fn of(self, base: Use) -> ClosureNode {
        let ClosureShape { membership, noun, step, reflexive } = self;
        ClosureNode { base, membership, noun, step, reflexive }
    }
}
