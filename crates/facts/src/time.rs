//! Moments and lengths of time: UTC, microseconds, months of the calendar.

/// A moment in UTC, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// A length of time: months of the calendar and exact microseconds, both of one sign or zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Duration {
    /// Months of the calendar (a quarter is 3, a year 12).
    pub months: i32,
    /// Exact microseconds (a day is 86,400 s).
    pub micros: i64,
}

/// Why a text is no time or duration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeError {
    /// In plain words.
    pub reason: String,
}
