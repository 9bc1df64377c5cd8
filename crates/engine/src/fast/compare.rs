//! Comparisons and tests over lanes: numbers by columns, texts by their numbers in the interner, the rest value by value.

use std::cmp::Ordering;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use tickmark_facts::Symbol;
use tickmark_program::CompareOp;

use super::batch::Batch;
use super::bits::Bits;
use super::evaluate::open;
use super::plan::{Membership, Use};
use super::run::Run;
use super::truths::Truths;
use super::vector::{Content, Lanes, Members, State, States, Vector};
use crate::budget::ITEM;
use crate::reference::Evaluator;
use crate::reference::truth::Truth;
use crate::reference::value::Data;

impl<'a> Run<'a, '_> {
    /// `a == b` …: a comparison with what is missing, unknown or not surveyed is unknown.
    pub(crate) fn compare(
        &self,
        op: CompareOp,
        order: Option<&Arc<[SmolStr]>>,
        a: &Vector<'a>,
        b: &Vector<'a>,
    ) -> Truths {
        let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        let decided = match (&a.content, &b.content) {
            (Content::Number(x), Content::Number(y)) => Some(both(x, y, a.len, |x, y| decide_number(op, x, y))),
            (Content::Text(x), Content::Text(y)) if equality => {
                Some(both(x, y, a.len, |x, y| (x == y) == (op == CompareOp::Eq)))
            }
            // A text that no fact has is equal to none of them.
            (Content::Text(_), Content::Same(other)) | (Content::Same(other), Content::Text(_))
                if equality && matches!(other.data, Data::Text(_)) =>
            {
                Some(if op == CompareOp::Ne { Bits::ones(a.len) } else { Bits::zeros(a.len) })
            }
            (Content::Text(x), Content::Text(y)) if order.is_some() => return self.ranked(op, order, (a, x), (b, y)),
            (Content::Bool(x), Content::Bool(y)) if equality => {
                Some(both(x, y, a.len, |x, y| (x == y) == (op == CompareOp::Eq)))
            }
            (Content::Time(x), Content::Time(y)) => Some(both(x, y, a.len, |x, y| decide(op, x.cmp(&y)))),
            (Content::Record(n, x), Content::Record(m, y)) if equality && n == m => {
                let same = |lane: usize| x.get(lane).is_some() && x.get(lane) == y.get(lane);
                Some(Bits::from_fn(a.len, |lane| same(lane) == (op == CompareOp::Eq)))
            }
            (Content::Nothing, _) | (_, Content::Nothing) if !holds_values(a) && !holds_values(b) => {
                Some(Bits::zeros(a.len))
            }
            _ => None,
        };
        match decided {
            Some(yes) => decided_where_known(yes, &a.states, &b.states),
            None => self.compare_values(op, order, a, b),
        }
    }

    /// "`ordered "low", "medium", "high"` (compares in that order)".
    fn ranked(
        &self,
        op: CompareOp,
        order: Option<&Arc<[SmolStr]>>,
        (a, x): (&Vector<'a>, &Lanes<'a, Symbol>),
        (b, y): (&Vector<'a>, &Lanes<'a, Symbol>),
    ) -> Truths {
        let facts = self.ground.facts;
        let ranks: Vec<(Symbol, usize)> = order
            .into_iter()
            .flat_map(|values| values.iter().enumerate())
            .filter_map(|(rank, value)| facts.symbol(value).map(|symbol| (symbol, rank)))
            .collect();
        let rank = |symbol: Symbol| ranks.iter().find(|(known, _)| *known == symbol).map(|(_, rank)| *rank);
        let mut unranked = Bits::zeros(a.len);
        let yes = Bits::from_fn(a.len, |lane| match (x.get(lane).and_then(rank), y.get(lane).and_then(rank)) {
            (Some(x), Some(y)) => decide(op, x.cmp(&y)),
            _ => {
                unranked.set(lane);
                false
            }
        });
        let truths = decided_where_known(yes, &a.states, &b.states);
        if unranked.is_zero() {
            return truths;
        }
        let known = a.states.known(a.len).and(&b.states.known(b.len));
        Truths::choose(&unranked.and(&known), &Truths::all(a.len, Truth::Unknown), &truths)
    }

    fn compare_values(&self, op: CompareOp, order: Option<&Arc<[SmolStr]>>, a: &Vector<'a>, b: &Vector<'a>) -> Truths {
        let evaluator = self.ground.evaluator();
        self.spend(a.len as u64 / 4);
        Truths::from_fn(a.len, |lane| evaluator.compare_ordered(op, order, &self.lane(a, lane), &self.lane(b, lane)))
    }

    /// `value in list`, `list contains value`: "or" over the members; what may be in the list leaves it open.
    pub(crate) fn is_in(&self, value: &Use, list: &Use, membership: Membership, batch: &Batch<'a>) -> Truths {
        let wanted = self.value(value, batch);
        match self.in_closure(&wanted, list, batch) {
            Some(truths) => truths,
            None => self.in_list(&wanted, self.value(list, batch), membership),
        }
    }

    fn in_list(&self, wanted: &Vector<'a>, list: Vector<'a>, membership: Membership) -> Truths {
        if let Content::Same(list) = &list.content
            && let Some(truths) = self.in_constant(wanted, list)
        {
            return truths;
        }
        // A missing list of an open noun: nothing says that it would be empty.
        let missing =
            Bits::from_fn(wanted.len, |lane| matches!(list.states.get(lane), State::Missing | State::Through));
        let members = self.members(list, membership);
        if !self.hold(members.items.len.saturating_mul(ITEM)) || !self.spend(members.items.len as u64 / 16) {
            return Truths::all(wanted.len, Truth::Unknown);
        }
        let lanes = lanes_of(&members);
        let equal = self.compare(CompareOp::Eq, None, &members.items, &wanted.gather(&lanes));
        let equal = match &members.belongs {
            Some(belongs) => equal.and(belongs),
            None => equal,
        };
        let mut any = equal.any_of_each(&members.offsets);
        if let Some(gaps) = &members.gaps {
            any = any.or(gaps);
        }
        if missing.is_zero() { any } else { Truths::choose(&missing, &Truths::all(any.len(), Truth::Unknown), &any) }
    }

    /// A value in a list that is written down.
    fn in_constant(&self, wanted: &Vector<'a>, list: &crate::reference::value::Value<'a>) -> Option<Truths> {
        let Data::Many(items) = &list.data else { return None };
        let Content::Text(lanes) = &wanted.content else { return None };
        if !items.gaps.is_empty() {
            return None;
        }
        let mut symbols = Vec::with_capacity(items.items.len());
        for item in &items.items {
            let Data::Text(text) = &item.value.data else { return None };
            symbols.extend(self.ground.facts.symbol(text));
        }
        let (known, pending) = super::column::open_lanes(&wanted.states, wanted.len);
        let yes = lanes.bits(wanted.len, |symbol| symbols.contains(&symbol)).and(&known);
        // In an empty list there is nothing, not even what is not known.
        if items.items.is_empty() {
            return Some(Truths::all(wanted.len, Truth::False));
        }
        Some(open(yes, known, pending))
    }

    /// `contains`: "list member or substring"; of an open value it is decided when read.
    pub(crate) fn contains(&self, whole: &Use, part: &Use, membership: Membership, batch: &Batch<'a>) -> Truths {
        let part = self.value(part, batch);
        if let Some(truths) = self.in_closure(&part, whole, batch) {
            return truths;
        }
        let whole = self.value(whole, batch);
        match &whole.content {
            Content::Many(_) if whole.states.all_known() => self.in_list(&part, whole, membership),
            Content::Many(_) => {
                let known = whole.states.known(whole.len);
                let test = self.two_texts(&whole.clone().lacking_only(), &part, |_, _| false);
                let listed = self.in_list(&part, whole, membership);
                Truths::choose(&known, &listed, &test)
            }
            Content::Values(_) | Content::Same(_) => {
                let mut evaluator = self.ground.evaluator();
                Truths::from_fn(whole.len, |lane| {
                    let (whole, part) = (self.lane(&whole, lane), self.lane(&part, lane));
                    evaluator.contains_value(whole, &part, membership.is_single())
                })
            }
            _ => self.two_texts(&whole, &part, |text, part| text.contains(part)),
        }
    }

    /// A test of one text by another.
    pub(crate) fn two_texts(&self, text: &Vector<'a>, part: &Vector<'a>, test: fn(&str, &str) -> bool) -> Truths {
        let facts = self.ground.facts;
        let constant = match &part.content {
            Content::Text(Lanes::Same(symbol)) if part.states.all_known() => Some(facts.text(*symbol).to_owned()),
            Content::Same(value) => match &value.data {
                Data::Text(text) => Some(text.to_string()),
                _ => None,
            },
            _ => None,
        };
        if let (Some(part), Content::Text(_)) = (&constant, &text.content) {
            return self.text_test(text, |text| test(text, part));
        }
        let mut evaluator = self.ground.evaluator();
        Truths::from_fn(text.len, |lane| evaluator.two_texts(&self.lane(text, lane), &self.lane(part, lane), test))
    }

    /// A test of texts: each text once, however many rows have it.
    pub(crate) fn text_test(&self, text: &Vector<'a>, test: impl Fn(&str) -> bool) -> Truths {
        let facts = self.ground.facts;
        let Content::Text(lanes) = &text.content else {
            return Truths::from_fn(text.len, |lane| {
                let value = self.lane(text, lane);
                let value = Evaluator::single(&value);
                match &value.data {
                    Data::Text(text) => {
                        self.spend(text.len() as u64 / 16);
                        Truth::from(test(text))
                    }
                    _ => value.lack(),
                }
            });
        };
        let (known, pending) = super::column::open_lanes(&text.states, text.len);
        let mut tested: FxHashMap<Symbol, bool> = FxHashMap::default();
        let mut steps = 0;
        let yes = match lanes {
            Lanes::Same(symbol) if test(facts.text(*symbol)) => Bits::ones(text.len),
            Lanes::Same(_) => Bits::zeros(text.len),
            _ => Bits::from_fn(text.len, |lane| {
                known.get(lane)
                    && lanes.get(lane).is_some_and(|symbol| {
                        *tested.entry(symbol).or_insert_with(|| {
                            let text = facts.text(symbol);
                            steps += text.len() as u64 / 16;
                            test(text)
                        })
                    })
            }),
        };
        self.spend(steps);
        open(yes.and(&known), known, pending)
    }

    /// `in` of networks.
    pub(crate) fn in_network(&self, value: &Vector<'a>, networks: &Vector<'a>, membership: Membership) -> Truths {
        let mut evaluator = self.ground.evaluator();
        // What is written down is in few networks, and so is what is tested: each text once.
        let constant = matches!(networks.content, Content::Same(_) | Content::Text(Lanes::Same(_)));
        let mut tested: FxHashMap<Symbol, Truth> = FxHashMap::default();
        Truths::from_fn(value.len, |lane| {
            let symbol = match &value.content {
                Content::Text(lanes) if constant && value.states.get(lane) == State::Known => lanes.get(lane),
                _ => None,
            };
            if let Some(known) = symbol.and_then(|symbol| tested.get(&symbol)) {
                return *known;
            }
            let (value, networks) = (self.lane(value, lane), self.lane(networks, lane));
            let truth = evaluator.value_in_network(&value, networks, membership.is_single());
            if let Some(symbol) = symbol {
                tested.insert(symbol, truth);
            }
            truth
        })
    }
}

