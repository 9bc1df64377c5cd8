//! "`parents*` is a relation followed zero or more times, `parents+` one or more; cycles are fine": over the strongly
//! connected components of the graph, each once.

use tickmark_facts::NounId;

use super::batch::Batch;
use super::graph::{AT_A_TIME, Components};
use super::path::Picked;
use super::plan::{ClosureNode, DomainNode, FilterNode, Many, Op, PhraseNode, QuantifiedNode, Use};
use super::run::Run;
use super::seen::Seen;
use super::truths::Truths;
use super::vector::{Content, Members, Rows, State, Vector};
use crate::budget::ITEM;
use crate::reference::quantify::Tally;
use crate::reference::truth::Truth;

/// A closure of which nothing else is looked at than its members.
struct Alone<'n, 'g> {
    closure: &'n ClosureNode,
    components: &'g Components,
    /// How surely each record of the noun is a member that counts, if it is reached.
    effect: Truths,
}

impl<'a> Run<'a, '_> {
    /// `any`, `every` and `no` over a closure of which nothing else is looked at than its members: folded over the graph once,
    /// for all lanes.
    pub(crate) fn folded_closure(&self, quantified: &QuantifiedNode<'a>, batch: &Batch<'a>) -> Option<Truths> {
        let every = match quantified.many {
            Many::Every => true,
            Many::Some | Many::No => false,
            Many::Count(..) => return None,
        };
        let alone =
            self.of_itself(&quantified.phrase, (quantified.body.as_ref(), quantified.has.is_some()), every, batch)?;
        let Alone { closure, components, effect } = &alone;
        let (yes, yes_onward) = components.reaching(&effect.yes);
        // What is not known may be anything, also one step beyond a row whose next is not known.
        let (possible, possible_onward) = components.reaching(&effect.possible());
        let open = components.reaching_open();
        let (yes, possible) =
            if closure.reflexive { (yes, possible.or(&open)) } else { (yes_onward, possible_onward.or(&open)) };
        let reached = Truths { unknown: possible.without(&yes), yes, pending: None };
        let any = self.of_base(closure, &reached, batch)?;
        Some(match quantified.many {
            Many::Every | Many::No => any.not(),
            _ => any,
        })
    }

    /// How many of what a closure reaches are so, by lane, where nothing else is looked at than its members.
    pub(crate) fn tallied_closure(
        &self,
        phrase: &PhraseNode<'a>,
        (body, has): (Option<&Use>, bool),
        batch: &Batch<'a>,
    ) -> Option<Vec<Tally>> {
        let alone = self.of_itself(phrase, (body, has), false, batch)?;
        self.tallies(&alone, batch)
    }

    /// `count` of a closure.
    pub(crate) fn count_closure(&self, list: &Use, batch: &Batch<'a>) -> Option<Vec<Tally>> {
        let (closure, batch) = self.as_closure(list, batch)?;
        let alone = self.all_that_is_reached(closure)?;
        self.tallies(&alone, &batch)
    }

    /// `exists` of a closure.
    pub(crate) fn closure_exists(&self, list: &Use, batch: &Batch<'a>) -> Option<Truths> {
        let tallies = self.count_closure(list, batch)?;
        Some(Truths::from_fn(batch.len, |lane| match tallies.get(lane) {
            Some(tally) if tally.certain > 0 => Truth::True,
            Some(tally) if tally.unknown > 0 => Truth::Unknown,
            Some(tally) if tally.pending > 0 => Truth::Pending,
            _ => Truth::False,
        }))
    }

    /// A value in a closure: whether its record is in a component that the lane reaches.
    pub(crate) fn in_closure(&self, wanted: &Vector<'a>, list: &Use, batch: &Batch<'a>) -> Option<Truths> {
        let (closure, batch) = self.as_closure(list, batch)?;
        let Alone { components, .. } = self.all_that_is_reached(closure)?;
        let wanted_rows = match &wanted.content {
            Content::Record(noun, rows) if *noun == closure.noun => Some(rows),
            Content::Nothing => None,
            _ => return None,
        };
        let base = self.base(closure, &batch);
        let rows = starts(closure, &base)?;
        let mut truths = Vec::with_capacity(batch.len);
        components.sweep(self, (&base, rows), closure.reflexive, &mut |reached| {
            let (open, any) = (reached.open(), reached.any());
            for (bit, lane) in reached.lanes.clone().enumerate() {
                let has = |lanes: u64| lanes >> bit & 1 == 1;
                let found = match (wanted.states.get(lane), wanted_rows.and_then(|rows| rows.get(lane))) {
                    (State::Known, Some(row)) => Truth::from(has(reached.lanes(components.component(row)))),
                    // It may be any of them.
                    (state, _) if has(any) => state.lack(),
                    _ => Truth::False,
                };
                truths.push(found.or(base.gap(lane)).or(if has(open) { Truth::Unknown } else { Truth::False }));
            }
        });
        Some(Truths::from_fn(batch.len, |lane| truths.get(lane).copied().unwrap_or(Truth::Unknown)))
    }

    /// A part that is a closure, with the subjects that it looks at.
    fn as_closure(&self, list: &Use, batch: &Batch<'a>) -> Option<(&ClosureNode, Batch<'a>)> {
        match self.shared.plan.op(list.node)? {
            Op::Closure(closure) => Some((closure, batch.pick(&list.args))),
            _ => None,
        }
    }

    fn all_that_is_reached<'n>(&self, closure: &'n ClosureNode) -> Option<Alone<'n, '_>> {
        let graph = self.column(closure.step)?.graph.as_ref()?;
        let components = graph.components.as_ref().filter(|components| components.certain)?;
        let rows = graph.edges.offsets.len().saturating_sub(1);
        Some(Alone { closure, components, effect: Truths::all(rows, Truth::True) })
    }

    /// The only binding of a phrase as a closure, with what is said of each record by itself; nothing where more is looked at.
    /// With `every` what is against it, else what is for `some`.
    fn of_itself<'n>(
        &self,
        phrase: &'n PhraseNode<'a>,
        (body, has): (Option<&Use>, bool),
        every: bool,
        batch: &Batch<'a>,
    ) -> Option<Alone<'n, '_>> {
        let [binding] = phrase.bindings.as_slice() else { return None };
        let DomainNode::Closure(closure) = &binding.domain else { return None };
        let found = self.all_that_is_reached(closure)?;
        let rows = found.effect.len();
        let binder = u32::try_from(batch.subjects.len()).ok()?;
        let by_itself = |part: &Use| part.args.iter().all(|arg| *arg == binder);
        let filters = &phrase.filters;
        let only_itself = binding.adjectives.iter().all(by_itself)
            && body.into_iter().all(by_itself)
            && filters.iter().all(|filter| matches!(filter, FilterNode::Where(condition) if by_itself(condition)));
        if !only_itself || has || phrase.deadline.is_some() {
            return None;
        }
        let mut subjects = vec![Vector::lacking(rows, State::Missing); binder as usize];
        subjects.push(Vector::records(closure.noun, 0, rows));
        let all = Batch { len: rows, subjects };
        let mut parts: Vec<&Use> = binding.adjectives.iter().collect();
        parts.extend(filters.iter().filter_map(|filter| match filter {
            FilterNode::Where(condition) => Some(condition),
            FilterNode::Timing { .. } => None,
        }));
        let member = self.all_of(&parts, Truths::all(rows, Truth::True), &all);
        let effect = match (body, every) {
            (Some(body), true) => member.and(&self.condition(body, &all).not()),
            (Some(body), false) => self.all_of(&[body], member, &all),
            (None, true) => Truths::all(rows, Truth::False),
            (None, false) => member,
        };
        if effect.pending.as_ref().is_some_and(|pending| !pending.is_zero()) {
            return None;
        }
        Some(Alone { effect, ..found })
    }

    /// How many records are reached that count, by lane.
    fn tallies(&self, alone: &Alone<'_, '_>, batch: &Batch<'a>) -> Option<Vec<Tally>> {
        let Alone { closure, components, effect } = alone;
        let base = self.base(closure, batch);
        let rows = starts(closure, &base)?;
        // How many rows of a component count, and how many may.
        let weights: Vec<(u64, u64)> = (0..)
            .take(components.count())
            .map(|component| {
                let members = components.members(component);
                if effect.all_true() {
                    return (members.len() as u64, 0);
                }
                members.iter().fold((0, 0), |(yes, unknown), row| match effect.get(*row as usize) {
                    Truth::True => (yes + 1, unknown),
                    Truth::False => (yes, unknown),
                    Truth::Unknown | Truth::Pending => (yes, unknown + 1),
                })
            })
            .collect();
        let mut tallies = Vec::with_capacity(batch.len);
        components.sweep(self, (&base, rows), closure.reflexive, &mut |reached| {
            let first = tallies.len();
            tallies.resize(first + reached.lanes.len(), Tally::default());
            let some = tallies.get_mut(first..).unwrap_or_default();
            let all = u64::MAX >> (AT_A_TIME - reached.lanes.len().clamp(1, AT_A_TIME));
            // What all lanes reach is counted once for all.
            let (mut yes_of_all, mut unknown_of_all) = (0, 0);
            for component in reached.components {
                let (yes, unknown) = weights.get(*component as usize).copied().unwrap_or_default();
                let mut lanes = reached.lanes(*component);
                if lanes == all {
                    yes_of_all += yes;
                    unknown_of_all += unknown;
                    continue;
                }
                while lanes != 0 {
                    if let Some(tally) = some.get_mut(lanes.trailing_zeros() as usize) {
                        tally.certain += yes;
                        tally.unknown += unknown;
                    }
                    lanes &= lanes - 1;
                }
            }
            let open = reached.open();
            for ((bit, lane), tally) in reached.lanes.clone().enumerate().zip(some) {
                tally.certain += yes_of_all;
                tally.unknown += unknown_of_all;
                if open >> bit & 1 == 1 {
                    tally.open(Truth::Unknown);
                }
                tally.open(base.gap(lane));
            }
        });
        // What was given up.
        tallies.resize(batch.len, Tally::default());
        Some(tallies)
    }

    /// For each lane, "or" over the records that the closure starts from.
    fn of_base(&self, closure: &ClosureNode, reached: &Truths, batch: &Batch<'a>) -> Option<Truths> {
        let base = self.base(closure, batch);
        let Content::Record(noun, rows) = &base.items.content else {
            if base.items.len > 0 {
                return None;
            }
            return Some(base.gaps.unwrap_or_else(|| Truths::all(batch.len, Truth::False)));
        };
        if *noun != closure.noun || !base.items.states.all_known() {
            return None;
        }
        let mut found = reached.gather(base.items.len, |item| rows.get(item).map_or(usize::MAX, |row| row as usize));
        if let Some(belongs) = &base.belongs {
            found = found.and(belongs);
        }
        let mut any = found.any_of_each(&base.offsets);
        if let Some(gaps) = &base.gaps {
            any = any.or(gaps);
        }
        Some(any)
    }

    /// The records that a closure starts from. A missing base is a missing reference.
    fn base(&self, closure: &ClosureNode, batch: &Batch<'a>) -> Members<'a> {
        let value = self.value(&closure.base, batch);
        let value = match &value.content {
            Content::Values(_) | Content::Same(_) => {
                let values = (0..value.len).map(|lane| {
                    let value = self.lane(&value, lane);
                    match value.data {
                        crate::reference::value::Data::Missing { .. } => {
                            self.lane(&Vector::lacking(1, State::Through), 0)
                        }
                        _ => value,
                    }
                });
                Vector::of_values(values.collect())
            }
            _ => {
                let states = value.states.map(|state| if state == State::Missing { State::Through } else { state });
                value.with_states(states)
            }
        };
        let mut members = self.members(value, closure.membership);
        // References that are missing lead nowhere.
        if let Some(absent) = members.absent.take() {
            members.gaps = Some(match members.gaps.take() {
                Some(gaps) => gaps.or(&absent),
                None => absent,
            });
        }
        members
    }

    /// What each lane reaches. In which order they stand nobody can tell.
    pub(crate) fn reached(&self, closure: &ClosureNode, batch: &Batch<'a>) -> Members<'a> {
        let base = self.base(closure, batch);
        if let Some(members) = self.reached_by_components(closure, &base) {
            return members;
        }
        let rows = self.ground.facts.all_rows(closure.noun) as usize;
        let mut way =
            Way { nodes: Vec::new(), seen: Seen::new(batch.len.saturating_mul(USUAL), rows), work: Vec::new() };
        let mut reached: Vec<u32> = Vec::new();
        let mut picked = Picked::default();
        for lane in 0..batch.len {
            let mut gap = base.gap(lane);
            if self.within_budget() {
                self.follow(closure, &base, lane, &mut way, &mut gap);
            }
            for (row, _, member) in way.nodes.drain(..) {
                picked.push(reached.len(), member);
                reached.push(row);
            }
            picked.end_lane(gap, Truth::False);
        }
        picked.members(&super::path::records(closure.noun, reached))
    }

    /// The rows of all components that are reached from those of each lane.
    fn reached_by_components(&self, closure: &ClosureNode, base: &Members<'a>) -> Option<Members<'a>> {
        let components = self.all_that_is_reached(closure)?.components;
        let rows = starts(closure, base)?;
        let lanes = base.offsets.len().saturating_sub(1);
        let (mut reached, mut picked): (Vec<u32>, _) = (Vec::new(), Picked::default());
        let mut given_up = false;
        components.sweep(self, (base, rows), closure.reflexive, &mut |found| {
            let open = found.open();
            for (bit, lane) in found.lanes.clone().enumerate() {
                let before = reached.len();
                for component in found.components.iter().filter(|component| found.lanes(**component) >> bit & 1 == 1) {
                    reached.extend_from_slice(components.members(*component));
                }
                (before..reached.len()).for_each(|item| picked.push(item, Truth::True));
                let gap = if open >> bit & 1 == 1 { Truth::Unknown } else { Truth::False };
                picked.end_lane(base.gap(lane).or(gap), Truth::False);
                let more = reached.len() - before;
                given_up |= !self.hold(more.saturating_mul(ITEM)) || !self.spend(more as u64 / 16);
                if given_up {
                    return;
                }
            }
        });
        if given_up || !self.within_budget() {
            return Some(Members::nothing(lanes));
        }
        Some(picked.members(&super::path::records(closure.noun, reached)))
    }

    fn follow(&self, closure: &ClosureNode, base: &Members<'a>, lane: usize, way: &mut Way, gap: &mut Truth) {
        let Some(graph) = self.column(closure.step).and_then(|column| column.graph.as_ref()) else {
            *gap = gap.or(Truth::Unknown);
            return;
        };
        let edges = &graph.edges;
        way.seen.next_lane();
        for item in base.range(lane) {
            let belongs = base.belongs(item);
            match self.record(&base.items, item, closure.noun) {
                Some(row) => {
                    let member = if closure.reflexive { belongs } else { Truth::False };
                    way.reach((closure.noun, row), belongs, member);
                }
                None => *gap = gap.or(base.items.states.get(item).lack().and(belongs)),
            }
        }
        way.work.reverse();
        while let Some(current) = way.work.pop() {
            let Some((row, belongs, _)) = way.nodes.get(current).copied() else { break };
            let range = edges.range(row as usize);
            let met = way.nodes.len();
            *gap = gap.or(edges.gap(row as usize).and(belongs));
            let steps = range.len() as u64 / 4 + 1;
            for at in range {
                let belongs = belongs.and(edges.belongs(at));
                match self.record(&edges.items, at, closure.noun) {
                    Some(target) => way.reach((closure.noun, target), belongs, belongs),
                    None => *gap = gap.or(edges.items.states.get(at).lack().and(belongs)),
                }
            }
            if !self.spend(steps) || !self.hold((way.nodes.len() - met) * ITEM) {
                way.work.clear();
            }
        }
    }
}

/// What a record is usually taken to lead to.
const USUAL: usize = 4;

/// On the way from one record to all that are reached from it.
struct Way {
    /// Row, how surely it is reached, how surely it is a member.
    nodes: Vec<(u32, Truth, Truth)>,
    seen: Seen,
    /// What is still to be followed.
    work: Vec<usize>,
}

impl Way {
    /// Adds a record, or makes one that is known more certain; then it must be followed (again).
    fn reach(&mut self, record: (NounId, u32), reached: Truth, member: Truth) {
        let Some(at) = self.seen.meet(record, self.nodes.len()) else {
            self.work.push(self.nodes.len());
            self.nodes.push((record.1, reached, member));
            return;
        };
        let Some(known) = self.nodes.get_mut(at) else { return };
        known.2 = known.2.or(member);
        let better = known.1.or(reached);
        if better != known.1 {
            known.1 = better;
            self.work.push(at);
        }
    }
}

/// The rows that a closure starts from, where each certainly is a record of its noun.
fn starts<'m, 'a>(closure: &ClosureNode, base: &'m Members<'a>) -> Option<&'m Rows<'a>> {
    const NONE: &Rows<'static> = &Rows::From(0);
    match &base.items.content {
        _ if base.items.len == 0 => Some(NONE),
        Content::Record(noun, rows)
            if *noun == closure.noun && base.items.states.all_known() && base.belongs.is_none() =>
        {
            Some(rows)
        }
        _ => None,
    }
}

impl<'a> Run<'a, '_> {
    /// The row of an item that is a record of a noun.
    fn record(&self, items: &Vector<'a>, item: usize, noun: NounId) -> Option<u32> {
        match &items.content {
            Content::Record(of, rows) if *of == noun && items.states.get(item) == State::Known => rows.get(item),
            Content::Values(_) => match self.lane(items, item).data {
                crate::reference::value::Data::Record(of, row) if of == noun => Some(row),
                _ => None,
            },
            _ => None,
        }
    }
}
