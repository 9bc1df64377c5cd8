//! Days of a time zone as moments in UTC.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use tickmark_facts::Time;

/// The zone whose days a manifest speaks of.
#[derive(Clone, Debug)]
pub(crate) struct Zone(Option<TimeZone>);

impl Zone {
    /// Days in UTC, as everywhere else in Tickmark.
    pub(crate) const UTC: Zone = Zone(None);

    /// The zone of a name of the time zone database, which is part of the binary.
    pub(crate) fn named(name: &str) -> Option<Zone> {
        TimeZone::get(name).ok().map(|zone| Zone(Some(zone)))
    }

    /// The first instant of a day, or the moment itself where a clock time is written.
    pub(crate) fn start(&self, text: &str) -> Result<Time, String> {
        match self.day(text) {
            Some(first) => Ok(first),
            None => Time::parse(text).map_err(|error| error.reason),
        }
    }

    /// The last instant of a day, or the moment itself.
    pub(crate) fn end(&self, text: &str) -> Result<Time, String> {
        let next = self.0.as_ref().and_then(|_| date(text)).and_then(|date| date.tomorrow().ok());
        match next.and_then(|next| self.first(next)) {
            Some(next) => Ok(Time(next.0 - 1)),
            None => Time::parse_end(text).map_err(|error| error.reason),
        }
    }

    fn day(&self, text: &str) -> Option<Time> {
        self.first(date(text)?)
    }

    /// The first instant of a day in the zone; `None` in UTC, whose days [`Time`] knows.
    fn first(&self, date: Date) -> Option<Time> {
        let zone = self.0.as_ref()?;
        let start = date.to_zoned(zone.clone()).ok()?;
        Some(Time(start.timestamp().as_microsecond()))
    }
}

/// A day without a clock time.
fn date(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_and_end_where_the_zone_says() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        assert_eq!(berlin.start("2026-01-01").unwrap().to_string(), "2025-12-31T23:00:00Z");
        assert_eq!(berlin.end("2026-06-30").unwrap().to_string(), "2026-06-30T21:59:59.999999Z");
        // The day on which the clock goes forward has 23 hours.
        assert_eq!(berlin.end("2026-03-29").unwrap().to_string(), "2026-03-29T21:59:59.999999Z");
        assert_eq!(berlin.start("2026-03-29").unwrap().to_string(), "2026-03-28T23:00:00Z");
        // A moment is one in any zone.
        assert_eq!(berlin.start("2026-01-01T10:00:00Z"), Zone::UTC.start("2026-01-01T10:00:00Z"));
        assert_eq!(Zone::UTC.end("2026-06-30"), Ok(Time::parse_end("2026-06-30").unwrap()));
        assert!(Zone::named("Europe/Berlni").is_none() && berlin.start("2026-13-01").is_err());
    }
}
