//! Values of one expression over the lanes of a batch.

use std::ops::Range as Lane;
use std::sync::Arc;

use tickmark_facts::{Duration, Facts, NounId, Symbol, Time};

use super::bits::Bits;
use super::truths::Truths;
use crate::reference::range::Range;
use crate::reference::truth::Truth;
use crate::reference::value::{Data, Gap, Item, Items, Unknown, Value};

/// What there is of a value in one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Known,
    Missing,
    /// Missing behind a reference that is missing.
    Through,
    NotSurveyed,
    /// There is a value, and it is not known.
    There,
    /// Not even whether there is one is known.
    Unknown,
    /// It must come by a time that is not over.
    Pending,
}

/// The states of all lanes.
#[derive(Clone, Debug)]
pub(crate) enum States {
    All(State),
    Each(Arc<Each>),
}

/// The states of lanes that are not all alike, with what is asked of them again and again.
#[derive(Debug)]
pub(crate) struct Each {
    of: Vec<State>,
    known: Bits,
    /// A bit for each state that some lane is in.
    kinds: u8,
}

/// One value a lane.
#[derive(Clone, Debug)]
pub(crate) enum Lanes<'a, T> {
    /// The same in all lanes.
    Same(T),
    /// Part of a column of the facts.
    Slice(&'a [T]),
    Owned(Arc<Vec<T>>),
}

/// Rows of one noun.
#[derive(Clone, Debug)]
pub(crate) enum Rows<'a> {
    /// One after the other, from this one.
    From(u32),
    Lanes(Lanes<'a, u32>),
}

