//! What a step leads to, as a graph over the rows of a noun: its strongly connected components, each once, and which of them
//! are reached.

use std::ops::Range;

use tickmark_facts::NounId;

use super::bits::Bits;
use super::run::Run;
use super::truths::Truths;
use super::vector::{Content, Members, Rows};

/// What a step leads to from each row of a noun.
pub(crate) struct Graph<'a> {
    pub(crate) edges: Members<'a>,
    /// Nothing where an edge leads to what is no record of the noun.
    pub(crate) components: Option<Components>,
}

/// A graph over the rows of a noun, by its strongly connected components.
pub(crate) struct Components {
    /// The component of each row. What a component leads to has a smaller number.
    of: Vec<u32>,
    /// The rows of each component, side by side.
    rows: Vec<u32>,
    starts: Vec<u32>,
    /// The components that each leads to in one step, each once and without itself, side by side.
    next: Vec<u32>,
    next_starts: Vec<u32>,
    /// Components in which a step leads from a row to one of the same.
    circles: Bits,
    /// Components with a row from which a step may lead to something that is not known.
    open: Bits,
    /// Every edge certainly is one.
    pub(crate) certain: bool,
}

/// So many lanes are followed at a time: a bit of a word for each.
pub(crate) const AT_A_TIME: usize = u64::BITS as usize;

/// Which components some lanes reach.
pub(crate) struct Reached<'s> {
    /// The lanes, at most [`AT_A_TIME`].
    pub(crate) lanes: Range<usize>,
    /// The components that any of them reaches, or starts from.
    pub(crate) components: &'s [u32],
    graph: &'s Components,
    begun: &'s [u64],
    entered: &'s [u64],
    reflexive: bool,
}

impl<'a> Graph<'a> {
    pub(crate) fn of(edges: Members<'a>, noun: NounId) -> Graph<'a> {
        Graph { components: Components::of(&edges, noun), edges }
    }
}

impl Components {
    /// Of the graph that a step makes.
    fn of(edges: &Members<'_>, noun: NounId) -> Option<Components> {
        let none = Rows::From(0);
        let targets = match &edges.items.content {
            Content::Record(of, targets) if *of == noun => targets,
            _ if edges.items.len == 0 => &none,
            _ => return None,
        };
        let pending = edges.gaps.as_ref().and_then(|gaps| gaps.pending.as_ref());
        if !edges.items.states.all_known() || pending.is_some_and(|pending| !pending.is_zero()) {
            return None;
        }
        let rows = edges.offsets.len().saturating_sub(1);
        let mut components = Components {
            of: vec![u32::MAX; rows],
            rows: Vec::with_capacity(rows),
            starts: vec![0],
            next: Vec::new(),
            next_starts: vec![0],
            circles: Bits::default(),
            open: Bits::default(),
            certain: edges.belongs.is_none(),
        };
        components.find(edges, targets);
        components.condense(edges, targets);
        Some(components)
    }

    /// Tarjan's algorithm, without recursion.
    fn find(&mut self, edges: &Members<'_>, targets: &Rows<'_>) {
        let rows = self.of.len();
        let (mut index, mut low) = (vec![u32::MAX; rows], vec![0_u32; rows]);
        let mut on_stack = Bits::zeros(rows);
        let (mut next, mut stack) = (0_u32, Vec::new());
        for root in (0..).take(rows) {
            if index.get(root as usize) != Some(&u32::MAX) {
                continue;
            }
            // Rows, each with the edge that it is followed along next.
            let mut work: Vec<(u32, usize)> = vec![(root, edges.range(root as usize).start)];
            while let Some((row, edge)) = work.pop() {
                let at = row as usize;
                let range = edges.range(at);
                if index.get(at) == Some(&u32::MAX) {
                    put(&mut index, at, next);
                    put(&mut low, at, next);
                    next += 1;
                    stack.push(row);
                    on_stack.set(at);
                }
                let mut descend = None;
                let mut lowest = low.get(at).copied().unwrap_or(0);
                for edge in edge..range.end {
                    let Some(target) = targets.get(edge) else { continue };
                    match index.get(target as usize).copied() {
                        Some(u32::MAX) => {
                            descend = Some((target, edge));
                            break;
                        }
                        Some(known) if on_stack.get(target as usize) => lowest = lowest.min(known),
                        _ => {}
                    }
                }
                put(&mut low, at, lowest);
                if let Some((target, edge)) = descend {
                    work.push((row, edge + 1));
                    work.push((target, edges.range(target as usize).start));
                    continue;
                }
                if index.get(at) == Some(&lowest) {
                    self.close(row, &mut stack, &mut on_stack);
                }
                if let Some((parent, _)) = work.last() {
                    let parent = *parent as usize;
                    let least = low.get(parent).copied().unwrap_or(0).min(lowest);
                    put(&mut low, parent, least);
                }
            }
        }
    }

