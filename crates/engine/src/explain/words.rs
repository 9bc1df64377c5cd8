//! Values and reasons in plain words.

use tickmark_facts::{CalendarUnit, NounId, Time, UnknownReason};
use tickmark_program::Phrase;
use tickmark_results::{Evidence, EvidenceKind};
use tickmark_source::Place;

use super::Explainer;
use crate::reference::Evaluator;
use crate::reference::truth::Truth;
use crate::reference::value::{Data, Origin, Unknown, Value};

/// Text for people: control and direction characters escaped, and cut to so many characters.
pub(crate) fn clean(text: &str, most: usize) -> String {
    let mut out = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == most {
            out.push('…');
            break;
        }
        let hidden = matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        if character.is_control() || hidden {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}

/// Where a value stands: the value itself, or else its record.
pub(crate) fn place(evaluator: &Evaluator<'_>, origin: Option<Origin>) -> Option<Place> {
    let origin = origin?;
    let facts = evaluator.facts;
    let own = origin.attribute.and_then(|attribute| {
        let item = origin.index.and_then(|index| facts.item_place(origin.noun, origin.row, attribute, index as usize));
        item.or_else(|| facts.cell_place(origin.noun, origin.row, attribute))
    });
    own.or_else(|| facts.place(origin.noun, origin.row))
}

/// How lines begin and end that tell of what is not due yet.
pub(super) const MAY_COME: &str = "it may still come";
pub(super) const NOT_DUE: &str = "; it is not due yet";

/// What a condition came to.
pub(crate) fn outcome(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "is true",
        Truth::False => "is false",
        Truth::Unknown => "is not decided",
        Truth::Pending => "is not due yet",
    }
}

/// Whether it is the last instant of a day, as `$as_of` is where a date is given.
fn ends_a_day(time: Time) -> bool {
    let next = Time(time.0.saturating_add(1));
    next.start_of(CalendarUnit::Day) == next
}

/// The last instant of a stretch: of a whole day, that day.
pub(super) fn until(time: Time) -> String {
    if ends_a_day(time) { time.start_of(CalendarUnit::Day).to_string() } else { time.to_string() }
}

/// The words of a phrase, without its article.
pub(crate) fn phrase(evaluator: &Evaluator<'_>, phrase: &Phrase) -> String {
    let words = clean(&evaluator.program.snippet(phrase.span), 200);
    let bare = ["a ", "an ", "the ", "some "].iter().find_map(|article| words.strip_prefix(article));
    bare.map_or_else(|| words.clone(), str::to_owned)
}

/// A value in words: text in quotes.
pub(crate) fn value<'a>(evaluator: &Evaluator<'a>, value: &Value<'a>) -> String {
    match &value.data {
        Data::Text(text) => format!("\"{}\"", clean(text, 120)),
        Data::Many(items) if items.items.is_empty() && items.gaps.is_empty() => "empty".to_owned(),
        Data::Many(items) => {
            let shown: Vec<String> =
                items.items.iter().take(8).map(|item| self::value(evaluator, &item.value)).collect();
            let mut text = format!("[{}", shown.join(", "));
            if items.items.len() > shown.len() {
                text.push_str(&format!(" and {} more", items.items.len() - shown.len()));
            }
            if !items.gaps.is_empty() {
                text.push_str(if shown.is_empty() { "not known" } else { ", and perhaps more" });
            }
            text.push(']');
            clean(&text, 240)
        }
        Data::Missing { .. } | Data::NotSurveyed | Data::Unknown(_) => "?".to_owned(),
        Data::Time(time) if ends_a_day(*time) => format!("the end of {}", time.start_of(CalendarUnit::Day)),
        _ => clean(&evaluator.print_short(value, 8), 120),
    }
}

/// The attribute that a value was read from, and of which record: `owner` of b.
pub(super) fn subject_of(evaluator: &Evaluator<'_>, origin: Origin) -> String {
    let id = clean(&evaluator.facts.id(origin.noun, origin.row), 120);
    match origin.attribute.and_then(|attribute| evaluator.attribute_name(origin.noun, attribute)) {
        Some(name) => format!("`{name}` of {id}"),
        None => format!("{} {id}", evaluator.word(origin.noun)),
    }
}

/// Why there is no value.
pub(crate) fn lack<'a>(evaluator: &Evaluator<'a>, value: &Value<'a>) -> String {
    let of = value.origin.map(|origin| subject_of(evaluator, origin));
    let of_or = |other: &str| of.clone().unwrap_or_else(|| other.to_owned());
    match &value.data {
        Data::Missing { through: false } => format!("{} is missing", of_or("a value")),
        Data::Missing { through: true } => {
            format!("{} is missing, and with it what it would lead to", of_or("a reference"))
        }
        Data::NotSurveyed => match value.origin {
            Some(origin) => not_surveyed(evaluator, origin),
            None => "it was not surveyed".to_owned(),
        },
        Data::Unknown(unknown) => match unknown.root() {
            Unknown::Fact(reason) => format!("{} {}", of_or("a value"), reason_words(reason)),
            Unknown::NotSupplied(noun) => not_supplied(evaluator, *noun),
            Unknown::Unreadable(reason) | Unknown::Undecided(reason) => match &of {
                Some(of) => format!("{of}: {}", clean(reason, 240)),
                None => clean(reason, 240),
            },
            Unknown::NotDue(until) => format!("{MAY_COME} until {}", self::until(*until)),
            Unknown::Behind(_) => of_or("a value"),
        },
        _ => format!("{} is {}", of_or("it"), self::value(evaluator, value)),
    }
}

