//! Results as JUnit XML, in the form of the schema that Ant's tasks and their readers go by: a control is a test suite, a subject
//! a test case.
//!
//! What fails is a `failure`, what the evidence does not decide an `error`; what is pending or excepted, and a control that has no
//! verdict (empty or skipped), is `skipped`, with the reason. A run takes no time here, since the same facts give the same bytes.

use tickmark_results::{ControlResult, Results, Status, SubjectResult, Verdict};
use tickmark_source::Sources;

use crate::clean;
use crate::finding::{Paths, exceptions, headline, justification, name};
use crate::places::Places;

/// The results of a run as one XML document that ends with a line break. Every subject in scope is listed. Paths are told from
/// `root` where they lie below it.
#[must_use]
pub fn render(results: &Results, sources: &Sources, root: Option<&str>) -> String {
    let page = Page { paths: Paths::new(Places::new(sources), root), results };
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    let covering = exceptions(results);
    for (index, control) in results.controls.iter().enumerate() {
        let cases: Vec<Case> = if control.subjects.is_empty() {
            vec![page.whole(control)]
        } else {
            let case = |subject: &SubjectResult| {
                let exception = covering.get(&(control.id.as_str(), subject.id.as_str())).copied();
                page.case(control, subject, exception.map(justification))
            };
            control.subjects.iter().map(case).collect()
        };
        page.suite(index, control, &cases, &mut out);
    }
    out.push_str("</testsuites>\n");
    out
}

struct Page<'a> {
    paths: Paths<'a>,
    results: &'a Results,
}

/// What became of a test case.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failure,
    Error,
    Skipped,
}

struct Case {
    name: String,
    outcome: Outcome,
    message: String,
    details: String,
}

impl Page<'_> {
    fn suite(&self, index: usize, control: &ControlResult, cases: &[Case], out: &mut String) {
        let count = |outcome: Outcome| cases.iter().filter(|case| case.outcome == outcome).count();
        let id = clean(&control.id);
        // The schema knows no time zone: the moment is in UTC, without fractions.
        let timestamp = self.results.as_of.get(..19).unwrap_or("1970-01-01T00:00:00");
        out.push_str(&format!(
            "  <testsuite id=\"{index}\" package=\"{}\" name=\"{}\" timestamp=\"{}\" hostname=\"localhost\" tests=\"{}\" \
             failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\">\n    <properties>\n",
            attribute(control.pack.as_deref().unwrap_or("tickmark")),
            attribute(&format!("{id} {}", control.title)),
            attribute(timestamp),
            cases.len(),
            count(Outcome::Failure),
            count(Outcome::Error),
            count(Outcome::Skipped),
        ));
        let cites = control.cites.join(", ");
        let also = control.also.join(", ");
        for (name, value) in [
            ("status", Some(control.status.word())),
            ("reason", Some(control.reason.as_str())),
            ("severity", Some(control.severity.word())),
            ("cites", Some(cites.as_str())),
            ("also", Some(also.as_str())),
            ("owner", control.owner.as_deref()),
            ("because", control.because.as_deref()),
            ("fix", control.fix.as_deref()),
        ] {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                out.push_str(&format!("      <property name=\"{name}\" value=\"{}\"/>\n", attribute(value)));
            }
        }
        out.push_str("    </properties>\n");
        for case in cases {
            case.write(&id, out);
        }
        out.push_str("    <system-out/>\n    <system-err/>\n  </testsuite>\n");
    }

    /// The one case of a control without subjects.
    fn whole(&self, control: &ControlResult) -> Case {
        let message = format!("{}: {}", control.status.word(), control.reason);
        let outcome = match control.status {
            Status::Pass => Outcome::Passed,
            _ => Outcome::Skipped,
        };
        Case { name: control.title.clone(), outcome, message, details: String::new() }
    }

    fn case(&self, control: &ControlResult, subject: &SubjectResult, excepted: Option<String>) -> Case {
        let word = subject.verdict.word();
        let headline = headline(control, subject);
        let (outcome, message) = match subject.verdict {
            Verdict::Pass => (Outcome::Passed, String::new()),
            Verdict::Fail => (Outcome::Failure, headline),
            Verdict::Unknown => (Outcome::Error, headline),
            Verdict::Pending => (Outcome::Skipped, format!("{word}: {headline}")),
            Verdict::Excepted => (Outcome::Skipped, format!("{word}: {headline}; {}", excepted.unwrap_or_default())),
        };
        let mut details = String::new();
        if matches!(outcome, Outcome::Failure | Outcome::Error) {
            if let Some(spot) = self.paths.of_finding(control, subject) {
                let at = spot.at.map_or_else(String::new, |at| format!(":{}:{}", at.line, at.column));
                details.push_str(&format!("{}{at}\n", clean(&spot.path)));
            }
            let sentence: Vec<&str> = subject.sentence.split_whitespace().collect();
            details.push_str(&format!("{}\n", clean(&sentence.join(" "))));
            for (_, line) in self.paths.evidence(subject) {
                details.push_str(&format!("- {line}\n"));
            }
            if let Some(fix) = &control.fix {
                details.push_str(&format!("fix: {}\n", clean(fix)));
            }
        }
        Case { name: name(subject).unwrap_or_else(|| control.title.clone()), outcome, message, details }
    }
}

impl Case {
    fn write(&self, class: &str, out: &mut String) {
        out.push_str(&format!(
            "    <testcase classname=\"{}\" name=\"{}\" time=\"0\"",
            attribute(class),
            attribute(&self.name)
        ));
        let (tag, kind) = match self.outcome {
            Outcome::Passed => return out.push_str("/>\n"),
            Outcome::Failure => ("failure", " type=\"fail\""),
            Outcome::Error => ("error", " type=\"unknown\""),
            Outcome::Skipped => ("skipped", ""),
        };
        out.push_str(&format!(">\n      <{tag}{kind} message=\"{}\"", attribute(&self.message)));
        if self.details.is_empty() {
            out.push_str("/>");
        } else {
            out.push_str(&format!(">{}</{tag}>", escaped(&self.details)));
        }
        out.push_str("\n    </testcase>\n");
    }
}

/// A text as the value of an attribute: on one line, its blanks single, since readers fold them.
fn attribute(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    escaped(&clean(&words.join(" ")))
}

/// A text with what is markup in XML written as references, and without the two characters that XML 1.0 forbids and that are no
/// control characters.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests;
