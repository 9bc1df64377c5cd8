//! Lines of a file with the places in question underlined; ariadne draws the marks under each line.

use std::ops::Range;

use ariadne::{CharSet, Color, Config, IndexType, Label, Report, ReportKind, Source};
use tickmark_source::{FileId, Place, Span};

use crate::escape;
use crate::places::Places;
use crate::style::{Paint, Style};

/// A place to underline.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    pub(crate) span: Span,
    /// Said under the line; empty for a bare underline. Must be safe to print.
    pub(crate) text: String,
    pub(crate) paint: Paint,
}

/// A line of a file with its marks: ranges are of bytes in the line.
struct Row {
    file: FileId,
    number: u32,
    line: Range<usize>,
    marks: Vec<(Range<usize>, Mark)>,
}

/// No line is shown wider, however wide the terminal.
const WIDEST: usize = 180;

/// The lines that hold the marks, in order, those of file `named` first; other files are introduced by
/// their name. Every line ends with a line break and begins with `indent` blanks.
pub(crate) fn excerpt(marks: &[Mark], named: FileId, places: &Places, style: Style, indent: usize) -> String {
    let number = |mark: &Mark| places.line_column(mark.span.place()).line;
    let digits = marks.iter().map(|mark| number(mark).to_string().len()).max().unwrap_or(1);
    // Gutter, and the dots on both sides of a window.
    let limit = style.fit().saturating_sub(indent + digits + 8).clamp(32, WIDEST);
    let rows = rows(marks, named, places, limit);
    let blanks = " ".repeat(indent);
    let gutter = |text: &str, bar: &str| {
        format!("{blanks}{}", style.paint(Paint::Faint, &format!("{text:>width$} {bar}", width = digits + 1)))
    };
    let mut out = String::new();
    let mut before: Option<(FileId, u32)> = None;
    for row in &rows {
        let file_before = before.map_or(named, |(file, _)| file);
        if row.file != file_before {
            let first = row.marks.first().map_or(0, |(range, _)| range.start);
            let offset = u32::try_from(row.line.start + first).unwrap_or(u32::MAX);
            let at = places.describe(Place { file: row.file, offset });
            out.push_str(&format!("{}{at}\n", gutter("", "├─ ")));
        } else if before.is_some_and(|(_, number)| number + 1 != row.number) {
            out.push_str(&format!("{}\n", gutter("", "┆")));
        }
        before = Some((row.file, row.number));
        let bytes = places.bytes(row.file).get(row.line.clone()).unwrap_or(&[]);
        let hidden = hidden(row, places, limit);
        for (index, line) in draw((bytes, &hidden), &row.marks, limit, style).into_iter().enumerate() {
            let number = if index == 0 { row.number.to_string() } else { String::new() };
            out.push_str(format!("{}{line}", gutter(&number, "│")).trim_end());
            out.push('\n');
        }
    }
    out
}

/// The marks by line. A mark over several lines is shown on its first; marks that are too far apart in a long line for one
/// window are shown in two.
fn rows(marks: &[Mark], named: FileId, places: &Places, limit: usize) -> Vec<Row> {
    let mut marks: Vec<&Mark> = marks.iter().collect();
    marks.sort_by_key(|mark| (mark.span.file != named, mark.span));
    let mut rows: Vec<Row> = Vec::new();
    for mark in marks {
        let place = mark.span.place();
        let line = places.line_of(place);
        let start = (mark.span.start as usize).clamp(line.start, line.end);
        let end = (mark.span.end as usize).clamp(start, line.end);
        let range = start - line.start..end - line.start;
        let near = |row: &Row| {
            let first = row.marks.first().map_or(0, |(range, _)| range.start);
            range.start < limit || range.start - first.min(range.start) < limit / 2
        };
        match rows.last_mut().filter(|row| row.file == mark.span.file && row.line.start == line.start && near(row)) {
            Some(row) if row.marks.iter().any(|(other, _)| *other == range) => {}
            Some(row) => {
                row.line.end = row.line.end.max(line.end);
                row.marks.push((range, mark.clone()));
            }
            None => rows.push(Row {
                file: mark.span.file,
                number: places.line_column(place).line,
                line,
                marks: vec![(range, mark.clone())],
            }),
        }
    }
    rows
}

/// The bytes of the line that are not to be shown, near its marks.
fn hidden(row: &Row, places: &Places, limit: usize) -> Vec<Range<usize>> {
    let first = row.marks.iter().map(|(range, _)| range.start).min().unwrap_or(0);
    let last = row.marks.iter().map(|(range, _)| range.end).max().unwrap_or(0);
    // No window is wider, whatever its characters take.
    let reach = 8 * limit;
    let from = row.line.start + first.saturating_sub(reach);
    let to = (row.line.start + last).saturating_add(reach).min(row.line.end);
    let found = places.hidden_in(row.file, from..to);
    let inside = |at: usize| at.saturating_sub(row.line.start);
    found.into_iter().map(|range| inside(range.start)..inside(range.end)).collect()
}

