//! Lengths of time: months of the calendar and exact microseconds.

use crate::TimeError;
use crate::time::{DAY, HOUR, MINUTE, SECOND, days_since_epoch, shorten, write_fraction};
use std::cmp::Ordering;
use std::fmt;

/// A length of time: months of the calendar and exact microseconds, both of one sign or zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Duration {
    /// Months of the calendar (a quarter is 3, a year 12).
    pub months: i32,
    /// Exact microseconds (a day is 86,400 s).
    pub micros: i64,
}

impl Duration {
    /// No time at all.
    pub const ZERO: Duration = Duration { months: 0, micros: 0 };

    /// Reads ISO 8601 (`P30D`, `PT4H`, `P1Y2M`) or words (`30 days`, `1 day 4 hours`). A sign before it holds for
    /// the whole.
    ///
    /// # Errors
    /// Where the text is neither, or too long a time.
    pub fn parse(text: &str) -> Result<Duration, TimeError> {
        let (negative, body) = match text.strip_prefix('-') {
            Some(body) => (true, body),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let parsed = match body.as_bytes().first() {
            Some(b'P' | b'p') => parse_iso(body.get(1..).unwrap_or_default()),
            _ => parse_words(body),
        };
        let signed = parsed.and_then(|duration| if negative { duration.checked_neg() } else { Some(duration) });
        signed.ok_or_else(|| TimeError {
            reason: format!("`{}` is no duration: write `30 days`, `4 hours` or `P30D`", shorten(text)),
        })
    }

    /// So many microseconds.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Duration {
        Duration { months: 0, micros }
    }

    /// So many months of the calendar.
    #[must_use]
    pub const fn from_months(months: i32) -> Duration {
        Duration { months, micros: 0 }
    }

    /// So many seconds; the longest there is where they are too many.
    #[must_use]
    pub const fn seconds(count: i64) -> Duration {
        Duration::from_micros(count.saturating_mul(SECOND))
    }

    /// So many minutes.
    #[must_use]
    pub const fn minutes(count: i64) -> Duration {
        Duration::from_micros(count.saturating_mul(MINUTE))
    }

    /// So many hours.
    #[must_use]
    pub const fn hours(count: i64) -> Duration {
        Duration::from_micros(count.saturating_mul(HOUR))
    }

    /// So many days of 24 hours.
    #[must_use]
    pub const fn days(count: i64) -> Duration {
        Duration::from_micros(count.saturating_mul(DAY))
    }

    /// So many weeks of seven days.
    #[must_use]
    pub const fn weeks(count: i64) -> Duration {
        Duration::from_micros(count.saturating_mul(7 * DAY))
    }

    /// So many quarters of the calendar.
    #[must_use]
    pub const fn quarters(count: i32) -> Duration {
        Duration::from_months(count.saturating_mul(3))
    }

    /// So many years of the calendar.
    #[must_use]
    pub const fn years(count: i32) -> Duration {
        Duration::from_months(count.saturating_mul(12))
    }

