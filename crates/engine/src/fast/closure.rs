//! "`parents*` is a relation followed zero or more times, `parents+` one or more; cycles are fine": over the strongly
//! connected components of the graph, each once.

use rustc_hash::FxHashMap;
use tickmark_facts::NounId;

use super::batch::Batch;
use super::bits::Bits;
use super::path::Picked;
use super::plan::{ClosureNode, DomainNode, FilterNode, Many, QuantifiedNode, Use};
use super::run::Run;
use super::truths::Truths;
use super::vector::{Content, Members, Rows, State, Vector};
use crate::reference::truth::Truth;

/// What a step leads to from each row of a noun.
pub(crate) struct Graph<'a> {
    pub(crate) edges: Members<'a>,
    /// Nothing where an edge leads to what is no record of the noun.
    components: Option<Components>,
}

/// A graph over the rows of a noun, by its strongly connected components.
struct Components {
    /// The component of each row. What a component leads to has a smaller number.
    of: Vec<u32>,
    /// The rows of each component, side by side.
    rows: Vec<u32>,
    starts: Vec<u32>,
    /// Rows from which a step may lead to something that is not known.
    open: Bits,
    /// Every edge certainly is one.
    certain: bool,
}

impl<'a> Graph<'a> {
    pub(crate) fn of(edges: Members<'a>, noun: NounId) -> Graph<'a> {
        Graph { components: Components::of(&edges, noun), edges }
    }
}

impl Components {
    /// Of the graph that a step makes: Tarjan's algorithm, without recursion.
    fn of(edges: &Members<'_>, noun: NounId) -> Option<Components> {
        let targets = match &edges.items.content {
            Content::Record(of, targets) if *of == noun => targets,
            _ if edges.items.len == 0 => &Rows::From(0),
            _ => return None,
        };
        let pending = edges.gaps.as_ref().and_then(|gaps| gaps.pending.as_ref());
        if !edges.items.states.all_known() || pending.is_some_and(|pending| !pending.is_zero()) {
            return None;
        }
        let rows = edges.offsets.len().saturating_sub(1);
        let successors = |row: u32| edges.range(row as usize).filter_map(|at| targets.get(at));
        let (mut index, mut low) = (vec![u32::MAX; rows], vec![0_u32; rows]);
        let mut on_stack = Bits::zeros(rows);
        let mut components = Components {
            of: vec![u32::MAX; rows],
            rows: Vec::with_capacity(rows),
            starts: vec![0],
            open: edges.gaps.as_ref().map_or_else(|| Bits::zeros(rows), Truths::possible),
            certain: edges.belongs.is_none(),
        };
        let (mut next, mut stack) = (0_u32, Vec::new());
        for root in (0..).take(rows) {
            if index.get(root as usize) != Some(&u32::MAX) {
                continue;
            }
            let mut work: Vec<(u32, usize)> = vec![(root, 0)];
            while let Some((row, edge)) = work.pop() {
                let at = row as usize;
                if edge == 0 {
                    put(&mut index, at, next);
                    put(&mut low, at, next);
                    next += 1;
                    stack.push(row);
                    on_stack.set(at);
                }
                let mut descend = None;
                let mut lowest = low.get(at).copied().unwrap_or(0);
                let mut seen = edge;
                for target in successors(row).skip(edge) {
                    seen += 1;
                    match index.get(target as usize).copied() {
                        Some(u32::MAX) => {
                            descend = Some(target);
                            break;
                        }
                        Some(known) if on_stack.get(target as usize) => lowest = lowest.min(known),
                        _ => {}
                    }
                }
                put(&mut low, at, lowest);
                match descend {
                    Some(target) => {
                        // INVARIANT: an edge of which the target was followed is not the first any more.
                        work.push((row, seen));
                        work.push((target, 0));
                    }
                    None => {
                        if index.get(at) == Some(&lowest) {
                            components.close(row, &mut stack, &mut on_stack);
                        }
                        if let Some((parent, _)) = work.last() {
                            let parent = *parent as usize;
                            let least = low.get(parent).copied().unwrap_or(0).min(lowest);
                            put(&mut low, parent, least);
                        }
                    }
                }
            }
        }
        Some(components)
    }