/// The line and what stands under it, without the gutter.
fn draw(
    (line, hidden): (&[u8], &[Range<usize>]),
    marks: &[(Range<usize>, Mark)],
    limit: usize,
    style: Style,
) -> Vec<String> {
    let ranges: Vec<Range<usize>> = marks.iter().map(|(range, _)| range.clone()).collect();
    let window = window((line, hidden), &ranges, limit);
    let bare = marks.iter().all(|(range, mark)| mark.text.is_empty() && !range.is_empty());
    let config = Config::new()
        .with_index_type(IndexType::Byte)
        .with_char_set(CharSet::Unicode)
        .with_color(style.colour)
        .with_cross_gap(false);
    let mut report = Report::build(ReportKind::Custom("", Color::Primary), 0..0).with_config(config);
    for ((_, mark), shown) in marks.iter().zip(window.marks) {
        let Some(shown) = shown.filter(|shown| shown.start <= shown.end) else { continue };
        // ariadne draws nothing for a mark without a message.
        let text = if mark.text.is_empty() && !bare { "here" } else { mark.text.as_str() };
        report = report.with_label(Label::new(shown).with_message(text).with_color(colour(mark.paint)));
    }
    let mut bytes = Vec::new();
    // Writing to memory does not fail; were it to, the excerpt would be missing and nothing else.
    let _ = report.finish().write(Source::from(window.text), &mut bytes);
    let drawn = String::from_utf8_lossy(&bytes);
    // Title, file and an empty line come first, the corner last: the gutter and the names of files are ours, since ariadne can
    // neither number a line cut out of a file nor say its column.
    let lines: Vec<&str> = drawn.lines().collect();
    let inner = lines.get(3..lines.len().saturating_sub(1)).unwrap_or(&[]);
    let mut inner: Vec<String> = inner.iter().map(|line| merge_paint(after_gutter(line))).collect();
    if bare {
        inner.truncate(2);
        if let Some(underline) = inner.get_mut(1) {
            *underline = underline.replace('┬', "─");
        }
    }
    inner
}

/// What ariadne wrote after its own bar.
fn after_gutter(line: &str) -> &str {
    let rest = line.split_once('│').map_or("", |(_, rest)| rest);
    rest.strip_prefix(crate::style::END).unwrap_or(rest)
}

/// The grey that ariadne gives to what is not marked: hard to read on a light ground, so it is left out.
const UNMARKED: &str = "\u{1b}[38;5;249m";

/// ariadne paints each character by itself: neighbours of one colour are painted together.
fn merge_paint(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    let mut active = "";
    let mut open = "";
    while !rest.is_empty() {
        let sequence = rest.strip_prefix("\u{1b}[").and_then(|tail| tail.find('m')).and_then(|end| rest.get(..end + 3));
        if let Some(sequence) = sequence {
            active = if sequence == crate::style::END || sequence == UNMARKED { "" } else { sequence };
            rest = rest.get(sequence.len()..).unwrap_or("");
            continue;
        }
        if active != open {
            if !open.is_empty() {
                out.push_str(crate::style::END);
            }
            out.push_str(active);
            open = active;
        }
        let next = rest
            .char_indices()
            .skip(1)
            .map(|(at, _)| at)
            .find(|at| rest.get(*at..).is_some_and(|tail| tail.starts_with('\u{1b}')));
        let (plain, tail) = rest.split_at(next.unwrap_or(rest.len()));
        out.push_str(plain);
        rest = tail;
    }
    if !open.is_empty() {
        out.push_str(crate::style::END);
    }
    out
}

fn colour(paint: Paint) -> Color {
    match paint {
        Paint::Bad => Color::Red,
        Paint::Doubtful => Color::Yellow,
        Paint::Good => Color::Green,
        Paint::Other | Paint::Strong | Paint::Faint => Color::Cyan,
    }
}

/// What is shown of a line, and where the marks are in it; a mark outside the window has no range.
struct Window {
    text: String,
    marks: Vec<Option<Range<usize>>>,
}

