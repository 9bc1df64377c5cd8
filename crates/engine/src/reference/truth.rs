//! The truths of a condition, and how they combine.

/// What a condition comes to. Kleene's strong logic, with the unknown that is only a deadline kept apart: "unknown for
/// that reason. A subject that is unknown for no other reason is *pending*."
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// The evidence does not decide it.
    Unknown,
    /// Nothing but a deadline that is not over leaves it open.
    Pending,
}

use Truth::{False, Pending, True, Unknown};

impl Truth {
    /// Unknown wins only where it could change the answer: false, then unknown, then pending, then true.
    pub(crate) fn and(self, other: Truth) -> Truth {
        match (self, other) {
            (False, _) | (_, False) => False,
            (Unknown, _) | (_, Unknown) => Unknown,
            (Pending, _) | (_, Pending) => Pending,
            (True, True) => True,
        }
    }

    /// True, then unknown, then pending, then false.
    pub(crate) fn or(self, other: Truth) -> Truth {
        !(!self).and(!other)
    }

    /// Whether it is neither true nor false.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Unknown | Pending)
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            True => False,
            False => True,
            open => open,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Truth {
        if value { True } else { False }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_wins_only_where_it_could_change_the_answer() {
        assert_eq!(False.and(Unknown), False);
        assert_eq!(True.and(Unknown), Unknown);
        assert_eq!(Pending.and(Unknown), Unknown);
        assert_eq!(Pending.and(True), Pending);
        assert_eq!(True.or(Unknown), True);
        assert_eq!(False.or(Pending), Pending);
        assert_eq!(Unknown.or(Pending), Unknown);
        assert_eq!(!Pending, Pending);
    }
}
