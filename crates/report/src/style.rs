//! How text for people looks: colour or not, and how wide.

use unicode_width::UnicodeWidthStr;

/// How text for people looks. Whether the terminal can show colour is decided by the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour. No meaning is in the colour alone.
    pub colour: bool,
    /// Columns that lines are fitted to.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self { colour: false, width: 100 }
    }
}

/// What a piece of text is painted for; the colours are of the terminal's own palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    /// Failures and errors.
    Bad,
    /// What is unknown, and warnings.
    Doubtful,
    /// What passes.
    Good,
    /// What is waiting or was decided by people: pending, excepted, and second places.
    Other,
    /// What the eye should find first.
    Strong,
    /// What it may pass over.
    Faint,
}

impl Paint {
    fn code(self) -> &'static str {
        match self {
            Paint::Bad => "31",
            Paint::Doubtful => "33",
            Paint::Good => "32",
            Paint::Other => "36",
            Paint::Strong => "1",
            Paint::Faint => "2",
        }
    }

    /// The sequence that begins it.
    pub(crate) fn begin(self) -> String {
        format!("\u{1b}[{}m", self.code())
    }
}

/// The sequence that ends any paint.
pub(crate) const END: &str = "\u{1b}[0m";

impl Style {
    /// The text, painted where colour is wanted.
    pub(crate) fn paint(self, paint: Paint, text: &str) -> String {
        if self.colour && !text.is_empty() { format!("{}{text}{END}", paint.begin()) } else { text.to_owned() }
    }

    /// A heading in the colour of a paint, and strong.
    pub(crate) fn paint_strong(self, paint: Paint, text: &str) -> String {
        if self.colour { format!("\u{1b}[1;{}m{text}{END}", paint.code()) } else { text.to_owned() }
    }

    /// The width to fit to; very narrow terminals are treated as if they had 40 columns.
    pub(crate) fn fit(self) -> usize {
        self.width.max(40)
    }
}

/// Columns that a text takes on a terminal.
pub(crate) fn columns(text: &str) -> usize {
    // Of what is nearly all text every character takes one: ASCII, what else Latin-1 prints (`·` in tables), and our marks.
    if text.bytes().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~')) {
        return text.len();
    }
    let takes_one = |letter| matches!(letter, ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{ff}' | '✗' | '◷' | '○' | '✓' | '∅' | '—');
    if text.chars().all(takes_one) { text.chars().count() } else { text.width() }
}

/// Breaks at blanks so that no line is wider than `width`; a word that is wider stays whole, so that paths can be clicked.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut taken) = (String::new(), 0);
    for word in text.split(' ') {
        let takes = columns(word);
        if !line.is_empty() && taken + 1 + takes > width {
            lines.push(std::mem::take(&mut line));
            taken = 0;
        }
        if !line.is_empty() {
            line.push(' ');
            taken += 1;
        }
        line.push_str(word);
        taken += takes;
    }
    lines.push(line);
    lines
}

/// A number with its thousands apart: `1,234`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 control`, `2 controls`; the plural is given where it is not the noun and an `s`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_fitted() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("", 7), [""]);
        assert_eq!(wrap("facts/a_long_path.json:1:2 x", 5), ["facts/a_long_path.json:1:2", "x"]);
        assert_eq!((grouped(7).as_str(), grouped(1234567).as_str()), ("7", "1,234,567"));
        assert_eq!(counted(1, "source"), "1 source");
    }

    #[test]
    fn what_is_counted_by_characters_takes_one_column_each() {
        for letter in (' '..='\u{17f}').chain("✗◷○✓∅—".chars()).map(String::from) {
            assert_eq!(columns(&letter), letter.width(), "{letter:?}");
        }
        assert_eq!((columns("a·é"), columns("日本"), columns("e\u{301}")), (3, 4, 1));
    }
}