    fn close(&mut self, root: u32, stack: &mut Vec<u32>, on_stack: &mut Bits) {
        let number = u32::try_from(self.starts.len() - 1).unwrap_or(u32::MAX);
        while let Some(row) = stack.pop() {
            on_stack.clear(row as usize);
            put(&mut self.of, row as usize, number);
            self.rows.push(row);
            if row == root {
                break;
            }
        }
        self.starts.push(u32::try_from(self.rows.len()).unwrap_or(u32::MAX));
    }

    /// For each row, whether one of `wanted` is reached from it in zero or more steps, and in one or more.
    fn reaching(&self, edges: &Members<'_>, wanted: &Bits) -> (Bits, Bits) {
        let rows = self.of.len();
        let Content::Record(_, targets) = &edges.items.content else {
            return (wanted.clone(), Bits::zeros(rows));
        };
        let components = self.starts.len().saturating_sub(1);
        // By component: reached in zero or more steps, and in one or more.
        let mut reached = Bits::zeros(components);
        let mut onward = Bits::zeros(components);
        for component in 0..components {
            let members = self.members(component);
            let mut here = false;
            let mut beyond = false;
            let mut circle = false;
            for row in members {
                here |= wanted.get(*row as usize);
                for target in edges.range(*row as usize).filter_map(|at| targets.get(at)) {
                    let of = self.of.get(target as usize).copied().unwrap_or(u32::MAX) as usize;
                    if of == component {
                        circle = true;
                    } else {
                        beyond |= reached.get(of);
                    }
                }
            }
            if here || beyond {
                reached.set(component);
            }
            // In a circle a step leads back to where it started.
            if beyond || (circle && here) {
                onward.set(component);
            }
        }
        let spread = |bits: &Bits| {
            Bits::from_fn(rows, |row| self.of.get(row).is_some_and(|component| bits.get(*component as usize)))
        };
        (spread(&reached), spread(&onward))
    }

