//! Nothing that a stranger wrote may steer a terminal or hide from its reader.

use std::borrow::Cow;
use std::fmt::Write;

/// The text with control characters, terminal escapes, and characters that reorder or hide text written out
/// (`\n`, `\x1b`, `\u{202e}`). Printable text is returned as it is.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    let plain = || text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if plain() || !text.chars().any(is_dangerous) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        push_clean(&mut safe, letter);
    }
    Cow::Owned(safe)
}

/// Appends one character, written out where it is dangerous.
pub(crate) fn push_clean(safe: &mut String, letter: char) {
    match letter {
        '\n' => safe.push_str("\\n"),
        '\r' => safe.push_str("\\r"),
        '\t' => safe.push_str("\\t"),
        letter if !is_dangerous(letter) => safe.push(letter),
        letter if (letter as u32) < 0x100 => push_byte(safe, letter as u32),
        letter => {
            let _ = write!(safe, "\\u{{{:x}}}", letter as u32);
        }
    }
}

/// Appends a byte that is no text.
pub(crate) fn push_byte(safe: &mut String, byte: u32) {
    let _ = write!(safe, "\\x{byte:02x}");
}

/// Control characters, and format characters that reorder text, take no room or break lines. The joiners U+200C and U+200D
/// stay: several scripts need them.
pub(crate) fn is_dangerous(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_steer_a_terminal_is_written_out() {
        assert_eq!(clean("plain – ünï 模型"), "plain – ünï 模型");
        assert_eq!(clean("a\u{1b}[31mb\nc\td\u{7f}\u{9b}"), "a\\x1b[31mb\\nc\\td\\x7f\\x9b");
        assert_eq!(clean("x\u{202e}y\u{2066}\u{feff}"), "x\\u{202e}y\\u{2066}\\u{feff}");
    }
}
