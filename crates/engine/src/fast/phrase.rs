//! The members of a phrase over all lanes at once: each binding spreads the lanes over its values, the filters narrow
//! them, and what is said of them is folded back, segment by segment.

use tickmark_facts::NounId;

use super::batch::Batch;
use super::bits::Bits;
use super::compare::lanes_of;
use super::join;
use super::plan::{DomainNode, FilterNode, Membership, Node, Op, PhraseNode, Use};
use super::run::Run;
use super::truths::Truths;
use super::vector::{Content, Members, Vector};
use crate::budget::ITEM;
use crate::reference::truth::Truth;

/// What belongs to a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// What an adjective excludes is no candidate.
    Members,
    /// "Each record of its head noun (each pair, with `of`)", whatever adjectives and filters say.
    Tuples,
}

/// Tuples: a value for each subject and binding so far, and which lane they are of. Lanes come in order.
pub(crate) struct Tuples<'a> {
    pub(crate) batch: Batch<'a>,
    pub(crate) origin: Vec<u32>,
    /// How surely each belongs.
    pub(crate) belongs: Truths,
}

/// By lane, whether there may be more tuples.
pub(crate) struct Gaps {
    pub(crate) unknown: Bits,
    pub(crate) pending: Bits,
}

/// What is done with a block of tuples: the tuples, and how surely each is a member.
pub(crate) trait Sink<'a> {
    fn block(&mut self, run: &Run<'a, '_>, tuples: &Tuples<'a>, member: Truths);
    /// Tuples that may be members, for each of some lanes: how many, all in all.
    fn doubtful(&mut self, lanes: &Bits, count: u64);
    /// Whether a tuple of which nothing is known but that it may be a member matters, by row of the only subject that
    /// is looked at.
    fn matters(&self, run: &Run<'a, '_>, phrase: &PhraseNode<'a>, binder: u32, all: &Batch<'a>) -> Option<Bits>;
}

/// An enumeration of a phrase.
pub(crate) struct Walk<'w, 'a> {
    pub(crate) node: &'w Node<'a>,
    pub(crate) phrase: &'w PhraseNode<'a>,
    pub(crate) mode: Mode,
    pub(crate) gaps: Gaps,
    /// How many subjects stand around the phrase.
    pub(crate) around: u32,
    /// What may still come counts as something that there may be.
    pub(crate) events: bool,
}

impl Gaps {
    pub(crate) fn new(len: usize) -> Gaps {
        Gaps { unknown: Bits::zeros(len), pending: Bits::zeros(len) }
    }

    fn add(&mut self, lane: u32, truth: Truth) {
        match truth {
            Truth::Unknown => self.unknown.set(lane as usize),
            Truth::Pending => self.pending.set(lane as usize),
            Truth::True | Truth::False => {}
        }
    }

    /// The reasons of all lanes as truths.
    pub(crate) fn truths(&self) -> Option<Truths> {
        if self.unknown.is_zero() && self.pending.is_zero() {
            return None;
        }
        Some(Truths {
            yes: Bits::zeros(self.unknown.len()),
            unknown: self.unknown.clone(),
            pending: Some(self.pending.clone().without(&self.unknown)),
        })
    }
}

