//! Equality joins: "a join is built once and is then a relation". `some user u where u.email == a.approver` asks an index
//! of the users by their email instead of trying each; so does `some run r where r.used contains d` of the runs by what they used.

use rustc_hash::FxHashMap;
use tickmark_facts::{NounId, Symbol};

use super::batch::Batch;
use super::bits::Bits;
use super::phrase::{Sink, Tuples, Walk};
use super::plan::{Comparison, DomainNode, FilterNode, Membership, Op, PhraseNode, Plan, Use};
use super::run::Run;
use super::truths::Truths;
use super::vector::{Content, Members, State, Vector};
use crate::budget::ITEM;
use crate::reference::truth::Truth;

/// A condition by which the records of the last binding of a phrase are found from what is bound before it: a value of theirs
/// equals the other side, or a list of theirs holds it.
pub(crate) struct Join {
    /// Which filter it is.
    pub(crate) filter: usize,
    /// The side of the binding: a node of its record.
    pub(crate) inner: Use,
    /// The other side, of the subjects before it.
    pub(crate) outer: Use,
    /// The number of the binding among the subjects.
    pub(crate) binder: u32,
    /// Whether the side of the binding is a list that holds the other.
    pub(crate) in_list: bool,
}

/// The rows of each value of a column, or of each item of a column of lists.
pub(crate) struct Index {
    /// Whether it is of items of lists.
    of_lists: bool,
    /// What is looked up; nothing where there is no value.
    kind: Option<KeyKind>,
    groups: FxHashMap<u64, (u32, u32)>,
    rows: Vec<u32>,
    /// Rows whose value is not known: they may be equal to anything. Rows of whose list not everything is known.
    pub(crate) open: Vec<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyKind {
    Text,
    Number,
    Time,
    Bool,
    Record(NounId),
}

/// The condition by which the binding can be found, where it is the last one and there is one.
pub(crate) fn find(phrase: &PhraseNode<'_>, index: usize, around: u32, plan: &Plan<'_>) -> Option<Join> {
    if index + 1 != phrase.bindings.len() {
        return None;
    }
    let binder = around.checked_add(u32::try_from(index).ok()?)?;
    let by = |wanted: bool| {
        phrase.filters.iter().enumerate().find_map(|(number, filter)| {
            let FilterNode::Where(condition) = filter else { return None };
            by_condition(condition, plan, binder)
                .map(|(inner, outer, in_list)| Join { filter: number, inner, outer, binder, in_list })
                .filter(|join| join.in_list == wanted)
        })
    };
    by(false).or_else(|| by(true))
}

/// The sides of a condition of a binding: that of the binding, and the other; and whether the first is a list that holds the other.
fn by_condition(condition: &Use, plan: &Plan<'_>, binder: u32) -> Option<(Use, Use, bool)> {
    let is_inner = |side: &Use| side.args.as_slice() == [binder];
    let is_outer = |side: &Use| !side.args.contains(&binder);
    let (inner, outer, in_list) = match plan.op(condition.node)? {
        Op::Compare(Comparison::Eq, _, a, b) => {
            let (a, b) = (within(a, condition), within(b, condition));
            if is_inner(&a) { (a, b, false) } else { (b, a, false) }
        }
        Op::In(value, list, Membership::Several) => (within(list, condition), within(value, condition), true),
        _ => return None,
    };
    (is_inner(&inner) && is_outer(&outer)).then_some((inner, outer, in_list))
}

/// A part of a node, applied to the subjects of what uses the node.
fn within(part: &Use, of: &Use) -> Use {
    let args = part.args.iter().map(|arg| of.args.get(*arg as usize).copied().unwrap_or(u32::MAX)).collect();
    Use { node: part.node, args }
}

/// Whether a phrase tries every lane with every record of a noun.
pub(crate) fn crosses(phrase: &PhraseNode<'_>, params: usize, plan: &Plan<'_>) -> bool {
    let around = u32::try_from(params).unwrap_or(u32::MAX);
    phrase.bindings.iter().enumerate().any(|(index, binding)| {
        matches!(binding.domain, DomainNode::All(_))
            && (params > 0 || index > 0)
            && find(phrase, index, around, plan).is_none()
    })
}

impl Index {
    /// Of the values of a column; nothing where they are not of one type that can be looked up.
    pub(crate) fn of(values: &Vector<'_>, population: usize) -> Option<Index> {
        let kind = KeyKind::of(&values.content)?;
        if values.states.has(State::Pending) {
            return None;
        }
        let mut keyed: Vec<(u32, u64)> = Vec::new();
        let mut open = Vec::new();
        for row in 0..population {
            let number = u32::try_from(row).ok()?;
            match key(values, row) {
                Some(key) => keyed.push((number, key)),
                None => open.push(number),
            }
        }
        Some(Index::grouped((Some(kind), false), &keyed, open))
    }

