//! Explanations as a tree: each line says one thing, and where it is written.

use tickmark_results::{Evidence, EvidenceKind};
use tickmark_source::Place;

use super::Page;
use crate::clean;
use crate::style::{Paint, columns, wrap};

/// Explanations are cut below this depth.
const DEEPEST: usize = 40;

/// How many lines of an explanation the page shows where it does not tell everything.
const LINES: usize = 14;

/// The tree of an explanation, one string a line, each beginning with `indent` blanks.
pub(super) fn tree(evidence: &[Evidence], indent: usize, page: &Page<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    branch(evidence, &" ".repeat(indent), 0, page, &mut lines);
    if !page.options.verbose && lines.len() > LINES + 1 {
        let more = lines.len() - LINES;
        lines.truncate(LINES);
        let text = format!("{}… {more} more lines (`--verbose` shows them)", " ".repeat(indent));
        lines.push(page.style().paint(Paint::Faint, &text));
    }
    lines
}

fn branch(evidence: &[Evidence], prefix: &str, depth: usize, page: &Page<'_>, lines: &mut Vec<String>) {
    let style = page.style();
    for (index, one) in evidence.iter().enumerate() {
        let last = index + 1 == evidence.len();
        let (joint, below) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let inner = format!("{prefix}{below}");
        let hanging = if one.children.is_empty() { inner.clone() } else { format!("{inner}│  ") };
        let place = one.place.filter(|_| page.options.verbose || one.kind != EvidenceKind::Clause);
        let width = style.fit().saturating_sub(columns(&hanging));
        for (at, line) in told(one, place, width, page).into_iter().enumerate() {
            let head = if at == 0 { format!("{prefix}{joint}") } else { hanging.clone() };
            lines.push(format!("{}{line}", style.paint(Paint::Faint, &head)));
        }
        if depth < DEEPEST {
            branch(&one.children, &inner, depth + 1, page, lines);
        } else if !one.children.is_empty() {
            lines.push(style.paint(Paint::Faint, &format!("{inner}└─ …")));
        }
    }
}

/// One piece of evidence with its place, wrapped and painted.
fn told(one: &Evidence, place: Option<Place>, width: usize, page: &Page<'_>) -> Vec<String> {
    let paint = match one.kind {
        EvidenceKind::Missing => Some(Paint::Doubtful),
        EvidenceKind::Path => Some(Paint::Other),
        EvidenceKind::Note => Some(Paint::Faint),
        EvidenceKind::Clause | EvidenceKind::Candidate | EvidenceKind::Value => None,
    };
    with_place(&clean(&one.text), paint, place, width, page)
}

/// Text, wrapped, and then `→ path:line:column`: behind the text where it fits, else on a line of its own.
pub(super) fn with_place(
    text: &str,
    paint: Option<Paint>,
    place: Option<Place>,
    width: usize,
    page: &Page<'_>,
) -> Vec<String> {
    let style = page.style();
    let wrapped = wrap(text, width);
    let last = wrapped.last().map_or(0, |line| columns(line));
    let mut lines: Vec<String> =
        wrapped.iter().map(|line| paint.map_or_else(|| line.clone(), |paint| style.paint(paint, line))).collect();
    if let Some(place) = place {
        let at = format!("→ {}", page.places.describe(place));
        let painted = style.paint(Paint::Faint, &at);
        match lines.last_mut().filter(|_| last + 2 + columns(&at) <= width) {
            Some(line) => *line = format!("{line}  {painted}"),
            None => lines.push(painted),
        }
    }
    lines
}

/// The leaves of an explanation that are of one of the kinds, in order.
pub(crate) fn leaves<'e>(evidence: &'e [Evidence], kinds: &[EvidenceKind]) -> Vec<&'e Evidence> {
    let mut found = Vec::new();
    collect(evidence, kinds, 0, &mut found);
    found
}

fn collect<'e>(evidence: &'e [Evidence], kinds: &[EvidenceKind], depth: usize, found: &mut Vec<&'e Evidence>) {
    for one in evidence {
        if kinds.contains(&one.kind) {
            found.push(one);
        }
        if depth < DEEPEST {
            collect(&one.children, kinds, depth + 1, found);
        }
    }
}
