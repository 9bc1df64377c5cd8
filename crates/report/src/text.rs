//! Results as text for people: what fails first, with its evidence; then what is unknown; then one table and one sentence.

mod closing;
mod control;
mod table;
mod tree;

use rayon::prelude::*;
use tickmark_results::{ControlResult, Results, Status, SubjectResult};
use tickmark_source::Sources;

use crate::places::Places;
use crate::style::Style;

pub use table::table;
pub(crate) use tree::leaves;

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextOptions {
    /// Colour and width.
    pub style: Style,
    /// How many subjects of one verdict are shown of a control; the rest are counted.
    pub subjects: usize,
    /// Tells everything: all subjects, whole explanations with the places of clauses, why a control exists.
    pub verbose: bool,
}

impl Default for TextOptions {
    fn default() -> Self {
        Self { style: Style::default(), subjects: 5, verbose: false }
    }
}

/// What every part of the page needs.
struct Page<'a> {
    places: Places<'a>,
    options: TextOptions,
}

impl Page<'_> {
    fn style(&self) -> Style {
        self.options.style
    }
}

/// The results of a run as one page of text.
#[must_use]
pub fn render(results: &Results, sources: &Sources, options: &TextOptions) -> String {
    let page = Page { places: Places::new(sources), options: *options };
    let mut parts: Vec<String> = Vec::new();
    for status in [Status::Fail, Status::Unknown, Status::Pending] {
        let mut controls: Vec<&ControlResult> =
            results.controls.iter().filter(|control| control.status == status).collect();
        // A stable sort: within one severity the order of the program stays.
        controls.sort_by_key(|control| control.severity);
        let blocks: Vec<String> = controls.into_par_iter().map(|control| control::block(control, &page)).collect();
        parts.extend(blocks);
    }
    parts.extend(closing(results, &page));
    parts.join("\n")
}

/// The end of the page alone: exceptions, incomplete sources, what has no verdict, the table and the sentence.
#[must_use]
pub fn summary(results: &Results, sources: &Sources, options: &TextOptions) -> String {
    closing(results, &Page { places: Places::new(sources), options: *options }).join("\n")
}

fn closing(results: &Results, page: &Page<'_>) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(closing::exceptions(results, page));
    parts.extend(closing::incomplete_sources(results, page));
    parts.extend(closing::without_verdict(results, page));
    parts.extend(closing::summary_table(results, page));
    parts.push(closing::sentence(results, page));
    parts
}

/// The whole proof of some subjects of one control: every line of their explanations, with every place.
#[must_use]
pub fn proof(control: &ControlResult, subjects: &[SubjectResult], sources: &Sources, style: Style) -> String {
    let options = TextOptions { style, subjects: usize::MAX, verbose: true };
    let page = Page { places: Places::new(sources), options };
    let mut parts = vec![control::heading(control, &page)];
    parts.extend(subjects.iter().map(|subject| control::proof(subject, &page)));
    parts.extend(control::fix(control, &page));
    parts.join("\n")
}

/// A verdict or a status as a mark, a word and a paint.
struct Sign {
    mark: &'static str,
    word: &'static str,
    paint: crate::style::Paint,
}

mod signs {
    use super::Sign;
    use crate::style::Paint;
    use tickmark_results::{Severity, Status, Verdict};

    pub(super) fn of_verdict(verdict: Verdict) -> Sign {
        let (mark, paint) = match verdict {
            Verdict::Fail => ("✗", Paint::Bad),
            Verdict::Unknown => ("?", Paint::Doubtful),
            Verdict::Pending => ("◷", Paint::Other),
            Verdict::Excepted => ("○", Paint::Other),
            Verdict::Pass => ("✓", Paint::Good),
        };
        Sign { mark, word: verdict.word(), paint }
    }

    pub(super) fn of_status(status: Status) -> Sign {
        let (mark, paint) = match status {
            Status::Fail => ("✗", Paint::Bad),
            Status::Unknown => ("?", Paint::Doubtful),
            Status::Pending => ("◷", Paint::Other),
            Status::Empty => ("∅", Paint::Doubtful),
            Status::Skipped => ("-", Paint::Faint),
            Status::Pass => ("✓", Paint::Good),
        };
        Sign { mark, word: status.word(), paint }
    }

    pub(super) fn of_severity(severity: Severity) -> Option<Paint> {
        match severity {
            Severity::Critical => Some(Paint::Bad),
            Severity::High => Some(Paint::Doubtful),
            Severity::Medium => None,
            Severity::Low => Some(Paint::Faint),
        }
    }
}

#[cfg(test)]
mod tests;