impl<'a> Vector<'a> {
    /// The lanes that lack, as they are; the others as if they were of no type.
    fn lacking_only(self) -> Vector<'a> {
        let states = self.states.map(|state| if state == State::Known { State::Unknown } else { state });
        Vector { len: self.len, states, content: Content::Nothing }
    }
}

fn holds_values(vector: &Vector<'_>) -> bool {
    matches!(vector.content, Content::Values(_) | Content::Same(_) | Content::Many(_))
}

/// The lane of each item.
pub(crate) fn lanes_of(members: &Members<'_>) -> Vec<u32> {
    let lanes = members.offsets.len().saturating_sub(1);
    let mut of = Vec::with_capacity(members.items.len);
    for lane in 0..lanes {
        let number = u32::try_from(lane).unwrap_or(u32::MAX);
        of.extend(std::iter::repeat_n(number, members.range(lane).len()));
    }
    of
}

/// Bits of two values a lane.
fn both<T: Copy>(a: &Lanes<'_, T>, b: &Lanes<'_, T>, len: usize, test: impl Fn(T, T) -> bool) -> Bits {
    match (a, b) {
        (_, Lanes::Same(b)) => a.bits(len, |a| test(a, *b)),
        (Lanes::Same(a), _) => b.bits(len, |b| test(*a, b)),
        _ => Bits::from_fn(len, |lane| match (a.get(lane), b.get(lane)) {
            (Some(a), Some(b)) => test(a, b),
            _ => false,
        }),
    }
}

