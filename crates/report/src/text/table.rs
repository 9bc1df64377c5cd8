//! Tables for people.

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

use crate::clean;
use crate::style::{END, Paint, Style, columns};

/// A cell: its text, and what it is painted for.
pub(super) type Cell = (String, Option<Paint>);

/// Rows under headers, fitted to the width. Columns of numbers are set to the right. What comes from files is escaped.
#[must_use]
pub fn table(headers: &[&str], rows: &[Vec<String>], style: Style) -> String {
    let rule = LineStyle::none().fill('─').junction('─');
    let mut table = Table::new();
    table
        .load_style(TableStyle::new().header_separator(rule))
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(style.fit()).unwrap_or(u16::MAX))
        .set_header(headers.iter().map(|header| format!("{STRONG}{header}{MARK_END}")).collect::<Vec<_>>());
    for row in rows {
        table.add_row(row.iter().map(|text| clean(text).into_owned()).collect::<Vec<_>>());
    }
    let last = headers.len().saturating_sub(1);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, u16::from(index != last)));
        if is_of_numbers(rows, index, String::as_str) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let text = table.lines().map(|line| paint(&line, style)).collect::<Vec<_>>().join("\n");
    format!("{text}\n")
}

/// The widths of the columns where no cell is broken.
pub(super) fn widths(headers: &[&str], rows: &[Vec<Cell>]) -> Vec<usize> {
    let mut widths: Vec<usize> = headers.iter().map(|header| columns(header)).collect();
    for row in rows {
        for (width, (text, _)) in widths.iter_mut().zip(row) {
            *width = columns(text).max(*width);
        }
    }
    widths
}

/// How wide a table with columns of these widths is.
pub(super) fn natural_width(widths: &[usize]) -> usize {
    widths.iter().map(|width| width + GAP).sum::<usize>().saturating_sub(GAP)
}

/// Blanks between two columns.
const GAP: usize = 2;

/// A table of which no cell is broken, however wide it gets: all there is to it are widths. (A summary has a row for each of hundreds
/// of controls; to lay it out as other tables took longer than to evaluate them.) The cells are escaped already.
pub(super) fn aligned(headers: &[&str], rows: &[Vec<Cell>], widths: &[usize], style: Style) -> String {
    let right: Vec<bool> =
        (0..headers.len()).map(|index| is_of_numbers(rows, index, |(text, _)| text.as_str())).collect();
    let total = natural_width(widths);
    let mut text = String::with_capacity((total + 1) * (rows.len() + 2));
    let mut line = |cells: &mut dyn Iterator<Item = (&str, Option<Paint>)>| {
        let start = text.len();
        for ((index, (cell, paint)), (width, right)) in cells.enumerate().zip(widths.iter().zip(&right)) {
            let blanks = width.saturating_sub(columns(cell));
            let before = if *right { blanks } else { 0 } + if index == 0 { 0 } else { GAP };
            text.extend(std::iter::repeat_n(' ', before));
            match paint.filter(|_| style.colour) {
                Some(paint) => {
                    text.push_str(&paint.begin());
                    text.push_str(cell);
                    text.push_str(END);
                }
                None => text.push_str(cell),
            }
            text.extend(std::iter::repeat_n(' ', if *right { 0 } else { blanks }));
        }
        text.truncate(start + text.get(start..).map_or(0, |line| line.trim_end().len()));
        text.push('\n');
    };
    line(&mut headers.iter().map(|header| (*header, Some(Paint::Strong))));
    line(&mut std::iter::once(("─".repeat(total).as_str(), None)));
    for row in rows {
        line(&mut row.iter().map(|(cell, paint)| (cell.as_str(), *paint)));
    }
    text
}

/// Whether a column, but for the first, holds numbers alone.
fn is_of_numbers<C>(rows: &[Vec<C>], index: usize, text: fn(&C) -> &str) -> bool {
    let mut texts = rows.iter().filter_map(|row| row.get(index)).map(text);
    index > 0 && !rows.is_empty() && texts.all(is_number)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, ',' | '.' | '%' | '·'))
}

/// Stands for the end of a paint. The table is laid out with characters that take no room in place of colours; facts never
/// hold them, since they are escaped.
const MARK_END: char = '\u{2060}';

/// Stands for the beginning of [`Paint::Strong`].
const STRONG: char = '\u{2061}';

/// Marks to colours, or to nothing.
fn paint(line: &str, style: Style) -> String {
    let mut out = String::with_capacity(line.len());
    let mut open = false;
    for letter in line.trim_end().chars() {
        match letter {
            STRONG if style.colour => {
                out.push_str(&Paint::Strong.begin());
                open = true;
            }
            STRONG => {}
            MARK_END => {
                out.push_str(if open { END } else { "" });
                open = false;
            }
            letter => out.push(letter),
        }
    }
    out.push_str(if open { END } else { "" });
    let plain_end = out.trim_end().len();
    out.truncate(plain_end);
    out
}