impl<'a> Run<'a, '_> {
    /// Enumerates the members of a phrase for each lane, and tells where there may be more.
    pub(crate) fn walk(
        &self,
        node: &Node<'a>,
        phrase: &PhraseNode<'a>,
        mode: Mode,
        batch: &Batch<'a>,
        sink: &mut dyn Sink<'a>,
    ) -> Gaps {
        let around = u32::try_from(batch.subjects.len()).unwrap_or(u32::MAX);
        let mut walk = Walk { node, phrase, mode, gaps: Gaps::new(batch.len), around, events: true };
        let tuples = Tuples {
            batch: batch.clone(),
            origin: (0..).take(batch.len).collect(),
            belongs: Truths::all(batch.len, Truth::True),
        };
        self.bind(&mut walk, 0, tuples, sink);
        walk.gaps
    }

    pub(crate) fn bind(&self, walk: &mut Walk<'_, 'a>, index: usize, tuples: Tuples<'a>, sink: &mut dyn Sink<'a>) {
        if !self.within_budget() || tuples.batch.len == 0 {
            return;
        }
        let Some(binding) = walk.phrase.bindings.get(index) else {
            let member = self.filtered(walk, &tuples);
            sink.block(self, &tuples, member);
            return;
        };
        let last = index + 1 == walk.phrase.bindings.len();
        if last {
            self.events_to_come(walk, &tuples);
        }
        let leads_to = |batch: &Batch<'a>| match &binding.domain {
            DomainNode::In(path, membership) => self.domain(path, *membership, batch),
            DomainNode::Closure(closure) => self.reached(closure, batch),
            DomainNode::All(_) => Members::nothing(batch.len),
        };
        if let DomainNode::All(noun) = &binding.domain {
            self.bind_all(walk, index, *noun, &tuples, sink);
            return;
        }
        let lanes = tuples.batch.len;
        self.by_pieces(
            lanes,
            |some| {
                let part = if some.len() == lanes { None } else { Some(tuples.part(some)) };
                let members = leads_to(&part.as_ref().unwrap_or(&tuples).batch);
                (part, members)
            },
            |(part, members)| self.bind_in(walk, index, part.as_ref().unwrap_or(&tuples), members, sink),
        );
    }

    /// The values that a binding may take: "a single value counts as a list of one".
    pub(crate) fn domain(&self, path: &Use, membership: Membership, batch: &Batch<'a>) -> Members<'a> {
        // Lists of records of an open value, as they lie in the facts.
        if let Some(Op::Attribute(base, noun, attribute)) = self.shared.plan.op(path.node) {
            let base = self.value(base, &batch.pick(&path.args));
            if let Content::Record(of, rows) = &base.content
                && of == noun
                && base.states.all_known()
                && let Some(members) = self.read_members(*noun, *attribute, rows, base.len)
            {
                return self.members(members, membership);
            }
            return self.members(self.attribute(&base, *noun, *attribute), membership);
        }
        self.members(self.value(path, batch), membership)
    }

    fn bind_in(
        &self,
        walk: &mut Walk<'_, 'a>,
        index: usize,
        tuples: &Tuples<'a>,
        members: Members<'a>,
        sink: &mut dyn Sink<'a>,
    ) {
        for lane in 0..tuples.batch.len {
            let gap = members.gap(lane);
            if gap.is_open()
                && let Some(origin) = tuples.origin.get(lane)
            {
                walk.gaps.add(*origin, tuples.belongs.get(lane).and(gap));
            }
        }
        if !self.spend(members.items.len as u64 / 16 + 1) {
            return;
        }
        if members.items.len > self.block() && tuples.batch.len > 1 {
            let pieces = pieces(&members.offsets, self.block());
            let all = Vector::known(tuples.batch.len, Content::Many(std::sync::Arc::new(members)));
            for range in pieces {
                let part = tuples.part(range.clone());
                let picked: Vec<u32> = range.filter_map(|lane| u32::try_from(lane).ok()).collect();
                let Content::Many(some) = all.gather(&picked).content else { return };
                self.spread(walk, index, &part, &some, sink);
            }
        } else {
            self.spread(walk, index, tuples, &members, sink);
        }
    }

    fn spread(
        &self,
        walk: &mut Walk<'_, 'a>,
        index: usize,
        tuples: &Tuples<'a>,
        members: &Members<'a>,
        sink: &mut dyn Sink<'a>,
    ) {
        if !self.within_budget() {
            return;
        }
        let lanes = lanes_of(members);
        let mut inner = tuples.gather(&lanes, &walk.used_after(index));
        if let Some(belongs) = &members.belongs {
            inner.belongs = inner.belongs.and(belongs);
        }
        inner.batch = inner.batch.with(members.items.clone());
        self.described(walk, index, inner, sink);
    }

    /// All records of a noun, for each lane; where an equality says which, only those.
    fn bind_all(
        &self,
        walk: &mut Walk<'_, 'a>,
        index: usize,
        noun: NounId,
        tuples: &Tuples<'a>,
        sink: &mut dyn Sink<'a>,
    ) {
        if !self.ground.facts.supplied(noun) || self.ground.facts.open(noun).is_some() {
            for (lane, origin) in tuples.origin.iter().enumerate() {
                walk.gaps.add(*origin, tuples.belongs.get(lane).and(Truth::Unknown));
            }
        }
        let rows = self.ground.facts.rows(noun) as usize;
        if walk.mode == Mode::Members
            && let Some(join) = join::find(walk.phrase, index, walk.around, &self.shared.plan)
            && self.join(walk, &join, (noun, rows), tuples, sink)
        {
            return;
        }
        // Every lane with every record, some lanes or some records at a time.
        let lanes_at_once = (self.block() / rows.max(1)).max(1);
        let mut first = 0;
        while first < tuples.batch.len && rows > 0 {
            let end = (first + lanes_at_once).min(tuples.batch.len);
            let part = tuples.part(first..end);
            let mut from = 0;
            while from < rows {
                let to = (from + self.block()).min(rows);
                if !self.spend(((to - from) * part.batch.len) as u64) {
                    return;
                }
                self.cross(walk, index, noun, (from, to), &part, sink);
                from = to;
            }
            first = end;
        }
    }

    fn cross(
        &self,
        walk: &mut Walk<'_, 'a>,
        index: usize,
        noun: NounId,
        (from, to): (usize, usize),
        part: &Tuples<'a>,
        sink: &mut dyn Sink<'a>,
    ) {
        let first = u32::try_from(from).unwrap_or(u32::MAX);
        let count = to - from;
        let lanes: Vec<u32> =
            (0..).take(part.batch.len).flat_map(|lane: u32| std::iter::repeat_n(lane, count)).collect();
        let mut inner = part.gather(&lanes, &walk.used_after(index));
        let records = if part.batch.len == 1 {
            Vector::records(noun, first, count)
        } else {
            let rows = (0..part.batch.len).flat_map(|_| (first..).take(count)).collect();
            super::path::records(noun, rows)
        };
        if let Some(belongs) = self.belonging_with_parents(noun, first, count) {
            let repeated = belongs.gather(lanes.len(), |lane| lane % count);
            inner.belongs = inner.belongs.and(&repeated);
        }
        inner.batch = inner.batch.with(records);
        self.described(walk, index, inner, sink);
    }

    /// The adjectives of a binding that has its values; then what comes after it.
    pub(crate) fn described(&self, walk: &mut Walk<'_, 'a>, index: usize, tuples: Tuples<'a>, sink: &mut dyn Sink<'a>) {
        // The tuples are let go when all that comes after is done.
        self.passing(|| {
            if self.hold(tuples.batch.len.saturating_mul(ITEM)) {
                self.describe(walk, index, tuples, sink);
            }
        });
    }

    fn describe(&self, walk: &mut Walk<'_, 'a>, index: usize, mut tuples: Tuples<'a>, sink: &mut dyn Sink<'a>) {
        let Some(binding) = walk.phrase.bindings.get(index) else { return };
        if walk.mode == Mode::Members && !binding.adjectives.is_empty() {
            let parts: Vec<&Use> = binding.adjectives.iter().collect();
            let belongs = std::mem::take(&mut tuples.belongs);
            tuples.belongs = self.all_of(&parts, belongs, &tuples.batch);
            let last = index + 1 == walk.phrase.bindings.len();
            let possible = tuples.belongs.possible();
            if !last && possible.count() < tuples.batch.len {
                let lanes: Vec<u32> = possible.ones_in_order().filter_map(|lane| u32::try_from(lane).ok()).collect();
                // The value of this binding is among them already.
                tuples = tuples.gather(&lanes, &walk.used_after(index + 1));
            }
        }
        self.bind(walk, index + 1, tuples, sink);
    }

    /// "Filters belong to the whole phrase and see all its subjects."
    fn filtered(&self, walk: &Walk<'_, 'a>, tuples: &Tuples<'a>) -> Truths {
        let mut member = tuples.belongs.clone();
        let mut parts: Vec<&Use> = Vec::new();
        if walk.mode == Mode::Tuples {
            parts.extend(walk.phrase.bindings.iter().flat_map(|binding| &binding.adjectives));
        }
        for filter in &walk.phrase.filters {
            match filter {
                FilterNode::Where(condition) => parts.push(condition),
                FilterNode::Timing { event, kind } => member = member.and(&self.timing(event, kind, &tuples.batch)),
            }
        }
        self.all_of(&parts, member, &tuples.batch)
    }

    /// "An event that must come `within D after X` and has not come, while X + D is later than `$as_of`, is not due yet."
    fn events_to_come(&self, walk: &mut Walk<'_, 'a>, tuples: &Tuples<'a>) {
        let Some(phrase) = walk.phrase.deadline.filter(|_| walk.events) else { return };
        // The subjects of the tuples are those of the node, and then the bindings before the last.
        let bound = phrase.0.bindings.len().saturating_sub(1);
        let mut evaluator = self.ground.evaluator();
        for (lane, origin) in tuples.origin.iter().enumerate() {
            let mut frame = crate::reference::frame::Frame::new(walk.node.frame);
            let slots = walk.node.slots.iter().copied();
            let slots = slots.chain(phrase.0.bindings.iter().take(bound).map(|binding| binding.slot));
            for (slot, subject) in slots.zip(&tuples.batch.subjects) {
                frame.set(slot, self.lane(subject, lane));
            }
            if let Some(gap) = evaluator.not_due(phrase.0, &mut frame) {
                walk.gaps.add(*origin, tuples.belongs.get(lane).and(gap.truth));
            }
        }
    }
}