/// Cuts a window of about `limit` columns round the first mark and makes it safe to print. A minified export is one line
/// of megabytes: only the window is looked at.
fn window((line, hidden): (&[u8], &[Range<usize>]), ranges: &[Range<usize>], limit: usize) -> Window {
    let first = ranges.iter().map(|range| range.start).min().unwrap_or(0);
    let last = ranges.iter().map(|range| range.end).max().unwrap_or(0);
    let begin = if line.len() <= limit || last < limit { 0 } else { back(line, first, limit / 3) };
    let mut text = if begin > 0 { "… ".to_owned() } else { String::new() };
    let mut starts: Vec<Option<usize>> = vec![None; ranges.len()];
    let mut ends: Vec<Option<usize>> = vec![None; ranges.len()];
    let mut at = begin;
    let mut used = 0;
    let tail = line.get(begin..line.len().min(begin + 4 * limit)).unwrap_or(&[]);
    'all: for chunk in tail.utf8_chunks() {
        let letters = chunk.valid().chars().map(Piece::Letter);
        for piece in letters.chain(chunk.invalid().iter().map(|byte| Piece::Byte(*byte))) {
            if used >= limit {
                break 'all;
            }
            let length = piece.length();
            for ((range, start), end) in ranges.iter().zip(&mut starts).zip(&mut ends) {
                if start.is_none() && range.start >= begin && range.start < at + length {
                    *start = Some(text.len());
                }
                if end.is_none() && range.end <= at {
                    *end = Some(text.len());
                }
            }
            let before = text.len();
            if hidden.iter().any(|range| range.contains(&at)) {
                text.push('*');
            } else {
                piece.push(&mut text);
            }
            used += crate::style::columns(text.get(before..).unwrap_or(""));
            at += length;
        }
    }
    let shown_to_end = at >= line.len();
    let marks = ranges
        .iter()
        .zip(starts.into_iter().zip(ends))
        .map(|(range, (start, end))| {
            // A mark behind the last character stands at the end of what is shown.
            let start = start.or_else(|| (shown_to_end && range.start >= at).then_some(text.len()))?;
            Some(start..end.unwrap_or(text.len()).max(start))
        })
        .collect();
    if !shown_to_end {
        text.push_str(" …");
    }
    Window { text, marks }
}

/// A piece of a line: a character, or a byte that is no text.
enum Piece {
    Letter(char),
    Byte(u8),
}

impl Piece {
    fn length(&self) -> usize {
        match self {
            Piece::Letter(letter) => letter.len_utf8(),
            Piece::Byte(_) => 1,
        }
    }

    fn push(&self, text: &mut String) {
        match self {
            Piece::Letter('\t') => text.push_str("    "),
            Piece::Letter(letter) => escape::push_clean(text, *letter),
            Piece::Byte(byte) => escape::push_byte(text, u32::from(*byte)),
        }
    }
}

/// The offset `count` characters before `from`.
fn back(line: &[u8], from: usize, count: usize) -> usize {
    let mut at = from.min(line.len());
    for _ in 0..count {
        at = at.saturating_sub(1);
        while at > 0 && line.get(at).is_some_and(|byte| (byte & 0xC0) == 0x80) {
            at -= 1;
        }
    }
    at
}

/// The span of the value that begins at a place: a quoted text, or what stands up to the next comma, bracket or line break.
pub(crate) fn value_span(bytes: &[u8], place: Place) -> Span {
    if let Some(inside) = first_line_inside(bytes, place) {
        return inside;
    }
    let start = place.offset as usize;
    let rest = bytes.get(start..bytes.len().min(start + 400)).unwrap_or(&[]);
    let length = match rest.first() {
        Some(quote @ (b'"' | b'\'')) => quoted(rest, *quote),
        Some(b'{' | b'[' | b'<') => 1,
        _ => plain(rest),
    };
    let end = place.offset.saturating_add(u32::try_from(length).unwrap_or(0));
    Span::new(place.file, place.offset, end)
}

/// Of an object or list whose bracket stands alone at the end of its line, the first line inside: a bare bracket tells
/// nobody which record is meant.
fn first_line_inside(bytes: &[u8], place: Place) -> Option<Span> {
    let start = place.offset as usize;
    let rest = bytes.get(start..bytes.len().min(start + 400))?;
    if !matches!(rest.first(), Some(b'{' | b'[')) {
        return None;
    }
    let line_break = rest.iter().position(|byte| *byte == b'\n')?;
    if !rest.get(1..line_break)?.trim_ascii().is_empty() {
        return None;
    }
    let line_start = bytes.get(..start)?.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let before = bytes.get(line_start..start)?;
    if before.iter().any(|byte| !matches!(byte, b' ' | b'\t' | b'[' | b'{' | b'-')) {
        return None;
    }
    let next = rest.get(line_break + 1..)?;
    let blanks = next.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let text = next.get(blanks..)?.split(|byte| *byte == b'\n').next()?.trim_ascii_end();
    let first = u32::try_from(start + line_break + 1 + blanks).ok()?;
    let length = u32::try_from(text.strip_suffix(b",").unwrap_or(text).len()).ok().filter(|length| *length > 0)?;
    Some(Span::new(place.file, first, first + length))
}

