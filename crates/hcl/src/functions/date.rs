//! Times (RFC 3339), without asking a clock.

use super::{Outcome, text_at};
use crate::fault::Fault;
use crate::value::Value;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// A moment as it is written: a date and time of some place, and how far that is from UTC.
#[derive(Clone, Copy)]
struct Time {
    /// Days since 1970-01-01 there.
    day: i64,
    /// Seconds of the day there.
    second: i64,
    nanosecond: i64,
    /// Minutes ahead of UTC.
    offset: i64,
}

/// Days since 1970-01-01 of a date (the arithmetic of the proleptic Gregorian calendar in years of March).
fn day_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let month = (month + 9) % 12;
    let of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a number of days since 1970-01-01.
fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

impl Time {
    fn parse(text: &str) -> Result<Time, Fault> {
        Time::read(text).ok_or_else(|| Fault::new(format!("`{text}` is no time like 2006-01-02T15:04:05Z")))
    }

    fn read(text: &str) -> Option<Time> {
        let number = |from: usize, to: usize| -> Option<i64> {
            let part = text.get(from..to)?;
            part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
        };
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        let marks: Vec<Option<&str>> = [4, 7, 10, 13, 16].iter().map(|at| text.get(*at..at + 1)).collect();
        if marks != [Some("-"), Some("-"), Some("T"), Some(":"), Some(":")] {
            return None;
        }
        let mut rest = text.get(19..)?;
        let mut nanosecond = 0;
        if let Some(fraction) = rest.strip_prefix('.') {
            let digits = fraction.len() - fraction.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
            let nine: String = fraction.get(..digits)?.chars().chain("000000000".chars()).take(9).collect();
            nanosecond = nine.parse().ok().filter(|_| digits > 0)?;
            rest = fraction.get(digits..)?;
        }
        let offset = if rest == "Z" {
            0
        } else {
            let sign = match rest.as_bytes().first()? {
                b'+' => 1,
                b'-' => -1,
                _ => return None,
            };
            let (hours, minutes) = rest.get(1..)?.split_once(':')?;
            if hours.len() != 2 || minutes.len() != 2 {
                return None;
            }
            sign * (hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?)
        };
        let days_in_month =
            day_of(if month == 12 { year + 1 } else { year }, month % 12 + 1, 1) - day_of(year, month, 1);
        let fits =
            (1..=12).contains(&month) && (1..=days_in_month).contains(&day) && hour < 24 && minute < 60 && second < 60;
        fits.then(|| Time {
            day: day_of(year, month, day),
            second: hour * 3600 + minute * 60 + second,
            nanosecond,
            offset,
        })
    }

    /// Nanoseconds since 1970 in UTC.
    fn instant(self) -> i128 {
        let seconds = i128::from(self.day) * 86_400 + i128::from(self.second) - i128::from(self.offset) * 60;
        seconds * 1_000_000_000 + i128::from(self.nanosecond)
    }

    /// The moment with an offset.
    fn at(instant: i128, offset: i64) -> Time {
        let local = instant + i128::from(offset) * 60_000_000_000;
        let seconds = i64::try_from(local.div_euclid(1_000_000_000)).unwrap_or(0);
        Time {
            day: seconds.div_euclid(86_400),
            second: seconds.rem_euclid(86_400),
            nanosecond: i64::try_from(local.rem_euclid(1_000_000_000)).unwrap_or(0),
            offset,
        }
    }

    fn zone(self, colon: bool) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let size = self.offset.abs();
        format!("{sign}{:02}{}{:02}", size / 60, if colon { ":" } else { "" }, size % 60)
    }

    /// As RFC 3339 has it, without a fraction where there is none.
    fn print(self) -> String {
        let (year, month, day) = date_of(self.day);
        let (hour, minute, second) = (self.second / 3600, self.second / 60 % 60, self.second % 60);
        let zone = if self.offset == 0 { "Z".to_owned() } else { self.zone(true) };
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}")
    }
}

pub(super) fn timecmp(values: &[Value]) -> Outcome {
    let (a, b) = (Time::parse(text_at(values, 0)?)?, Time::parse(text_at(values, 1)?)?);
    Ok(Value::number(match a.instant().cmp(&b.instant()) {
        std::cmp::Ordering::Less => -1,
        std::cmp::Ordering::Equal => 0,
        std::cmp::Ordering::Greater => 1,
    }))
}

pub(super) fn timeadd(values: &[Value]) -> Outcome {
    let time = Time::parse(text_at(values, 0)?)?;
    let duration = duration(text_at(values, 1)?)?;
    Ok(Value::text(Time::at(time.instant() + duration, time.offset).print()))
}

