//! Reading columns of the facts: "an attribute of a record is in one of these states".

use std::sync::Arc;

use tickmark_facts::{
    AttributeId, AttributeType, Cell, CellState, ColumnValues, ColumnView, Lacking, NounId, ParentLink, Span32,
};

use super::bits::Bits;
use super::run::Run;
use super::truths::Truths;
use super::vector::{Content, Lanes, Members, Rows, State, States, Vector};
use crate::budget::ITEM;
use crate::reference::truth::Truth;
use crate::reference::value::Value;

/// The states of some lanes of a column, before what lacks is told apart.
struct Reading {
    states: States,
    /// A lane reads as an empty list, or as no records.
    empty: bool,
}

impl<'a> Run<'a, '_> {
    /// The attribute of records whose states are known.
    pub(crate) fn read(&self, noun: NounId, attribute: AttributeId, rows: &Rows<'a>, len: usize) -> Vector<'a> {
        let facts = self.ground.facts;
        let population = facts.rows(noun);
        let Some(view) = facts.view(noun, attribute) else {
            return Vector {
                len,
                states: self.states_beyond(rows, len, population, State::NotSurveyed),
                content: Content::Nothing,
            };
        };
        let several = matches!(
            facts.needs().attribute(noun, attribute).map(|need| &need.ty),
            Some(AttributeType::List(_) | AttributeType::Many(_) | AttributeType::Map(_))
        );
        let Reading { states, empty } = self.read_states((noun, attribute), &view, rows, len);
        let content = match view.values() {
            ColumnValues::None if empty => self.read_spans((noun, attribute), &view, &[], rows, &states, len),
            ColumnValues::None => Some(Content::Nothing),
            _ if empty && !matches!(view.values(), ColumnValues::List(_) | ColumnValues::Many(_)) => None,
            ColumnValues::Text(values) => pick(values, rows, len).map(Content::Text),
            ColumnValues::Number(values) => pick(values, rows, len).map(Content::Number),
            ColumnValues::Bool(values) => pick(values, rows, len).map(Content::Bool),
            ColumnValues::Time(values) => pick(values, rows, len).map(Content::Time),
            ColumnValues::Duration(values) => pick(values, rows, len).map(Content::Duration),
            ColumnValues::One(values) => match (view.target_noun(), pick(values, rows, len)) {
                (Some(target), Some(Lanes::Slice(rows))) if !several => {
                    Some(Content::Record(target, Rows::of_slice(rows)))
                }
                (Some(target), Some(rows)) if !several => Some(Content::Record(target, Rows::Lanes(rows))),
                _ => None,
            },
            ColumnValues::List(spans) | ColumnValues::Many(spans) => {
                let of_any = !several && matches!(view.values(), ColumnValues::Many(_));
                // Of an open value, a list of one record reads like the record.
                if of_any { None } else { self.read_spans((noun, attribute), &view, spans, rows, &states, len) }
            }
            ColumnValues::Mixed => None,
        };
        match content {
            Some(content) => Vector { len, states, content },
            None => self.read_cells(noun, attribute, rows, len),
        }
    }

    /// The records of lists of an attribute that is typed when read: as a list, where a phrase ranges over them.
    pub(crate) fn read_members(
        &self,
        noun: NounId,
        attribute: AttributeId,
        rows: &Rows<'a>,
        len: usize,
    ) -> Option<Vector<'a>> {
        let view = self.ground.facts.view(noun, attribute)?;
        let ColumnValues::Many(spans) = view.values() else { return None };
        let Reading { states, .. } = self.read_states((noun, attribute), &view, rows, len);
        let content = self.read_spans((noun, attribute), &view, spans, rows, &states, len)?;
        Some(Vector { len, states, content })
    }

    /// Cell by cell.
    fn read_cells(&self, noun: NounId, attribute: AttributeId, rows: &Rows<'a>, len: usize) -> Vector<'a> {
        let mut evaluator = self.ground.evaluator();
        let values = (0..len).map(|lane| match rows.get(lane) {
            Some(row) => evaluator.cell(noun, row, attribute),
            None => Value::missing(),
        });
        Vector::of_values(values.collect())
    }

    fn states_beyond(&self, rows: &Rows<'a>, len: usize, population: u32, state: State) -> States {
        if let Rows::From(first) = rows
            && (*first as usize).saturating_add(len) <= population as usize
        {
            return States::All(state);
        }
        let of = |lane| match rows.get(lane) {
            Some(row) if row < population => state,
            _ => State::Unknown,
        };
        States::of((0..len).map(of).collect())
    }

    fn read_states(
        &self,
        (noun, attribute): (NounId, AttributeId),
        view: &ColumnView<'a>,
        rows: &Rows<'a>,
        len: usize,
    ) -> Reading {
        let facts = self.ground.facts;
        let population = facts.rows(noun);
        let (lacking, empty) = match view.lacking() {
            Lacking::Missing => (State::Missing, false),
            Lacking::NotSurveyed => (State::NotSurveyed, false),
            Lacking::EmptyList | Lacking::EmptyRecords(_) => (State::Known, true),
        };
        let unknown = |row: u32| match facts.cell(noun, row, attribute) {
            Cell::Unknown(reason) if reason.may_be_missing() => State::Unknown,
            _ => State::There,
        };
        if let Rows::From(first) = rows
            && let Some(end) = u32::try_from(len).ok().and_then(|len| first.checked_add(len))
            && end <= population
        {
            if all_known(view, *first, end) {
                return Reading { states: States::All(State::Known), empty: false };
            }
            let states = self.states_in_order(view, (*first, end), lacking, unknown);
            return Reading { empty: empty && !all_known(view, *first, end), states };
        }
        let mut lacks = false;
        let states = (0..len)
            .map(|lane| {
                let Some(row) = rows.get(lane).filter(|row| *row < population) else { return State::Unknown };
                match view.state(row) {
                    CellState::Known => State::Known,
                    CellState::Unknown => unknown(row),
                    CellState::Absent | CellState::Null => {
                        lacks = true;
                        lacking
                    }
                }
            })
            .collect();
        Reading { states: States::of(states), empty: empty && lacks }
    }

    /// The states of rows that follow each other, 64 at a time.
    fn states_in_order(
        &self,
        view: &ColumnView<'a>,
        (first, end): (u32, u32),
        lacking: State,
        unknown: impl Fn(u32) -> State,
    ) -> States {
        let mut states = Vec::with_capacity((end - first) as usize);
        view.for_each_word(first..end, |word, known, open| {
            let from = (word * 64).max(first);
            let to = word.saturating_mul(64).saturating_add(64).min(end);
            for row in from..to {
                let bit = 1_u64 << (row % 64);
                states.push(if known & bit != 0 {
                    State::Known
                } else if open & bit != 0 {
                    unknown(row)
                } else {
                    lacking
                });
            }
        });
        States::of(states)
    }

    /// Lists and relations: the spans of each lane.
    fn read_spans(
        &self,
        (noun, attribute): (NounId, AttributeId),
        view: &ColumnView<'a>,
        spans: &'a [Span32],
        rows: &Rows<'a>,
        states: &States,
        len: usize,
    ) -> Option<Content<'a>> {
        let is_list = matches!(view.values(), ColumnValues::List(_))
            || (spans.is_empty() && !matches!(view.lacking(), Lacking::EmptyRecords(_)));
        let mut offsets = Vec::with_capacity(len + 1);
        offsets.push(0_u32);
        let mut total = 0_usize;
        // Mostly the spans of rows that follow each other do so too, and what they hold is one piece of the column.
        let mut piece: Option<(u32, u32)> = None;
        let mut is_piece = true;
        let mut at: Vec<Span32> = Vec::with_capacity(len);
        for lane in 0..len {
            let row = rows.get(lane)?;
            let known = states.get(lane) == State::Known && view.state(row) == CellState::Known;
            let span = if known { spans.get(row as usize).copied()? } else { Span32 { start: 0, len: 0 } };
            if span.len > 0 {
                match &mut piece {
                    None => piece = Some((span.start, span.start.saturating_add(span.len))),
                    Some((_, end)) if *end == span.start => *end = span.start.saturating_add(span.len),
                    Some(_) => is_piece = false,
                }
            }
            at.push(span);
            total = total.saturating_add(span.len as usize);
            offsets.push(u32::try_from(total).unwrap_or(u32::MAX));
        }
        // A piece of the column is not copied.
        if !(is_piece || self.hold(total.saturating_mul(ITEM)) && self.spend(total as u64 / 16)) {
            return Some(Content::Many(Arc::new(Members::nothing(len))));
        }
        let items = match (is_list, is_piece) {
            (true, true) => {
                let (start, end) = piece.unwrap_or((0, 0));
                self.items(&view.items(), &Rows::From(start), (end - start) as usize)?
            }
            (true, false) => {
                let indices = at.iter().flat_map(|span| span.start..span.start.saturating_add(span.len)).collect();
                self.items(&view.items(), &Rows::Lanes(Lanes::owned(indices)), total)?
            }
            (false, in_order) => {
                let target = match view.lacking() {
                    Lacking::EmptyRecords(noun) => noun,
                    _ => view.target_noun()?,
                };
                let targets: Rows<'a> = if in_order {
                    let (start, end) = piece.unwrap_or((0, 0));
                    Rows::of_slice(view.targets().get(start as usize..end as usize)?)
                } else {
                    let mut rows = Vec::with_capacity(total);
                    for span in &at {
                        let end = span.start.saturating_add(span.len) as usize;
                        rows.extend_from_slice(view.targets().get(span.start as usize..end)?);
                    }
                    Rows::Lanes(Lanes::owned(rows))
                };
                Vector::known(total, Content::Record(target, targets))
            }
        };
        let _ = (noun, attribute);
        let belongs = self.belonging(&items);
        Some(Content::Many(Arc::new(Members { offsets, items, belongs, gaps: None, absent: None })))
    }

    /// Items of lists: of one type, else the caller reads cell by cell.
    fn items(&self, view: &Option<ColumnView<'a>>, indices: &Rows<'a>, len: usize) -> Option<Vector<'a>> {
        let Some(view) = view else { return (len == 0).then(|| Vector::lacking(0, State::Missing)) };
        for lane in 0..len {
            if view.state(indices.get(lane)?) != CellState::Known {
                return None;
            }
        }
        let content = match view.values() {
            ColumnValues::None => Content::Nothing,
            ColumnValues::Text(values) => Content::Text(pick(values, indices, len)?),
            ColumnValues::Number(values) => Content::Number(pick(values, indices, len)?),
            ColumnValues::Bool(values) => Content::Bool(pick(values, indices, len)?),
            ColumnValues::Time(values) => Content::Time(pick(values, indices, len)?),
            ColumnValues::Duration(values) => Content::Duration(pick(values, indices, len)?),
            _ => return None,
        };
        Some(Vector::known(len, content))
    }

    /// "A map's `where` that is unknown makes a record that *may* belong."
    pub(crate) fn belonging(&self, items: &Vector<'a>) -> Option<Truths> {
        let Content::Record(noun, rows) = &items.content else { return None };
        let facts = self.ground.facts;
        if facts.all_certain(*noun) {
            return None;
        }
        let certain = |lane| rows.get(lane).is_none_or(|row| facts.is_certain(*noun, row));
        Some(Truths::from_fn(items.len, |lane| if certain(lane) { Truth::True } else { Truth::Unknown }))
    }

    /// How surely each record of a noun belongs, as surely as what it is nested in; `None` where all certainly do.
    pub(crate) fn belonging_with_parents(&self, noun: NounId, first: u32, len: usize) -> Option<Truths> {
        let facts = self.ground.facts;
        if !self.shared.uncertain {
            return None;
        }
        let evaluator = self.ground.evaluator();
        let rows = Rows::From(first);
        let truths = Truths::from_fn(len, |lane| {
            rows.get(lane).map_or(Truth::True, |row| evaluator.belongs_with_parents(noun, row))
        });
        let _ = facts;
        (!truths.all_true()).then_some(truths)
    }

    /// "A nested or mapped child knows its parent by the parent's noun."
    pub(crate) fn parents(&self, noun: NounId, wanted: NounId, rows: &Rows<'a>, len: usize) -> Vector<'a> {
        let parents = self.ground.facts.parents(noun);
        let mut direct = Vec::with_capacity(len);
        for lane in 0..len {
            match rows.get(lane).map(|row| parents.get(row)) {
                Some(ParentLink::Record(parent, row)) if parent == wanted => direct.push(row),
                _ => break,
            }
        }
        if direct.len() == len {
            return Vector::known(len, Content::Record(wanted, Rows::Lanes(Lanes::owned(direct))));
        }
        let mut evaluator = self.ground.evaluator();
        let values = (0..len).map(|lane| {
            let row = rows.get(lane).unwrap_or(u32::MAX);
            evaluator.parent_of(&Value::of(crate::reference::value::Data::Record(noun, row)), wanted)
        });
        Vector::of_values(values.collect())
    }
}

