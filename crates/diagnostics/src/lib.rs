//! Diagnostics: codes, messages, labels, and the registry that explains each code.
//!
//! Wrong input is data, not failure: every stage returns its value *and* its diagnostics.

pub mod codes;
mod registry;
mod suggest;

pub use registry::{Code, CodeEntry, all, explain};
pub use suggest::{closest, did_you_mean};

use tickmark_source::{Place, Sources, Span};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is evaluated while there is one.
    Error,
    /// The run goes on; the reader should know.
    Warning,
}

/// A place with a word on what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What about it; empty for a bare underline.
    pub text: String,
}

/// One mistake, told to the person who made it: one line, lower case, input in backticks, no Rust names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The code, which `tickmark explain CODE` explains.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub message: String,
    /// Where: the first label is the place of the diagnostic. Empty only where there is no place in a file.
    pub labels: Vec<Label>,
    /// What to do next ("did you mean …"), or why it is wrong.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// An error at a span.
    #[must_use]
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: vec![Label { span, text: String::new() }],
            help: Vec::new(),
        }
    }

    /// A warning at a span.
    #[must_use]
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// An error that has no place in a file (a source that is absent, an argument).
    #[must_use]
    pub fn without_place(code: Code, message: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, message: message.into(), labels: Vec::new(), help: Vec::new() }
    }

    /// Sets the text at the first label.
    #[must_use]
    pub fn here(mut self, text: impl Into<String>) -> Self {
        if let Some(label) = self.labels.first_mut() {
            label.text = text.into();
        }
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds a line of help.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds "did you mean `x`?" where a candidate is near enough.
    #[must_use]
    pub fn suggest<'a>(self, wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        match did_you_mean(wrong, candidates) {
            Some(text) => self.help(text),
            None => self,
        }
    }

    /// Where the diagnostic stands.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.labels.first().map(|label| label.span.place())
    }

    /// Whether it stops the run.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The diagnostic as plain lines, without an excerpt: `path:line:column: error[E0201]: message`.
    #[must_use]
    pub fn to_plain(&self, sources: &Sources) -> String {
        let at = self.place().map_or(String::new(), |place| format!("{}: ", sources.describe(place)));
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let mut text = format!("{at}{severity}[{}]: {}", self.code, self.message);
        for label in self.labels.iter().skip(1).filter(|label| !label.text.is_empty()) {
            text.push_str(&format!("\n  {}: {}", sources.describe(label.span.place()), label.text));
        }
        for help in &self.help {
            text.push_str(&format!("\n  help: {help}"));
        }
        text
    }
}

/// Sorts by place (file, then offset), then severity and code: the order in which diagnostics are shown.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics
        .sort_by(|a, b| (a.place(), a.severity, a.code, &a.message).cmp(&(b.place(), b.severity, b.code, &b.message)));
}
