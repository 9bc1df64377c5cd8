//! Cadences: "`at least every 90 days` holds where no gap between consecutive events in the period, or between an end of
//! the period and its nearest event in it, is longer; `in each quarter` where every quarter that the period touches holds
//! an event."

use tickmark_facts::{CalendarUnit, Duration, Time};
use tickmark_program::{Cadence, CadenceKind};

use super::Evaluator;
use super::frame::Frame;
use super::phrase::{Flow, Found};
use super::quantify::Claim;
use super::truth::Truth;

/// The events that a cadence looks at, and what is doubtful about them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Events {
    /// Those that certainly count, in the period, in order of time.
    pub(crate) certain: Vec<Time>,
    /// Those that may count, in the period.
    pub(crate) doubtful: Vec<Time>,
    /// How many events have no known time.
    pub(crate) undated: u64,
    /// How many there were to consider, in the period or not.
    pub(crate) considered: u64,
}

/// What is asked of the events.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Beat {
    Every(Duration),
    Each(CalendarUnit),
}

/// A stretch in which an event lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hole {
    pub(crate) from: Time,
    pub(crate) to: Time,
    /// The part of it that is due is over: nothing can fill it any more.
    pub(crate) due: bool,
}

impl<'a> Evaluator<'a> {
    /// Whether the events among the members cover the period. "Where a doubtful event could settle a cadence it is
    /// unknown": an event more never makes it worse.
    pub(crate) fn cadence(&mut self, claim: &Claim<'a>, cadence: &'a Cadence, frame: &mut Frame<'a>) -> Truth {
        let period = self.period(&cadence.period, frame);
        let beat = self.beat(cadence, frame);
        let (period, beat) = match (period, beat) {
            (Ok(period), Ok(beat)) => (period, beat),
            (Err(value), _) | (_, Err(value)) => return value.lack(),
        };
        // A period that ends before it begins: nothing can be said of it.
        if period.0 > period.1 {
            return Truth::Unknown;
        }
        let events = self.events(claim, cadence, period, frame);
        self.covered(&events, period, beat)
    }

