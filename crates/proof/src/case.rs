//! A case: a program with facts, as it is generated, run, shrunk, stored and run again.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::OnceLock;

use serde_json::{Value, json};
use smol_str::SmolStr;
use tickmark_diagnostics::{Diagnostic, Severity};
use tickmark_engine::{CriterionFact, Method, Options, SourceFact};
use tickmark_facts::{FactWarning, Facts, Scalar, Time, ValueKind, ValueReader};
use tickmark_program::{Input, META_TEXT, Program, SourceUnit, Surroundings, resolve};
use tickmark_source::{FileId, Place};

use crate::facts::{MAY_BE_MISSING, UNKNOWN};
use crate::parts;

const PROGRAM: FileId = FileId(0);
const META: FileId = FileId(1);
const QUERY: FileId = FileId(2);
pub(crate) const FIRST_FACTS: u32 = 3;

/// A program, its facts, and what is asked of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The program.
    pub program: String,
    /// A phrase to be queried; empty for none.
    pub query: String,
    /// The nouns that the sources supply though no entity declares them.
    pub open: BTreeSet<SmolStr>,
    /// Native facts: objects whose keys are nouns; the text [`UNKNOWN`] stands for what is not known yet,
    /// [`MAY_BE_MISSING`] for what nobody says is there.
    pub files: Vec<Value>,
    /// `$as_of`, as written.
    pub as_of: String,
    /// `$period`, as written: first and last day.
    pub period: Option<(String, String)>,
    /// Evidence is wanted for subjects that pass, too.
    pub explain_passes: bool,
    /// Subjects that pass are listed.
    pub list_passes: bool,
    /// How many subjects of each verdict are explained; all where it is not given.
    pub explained: Option<usize>,
    /// Where the facts are cut into parts that are read by themselves, too, and put together; not at all where it is not given.
    pub split: Option<u64>,
}

impl Case {
    /// Reads a stored case.
    ///
    /// # Errors
    /// In plain words, where the JSON is not what [`Case::stored`] writes.
    pub fn read(program: &str, stored: &str) -> Result<Case, String> {
        let stored: Value = serde_json::from_str(stored).map_err(|error| error.to_string())?;
        let text = |name: &str| stored.get(name).and_then(Value::as_str).map(str::to_owned);
        let texts = |name: &str| -> Vec<String> {
            let items = stored.get(name).and_then(Value::as_array);
            items.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let period = texts("period");
        Ok(Case {
            program: program.to_owned(),
            query: text("query").unwrap_or_default(),
            open: texts("open").into_iter().map(SmolStr::from).collect(),
            files: stored.get("files").and_then(Value::as_array).cloned().ok_or("`files` is missing")?,
            as_of: text("as_of").ok_or("`as_of` is missing")?,
            period: match period.as_slice() {
                [start, end] => Some((start.clone(), end.clone())),
                _ => None,
            },
            explain_passes: stored.get("explain_passes").and_then(Value::as_bool).unwrap_or(false),
            list_passes: stored.get("list_passes").and_then(Value::as_bool).unwrap_or(true),
            explained: stored.get("explained").and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok()),
            split: stored.get("split").and_then(Value::as_u64),
        })
    }

    /// Everything but the program, as JSON.
    #[must_use]
    pub fn stored(&self) -> String {
        let open: Vec<&str> = self.open.iter().map(SmolStr::as_str).collect();
        let period = self.period.as_ref().map(|(start, end)| [start, end]);
        let whole = json!({
            "as_of": self.as_of,
            "period": period,
            "explain_passes": self.explain_passes,
            "list_passes": self.list_passes,
            "explained": self.explained,
            "split": self.split,
            "open": open,
            "query": self.query,
            "files": self.files,
        });
        serde_json::to_string_pretty(&whole).unwrap_or_default() + "\n"
    }

    /// The options of a run by one of the evaluators.
    ///
    /// # Errors
    /// Where a date of the case is none.
    pub fn options(&self, method: Method) -> Result<Options, String> {
        let time = |text: &str, parse: fn(&str) -> Result<Time, _>| {
            parse(text).map_err(|error: tickmark_facts::TimeError| format!("`{text}`: {error}"))
        };
        let period = match &self.period {
            Some((start, end)) => Some((time(start, Time::parse)?, time(end, Time::parse_end)?)),
            None => None,
        };
        Ok(Options {
            as_of: time(&self.as_of, Time::parse_end)?,
            period,
            explain_passes: self.explain_passes,
            method,
            list_passes: self.list_passes,
            explained: self.explained,
            piece: self.piece(),
        })
    }

    /// How much is worked on together: in half of the cases so little that it is cut where nobody thought it would be.
    fn piece(&self) -> usize {
        match self.split.map(|split| split / 2 % 4) {
            Some(0) => 96,
            Some(1) => 2_048,
            _ => Options::PIECE,
        }
    }

