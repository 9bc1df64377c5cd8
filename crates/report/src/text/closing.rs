//! The end of the page: exceptions, sources, controls without a verdict, the table and the sentence.

use std::collections::BTreeMap;

use tickmark_results::{ControlResult, ExceptionResult, ExceptionState, Results, Severity, Status};

use super::{Page, signs, table};
use crate::clean;
use crate::style::{Paint, counted, grouped};

/// Every exception in a line: one that is expired or covers nothing is a warning.
pub(super) fn exceptions(results: &Results, page: &Page<'_>) -> Option<String> {
    let mut exceptions: Vec<&ExceptionResult> = results.exceptions.iter().collect();
    // What somebody should act on comes first.
    exceptions.sort_by_key(|exception| match exception.state {
        ExceptionState::Expired => 0,
        ExceptionState::Unused => 1,
        ExceptionState::Used => 2,
    });
    let lines = exceptions.into_iter().map(|exception| {
        let (mark, paint) = match exception.state {
            ExceptionState::Used => ("○", Paint::Other),
            ExceptionState::Unused | ExceptionState::Expired => ("!", Paint::Doubtful),
        };
        let sign = format!("{mark} {} exception", exception.state.word());
        entry(&sign, paint, &exception_told(exception, page), Some(exception.place), page)
    });
    let text: String = lines.collect();
    (!text.is_empty()).then_some(text)
}

/// What an exception is for and what became of it; who stands behind it where somebody should act on it.
fn exception_told(exception: &ExceptionResult, page: &Page<'_>) -> String {
    let covered = exception.covers.len() as u64;
    let became = match exception.state {
        ExceptionState::Used => format!("covers {} until {}", counted(covered, "subject"), exception.expires),
        ExceptionState::Unused => format!("covers nothing (until {})", exception.expires),
        ExceptionState::Expired => format!("its last day was {}", exception.expires),
    };
    let mut text = format!("{} for {}: {became}", exception.control, exception.subject);
    if page.options.verbose {
        text.push_str(&format!("; {}", exception.reason));
    }
    if page.options.verbose || exception.state != ExceptionState::Used {
        text.push_str(&format!(" (owner {}, approved by {})", exception.owner, exception.approved_by));
    }
    text
}

/// Exports that say of themselves that they are not whole.
pub(super) fn incomplete_sources(results: &Results, page: &Page<'_>) -> Option<String> {
    let incomplete = results.sources.iter().filter(|source| source.complete == Some(false));
    let text: String = incomplete
        .map(|source| {
            let text = format!("{} ({}) says that it is not whole", source.path, source.kind);
            entry("! incomplete source", Paint::Doubtful, &text, None, page)
        })
        .collect();
    (!text.is_empty()).then_some(text)
}

/// Of more skipped controls than these, those that nothing more can be said of are told pack by pack.
const MOST_SKIPPED: usize = 20;

/// So many of one pack are never too many.
const FEW_OF_A_PACK: usize = 5;

/// Controls that are skipped only because no source supplies what they range over, where they are many: packs for a cloud
/// that a company does not use.
fn told_by_pack<'r>(results: &'r Results, page: &Page<'_>) -> Vec<&'r ControlResult> {
    let plain = |control: &&ControlResult| {
        control.status == Status::Skipped
            && control.pack.is_some()
            && control.reason.split("; ").all(|part| {
                let noun = part.strip_prefix("no source supplies `").and_then(|part| part.strip_suffix('`'));
                noun.is_some_and(|noun| !noun.contains('`'))
            })
    };
    let mut skipped: Vec<&ControlResult> = results.controls.iter().filter(plain).collect();
    if page.options.verbose || skipped.len() <= MOST_SKIPPED {
        return Vec::new();
    }
    // Of a pack that is in use, the few that are skipped are told one by one.
    let mut of_pack: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    skipped.iter().for_each(|control| *of_pack.entry(control.pack.as_deref()).or_default() += 1);
    skipped.retain(|control| of_pack.get(&control.pack.as_deref()).is_some_and(|count| *count > FEW_OF_A_PACK));
    skipped
}

/// Empty and skipped controls, a line each with the reason.
pub(super) fn without_verdict(results: &Results, page: &Page<'_>) -> Option<String> {
    let mut text = String::new();
    let together = told_by_pack(results, page);
    let mut packs: Vec<(&str, u64)> = Vec::new();
    for control in &together {
        let pack = control.pack.as_deref().unwrap_or_default();
        match packs.iter_mut().find(|(known, _)| *known == pack) {
            Some((_, count)) => *count += 1,
            None => packs.push((pack, 1)),
        }
    }
    for status in [Status::Empty, Status::Skipped] {
        let sign = signs::of_status(status);
        let sign_text = format!("{} {:<7}", sign.mark, sign.word);
        let mut together = together.iter().peekable();
        for control in results.controls.iter().filter(|control| control.status == status) {
            if together.next_if(|next| std::ptr::eq(**next, control)).is_none() {
                let told = format!("{}  {}: {}", control.id, control.title, control.reason);
                text.push_str(&entry(&sign_text, sign.paint, &told, None, page));
            }
        }
        for (pack, count) in packs.iter().filter(|_| status == Status::Skipped) {
            let told = format!(
                "{} of {pack}: no source supplies what they range over (`--verbose` lists them)",
                counted(*count, "control")
            );
            text.push_str(&entry(&sign_text, sign.paint, &told, None, page));
        }
    }
    (!text.is_empty()).then_some(text)
}

