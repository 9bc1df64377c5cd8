//! Dates as somebody's register writes them: `DD/MM/YYYY`. Which number is the day is never guessed.

use tickmark_facts::Time;

/// How dates are written: `YYYY` or `YY` (2000 to 2099), `MM` (or `MMM`, `MMMM` for the English name of the month), `DD`, `HH`, `mm`,
/// `ss`; `hh` with `A` is the clock of twelve hours with AM and PM. Years, days and `a` may be written small, as Java writes them
/// (`dd/MMM/yy h:mm a`). What stands in `'…'`, and any other letter, stands for itself. Days, months and hours may have one digit,
/// where no other number touches them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormat {
    written: String,
    parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// A number of at least and at most so many digits.
    Number(Field, usize, usize),
    MonthName,
    /// AM or PM.
    Half,
    Letter(char),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Year,
    /// The last two digits of a year from 2000 to 2099.
    ShortYear,
    Month,
    Day,
    Hour,
    /// 1 to 12; which half of the day, AM or PM says.
    HourOfHalf,
    Minute,
    Second,
}

/// Where one word begins another, the longer comes first.
const WORDS: [(&str, Part); 20] = [
    ("YYYY", Part::Number(Field::Year, 4, 4)),
    ("yyyy", Part::Number(Field::Year, 4, 4)),
    ("YY", Part::Number(Field::ShortYear, 2, 2)),
    ("yy", Part::Number(Field::ShortYear, 2, 2)),
    ("MMMM", Part::MonthName),
    ("MMM", Part::MonthName),
    ("MM", Part::Number(Field::Month, 1, 2)),
    ("M", Part::Number(Field::Month, 1, 2)),
    ("DD", Part::Number(Field::Day, 1, 2)),
    ("D", Part::Number(Field::Day, 1, 2)),
    ("dd", Part::Number(Field::Day, 1, 2)),
    ("d", Part::Number(Field::Day, 1, 2)),
    ("HH", Part::Number(Field::Hour, 1, 2)),
    ("H", Part::Number(Field::Hour, 1, 2)),
    ("hh", Part::Number(Field::HourOfHalf, 1, 2)),
    ("h", Part::Number(Field::HourOfHalf, 1, 2)),
    ("mm", Part::Number(Field::Minute, 2, 2)),
    ("ss", Part::Number(Field::Second, 2, 2)),
    ("A", Part::Half),
    ("a", Part::Half),
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
    /// Where it does not say where year, month and day stand, each once, or what the hours are, in plain words.
    pub fn parse(text: &str) -> Result<DateFormat, String> {
        let mut parts = parts(text)?;
        let count = |wanted: &[Field]| {
            parts.iter().filter(|part| matches!(part, Part::Number(field, ..) if wanted.contains(field))).count()
        };
        let names = parts.iter().filter(|part| **part == Part::MonthName).count();
        let dates = [count(&[Field::Year, Field::ShortYear]), count(&[Field::Month]) + names, count(&[Field::Day])];
        if dates != [1, 1, 1] {
            return Err(format!(
                "`{text}` does not say where year, month and day stand, each once: write `DD/MM/YYYY`; {IN_QUOTES}"
            ));
        }
        let halves = parts.iter().filter(|part| **part == Part::Half).count();
        let (hours, hours_of_half) = (count(&[Field::Hour]), count(&[Field::HourOfHalf]));
        let once = hours + hours_of_half <= 1 && count(&[Field::Minute]) <= 1 && count(&[Field::Second]) <= 1;
        if !once || halves != hours_of_half {
            return Err(format!(
                "`{text}` does not say which hour is meant: write `HH:mm`, or `h:mm a` where AM or PM stands behind; {IN_QUOTES}"
            ));
        }
        tell_apart(&mut parts);
        Ok(DateFormat { written: text.to_owned(), parts })
    }

    /// As it is written.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.written
    }

    /// A date in this format as a date that every reader of facts knows (`2026-12-31`), where it is one. One that names an hour and no
    /// zone is UTC.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<String> {
        let (mut year, mut month, mut day) = (0, 0, 0);
        let (mut hour, mut minute, mut second) = (None, None, None);
        let mut afternoon = None;
        let mut rest = text.trim();
        for part in &self.parts {
            match part {
                Part::Letter(' ') => rest = rest.strip_prefix(BLANKS)?,
                Part::Letter(letter) => rest = rest.strip_prefix(*letter)?,
                Part::MonthName => {
                    let end = rest.find(|letter: char| !letter.is_alphabetic()).unwrap_or(rest.len());
                    let (name, behind) = rest.split_at_checked(end)?;
                    month = month_of(name)?;
                    rest = behind;
                }
                Part::Half => {
                    let (value, behind) = half(rest)?;
                    afternoon = Some(value);
                    rest = behind;
                }
                Part::Number(field, least, most) => {
                    let (value, behind) = number(rest, *least, *most)?;
                    rest = behind;
                    match field {
                        Field::Year => year = value,
                        Field::ShortYear => year = 2000 + value,
                        Field::Month => month = value,
                        Field::Day => day = value,
                        Field::Hour | Field::HourOfHalf => hour = Some(value),
                        Field::Minute => minute = Some(value),
                        Field::Second => second = Some(value),
                    }
                }
            }
        }
        if let Some(afternoon) = afternoon {
            // Twelve comes before one: 12 AM is midnight, and 12 PM is noon.
            hour = Some(hour.filter(|hour| (1..=12).contains(hour))? % 12 + if afternoon { 12 } else { 0 });
        }
        let date = format!("{year:04}-{month:02}-{day:02}");
        let text = match (hour, minute, second) {
            (None, None, None) => date,
            (hour, minute, second) => {
                let part = |value: Option<u32>| value.unwrap_or(0);
                format!("{date}T{:02}:{:02}:{:02}Z", part(hour), part(minute), part(second))
            }
        };
        (rest.is_empty() && Time::parse(&text).is_ok()).then_some(text)
    }
}

