//! The text of a program, as its author wrote it.

use std::borrow::Cow;

use tickmark_source::Span;

use crate::ir::Program;

impl Program {
    /// The text of a span as it stands there.
    #[must_use]
    pub fn excerpt(&self, span: Span) -> String {
        let text = self.text(span);
        text.get(span.start as usize..span.end as usize).unwrap_or("").to_owned()
    }

    /// The text of a span, blanks and line breaks folded to one blank.
    #[must_use]
    pub fn snippet(&self, span: Span) -> String {
        self.line(span).into_owned()
    }

    /// As [`Program::snippet`]: most texts stand on one line, and are as they are.
    pub(crate) fn line(&self, span: Span) -> Cow<'_, str> {
        let text = self.text(span);
        let cut = text.get(span.start as usize..span.end as usize).unwrap_or("");
        if is_one_line(cut) {
            return Cow::Borrowed(cut);
        }
        let mut line = String::with_capacity(cut.len());
        for word in cut.split_whitespace() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        Cow::Owned(line)
    }

    /// The text of the file of a span.
    fn text(&self, span: Span) -> &str {
        let index = self.texts.binary_search_by_key(&span.file, |(file, _)| *file);
        index.ok().and_then(|index| self.texts.get(index)).map_or("", |(_, text)| text)
    }
}

/// Whether there is nothing to fold in a text: words of ASCII, and one blank between two. Of other text it is not said.
fn is_one_line(text: &str) -> bool {
    let bytes = text.as_bytes();
    let at_end = text.starts_with(' ') || text.ends_with(' ');
    // Without a way out in between, many bytes are looked at in one step.
    let other = bytes.iter().fold(false, |other, byte| other | !matches!(byte, b' '..=b'~'));
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let double = pairs.fold(false, |double, (a, b)| double | ((*a == b' ') & (*b == b' ')));
    !at_end && !other && !double
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is taken as it is would have been left as it is.
    #[test]
    fn one_line_is_left_alone() {
        for text in [
            "",
            "a",
            "every model has approval",
            "a  b",
            " a",
            "a ",
            "a\nb",
            "a\tb",
            "é b",
            "a\u{b}b",
            "a\u{a0}b",
            "  ",
        ] {
            let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(!is_one_line(text) || folded == text, "{text:?}");
        }
        assert!(is_one_line("no x where a contains \"0.0.0.0/0\" and b <= 22"));
    }
}
