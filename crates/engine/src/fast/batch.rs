//! Lanes that are evaluated together: in each, a value for every subject.

use std::ops::Range;

use super::vector::{State, Vector};

/// Subjects, lane by lane.
#[derive(Clone, Debug)]
pub(crate) struct Batch<'a> {
    pub(crate) len: usize,
    pub(crate) subjects: Vec<Vector<'a>>,
}

impl<'a> Batch<'a> {
    /// Lanes without a subject.
    pub(crate) fn empty(len: usize) -> Batch<'a> {
        Batch { len, subjects: Vec::new() }
    }

    /// One subject.
    pub(crate) fn of(subject: Vector<'a>) -> Batch<'a> {
        Batch { len: subject.len, subjects: vec![subject] }
    }

    /// The subjects that a part looks at, as its own.
    pub(crate) fn pick(&self, args: &[u32]) -> Batch<'a> {
        let pick = |arg: &u32| match self.subjects.get(*arg as usize) {
            Some(subject) => subject.clone(),
            None => Vector::lacking(self.len, State::Missing),
        };
        Batch { len: self.len, subjects: args.iter().map(pick).collect() }
    }

    /// Other lanes; only of the subjects that are looked at, the others lack.
    pub(crate) fn gather_used(&self, lanes: &[u32], used: &[u32]) -> Batch<'a> {
        let subjects = (0..).zip(&self.subjects).map(|(number, subject): (u32, _)| {
            if used.contains(&number) { subject.gather(lanes) } else { Vector::lacking(lanes.len(), State::Missing) }
        });
        Batch { len: lanes.len(), subjects: subjects.collect() }
    }

    /// Lanes one after the other.
    pub(crate) fn part(&self, lanes: Range<usize>) -> Batch<'a> {
        let subjects = self.subjects.iter().map(|subject| subject.part(lanes.clone())).collect();
        Batch { len: lanes.len(), subjects }
    }

    /// With one more subject.
    pub(crate) fn with(mut self, subject: Vector<'a>) -> Batch<'a> {
        self.subjects.push(subject);
        self
    }
}