/// What a blank of a format stands for: since version 20 Java puts one that does not break in front of PM
/// (<https://inside.java/2024/03/29/quality-heads-up/>).
const BLANKS: [char; 3] = [' ', '\u{a0}', '\u{202f}'];

const IN_QUOTES: &str = "letters that stand for themselves may stand in `'…'`";

/// The words and letters of a format.
fn parts(text: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if let Some(quoted) = rest.strip_prefix('\'') {
            let Some((inside, behind)) = quoted.split_once('\'') else {
                return Err(format!("in `{text}` the last `'` has no end"));
            };
            parts.extend(inside.chars().map(Part::Letter));
            rest = behind;
            continue;
        }
        let word = WORDS.iter().find_map(|(word, part)| rest.strip_prefix(word).map(|behind| (*part, behind)));
        let (part, behind) = word.unwrap_or((Part::Letter(letter), rest.get(letter.len_utf8()..).unwrap_or_default()));
        parts.push(part);
        rest = behind;
    }
    Ok(parts)
}

/// Of numbers with nothing between, each has all its digits: `2026112` would be two dates.
fn tell_apart(parts: &mut [Part]) {
    let mut before = false;
    let mut rest = parts;
    while let [part, behind @ ..] = rest {
        let follows = matches!(behind.first(), Some(Part::Number(..) | Part::Letter('0'..='9')));
        let is_number = matches!(part, Part::Number(..) | Part::Letter('0'..='9'));
        if let Part::Number(_, least, most) = part
            && (before || follows)
        {
            *least = *most;
        }
        before = is_number;
        rest = behind;
    }
}