    fn close(&mut self, root: u32, stack: &mut Vec<u32>, on_stack: &mut Bits) {
        let number = u32::try_from(self.count()).unwrap_or(u32::MAX);
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

    /// What components lead to, and what is so of any of their rows.
    fn condense(&mut self, edges: &Members<'_>, targets: &Rows<'_>) {
        let count = self.count();
        let rows_open = edges.gaps.as_ref().map(Truths::possible);
        let (mut circles, mut open) = (Bits::zeros(count), Bits::zeros(count));
        // By component: that which it was last met from.
        let mut met = vec![u32::MAX; count];
        for component in (0..).take(count) {
            let members = self.span(component);
            for row in self.rows.get(members).unwrap_or_default() {
                if rows_open.as_ref().is_some_and(|open| open.get(*row as usize)) {
                    open.set(component as usize);
                }
                for target in edges.range(*row as usize).filter_map(|at| targets.get(at)) {
                    let to = self.component(target);
                    if to == component {
                        circles.set(component as usize);
                    } else if met.get(to as usize).is_some_and(|from| *from != component) {
                        put(&mut met, to as usize, component);
                        self.next.push(to);
                    }
                }
            }
            self.next_starts.push(u32::try_from(self.next.len()).unwrap_or(u32::MAX));
        }
        (self.circles, self.open) = (circles, open);
    }

    /// How many components there are.
    pub(crate) fn count(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// The component of a row; none has the number that is given where there is no such row.
    pub(crate) fn component(&self, row: u32) -> u32 {
        self.of.get(row as usize).copied().unwrap_or(u32::MAX)
    }

    /// The rows of a component.
    pub(crate) fn members(&self, component: u32) -> &[u32] {
        self.rows.get(self.span(component)).unwrap_or_default()
    }

    fn span(&self, component: u32) -> Range<usize> {
        let at = component as usize;
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(start), Some(end)) => *start as usize..*end as usize,
            _ => 0..0,
        }
    }

