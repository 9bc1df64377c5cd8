//! What an evaluation holds at a time. Lanes are worked on all at once; where what they lead to becomes too much, some at a
//! time, down to one. What one lane alone cannot hold ends the control.

use std::cell::Cell;
use std::ops::Range;

use super::batch::Batch;
use super::run::Run;
use super::truths::Truths;
use super::vector::{Content, Vector};
use crate::budget::{HELD, ITEM, VALUE};
use crate::reference::truth::Truth;
use crate::reference::value::{Data, Value};

/// So many pieces may be held of what is worked out once for all rows, and could be worked out where it is used instead.
const PIECES: usize = 4;

/// What one thread holds for one node or some rows of a sentence, in bytes.
#[derive(Debug)]
pub(crate) struct Room {
    /// Let go when the block of tuples ends that it is of.
    passing: Cell<usize>,
    /// Kept until all lanes are through.
    kept: Cell<usize>,
    /// What may be held where the work is now.
    most: Cell<usize>,
    /// What may be held at all.
    limit: usize,
    /// It was more than there is room for where the work is now.
    full: Cell<bool>,
    /// It was more than may be held at all.
    lost: Cell<bool>,
    /// Whether that ends the control; else only what was tried.
    last: bool,
}

impl Room {
    /// All that a control may hold.
    pub(crate) fn whole() -> Room {
        Room { last: true, ..Room::of(HELD) }
    }

    /// What may be held for something that can be done without.
    pub(crate) fn for_column(piece: usize) -> Room {
        Room::of(piece.saturating_mul(PIECES))
    }

    fn of(most: usize) -> Room {
        Room {
            passing: Cell::new(0),
            kept: Cell::new(0),
            most: Cell::new(most),
            limit: most,
            full: Cell::new(false),
            lost: Cell::new(false),
            last: false,
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.full.get()
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.lost.get()
    }

    /// How much is held.
    pub(crate) fn used(&self) -> usize {
        self.passing.get().saturating_add(self.kept.get())
    }
}

impl<'a> Run<'a, '_> {
    fn piece(&self) -> usize {
        self.ground.options.piece
    }

    /// So many tuples are worked on at a time.
    pub(crate) fn block(&self) -> usize {
        (self.piece() / (8 * ITEM)).max(1)
    }

    /// Counts what is held from now on, for as long as the block of tuples or the lanes are worked on; false where it is too much,
    /// and the caller gives up with any answer.
    pub(crate) fn hold(&self, bytes: usize) -> bool {
        self.room.passing.set(self.room.passing.get().saturating_add(bytes));
        self.has_room()
    }

    /// Counts what is held until all lanes are through.
    pub(crate) fn keep(&self, bytes: usize) -> bool {
        self.room.kept.set(self.room.kept.get().saturating_add(bytes));
        self.has_room()
    }

    fn has_room(&self) -> bool {
        let room = self.room;
        if room.used() > room.most.get() {
            room.full.set(true);
            if room.most.get() >= room.limit {
                room.lost.set(true);
                if room.last {
                    self.ground.budget.exceed_memory();
                }
            }
        }
        !room.full.get()
    }

    /// What is held in passing in here is let go at its end.
    pub(crate) fn passing<R>(&self, work: impl FnOnce() -> R) -> R {
        let before = self.room.passing.get();
        let result = work();
        self.room.passing.set(before);
        result
    }

    /// Some lanes after the other: all at once, or as many as there is room for. What is done for lanes that turn out too many is
    /// thrown away and done again for half of them.
    pub(crate) fn by_pieces<R>(&self, lanes: usize, work: impl Fn(Range<usize>) -> R, mut done: impl FnMut(R)) {
        let room = self.room;
        let (passing, kept, most) = (room.passing.get(), room.kept.get(), room.most.get());
        let (mut start, mut size) = (0, lanes);
        while start < lanes && self.within_budget() {
            let end = start.saturating_add(size).min(lanes);
            let single = end - start == 1;
            let some = room.used().saturating_add(self.piece()).min(room.limit.saturating_sub(1));
            room.most.set(if single { room.limit } else { some });
            let result = work(start..end);
            let took = room.used().saturating_sub(passing.saturating_add(kept));
            room.passing.set(passing);
            room.kept.set(kept);
            room.most.set(most);
            if room.full.get() && !room.lost.get() {
                room.full.set(false);
                size = (end - start).div_ceil(2);
                continue;
            }
            done(result);
            start = end;
            if took < self.piece() / 4 {
                size = size.saturating_mul(2);
            }
        }
    }

    /// The truths of lanes, some after the other.
    pub(crate) fn truths_by_pieces(&self, batch: &Batch<'a>, of: impl Fn(&Batch<'a>) -> Truths) -> Truths {
        let mut all: Option<Truths> = None;
        let whole = 0..batch.len;
        self.by_pieces(
            batch.len,
            |lanes| if lanes == whole { of(batch) } else { of(&batch.part(lanes)) },
            |truths| match &mut all {
                Some(all) => all.append(&truths),
                none => *none = Some(truths),
            },
        );
        match all {
            Some(all) if all.len() == batch.len => all,
            // Given up, or no lane at all.
            _ => Truths::all(batch.len, Truth::Unknown),
        }
    }

    /// Single values of lanes, some after the other.
    pub(crate) fn values_by_pieces(&self, batch: &Batch<'a>, of: impl Fn(&Batch<'a>) -> Vector<'a>) -> Vector<'a> {
        let mut parts: Vec<Vector<'a>> = Vec::new();
        let whole = 0..batch.len;
        self.by_pieces(
            batch.len,
            |lanes| if lanes == whole { of(batch) } else { of(&batch.part(lanes)) },
            |values| parts.push(values),
        );
        if parts.len() == 1
            && let Some(only) = parts.pop()
            && only.len == batch.len
        {
            return only;
        }
        let lanes = parts.iter().flat_map(|part| (0..part.len).map(|lane| self.lane(part, lane)));
        let mut values: Vec<Value<'a>> = lanes.collect();
        values.resize_with(batch.len, || Value::undecided(""));
        super::evaluate::numbers(values)
    }

    /// Counts a vector that was just made; what is in one place for all lanes costs nothing.
    pub(crate) fn hold_values(&self, vector: &Vector<'a>) -> bool {
        match &vector.content {
            Content::Values(values) => self.hold(values.iter().map(weight).sum()),
            _ => true,
        }
    }

    /// Counts what other lanes of a vector will take, before they are gathered.
    pub(crate) fn hold_gathered(&self, vector: &Vector<'a>, lanes: &[u32]) -> bool {
        self.hold(match &vector.content {
            Content::Many(members) => {
                let items: usize = lanes.iter().map(|lane| members.range(*lane as usize).len()).sum();
                items.saturating_mul(ITEM)
            }
            Content::Values(values) => {
                lanes.iter().filter_map(|lane| values.get(*lane as usize)).map(weight).sum::<usize>()
            }
            _ => return true,
        })
    }
}

/// What a value takes, with what it holds.
pub(crate) fn weight(value: &Value<'_>) -> usize {
    VALUE
        + match &value.data {
            Data::Text(std::borrow::Cow::Owned(text)) => text.len(),
            Data::Many(items) => items.items.iter().map(|item| weight(&item.value)).sum(),
            _ => 0,
        }
}
