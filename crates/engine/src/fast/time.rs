//! Times, durations, arithmetic: over typed lanes where both sides are typed, value by value where they are not.

use tickmark_facts::{Duration, Time};
use tickmark_program::ArithmeticOp;

use super::batch::Batch;
use super::bits::Bits;
use super::plan::{Sum, TimingNode, Use};
use super::run::Run;
use super::truths::Truths;
use super::vector::{Content, Lanes, State, Vector};
use crate::reference::truth::Truth;
use crate::reference::value::{Data, Value};

/// A time, or what there is instead, in each lane.
pub(crate) struct Times {
    pub(crate) times: Vec<Time>,
    /// Which are times.
    pub(crate) known: Bits,
    /// What the others lack.
    pub(crate) lack: Truths,
}

const FIRST: Time = Time(i64::MIN);
const LAST: Time = Time(i64::MAX);

impl<'a> Run<'a, '_> {
    /// `a + b` …: where one lacks, so does the result.
    pub(crate) fn arithmetic(&self, sum: Sum, a: &Vector<'a>, b: &Vector<'a>) -> Vector<'a> {
        if let (Some(op), Content::Number(x), Content::Number(y)) = (sum.op(), &a.content, &b.content)
            && op != ArithmeticOp::Div
            && a.states.all_known()
            && b.states.all_known()
            && let Some(numbers) = exact(op, x, y, a.len)
        {
            return Vector::known(a.len, Content::Number(Lanes::owned(numbers)));
        }
        let mut evaluator = self.ground.evaluator();
        self.spend(a.len as u64 / 4);
        let values = (0..a.len).map(|lane| match sum.op() {
            Some(op) => evaluator.sum_of(op, &self.lane(a, lane), &self.lane(b, lane)),
            None => evaluator.negative_of(self.lane(a, lane)),
        });
        typed(values.collect())
    }

    /// Times, however they are written.
    pub(crate) fn times(&self, value: &Vector<'a>) -> Times {
        if let Content::Time(lanes) = &value.content {
            let times = (0..value.len).map(|lane| lanes.get(lane).unwrap_or(FIRST)).collect();
            let known = value.states.known(value.len);
            let lack = if value.states.all_known() {
                Truths::all(value.len, Truth::False)
            } else {
                Truths::from_fn(value.len, |lane| match value.states.get(lane) {
                    State::Known => Truth::False,
                    state => state.lack(),
                })
            };
            return Times { times, known, lack };
        }
        let evaluator = self.ground.evaluator();
        let read: Vec<Result<Time, Truth>> = (0..value.len)
            .map(|lane| evaluator.as_time(self.lane(value, lane)).map_err(|value| value.lack()))
            .collect();
        Times {
            times: read.iter().map(|time| time.unwrap_or(FIRST)).collect(),
            known: Bits::from_fn(value.len, |lane| matches!(read.get(lane), Some(Ok(_)))),
            lack: Truths::from_fn(value.len, |lane| match read.get(lane) {
                Some(Err(truth)) => *truth,
                _ => Truth::False,
            }),
        }
    }

    /// Whether the event of the head happened then.
    pub(crate) fn timing(&self, event: &Use, kind: &TimingNode, batch: &Batch<'a>) -> Truths {
        let event = self.times(&self.value(event, batch));
        let (first, last) = self.window(kind, batch);
        let known = event.known.clone().and(&first.known).and(&last.known);
        let within = |lane: usize| match (event.times.get(lane), first.times.get(lane), last.times.get(lane)) {
            (Some(event), Some(first), Some(last)) => first <= event && event <= last,
            _ => false,
        };
        let yes = Bits::from_fn(batch.len, |lane| known.get(lane) && within(lane));
        if known.count() == batch.len {
            return Truths::certain(yes);
        }
        // As in the reference: what the event lacks comes first, then what the window lacks.
        Truths::from_fn(batch.len, |lane| {
            if known.get(lane) {
                return Truth::from(yes.get(lane));
            }
            let lacks = |times: &Times| (!times.known.get(lane)).then(|| times.lack.get(lane));
            let window = match (lacks(&first), lacks(&last)) {
                (Some(Truth::Pending), Some(Truth::Pending) | None) | (None, Some(Truth::Pending)) => Truth::Pending,
                _ => Truth::Unknown,
            };
            lacks(&event).unwrap_or(window)
        })
    }

    /// The first and the last instant at which an event counts. Both lack alike.
    fn window(&self, kind: &TimingNode, batch: &Batch<'a>) -> (Times, Times) {
        let all = |time: Time| Times {
            times: vec![time; batch.len],
            known: Bits::ones(batch.len),
            lack: Truths::all(batch.len, Truth::False),
        };
        let unknown = || Times {
            times: vec![FIRST; batch.len],
            known: Bits::zeros(batch.len),
            lack: Truths::all(batch.len, Truth::Unknown),
        };
        let of = |part: &Use| self.times(&self.value(part, batch));
        match kind {
            TimingNode::Before(time) => (all(FIRST), moved(of(time), |time| time.0.checked_sub(1).map(Time))),
            TimingNode::After(time) => (moved(of(time), |time| time.0.checked_add(1).map(Time)), all(LAST)),
            TimingNode::WithinBefore(length, time) => {
                let (lengths, times) = (self.durations(length, batch), of(time));
                let last = moved(of(time), |time| time.0.checked_sub(1).map(Time));
                (shifted(&times, &lengths, Time::checked_sub), last)
            }
            TimingNode::WithinAfter(length, time) => {
                let (lengths, times) = (self.durations(length, batch), of(time));
                let last = shifted(&times, &lengths, Time::checked_add);
                (times, last)
            }
            TimingNode::WithinOf(length, time) => {
                let (lengths, times) = (self.durations(length, batch), of(time));
                (shifted(&times, &lengths, Time::checked_sub), shifted(&times, &lengths, Time::checked_add))
            }
            TimingNode::WithinLast(length) => {
                let as_of = self.ground.options.as_of;
                let lengths = self.durations(length, batch);
                (shifted(&all(as_of), &lengths, Time::checked_sub), all(as_of))
            }
            TimingNode::DuringGiven => match self.ground.options.period {
                Some((start, end)) => (all(start), all(end)),
                None => (unknown(), unknown()),
            },
            TimingNode::During(start, end) => (of(start), of(end)),
        }
    }

    fn durations(&self, part: &Use, batch: &Batch<'a>) -> Vec<Result<Duration, Truth>> {
        let value = self.value(part, batch);
        if let (Content::Duration(Lanes::Same(length)), true) = (&value.content, value.states.all_known()) {
            return vec![Ok(*length); batch.len];
        }
        let evaluator = self.ground.evaluator();
        (0..batch.len)
            .map(|lane| evaluator.as_duration(self.lane(&value, lane)).map_err(|value| value.lack()))
            .collect()
    }
}