    fn next(&self, component: u32) -> &[u32] {
        let at = component as usize;
        match (self.next_starts.get(at), self.next_starts.get(at + 1)) {
            (Some(start), Some(end)) => self.next.get(*start as usize..*end as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Of each row, whether something that is not known is reached from it in zero or more steps.
    pub(crate) fn reaching_open(&self) -> Bits {
        let reached = self.reached(|component| self.open.get(component as usize));
        self.spread(&reached)
    }

    /// Of each row, whether one of `wanted` is reached from it in zero or more steps, and in one or more.
    pub(crate) fn reaching(&self, wanted: &Bits) -> (Bits, Bits) {
        let here = |component: u32| self.members(component).iter().any(|row| wanted.get(*row as usize));
        let reached = self.reached(here);
        let mut onward = Bits::zeros(self.count());
        for component in (0..).take(self.count()) {
            // In a circle a step leads back to where it started.
            let circle = self.circles.get(component as usize) && reached.get(component as usize);
            if circle || self.next(component).iter().any(|next| reached.get(*next as usize)) {
                onward.set(component as usize);
            }
        }
        (self.spread(&reached), self.spread(&onward))
    }

    /// The components from which one that is so is reached in zero or more steps.
    fn reached(&self, is_so: impl Fn(u32) -> bool) -> Bits {
        let mut reached = Bits::zeros(self.count());
        for component in (0..).take(self.count()) {
            if is_so(component) || self.next(component).iter().any(|next| reached.get(*next as usize)) {
                reached.set(component as usize);
            }
        }
        reached
    }

    fn spread(&self, bits: &Bits) -> Bits {
        Bits::from_fn(self.of.len(), |row| self.of.get(row).is_some_and(|component| bits.get(*component as usize)))
    }

    /// Follows the graph from the rows of many lanes, 64 lanes at a time: each component that any of these reaches is looked at
    /// once, with a word that says which.
    pub(crate) fn sweep<'a>(
        &self,
        run: &Run<'a, '_>,
        (base, rows): (&Members<'a>, &Rows<'a>),
        reflexive: bool,
        each: &mut dyn FnMut(&Reached<'_>),
    ) {
        let lanes = base.offsets.len().saturating_sub(1);
        let count = self.count();
        let (mut begun, mut entered) = (vec![0_u64; count], vec![0_u64; count]);
        let mut met = Bits::zeros(count);
        let mut components: Vec<u32> = Vec::new();
        for first in (0..lanes).step_by(AT_A_TIME) {
            let some = first..(first + AT_A_TIME).min(lanes);
            for (bit, lane) in some.clone().enumerate() {
                for row in base.range(lane).filter_map(|item| rows.get(item)) {
                    let component = self.component(row);
                    mark(&mut begun, component, 1 << bit);
                    if (component as usize) < count && !met.get(component as usize) {
                        met.set(component as usize);
                        components.push(component);
                    }
                }
            }
            let (mut at, mut followed) = (0, 0);
            while let Some(component) = components.get(at).copied() {
                at += 1;
                let next = self.next(component);
                followed += next.len();
                for next in next {
                    if !met.get(*next as usize) {
                        met.set(*next as usize);
                        components.push(*next);
                    }
                }
            }
            // What a component leads to has a smaller number: each is complete before it is followed.
            components.sort_unstable_by(|a, b| b.cmp(a));
            for component in &components {
                let at = *component as usize;
                let lanes = begun.get(at).copied().unwrap_or(0) | entered.get(at).copied().unwrap_or(0);
                self.next(*component).iter().for_each(|next| mark(&mut entered, *next, lanes));
            }
            if !run.spend((components.len() + followed) as u64 / 4 + 1) {
                return;
            }
            each(&Reached {
                lanes: some,
                components: &components,
                graph: self,
                begun: &begun,
                entered: &entered,
                reflexive,
            });
            for component in components.drain(..) {
                met.clear(component as usize);
                for words in [&mut begun, &mut entered] {
                    if let Some(word) = words.get_mut(component as usize) {
                        *word = 0;
                    }
                }
            }
        }
    }
}

impl Reached<'_> {
    /// The lanes of which a component's rows are members, a bit for each.
    pub(crate) fn lanes(&self, component: u32) -> u64 {
        let at = component as usize;
        let (begun, entered) = (self.begun.get(at), self.entered.get(at));
        // Where it starts is a member with `+` only if a step leads back to it.
        let begun = if self.reflexive || self.graph.circles.get(at) { begun } else { None };
        begun.copied().unwrap_or(0) | entered.copied().unwrap_or(0)
    }

    /// The lanes that reach something that is not known.
    pub(crate) fn open(&self) -> u64 {
        let open = self.components.iter().filter(|component| self.graph.open.get(**component as usize));
        open.fold(0, |lanes, component| {
            let at = *component as usize;
            lanes | self.begun.get(at).copied().unwrap_or(0) | self.entered.get(at).copied().unwrap_or(0)
        })
    }

    /// The lanes that have any member.
    pub(crate) fn any(&self) -> u64 {
        self.components.iter().fold(0, |lanes, component| lanes | self.lanes(*component))
    }
}

fn mark(words: &mut [u64], at: u32, bits: u64) {
    if let Some(word) = words.get_mut(at as usize) {
        *word |= bits;
    }
}

fn put(values: &mut [u32], at: usize, value: u32) {
    if let Some(place) = values.get_mut(at) {
        *place = value;
    }
}