    /// Whether there is no time in it.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self == Duration::ZERO
    }

    /// Whether it leads back in time.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.months < 0 || self.micros < 0
    }

    /// The sum; `None` where it is too long, or its months and its days would be of two signs.
    #[must_use]
    pub fn checked_add(self, other: Duration) -> Option<Duration> {
        Duration { months: self.months.checked_add(other.months)?, micros: self.micros.checked_add(other.micros)? }
            .of_one_sign()
    }

    /// The difference; `None` as for the sum.
    #[must_use]
    pub fn checked_sub(self, other: Duration) -> Option<Duration> {
        self.checked_add(other.checked_neg()?)
    }

    /// As long, in the other direction.
    #[must_use]
    pub fn checked_neg(self) -> Option<Duration> {
        Some(Duration { months: self.months.checked_neg()?, micros: self.micros.checked_neg()? })
    }

    /// So many times as long; `None` where that is too long or not a whole number of months.
    #[must_use]
    pub fn checked_mul(self, factor: f64) -> Option<Duration> {
        self.scale(|part| part * factor)
    }

    /// A part of it; `None` where the divisor is zero or the result not a whole number of months.
    #[must_use]
    pub fn checked_div(self, divisor: f64) -> Option<Duration> {
        self.scale(|part| part / divisor)
    }

    /// Which is longer. Months are compared with days by their bounds: a month has 28 to 31 days, a year 365 or 366;
    /// `None` where it depends on which months they are.
    #[must_use]
    pub fn compare(self, other: Duration) -> Option<Ordering> {
        let months = i64::from(self.months) - i64::from(other.months);
        let micros = i128::from(self.micros) - i128::from(other.micros);
        if months < 0 {
            return other.compare(self).map(Ordering::reverse);
        }
        if months == 0 {
            return Some(micros.cmp(&0));
        }
        let decide = |(fewest, most): (i64, i64)| {
            let least = i128::from(fewest) * i128::from(DAY) + micros;
            let greatest = i128::from(most) * i128::from(DAY) + micros;
            match (least.cmp(&0), greatest.cmp(&0)) {
                (Ordering::Greater, _) => Some(Ordering::Greater),
                (_, Ordering::Less) => Some(Ordering::Less),
                (Ordering::Equal, Ordering::Equal) => Some(Ordering::Equal),
                _ => None,
            }
        };
        // The exact bounds take a walk over four centuries; nearly always the rough ones decide.
        decide(rough_days_of_months(months)).or_else(|| decide(days_of_months(months)))
    }

    fn of_one_sign(self) -> Option<Duration> {
        let two_signs = (self.months > 0 && self.micros < 0) || (self.months < 0 && self.micros > 0);
        (!two_signs).then_some(self)
    }

    fn scale(self, by: impl Fn(f64) -> f64) -> Option<Duration> {
        let months = by(f64::from(self.months));
        let whole = months.round();
        if !months.is_finite() || (months - whole).abs() > 1e-9 || whole.abs() > f64::from(i32::MAX) {
            return None;
        }
        let micros = by(self.micros as f64).round();
        // Beyond this an i64 ends.
        if !micros.is_finite() || micros.abs() > 9e18 {
            return None;
        }
        Some(Duration { months: whole as i32, micros: micros as i64 })
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_zero() {
            return f.write_str("0 days");
        }
        if self.is_negative() {
            f.write_str("-")?;
        }
        let months = i64::from(self.months.unsigned_abs());
        // The one length whose opposite an i64 lacks is printed a microsecond short.
        let micros = self.micros.checked_abs().unwrap_or(i64::MAX);
        let parts = [
            (months / 12, "year"),
            (months % 12, "month"),
            (micros / DAY, "day"),
            (micros % DAY / HOUR, "hour"),
            (micros % HOUR / MINUTE, "minute"),
        ];
        let mut blank = "";
        for (count, unit) in parts {
            if count != 0 {
                write!(f, "{blank}{count} {unit}{}", if count == 1 { "" } else { "s" })?;
                blank = " ";
            }
        }
        let seconds = micros % MINUTE;
        if seconds != 0 {
            write!(f, "{blank}{}", seconds / SECOND)?;
            write_fraction(f, seconds % SECOND)?;
            f.write_str(if seconds == SECOND { " second" } else { " seconds" })?;
        }
        Ok(())
    }
}

/// `1Y2M3W4DT5H6M7.5S`, each part optional, in this order.
fn parse_iso(text: &str) -> Option<Duration> {
    let (date, clock) = match text.split_once(['T', 't']) {
        Some((_, "")) => return None,
        Some((date, clock)) => (date, clock),
        None => (text, ""),
    };
    if date.is_empty() && clock.is_empty() {
        return None;
    }
    let mut total = Duration::ZERO;
    for (mut rest, units) in
        [(date, ["year", "month", "week", "day"].as_slice()), (clock, &["hour", "minute", "second"])]
    {
        let mut units = units.iter();
        while !rest.is_empty() {
            let (count, after) = split_number(rest)?;
            let letter = after.chars().next()?;
            // INVARIANT (ASCII letters): a unit begins with its letter, and letters are single bytes.
            let unit = units.find(|unit| unit.starts_with(letter.to_ascii_lowercase()))?;
            total = total.checked_add(quantity(count, unit)?)?;
            rest = after.get(letter.len_utf8()..)?;
        }
    }
    Some(total)
}

