//! Moments: UTC, microseconds, and the units of the calendar.

use crate::Duration;
use jiff::Span;
use jiff::civil::Date;
use std::fmt;

/// A moment in UTC, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// Why a text is no time or duration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeError {
    /// In plain words.
    pub reason: String,
}

/// A unit of the calendar, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CalendarUnit {
    /// From midnight to midnight.
    Day,
    /// Seven days from a Monday.
    Week,
    /// From the first of a month.
    Month,
    /// From the first of January, April, July or October.
    Quarter,
    /// From the first of January.
    Year,
}

pub(crate) const SECOND: i64 = 1_000_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

const EPOCH: Date = Date::constant(1970, 1, 1);

impl Time {
    /// Reads RFC 3339 (`T` or a blank between date and clock; without a zone it is UTC), or a date, which is its first
    /// instant in UTC. What is finer than a microsecond is cut off.
    ///
    /// # Errors
    /// Where the text is neither.
    pub fn parse(text: &str) -> Result<Time, TimeError> {
        let (time, _) = parse_moment(text)?;
        Ok(time)
    }

    /// As [`Time::parse`], of a text that has not been looked at; without a reason where it is none.
    pub(crate) fn parse_bytes(text: &[u8]) -> Option<Time> {
        read_moment(&mut Digits { rest: text }).map(|(time, _)| time)
    }

    /// As [`Time::parse`], but a date is its last instant.
    ///
    /// # Errors
    /// Where the text is neither a moment nor a date.
    pub fn parse_end(text: &str) -> Result<Time, TimeError> {
        match parse_moment(text)? {
            (Time(micros), Precision::Date) => Ok(Time(micros.saturating_add(DAY - 1))),
            (time, Precision::Clock) => Ok(time),
        }
    }

    /// Milliseconds since 1970; `None` beyond the years of the calendar.
    #[must_use]
    pub fn from_epoch_millis(millis: i64) -> Option<Time> {
        Time(millis.checked_mul(1000)?).within_calendar()
    }

    /// Seconds since 1970, with a fraction; `None` beyond the years of the calendar.
    #[must_use]
    pub fn from_epoch_seconds(seconds: f64) -> Option<Time> {
        let micros = (seconds * 1e6).floor();
        // Far beyond the calendar, and far within an i64.
        if !micros.is_finite() || micros.abs() > 1e18 {
            return None;
        }
        Time(micros as i64).within_calendar()
    }

    /// Later by the duration: first its months by the calendar, clamped to the month's end, then its microseconds.
    #[must_use]
    pub fn checked_add(self, duration: Duration) -> Option<Time> {
        let mut time = self;
        if duration.months != 0 {
            let (date, clock) = self.split()?;
            let date = date.checked_add(Span::new().try_months(duration.months).ok()?).ok()?;
            time = Time::join(date, clock);
        }
        Time(time.0.checked_add(duration.micros)?).within_calendar()
    }

    /// Earlier by the duration, in the same manner.
    #[must_use]
    pub fn checked_sub(self, duration: Duration) -> Option<Time> {
        self.checked_add(duration.checked_neg()?)
    }

    /// The exact length of time since an earlier moment; negative where that is later.
    #[must_use]
    pub fn since(self, earlier: Time) -> Duration {
        Duration { months: 0, micros: self.0.saturating_sub(earlier.0) }
    }

    /// The first instant of the day, week, month, quarter or year that the moment lies in.
    #[must_use]
    pub fn start_of(self, unit: CalendarUnit) -> Time {
        let days = self.0.div_euclid(DAY);
        let first = match unit {
            CalendarUnit::Day => Some(days),
            // The first of January 1970 was a Thursday.
            CalendarUnit::Week => Some(days - (days + 3).rem_euclid(7)),
            CalendarUnit::Month | CalendarUnit::Quarter | CalendarUnit::Year => self.split().map(|(date, _)| {
                let month = match unit {
                    CalendarUnit::Month => date.month(),
                    CalendarUnit::Quarter => (date.month() - 1) / 3 * 3 + 1,
                    _ => 1,
                };
                days_since_epoch(i64::from(date.year()), i64::from(month), 1)
            }),
        };
        // Beyond the calendar nothing begins.
        let first = first.filter(|_| self.within_calendar().is_some());
        first.and_then(|days| Time(days * DAY).within_calendar()).unwrap_or(self)
    }