/// The length of a quoted text with its quotes, or up to the end of its line.
fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut escaped = false;
    for (at, byte) in rest.iter().enumerate().skip(1) {
        match byte {
            b'\n' => return at,
            _ if escaped => escaped = false,
            b'\\' if quote == b'"' => escaped = true,
            byte if *byte == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of an unquoted value: a colon ends it only where a blank follows, so that times stay whole.
fn plain(rest: &[u8]) -> usize {
    let ends = |at: usize, byte: u8| match byte {
        b',' | b'}' | b']' | b'\n' | b'\r' | b';' | b'\t' => true,
        b':' => rest.get(at + 1).is_none_or(u8::is_ascii_whitespace),
        b' ' => rest.get(at + 1) == Some(&b'#'),
        _ => false,
    };
    let end = rest.iter().enumerate().find(|(at, byte)| ends(*at, **byte)).map_or(rest.len(), |(at, _)| at);
    rest.get(..end).unwrap_or(&[]).trim_ascii_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(line: &[u8], range: Range<usize>, limit: usize) -> String {
        let window = window((line, &[]), std::slice::from_ref(&range), limit);
        let marked = window.marks.into_iter().next().flatten().map(|range| window.text[range].to_owned());
        format!("{}|{}", window.text, marked.unwrap_or_else(|| "-".to_owned()))
    }

    #[test]
    fn a_window_is_cut_round_the_mark() {
        assert_eq!(show(b"stage: production", 7..17, 40), "stage: production|production");
        let long = format!("{}\"production\"{}", "x".repeat(100_000), "y".repeat(100_000));
        let shown = show(long.as_bytes(), 100_000..100_012, 40);
        assert_eq!(shown, format!("… {}\"production\"{} …|\"production\"", "x".repeat(13), "y".repeat(15)));
        // At the start nothing is cut before; at the end nothing after.
        assert_eq!(
            show(&long.as_bytes()[100_000..], 0..12, 20),
            format!("\"production\"{} …|\"production\"", "y".repeat(8))
        );
        assert_eq!(
            show(&long.as_bytes()[..100_012], 100_000..100_012, 30),
            format!("… {}\"production\"|\"production\"", "x".repeat(10))
        );
        // A mark longer than the window ends with it.
        assert_eq!(show("z".repeat(500).as_bytes(), 0..500, 20), format!("{} …|{}", "z".repeat(20), "z".repeat(20)));
    }

    #[test]
    fn bytes_that_are_no_text_are_written_out() {
        assert_eq!(show(b"a\xff\tb\x1b[2Jc", 4..5, 40), "a\\xff    b\\x1b[2Jc|\\x1b");
        assert_eq!(show("x 模型 y".as_bytes(), 2..8, 40), "x 模型 y|模型");
        // A range that begins inside a character takes the character.
        assert_eq!(show("模型".as_bytes(), 1..2, 40), "模型|模");
        assert_eq!(show(b"", 0..0, 40), "|");
        assert_eq!(show(b"abc", 3..3, 40), "abc|");
    }

    #[test]
    fn a_value_is_found_from_where_it_begins() {
        let value = |text: &str| {
            let span = value_span(text.as_bytes(), Place { file: FileId(0), offset: 0 });
            text[..span.end as usize].to_owned()
        };
        assert_eq!(value("\"a \\\" b\", 1"), "\"a \\\" b\"");
        assert_eq!(value("'it', 1"), "'it'");
        assert_eq!(value("production, x"), "production");
        assert_eq!(value("2026-03-01T10:00:00Z }"), "2026-03-01T10:00:00Z");
        assert_eq!(value("name: fraud"), "name");
        assert_eq!(value("two words # why"), "two words");
        assert_eq!(value("{ name: x }"), "{");
        assert_eq!(value(""), "");
    }

    #[test]
    fn no_bytes_and_no_range_panic() {
        let mut sources = tickmark_source::Sources::new();
        let file = sources.add("f", b"a\xff\xfe\r\n\xe6\xa8\n\t\x1b]0;x\x07 \xe6\xa8\xa1 z\n\n".to_vec());
        let places = Places::new(&sources);
        for start in 0..30 {
            for end in 0..30 {
                for text in ["", "what"] {
                    let mark = Mark { span: Span { file, start, end }, text: text.to_owned(), paint: Paint::Bad };
                    for colour in [false, true] {
                        let shown = excerpt(std::slice::from_ref(&mark), file, &places, Style { colour, width: 60 }, 2);
                        assert!(colour || !shown.contains('\u{1b}'), "{shown:?}");
                        assert!(!shown.is_empty());
                    }
                }
            }
        }
        let stranger = Mark { span: Span::new(FileId(7), 3, 9), text: String::new(), paint: Paint::Bad };
        let _ = excerpt(&[stranger], file, &places, Style::default(), 0);
    }
}