/// `1 day 4 hours`, also `1 day, 4 hours`.
fn parse_words(text: &str) -> Option<Duration> {
    let mut total = Duration::ZERO;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let (count, after) = split_number(rest)?;
        let after = after.trim_start();
        let end = after.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(after.len());
        let (word, after) = after.split_at_checked(end)?;
        let word = word.to_ascii_lowercase();
        total = total.checked_add(quantity(count, word.strip_suffix('s').unwrap_or(&word))?)?;
        rest = after.strip_prefix(',').unwrap_or(after).trim_start();
    }
    Some(total)
}

/// The digits at the front, with a fraction.
fn split_number(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    if end == 0 { None } else { text.split_at_checked(end) }
}

/// So many of a unit, named in the singular. Months and years must be whole.
fn quantity(count: &str, unit: &str) -> Option<Duration> {
    let months = match unit {
        "month" => 1,
        "quarter" => 3,
        "year" => 12,
        _ => 0,
    };
    if months != 0 {
        return Some(Duration::from_months(count.parse::<i32>().ok()?.checked_mul(months)?));
    }
    let micros = match unit {
        "microsecond" => 1,
        "millisecond" => 1000,
        "second" => SECOND,
        "minute" => MINUTE,
        "hour" => HOUR,
        "day" => DAY,
        "week" => 7 * DAY,
        _ => return None,
    };
    exact_product(count, micros).map(Duration::from_micros)
}

/// A decimal number times a whole one, without the detour through floating point: `0.1` of a second is exact.
fn exact_product(decimal: &str, unit: i64) -> Option<i64> {
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, "0"));
    let whole = whole.parse::<i64>().ok()?.checked_mul(unit)?;
    // More digits than these are finer than any unit shows.
    let fraction = fraction.get(..fraction.len().min(15))?;
    let scale = 10i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let part = fraction.parse::<i128>().ok()? * i128::from(unit) / scale;
    whole.checked_add(i64::try_from(part).ok()?)
}

/// The 400 years after which the calendar repeats.
const CYCLE_MONTHS: i64 = 4800;
const CYCLE_DAYS: i64 = 146_097;

/// Bounds of the days in so many consecutive months that surely hold: the mean, and a week to either side.
fn rough_days_of_months(months: i64) -> (i64, i64) {
    let mean = months * CYCLE_DAYS / CYCLE_MONTHS;
    (mean - 7, mean + 8)
}