    /// Of the items of the lists of a column. `missing` are the rows that have no list: of them, nothing is known.
    pub(crate) fn of_lists(lists: &Members<'_>, missing: &Bits, population: usize) -> Option<Index> {
        let kind = match &lists.items.content {
            _ if lists.items.len == 0 => None,
            content => Some(KeyKind::of(content)?),
        };
        let mut keyed: Vec<(u32, u64)> = Vec::new();
        let mut open = Vec::new();
        let mut of_row = Vec::new();
        for row in 0..population {
            let number = u32::try_from(row).ok()?;
            of_row.clear();
            of_row.extend(lists.range(row).map(|item| (lists.belongs(item), key(&lists.items, item))));
            let certain = of_row.iter().all(|(belongs, key)| *belongs == Truth::True && key.is_some());
            if missing.get(row) || lists.gap(row) != Truth::False || !certain {
                open.push(number);
                continue;
            }
            // Once, however often the list holds it.
            let mut keys: Vec<u64> = of_row.iter().filter_map(|(_, key)| *key).collect();
            keys.sort_unstable();
            keys.dedup();
            keyed.extend(keys.into_iter().map(|key| (number, key)));
        }
        Some(Index::grouped((kind, true), &keyed, open))
    }

    fn grouped((kind, of_lists): (Option<KeyKind>, bool), keyed: &[(u32, u64)], open: Vec<u32>) -> Index {
        let mut groups: FxHashMap<u64, (u32, u32)> = FxHashMap::default();
        keyed.iter().for_each(|(_, key)| groups.entry(*key).or_insert((0, 0)).1 += 1);
        let mut next = 0;
        // In order of the first row of each group, so that nothing hangs on the order of a hash map.
        let mut started: FxHashMap<u64, u32> = FxHashMap::default();
        for (_, key) in keyed {
            started.entry(*key).or_insert_with(|| {
                let start = next;
                if let Some(group) = groups.get_mut(key) {
                    group.0 = start;
                    next += group.1;
                }
                start
            });
        }
        let mut rows = vec![0; keyed.len()];
        for (row, key) in keyed {
            if let Some(at) = started.get_mut(key) {
                if let Some(place) = rows.get_mut(*at as usize) {
                    *place = *row;
                }
                *at += 1;
            }
        }
        Index { of_lists, kind, groups, rows, open }
    }

    /// The rows that equal the value of a lane; `None` where it is not known which.
    fn find(&self, values: &Vector<'_>, lane: usize) -> Option<&[u32]> {
        let key = key(values, lane)?;
        match self.groups.get(&key) {
            Some((start, len)) => self.rows.get(*start as usize..(*start + *len) as usize),
            None => Some(&[]),
        }
    }

