//! Times as logs write them.

use tickmark_facts::Time;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A time of a log: RFC 3339, also with `+0000`; seconds since 1970, with or without a fraction; as `ctime` prints it; as BIND does.
/// One without a zone is taken for UTC.
pub(crate) fn moment(text: &str) -> Option<Time> {
    let text = text.trim();
    if text.bytes().next()?.is_ascii_digit() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return epoch(text);
    }
    Time::parse(text).ok().or_else(|| zoned(text)).or_else(|| bind(text)).or_else(|| ctime(text))
}

/// Seconds; milliseconds where they would be a time beyond the year 5138.
fn epoch(text: &str) -> Option<Time> {
    const MILLISECONDS: f64 = 1e11;
    let number: f64 = text.parse().ok()?;
    Time::from_epoch_seconds(if number >= MILLISECONDS { number / 1e3 } else { number })
}

/// `2026-11-21T21:40:06.123+0000`, or without any zone.
fn zoned(text: &str) -> Option<Time> {
    let clock = text.len().checked_sub(5).and_then(|at| text.split_at_checked(at));
    if let Some((head, zone)) = clock
        && zone.starts_with(['+', '-'])
        && head.contains(':')
    {
        let (hours, minutes) = zone.split_at_checked(3)?;
        return Time::parse(&format!("{head}{hours}:{minutes}")).ok();
    }
    Time::parse(&format!("{text}Z")).ok()
}

/// `21-Nov-2026 21:40:06.123`.
fn bind(text: &str) -> Option<Time> {
    let (date, clock) = text.split_once(' ')?;
    let mut parts = date.split('-');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    Time::parse(&format!("{year}-{:02}-{day:0>2}T{clock}Z", month_of(month)?)).ok()
}

/// `Sat Nov 21 21:40:06 2026`.
fn ctime(text: &str) -> Option<Time> {
    let mut parts = text.split_ascii_whitespace();
    let (_, month, day, clock, year) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    Time::parse(&format!("{year}-{:02}-{day:0>2}T{clock}Z", month_of(month)?)).ok()
}

fn month_of(name: &str) -> Option<usize> {
    let name = name.to_ascii_lowercase();
    MONTHS.iter().position(|month| *month == name).map(|index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn times_of_logs() {
        for (text, time) in [
            ("1286536309.586", "2010-10-08T11:11:49.586Z"),
            ("1602627001", "2020-10-13T22:10:01Z"),
            ("1602627001000", "2020-10-13T22:10:01Z"),
            ("2020-10-13T22:10:01.006481+0000", "2020-10-13T22:10:01.006481Z"),
            ("2020-10-13T22:10:01+0200", "2020-10-13T20:10:01Z"),
            ("2021-02-04T17:51:55Z", "2021-02-04T17:51:55Z"),
            ("2026-11-21 21:40:06", "2026-11-21T21:40:06Z"),
            ("1-Nov-2026 21:40:06.123", "2026-11-01T21:40:06.123Z"),
            ("Sat Nov 21 21:40:06 2026", "2026-11-21T21:40:06Z"),
        ] {
            assert_eq!(moment(text).map(|time| time.to_string()).as_deref(), Some(time), "{text}");
        }
        for text in ["", "Nov 21 21:40:06", "yesterday", "21/11/2026", "-"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
