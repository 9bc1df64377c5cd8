//! Quantifiers: "`has` is \"or\" over the candidates, `every` is \"and\"; counts compare with the bounds [certain,
//! possible]".

use std::sync::Arc;

use tickmark_program::Phrase;

use super::batch::Batch;
use super::bits::Bits;
use super::evaluate::ranges;
use super::path::Picked;
use super::phrase::{Mode, Sink, Tuples};
use super::plan::{At, Many, Node, PhraseNode, QuantifiedNode, Use};
use super::run::Run;
use super::truths::Truths;
use super::vector::{Content, Members, State, Vector};
use crate::budget::ITEM;
use crate::reference::quantify::Tally;
use crate::reference::truth::Truth;
use crate::reference::value::{Data, Value};

/// What is said of each member.
struct Claim<'c, 'a> {
    body: Option<&'c Use>,
    has: Option<At<'a, Phrase>>,
}

/// Whether any, or every, member is so, by lane.
struct Fold<'c, 'a> {
    claim: Claim<'c, 'a>,
    every: bool,
    /// "Or" of what is against `every`, or for `some`.
    any: Truths,
}

/// How many are so, by lane.
struct Counts<'c, 'a> {
    claim: Claim<'c, 'a>,
    tallies: Vec<Tally>,
}

/// The heads of the members, by lane.
struct Heads<'a> {
    /// Blocks of heads with their lanes and how surely they belong.
    blocks: Vec<(Vector<'a>, Vec<u32>, Truths)>,
}