/// A sign and a text that wraps under it.
fn entry(sign: &str, paint: Paint, text: &str, place: Option<tickmark_source::Place>, page: &Page<'_>) -> String {
    let style = page.style();
    // The sign takes part in the wrapping and is painted after.
    let text = format!("{sign}  {}", clean(text));
    let mut out = String::new();
    for (index, line) in super::tree::with_place(&text, None, place, style.fit() - 4, page).into_iter().enumerate() {
        match line.strip_prefix(sign).filter(|_| index == 0) {
            Some(rest) => out.push_str(&format!("{}{rest}\n", style.paint(paint, sign))),
            None => out.push_str(&format!("    {line}\n")),
        }
    }
    out
}

/// One row for each control, in the order of the program.
pub(super) fn summary_table(results: &Results, page: &Page<'_>) -> Option<String> {
    let mut headers =
        vec!["control", "severity", "status", "in scope", "pass", "fail", "unknown", "pending", "excepted"];
    let mut together = told_by_pack(results, page).into_iter().peekable();
    let alone =
        results.controls.iter().filter(|control| together.next_if(|next| std::ptr::eq(*next, *control)).is_none());
    let mut rows: Vec<Vec<table::Cell>> = alone.map(row).collect();
    if rows.is_empty() {
        return None;
    }
    let mut widths = table::widths(&headers, &rows);
    // On a narrow terminal columns go before words are broken: first those that say nothing.
    for (name, only_if_empty) in [
        ("excepted", true),
        ("pending", true),
        ("unknown", true),
        ("severity", false),
        ("excepted", false),
        ("pending", false),
    ] {
        let Some(index) = headers.iter().position(|header| *header == name) else { continue };
        let empty = rows.iter().filter_map(|row| row.get(index)).all(|(text, _)| text == NONE);
        if (empty || !only_if_empty) && table::natural_width(&widths) > page.style().fit() {
            headers.remove(index);
            widths.remove(index);
            for row in rows.iter_mut().filter(|row| index < row.len()) {
                row.remove(index);
            }
        }
    }
    Some(table::aligned(&headers, &rows, &widths, page.style()))
}

/// Stands for zero, so that the eye finds the other numbers.
const NONE: &str = "·";

fn row(control: &ControlResult) -> Vec<table::Cell> {
    let sign = signs::of_status(control.status);
    let counts = &control.counts;
    let number = |count: u64, paint: Paint| {
        if count == 0 { (NONE.to_owned(), Some(Paint::Faint)) } else { (grouped(count), Some(paint)) }
    };
    // The severity of what does not fail is no news.
    let severity = match (control.status, control.severity) {
        (Status::Fail | Status::Unknown, severity) => signs::of_severity(severity),
        (_, Severity::Critical | Severity::High | Severity::Medium | Severity::Low) => Some(Paint::Faint),
    };
    vec![
        (clean(&control.id).into_owned(), None),
        (control.severity.word().to_owned(), severity),
        (format!("{} {}", sign.mark, sign.word), Some(sign.paint)),
        (grouped(counts.in_scope), None),
        number(counts.passed, Paint::Good),
        number(counts.failed, Paint::Bad),
        number(counts.unknown, Paint::Doubtful),
        number(counts.pending, Paint::Other),
        number(counts.excepted, Paint::Other),
    ]
}

/// `12 controls: 3 fail, 2 unknown, 1 empty, 6 pass — as of 2026-12-31, 4 sources, 1,234 records`
pub(super) fn sentence(results: &Results, page: &Page<'_>) -> String {
    let style = page.style();
    let counted_statuses: Vec<(Status, String)> = results
        .summary()
        .into_iter()
        .filter(|(_, number)| *number > 0)
        .map(|(status, number)| (status, format!("{} {}", grouped(number as u64), status.word())))
        .collect();
    let words: Vec<&str> = counted_statuses.iter().map(|(_, words)| words.as_str()).collect();
    let controls = counted(results.controls.len() as u64, "control");
    let head = if words.is_empty() { controls } else { format!("{controls}: {}", words.join(", ")) };
    let records: u64 = results.sources.iter().map(|source| source.records).sum();
    let mut tail = vec![format!("as of {}", crate::moment::moment(&results.as_of))];
    if let Some((first, last)) = &results.period {
        tail.push(format!("period {} to {}", crate::moment::moment(first), crate::moment::moment(last)));
    }
    tail.push(counted(results.sources.len() as u64, "source"));
    tail.push(counted(records, "record"));
    let paint = counted_statuses.first().map_or(Paint::Strong, |(worst, _)| signs::of_status(*worst).paint);
    // Not wrapped: the last line of the page is the whole sentence.
    format!("{} — {}\n", style.paint_strong(paint, &head), clean(&tail.join(", ")))
}
