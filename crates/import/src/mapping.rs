//! Registers in the words of their keepers: which column is which attribute, and which word stands for which value. The
//! manifest says so; a finding still stands on the register's line. How registers are read by this: [`crate::registers`].

use crate::date_format::DateFormat;
use crate::error::shown;
use std::collections::{BTreeMap, BTreeSet};
use tickmark_diagnostics::codes::manifest as codes;
use tickmark_diagnostics::{Diagnostic, did_you_mean};
use tickmark_facts::{AttributeType, Needs, NounId};
use tickmark_source::Span;

/// Words that say that there is no value, where the manifest does not say which. They are compared without regard to case.
pub const WORDS_FOR_MISSING: &[&str] = &[
    "n/a", "n.a.", "na", "#n/a", "-", "--", "–", "—", "none", "nil", "null", "tbd", "tbc", "tba", "todo", "?",
    "unknown",
];

/// Those of them that say that somebody has still to find out. An empty list would be an answer: such a list is unknown.
const STILL_OPEN: &[&str] = &["tbd", "tbc", "tba", "todo", "?", "unknown"];

/// What stands between the items of a list in one cell, where the manifest does not say so.
pub const LIST_SEPARATOR: &str = ";";

/// How the records of a register are read. Places are those of the manifest, which is among the sources of the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// The keys that lead to the list of records in a YAML or JSON register; none where it is a bare list.
    pub records: Vec<String>,
    /// Where these keys stand in the manifest.
    pub records_at: Option<Span>,
    /// Columns of a table, or keys of records (`dpa.signed` for a key within another), and what they are.
    pub columns: BTreeMap<String, Column>,
    /// Of attributes, which word stands for which value.
    pub values: BTreeMap<String, Words>,
    /// What every record has, by attribute.
    pub constants: BTreeMap<String, Constant>,
    /// Words for missing, in lower case; `None` for [`WORDS_FOR_MISSING`].
    pub missing: Option<BTreeSet<String>>,
    /// What stands between the items of a list in one cell; `None` for [`LIST_SEPARATOR`].
    pub list_separator: Option<String>,
    /// How dates are written; `None` for `2026-12-31` alone.
    pub date_format: Option<DateFormat>,
    /// Of attributes that are lengths of time, the unit of bare numbers: `days`.
    pub units: BTreeMap<String, Unit>,
}

/// What a column is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The attribute, or the way to one of a nested record (`agreements.signed_on`); `None` leaves the column out.
    pub attribute: Option<String>,
    /// Where the column is named in the manifest.
    pub column_at: Span,
    /// Where the attribute is named.
    pub attribute_at: Span,
}

/// The words of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Where the attribute is named in the manifest.
    pub at: Span,
    /// By the word as it stands in the register.
    pub words: BTreeMap<String, Word>,
}

/// What every record has for an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constant {
    /// Where it is named in the manifest.
    pub at: Span,
    /// The value; several where it is a list.
    pub value: ConstantValue,
}

/// The value of a [`Constant`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConstantValue {
    /// A single value.
    One(Word),
    /// A list.
    List(Vec<Word>),
}

/// The unit of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Where the attribute is named in the manifest.
    pub at: Span,
    /// The unit, as a duration names it: `days`.
    pub unit: String,
}

/// A value that a word stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// There is no value.
    Missing,
    /// A bool.
    Bool(bool),
    /// A text, or what is read from one by the declared type: a number, a date.
    Text(String),
}

impl Mapping {
    /// The attribute of a column: of one that is not mapped, its own name. `None` where it is left out.
    pub(crate) fn attribute<'a>(&'a self, column: &'a str) -> Option<&'a str> {
        match self.columns.get(column) {
            Some(column) => column.attribute.as_deref(),
            None => Some(column),
        }
    }

    /// The words of an attribute; `attribute` is the way to it.
    pub(crate) fn words(&self, attribute: &str) -> Option<&Words> {
        self.values.get(attribute)
    }

    /// Whether a table has to be turned round to be read: columns become parts of nested records, or records get what they lack.
    pub(crate) fn turns_round(&self) -> bool {
        let nests = |column: &Column| column.attribute.as_deref().is_some_and(|attribute| attribute.contains('.'));
        !self.constants.is_empty() || self.columns.values().any(nests)
    }

    /// Whether a text, which is in lower case, says that there is no value.
    pub(crate) fn says_missing(&self, lower: &str) -> bool {
        match &self.missing {
            Some(words) => words.contains(lower),
            None => WORDS_FOR_MISSING.contains(&lower),
        }
    }

    /// Whether a word for missing says that somebody has still to find out.
    pub(crate) fn is_open(lower: &str) -> bool {
        STILL_OPEN.contains(&lower)
    }

    /// What stands between the items of a list.
    pub(crate) fn separator(&self) -> &str {
        self.list_separator.as_deref().unwrap_or(LIST_SEPARATOR)
    }