    /// Resolves the program.
    ///
    /// # Errors
    /// The messages of what it is refused for, each with the text that it is about.
    pub fn resolve(&self) -> Result<Program, Vec<String>> {
        let (ast, mut found) = tickmark_syntax::parse(PROGRAM, &self.program);
        let unit = SourceUnit { file: PROGRAM, text: self.program.as_str().into(), embedded: false, ast };
        let mut query = None;
        if !self.query.is_empty() {
            let (phrase, more) = tickmark_syntax::parse_phrase(QUERY, &self.query);
            query = phrase;
            found.extend(more);
        }
        let around = Surroundings {
            supplied: &self.open,
            may_supply: &|_| false,
            shapes: &std::collections::BTreeMap::new(),
            dormant: &std::collections::BTreeMap::new(),
            settings: &[],
            query: query.as_ref(),
        };
        if !has_errors(&found) {
            let own = [unit];
            let input = Input {
                own: &own,
                library: &[],
                needed: true,
                meta: meta(),
                around,
                selected: &|_| true,
                everything: false,
            };
            let (program, more) = resolve(input);
            found.extend(more);
            if !has_errors(&found) {
                return Ok(program);
            }
        }
        Err(found
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error)
            .map(|found| self.tell(found))
            .collect())
    }

    fn tell(&self, diagnostic: &Diagnostic) -> String {
        let span = diagnostic.labels.first().map(|label| label.span);
        let text = span.map_or("", |span| {
            let text = if span.file == QUERY { &self.query } else { &self.program };
            text.get(span.start as usize..span.end as usize).unwrap_or("")
        });
        format!("{}: {} [{text}]", diagnostic.code, diagnostic.message)
    }

    /// Reads the facts for a program, by one builder.
    #[must_use]
    pub fn facts(&self, program: &Program) -> (Facts, Vec<FactWarning>) {
        let read = parts::read(self, &program.needs, None);
        (read.facts, read.warnings)
    }

    /// How long the case is: what the shrinker makes less.
    #[must_use]
    pub fn size(&self) -> usize {
        self.program.len() + self.query.len() + self.files.iter().map(|file| file.to_string().len()).sum::<usize>()
    }
}

fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}

/// The nouns about the checking itself, parsed once.
fn meta() -> &'static SourceUnit {
    static PARSED: OnceLock<SourceUnit> = OnceLock::new();
    PARSED.get_or_init(|| {
        let (ast, _) = tickmark_syntax::parse(META, META_TEXT);
        SourceUnit { file: META, text: META_TEXT.into(), embedded: false, ast }
    })
}

/// What controls about the checking itself find.
#[must_use]
pub fn sources() -> Vec<SourceFact> {
    let source = |kind: &str, path: &str, collected_at: Option<&str>, records, complete| SourceFact {
        kind: kind.to_owned(),
        path: path.to_owned(),
        digest: "00".to_owned(),
        collected_at: collected_at.and_then(|text| Time::parse(text).ok()),
        records,
        complete,
        place: None,
    };
    vec![source("json", "a.json", Some("2026-06-15"), 3, Some(true)), source("csv", "b.csv", None, 0, None)]
}

/// Likewise.
#[must_use]
pub fn criteria() -> Vec<CriterionFact> {
    let criterion = |id: &str, category: &str| CriterionFact {
        id: id.to_owned(),
        title: format!("about {id}"),
        framework: "tsc".to_owned(),
        category: category.to_owned(),
    };
    vec![criterion("CC6.1", "CC6"), criterion("CC7.2", "CC7"), criterion("CC8.1", "CC8")]
}

/// Reads a JSON tree; a place counts the values that were read before it.
pub(crate) struct TreeReader<'t> {
    pub(crate) next: &'t Value,
    pub(crate) file: FileId,
    pub(crate) count: u32,
}

impl ValueReader for TreeReader<'_> {
    type Error = Infallible;

    fn kind(&mut self) -> Result<ValueKind, Infallible> {
        Ok(match self.next {
            Value::Array(_) => ValueKind::List,
            Value::Object(_) => ValueKind::Object,
            _ => ValueKind::Scalar,
        })
    }

    fn place(&mut self) -> Place {
        Place { file: self.file, offset: self.count }
    }

    fn scalar<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, Infallible> {
        // The largest whole number up to which a 64-bit float holds each.
        const EXACT: u64 = 1 << 53;
        self.count += 1;
        Ok(match self.next {
            Value::Bool(value) => take(Scalar::Bool(*value)),
            Value::Number(number) => match number.as_i64() {
                Some(whole) if whole.unsigned_abs() > EXACT => take(Scalar::BigInteger(&whole.to_string())),
                _ => take(number.as_f64().map_or(Scalar::Null, Scalar::Number)),
            },
            Value::String(text) if text == UNKNOWN => take(Scalar::Unknown("known after apply")),
            Value::String(text) if text == MAY_BE_MISSING => take(Scalar::MayBeMissing("nobody says it")),
            Value::String(text) => take(Scalar::Text(text)),
            _ => take(Scalar::Null),
        })
    }

    fn list(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<(), Infallible>) -> Result<(), Infallible> {
        self.count += 1;
        for value in self.next.as_array().into_iter().flatten() {
            let mut reader = TreeReader { next: value, file: self.file, count: self.count };
            item(&mut reader)?;
            self.count = reader.count;
        }
        Ok(())
    }

    fn object(&mut self, member: &mut dyn FnMut(&mut Self, &str) -> Result<(), Infallible>) -> Result<(), Infallible> {
        self.count += 1;
        for (key, value) in self.next.as_object().into_iter().flatten() {
            let mut reader = TreeReader { next: value, file: self.file, count: self.count };
            member(&mut reader, key)?;
            self.count = reader.count;
        }
        Ok(())
    }

    fn skip(&mut self) -> Result<(), Infallible> {
        self.count += 1;
        Ok(())
    }
}
