//! The pages of lists: whether the last one of each list is among the files.

use crate::document::Document;
use crate::error::warning_at;
use std::collections::{BTreeMap, BTreeSet};
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::facts as codes;

/// One file, as a page of a list.
struct Page<'a> {
    document: &'a Document,
    number: Option<u64>,
    /// Where it says that there is more.
    more: Option<usize>,
}

/// Whether every list of an export ends: a page that says (at a byte) that there is more is followed by another. Pages of one
/// list lie in one folder and are called alike but for their number.
pub(crate) fn complete(pages: &[(&Document, Option<usize>)], help: &str, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let mut lists: BTreeMap<String, Vec<Page<'_>>> = BTreeMap::new();
    let later: BTreeSet<String> = pages.iter().filter_map(|(document, _)| first_of(document)).collect();
    for (document, more) in pages {
        let (list, number) = match first_of(document) {
            // The first page is often called without a number: `assignments.json`, then `assignments.page2.json`.
            _ if later.contains(&document.path) => (document.path.clone(), None),
            Some(first) if pages.iter().any(|(document, _)| document.path == first) => (first, list_of(document).1),
            _ => list_of(document),
        };
        lists.entry(list).or_default().push(Page { document, number, more: *more });
    }
    let mut complete = true;
    for pages in lists.values_mut() {
        pages.sort_by_key(|page| page.number);
        if let Some(warning) = unended(pages) {
            diagnostics.push(warning.help(help));
            complete = false;
        }
    }
    complete
}

fn unended(pages: &[Page<'_>]) -> Option<Diagnostic> {
    let saying_more: Vec<(&Page<'_>, usize)> = pages.iter().filter_map(|page| Some((page, page.more?))).collect();
    let (last, offset) = saying_more.last()?;
    let numbers: Vec<u64> = pages.iter().filter_map(|page| page.number).collect();
    let gap = numbers.windows(2).any(|pair| matches!(pair, [a, b] if a.saturating_add(1) != *b));
    if saying_more.len() < pages.len() && !gap {
        return None;
    }
    let message = if gap && saying_more.len() < pages.len() {
        "a page is missing between those that are here"
    } else {
        "this page says that there is more, and no next page is here"
    };
    Some(warning_at(codes::INCOMPLETE_SOURCE, last.document.file, *offset, message))
}

/// The path of the first page of a list, as it may be called, by that of a later page: without `.page2`, `-page2` or `_page2`.
fn first_of(document: &Document) -> Option<String> {
    let name = document.name();
    let folder = document.path.strip_suffix(name).unwrap_or_default();
    let at = name.rfind("page")?;
    let (head, tail) = (name.get(..at)?, name.get(at + "page".len()..)?);
    let head = head.strip_suffix(['.', '-', '_'])?;
    let rest = tail.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < tail.len() && !head.is_empty()).then(|| format!("{folder}{head}{rest}"))
}

/// The list that a page belongs to: its path without the last number in the file name, and that number.
fn list_of(document: &Document) -> (String, Option<u64>) {
    let name = document.name();
    let folder = document.path.strip_suffix(name).unwrap_or_default();
    let digit = |c: char| c.is_ascii_digit();
    let Some(end) = name.rfind(digit).map(|at| at + 1) else { return (document.path.clone(), None) };
    let head = name.get(..end).unwrap_or(name);
    let bare = head.trim_end_matches(digit);
    let number = head.get(bare.len()..).and_then(|digits| digits.parse().ok());
    (format!("{folder}{bare}#{}", name.get(end..).unwrap_or_default()), number)
}