    /// The first instant of the next day, week, month, quarter or year; `None` beyond the calendar.
    #[must_use]
    pub fn next_start_of(self, unit: CalendarUnit) -> Option<Time> {
        let length = match unit {
            CalendarUnit::Day => Duration::days(1),
            CalendarUnit::Week => Duration::weeks(1),
            CalendarUnit::Month => Duration::from_months(1),
            CalendarUnit::Quarter => Duration::from_months(3),
            CalendarUnit::Year => Duration::from_months(12),
        };
        self.start_of(unit).checked_add(length)
    }

    /// The date, and the microseconds since its midnight.
    fn split(self) -> Option<(Date, i64)> {
        let date = EPOCH.checked_add(Span::new().try_days(self.0.div_euclid(DAY)).ok()?).ok()?;
        Some((date, self.0.rem_euclid(DAY)))
    }

    fn join(date: Date, clock: i64) -> Time {
        let days = days_since_epoch(i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
        Time(days * DAY + clock)
    }

    fn within_calendar(self) -> Option<Time> {
        const FIRST: i64 = days_since_epoch(-9999, 1, 1) * DAY;
        const LAST: i64 = days_since_epoch(10000, 1, 1) * DAY - 1;
        (FIRST <= self.0 && self.0 <= LAST).then_some(self)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((date, clock)) = self.split() else { return write!(f, "{} µs", self.0) };
        write!(f, "{date}")?;
        if clock == 0 {
            return Ok(());
        }
        write!(f, "T{:02}:{:02}:{:02}", clock / HOUR, clock % HOUR / MINUTE, clock % MINUTE / SECOND)?;
        write_fraction(f, clock % SECOND)?;
        f.write_str("Z")
    }
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for TimeError {}

/// `.5` for 500,000 microseconds, nothing for none.
pub(crate) fn write_fraction(f: &mut fmt::Formatter<'_>, micros: i64) -> fmt::Result {
    if micros == 0 {
        return Ok(());
    }
    let digits = format!("{micros:06}");
    write!(f, ".{}", digits.trim_end_matches('0'))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar. jiff's own moments end a day before 9999-12-31, which
/// exports use for "never"; so the day is counted here (after Howard Hinnant, "chrono-compatible date algorithms").
pub(crate) const fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Whether a text says the time of day.
enum Precision {
    Date,
    Clock,
}

fn parse_moment(text: &str) -> Result<(Time, Precision), TimeError> {
    read_moment(&mut Digits { rest: text.as_bytes() }).ok_or_else(|| TimeError {
        reason: format!("`{}` is no time: write `2026-12-31` or `2026-12-31T10:00:00Z`", shorten(text)),
    })
}

fn read_moment(digits: &mut Digits<'_>) -> Option<(Time, Precision)> {
    let year = digits.number(4)?;
    digits.byte(b"-")?;
    let month = digits.number(2)?;
    digits.byte(b"-")?;
    let day = digits.number(2)?;
    // jiff knows how long the month is.
    let date = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    if digits.rest.is_empty() {
        return Some((Time::join(date, 0), Precision::Date));
    }
    digits.byte(b"Tt ")?;
    let clock = read_clock(digits)?;
    let offset = read_offset(digits)?;
    let time = Time(Time::join(date, clock).0.checked_sub(offset)?);
    digits.rest.is_empty().then_some((time, Precision::Clock))
}

/// `10:00`, `10:00:00`, `10:00:00.123456789`, in microseconds. A leap second is taken as the one before it.
fn read_clock(digits: &mut Digits<'_>) -> Option<i64> {
    let hour = digits.number(2).filter(|hour| *hour < 24)?;
    digits.byte(b":")?;
    let minute = digits.number(2).filter(|minute| *minute < 60)?;
    let mut clock = hour * HOUR + minute * MINUTE;
    if digits.byte(b":").is_some() {
        let second = digits.number(2).filter(|second| *second <= 60)?;
        clock += second.min(59) * SECOND;
        if digits.byte(b".,").is_some() {
            clock += digits.fraction()?;
        }
    }
    Some(clock)
}

/// Nothing, `Z`, `UTC`, `+02:00`, `+0200` or `+02`; after a blank too. In microseconds east of UTC.
fn read_offset(digits: &mut Digits<'_>) -> Option<i64> {
    if digits.rest.is_empty() {
        return Some(0);
    }
    let _ = digits.byte(b" ");
    if digits.rest.eq_ignore_ascii_case(b"Z") || digits.rest == b"UTC" || digits.rest == b"GMT" {
        digits.rest = b"";
        return Some(0);
    }
    let sign = if digits.byte(b"-").is_some() { -1 } else { digits.byte(b"+").map(|()| 1)? };
    let hours = digits.number(2).filter(|hours| *hours < 24)?;
    let minutes = if digits.rest.is_empty() {
        0
    } else {
        let _ = digits.byte(b":");
        digits.number(2).filter(|minutes| *minutes < 60)?
    };
    Some(sign * (hours * HOUR + minutes * MINUTE))
}

/// Takes digits and signs off the front of a text.
struct Digits<'a> {
    rest: &'a [u8],
}

impl Digits<'_> {
    /// A number of exactly so many digits.
    fn number(&mut self, width: usize) -> Option<i64> {
        let (digits, rest) = self.rest.split_at_checked(width)?;
        let number = digits
            .iter()
            .try_fold(0i64, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0')))?;
        self.rest = rest;
        Some(number)
    }

    /// One of these bytes.
    fn byte(&mut self, among: &[u8]) -> Option<()> {
        let (first, rest) = self.rest.split_first()?;
        among.contains(first).then(|| self.rest = rest)
    }

    /// The digits after a point, in microseconds.
    fn fraction(&mut self) -> Option<i64> {
        let length = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.rest.split_at_checked(length)?;
        if digits.is_empty() {
            return None;
        }
        self.rest = rest;
        let digits = digits.iter().copied().chain(std::iter::repeat(b'0')).take(6);
        Some(digits.fold(0i64, |number, digit| number * 10 + i64::from(digit - b'0')))
    }
}

/// The beginning of a text, for a message.
pub(crate) fn shorten(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    #[test]
    fn reads_rfc_3339_and_what_is_near_it() {
        for (text, printed) in [
            ("2026-03-01", "2026-03-01"),
            ("2026-03-01T00:00:00Z", "2026-03-01"),
            ("2026-03-01 10:00:00", "2026-03-01T10:00:00Z"),
            ("2026-03-01t10:00z", "2026-03-01T10:00:00Z"),
            ("2026-03-01T10:00:00+02:00", "2026-03-01T08:00:00Z"),
            ("2026-03-01T10:00:00-0230", "2026-03-01T12:30:00Z"),
            ("2026-03-01 10:00:00 +01", "2026-03-01T09:00:00Z"),
            ("2026-03-01 10:00:00 UTC", "2026-03-01T10:00:00Z"),
            ("2026-03-01T10:00:00.5Z", "2026-03-01T10:00:00.5Z"),
            ("2026-03-01T10:00:00.123456999Z", "2026-03-01T10:00:00.123456Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
            ("9999-12-31", "9999-12-31"),
            ("0001-01-01T00:00:01Z", "0001-01-01T00:00:01Z"),
            ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(at(text).to_string(), printed, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in [
            "",
            "2026",
            "2026-02-29",
            "2026-13-01",
            "2026-3-1",
            "20260301",
            "2026-03-01T",
            "2026-03-01T25:00:00Z",
            "2026-03-01T10:00:00.Z",
            "2026-03-01T10:00:00Zulu",
            "2026-03-01T10:00:00+24:00",
            "yesterday",
            "1772323200",
            "2026-03-01T10",
            "２026-03-01",
        ] {
            assert!(Time::parse(text).is_err(), "{text}");
        }
        assert_eq!(
            Time::parse("soon").unwrap_err().to_string(),
            "`soon` is no time: write `2026-12-31` or `2026-12-31T10:00:00Z`"
        );
    }

    #[test]
    fn the_end_of_a_date_is_its_last_instant() {
        assert_eq!(Time::parse_end("2026-03-01").unwrap().to_string(), "2026-03-01T23:59:59.999999Z");
        assert_eq!(Time::parse_end("2026-03-01T10:00:00Z").unwrap(), at("2026-03-01T10:00:00Z"));
        assert_eq!(Time::parse_end("9999-12-31").unwrap().to_string(), "9999-12-31T23:59:59.999999Z");
    }

    #[test]
    fn epochs() {
        assert_eq!(Time::from_epoch_millis(0), Some(Time(0)));
        assert_eq!(Time::from_epoch_millis(1_772_323_200_000).unwrap().to_string(), "2026-03-01");
        assert_eq!(Time::from_epoch_seconds(1_772_323_200.25).unwrap().to_string(), "2026-03-01T00:00:00.25Z");
        assert_eq!(Time::from_epoch_millis(i64::MAX), None);
        assert_eq!(Time::from_epoch_seconds(f64::NAN), None);
        assert_eq!(Time::from_epoch_seconds(1e15), None);
    }

    #[test]
    fn months_are_clamped_to_the_month_s_end() {
        let month = Duration::from_months(1);
        assert_eq!(at("2026-01-31").checked_add(month).unwrap(), at("2026-02-28"));
        assert_eq!(at("2024-01-31").checked_add(month).unwrap(), at("2024-02-29"));
        assert_eq!(at("2026-03-31T10:00:00Z").checked_sub(month).unwrap(), at("2026-02-28T10:00:00Z"));
        let year_and_day = Duration { months: 12, micros: DAY };
        assert_eq!(at("2024-02-29").checked_add(year_and_day).unwrap(), at("2025-03-01"));
        assert_eq!(at("9999-12-31").checked_add(month), None);
        assert_eq!(at("9999-12-31").checked_add(Duration::days(1)), None);
        assert_eq!(Time(i64::MAX).checked_add(month), None);
        assert_eq!(Time(i64::MAX).to_string(), "9223372036854775807 µs");
    }

    #[test]
    fn units_of_the_calendar() {
        use CalendarUnit::{Day, Month, Quarter, Week, Year};
        // 2026-05-13 is a Wednesday.
        let moment = at("2026-05-13T15:00:00Z");
        for (unit, start, next) in [
            (Day, "2026-05-13", "2026-05-14"),
            (Week, "2026-05-11", "2026-05-18"),
            (Month, "2026-05-01", "2026-06-01"),
            (Quarter, "2026-04-01", "2026-07-01"),
            (Year, "2026-01-01", "2027-01-01"),
        ] {
            assert_eq!(moment.start_of(unit), at(start), "{unit:?}");
            assert_eq!(moment.next_start_of(unit), Some(at(next)), "{unit:?}");
        }
        assert_eq!(at("2026-05-11").start_of(Week), at("2026-05-11"));
        assert_eq!(at("2026-05-17T23:59:59Z").start_of(Week), at("2026-05-11"));
        assert_eq!(at("1969-12-31T23:59:59Z").start_of(Week), at("1969-12-29"));
        assert_eq!(at("9999-12-31").next_start_of(Year), None);
    }

    #[test]
    fn since_is_exact() {
        assert_eq!(at("2026-03-02").since(at("2026-03-01")), Duration::days(1));
        assert_eq!(at("2026-03-01").since(at("2026-03-02")), Duration::days(-1));
    }
}