fn not_surveyed(evaluator: &Evaluator<'_>, origin: Origin) -> String {
    let noun = evaluator.word(origin.noun);
    match origin.attribute.and_then(|attribute| evaluator.attribute_name(origin.noun, attribute)) {
        Some(name) => format!("no record of `{noun}` carries `{name}`: it was not surveyed"),
        None => format!("`{noun}` was not surveyed"),
    }
}

fn not_supplied(evaluator: &Evaluator<'_>, noun: NounId) -> String {
    format!("no source supplies `{}`", evaluator.word(noun))
}

fn reason_words(reason: &UnknownReason) -> String {
    match reason {
        UnknownReason::NotKnown(words) | UnknownReason::KnownInPart { why: words, .. } => {
            format!("is not known: {}", clean(words, 240))
        }
        UnknownReason::MayBeMissing(words) => format!("is not known to be there: {}", clean(words, 240)),
        UnknownReason::DoesNotFit { value, expected } => {
            format!("is {}, which is not {}", clean(value, 120), clean(expected, 240))
        }
        UnknownReason::Contradictory { .. } => "is contradictory: records of one key differ".to_owned(),
        UnknownReason::NoSuchRecord => "is not known: no source supplies the record, it is only referred to".to_owned(),
        UnknownReason::Mapped(words) => format!("could not be mapped: {}", clean(words, 240)),
    }
}

/// Why there may be more.
pub(crate) fn gap<'a>(evaluator: &Evaluator<'a>, truth: Truth, value: &Value<'a>) -> Evidence {
    let text = match (&value.data, truth) {
        (Data::Opaque, _) => "what is in it was not read".to_owned(),
        (Data::Missing { .. } | Data::NotSurveyed | Data::Unknown(_), _) => lack(evaluator, value),
        _ => format!("{} only may belong", self::value(evaluator, value)),
    };
    // What may still come lacks nothing.
    let kind = if truth == Truth::Pending { EvidenceKind::Note } else { EvidenceKind::Missing };
    Evidence { kind, text, place: place(evaluator, value.origin), children: both_places(value) }
}

/// Where the values stand that contradict each other.
fn both_places(value: &Value<'_>) -> Vec<Evidence> {
    let Data::Unknown(unknown) = &value.data else { return Vec::new() };
    let Unknown::Fact(UnknownReason::Contradictory { places, values }) = unknown.root() else { return Vec::new() };
    places
        .iter()
        .zip(values)
        .map(|(place, value)| Evidence {
            kind: EvidenceKind::Value,
            text: format!("here it is {}", clean(value, 120)),
            place: Some(*place),
            children: Vec::new(),
        })
        .collect()
}

impl<'a> Explainer<'_, 'a> {
    /// `` `stage` of b is "staging" ``, or why it is not known.
    pub(super) fn value_line(&mut self, label: &str, value: &Value<'a>) -> Evidence {
        let place = place(self.evaluator, value.origin);
        if !value.is_lacking() {
            let text = format!("{label} is {}", self::value(self.evaluator, value));
            return self.line(EvidenceKind::Value, text, place, Vec::new());
        }
        let own = lack(self.evaluator, value);
        let plain = value.origin.map(|origin| subject_of(self.evaluator, origin)).unwrap_or_default();
        let text = match value.data {
            Data::Missing { through: false } => format!("{label} is missing"),
            _ if plain == label => own,
            // The same fact under the words of the program: `r.version` of f@1.
            _ => match own.strip_prefix(plain.as_str()).filter(|_| !plain.is_empty() && same_record(&plain, label)) {
                Some(rest) => format!("{label}{rest}"),
                None => format!("{label}: {own}"),
            },
        };
        self.line(EvidenceKind::Missing, text, place, both_places(value))
    }
}

/// Whether two labels speak of one record: what stands after ` of ` is the same.
fn same_record(a: &str, b: &str) -> bool {
    match (a.split_once("` of "), b.split_once("` of ")) {
        (Some((_, a)), Some((_, b))) => a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_facts_is_shortened_and_made_harmless() {
        assert_eq!(clean("a\u{1b}[31mb\nc", 100), "a\\u{1b}[31mb\\nc");
        assert_eq!(clean("\u{202e}abc", 100), "\\u{202e}abc");
        assert_eq!(clean(&"x".repeat(500), 3), "xxx…");
        assert_eq!(clean("für", 3), "für");
    }
}