/// Other times; one that is out of range is unknown.
fn moved(mut times: Times, change: impl Fn(Time) -> Option<Time>) -> Times {
    let mut lost = Bits::zeros(times.times.len());
    for (lane, time) in times.times.iter_mut().enumerate() {
        match change(*time) {
            Some(changed) => *time = changed,
            None => lost.set(lane),
        }
    }
    lose(&mut times, lost);
    times
}

fn shifted(times: &Times, lengths: &[Result<Duration, Truth>], by: fn(Time, Duration) -> Option<Time>) -> Times {
    let mut lost = Bits::zeros(times.times.len());
    let mut lack = Vec::new();
    let mut out = Vec::with_capacity(times.times.len());
    for (lane, (time, length)) in times.times.iter().zip(lengths).enumerate() {
        let changed = match length {
            Ok(length) => by(*time, *length),
            Err(truth) => {
                lack.push((lane, *truth));
                None
            }
        };
        if changed.is_none() {
            lost.set(lane);
        }
        out.push(changed.unwrap_or(FIRST));
    }
    let mut out = Times { times: out, known: times.known.clone(), lack: times.lack.clone() };
    if !lack.is_empty() {
        // The length lacks: beside a time that lacks too, what is not known is the stronger reason.
        let mut lacking = lack.iter().peekable();
        let before = out.lack.clone();
        out.lack = Truths::from_fn(out.times.len(), |lane| match lacking.next_if(|(at, _)| *at == lane) {
            Some((_, truth)) => match before.get(lane) {
                Truth::False => *truth,
                other => other.and(*truth),
            },
            None => before.get(lane),
        });
        let mut unlengthed = Bits::zeros(out.times.len());
        lack.iter().for_each(|(lane, _)| unlengthed.set(*lane));
        out.known = out.known.without(&unlengthed);
        lost = lost.without(&unlengthed);
    }
    lose(&mut out, lost);
    out
}

/// Lanes that were times, and are out of range now.
fn lose(times: &mut Times, lost: Bits) {
    let lost = lost.and(&times.known);
    if lost.is_zero() {
        return;
    }
    times.known = times.known.clone().without(&lost);
    times.lack = Truths::choose(&lost, &Truths::all(lost.len(), Truth::Unknown), &times.lack);
}

fn exact(op: ArithmeticOp, a: &Lanes<'_, f64>, b: &Lanes<'_, f64>, len: usize) -> Option<Vec<f64>> {
    let numbers = (0..len).map(|lane| {
        let (a, b) = (a.get(lane)?, b.get(lane)?);
        let result = match op {
            ArithmeticOp::Add => a + b,
            ArithmeticOp::Sub => a - b,
            ArithmeticOp::Mul => a * b,
            ArithmeticOp::Div => return None,
        };
        // An overflow is not known.
        result.is_finite().then_some(result)
    });
    numbers.collect()
}

/// Values as typed lanes, where all of them are of one type or lack.
pub(crate) fn typed<'a>(values: Vec<Value<'a>>) -> Vector<'a> {
    let times: Option<Vec<Time>> = values
        .iter()
        .map(|value| match value.data {
            Data::Time(time) => Some(time),
            _ => None,
        })
        .collect();
    match times {
        Some(times) if !times.is_empty() => Vector::known(times.len(), Content::Time(Lanes::owned(times))),
        _ => super::evaluate::numbers(values),
    }
}
