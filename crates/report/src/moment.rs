//! The moment that a run speaks of, for people.

use std::borrow::Cow;

/// A moment to the second; the last instant of a day, or its first, is that day.
pub(crate) fn moment(written: &str) -> Cow<'_, str> {
    let Some((day, clock)) = written.split_once('T') else { return Cow::Borrowed(written) };
    let whole = clock.split_once('.').map_or(clock.trim_end_matches('Z'), |(whole, _)| whole);
    match whole {
        "00:00:00" | "23:59:59" if clock.ends_with('Z') => Cow::Borrowed(day),
        _ if clock.contains('.') => Cow::Owned(format!("{day}T{whole}Z")),
        _ => Cow::Borrowed(written),
    }
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn to_the_second_and_whole_days_as_days() {
        for (written, shown) in [
            ("2026-06-30", "2026-06-30"),
            ("2026-06-30T23:59:59.999999Z", "2026-06-30"),
            ("2026-06-30T00:00:00Z", "2026-06-30"),
            ("2026-06-30T10:11:12.5Z", "2026-06-30T10:11:12Z"),
            ("2026-06-30T10:11:12Z", "2026-06-30T10:11:12Z"),
        ] {
            assert_eq!(moment(written), shown);
        }
    }
}