fn all_known(view: &ColumnView<'_>, first: u32, end: u32) -> bool {
    let mut known = 0;
    view.for_each_word(first..end, |_, word, _| known += word.count_ones());
    known == end - first
}

/// The values of rows.
fn pick<'a, T: Copy>(values: &'a [T], rows: &Rows<'a>, len: usize) -> Option<Lanes<'a, T>> {
    match rows {
        Rows::From(first) => {
            let start = (*first as usize).min(values.len());
            let end = start.saturating_add(len).min(values.len());
            Some(Lanes::Slice(values.get(start..end)?))
        }
        Rows::Lanes(Lanes::Same(row)) => values.get(*row as usize).map(|value| Lanes::Same(*value)),
        Rows::Lanes(lanes) => {
            let rows = lanes.slice()?;
            let Some(filler) = values.first().copied() else { return Some(Lanes::Slice(&[])) };
            let value = |row: &u32| values.get(*row as usize).copied().unwrap_or(filler);
            Some(Lanes::owned(rows.iter().map(value).collect()))
        }
    }
}

/// Lanes as bits, where there is a third state.
pub(crate) fn open_lanes(states: &States, len: usize) -> (Bits, Option<Bits>) {
    let known = states.known(len);
    let pending = states.has(State::Pending).then(|| states.bits(len, |state| state == State::Pending));
    (known, pending)
}
