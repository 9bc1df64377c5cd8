//! Numbers with bounds: "counts compare with the bounds [certain, possible]".

use tickmark_program::{ArithmeticOp, CompareOp};

use super::truth::Truth;

/// The least and the greatest that a number can be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// A number, exact or with bounds. Of a count, what is open only for a deadline is told apart from what is unknown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Range {
    /// Where every event that is not due yet fails to come.
    pub(crate) settled: Bounds,
    /// Where each may come or not.
    pub(crate) open: Bounds,
}

impl Range {
    /// What tells it apart from any other: also numbers that are equal, and are not computed with alike (`0` and `-0`).
    pub(crate) fn bits(self) -> [u64; 4] {
        [self.settled.low, self.settled.high, self.open.low, self.open.high].map(f64::to_bits)
    }
}

impl Bounds {
    const ANY: Bounds = Bounds { low: f64::NEG_INFINITY, high: f64::INFINITY };

    fn new(low: f64, high: f64) -> Bounds {
        // Infinity minus infinity, or zero times infinity: nothing is known.
        if low.is_nan() || high.is_nan() { Bounds::ANY } else { Bounds { low, high } }
    }

    fn apply(self, op: ArithmeticOp, other: Bounds) -> Option<Bounds> {
        let corners = |f: fn(f64, f64) -> f64| {
            let all =
                [f(self.low, other.low), f(self.low, other.high), f(self.high, other.low), f(self.high, other.high)];
            if all.iter().any(|corner| corner.is_nan()) {
                return Bounds::ANY;
            }
            let low = all.iter().copied().fold(f64::INFINITY, f64::min);
            Bounds::new(low, all.iter().copied().fold(f64::NEG_INFINITY, f64::max))
        };
        Some(match op {
            ArithmeticOp::Add => Bounds::new(self.low + other.low, self.high + other.high),
            ArithmeticOp::Sub => Bounds::new(self.low - other.high, self.high - other.low),
            ArithmeticOp::Mul => corners(|a, b| a * b),
            ArithmeticOp::Div if other.low > 0.0 || other.high < 0.0 => corners(|a, b| a / b),
            ArithmeticOp::Div => return None,
        })
    }

    fn compare(self, op: CompareOp, other: Bounds) -> Truth {
        let decided = |always: bool, never: bool| match (always, never) {
            (true, _) => Truth::True,
            (_, true) => Truth::False,
            _ => Truth::Unknown,
        };
        #[expect(clippy::float_cmp, reason = "numbers that are written down compare as they are")]
        let same = self.low == self.high && other.low == other.high && self.low == other.low;
        let apart = self.high < other.low || self.low > other.high;
        match op {
            CompareOp::Eq => decided(same, apart),
            CompareOp::Ne => decided(apart, same),
            CompareOp::Lt => decided(self.high < other.low, self.low >= other.high),
            CompareOp::Le => decided(self.high <= other.low, self.low > other.high),
            CompareOp::Gt => decided(self.low > other.high, self.high <= other.low),
            CompareOp::Ge => decided(self.low >= other.high, self.high < other.low),
        }
    }
}

impl Range {
    /// A number that is known.
    pub(crate) fn exact(number: f64) -> Range {
        let bounds = Bounds { low: number, high: number };
        Range { settled: bounds, open: bounds }
    }

    /// Anything from `low`, up to what a count may come to.
    pub(crate) fn count(certain: u64, unknown: u64, pending: u64) -> Range {
        let (certain, unknown, pending) = (as_number(certain), as_number(unknown), as_number(pending));
        Range {
            settled: Bounds { low: certain, high: certain + unknown },
            open: Bounds { low: certain, high: certain + unknown + pending },
        }
    }

    /// The number, where it is known.
    pub(crate) fn number(self) -> Option<f64> {
        #[expect(clippy::float_cmp, reason = "both bounds are the same number where it is known")]
        let known = self.open.low == self.open.high;
        known.then_some(self.open.low)
    }

    /// `+ − * /`; nothing where the divisor may be zero, or the result is no number.
    pub(crate) fn apply(self, op: ArithmeticOp, other: Range) -> Option<Range> {
        let settled = self.settled.apply(op, other.settled)?;
        let open = self.open.apply(op, other.open)?;
        let result = Range { settled, open };
        // Two exact numbers must give a number: an overflow is not known.
        let lost = self.number().is_some() && other.number().is_some() && !open.low.is_finite();
        (!lost).then_some(result)
    }

    /// `- x`
    pub(crate) fn negate(self) -> Range {
        let flip = |bounds: Bounds| Bounds { low: -bounds.high, high: -bounds.low };
        Range { settled: flip(self.settled), open: flip(self.open) }
    }

    /// The lesser of both.
    pub(crate) fn min(self, other: Range) -> Range {
        let least = |a: Bounds, b: Bounds| Bounds { low: a.low.min(b.low), high: a.high.min(b.high) };
        Range { settled: least(self.settled, other.settled), open: least(self.open, other.open) }
    }

    /// The greater of both.
    pub(crate) fn max(self, other: Range) -> Range {
        self.negate().min(other.negate()).negate()
    }

    /// Undecided for a deadline alone: decided where nothing that is not due yet comes.
    pub(crate) fn compare(self, op: CompareOp, other: Range) -> Truth {
        match (self.open.compare(op, other.open), self.settled.compare(op, other.settled)) {
            (Truth::Unknown, Truth::Unknown) => Truth::Unknown,
            (Truth::Unknown, _) => Truth::Pending,
            (decided, _) => decided,
        }
    }
}

/// `u64::MAX` stands for "any number more".
fn as_number(count: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "no source holds 2^53 records")]
    if count == u64::MAX { f64::INFINITY } else { count as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_compare_with_their_bounds() {
        let two = Range::exact(2.0);
        assert_eq!(Range::count(2, 1, 0).compare(CompareOp::Ge, two), Truth::True);
        assert_eq!(Range::count(1, 1, 0).compare(CompareOp::Ge, two), Truth::Unknown);
        assert_eq!(Range::count(1, 0, u64::MAX).compare(CompareOp::Ge, two), Truth::Pending);
        assert_eq!(Range::count(1, 0, 0).compare(CompareOp::Ge, two), Truth::False);
        assert_eq!(Range::count(1, u64::MAX, 0).compare(CompareOp::Le, two), Truth::Unknown);
        assert_eq!(Range::count(3, u64::MAX, 0).compare(CompareOp::Le, two), Truth::False);
        assert_eq!(Range::count(2, 1, 0).compare(CompareOp::Ne, Range::exact(4.0)), Truth::True);
    }

    #[test]
    fn arithmetic_keeps_the_bounds() {
        let share = Range::count(1, 2, 0).apply(ArithmeticOp::Div, Range::exact(4.0));
        assert_eq!(share.map(|share| share.open), Some(Bounds { low: 0.25, high: 0.75 }));
        assert_eq!(Range::exact(1.0).apply(ArithmeticOp::Div, Range::exact(0.0)), None);
        assert_eq!(Range::exact(f64::MAX).apply(ArithmeticOp::Mul, Range::exact(2.0)), None);
        let all = Range::count(0, u64::MAX, 0);
        assert_eq!(all.apply(ArithmeticOp::Sub, all).map(|gap| gap.open), Some(Bounds::ANY));
    }
}