/// The fewest and the most days from a date to the date so many months later, over all dates there are.
fn days_of_months(months: i64) -> (i64, i64) {
    let cycles = months / CYCLE_MONTHS * CYCLE_DAYS;
    let months = months % CYCLE_MONTHS;
    let first = |month: i64| days_since_epoch(month.div_euclid(12), month.rem_euclid(12) + 1, 1);
    let mut fewest = i64::MAX;
    let mut most = i64::MIN;
    for start in 0..CYCLE_MONTHS {
        let between = first(start + months) - first(start);
        let start_length = first(start + 1) - first(start);
        let end_length = first(start + months + 1) - first(start + months);
        // From the 31st to the 28th, where the month ends sooner.
        let clamped = (start_length - end_length).max(0);
        fewest = fewest.min(between - clamped);
        most = most.max(between);
    }
    (cycles + fewest, cycles + most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Time;

    fn of(text: &str) -> Duration {
        Duration::parse(text).unwrap()
    }

    #[test]
    fn reads_iso_and_words() {
        for (text, printed) in [
            ("P30D", "30 days"),
            ("PT4H", "4 hours"),
            ("P1Y2M", "1 year 2 months"),
            ("P2W", "14 days"),
            ("P1DT4H30M", "1 day 4 hours 30 minutes"),
            ("PT36H", "1 day 12 hours"),
            ("PT0.1S", "0.1 seconds"),
            ("-P1D", "-1 day"),
            ("p1d", "1 day"),
            ("30 days", "30 days"),
            ("1 Day, 4 hours", "1 day 4 hours"),
            ("90days", "90 days"),
            ("1.5 hours", "1 hour 30 minutes"),
            ("2 quarters", "6 months"),
            ("1 month 1 day", "1 month 1 day"),
            ("P0D", "0 days"),
            ("250 milliseconds", "0.25 seconds"),
        ] {
            assert_eq!(of(text).to_string(), printed, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_duration() {
        for text in [
            "",
            "P",
            "PT",
            "P1",
            "P1H",
            "PT1D",
            "P1M1Y",
            "P1DT",
            "1",
            "days",
            "1 fortnight",
            "1.5 months",
            "P1.5M",
            "- 1",
            "1..5 days",
            "99999999999999999999 days",
            "9999999999 years",
            "P1Dé",
            "1 day 2",
        ] {
            assert!(Duration::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn arithmetic_keeps_one_sign() {
        assert_eq!(of("1 day").checked_add(of("4 hours")), Some(of("1 day 4 hours")));
        assert_eq!(of("1 month").checked_sub(of("1 day")), None);
        assert_eq!(of("1 day").checked_sub(of("2 days")), Some(Duration::days(-1)));
        assert_eq!(of("1 day").checked_mul(1.5), Some(of("36 hours")));
        assert_eq!(of("1 month").checked_mul(0.5), None);
        assert_eq!(of("3 months").checked_div(3.0), Some(of("1 month")));
        assert_eq!(of("3 months").checked_div(0.0), None);
        assert_eq!(of("1 day").checked_mul(f64::NAN), None);
        assert_eq!(Duration::from_micros(i64::MIN).checked_neg(), None);
        assert_eq!(Duration::from_months(i32::MAX).checked_mul(2.0), None);
    }

    #[test]
    fn months_compare_with_days_by_their_bounds() {
        use Ordering::{Equal, Greater, Less};
        for (left, right, answer) in [
            ("1 day", "24 hours", Some(Equal)),
            ("1 month", "1 month", Some(Equal)),
            ("12 months", "1 year", Some(Equal)),
            ("1 month 1 day", "1 month", Some(Greater)),
            ("1 month", "27 days", Some(Greater)),
            ("1 month", "28 days", None),
            ("1 month", "31 days", None),
            ("1 month", "32 days", Some(Less)),
            ("90 days", "3 months", None),
            ("88 days", "3 months", Some(Less)),
            ("89 days", "3 months", None),
            ("93 days", "3 months", Some(Greater)),
            ("364 days", "1 year", Some(Less)),
            ("365 days", "1 year", None),
            ("367 days", "1 year", Some(Greater)),
            ("146097 days", "400 years", Some(Equal)),
            ("2 months", "1 month 27 days", Some(Greater)),
        ] {
            assert_eq!(of(left).compare(of(right)), answer, "{left} and {right}");
            assert_eq!(of(right).compare(of(left)), answer.map(Ordering::reverse), "{right} and {left}");
        }
    }

    #[test]
    fn rough_bounds_hold_the_exact_ones() {
        for months in (1..60).chain((60..CYCLE_MONTHS).step_by(191)).chain([CYCLE_MONTHS, CYCLE_MONTHS * 3 + 7]) {
            let (fewest, most) = days_of_months(months);
            let (least, greatest) = rough_days_of_months(months);
            assert!(least < fewest && most < greatest, "{months} months");
        }
    }

    #[test]
    fn bounds_are_those_of_the_calendar() {
        // Every day of four centuries is too many for a test; leap years and a century without one are in these.
        for months in [1, 2, 3, 6, 11, 12, 13, 24] {
            let (fewest, most) = days_of_months(i64::from(months));
            let mut seen = (i64::MAX, i64::MIN);
            for day in days_since_epoch(2095, 1, 1)..days_since_epoch(2105, 1, 1) {
                let start = Time(day * DAY);
                let end = start.checked_add(Duration::from_months(months)).unwrap();
                let days = end.since(start).micros / DAY;
                seen = (seen.0.min(days), seen.1.max(days));
            }
            assert!(fewest <= seen.0 && seen.1 <= most, "{months} months: {seen:?} within {fewest}..={most}");
            assert!(months > 13 || (fewest, most) == seen, "{months} months: {seen:?} is {fewest}..={most}");
        }
    }
}
