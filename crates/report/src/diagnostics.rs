//! Diagnostics as text for people: a line that editors can click, the excerpt, and the help.

use tickmark_diagnostics::{Diagnostic, Severity};
use tickmark_source::Sources;

use crate::clean;
use crate::excerpt::{Mark, excerpt};
use crate::places::Places;
use crate::style::{Paint, Style, counted, wrap};

/// All diagnostics, in the order given, with an empty line between them. Each begins with
/// `path:line:column: error[E0201]: message`.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, style: Style) -> String {
    let places = Places::new(sources);
    let shown: Vec<String> = diagnostics.iter().map(|diagnostic| render_one(diagnostic, &places, style)).collect();
    shown.join("\n")
}

/// `2 errors and 1 warning`; empty where there is none.
#[must_use]
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count() as u64;
    let warnings = diagnostics.len() as u64 - errors;
    let parts: Vec<String> = [(errors, "error"), (warnings, "warning")]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| counted(number, noun))
        .collect();
    parts.join(" and ")
}

fn render_one(diagnostic: &Diagnostic, places: &Places, style: Style) -> String {
    let (word, paint) = match diagnostic.severity {
        Severity::Error => ("error", Paint::Bad),
        Severity::Warning => ("warning", Paint::Doubtful),
    };
    let mut out = String::new();
    if let Some(place) = diagnostic.place() {
        out.push_str(&format!("{}: ", places.describe(place)));
    }
    out.push_str(&style.paint_strong(paint, &format!("{word}[{}]", diagnostic.code)));
    out.push_str(&format!(": {}\n", style.paint(Paint::Strong, &clean(&diagnostic.message))));
    if let Some(first) = diagnostic.labels.first() {
        let marks: Vec<Mark> = diagnostic
            .labels
            .iter()
            .enumerate()
            .map(|(index, label)| Mark {
                span: label.span,
                text: clean(&label.text).into_owned(),
                paint: if index == 0 { paint } else { Paint::Other },
            })
            .collect();
        out.push_str(&excerpt(&marks, first.span.file, places, style, 0));
    }
    for help in &diagnostic.help {
        let head = style.paint(Paint::Other, "help:");
        for (index, line) in wrap(&clean(help), style.fit().saturating_sub(8)).into_iter().enumerate() {
            out.push_str(&if index == 0 { format!("  {head} {line}\n") } else { format!("        {line}\n") });
        }
    }
    out
}

#[cfg(test)]
mod tests;
