//! Paths: "`training.datasets.licence` follows relations, and flattens."

use std::sync::Arc;

use tickmark_facts::{AttributeId, AttributeType, NounId};

use super::batch::Batch;
use super::plan::{Membership, NodeId, Use};
use super::room::weight;
use super::run::Run;
use super::seen::Seen;
use super::truths::Truths;
use super::vector::{Content, Lanes, Members, Rows, State, States, Vector};
use crate::budget::{ITEM, VALUE};
use crate::reference::truth::Truth;
use crate::reference::value::{Data, Value};

/// How an attribute contributes to a path over several records where it lacks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Scalar,
    One,
    Several,
    Any,
}

impl<'a> Run<'a, '_> {
    /// `base.attribute`
    pub(crate) fn attribute(&self, base: &Vector<'a>, noun: NounId, attribute: AttributeId) -> Vector<'a> {
        match &base.content {
            Content::Record(of, rows) if *of == noun => {
                let read = self.read(noun, attribute, rows, base.len);
                self.beyond(read, &base.states)
            }
            Content::Record(of, rows) => {
                let facts = self.ground.facts;
                let own = facts.attribute_name(noun, attribute).and_then(|name| facts.attribute_named(*of, name));
                let read = match own {
                    Some(own) => self.read(*of, own, rows, base.len),
                    None => Vector::lacking(base.len, State::Missing),
                };
                self.beyond(read, &base.states)
            }
            Content::Nothing => {
                Vector { len: base.len, states: base.states.map(State::beyond), content: Content::Nothing }
            }
            Content::Many(members) => {
                let shape = self.shape(noun, attribute);
                // Where there are more of them than records, what each record leads to is read once.
                let rows = self.ground.facts.all_rows(noun) as usize;
                if members.items.len >= rows
                    && let Content::Many(each) = self.read(noun, attribute, &Rows::From(0), rows).known_content()
                    && let Some(flat) = self.union(members, noun, &each)
                {
                    return self.beyond(Vector::known(base.len, Content::Many(Arc::new(flat))), &base.states);
                }
                let inner = self.attribute(&members.items, noun, attribute);
                let flat = self.flatten(members, inner, shape);
                self.beyond(Vector::known(base.len, Content::Many(Arc::new(flat))), &base.states)
            }
            _ => {
                let mut evaluator = self.ground.evaluator();
                let values = (0..base.len).map(|lane| evaluator.attribute_from(self.lane(base, lane), noun, attribute));
                Vector::of_values(values.collect())
            }
        }
    }

    /// "A nested or mapped child knows its parent by the parent's noun."
    pub(crate) fn parent(&self, base: &Vector<'a>, wanted: NounId) -> Vector<'a> {
        match &base.content {
            Content::Record(noun, rows) => {
                let parents = self.parents(*noun, wanted, rows, base.len);
                self.beyond(parents, &base.states)
            }
            Content::Nothing => {
                Vector { len: base.len, states: base.states.map(State::beyond), content: Content::Nothing }
            }
            Content::Many(members) => {
                let inner = self.parent(&members.items, wanted);
                let flat = self.flatten(members, inner, Shape::One);
                self.beyond(Vector::known(base.len, Content::Many(Arc::new(flat))), &base.states)
            }
            _ => {
                let mut evaluator = self.ground.evaluator();
                let values = (0..base.len).map(|lane| evaluator.parent_from(self.lane(base, lane), wanted));
                Vector::of_values(values.collect())
            }
        }
    }

    /// `base.relation`: what the relation leads to is a column of its noun.
    pub(crate) fn relation(&self, base: &Vector<'a>, members: NodeId, noun: NounId) -> Vector<'a> {
        let part = Use { node: members, args: smallvec::smallvec![0] };
        match &base.content {
            Content::Record(of, _) if *of == noun => {
                let known = if base.states.all_known() { base.clone() } else { self.filled(base) };
                let found = self.value(&part, &Batch::of(known));
                self.beyond(found, &base.states)
            }
            Content::Nothing => {
                Vector { len: base.len, states: base.states.map(State::beyond), content: Content::Nothing }
            }
            Content::Many(several) => {
                let column = self.column(members).and_then(|column| column.vector.clone());
                if let Some(Content::Many(each)) = column.map(Vector::known_content)
                    && let Some(flat) = self.union(several, noun, &each)
                {
                    return self.beyond(Vector::known(base.len, Content::Many(Arc::new(flat))), &base.states);
                }
                let inner = self.relation(&several.items, members, noun);
                let flat = self.flatten(several, inner, Shape::Several);
                self.beyond(Vector::known(base.len, Content::Many(Arc::new(flat))), &base.states)
            }
            // Values of several kinds: one by one.
            _ => {
                let values = (0..base.len).map(|lane| {
                    let value = Vector::of_values(vec![self.lane(base, lane)]);
                    match &value.content {
                        Content::Record(..) => self.lane(&self.relation(&value, members, noun), 0),
                        Content::Values(one) if matches!(one.first(), Some(Value { data: Data::Many(_), .. })) => {
                            let several = self.members(value, Membership::Several);
                            let inner = self.relation(&several.items, members, noun);
                            let flat = self.flatten(&several, inner, Shape::Several);
                            self.lane(&Vector::known(1, Content::Many(Arc::new(flat))), 0)
                        }
                        _ => beyond_value(self.lane(&value, 0)),
                    }
                });
                Vector::of_values(values.collect())
            }
        }
    }

    /// Records in all lanes: where there is none, some row, whose value nobody looks at.
    fn filled(&self, base: &Vector<'a>) -> Vector<'a> {
        base.clone().with_states(States::All(State::Known))
    }

    /// What was read, where there was something to read it of.
    fn beyond(&self, read: Vector<'a>, base: &States) -> Vector<'a> {
        if base.all_known() {
            return read;
        }
        let states = (0..read.len).map(|lane| match base.get(lane) {
            State::Known => read.states.get(lane),
            lacking => lacking.beyond(),
        });
        let states = States::of(states.collect());
        match &read.content {
            // These hold the value of every lane themselves.
            Content::Values(_) | Content::Same(_) => {
                let values = (0..read.len).map(|lane| match base.get(lane) {
                    State::Known => self.lane(&read, lane),
                    lacking => self.lane(&Vector::lacking(1, lacking.beyond()), 0),
                });
                Vector::of_values(values.collect())
            }
            Content::Many(members) => {
                // Lists of lanes that lack are nobody's.
                let kept: Vec<bool> = (0..read.len).map(|lane| base.get(lane) == State::Known).collect();
                Vector { len: read.len, states, content: Content::Many(Arc::new(emptied(members, &kept))) }
            }
            _ => read.with_states(states),
        }
    }

    fn shape(&self, noun: NounId, attribute: AttributeId) -> Shape {
        match self.ground.facts.needs().attribute(noun, attribute).map(|need| &need.ty) {
            Some(AttributeType::One(_)) => Shape::One,
            Some(AttributeType::Many(_) | AttributeType::Map(_) | AttributeType::List(_)) => Shape::Several,
            Some(AttributeType::Any { .. }) | None => Shape::Any,
            Some(_) => Shape::Scalar,
        }
    }

    /// Everything that the members lead to: `inner` is what each of them does.
    fn flatten(&self, base: &Members<'a>, inner: Vector<'a>, shape: Shape) -> Members<'a> {
        let lanes = base.offsets.len().saturating_sub(1);
        let nested = match &inner.content {
            Content::Many(members) => Some(Arc::clone(members)),
            // Each lane may hold a list, or what is none.
            Content::Values(_) | Content::Same(_) => return self.flatten_values(base, &inner, shape),
            _ => None,
        };
        let mut out = Picked::default();
        for lane in 0..lanes {
            let mut gap = base.gap(lane).or(base.absent(lane));
            let mut absent = Truth::False;
            let before = out.picked.len();
            for item in base.range(lane) {
                let belongs = base.belongs(item);
                let state = inner.states.get(item);
                match state {
                    State::Known => match &nested {
                        Some(members) => {
                            for at in members.range(item) {
                                out.push(at, belongs.and(members.belongs(at)));
                            }
                            gap = gap.or(members.gap(item).and(belongs));
                            absent = absent.or(members.absent(item).and(belongs));
                        }
                        None => out.push(item, belongs),
                    },
                    State::Through => gap = gap.or(Truth::Unknown.and(belongs)),
                    State::Missing if shape == Shape::One => absent = absent.or(Truth::Unknown.and(belongs)),
                    State::Missing if shape == Shape::Several => {}
                    State::Missing => out.push_lacking(item, belongs, nested.is_some()),
                    lacking if shape != Shape::Scalar => gap = gap.or(lacking.lack().and(belongs)),
                    _ => out.push_lacking(item, belongs, nested.is_some()),
                }
            }
            out.end_lane(gap, absent);
            let more = out.picked.len() - before;
            if !self.hold(more * ITEM) || !self.spend(more as u64 / 16) {
                return Members::nothing(lanes);
            }
        }
        match nested {
            // A lane of lists that lacks its own value has no item to point to.
            Some(_) if out.lost => self.flatten_values(base, &inner, shape),
            Some(members) => self.without_repetition(out.members(&members.items)),
            None => self.without_repetition(out.members(&inner)),
        }
    }

    /// Everything that several records of a noun lead to, each once, where `each` says what every row of the noun leads to.
    fn union(&self, several: &Members<'a>, noun: NounId, each: &Members<'a>) -> Option<Members<'a>> {
        let (Content::Record(of, from), Content::Record(to, targets)) = (&several.items.content, &each.items.content)
        else {
            return None;
        };
        let known = several.items.states.all_known() && each.items.states.all_known();
        if *of != noun || !known || several.belongs.is_some() || each.belongs.is_some() {
            return None;
        }
        let lanes = several.offsets.len().saturating_sub(1);
        let all = self.ground.facts.all_rows(*to) as usize;
        let ends = each.gaps.is_none() && each.absent.is_none();
        let mut seen = Seen::new(several.items.len, all);
        let (mut rows, mut out) = (Vec::new(), Picked::default());
        for lane in 0..lanes {
            let mut gap = several.gap(lane).or(several.absent(lane));
            let mut absent = Truth::False;
            let (before, mut steps) = (rows.len(), 0);
            seen.next_lane();
            for row in several.range(lane).filter_map(|item| from.get(item)) {
                let range = each.range(row as usize);
                steps += range.len() as u64 / 16 + 1;
                for target in range.filter_map(|at| targets.get(at)) {
                    if seen.meet((*to, target), rows.len()).is_none() {
                        out.push(rows.len(), Truth::True);
                        rows.push(target);
                    }
                }
                gap = gap.or(each.gap(row as usize));
                absent = absent.or(each.absent(row as usize));
                // Where all records are met already, the others lead to nothing new.
                if ends && rows.len() - before == all {
                    break;
                }
            }
            out.end_lane(gap, absent);
            if !self.hold((rows.len() - before) * ITEM) || !self.spend(steps) {
                return Some(Members::nothing(lanes));
            }
        }
        Some(out.members(&records(*to, rows)))
    }

    fn flatten_values(&self, base: &Members<'a>, inner: &Vector<'a>, shape: Shape) -> Members<'a> {
        let lanes = base.offsets.len().saturating_sub(1);
        let mut values: Vec<Value<'a>> = Vec::new();
        let mut out = Picked::default();
        for lane in 0..lanes {
            let mut gap = base.gap(lane).or(base.absent(lane));
            let mut absent = Truth::False;
            let before = values.len();
            for item in base.range(lane) {
                let belongs = base.belongs(item);
                let value = self.lane(inner, item);
                match value.data {
                    Data::Many(items) => {
                        for item in items.items {
                            out.push(values.len(), belongs.and(item.belongs));
                            values.push(item.value);
                        }
                        for more in items.gaps {
                            gap = gap.or(more.truth.and(belongs));
                        }
                        for more in items.absent {
                            absent = absent.or(more.truth.and(belongs));
                        }
                    }
                    Data::Missing { through: true } => gap = gap.or(Truth::Unknown.and(belongs)),
                    Data::Missing { through: false } if shape == Shape::One => {
                        absent = absent.or(Truth::Unknown.and(belongs));
                    }
                    Data::Missing { through: false } if shape == Shape::Several => {}
                    Data::NotSurveyed | Data::Unknown(_) if shape != Shape::Scalar => {
                        gap = gap.or(value.lack().and(belongs));
                    }
                    _ => {
                        out.push(values.len(), belongs);
                        values.push(value);
                    }
                }
            }
            out.end_lane(gap, absent);
            let more = values.len() - before;
            if !self.hold(more * VALUE) || !self.spend(more as u64 / 4) {
                return Members::nothing(lanes);
            }
        }
        self.without_repetition(out.members(&Vector::of_values(values)))
    }

    /// A path leads to a record once, however many ways lead there.
    pub(crate) fn without_repetition(&self, members: Members<'a>) -> Members<'a> {
        let lanes = members.offsets.len().saturating_sub(1);
        let row = |item: usize| match &members.items.content {
            Content::Record(noun, rows) if members.items.states.get(item) == State::Known => {
                rows.get(item).map(|row| (*noun, row))
            }
            Content::Values(values) => match values.get(item).map(|value| &value.data) {
                Some(Data::Record(noun, row)) => Some((*noun, *row)),
                _ => None,
            },
            _ => None,
        };
        let mut seen = match &members.items.content {
            Content::Record(noun, _) => Seen::new(members.items.len, self.ground.facts.all_rows(*noun) as usize),
            Content::Values(_) => Seen::of_any(),
            _ => return members,
        };
        // Mostly they come in order of their rows, so that none comes twice.
        let in_order = |item: usize| row(item - 1).zip(row(item)).is_some_and(|(before, after)| before < after);
        if (0..lanes).all(|lane| members.range(lane).skip(1).all(in_order)) {
            return members;
        }
        let mut out = Picked::default();
        let mut repeated = false;
        for lane in 0..lanes {
            seen.next_lane();
            for item in members.range(lane) {
                match row(item).and_then(|record| seen.meet(record, out.picked.len())) {
                    Some(known) => {
                        out.add(known, members.belongs(item));
                        repeated = true;
                    }
                    None => out.push(item, members.belongs(item)),
                }
            }
            out.end_lane(members.gap(lane), members.absent(lane));
        }
        if repeated { out.members(&members.items) } else { members }
    }

    /// The only member of each list of one; other values as they are.
    pub(crate) fn single(&self, value: Vector<'a>) -> Vector<'a> {
        match &value.content {
            Content::Many(members) if value.states.all_known() => match members.single() {
                Some(single) => single,
                None => self.singled(&value),
            },
            Content::Many(_) => self.singled(&value),
            Content::Values(values) if values.iter().any(|value| matches!(value.data, Data::Many(_))) => {
                self.singled(&value)
            }
            _ => value,
        }
    }

    fn singled(&self, value: &Vector<'a>) -> Vector<'a> {
        let values = (0..value.len).map(|lane| {
            let value = self.lane(value, lane);
            let single = crate::reference::Evaluator::single(&value).clone();
            if self.hold(weight(&single)) { single } else { Value::undecided("") }
        });
        Vector::of_values(values.collect())
    }

    /// Values as the members of lists: "a single value counts as a list of one, a missing one as the empty list"; a path
    /// "that leads through a missing reference" leaves open what there is.
    pub(crate) fn members(&self, value: Vector<'a>, membership: Membership) -> Members<'a> {
        match &value.content {
            Content::Many(members) if value.states.all_known() => return Members::clone(members),
            Content::Values(_) | Content::Same(_) => return self.members_of_values(&value, membership),
            _ => {}
        }
        let nested = match &value.content {
            Content::Many(members) => Some(Arc::clone(members)),
            _ => None,
        };
        let records = if nested.is_none() { self.belonging(&value) } else { None };
        let mut out = Picked::default();
        for lane in 0..value.len {
            let (mut gap, mut absent) = (Truth::False, Truth::False);
            match value.states.get(lane) {
                State::Known => match &nested {
                    Some(members) => {
                        for at in members.range(lane) {
                            out.push(at, members.belongs(at));
                        }
                        gap = members.gap(lane);
                        absent = members.absent(lane);
                    }
                    None => out.push(lane, records.as_ref().map_or(Truth::True, |belongs| belongs.get(lane))),
                },
                State::Missing if membership == Membership::Json => gap = Truth::Unknown,
                State::Missing => {}
                State::There if membership.is_single() => out.push_lacking(lane, Truth::True, nested.is_some()),
                state => gap = state.lack(),
            }
            out.end_lane(gap, absent);
        }
        match nested {
            Some(_) if out.lost => self.members_of_values(&value, membership),
            Some(members) => out.members(&members.items),
            None => out.members(&value),
        }
    }

    fn members_of_values(&self, value: &Vector<'a>, membership: Membership) -> Members<'a> {
        let lanes = value.len;
        let mut evaluator = self.ground.evaluator();
        let mut values: Vec<Value<'a>> = Vec::new();
        let mut out = Picked::default();
        for lane in 0..lanes {
            let value = self.lane(value, lane);
            let before = values.len();
            let (mut gap, mut absent) = (Truth::False, Truth::False);
            if membership == Membership::Json && matches!(value.data, Data::Missing { through: false }) {
                gap = Truth::Unknown;
            } else {
                let items = evaluator.items_as(value, membership.is_single());
                for item in items.items {
                    out.push(values.len(), item.belongs);
                    values.push(item.value);
                }
                gap = items.gaps.iter().fold(gap, |gap, more| gap.or(more.truth));
                absent = items.absent.iter().fold(absent, |absent, more| absent.or(more.truth));
            }
            out.end_lane(gap, absent);
            let more = values.len() - before;
            if !self.hold(more * VALUE) || !self.spend(more as u64 / 4) {
                // Given up.
                return Members::nothing(lanes);
            }
        }
        out.members(&Vector::of_values(values))
    }
}

/// What a step leads to from a value that is no record.
fn beyond_value(value: Value<'_>) -> Value<'_> {
    match value.data {
        Data::Missing { .. } => Value::at(Data::Missing { through: true }, value.origin),
        Data::Unknown(unknown) => Value::at(Data::Unknown(unknown.behind()), value.origin),
        Data::NotSurveyed => value,
        _ => Value::unreadable(""),
    }
}

/// The members of the lanes that are kept; the others have none.
fn emptied<'a>(members: &Members<'a>, kept: &[bool]) -> Members<'a> {
    let mut out = Picked::default();
    for (lane, kept) in kept.iter().enumerate() {
        if *kept {
            for item in members.range(lane) {
                out.push(item, members.belongs(item));
            }
            out.end_lane(members.gap(lane), members.absent(lane));
        } else {
            out.end_lane(Truth::False, Truth::False);
        }
    }
    out.members(&members.items)
}

/// Members in the making: which items of a vector, lane by lane.
#[derive(Default)]
pub(crate) struct Picked {
    pub(crate) picked: Vec<u32>,
    ends: Vec<u32>,
    belongs: Vec<(u32, Truth)>,
    gaps: Vec<(usize, Truth)>,
    absent: Vec<(usize, Truth)>,
    /// Something that could not be pointed to.
    pub(crate) lost: bool,
}

impl Picked {
    pub(crate) fn push(&mut self, item: usize, belongs: Truth) {
        if belongs == Truth::False {
            return;
        }
        if belongs != Truth::True {
            self.belongs.push((u32::try_from(self.picked.len()).unwrap_or(u32::MAX), belongs));
        }
        self.picked.push(u32::try_from(item).unwrap_or(u32::MAX));
    }

    /// A member that lacks its value: of lists there is no such item.
    fn push_lacking(&mut self, item: usize, belongs: Truth, of_lists: bool) {
        self.lost |= of_lists;
        self.push(item, belongs);
    }

    /// What is a member already is one for another reason too.
    pub(crate) fn add(&mut self, at: usize, belongs: Truth) {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        if let Ok(found) = self.belongs.binary_search_by_key(&at, |(item, _)| *item)
            && let Some((_, known)) = self.belongs.get_mut(found)
        {
            *known = known.or(belongs);
        }
    }

    pub(crate) fn end_lane(&mut self, gap: Truth, absent: Truth) {
        if gap.is_open() {
            self.gaps.push((self.ends.len(), gap));
        }
        if absent.is_open() {
            self.absent.push((self.ends.len(), absent));
        }
        self.ends.push(u32::try_from(self.picked.len()).unwrap_or(u32::MAX));
    }

    pub(crate) fn members<'a>(self, of: &Vector<'a>) -> Members<'a> {
        let lanes = self.ends.len();
        let offsets = std::iter::once(0).chain(self.ends).collect();
        let in_order = self.picked.len() == of.len && (0..).zip(&self.picked).all(|(at, item): (u32, _)| at == *item);
        let items = if in_order { of.clone() } else { of.gather(&self.picked) };
        let sparse = |list: &[(usize, Truth)], len: usize| {
            let mut list = list.iter().peekable();
            Truths::from_fn(len, |lane| match list.next_if(|(at, _)| *at == lane) {
                Some((_, truth)) => *truth,
                None => Truth::False,
            })
        };
        let belongs = (!self.belongs.is_empty()).then(|| {
            let mut list = self.belongs.iter().peekable();
            Truths::from_fn(items.len, |item| match list.next_if(|(at, _)| *at as usize == item) {
                Some((_, truth)) => *truth,
                None => Truth::True,
            })
        });
        Members {
            offsets,
            items,
            belongs,
            gaps: (!self.gaps.is_empty()).then(|| sparse(&self.gaps, lanes)),
            absent: (!self.absent.is_empty()).then(|| sparse(&self.absent, lanes)),
        }
    }
}

/// Rows as a vector of records.
pub(crate) fn records<'a>(noun: NounId, rows: Vec<u32>) -> Vector<'a> {
    Vector::known(rows.len(), Content::Record(noun, Rows::Lanes(Lanes::owned(rows))))
}