    pub(crate) fn beat(
        &mut self,
        cadence: &'a Cadence,
        frame: &mut Frame<'a>,
    ) -> Result<Beat, super::value::Value<'a>> {
        match &cadence.kind {
            CadenceKind::AtLeastEvery(length) => self.duration_of(length, frame).map(Beat::Every),
            CadenceKind::InEach(unit) => Ok(Beat::Each(*unit)),
        }
    }

    /// "Only events in the period count", and what lies after `$as_of` has not happened.
    pub(crate) fn events(
        &mut self,
        claim: &Claim<'a>,
        cadence: &'a Cadence,
        period: (Time, Time),
        frame: &mut Frame<'a>,
    ) -> Events {
        let mut events = Events::default();
        let last = period.1.min(self.options.as_of);
        self.members(claim.phrase, frame, &mut |evaluator, frame, found| {
            match found {
                Found::Member(member) => {
                    events.considered += 1;
                    let counts = evaluator.counts(claim, member, frame);
                    if counts == Truth::False {
                        return Flow::Continue;
                    }
                    match evaluator.time_of(&cadence.event, frame) {
                        Ok(time) if time < period.0 || time > last => {}
                        Ok(time) if counts == Truth::True => events.certain.push(time),
                        Ok(time) => events.doubtful.push(time),
                        Err(_) => events.undated = events.undated.saturating_add(1),
                    }
                }
                Found::Excluded { .. } => events.considered += 1,
                Found::Gap { gap, .. } => {
                    if gap.truth == Truth::Unknown {
                        events.undated = u64::MAX;
                    }
                }
            }
            Flow::Continue
        });
        events.certain.sort_unstable();
        events
    }

    fn covered(&mut self, events: &Events, period: (Time, Time), beat: Beat) -> Truth {
        let certain = self.holes(&events.certain, period, beat);
        let sure = outcome(&certain);
        if sure == Truth::True || (events.doubtful.is_empty() && events.undated == 0) {
            return sure;
        }
        let mut all: Vec<Time> = events.certain.iter().chain(&events.doubtful).copied().collect();
        all.sort_unstable();
        let holes = self.holes(&all, period, beat);
        // More than there are undated events need not be counted to the end.
        let mut wanted = 0_u64;
        for hole in holes.iter().filter(|hole| hole.due) {
            if wanted > events.undated {
                break;
            }
            wanted = wanted.saturating_add(self.wanted(*hole, beat));
        }
        let best = match outcome(&holes) {
            // As many undated events as there are beats that lack could settle what is due.
            Truth::False if wanted <= events.undated => Truth::Unknown,
            Truth::Pending if events.undated > 0 => Truth::Unknown,
            other => other,
        };
        if best == sure { sure } else { Truth::Unknown }
    }

    /// The stretches that lack an event.
    pub(crate) fn holes(&mut self, events: &[Time], period: (Time, Time), beat: Beat) -> Vec<Hole> {
        match beat {
            Beat::Every(length) => self.gaps(events, period, length),
            Beat::Each(unit) => self.empty_units(events, period, unit),
        }
    }

    /// The gaps that are longer. "What of a period lies after `$as_of` is not due yet": a gap that has not grown too long
    /// so far is not due, be it in a period that goes on.
    fn gaps(&mut self, events: &[Time], (start, end): (Time, Time), length: Duration) -> Vec<Hole> {
        let as_of = self.options.as_of;
        let mut holes = Vec::new();
        let mut from = start;
        for time in events {
            if from.checked_add(length).is_some_and(|limit| limit < *time) {
                holes.push(Hole { from, to: *time, due: true });
            }
            from = *time;
        }
        let limit = from.checked_add(length).unwrap_or(Time(i64::MAX));
        // With no event at all there is none near either end of the period, however short it is.
        if limit < end || events.is_empty() {
            holes.push(Hole { from, to: end, due: limit < as_of || end < as_of });
        }
        holes
    }

    fn empty_units(&mut self, events: &[Time], (start, end): (Time, Time), unit: CalendarUnit) -> Vec<Hole> {
        let mut holes = Vec::new();
        let mut events = events.iter().copied().peekable();
        let mut from = start.start_of(unit);
        while from <= end && self.meter.step(1) {
            let next = from.next_start_of(unit).unwrap_or(Time(i64::MAX));
            let mut holds = false;
            while events.peek().is_some_and(|time| *time < next) {
                holds |= events.next().is_some();
            }
            if !holds {
                let last = Time(next.0.saturating_sub(1)).min(end);
                holes.push(Hole { from: from.max(start), to: last, due: last <= self.options.as_of });
            }
            if next <= from || next.0 == i64::MAX {
                break;
            }
            from = next;
        }
        holes
    }

    /// How many events would fill a hole.
    fn wanted(&mut self, hole: Hole, beat: Beat) -> u64 {
        let Beat::Every(length) = beat else { return 1 };
        if length.months == 0 && length.micros > 0 {
            let beats = (i128::from(hole.to.0) - i128::from(hole.from.0) - 1) / i128::from(length.micros);
            return u64::try_from(beats).unwrap_or(0).max(1);
        }
        // Months are of several lengths, and a beat at the 31st falls earlier in a shorter one: they are counted.
        let mut wanted = 0;
        let mut from = hole.from;
        while self.meter.step(1) {
            match from.checked_add(length).filter(|next| *next > from) {
                Some(next) if next < hole.to => from = next,
                _ => break,
            }
            wanted += 1;
        }
        wanted.max(1)
    }
}

/// False where a hole is due, pending where one is not.
fn outcome(holes: &[Hole]) -> Truth {
    match holes.iter().any(|hole| hole.due) {
        true => Truth::False,
        false if holes.is_empty() => Truth::True,
        false => Truth::Pending,
    }
}