    fn members(&self, component: usize) -> &[u32] {
        match (self.starts.get(component), self.starts.get(component + 1)) {
            (Some(start), Some(end)) => self.rows.get(*start as usize..*end as usize).unwrap_or_default(),
            _ => &[],
        }
    }
}

fn put(values: &mut [u32], at: usize, value: u32) {
    if let Some(place) = values.get_mut(at) {
        *place = value;
    }
}

impl<'a> Run<'a, '_> {
    /// A quantifier over a closure of which nothing else is looked at than its members: folded over the graph once, for
    /// all lanes.
    pub(crate) fn folded_closure(&self, quantified: &QuantifiedNode<'a>, batch: &Batch<'a>) -> Option<Truths> {
        let [binding] = quantified.phrase.bindings.as_slice() else { return None };
        let DomainNode::Closure(closure) = &binding.domain else { return None };
        let graph = self.column(closure.step)?.graph.as_ref()?;
        let (edges, components) = (&graph.edges, graph.components.as_ref()?);
        let rows = edges.offsets.len().saturating_sub(1);
        let binder = u32::try_from(batch.subjects.len()).ok()?;
        let alone = |part: &Use| part.args.iter().all(|arg| *arg == binder);
        let filters = &quantified.phrase.filters;
        let only_itself = binding.adjectives.iter().all(alone)
            && quantified.body.iter().all(alone)
            && filters.iter().all(|filter| matches!(filter, FilterNode::Where(condition) if alone(condition)));
        if !only_itself || !components.certain || quantified.has.is_some() || quantified.phrase.deadline.is_some() {
            return None;
        }
        let every = match quantified.many {
            Many::Every => true,
            Many::Some | Many::No => false,
            Many::Count(..) => return None,
        };
        // What is against `every`, or for `some`, of each record by itself.
        let mut subjects = vec![Vector::lacking(rows, State::Missing); binder as usize];
        subjects.push(Vector::records(closure.noun, 0, rows));
        let all = Batch { len: rows, subjects };
        let mut parts: Vec<&Use> = binding.adjectives.iter().collect();
        parts.extend(filters.iter().filter_map(|filter| match filter {
            FilterNode::Where(condition) => Some(condition),
            FilterNode::Timing { .. } => None,
        }));
        let member = self.all_of(&parts, Truths::all(rows, Truth::True), &all);
        let effect = match (&quantified.body, every) {
            (Some(body), true) => member.and(&self.condition(body, &all).not()),
            (Some(body), false) => self.all_of(&[body], member, &all),
            (None, true) => Truths::all(rows, Truth::False),
            (None, false) => member,
        };
        if effect.pending.as_ref().is_some_and(|pending| !pending.is_zero()) {
            return None;
        }
        let (yes, yes_onward) = components.reaching(edges, &effect.yes);
        // What is not known may be anything, also one step beyond a row whose next is not known.
        let (possible, possible_onward) = components.reaching(edges, &effect.possible());
        let (open, _) = components.reaching(edges, &components.open);
        let (yes, possible) =
            if closure.reflexive { (yes, possible.or(&open)) } else { (yes_onward, possible_onward.or(&open)) };
        let reached = Truths { unknown: possible.without(&yes), yes, pending: None };
        let any = self.of_base(closure, &reached, batch)?;
        Some(match quantified.many {
            Many::Every | Many::No => any.not(),
            _ => any,
        })
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

    /// What each lane reaches, lane by lane, as the reference evaluator follows it.
    pub(crate) fn reached(&self, closure: &ClosureNode, batch: &Batch<'a>) -> Members<'a> {
        let base = self.base(closure, batch);
        let mut reached: Vec<(u32, Truth)> = Vec::new();
        let mut picked = Picked::default();
        for lane in 0..batch.len {
            let mut gap = base.gap(lane);
            let first = reached.len();
            self.follow(closure, &base, lane, &mut reached, &mut gap);
            for (at, (_, belongs)) in reached.iter().enumerate().skip(first) {
                picked.push(at, *belongs);
            }
            picked.end_lane(gap, Truth::False);
        }
        let rows = reached.iter().map(|(row, _)| *row).collect();
        picked.members(&super::path::records(closure.noun, rows))
    }

    fn follow(
        &self,
        closure: &ClosureNode,
        base: &Members<'a>,
        lane: usize,
        out: &mut Vec<(u32, Truth)>,
        gap: &mut Truth,
    ) {
        let Some(graph) = self.column(closure.step).and_then(|column| column.graph.as_ref()) else {
            *gap = gap.or(Truth::Unknown);
            return;
        };
        let edges = &graph.edges;
        let mut index: FxHashMap<u32, usize> = FxHashMap::default();
        // Row, how surely it is reached, how surely it is a member.
        let mut nodes: Vec<(u32, Truth, Truth)> = Vec::new();
        let mut work = Vec::new();
        for item in base.range(lane) {
            let belongs = base.belongs(item);
            match self.record(&base.items, item, closure.noun) {
                Some(row) => {
                    let member = if closure.reflexive { belongs } else { Truth::False };
                    work.extend(reach(&mut nodes, &mut index, row, belongs, member));
                }
                None => *gap = gap.or(base.items.states.get(item).lack().and(belongs)),
            }
        }
        work.reverse();
        while let Some(current) = work.pop() {
            let Some((row, belongs, _)) = nodes.get(current).copied() else { break };
            if !self.spend(1) {
                break;
            }
            *gap = gap.or(edges.gap(row as usize).and(belongs));
            for at in edges.range(row as usize) {
                let belongs = belongs.and(edges.belongs(at));
                match self.record(&edges.items, at, closure.noun) {
                    Some(target) => work.extend(reach(&mut nodes, &mut index, target, belongs, belongs)),
                    None => *gap = gap.or(edges.items.states.get(at).lack().and(belongs)),
                }
            }
        }
        out.extend(nodes.into_iter().map(|(row, _, member)| (row, member)));
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

/// Adds a record, or makes one that is known more certain. Gives its index where it must be followed (again).
fn reach(
    nodes: &mut Vec<(u32, Truth, Truth)>,
    index: &mut FxHashMap<u32, usize>,
    row: u32,
    reached: Truth,
    member: Truth,
) -> Option<usize> {
    let at = *index.entry(row).or_insert(nodes.len());
    let Some(known) = nodes.get_mut(at) else {
        nodes.push((row, reached, member));
        return Some(at);
    };
    known.2 = known.2.or(member);
    let better = known.1.or(reached);
    if better == known.1 {
        return None;
    }
    known.1 = better;
    Some(at)
}