/// Nanoseconds of a duration as Go writes it: `-1h30m`, `2.5s`.
fn duration(text: &str) -> Result<i128, Fault> {
    let broken = || Fault::new(format!("`{text}` is no duration like 1h30m"));
    let (sign, mut rest) = match text.as_bytes().first() {
        Some(b'-') => (-1, text.get(1..).unwrap_or("")),
        Some(b'+') => (1, text.get(1..).unwrap_or("")),
        _ => (1, text),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(broken());
    }
    let mut total = 0_i128;
    while !rest.is_empty() {
        let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').ok_or_else(broken)?;
        let (number, after) = rest.split_at(end);
        let end = after.find(|letter: char| letter.is_ascii_digit() || letter == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let unit: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return Err(broken()),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() || whole.len() > 15 || fraction.len() > 15 {
            return Err(broken());
        }
        let digits = |part: &str| if part.is_empty() { Ok(0) } else { part.parse::<i128>().map_err(|_| broken()) };
        let scale = 10_i128.pow(u32::try_from(fraction.len()).unwrap_or(0));
        total += digits(whole)? * unit + digits(fraction)? * unit / scale;
        rest = after;
    }
    if total > i128::from(i64::MAX) { Err(broken()) } else { Ok(sign * total) }
}

pub(super) fn formatdate(values: &[Value]) -> Outcome {
    let (pattern, time) = (text_at(values, 0)?, Time::parse(text_at(values, 1)?)?);
    let mut out = String::new();
    let letters: Vec<char> = pattern.chars().collect();
    let mut at = 0;
    while let Some(letter) = letters.get(at).copied() {
        if letter == '\'' {
            // Text in quotes is taken as it is; a quote in it is written twice.
            at += 1;
            let mut closed = false;
            while let Some(inner) = letters.get(at).copied() {
                at += 1;
                if inner != '\'' {
                    out.push(inner);
                } else if letters.get(at) == Some(&'\'') {
                    out.push('\'');
                    at += 1;
                } else {
                    closed = true;
                    break;
                }
            }
            if !closed {
                return Err(Fault::new("a quote in the pattern is not closed"));
            }
            continue;
        }
        let run = letters.iter().skip(at).take_while(|other| **other == letter).count();
        if letter.is_ascii_alphabetic() {
            out.push_str(&piece(letter, run, time)?);
        } else {
            out.extend(std::iter::repeat_n(letter, run));
        }
        at += run;
    }
    Ok(Value::text(out))
}

/// One verb of a pattern: a letter so many times.
fn piece(letter: char, run: usize, time: Time) -> Result<String, Fault> {
    let (year, month, day) = date_of(time.day);
    let (hour, minute, second) = (time.second / 3600, time.second / 60 % 60, time.second % 60);
    let twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
    let name = |names: &[&'static str], index: i64| {
        usize::try_from(index).ok().and_then(|index| names.get(index).copied()).unwrap_or("")
    };
    let month_name = name(&MONTHS, month - 1);
    let day_name = name(&DAYS, (time.day + 4).rem_euclid(7));
    let short = |name: &'static str| name.get(..3).unwrap_or(name).to_owned();
    let half = if hour < 12 { ("AM", "am") } else { ("PM", "pm") };
    Ok(match (letter, run) {
        ('Y', 4) => format!("{year:04}"),
        ('Y', 2) => format!("{:02}", year % 100),
        ('M', 4) => month_name.to_owned(),
        ('M', 3) => short(month_name),
        ('M', 2) => format!("{month:02}"),
        ('M', 1) => month.to_string(),
        ('D', 2) => format!("{day:02}"),
        ('D', 1) => day.to_string(),
        ('E', 4) => day_name.to_owned(),
        ('E', 3) => short(day_name),
        ('h', 2) => format!("{hour:02}"),
        ('h', 1) => hour.to_string(),
        ('H', 2) => format!("{twelve:02}"),
        ('H', 1) => twelve.to_string(),
        ('A', 2) => half.0.to_owned(),
        ('a', 2) => half.1.to_owned(),
        ('m', 2) => format!("{minute:02}"),
        ('m', 1) => minute.to_string(),
        ('s', 2) => format!("{second:02}"),
        ('s', 1) => second.to_string(),
        ('Z', 1) if time.offset == 0 => "Z".to_owned(),
        ('Z', 3) if time.offset == 0 => "UTC".to_owned(),
        ('Z', 1 | 5) => time.zone(true),
        ('Z', 3 | 4) => time.zone(false),
        _ => {
            let verb: String = std::iter::repeat_n(letter, run).collect();
            return Err(Fault::new(format!("there is no verb `{verb}` in the pattern of a date")));
        }
    })
}
