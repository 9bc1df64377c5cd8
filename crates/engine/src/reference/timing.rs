//! Timing filters: when the head's event happened, and what may still come.

use tickmark_facts::{Duration, Time};
use tickmark_program::{Expr, Filter, Period, Phrase, Timing, TimingKind};

use super::Evaluator;
use super::arithmetic::unknown_first;
use super::frame::Frame;
use super::truth::Truth;
use super::value::{Data, Gap, Unknown, Value};
use crate::walk;

/// The first and the last instant at which an event counts. Time runs in microseconds, so that strictly before X is at
/// the latest one microsecond before it.
pub(crate) type Window = (Time, Time);

const FIRST: Time = Time(i64::MIN);
const LAST: Time = Time(i64::MAX);

impl<'a> Evaluator<'a> {
    /// Whether the event of the bound head happened then.
    pub(crate) fn timing(&mut self, timing: &'a Timing, frame: &mut Frame<'a>) -> Truth {
        let event = self.time_of(&timing.event, frame);
        let window = self.window(&timing.kind, frame);
        match (event, window) {
            (Ok(event), Ok((first, last))) => Truth::from(first <= event && event <= last),
            (Err(value), _) | (_, Err(value)) => value.lack(),
        }
    }

    /// A time, or the value that is none.
    pub(crate) fn time_of(&mut self, expr: &'a Expr, frame: &mut Frame<'a>) -> Result<Time, Value<'a>> {
        let value = self.value(expr, frame);
        self.as_time(value)
    }

    /// A value as a time.
    pub(crate) fn as_time(&self, value: Value<'a>) -> Result<Time, Value<'a>> {
        let single = Self::single(&value);
        match &single.data {
            Data::Time(time) => Ok(*time),
            Data::Text(text) => {
                Time::parse(text).map_err(|_| Value::unreadable(format!("`{text}` is no time")).or_from(single.origin))
            }
            _ if value.is_lacking() => Err(value),
            _ => Err(Value::unreadable(format!("{} is no time", self.kind(&value))).or_from(value.origin)),
        }
    }

    /// A length of time, or the value that is none.
    pub(crate) fn duration_of(&mut self, expr: &'a Expr, frame: &mut Frame<'a>) -> Result<Duration, Value<'a>> {
        let value = self.value(expr, frame);
        self.as_duration(value)
    }

    /// A value as a length of time.
    pub(crate) fn as_duration(&self, value: Value<'a>) -> Result<Duration, Value<'a>> {
        let single = Self::single(&value);
        match &single.data {
            Data::Duration(length) => Ok(*length),
            Data::Text(text) => Duration::parse(text)
                .map_err(|_| Value::unreadable(format!("`{text}` is no duration")).or_from(single.origin)),
            _ if value.is_lacking() => Err(value),
            _ => Err(Value::unreadable(format!("{} is no duration", self.kind(&value))).or_from(value.origin)),
        }
    }

    /// "`before` and `after` are strict. `within D before X` is X − D ≤ t < X, `within D after X` is X ≤ t ≤ X + D, `within
    /// D of X` is X − D ≤ t ≤ X + D, and `within D` alone is `$as_of` − D ≤ t ≤ `$as_of`." A period runs "to the last
    /// instant of its last day".
    pub(crate) fn window(&mut self, kind: &'a TimingKind, frame: &mut Frame<'a>) -> Result<Window, Value<'a>> {
        let too_far = || Value::undecided("the time is out of range");
        let just_before = |time: Time| time.0.checked_sub(1).map(Time).ok_or_else(too_far);
        let just_after = |time: Time| time.0.checked_add(1).map(Time).ok_or_else(too_far);
        Ok(match kind {
            TimingKind::Before(time) => (FIRST, just_before(self.time_of(time, frame)?)?),
            TimingKind::After(time) => (just_after(self.time_of(time, frame)?)?, LAST),
            TimingKind::WithinBefore(length, time) => {
                let (length, time) = self.length_and_time(length, time, frame)?;
                (time.checked_sub(length).ok_or_else(too_far)?, just_before(time)?)
            }
            TimingKind::WithinAfter(length, time) => {
                let (length, time) = self.length_and_time(length, time, frame)?;
                (time, time.checked_add(length).ok_or_else(too_far)?)
            }
            TimingKind::WithinOf(length, time) => {
                let (length, time) = self.length_and_time(length, time, frame)?;
                let first = time.checked_sub(length).ok_or_else(too_far)?;
                (first, time.checked_add(length).ok_or_else(too_far)?)
            }
            TimingKind::WithinLast(length) => {
                let as_of = self.options.as_of;
                let length = self.duration_of(length, frame)?;
                (as_of.checked_sub(length).ok_or_else(too_far)?, as_of)
            }
            TimingKind::During(period) => self.period(period, frame)?,
        })
    }

    fn length_and_time(
        &mut self,
        length: &'a Expr,
        time: &'a Expr,
        frame: &mut Frame<'a>,
    ) -> Result<(Duration, Time), Value<'a>> {
        match (self.duration_of(length, frame), self.time_of(time, frame)) {
            (Ok(length), Ok(time)) => Ok((length, time)),
            (Err(a), Err(b)) => Err(stronger(a, b)),
            (Err(value), _) | (_, Err(value)) => Err(value),
        }
    }

    /// `$period`, or `A to B`.
    pub(crate) fn period(&mut self, period: &'a Period, frame: &mut Frame<'a>) -> Result<Window, Value<'a>> {
        match period {
            Period::Given => self.options.period.ok_or_else(|| Value::undecided("no period is given")),
            Period::Range(start, end) => {
                let start = self.time_of(start, frame);
                let end = self.time_of(end, frame);
                match (start, end) {
                    (Ok(start), Ok(end)) => Ok((start, end)),
                    (Err(a), Err(b)) => Err(stronger(a, b)),
                    (Err(value), _) | (_, Err(value)) => Err(value),
                }
            }
        }
    }

    /// "An event that must come `within D after X` (or `of X`) and has not come, while X + D is later than `$as_of`, is not
    /// due yet. Where X itself is missing, it is unknown." Such an event is a member that may still come, unless another
    /// filter already says that it cannot.
    pub(crate) fn not_due(&mut self, phrase: &'a Phrase, frame: &mut Frame<'a>) -> Option<Gap<'a>> {
        let head = phrase.bindings.last()?.slot;
        // What an event that has not come is measured by must be known without it.
        let has_deadline = phrase.filters.iter().any(|filter| {
            matches!(filter, Filter::Timing(timing)
                if matches!(timing.kind, TimingKind::WithinAfter(..) | TimingKind::WithinOf(..))
                    && !walk::timing_mentions(&timing.kind, head))
        });
        if !has_deadline {
            return None;
        }
        let (mut first, mut last) = (Time(self.options.as_of.0.checked_add(1)?), LAST);
        let mut open = None;
        for filter in &phrase.filters {
            match filter {
                Filter::Timing(timing) if !walk::timing_mentions(&timing.kind, head) => {
                    match self.window(&timing.kind, frame) {
                        Ok((from, to)) => (first, last) = (first.max(from), last.min(to)),
                        Err(value) => open = Some(open.map_or(value.clone(), |first| stronger(first, value))),
                    }
                }
                Filter::Where(condition)
                    if !walk::mentions(condition, head) && self.truth(condition, frame) == Truth::False =>
                {
                    return None;
                }
                _ => {}
            }
        }
        if first > last {
            return None;
        }
        let value = open.unwrap_or_else(|| Value::of(Data::Unknown(Unknown::NotDue(last))));
        Some(Gap { truth: value.lack(), value, event: true })
    }
}

/// Why a window is not known of which both ends are not: what is not due yet settles nothing beside what will not be known
/// even then.
fn stronger<'a>(a: Value<'a>, b: Value<'a>) -> Value<'a> {
    match (a.lack(), b.lack()) {
        (Truth::Pending, Truth::Unknown) => b,
        (Truth::Unknown, Truth::Pending) => a,
        _ => unknown_first(&[&a, &b]).cloned().unwrap_or(a),
    }
}
