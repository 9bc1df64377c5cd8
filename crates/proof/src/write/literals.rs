//! Values that programs and facts both draw from, so that what is compared is often equal, and the edges of each type.

use super::Writer;
use crate::world::Kind;

/// Texts: empty, blank, of other scripts, and such as read as a number, a time, a duration, a network, JSON.
pub(crate) const TEXTS: [&str; 24] = [
    "a",
    "b",
    "ab",
    "a",
    "b",
    "prod",
    "dev",
    "Prod",
    "",
    " pad ",
    "x-1",
    "\u{fc}n\u{ef}",
    "\u{65e5}\u{672c}",
    "5",
    "-0.5",
    "1e400",
    "2026-03-01",
    "P30D",
    "true",
    "a,b,,a",
    "{\"a\": 1, \"l\": [1, 2]}",
    "[{\"a\": \"b\"}]",
    "k1",
    "STRASSE \u{df}",
];

/// Addresses and networks.
pub(crate) const NETWORKS: [&str; 7] =
    ["10.0.0.1", "10.1.2.0/24", "0.0.0.0/0", "fd00::1", "2001:db8::/32", "10.0.0.300", "192.168.0.0/16"];

/// Numbers as facts write them, at the limits too.
pub(crate) const NUMBERS: [&str; 14] =
    ["0", "1", "2", "3", "5", "1", "2", "-1", "0.5", "0.1", "100", "9007199254740993", "1e300", "-1e-300"];

/// Moments around the `as of` of the cases, and on the edges of days, months and years.
pub(crate) const TIMES: [&str; 18] = [
    "2026-06-30",
    "2026-06-30T23:59:59.999999Z",
    "2026-06-29",
    "2026-07-01",
    "2026-06-20",
    "2026-06-25",
    "2026-06-10",
    "2026-05-31",
    "2026-06-15T12:00:00Z",
    "2026-04-01",
    "2026-03-31",
    "2026-01-31",
    "2026-01-01",
    "2025-12-31",
    "2024-02-29",
    "2025-06-30",
    "9999-12-31",
    "0001-01-01",
];

/// Lengths of time, as facts write them.
pub(crate) const SPANS: [&str; 9] = ["P30D", "PT4H", "30 days", "1 month", "P1Y", "PT0S", "90 days", "-P1D", "PT720H"];

const SPAN_LITERALS: [&str; 11] = [
    "30 days",
    "4 hours",
    "1 month",
    "1 quarter",
    "1 year",
    "0 days",
    "90 days",
    "1 week",
    "2 weeks",
    "1 second",
    "12 months",
];

impl Writer<'_> {
    pub(super) fn text_literal(&mut self) -> String {
        let text = if self.random.chance(12) { self.random.word(&NETWORKS) } else { self.random.word(&TEXTS) };
        quoted(text)
    }

    pub(super) fn number_literal(&mut self) -> String {
        let number =
            self.random.word(&["0", "1", "2", "3", "5", "1", "2", "0.5", "0.1", "100", "9007199254740993", "12%"]);
        if self.random.chance(8) { format!("(-{number})") } else { number.to_owned() }
    }

    pub(super) fn time_literal(&mut self) -> String {
        // A year of four digits is all that the grammar lets through.
        self.random.word(&TIMES).to_owned()
    }

    pub(super) fn span_literal(&mut self) -> String {
        self.random.word(&SPAN_LITERALS).to_owned()
    }

    /// A literal of a kind; of an `any` one of any kind.
    pub(super) fn literal(&mut self, kind: &Kind) -> String {
        match kind {
            Kind::Text => self.text_literal(),
            Kind::Number => self.number_literal(),
            Kind::Bool => self.random.word(&["true", "false"]).to_owned(),
            Kind::Time => self.time_literal(),
            Kind::Duration => self.span_literal(),
            Kind::Choice { values, .. } => quoted(&self.random.pick(values).cloned().unwrap_or_default()),
            _ => {
                let kind = self.scalar_kind();
                self.literal(&kind)
            }
        }
    }

    /// A kind that literals and conversions can be of.
    pub(super) fn scalar_kind(&mut self) -> Kind {
        match self.random.weighted(&[5, 6, 2, 4, 3]) {
            0 => Kind::Text,
            1 => Kind::Number,
            2 => Kind::Bool,
            3 => Kind::Time,
            _ => Kind::Duration,
        }
    }
}

/// A text as the language writes it: braces are holes there.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        if matches!(letter, '"' | '\\' | '{' | '}') {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted.push('"');
    quoted
}
