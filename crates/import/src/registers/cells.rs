//! What people write into a register, read as the attribute that it is: `Yes` for true, `n/a` for nothing, `30 days`.

use crate::mapping::{Mapping, Word, Words};
use crate::registers::names::Names;
use crate::table::guess;
use std::borrow::Cow;
use tickmark_facts::{AttributeType, NounId, Scalar, Time};

/// How the values of one attribute are read.
#[derive(Clone, Copy)]
pub(crate) struct Cells<'m> {
    /// The declared type; `None` where nobody declares it.
    pub(crate) ty: Option<&'m AttributeType>,
    /// Nobody declares it, and its noun is open: numbers and bools are told by how they are written.
    pub(crate) free: bool,
    /// What its words stand for.
    pub(crate) words: Option<&'m Words>,
    /// The unit of bare numbers.
    pub(crate) unit: Option<&'m str>,
    /// What the manifest says of the register as a whole.
    pub(crate) mapping: &'m Mapping,
    /// The names by which records are referred to.
    pub(crate) names: &'m Names,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Meant<'t> {
    /// There is none.
    Missing,
    /// There is a list, and nobody knows yet what is in it: why, in words.
    Open(String),
    /// A bool.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text, which the store reads by the declared type.
    Text(Cow<'t, str>),
}

impl Meant<'_> {
    /// The value as the store reads it.
    pub(crate) fn scalar(&self) -> Scalar<'_> {
        match self {
            Meant::Missing => Scalar::Null,
            Meant::Open(why) => Scalar::Unknown(why),
            Meant::Bool(value) => Scalar::Bool(*value),
            Meant::Number(value) => Scalar::Number(*value),
            Meant::Text(text) => Scalar::Text(text),
        }
    }
}

impl<'m> Cells<'m> {
    /// Whether a single text may hold several values.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.ty, Some(AttributeType::List(_) | AttributeType::Many(_)))
    }

    /// The items of a list that one text holds.
    pub(crate) fn items<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> + use<'t, 'm> {
        text.split(self.mapping.separator()).map(str::trim).filter(|part| !part.is_empty())
    }

    /// Whether a text is a list of the words that stand for several values; not where it says that there are none.
    pub(crate) fn holds_items(&self, text: &str) -> bool {
        self.is_list() && !matches!(self.read(text), Meant::Missing | Meant::Open(_))
    }

    /// Reads a text.
    pub(crate) fn read<'t>(&self, text: &'t str) -> Meant<'t>
    where
        'm: 't,
    {
        let text = text.trim();
        match self.words.and_then(|words| words.words.get(text)) {
            Some(Word::Missing) => return Meant::Missing,
            Some(Word::Bool(value)) => return self.bool(*value),
            Some(Word::Text(word)) => return self.of_type(word),
            None => {}
        }
        if text.is_empty() {
            return Meant::Missing;
        }
        let lower = text.to_lowercase();
        if self.mapping.says_missing(&lower) && self.choice(&lower).is_none() {
            let open = self.is_list() && Mapping::is_open(&lower);
            return if open { Meant::Open(format!("the register says `{text}`")) } else { Meant::Missing };
        }
        self.of_type(text)
    }

    /// Reads what a format writes as true or false.
    pub(crate) fn bool<'t>(&self, value: bool) -> Meant<'t> {
        match self.item_type() {
            Some(AttributeType::OneOf(choices)) => {
                let (word, other) = if value { ("yes", "true") } else { ("no", "false") };
                let has = |word: &str| choices.iter().any(|choice| choice == word);
                Meant::Text(Cow::Borrowed(if has(word) && !has(other) { word } else { other }))
            }
            _ => Meant::Bool(value),
        }
    }

    /// The type of the values: of a list, that of its items.
    fn item_type(&self) -> Option<&'m AttributeType> {
        let mut ty = self.ty;
        while let Some(AttributeType::List(item)) = ty {
            ty = Some(item);
        }
        ty
    }

    fn of_type<'t>(&self, text: &'t str) -> Meant<'t> {
        let plain = Meant::Text(Cow::Borrowed(text));
        match self.item_type() {
            Some(AttributeType::Bool) => truth(text).map_or(plain, Meant::Bool),
            Some(AttributeType::OneOf(_)) => self.choice(&text.to_lowercase()).map_or(plain, |choice| {
                let choice = choice.to_owned();
                Meant::Text(Cow::Owned(choice))
            }),
            Some(AttributeType::Number) => share(text).map_or(plain, Meant::Number),
            Some(AttributeType::Duration) => match self.unit {
                Some(unit) if text.parse::<f64>().is_ok() => Meant::Text(Cow::Owned(format!("{text} {unit}"))),
                _ => plain,
            },
            Some(AttributeType::Time) if Time::parse(text).is_err() => {
                let read = self.mapping.date_format.as_ref().and_then(|format| format.read(text));
                read.map_or(plain, |date| Meant::Text(Cow::Owned(date)))
            }
            Some(AttributeType::One(noun) | AttributeType::Many(noun)) => self.reference(*noun, text),
            Some(AttributeType::Any { .. }) => guessed(text),
            None if self.free => guessed(text),
            _ => plain,
        }
    }

    fn reference<'t>(&self, noun: NounId, text: &'t str) -> Meant<'t> {
        let key = self.names.key_of(noun, text).map(|key| Cow::Owned(key.to_owned()));
        Meant::Text(key.unwrap_or(Cow::Borrowed(text)))
    }

    /// The declared value that a text in lower case names: as it is written, or as one word (`In House` for `in_house`).
    fn choice(&self, lower: &str) -> Option<&'m str> {
        let Some(AttributeType::OneOf(choices)) = self.item_type() else { return None };
        let folded = |text: &str| text.to_lowercase().replace([' ', '-', '/'], "_");
        let found = choices.iter().find(|choice| *choice == lower);
        let found = found.or_else(|| {
            let wanted = folded(lower);
            let mut alike = choices.iter().filter(|choice| folded(choice) == wanted);
            alike.next().filter(|_| alike.next().is_none())
        });
        found.map(smol_str::SmolStr::as_str)
    }
}

