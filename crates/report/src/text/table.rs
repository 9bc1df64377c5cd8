//! Tables for people.

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

use crate::clean;
use crate::style::{END, Paint, Style, columns};

/// A cell: its text, and what it is painted for.
pub(super) type Cell = (String, Option<Paint>);

/// Rows under headers, fitted to the width. Columns of numbers are set to the right. What comes from files is escaped.
#[must_use]
pub fn table(headers: &[&str], rows: &[Vec<String>], style: Style) -> String {
    let rows: Vec<Vec<Cell>> = rows.iter().map(|row| row.iter().map(|text| (text.clone(), None)).collect()).collect();
    painted(headers, &rows, ContentArrangement::Dynamic, style)
}

/// Columns that a table of these cells takes where nothing is broken.
pub(super) fn natural_width(headers: &[&str], rows: &[Vec<Cell>]) -> usize {
    let widest = |index: usize, header: &str| {
        rows.iter()
            .filter_map(|row| row.get(index))
            .map(|(text, _)| columns(&clean(text)))
            .fold(columns(header), usize::max)
    };
    headers.iter().enumerate().map(|(index, header)| widest(index, header) + 2).sum::<usize>().saturating_sub(2)
}

/// A table of painted cells.
pub(super) fn painted(headers: &[&str], rows: &[Vec<Cell>], arrangement: ContentArrangement, style: Style) -> String {
    let rule = LineStyle::none().fill('─').junction('─');
    let mut table = Table::new();
    table
        .load_style(TableStyle::new().header_separator(rule))
        .set_content_arrangement(arrangement)
        .set_width(u16::try_from(style.fit()).unwrap_or(u16::MAX))
        .set_header(headers.iter().map(|header| mark(header, Some(Paint::Strong))).collect::<Vec<_>>());
    for row in rows {
        table.add_row(row.iter().map(|(text, paint)| mark(&clean(text), *paint)).collect::<Vec<_>>());
    }
    let last = headers.len().saturating_sub(1);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, u16::from(index != last)));
        let numbers = rows.iter().filter_map(|row| row.get(index)).all(|(text, _)| is_number(text));
        if index > 0 && numbers && !rows.is_empty() {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let text = table.lines().map(|line| paint(&line, style)).collect::<Vec<_>>().join("\n");
    format!("{text}\n")
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, ',' | '.' | '%' | '·'))
}

/// Stands for the end of a paint. The table is laid out with characters that take no room in place of colours; facts never
/// hold them, since they are escaped.
const MARK_END: char = '\u{2060}';

/// The last of all characters that stand for something.
const MARK_LAST: char = '\u{206f}';

/// Stand for the beginnings, in the order of [`Paint::ALL`].
const MARKS: [char; 6] = ['\u{2061}', '\u{2062}', '\u{2063}', '\u{2064}', '\u{206a}', '\u{206b}'];

fn mark(text: &str, paint: Option<Paint>) -> String {
    let begin = paint.and_then(|paint| MARKS.into_iter().zip(Paint::ALL).find(|(_, other)| *other == paint));
    match begin {
        Some((begin, _)) => format!("{begin}{text}{MARK_END}"),
        None => text.to_owned(),
    }
}

/// Marks to colours, or to nothing.
fn paint(line: &str, style: Style) -> String {
    let mut out = String::with_capacity(line.len());
    let mut open = false;
    for letter in line.trim_end().chars() {
        if !(MARK_END..=MARK_LAST).contains(&letter) {
            out.push(letter);
            continue;
        }
        let begin = MARKS.into_iter().zip(Paint::ALL).find(|(mark, _)| *mark == letter);
        match begin {
            Some((_, paint)) if style.colour => {
                out.push_str(&paint.begin());
                open = true;
            }
            Some(_) => {}
            None if letter == MARK_END => {
                out.push_str(if open { END } else { "" });
                open = false;
            }
            None => out.push(letter),
        }
    }
    out.push_str(if open { END } else { "" });
    let plain_end = out.trim_end().len();
    out.truncate(plain_end);
    out
}