impl<'a> Walk<'_, 'a> {
    /// The subjects that are looked at once a binding has its values: the others need not be carried along.
    pub(crate) fn used_after(&self, index: usize) -> Vec<u32> {
        // The reference evaluator is asked with all that the node looks at.
        if self.phrase.deadline.is_some() {
            return (0..self.around.saturating_add(u32::try_from(index).unwrap_or(0))).collect();
        }
        let mut used = Vec::new();
        for part in self.node.op.parts() {
            for arg in &part.args {
                if !used.contains(arg) {
                    used.push(*arg);
                }
            }
        }
        used
    }
}

impl<'a> Tuples<'a> {
    /// Other lanes, with the subjects that are looked at.
    pub(crate) fn gather(&self, lanes: &[u32], used: &[u32]) -> Tuples<'a> {
        let origin = |lane: &u32| self.origin.get(*lane as usize).copied().unwrap_or(u32::MAX);
        let belongs = if self.belongs.all_true() {
            Truths::all(lanes.len(), Truth::True)
        } else {
            self.belongs.gather(lanes.len(), |at| lanes.get(at).map_or(usize::MAX, |lane| *lane as usize))
        };
        Tuples { batch: self.batch.gather_used(lanes, used), origin: lanes.iter().map(origin).collect(), belongs }
    }

    fn part(&self, lanes: std::ops::Range<usize>) -> Tuples<'a> {
        Tuples {
            batch: self.batch.part(lanes.clone()),
            origin: self.origin.get(lanes.clone()).unwrap_or_default().to_vec(),
            belongs: self.belongs.slice(lanes),
        }
    }

    /// Where the tuples of each lane begin and end.
    pub(crate) fn offsets(&self, lanes: usize) -> Vec<u32> {
        let mut offsets = vec![0_u32; lanes + 1];
        for origin in &self.origin {
            if let Some(count) = offsets.get_mut(*origin as usize + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for offset in &mut offsets {
            total += *offset;
            *offset = total;
        }
        offsets
    }
}

/// Lanes cut so that what they hold fits a block; a lane that holds more is a piece of its own.
fn pieces(offsets: &[u32], block: usize) -> Vec<std::ops::Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let lanes = offsets.len().saturating_sub(1);
    let at = |lane: usize| offsets.get(lane).copied().unwrap_or(0) as usize;
    for lane in 0..lanes {
        if lane > start && at(lane + 1) - at(start) > block {
            pieces.push(start..lane);
            start = lane;
        }
    }
    if start < lanes {
        pieces.push(start..lanes);
    }
    pieces
}