    fn fits(&self, values: &Vector<'_>) -> bool {
        let fits = match (&values.content, self.kind) {
            (Content::Nothing, _) => true,
            (content, Some(kind)) => KeyKind::of(content) == Some(kind),
            (content, None) => KeyKind::of(content).is_some(),
        };
        fits && !values.states.has(State::Pending)
    }
}

impl KeyKind {
    /// Of values that can be looked up.
    fn of(content: &Content<'_>) -> Option<KeyKind> {
        Some(match content {
            Content::Text(_) => KeyKind::Text,
            Content::Number(_) => KeyKind::Number,
            Content::Time(_) => KeyKind::Time,
            Content::Bool(_) => KeyKind::Bool,
            Content::Record(noun, _) => KeyKind::Record(*noun),
            _ => return None,
        })
    }
}

fn key(values: &Vector<'_>, lane: usize) -> Option<u64> {
    if values.states.get(lane) != State::Known {
        return None;
    }
    Some(match &values.content {
        Content::Text(lanes) => lanes.get(lane).map(Symbol::index)?.into(),
        // Both zeros are equal.
        Content::Number(lanes) => (lanes.get(lane)? + 0.0).to_bits(),
        Content::Time(lanes) => lanes.get(lane)?.0.cast_unsigned(),
        Content::Bool(lanes) => lanes.get(lane)?.into(),
        Content::Record(_, rows) => rows.get(lane)?.into(),
        _ => return None,
    })
}

impl<'a> Run<'a, '_> {
    /// Binds the records that equal, or whose lists hold it; whether that was possible.
    pub(crate) fn join(
        &self,
        walk: &mut Walk<'_, 'a>,
        join: &Join,
        (noun, rows): (NounId, usize),
        tuples: &Tuples<'a>,
        sink: &mut dyn Sink<'a>,
    ) -> bool {
        let Some(index) = self.column(join.inner.node).and_then(|column| column.index.as_ref()) else { return false };
        let outer = self.value(&join.outer, &tuples.batch);
        if index.of_lists != join.in_list || !index.fits(&outer) {
            return false;
        }
        let (mut lanes, mut found) = (Vec::new(), Vec::new());
        let mut undecided = Bits::zeros(tuples.batch.len);
        for lane in 0..tuples.batch.len {
            let number = u32::try_from(lane).unwrap_or(u32::MAX);
            match index.find(&outer, lane) {
                Some(rows) => {
                    lanes.extend(std::iter::repeat_n(number, rows.len()));
                    found.extend_from_slice(rows);
                }
                None => undecided.set(lane),
            }
            // One value may be that of all.
            if found.len() >= self.block() || lane + 1 == tuples.batch.len {
                if !self.spend(lanes.len() as u64 / 4 + 1) {
                    return true;
                }
                let (lanes, found) = (std::mem::take(&mut lanes), std::mem::take(&mut found));
                self.joined(walk, join, (noun, &lanes, found), Some(Truth::True), tuples, sink);
            }
        }
        if join.in_list {
            self.in_full(walk, join, (noun, rows), (&index.open, &undecided), tuples, sink);
        } else {
            self.doubtful(walk, join, (noun, rows), &index.open, &undecided, tuples, sink);
        }
        true
    }

    /// Pairs of which the index cannot tell: the condition is asked. A lane whose value is not known meets every record.
    fn in_full(
        &self,
        walk: &mut Walk<'_, 'a>,
        join: &Join,
        (noun, rows): (NounId, usize),
        (open, undecided): (&[u32], &Bits),
        tuples: &Tuples<'a>,
        sink: &mut dyn Sink<'a>,
    ) {
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        for lane in 0..tuples.batch.len {
            let meant: Vec<u32> = if undecided.get(lane) { (0..number(rows)).collect() } else { open.to_vec() };
            if !self.spend(meant.len() as u64) {
                return;
            }
            let lanes = vec![number(lane); meant.len()];
            self.joined(walk, join, (noun, &lanes, meant), None, tuples, sink);
        }
    }

    /// Binds pairs of lanes and rows. `equal` is how surely the condition holds of them; where it is not given, it is asked.
    fn joined(
        &self,
        walk: &mut Walk<'_, 'a>,
        join: &Join,
        (noun, lanes, rows): (NounId, &[u32], Vec<u32>),
        equal: Option<Truth>,
        tuples: &Tuples<'a>,
        sink: &mut dyn Sink<'a>,
    ) {
        self.passing(|| {
            if !lanes.is_empty() && self.hold(lanes.len().saturating_mul(ITEM)) {
                self.join_pairs(walk, join, (noun, lanes, rows), equal, tuples, sink);
            }
        });
    }

    fn join_pairs(
        &self,
        walk: &mut Walk<'_, 'a>,
        join: &Join,
        (noun, lanes, rows): (NounId, &[u32], Vec<u32>),
        equal: Option<Truth>,
        tuples: &Tuples<'a>,
        sink: &mut dyn Sink<'a>,
    ) {
        let used = walk.used_by_joined();
        let mut inner = tuples.gather(lanes, &used);
        let records = super::path::records(noun, rows);
        if let Some(belongs) = self.belonging_of(noun, &records) {
            inner.belongs = inner.belongs.and(&belongs);
        }
        if let Some(equal) = equal.filter(|equal| *equal != Truth::True) {
            inner.belongs = inner.belongs.and(&Truths::all(lanes.len(), equal));
        }
        inner.batch = inner.batch.with(records);
        let said = equal.map(|_| join.filter);
        let member = self.rest(walk.phrase, said, &inner.batch, inner.belongs.clone());
        sink.block(self, &inner, member);
    }

    /// The adjectives of the binding, and the filters besides one that was said already.
    fn rest(&self, phrase: &PhraseNode<'a>, said: Option<usize>, batch: &Batch<'a>, so_far: Truths) -> Truths {
        let mut member = so_far;
        let mut parts: Vec<&Use> =
            phrase.bindings.last().map(|last| last.adjectives.iter().collect()).unwrap_or_default();
        for (number, filter) in phrase.filters.iter().enumerate() {
            match filter {
                _ if Some(number) == said => {}
                FilterNode::Where(condition) => parts.push(condition),
                FilterNode::Timing { event, kind } => member = member.and(&self.timing(event, kind, batch)),
            }
        }
        self.all_of(&parts, member, batch)
    }