    /// Attributes that the noun does not have, and attributes that get a value twice.
    #[must_use]
    pub fn check(&self, noun: NounId, needs: &Needs) -> Vec<Diagnostic> {
        let mut diagnostics = self.twice();
        // An open noun has whatever its records carry.
        if needs.noun(noun).open {
            return diagnostics;
        }
        let mapped =
            self.columns.values().filter_map(|column| Some((column.attribute.as_deref()?, column.attribute_at)));
        let valued = self.values.iter().map(|(attribute, words)| (attribute.as_str(), words.at));
        let constant = self.constants.iter().map(|(attribute, constant)| (attribute.as_str(), constant.at));
        for (attribute, at) in mapped.chain(valued).chain(constant) {
            diagnostics.extend(type_of(attribute, noun, needs).err().map(|error| error.at(attribute, at)));
        }
        for (attribute, unit) in &self.units {
            match type_of(attribute, noun, needs) {
                Ok(AttributeType::Duration) => {}
                Ok(_) => {
                    let message = format!("`{}` is no length of time: it has no unit", shown(attribute));
                    diagnostics.push(Diagnostic::error(codes::BAD_MAPPING, unit.at, message));
                }
                Err(error) => diagnostics.push(error.at(attribute, unit.at)),
            }
        }
        diagnostics
    }

    /// Attributes that are a column and have a constant too.
    fn twice(&self) -> Vec<Diagnostic> {
        let both = |constant: &(&String, &Constant)| {
            self.columns.values().any(|column| column.attribute.as_deref() == Some(constant.0.as_str()))
        };
        let twice = self.constants.iter().filter(both);
        twice
            .map(|(attribute, constant)| {
                let message = format!("`{}` is a column, and has the same value everywhere too", shown(attribute));
                Diagnostic::error(codes::BAD_MAPPING, constant.at, message).help("leave out one of both")
            })
            .collect()
    }

    /// Columns that a register does not have, by those that it has. `header` is where these stand.
    pub(crate) fn missing_columns(
        &self,
        there: &BTreeSet<String>,
        register: &str,
        header: Option<Span>,
    ) -> Vec<Diagnostic> {
        let missing = self.columns.iter().filter(|(name, _)| !there.contains(*name));
        missing
            .map(|(name, column)| {
                let message = format!("`{register}` has no column `{}`", shown(name));
                let mut error = Diagnostic::error(codes::BAD_MAPPING, column.column_at, message);
                if let Some(header) = header {
                    error = error.label(header, "its columns");
                }
                match did_you_mean(name, there.iter().map(String::as_str)) {
                    Some(near) => error.help(near),
                    None => {
                        let names: Vec<String> =
                            there.iter().take(20).map(|name| format!("`{}`", shown(name))).collect();
                        error.help(format!("its columns are {}", names.join(", ")))
                    }
                }
            })
            .collect()
    }
}

/// A step of the way to an attribute that leads nowhere.
pub(crate) struct NoAttribute {
    noun: String,
    step: String,
    help: String,
}

impl NoAttribute {
    fn at(self, attribute: &str, at: Span) -> Diagnostic {
        let message = if self.step == attribute {
            format!("`{}` has no attribute `{}`", self.noun, shown(attribute))
        } else {
            format!("`{}`: `{}` has no attribute `{}`", shown(attribute), self.noun, shown(&self.step))
        };
        Diagnostic::error(codes::BAD_MAPPING, at, message).help(self.help)
    }
}

/// The type of an attribute, or of one of a nested record (`agreements.signed_on`).
pub(crate) fn type_of<'n>(attribute: &str, noun: NounId, needs: &'n Needs) -> Result<&'n AttributeType, NoAttribute> {
    let mut need = needs.noun(noun);
    let mut steps = attribute.split('.').peekable();
    loop {
        let step = steps.next().unwrap_or_default();
        let found = need.attribute(step).and_then(|id| need.attributes.get(id.0 as usize));
        let names = || need.attributes.iter().map(|attribute| attribute.name.as_str());
        let none = |help: String| NoAttribute { noun: need.name.to_string(), step: step.to_owned(), help };
        let Some(found) = found else {
            let listed = || format!("its attributes are {}", names().collect::<Vec<_>>().join(", "));
            return Err(none(did_you_mean(step, names()).unwrap_or_else(listed)));
        };
        if steps.peek().is_none() {
            return Ok(&found.ty);
        }
        match nested(&found.ty) {
            Some(noun) => need = needs.noun(noun),
            None => return Err(none(format!("`{step}` holds no records, so that nothing stands in it"))),
        }
    }
}

/// The noun of the records that an attribute holds.
pub(crate) fn nested(ty: &AttributeType) -> Option<NounId> {
    match ty {
        AttributeType::One(noun) | AttributeType::Many(noun) => Some(*noun),
        AttributeType::Any { nested } => *nested,
        AttributeType::List(item) => nested(item),
        _ => None,
    }
}
