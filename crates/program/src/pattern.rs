//! Patterns of `matches`.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use smol_str::SmolStr;

/// A regular expression that compiles.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// As written.
    pub text: SmolStr,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern that is known to compile, which it does when it is first matched.
    pub(crate) fn known(text: &SmolStr) -> Pattern {
        Pattern { text: text.clone(), compiled: OnceLock::new() }
    }

    /// Compiles a pattern.
    pub(crate) fn compile(text: &SmolStr) -> Result<Pattern, regex::Error> {
        Ok(Pattern { text: text.clone(), compiled: OnceLock::from(Some(build(text)?)) })
    }

    /// Whether it is found in a text.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| build(&self.text).ok());
        compiled.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

/// 1 MiB compiled, 100 deep. Matching is linear in the text.
fn build(text: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(text).size_limit(1 << 20).nest_limit(100).build()
}