/// Decided where both are known; elsewhere as open as what lacks.
fn decided_where_known(yes: Bits, a: &States, b: &States) -> Truths {
    let len = yes.len();
    if a.all_known() && b.all_known() {
        return Truths::certain(yes);
    }
    let known = a.known(len).and(&b.known(len));
    let yes = yes.and(&known);
    if !a.has(State::Pending) && !b.has(State::Pending) {
        return open(yes, known, None);
    }
    Truths::from_fn(len, |lane| match (a.get(lane), b.get(lane)) {
        (State::Known, State::Known) => Truth::from(yes.get(lane)),
        (State::Known, b) => b.lack(),
        (a, State::Known) => a.lack(),
        (a, b) => a.lack().and(b.lack()),
    })
}

fn decide(op: CompareOp, order: Ordering) -> bool {
    match op {
        CompareOp::Eq => order == Ordering::Equal,
        CompareOp::Ne => order != Ordering::Equal,
        CompareOp::Lt => order == Ordering::Less,
        CompareOp::Le => order != Ordering::Greater,
        CompareOp::Gt => order == Ordering::Greater,
        CompareOp::Ge => order != Ordering::Less,
    }
}

#[expect(clippy::float_cmp, reason = "numbers that are written down compare as they are")]
fn decide_number(op: CompareOp, a: f64, b: f64) -> bool {
    match op {
        CompareOp::Eq => a == b,
        CompareOp::Ne => a != b,
        CompareOp::Lt => a < b,
        CompareOp::Le => a <= b,
        CompareOp::Gt => a > b,
        CompareOp::Ge => a >= b,
    }
}