/// The values of lanes whose state is known.
#[derive(Clone, Debug)]
pub(crate) enum Content<'a> {
    /// No lane is known.
    Nothing,
    Text(Lanes<'a, Symbol>),
    Number(Lanes<'a, f64>),
    Bool(Lanes<'a, bool>),
    Time(Lanes<'a, Time>),
    Duration(Lanes<'a, Duration>),
    Record(NounId, Rows<'a>),
    Many(Arc<Members<'a>>),
    /// Of any type, also of lanes that are not known.
    Values(Arc<Vec<Value<'a>>>),
    /// The same in all lanes.
    Same(Arc<Value<'a>>),
}

/// Values over the lanes of a batch.
#[derive(Clone, Debug)]
pub(crate) struct Vector<'a> {
    pub(crate) len: usize,
    pub(crate) states: States,
    pub(crate) content: Content<'a>,
}

/// Several values a lane: those of lane `i` are `offsets[i]..offsets[i + 1]` of the items.
#[derive(Clone, Debug)]
pub(crate) struct Members<'a> {
    pub(crate) offsets: Vec<u32>,
    pub(crate) items: Vector<'a>,
    /// How surely each item is a member; `None` where all certainly are.
    pub(crate) belongs: Option<Truths>,
    /// By lane: whether there may be more.
    pub(crate) gaps: Option<Truths>,
    /// By lane: whether a reference is missing, through which a path that goes on leads.
    pub(crate) absent: Option<Truths>,
}

impl States {
    pub(crate) fn get(&self, lane: usize) -> State {
        match self {
            States::All(state) => *state,
            States::Each(states) => states.of.get(lane).copied().unwrap_or(State::Unknown),
        }
    }

    pub(crate) fn all_known(&self) -> bool {
        matches!(self, States::All(State::Known))
    }

    /// Of lanes one by one; all alike where they are.
    pub(crate) fn of(states: Vec<State>) -> States {
        match states.first().copied() {
            Some(first) if states.iter().all(|state| *state == first) => States::All(first),
            None => States::All(State::Known),
            _ => {
                let known = Bits::of(&states, |state| state == State::Known);
                let kinds = states.iter().fold(0, |kinds, state| kinds | state.kind());
                States::Each(Arc::new(Each { of: states, known, kinds }))
            }
        }
    }

    pub(crate) fn bits(&self, len: usize, of: impl Fn(State) -> bool) -> Bits {
        match self {
            States::All(state) if of(*state) => Bits::ones(len),
            States::All(_) => Bits::zeros(len),
            States::Each(states) => Bits::from_fn(len, |lane| states.of.get(lane).is_some_and(|state| of(*state))),
        }
    }

    pub(crate) fn known(&self, len: usize) -> Bits {
        match self {
            States::Each(states) if states.of.len() == len => states.known.clone(),
            _ => self.bits(len, |state| state == State::Known),
        }
    }

    pub(crate) fn has(&self, wanted: State) -> bool {
        match self {
            States::All(state) => *state == wanted,
            States::Each(states) => states.kinds & wanted.kind() != 0,
        }
    }

    pub(crate) fn map(&self, change: impl Fn(State) -> State) -> States {
        match self {
            States::All(state) => States::All(change(*state)),
            States::Each(states) => States::of(states.of.iter().map(|state| change(*state)).collect()),
        }
    }

    fn gather(&self, lanes: &[u32]) -> States {
        match self {
            States::All(state) => States::All(*state),
            States::Each(_) => States::of(lanes.iter().map(|lane| self.get(*lane as usize)).collect()),
        }
    }

    fn part(&self, lanes: Lane<usize>) -> States {
        match self {
            States::All(state) => States::All(*state),
            States::Each(states) => States::of(states.of.get(lanes).unwrap_or_default().to_vec()),
        }
    }
}

impl State {
    /// Its bit in [`Each::kinds`].
    fn kind(self) -> u8 {
        1 << self as u8
    }

    /// What a step from such a value leads to.
    pub(crate) fn beyond(self) -> State {
        match self {
            State::Missing => State::Through,
            State::There => State::Unknown,
            other => other,
        }
    }

    /// What a comparison with it comes to.
    pub(crate) fn lack(self) -> Truth {
        if self == State::Pending { Truth::Pending } else { Truth::Unknown }
    }

    pub(crate) fn of(value: &Value<'_>) -> State {
        match &value.data {
            Data::Missing { through: false } => State::Missing,
            Data::Missing { through: true } => State::Through,
            Data::NotSurveyed => State::NotSurveyed,
            Data::Unknown(unknown) => match unknown {
                Unknown::NotDue(_) => State::Pending,
                Unknown::Fact(reason) if reason.may_be_missing() => State::Unknown,
                Unknown::Fact(_) | Unknown::Unreadable(_) => State::There,
                Unknown::NotSupplied(_) | Unknown::Undecided(_) | Unknown::Behind(_) => State::Unknown,
            },
            _ => State::Known,
        }
    }

    /// A value in this state, for the reference evaluator.
    fn value<'a>(self, as_of: Time) -> Value<'a> {
        Value::of(match self {
            State::Missing => Data::Missing { through: false },
            State::Through => Data::Missing { through: true },
            State::NotSurveyed => Data::NotSurveyed,
            State::There => Data::Unknown(Unknown::Unreadable(String::new())),
            State::Pending => Data::Unknown(Unknown::NotDue(as_of)),
            State::Known | State::Unknown => Data::Unknown(Unknown::Undecided(String::new())),
        })
    }
}

impl<'a, T: Copy> Lanes<'a, T> {
    pub(crate) fn get(&self, lane: usize) -> Option<T> {
        match self {
            Lanes::Same(value) => Some(*value),
            Lanes::Slice(values) => values.get(lane).copied(),
            Lanes::Owned(values) => values.get(lane).copied(),
        }
    }

    pub(crate) fn slice(&self) -> Option<&[T]> {
        match self {
            Lanes::Same(_) => None,
            Lanes::Slice(values) => Some(values),
            Lanes::Owned(values) => Some(values),
        }
    }

    pub(crate) fn owned(values: Vec<T>) -> Lanes<'a, T> {
        Lanes::Owned(Arc::new(values))
    }

    /// Lanes of others; a lane that has no value gets that of some lane that has.
    fn gather(&self, lanes: &[u32]) -> Option<Lanes<'a, T>> {
        let values = match self.slice() {
            None => return Some(self.clone()),
            Some(values) => values,
        };
        let filler = *values.first()?;
        let pick = |lane: &u32| values.get(*lane as usize).copied().unwrap_or(filler);
        Some(Lanes::owned(lanes.iter().map(pick).collect()))
    }

    fn part(&self, lanes: Lane<usize>) -> Lanes<'a, T> {
        match self {
            Lanes::Same(value) => Lanes::Same(*value),
            Lanes::Slice(values) => Lanes::Slice(values.get(clip(lanes, values.len())).unwrap_or_default()),
            Lanes::Owned(values) => Lanes::owned(values.get(clip(lanes, values.len())).unwrap_or_default().to_vec()),
        }
    }

    /// A bit for each lane. Lanes without a value are not set.
    pub(crate) fn bits(&self, len: usize, test: impl Fn(T) -> bool) -> Bits {
        match self {
            Lanes::Same(value) if test(*value) => Bits::ones(len),
            Lanes::Same(_) => Bits::zeros(len),
            Lanes::Slice(_) | Lanes::Owned(_) => {
                let values = self.slice().unwrap_or_default();
                let mut bits = Bits::of(values.get(..len).unwrap_or(values), test);
                bits.extend(len);
                bits
            }
        }
    }
}

fn clip(lanes: Lane<usize>, len: usize) -> Lane<usize> {
    lanes.start.min(len)..lanes.end.min(len)
}

impl<'a> Rows<'a> {
    pub(crate) fn get(&self, lane: usize) -> Option<u32> {
        match self {
            Rows::From(first) => u32::try_from(lane).ok().and_then(|lane| first.checked_add(lane)),
            Rows::Lanes(lanes) => lanes.get(lane),
        }
    }

    fn gather(&self, lanes: &[u32]) -> Option<Rows<'a>> {
        Some(match self {
            Rows::From(first) => {
                Rows::Lanes(Lanes::owned(lanes.iter().map(|lane| first.saturating_add(*lane)).collect()))
            }
            Rows::Lanes(rows) => Rows::Lanes(rows.gather(lanes)?),
        })
    }

    fn part(&self, lanes: Lane<usize>) -> Rows<'a> {
        match self {
            Rows::From(first) => Rows::From(first.saturating_add(u32::try_from(lanes.start).unwrap_or(u32::MAX))),
            Rows::Lanes(rows) => Rows::Lanes(rows.part(lanes)),
        }
    }

    /// The lanes of this part of a list of rows; one after the other where they are.
    pub(crate) fn of_slice(rows: &'a [u32]) -> Rows<'a> {
        let Some(first) = rows.first().copied() else { return Rows::From(0) };
        let in_order = (first..).zip(rows).all(|(expected, row)| expected == *row);
        if in_order { Rows::From(first) } else { Rows::Lanes(Lanes::Slice(rows)) }
    }
}

impl<'a> Vector<'a> {
    /// All lanes lack a value alike.
    pub(crate) fn lacking(len: usize, state: State) -> Vector<'a> {
        Vector { len, states: States::All(state), content: Content::Nothing }
    }

    /// All lanes known.
    pub(crate) fn known(len: usize, content: Content<'a>) -> Vector<'a> {
        Vector { len, states: States::All(State::Known), content }
    }

    /// Records, one after the other.
    pub(crate) fn records(noun: NounId, first: u32, len: usize) -> Vector<'a> {
        Vector::known(len, Content::Record(noun, Rows::From(first)))
    }

    /// The same value in all lanes: as a typed one where the facts have such a value.
    pub(crate) fn same(len: usize, value: &Value<'a>, facts: &Facts) -> Vector<'a> {
        let state = State::of(value);
        let content = match &value.data {
            _ if state != State::Known => Content::Nothing,
            Data::Text(text) => match facts.symbol(text) {
                Some(symbol) => Content::Text(Lanes::Same(symbol)),
                None => Content::Same(Arc::new(value.clone())),
            },
            Data::Number(range) => match range.number() {
                Some(number) => Content::Number(Lanes::Same(number)),
                None => Content::Same(Arc::new(value.clone())),
            },
            Data::Bool(value) => Content::Bool(Lanes::Same(*value)),
            Data::Time(time) => Content::Time(Lanes::Same(*time)),
            Data::Duration(duration) => Content::Duration(Lanes::Same(*duration)),
            Data::Record(noun, row) => Content::Record(*noun, Rows::Lanes(Lanes::Same(*row))),
            _ => Content::Same(Arc::new(value.clone())),
        };
        Vector { len, states: States::All(state), content }
    }

    /// Values of any type.
    pub(crate) fn of_values(values: Vec<Value<'a>>) -> Vector<'a> {
        let states = States::of(values.iter().map(State::of).collect());
        let len = values.len();
        if let Some(first) = values.first()
            && let Data::Record(noun, _) = first.data
            && states.all_known()
            && values.iter().all(|value| matches!(value.data, Data::Record(of, _) if of == noun))
        {
            let rows = values.iter().filter_map(|value| match value.data {
                Data::Record(_, row) => Some(row),
                _ => None,
            });
            return Vector { len, states, content: Content::Record(noun, Rows::Lanes(Lanes::owned(rows.collect()))) };
        }
        Vector { len, states, content: Content::Values(Arc::new(values)) }
    }

    /// The value of a lane, for the reference evaluator.
    pub(crate) fn value(&self, lane: usize, facts: &'a Facts, as_of: Time) -> Value<'a> {
        match &self.content {
            Content::Values(values) => return values.get(lane).cloned().unwrap_or_else(Value::missing),
            Content::Same(value) => return Value::clone(value),
            _ => {}
        }
        let state = self.states.get(lane);
        if state != State::Known {
            return state.value(as_of);
        }
        let data = match &self.content {
            Content::Text(lanes) => lanes.get(lane).map(|symbol| Data::Text(facts.text(symbol).into())),
            Content::Number(lanes) => lanes.get(lane).map(|number| Data::Number(Range::exact(number))),
            Content::Bool(lanes) => lanes.get(lane).map(Data::Bool),
            Content::Time(lanes) => lanes.get(lane).map(Data::Time),
            Content::Duration(lanes) => lanes.get(lane).map(Data::Duration),
            Content::Record(noun, rows) => rows.get(lane).map(|row| Data::Record(*noun, row)),
            Content::Many(members) => Some(Data::Many(Box::new(members.of(lane, facts, as_of)))),
            Content::Nothing | Content::Values(_) | Content::Same(_) => None,
        };
        data.map_or_else(|| State::Unknown.value(as_of), Value::of)
    }

    /// Other lanes: lane `i` is lane `lanes[i]` of this one.
    pub(crate) fn gather(&self, lanes: &[u32]) -> Vector<'a> {
        let content = match &self.content {
            Content::Nothing => Some(Content::Nothing),
            Content::Text(values) => values.gather(lanes).map(Content::Text),
            Content::Number(values) => values.gather(lanes).map(Content::Number),
            Content::Bool(values) => values.gather(lanes).map(Content::Bool),
            Content::Time(values) => values.gather(lanes).map(Content::Time),
            Content::Duration(values) => values.gather(lanes).map(Content::Duration),
            Content::Record(noun, rows) => rows.gather(lanes).map(|rows| Content::Record(*noun, rows)),
            Content::Many(members) => Some(Content::Many(Arc::new(members.gather(lanes)))),
            Content::Values(values) => {
                let pick = |lane: &u32| values.get(*lane as usize).cloned().unwrap_or_else(Value::missing);
                Some(Content::Values(Arc::new(lanes.iter().map(pick).collect())))
            }
            Content::Same(value) => Some(Content::Same(Arc::clone(value))),
        };
        Vector { len: lanes.len(), states: self.states.gather(lanes), content: content.unwrap_or(Content::Nothing) }
    }

    /// Lanes one after the other.
    pub(crate) fn part(&self, lanes: Lane<usize>) -> Vector<'a> {
        let len = lanes.len();
        let content = match &self.content {
            Content::Nothing => Content::Nothing,
            Content::Text(values) => Content::Text(values.part(lanes.clone())),
            Content::Number(values) => Content::Number(values.part(lanes.clone())),
            Content::Bool(values) => Content::Bool(values.part(lanes.clone())),
            Content::Time(values) => Content::Time(values.part(lanes.clone())),
            Content::Duration(values) => Content::Duration(values.part(lanes.clone())),
            Content::Record(noun, rows) => Content::Record(*noun, rows.part(lanes.clone())),
            Content::Many(members) => {
                let picked: Vec<u32> = lanes.clone().filter_map(|lane| u32::try_from(lane).ok()).collect();
                Content::Many(Arc::new(members.gather(&picked)))
            }
            Content::Values(values) => {
                Content::Values(Arc::new(values.get(lanes.clone()).unwrap_or_default().to_vec()))
            }
            Content::Same(value) => Content::Same(Arc::clone(value)),
        };
        Vector { len, states: self.states.part(lanes), content }
    }

    /// The content, where every lane is known.
    pub(crate) fn known_content(self) -> Content<'a> {
        if self.states.all_known() { self.content } else { Content::Nothing }
    }

    /// Where the states do not say known, they are as the content says.
    pub(crate) fn with_states(self, states: States) -> Vector<'a> {
        Vector { states, ..self }
    }
}