/// Whether a text begins with PM, or else with AM; and what is behind it.
fn half(text: &str) -> Option<(bool, &str)> {
    [("am", false), ("pm", true), ("a.m.", false), ("p.m.", true)].into_iter().find_map(|(word, afternoon)| {
        let (start, rest) = text.split_at_checked(word.len())?;
        start.eq_ignore_ascii_case(word).then_some((afternoon, rest))
    })
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
            ("DD-MMM-YYYY", "03-Sept-2026", "2026-09-03"),
            ("D MMMM YYYY", "3 september 2026", "2026-09-03"),
            ("DD/MM/YYYY HH:mm", "03/04/2026 17:05", "2026-04-03T17:05:00Z"),
            ("DD/MM/YYYY HH:mm:ss", "03/04/2026 7:05:09", "2026-04-03T07:05:09Z"),
            ("YYYY-MM-DDTHH:mm", "2026-04-03T17:05", "2026-04-03T17:05:00Z"),
            ("D MMMM YYYY HH'h'mm", "3 April 2026 17h05", "2026-04-03T17:05:00Z"),
            ("D MMM YYYY 'at' HH:mm", "3 Apr 2026 at 17:05", "2026-04-03T17:05:00Z"),
        ] {
            assert_eq!(read(format, text).as_deref(), Some(date), "{text} as {format}");
        }
        for (format, text) in [
            ("DD/MM/YYYY", "31/02/2026"),
            ("DD/MM/YYYY", "04/13/2026"),
            ("DD/MM/YYYY", "3/4/26"),
            ("DD/MM/YYYY", "03/04/2026 10:00"),
            ("DD-MMM-YYYY", "03-Se-2026"),
            ("DD-MMM-YYYY", "03-09-2026"),
            ("DD-MMM-YYYY", "03-Augustus-2026"),
            // December 3, or January 23?
            ("YYYYMMDD", "2026123"),
            ("DD/MM/YYYY HH:mm", "03/04/2026 24:00"),
            ("DD/MM/YYYY HH:mm", "03/04/2026 17:5"),
            ("DD/MM/YYYY HH:mm", "03/04/2026 5:05 PM"),
        ] {
            assert_eq!(read(format, text), None, "{text} as {format}");
        }
    }

    /// How Jira writes a moment where nobody changed it.
    const JIRA: &str = "dd/MMM/yy h:mm a";

    #[test]
    fn a_clock_of_twelve_hours_says_which_half() {
        for (text, date) in [
            ("21/Nov/26 3:05 PM", "2026-11-21T15:05:00Z"),
            ("21/Nov/26 3:05 AM", "2026-11-21T03:05:00Z"),
            ("21/Nov/26 03:05 pm", "2026-11-21T15:05:00Z"),
            ("21/nov/26 3:05 p.m.", "2026-11-21T15:05:00Z"),
            ("1/November/26 11:59 PM", "2026-11-01T23:59:00Z"),
            ("21/Nov/26 12:00 AM", "2026-11-21T00:00:00Z"),
            ("21/Nov/26 12:30 AM", "2026-11-21T00:30:00Z"),
            ("21/Nov/26 12:00 PM", "2026-11-21T12:00:00Z"),
            ("21/Nov/26 12:59 PM", "2026-11-21T12:59:00Z"),
            ("21/Nov/26 1:00 PM", "2026-11-21T13:00:00Z"),
            ("29/Feb/28 1:00 PM", "2028-02-29T13:00:00Z"),
            (" 21/Nov/26 3:05\u{202f}PM ", "2026-11-21T15:05:00Z"),
        ] {
            assert_eq!(read(JIRA, text).as_deref(), Some(date), "{text}");
            assert_eq!(read("DD/MMM/YY hh:mm A", text).as_deref(), Some(date), "{text}");
        }
        for text in [
            "21/Nov/26 15:05 PM",
            "21/Nov/26 13:05 AM",
            "21/Nov/26 0:05 AM",
            "21/Nov/26 00:05 PM",
            "21/Nov/26 3:05",
            "21/Nov/26 15:05",
            "21/Nov/26 3:05PM",
            "21/Nov/26 3:05 XM",
            "21/Nov/26 3:05 PM CET",
            "21/Nov/26 3:60 PM",
            "21/Nov/26 3:5 PM",
            "21/Nov/26",
            "21/Nov/2026 3:05 PM",
            "21/Nov/6 3:05 PM",
            "21/11/26 3:05 PM",
            "21/Nev/26 3:05 PM",
            "29/Feb/26 3:05 PM",
            "31/Nov/26 3:05 PM",
            "Nov/21/26 3:05 PM",
            "",
        ] {
            assert_eq!(read(JIRA, text), None, "{text}");
        }
        assert_eq!(read("M/D/YY h:mma", "3/4/26 3:05PM").as_deref(), Some("2026-03-04T15:05:00Z"));
        assert_eq!(read("M/D/YY h:mm:ss a", "3/4/26 12:05:09 am").as_deref(), Some("2026-03-04T00:05:09Z"));
    }

    #[test]
    fn two_digits_are_a_year_of_this_century() {
        for (format, text, date) in [
            ("DD/MM/YY", "31/12/00", Some("2000-12-31")),
            ("DD/MM/YY", "31/12/69", Some("2069-12-31")),
            ("DD/MM/YY", "31/12/99", Some("2099-12-31")),
            ("yyMMdd", "261231", Some("2026-12-31")),
            ("DD/MM/YY", "31/12/2026", None),
            ("YYMMDD", "20261231", None),
            ("YYMMDD", "20110312", None),
            ("YYMMDD", "26123", None),
            ("DD/MM/YYYY", "31/12/26", None),
        ] {
            assert_eq!(read(format, text).as_deref(), date, "{text} as {format}");
        }
    }

    #[test]
    fn a_format_names_year_month_and_day() {
        for text in ["", "DD/MM", "YYYY-DD", "DD/DD/YYYY", "DD/MM/YY YYYY", "%d/%m/%Y", "DD/MM/'YYYY'"] {
            let error = DateFormat::parse(text).unwrap_err();
            assert!(error.contains("where year, month and day stand"), "{text}: {error}");
        }
        for text in ["h:mm", "HH:mm a", "h:mm a a", "HH:mm HH", "h:mm a HH", "HH:mm:mm", "HHhmm", "a"] {
            let error = DateFormat::parse(&format!("DD/MM/YYYY {text}")).unwrap_err();
            assert!(error.contains("which hour is meant"), "{text}: {error}");
        }
        assert!(DateFormat::parse("DD/MM/YYYY 'at").unwrap_err().contains("has no end"));
    }
}