impl<'a> Run<'a, '_> {
    /// "The same sentences are conditions too."
    pub(crate) fn quantified(&self, node: &Node<'a>, quantified: &QuantifiedNode<'a>, batch: &Batch<'a>) -> Truths {
        let claim = Claim { body: quantified.body.as_ref(), has: quantified.has };
        match &quantified.many {
            Many::Count(op, number) => {
                let counts = self.tallied(node, &quantified.phrase, claim, batch);
                self.compare(op.op(), None, &counts, &self.value(number, batch))
            }
            many => {
                if let Some(truths) = self.folded_closure(quantified, batch) {
                    return truths;
                }
                let every = matches!(many, Many::Every);
                let mut fold = Fold { claim, every, any: Truths::all(batch.len, Truth::False) };
                let gaps = self.walk(node, &quantified.phrase, Mode::Members, batch, &mut fold);
                let any = match gaps.truths() {
                    Some(open) => fold.any.or(&open),
                    None => fold.any,
                };
                match many {
                    Many::Every | Many::No => any.not(),
                    _ => any,
                }
            }
        }
    }

    /// `count(PHRASE)`
    pub(crate) fn count_phrase(&self, node: &Node<'a>, phrase: &PhraseNode<'a>, batch: &Batch<'a>) -> Vector<'a> {
        self.tallied(node, phrase, Claim { body: None, has: None }, batch)
    }

    fn tallied(&self, node: &Node<'a>, phrase: &PhraseNode<'a>, claim: Claim<'_, 'a>, batch: &Batch<'a>) -> Vector<'a> {
        if let Some(tallies) = self.tallied_closure(phrase, (claim.body, claim.has.is_some()), batch) {
            return ranges(tallies);
        }
        let mut counts = Counts { claim, tallies: vec![Tally::default(); batch.len] };
        let gaps = self.walk(node, phrase, Mode::Members, batch, &mut counts);
        for lane in gaps.unknown.ones_in_order() {
            if let Some(tally) = counts.tallies.get_mut(lane) {
                tally.open(Truth::Unknown);
            }
        }
        for lane in gaps.pending.ones_in_order() {
            if let Some(tally) = counts.tallies.get_mut(lane) {
                tally.open(Truth::Pending);
            }
        }
        ranges(counts.tallies)
    }

    /// The heads of the members, each once: what a relation that is defined by a phrase leads to.
    pub(crate) fn heads(&self, node: &Node<'a>, phrase: &PhraseNode<'a>, batch: &Batch<'a>) -> Vector<'a> {
        let mut heads = Heads { blocks: Vec::new() };
        let gaps = self.walk(node, phrase, Mode::Members, batch, &mut heads);
        let gaps = gaps.truths();
        let members = self.put_together(heads, batch.len, gaps);
        Vector::known(batch.len, Content::Many(Arc::new(self.without_repetition(members))))
    }

    fn put_together(&self, mut heads: Heads<'a>, len: usize, gaps: Option<Truths>) -> Members<'a> {
        if let (1, Some((items, lanes, belongs))) = (heads.blocks.len(), heads.blocks.first())
            && lanes.is_sorted()
        {
            let mut picked = Picked::default();
            let mut at = 0;
            for lane in 0..len {
                while lanes.get(at).is_some_and(|of| *of as usize == lane) {
                    picked.push(at, belongs.get(at));
                    at += 1;
                }
                picked.end_lane(gaps.as_ref().map_or(Truth::False, |gaps| gaps.get(lane)), Truth::False);
            }
            return picked.members(items);
        }
        if let Some(members) = of_records(&heads.blocks, len, gaps.as_ref()) {
            return members;
        }
        // Several blocks: in order of lane, and of each lane in the order in which they came.
        let mut all: Vec<(u32, Value<'a>, Truth)> = Vec::new();
        for (items, lanes, belongs) in heads.blocks.drain(..) {
            for (at, lane) in lanes.iter().enumerate() {
                all.push((*lane, self.lane(&items, at), belongs.get(at)));
            }
        }
        all.sort_by_key(|(lane, ..)| *lane);
        let mut picked = Picked::default();
        let mut at = 0;
        for lane in 0..len {
            while let Some((of, _, belongs)) = all.get(at).filter(|(of, ..)| *of as usize == lane) {
                let _ = of;
                picked.push(at, *belongs);
                at += 1;
            }
            picked.end_lane(gaps.as_ref().map_or(Truth::False, |gaps| gaps.get(lane)), Truth::False);
        }
        picked.members(&Vector::of_values(all.into_iter().map(|(_, value, _)| value).collect()))
    }

    /// What is said of tuples that belong so much: that they are members, and satisfy the body.
    fn counts(&self, claim: &Claim<'_, 'a>, tuples: &Tuples<'a>, member: Truths) -> Truths {
        let satisfied = match claim.body {
            Some(body) => self.all_of(&[body], member.clone(), &tuples.batch),
            None => member.clone(),
        };
        let Some(phrase) = claim.has else { return satisfied };
        // "On an open noun, a bool found under `has` is unknown, with a warning."
        let Some(head) = tuples.batch.subjects.last() else { return satisfied };
        let bools = Bits::from_fn(tuples.batch.len, |lane| {
            head.states.get(lane) == State::Known && matches!(self.lane(head, lane).data, Data::Bool(_))
        })
        .and(&member.possible());
        if bools.is_zero() {
            return satisfied;
        }
        self.warn_bool(phrase.0.span);
        let open = member.and(&Truths::all(tuples.batch.len, Truth::Unknown));
        Truths::choose(&bools, &open, &satisfied)
    }
}

impl<'a> Claim<'_, 'a> {
    /// The truths of the body over the records of the binding, where it looks at nothing else; nothing where there is none.
    fn alone(&self, run: &Run<'a, '_>, binder: u32, all: &Batch<'a>) -> Option<Option<Truths>> {
        match self.body {
            None => Some(None),
            Some(body) if body.args.iter().all(|arg| *arg == binder) => Some(Some(run.condition(body, all))),
            Some(_) => None,
        }
    }
}

impl<'a> Sink<'a> for Fold<'_, 'a> {
    fn block(&mut self, run: &Run<'a, '_>, tuples: &Tuples<'a>, member: Truths) {
        let counted = if self.every {
            // Against `every`: a member that does not satisfy the body.
            match self.claim.body {
                Some(body) => {
                    let body =
                        Truths::not(run.all_of(&[body], Truths::all(tuples.batch.len, Truth::True), &tuples.batch));
                    member.and(&body)
                }
                None => return,
            }
        } else {
            run.counts(&self.claim, tuples, member)
        };
        // Lanes come in order, so that those of one origin lie side by side.
        let found = counted.any_of_each(&tuples.offsets(self.any.len()));
        self.any = std::mem::take(&mut self.any).or(&found);
    }

    fn doubtful(&mut self, lanes: &Bits, count: u64) {
        if count > 0 {
            let open = Truths { yes: Bits::zeros(lanes.len()), unknown: lanes.clone(), pending: None };
            self.any = std::mem::take(&mut self.any).or(&open);
        }
    }

    fn matters(&self, run: &Run<'a, '_>, _: &PhraseNode<'a>, binder: u32, all: &Batch<'a>) -> Option<Bits> {
        let body = self.claim.alone(run, binder, all)?;
        Some(match (body, self.every) {
            (None, true) => Bits::zeros(all.len),
            (None, false) => Bits::ones(all.len),
            (Some(body), true) => body.yes.not(),
            (Some(body), false) => body.possible(),
        })
    }
}

impl<'a> Sink<'a> for Counts<'_, 'a> {
    fn block(&mut self, run: &Run<'a, '_>, tuples: &Tuples<'a>, member: Truths) {
        let counted = run.counts(&self.claim, tuples, member);
        for (lane, origin) in tuples.origin.iter().enumerate() {
            if let Some(tally) = self.tallies.get_mut(*origin as usize) {
                tally.add(counted.get(lane));
            }
        }
    }

    fn doubtful(&mut self, lanes: &Bits, count: u64) {
        for lane in lanes.ones_in_order() {
            if let Some(tally) = self.tallies.get_mut(lane) {
                tally.unknown = tally.unknown.saturating_add(count);
            }
        }
    }

    fn matters(&self, run: &Run<'a, '_>, _: &PhraseNode<'a>, binder: u32, all: &Batch<'a>) -> Option<Bits> {
        let body = self.claim.alone(run, binder, all)?;
        Some(body.map_or_else(|| Bits::ones(all.len), |body| body.possible()))
    }
}

impl<'a> Sink<'a> for Heads<'a> {
    fn block(&mut self, run: &Run<'a, '_>, tuples: &Tuples<'a>, member: Truths) {
        let lanes: Vec<u32> = member.possible().ones_in_order().filter_map(|lane| u32::try_from(lane).ok()).collect();
        let Some(head) = tuples.batch.subjects.last() else { return };
        let origin = lanes.iter().filter_map(|lane| tuples.origin.get(*lane as usize).copied()).collect();
        let belongs = member.gather(lanes.len(), |at| lanes.get(at).map_or(usize::MAX, |lane| *lane as usize));
        let head = run.keep(lanes.len().saturating_mul(ITEM)).then(|| head.gather(&lanes));
        self.blocks.extend(head.map(|head| (head, origin, belongs)));
    }

    fn doubtful(&mut self, _: &Bits, _: u64) {}

    fn matters(&self, _: &Run<'a, '_>, _: &PhraseNode<'a>, _: u32, _: &Batch<'a>) -> Option<Bits> {
        // Each may be a member of its own lane.
        None
    }
}

/// Heads that are records of one noun, in several blocks: in order of lane, and of each lane in the order in which they came.
fn of_records<'a>(
    blocks: &[(Vector<'a>, Vec<u32>, Truths)],
    lanes: usize,
    gaps: Option<&Truths>,
) -> Option<Members<'a>> {
    let first = blocks.iter().find_map(|(items, ..)| match &items.content {
        Content::Record(noun, _) => Some(*noun),
        _ => None,
    })?;
    let mut offsets = vec![0_u32; lanes + 1];
    for (items, of, _) in blocks {
        match &items.content {
            Content::Record(noun, _) if *noun == first && items.states.all_known() => {}
            _ if items.len == 0 => {}
            _ => return None,
        }
        for lane in of {
            *offsets.get_mut(*lane as usize + 1)? += 1;
        }
    }
    let mut total = 0_u32;
    for offset in &mut offsets {
        total = total.checked_add(*offset)?;
        *offset = total;
    }
    let mut next = offsets.clone();
    let (mut rows, mut sources) = (vec![0_u32; total as usize], Vec::new());
    let certain = blocks.iter().all(|(.., belongs)| belongs.all_true());
    if !certain {
        sources = vec![Truth::True; total as usize];
    }
    for (items, of, belongs) in blocks {
        let Content::Record(_, from) = &items.content else { continue };
        for (at, lane) in of.iter().enumerate() {
            let place = next.get_mut(*lane as usize)?;
            *rows.get_mut(*place as usize)? = from.get(at)?;
            if let Some(known) = sources.get_mut(*place as usize) {
                *known = belongs.get(at);
            }
            *place += 1;
        }
    }
    Some(Members {
        offsets,
        items: super::path::records(first, rows),
        belongs: (!certain)
            .then(|| Truths::from_fn(sources.len(), |at| sources.get(at).copied().unwrap_or(Truth::Unknown))),
        gaps: gaps.cloned(),
        absent: None,
    })
}
