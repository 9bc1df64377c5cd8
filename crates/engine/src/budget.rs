//! Limits on the work of one control and on what it holds, so that a hostile program ends with an error instead of running for
//! days or taking all memory of the machine.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

/// How many million steps one control may take: a minute or so. A step is one operator on one subject, or some 64 bytes
/// of text. A build without optimisation is slower by far.
const MILLIONS: u64 = if cfg!(debug_assertions) { 20 } else { 1_000 };
const STEPS: u64 = MILLIONS * 1_000_000;

/// How deep expressions and definitions may stand in each other: the parser allows 200 within one definition.
pub(crate) const DEPTH: u32 = 2_000;

/// The stack of a worker: enough for [`DEPTH`] in a build without optimisation.
pub(crate) const STACK: usize = 64 << 20;

/// How much a control may hold at a time, for each of the threads that work on it: bytes, as [`ITEM`] and [`VALUE`] count them.
pub(crate) const HELD: usize = 1 << 30;

/// A member of a list or a tuple: its row, its lane and how surely it belongs, once where it stands and once where it goes.
pub(crate) const ITEM: usize = 16;

/// A member that is a value of any type.
pub(crate) const VALUE: usize = 96;

/// How long a text may be that is made of others.
pub(crate) const TEXT: usize = 64 << 20;

/// A subject, a member or a record of which there may be one for each pair, with what is said of it.
pub(crate) const TOLD: usize = 512;

/// So many of these may be held.
const MOST_TOLD: usize = HELD / TOLD;

/// Steps are handed in by so many at a time.
const BATCH: u64 = 4_096;

/// What is spent of the limit, by all workers of one control.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    spent: AtomicU64,
    too_deep: AtomicBool,
    too_large: AtomicBool,
    too_long: AtomicBool,
    told: AtomicUsize,
}

/// Why an evaluation was broken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exhausted {
    Steps,
    Depth,
    Memory,
    Text,
}

/// The part of one worker.
#[derive(Debug)]
pub(crate) struct Meter<'a> {
    budget: &'a Budget,
    here: u64,
    pub(crate) depth: u32,
}

impl Budget {
    /// Why an evaluation under this budget was broken off; nothing if it was not. What is true of one order of
    /// workers is true of any: each step is counted whoever takes it.
    pub(crate) fn exhausted(&self) -> Option<Exhausted> {
        if self.too_deep.load(Ordering::Relaxed) {
            return Some(Exhausted::Depth);
        }
        if self.too_long.load(Ordering::Relaxed) {
            return Some(Exhausted::Text);
        }
        if self.too_large.load(Ordering::Relaxed) {
            return Some(Exhausted::Memory);
        }
        if self.told.load(Ordering::Relaxed) > MOST_TOLD {
            return Some(Exhausted::Memory);
        }
        (self.spent.load(Ordering::Relaxed) > STEPS).then_some(Exhausted::Steps)
    }

    /// Something stands too deep: the evaluation ends.
    pub(crate) fn exceed_depth(&self) {
        self.too_deep.store(true, Ordering::Relaxed);
    }

    /// So many more are held until the end of which there may be one for each pair. (Of records there are no more than in the
    /// facts.) False where they are too many.
    pub(crate) fn tell(&self, count: usize) -> bool {
        let before = self.told.load(Ordering::Relaxed);
        if before <= MOST_TOLD {
            self.told.fetch_add(count, Ordering::Relaxed);
        }
        before.saturating_add(count) <= MOST_TOLD
    }

    /// A text is too long: the evaluation ends.
    pub(crate) fn exceed_text(&self) {
        self.too_long.store(true, Ordering::Relaxed);
    }

    /// What must be held at a time is too much: the evaluation ends.
    pub(crate) fn exceed_memory(&self) {
        self.too_large.store(true, Ordering::Relaxed);
    }
}

impl<'a> Meter<'a> {
    pub(crate) fn new(budget: &'a Budget) -> Meter<'a> {
        Meter { budget, here: 0, depth: 0 }
    }

    /// Counts steps; false where there are none left, and the caller gives up with any answer.
    pub(crate) fn step(&mut self, steps: u64) -> bool {
        self.here = self.here.saturating_add(steps);
        if self.here >= BATCH {
            self.flush();
        }
        self.budget.exhausted().is_none()
    }

    /// One more is held until the end of which there may be one for each pair; false where they are too many.
    pub(crate) fn tell(&self) -> bool {
        self.budget.tell(1)
    }

    /// So many bytes more are held until the end; false where they are too many.
    pub(crate) fn tell_bytes(&self, bytes: usize) -> bool {
        self.budget.tell(bytes / TOLD)
    }

    /// A list or object takes so many bytes; false where that is too much.
    pub(crate) fn hold(&self, bytes: usize) -> bool {
        if bytes > HELD {
            self.budget.exceed_memory();
        }
        bytes <= HELD
    }

    /// A text that is made is so long; false where that is too long.
    pub(crate) fn make_text(&self, len: usize) -> bool {
        if len > TEXT {
            self.budget.exceed_text();
        }
        len <= TEXT
    }

    /// Goes one deeper; false where that is too deep.
    pub(crate) fn enter(&mut self) -> bool {
        self.depth += 1;
        if self.depth > DEPTH {
            self.budget.exceed_depth();
        }
        self.step(1)
    }

    pub(crate) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    fn flush(&mut self) {
        let before = self.budget.spent.load(Ordering::Relaxed);
        // Saturates: the counter must not run over while workers wind down.
        if before <= u64::MAX / 2 {
            self.budget.spent.fetch_add(self.here, Ordering::Relaxed);
        }
        self.here = 0;
    }
}

impl Drop for Meter<'_> {
    fn drop(&mut self) {
        self.flush();
    }
}

impl Exhausted {
    /// In plain words.
    pub(crate) fn words(self) -> String {
        match self {
            Exhausted::Steps => format!("the limit of {MILLIONS} million steps is used up"),
            Exhausted::Text => format!("a text that it makes is longer than the limit of {} MiB", TEXT >> 20),
            Exhausted::Memory => {
                format!("what it has to hold at a time is more than the limit of {} MiB", HELD >> 20)
            }
            Exhausted::Depth => format!("definitions stand deeper in each other than the limit of {DEPTH}"),
        }
    }
}
