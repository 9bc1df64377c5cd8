//! Results as workflow commands of GitHub Actions: each finding becomes an annotation on its line.
//!
//! What fails is an error, what the evidence does not decide a warning, what is pending a notice; a control that found no subject is
//! a warning without a line. Exceptions and skipped controls are not annotated. GitHub shows ten of each sort for a step,
//! so the worst come first.

use tickmark_results::{ControlResult, Results, Status, SubjectResult, Verdict};
use tickmark_source::Sources;

use crate::clean;
use crate::finding::{Paths, Spot, headline};
use crate::places::Places;

/// The results of a run as workflow commands, a line for each; nothing where all is well. Paths are told from `root` where they
/// lie below it.
#[must_use]
pub fn render(results: &Results, sources: &Sources, root: Option<&str>) -> String {
    let paths = Paths::new(Places::new(sources), root);
    let mut found: Vec<(&ControlResult, &SubjectResult)> = Vec::new();
    for control in &results.controls {
        let subjects = control.subjects.iter().filter(|one| command(one.verdict).is_some());
        found.extend(subjects.map(|subject| (control, subject)));
    }
    // A stable sort: within one severity the order of the program stays.
    found.sort_by_key(|(control, subject)| (subject.verdict, control.severity));
    let mut out = String::new();
    for (control, subject) in found {
        let Some(command) = command(subject.verdict) else { continue };
        let mut text = headline(control, subject);
        for (_, line) in paths.evidence(subject) {
            text.push_str(&format!("\n- {line}"));
        }
        if let Some(fix) = control.fix.as_deref().filter(|_| subject.verdict == Verdict::Fail) {
            text.push_str(&format!("\nfix: {}", clean(fix)));
        }
        annotate(command, paths.of_finding(control, subject).as_ref(), control, &text, &mut out);
    }
    for control in results.controls.iter().filter(|control| control.status == Status::Empty) {
        let text = format!("empty: {}", clean(&control.reason));
        annotate("warning", paths.spot(control.place).as_ref(), control, &text, &mut out);
    }
    out
}

fn command(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Fail => Some("error"),
        Verdict::Unknown => Some("warning"),
        Verdict::Pending => Some("notice"),
        Verdict::Excepted | Verdict::Pass => None,
    }
}

fn annotate(command: &str, spot: Option<&Spot>, control: &ControlResult, text: &str, out: &mut String) {
    let mut properties: Vec<String> = Vec::new();
    if let Some(spot) = spot {
        properties.push(format!("file={}", property(&clean(&spot.path))));
        properties.extend(spot.at.map(|at| format!("line={},col={}", at.line, at.column)));
    }
    let title = format!("{} {}", clean(&control.id), clean(&control.title));
    properties.push(format!("title={}", property(&title)));
    out.push_str(&format!("::{command} {}::{}\n", properties.join(","), data(text)));
}

/// The message of a command. The runner undoes these three, and nothing else.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which ends at a comma or colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests;
