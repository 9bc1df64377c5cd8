//! Dates as somebody's register writes them: `DD/MM/YYYY`. Which number is the day is never guessed.

use tickmark_facts::Time;

/// How dates are written: `YYYY`, `MM` (or `MMM`, `MMMM` for the English name of the month), `DD`, `HH`, `mm`, `ss`; anything else
/// stands for itself. Days and months may have one digit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormat {
    written: String,
    parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Year,
    Month,
    MonthName,
    Day,
    Hour,
    Minute,
    Second,
    Letter(char),
}

const WORDS: [(&str, Part); 11] = [
    ("YYYY", Part::Year),
    ("MMMM", Part::MonthName),
    ("MMM", Part::MonthName),
    ("MM", Part::Month),
    ("M", Part::Month),
    ("DD", Part::Day),
    ("D", Part::Day),
    ("HH", Part::Hour),
    ("H", Part::Hour),
    ("mm", Part::Minute),
    ("ss", Part::Second),
];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl DateFormat {
    /// Reads a format.
    ///
    /// # Errors
    /// Where it does not say where year, month and day stand, each once, in plain words.
    pub fn parse(text: &str) -> Result<DateFormat, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            match WORDS.iter().find(|(word, _)| rest.starts_with(word)) {
                Some((word, part)) => {
                    parts.push(*part);
                    rest = rest.get(word.len()..).unwrap_or_default();
                }
                None => {
                    parts.push(Part::Letter(letter));
                    rest = rest.get(letter.len_utf8()..).unwrap_or_default();
                }
            }
        }
        let count = |wanted: &[Part]| parts.iter().filter(|part| wanted.contains(part)).count();
        let dates = [count(&[Part::Year]), count(&[Part::Month, Part::MonthName]), count(&[Part::Day])];
        let clock = [count(&[Part::Hour]), count(&[Part::Minute]), count(&[Part::Second])];
        if dates != [1, 1, 1] || clock.iter().any(|count| *count > 1) {
            return Err(format!("`{text}` does not say where year, month and day stand: write `DD/MM/YYYY`"));
        }
        Ok(DateFormat { written: text.to_owned(), parts })
    }

    /// As it is written.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.written
    }

    /// A date in this format as a date that every reader of facts knows (`2026-12-31`), where it is one.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<String> {
        let (mut year, mut month, mut day) = (0, 0, 0);
        let mut clock = [None; 3];
        let mut rest = text.trim();
        for part in &self.parts {
            match part {
                Part::Letter(letter) => rest = rest.strip_prefix(*letter)?,
                Part::MonthName => {
                    let end = rest.find(|letter: char| !letter.is_alphabetic()).unwrap_or(rest.len());
                    let (name, behind) = rest.split_at_checked(end)?;
                    month = month_of(name)?;
                    rest = behind;
                }
                Part::Year => (year, rest) = number(rest, 4, 4)?,
                Part::Month => (month, rest) = number(rest, 1, 2)?,
                Part::Day => (day, rest) = number(rest, 1, 2)?,
                Part::Hour | Part::Minute | Part::Second => {
                    let (value, behind) = number(rest, 1, 2)?;
                    let index = usize::from(*part != Part::Hour) + usize::from(*part == Part::Second);
                    if let Some(slot) = clock.get_mut(index) {
                        *slot = Some(value);
                    }
                    rest = behind;
                }
            }
        }
        let date = format!("{year:04}-{month:02}-{day:02}");
        let text = match clock {
            [None, None, None] => date,
            [hour, minute, second] => {
                let part = |value: Option<u32>| value.unwrap_or(0);
                format!("{date}T{:02}:{:02}:{:02}Z", part(hour), part(minute), part(second))
            }
        };
        (rest.is_empty() && Time::parse(&text).is_ok()).then_some(text)
    }
}

fn number(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let end = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(end)?;
    (end >= least).then(|| digits.parse().ok().map(|value| (value, rest)))?
}

fn month_of(name: &str) -> Option<u32> {
    let name = name.to_lowercase();
    // `Sept` is as usual as `Sep`.
    let found = MONTHS.iter().position(|month| name.len() >= 3 && month.starts_with(&name))?;
    u32::try_from(found + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::DateFormat;

    fn read(format: &str, text: &str) -> Option<String> {
        DateFormat::parse(format).unwrap().read(text)
    }

    #[test]
    fn the_format_says_which_number_is_the_day() {
        for (format, text, date) in [
            ("DD/MM/YYYY", "03/04/2026", "2026-04-03"),
            ("MM/DD/YYYY", "03/04/2026", "2026-03-04"),
            ("M/D/YYYY", "3/4/2026", "2026-03-04"),
            ("D.M.YYYY", "31.12.2026", "2026-12-31"),
            ("YYYYMMDD", "20261231", "2026-12-31"),
            ("DD-MMM-YYYY", "03-Sep-2026", "2026-09-03"),
            ("D MMMM YYYY", "3 september 2026", "2026-09-03"),
            ("DD/MM/YYYY HH:mm", "03/04/2026 17:05", "2026-04-03T17:05:00Z"),
        ] {
            assert_eq!(read(format, text).as_deref(), Some(date), "{text} as {format}");
        }
        for (format, text) in [
            ("DD/MM/YYYY", "31/02/2026"),
            ("DD/MM/YYYY", "04/13/2026"),
            ("DD/MM/YYYY", "3/4/26"),
            ("DD/MM/YYYY", "03/04/2026 10:00"),
            ("DD-MMM-YYYY", "03-Se-2026"),
        ] {
            assert_eq!(read(format, text), None, "{text} as {format}");
        }
    }

    #[test]
    fn a_format_names_year_month_and_day() {
        for text in ["", "DD/MM", "DD/MM/YY", "YYYY-DD", "DD/DD/YYYY", "%d/%m/%Y"] {
            assert!(DateFormat::parse(text).is_err(), "{text}");
        }
    }
}
