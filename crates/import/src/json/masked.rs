//! What an excerpt of broken JSON shows: keys, brackets and commas, and never what the values are.
//!
//! Secrets stand in clear text in plans and states, and which of the values they are is not known of a file that cannot be read.

use crate::json::scan::text_end;
use std::ops::Range;
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_source::{FileId, Sources};

/// Hides the values on the lines that errors about JSON speak of.
pub(crate) fn mask(sources: &mut Sources, diagnostics: &[Diagnostic]) {
    let mut found: Vec<(FileId, Vec<Range<usize>>)> = Vec::new();
    for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.is_error()) {
        let about_json = match diagnostic.code {
            codes::BROKEN_JSON => true,
            codes::NOT_UTF8 | codes::LIMIT_EXCEEDED | codes::UNKNOWN_KIND => false,
            _ => continue,
        };
        for label in &diagnostic.labels {
            let Some(file) = sources.get(label.span.file) else { continue };
            let begins = file.bytes.iter().find(|byte| !byte.is_ascii_whitespace());
            if about_json || matches!(begins, Some(b'{' | b'[')) {
                let line = line_of(&file.bytes, label.span.start as usize, label.span.end as usize);
                found.push((label.span.file, values(&file.bytes, line)));
            }
        }
    }
    for (file, values) in found {
        sources.hide(file, &values);
    }
}

/// The lines that hold these bytes.
fn line_of(bytes: &[u8], start: usize, end: usize) -> Range<usize> {
    let (start, end) = (start.min(bytes.len()), end.min(bytes.len()));
    let before = bytes.get(..start).unwrap_or_default();
    let behind = bytes.get(end..).unwrap_or_default();
    let begin = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    begin..memchr::memchr(b'\n', behind).map_or(bytes.len(), |at| end + at)
}

/// The values on a line of JSON, without their quotes. No text goes over the end of a line; behind the first thing that is no JSON
/// nothing is sure, and all is hidden.
fn values(bytes: &[u8], line: Range<usize>) -> Vec<Range<usize>> {
    let text = bytes.get(line.clone()).unwrap_or_default();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let end = match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b'{' | b'}' | b'[' | b']' | b',' | b':' => {
                at += 1;
                continue;
            }
            b'"' => match text_end(text, at + 1) {
                Ok(end) => end.quote + 1,
                Err(_) => break,
            },
            _ => {
                let rest = text.get(at..).unwrap_or_default();
                at + rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte)).count()
            }
        };
        let word = text.get(at..end).unwrap_or_default();
        let next = text.get(end..).unwrap_or_default().iter().find(|byte| !byte.is_ascii_whitespace());
        match word {
            b"true" | b"false" | b"null" => {}
            [b'"', ..] if next == Some(&b':') => {}
            [b'"', .., b'"'] => found.push(line.start + at + 1..line.start + end - 1),
            [b'0'..=b'9' | b'-', ..] => found.push(line.start + at..line.start + end),
            _ => break,
        }
        at = end;
    }
    if at < text.len() {
        found.push(line.start + at..line.end);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{line_of, values};

    /// The text with one `*` for whatever is hidden in one piece.
    fn masked(text: &str) -> String {
        let mut shown = String::new();
        let mut at = 0;
        for range in values(text.as_bytes(), 0..text.len()) {
            shown.push_str(&text[at..range.start]);
            shown.push('*');
            at = range.end;
        }
        shown + &text[at..]
    }

    #[test]
    fn keys_are_shown_and_values_are_not() {
        for (text, shown) in [
            (
                r#"{"password": "hunter2", "n": 12, "on": true, "x": null}"#,
                r#"{"password": "*", "n": *, "on": true, "x": null}"#,
            ),
            (r#"  "a": ["b", {"c" : "d"}],"#, r#"  "a": ["*", {"c" : "*"}],"#),
            // What is cut short, and what follows on something that is no JSON.
            (r#"{"password": "hunt"#, r#"{"password": *"#),
            (r#"{"a": "b"c", "password": "hunter2"}"#, r#"{"a": "*"*"#),
            (r#"{"a": b, "password": "hunter2"}"#, r#"{"a": *"#),
            (r#"{"a": "x\"y: z", "b": 1}"#, r#"{"a": "*", "b": *}"#),
            ("", ""),
        ] {
            assert_eq!(masked(text), shown, "{text}");
        }
    }

    #[test]
    fn the_line_of_a_place() {
        let text = b"ab\ncd\nef";
        assert_eq!((line_of(text, 3, 4), line_of(text, 0, 0), line_of(text, 99, 99)), (3..5, 0..2, 6..8));
    }
}