    /// How surely records belong, as surely as what they are nested in.
    fn belonging_of(&self, noun: NounId, records: &Vector<'a>) -> Option<Truths> {
        let Content::Record(_, rows) = &records.content else { return None };
        if !self.shared.uncertain {
            return None;
        }
        let evaluator = self.ground.evaluator();
        Some(Truths::from_fn(records.len, |lane| {
            rows.get(lane).map_or(Truth::True, |row| evaluator.belongs_with_parents(noun, row))
        }))
    }

    /// Pairs of which it is not known whether they are equal: a record whose value is not known may be meant by every
    /// lane, and a lane whose value is not known may mean every record.
    #[expect(clippy::too_many_arguments, reason = "both sides of a join, and what is open on either")]
    fn doubtful(
        &self,
        walk: &mut Walk<'_, 'a>,
        join: &Join,
        (noun, rows): (NounId, usize),
        open: &[u32],
        undecided: &Bits,
        tuples: &Tuples<'a>,
        sink: &mut dyn Sink<'a>,
    ) {
        if open.is_empty() && undecided.is_zero() {
            return;
        }
        // Where nothing else looks at what is around the binding, it is the same records for all lanes.
        if looks_at_itself_alone(walk, join) {
            let all = self.alone(join, noun, rows);
            let possible = self.rest(walk.phrase, Some(join.filter), &all, self.all_belong(noun, rows)).possible();
            if let Some(matters) = sink.matters(self, walk.phrase, join.binder, &all) {
                let mattering = possible.and(&matters);
                let of_open = open.iter().filter(|row| mattering.get(**row as usize)).count();
                let of_all = mattering.count();
                let by_origin = |lanes: &Bits, len: usize| {
                    let mut by_origin = Bits::zeros(len);
                    lanes
                        .ones_in_order()
                        .filter_map(|lane| tuples.origin.get(lane))
                        .for_each(|lane| by_origin.set(*lane as usize));
                    by_origin
                };
                // Every tuple is a lane of its own only where nothing is bound before.
                if walk.phrase.bindings.len() == 1 {
                    let len = walk.gaps.unknown.len();
                    let decided = undecided.clone().not();
                    sink.doubtful(&by_origin(&decided, len), of_open as u64);
                    sink.doubtful(&by_origin(undecided, len), of_all as u64);
                    return;
                }
            }
        }
        let number = |lane: usize| u32::try_from(lane).unwrap_or(u32::MAX);
        for lane in 0..tuples.batch.len {
            let meant: Vec<u32> = if undecided.get(lane) { (0..number(rows)).collect() } else { open.to_vec() };
            if !self.spend(meant.len() as u64) {
                return;
            }
            let lanes = vec![number(lane); meant.len()];
            self.joined(walk, join, (noun, &lanes, meant), Some(Truth::Unknown), tuples, sink);
        }
    }

    /// The records of the binding, each alone.
    fn alone(&self, join: &Join, noun: NounId, rows: usize) -> Batch<'a> {
        let lacking = Vector::lacking(rows, State::Missing);
        let mut subjects = vec![lacking; join.binder as usize];
        subjects.push(Vector::records(noun, 0, rows));
        Batch { len: rows, subjects }
    }

    fn all_belong(&self, noun: NounId, rows: usize) -> Truths {
        self.belonging_with_parents(noun, 0, rows).unwrap_or_else(|| Truths::all(rows, Truth::True))
    }
}

/// Whether adjectives and filters besides the equality look at the binding alone.
fn looks_at_itself_alone(walk: &Walk<'_, '_>, join: &Join) -> bool {
    let alone = |part: &Use| part.args.iter().all(|arg| *arg == join.binder);
    let adjectives = walk.phrase.bindings.last().is_some_and(|last| last.adjectives.iter().all(alone));
    adjectives
        && walk.phrase.filters.iter().enumerate().all(|(number, filter)| match filter {
            _ if number == join.filter => true,
            FilterNode::Where(condition) => alone(condition),
            FilterNode::Timing { event, kind } => alone(event) && kind.parts().into_iter().all(alone),
        })
}

impl Walk<'_, '_> {
    fn used_by_joined(&self) -> Vec<u32> {
        self.used_after(self.phrase.bindings.len().saturating_sub(1))
    }
}
