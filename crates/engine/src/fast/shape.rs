//! Filters while they are lowered: they wait for the uses of their parts.

use super::lower::Uses;
use super::plan::{FilterNode, TimingNode};

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
