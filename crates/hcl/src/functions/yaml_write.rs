//! `yamlencode`, letter by letter as Terraform writes it.

use super::Outcome;
use crate::fault::Fault;
use crate::limits;
use crate::value::{Kind, Value};

pub(super) fn yamlencode(values: &[Value]) -> Outcome {
    let Some(value) = values.first() else { return Err(Fault::new("it wants one argument")) };
    let mut out = String::new();
    write(value, 0, Position::Start, &mut out);
    if out.len() > limits::TEXT {
        return Err(Fault::new("the text would be longer than the limit of 16 MiB"));
    }
    // A plain scalar by itself could go on, so its end is marked.
    if matches!(value.kind, Kind::Null | Kind::Bool(_) | Kind::Number(_)) {
        out.push_str("...\n");
    }
    Ok(Value::text(out))
}

/// Where a value is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    /// At the start of the text.
    Start,
    /// Behind `- `.
    Item,
    /// Behind `key:`.
    Entry,
}

fn write(value: &Value, indent: usize, position: Position, out: &mut String) {
    if out.len() > limits::TEXT {
        return;
    }
    let spaces = |count: usize| " ".repeat(count);
    let blank = if position == Position::Entry { " " } else { "" };
    match &value.kind {
        Kind::Null => out.push_str(&format!("{blank}null\n")),
        Kind::Bool(truth) => out.push_str(&format!("{blank}{truth}\n")),
        Kind::Number(number) => out.push_str(&format!("{blank}{number}\n")),
        Kind::Text(_) | Kind::Json(_) => {
            let text = value.as_text().map_or("", |text| text);
            out.push_str(blank);
            write_text(text, indent, position, out);
            out.push('\n');
        }
        Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => {
            if items.is_empty() {
                out.push_str(&format!("{blank}[]\n"));
                return;
            }
            // A list stands as far in as the key it belongs to.
            if position == Position::Entry {
                out.push('\n');
            }
            for (index, item) in items.iter().enumerate() {
                if index > 0 || position == Position::Entry {
                    out.push_str(&spaces(indent));
                }
                out.push_str("- ");
                write(item, indent + 2, Position::Item, out);
            }
        }
        Kind::Map(entries) | Kind::Object(entries) => {
            if entries.is_empty() {
                out.push_str(&format!("{blank}{{}}\n"));
                return;
            }
            let indent = if position == Position::Entry { indent + 2 } else { indent };
            if position == Position::Entry {
                out.push('\n');
            }
            for (index, (key, item)) in entries.iter().enumerate() {
                if index > 0 || position == Position::Entry {
                    out.push_str(&spaces(indent));
                }
                quoted(key, None, out);
                out.push(':');
                write(item, indent, Position::Entry, out);
            }
        }
        // What is not known does not come here.
        Kind::Unknown(_) | Kind::Handle(_) => out.push_str(&format!("{blank}null\n")),
    }
}

/// A text of several lines as a block, any other in quotes.
fn write_text(text: &str, indent: usize, position: Position, out: &mut String) {
    let inner = match position {
        Position::Start | Position::Entry => indent + 2,
        Position::Item => indent,
    };
    if !text.contains('\n') || !block_allowed(text) {
        quoted(text, Some(inner), out);
        return;
    }
    out.push('|');
    if text.starts_with([' ', '\n']) {
        out.push('2');
    }
    let ends = text.len() - text.trim_end_matches('\n').len();
    match ends {
        0 => out.push('-'),
        1 if text.len() > 1 => {}
        _ => out.push('+'),
    }
    out.push('\n');
    let lines = text.strip_suffix('\n').unwrap_or(text);
    for (index, line) in lines.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        if !line.is_empty() {
            out.push_str(&" ".repeat(inner));
            out.push_str(line);
        }
    }
}

/// Whether a text can stand as it is, line by line.
fn block_allowed(text: &str) -> bool {
    !text.ends_with(' ') && !text.contains(" \n") && text.chars().all(|letter| letter == '\n' || is_printable(letter))
}

fn is_printable(letter: char) -> bool {
    matches!(u32::from(letter), 0x20..=0x7E | 0xA0..=0xD7FF | 0xE000..=0xFEFE | 0xFF00..=0xFFFD)
}

/// The column after which a text is broken at a blank.
const WIDTH: usize = 80;

/// A text in quotes; broken into lines that begin so far in, unless it is a key.
fn quoted(text: &str, broken_at: Option<usize>, out: &mut String) {
    let line = out.rfind('\n').map_or(0, |at| at + 1);
    let mut column = out.get(line..).map_or(0, |line| line.chars().count()) + 1;
    out.push('"');
    let mut after_blank = false;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let before = out.len();
        if let (' ', Some(indent), false) = (letter, broken_at, after_blank)
            && column > WIDTH
            && at > 0
            && letters.peek().is_some()
        {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
            // A blank at the start of a line would be lost.
            if letters.peek().is_some_and(|(_, next)| *next == ' ') {
                out.push('\\');
                column += 1;
            }
            after_blank = true;
            continue;
        }
        after_blank = letter == ' ';
        match letter {
            '\0' => out.push_str("\\0"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\u{1b}' => out.push_str("\\e"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{85}' => out.push_str("\\N"),
            '\u{2028}' => out.push_str("\\L"),
            '\u{2029}' => out.push_str("\\P"),
            other if is_printable(other) => out.push(other),
            other => match u32::from(other) {
                code @ 0..=0xFF => out.push_str(&format!("\\x{code:02X}")),
                code @ 0x100..=0xFFFF => out.push_str(&format!("\\u{code:04X}")),
                code => out.push_str(&format!("\\U{code:08X}")),
            },
        }
        column += out.get(before..).map_or(0, |added| added.chars().count());
    }
    out.push('"');
}
