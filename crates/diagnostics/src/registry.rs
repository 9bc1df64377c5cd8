//! Every code in one table, each with a page that `tickmark explain CODE` prints.
//!
//! A code is declared once, with [`codes!`], in the file of its stage; its page is `docs/src/diagnostics/CODE.md`.

use std::fmt;

/// A code of a diagnostic: `E` for errors, `W` for warnings, four digits. The first two digits say the stage:
/// 01 reading text, 02 names, 03 types, 04 items of a program, 05 facts, 06 running, 07 the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What is told of a code.
#[derive(Clone, Copy, Debug)]
pub struct CodeEntry {
    /// The code.
    pub code: Code,
    /// One line.
    pub title: &'static str,
    /// The page: what it means, an example that gives it, and the way out. Markdown.
    pub page: &'static str,
}

/// Declares codes: `NAME "E0101" "title"`; the page is read from `docs/src/diagnostics/E0101.md` at build time.
macro_rules! codes {
    ($($name:ident $code:literal $title:literal;)*) => {
        $(#[doc = $title] pub const $name: crate::Code = crate::Code($code);)*
        /// The codes of this stage, in order.
        pub(crate) static ENTRIES: &[crate::CodeEntry] = &[$(crate::CodeEntry {
            code: $name,
            title: $title,
            page: include_str!(concat!("../../../../docs/src/diagnostics/", $code, ".md")),
        },)*];
    };
}
pub(crate) use codes;

/// All codes, in order of stage.
pub fn all() -> impl Iterator<Item = &'static CodeEntry> {
    use crate::codes::{facts, manifest, program, run, syntax};
    syntax::ENTRIES.iter().chain(program::ENTRIES).chain(facts::ENTRIES).chain(run::ENTRIES).chain(manifest::ENTRIES)
}

/// The entry of a code, in any case of letters.
#[must_use]
pub fn explain(code: &str) -> Option<&'static CodeEntry> {
    all().find(|entry| entry.code.0.eq_ignore_ascii_case(code))
}