impl<'a> Members<'a> {
    /// Lanes that have no members.
    pub(crate) fn nothing(lanes: usize) -> Members<'a> {
        Members {
            offsets: vec![0; lanes + 1],
            items: Vector::lacking(0, State::Missing),
            belongs: None,
            gaps: None,
            absent: None,
        }
    }

    pub(crate) fn range(&self, lane: usize) -> Lane<usize> {
        match (self.offsets.get(lane), self.offsets.get(lane + 1)) {
            (Some(start), Some(end)) => *start as usize..*end as usize,
            _ => 0..0,
        }
    }

    pub(crate) fn belongs(&self, item: usize) -> Truth {
        self.belongs.as_ref().map_or(Truth::True, |belongs| belongs.get(item))
    }

    pub(crate) fn gap(&self, lane: usize) -> Truth {
        self.gaps.as_ref().map_or(Truth::False, |gaps| gaps.get(lane))
    }

    pub(crate) fn absent(&self, lane: usize) -> Truth {
        self.absent.as_ref().map_or(Truth::False, |absent| absent.get(lane))
    }

    /// The only member of each lane, where every lane has one that is certain.
    pub(crate) fn single(&self) -> Option<Vector<'a>> {
        let lanes = self.offsets.len().saturating_sub(1);
        let one_each =
            self.items.len == lanes && (0..).zip(&self.offsets).all(|(lane, offset): (u32, _)| lane == *offset);
        let certain = self.belongs.as_ref().is_none_or(Truths::all_true)
            && self.gaps.as_ref().is_none_or(|gaps| gaps.possible().is_zero());
        (one_each && certain).then(|| self.items.clone())
    }

    /// The members of a lane, for the reference evaluator.
    fn of(&self, lane: usize, facts: &'a Facts, as_of: Time) -> Items<'a> {
        let mut items = Items::default();
        for at in self.range(lane) {
            items.items.push(Item { value: self.items.value(at, facts, as_of), belongs: self.belongs(at) });
        }
        items.items.retain(|item| item.belongs != Truth::False);
        let state = |truth: Truth| if truth == Truth::Pending { State::Pending } else { State::Unknown };
        let gap = self.gap(lane);
        if gap.is_open() {
            items.gaps.push(Gap { truth: gap, value: state(gap).value(as_of), event: false });
        }
        let absent = self.absent(lane);
        if absent.is_open() {
            items.absent.push(Gap { truth: absent, value: State::Through.value(as_of), event: false });
        }
        items
    }

    fn gather(&self, lanes: &[u32]) -> Members<'a> {
        let mut offsets = Vec::with_capacity(lanes.len() + 1);
        offsets.push(0);
        let mut picked: Vec<u32> = Vec::new();
        for lane in lanes {
            let range = self.range(*lane as usize);
            picked.extend(range.filter_map(|at| u32::try_from(at).ok()));
            offsets.push(u32::try_from(picked.len()).unwrap_or(u32::MAX));
        }
        let by_item = |truths: &Truths| truths.gather(picked.len(), |at| picked.get(at).map_or(0, |at| *at as usize));
        let by_lane = |truths: &Truths| truths.gather(lanes.len(), |at| lanes.get(at).map_or(0, |at| *at as usize));
        Members {
            items: self.items.gather(&picked),
            offsets,
            belongs: self.belongs.as_ref().map(by_item),
            gaps: self.gaps.as_ref().map(by_lane),
            absent: self.absent.as_ref().map(by_lane),
        }
    }
}