/// The words of people, and of YAML 1.1, for true and false (<https://yaml.org/type/bool.html>).
fn truth(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "on" | "1" => Some(true),
        "no" | "n" | "false" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// `99.9 %` is 0.999, as in the language.
fn share(text: &str) -> Option<f64> {
    let number = text.strip_suffix('%')?.trim_end();
    // As text a decimal fraction is moved by two places without a rounding of its own.
    let digits = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if digits { format!("{number}e-2").parse().ok() } else { None }
}

fn guessed(text: &str) -> Meant<'_> {
    match guess(text) {
        Scalar::Bool(value) => Meant::Bool(value),
        Scalar::Number(value) => Meant::Number(value),
        _ => Meant::Text(Cow::Borrowed(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smol_str::SmolStr;

    fn meant(ty: &AttributeType, text: &str) -> Meant<'static> {
        let (mapping, names) = (Mapping::default(), Names::default());
        let cells = Cells { ty: Some(ty), free: false, words: None, unit: None, mapping: &mapping, names: &names };
        match cells.read(text) {
            Meant::Text(text) => Meant::Text(Cow::Owned(text.into_owned())),
            Meant::Missing => Meant::Missing,
            Meant::Open(why) => Meant::Open(why),
            Meant::Bool(value) => Meant::Bool(value),
            Meant::Number(value) => Meant::Number(value),
        }
    }

    fn text(text: &str) -> Meant<'static> {
        Meant::Text(Cow::Owned(text.to_owned()))
    }

    #[test]
    fn words_for_missing_are_no_values() {
        for word in ["", "n/a", "N/A", " - ", "none", "TBD", "?"] {
            assert_eq!(meant(&AttributeType::Text, word), Meant::Missing, "{word}");
        }
        let list = AttributeType::List(Box::new(AttributeType::Text));
        assert_eq!(meant(&list, "none"), Meant::Missing);
        assert_eq!(meant(&list, "TBD"), Meant::Open("the register says `TBD`".to_owned()));
        // A declared value is one, whatever it looks like.
        let choice = AttributeType::OneOf(["none", "carve_out", "yes", "no"].map(SmolStr::new_static).to_vec());
        assert_eq!(meant(&choice, "None"), text("none"));
        assert_eq!(meant(&choice, "n/a"), Meant::Missing);
        assert_eq!(meant(&choice, "Carve-out"), text("carve_out"));
        assert_eq!(meant(&choice, "NO"), text("no"));
        assert_eq!(meant(&choice, "maybe"), text("maybe"));
    }

    #[test]
    fn yes_is_true_where_a_bool_is_declared_and_norway_is_a_country() {
        assert_eq!(meant(&AttributeType::Bool, "YES"), Meant::Bool(true));
        assert_eq!(meant(&AttributeType::Bool, "off"), Meant::Bool(false));
        assert_eq!(meant(&AttributeType::Bool, "perhaps"), text("perhaps"));
        assert_eq!(meant(&AttributeType::Text, "NO"), text("NO"));
        assert_eq!(meant(&AttributeType::Number, "99.9 %"), Meant::Number(0.999));
        assert_eq!(meant(&AttributeType::Number, "12"), text("12"));
        assert_eq!(meant(&AttributeType::Time, "03/04/2026"), text("03/04/2026"));
    }
}
