//! Slips in sentences and predicates.

use tickmark_diagnostics::{Diagnostic, closest};

use super::{Place, compares, words};
use crate::grammar::Rule;
use crate::lex::Kind;
use crate::split::CLAUSE_WORDS;

/// A word that begins no clause of a control.
pub(super) fn clause_word(place: &Place<'_>) -> Option<Diagnostic> {
    if place.item() != "control" || !place.is_word(0) || !place.begins_clause() {
        return None;
    }
    let word = place.text(0);
    let message = format!("`{word}` begins no clause of a control");
    if let Some(help) = words::clause(word) {
        return Some(place.slip(0, 0, message, help));
    }
    let near = closest(word, CLAUSE_WORDS);
    let help = match near.first() {
        Some(near) => format!("did you mean `{near}`?"),
        None => "a control holds fields (`cites`, `severity`, `because`, `fix` …) and sentences (`every …`, `no …`, `some …`)".to_owned(),
    };
    Some(place.unexpected(0, message, help))
}

/// Keywords in capitals, as in SQL.
pub(super) fn upper_case(place: &Place<'_>) -> Option<Diagnostic> {
    const KEYWORDS: [&str; 24] = [
        "and", "or", "not", "where", "in", "is", "like", "exists", "before", "after", "between", "every", "no", "some",
        "has", "if", "then", "else", "unless", "contains", "matches", "within", "during", "that",
    ];
    let is_shouted = |back: isize| {
        let word = place.text(back);
        word.len() > 1
            && word.chars().all(|letter| letter.is_ascii_uppercase())
            && KEYWORDS.contains(&word.to_lowercase().as_str())
    };
    let back = (place.clause_start()..=0).find(|back| place.is_word(*back) && is_shouted(*back))?;
    let word = place.text(back);
    let name = place.text(back - 1);
    let help = match (word, place.text(back + 1), place.text(back + 2)) {
        ("IS", "NULL", _) => format!("write `{name} is missing`"),
        ("IS", "NOT", "NULL") => format!("write `{name} exists`"),
        ("BETWEEN", ..) => words::infix("between").unwrap_or("").to_owned(),
        _ => format!("keywords are written in lower case: `{}`", word.to_lowercase()),
    };
    Some(place.slip(back, back, format!("`{word}` is no keyword"), help))
}

/// `has not approval`, `has every approval`.
pub(super) fn has_not(place: &Place<'_>) -> Option<Diagnostic> {
    if place.text(-1) != "has" {
        return None;
    }
    let noun = if place.is_word(1) { place.text(1) } else { "…" };
    match place.text(0) {
        "not" => Some(place.slip(-1, 0, "`has not` is not how it is said", format!("write `has no {noun}`"))),
        word @ ("every" | "some") => Some(place.slip(
            0,
            0,
            format!("`has {word}` is not how it is said"),
            format!(
                "`has {noun}` asks for at least one; else `has no`, `has at least N`, `has at most N`, `has exactly N`"
            ),
        )),
        "been" => Some(place.slip(-1, 0, "`has been` is not how it is said", "write `is …` with an adjective")),
        _ => None,
    }
}

/// `is "production"`, `is true`, `is in [...]`, `is at least 3`.
pub(super) fn is_value(place: &Place<'_>) -> Option<Diagnostic> {
    let not = place.text(-1) == "not" && place.text(-2) == "is";
    let first = if not { -2 } else { -1 };
    if place.text(first) != "is" {
        return comparative(place);
    }
    // After a noun there is no name yet: `every model is "production"`.
    let in_condition =
        (place.clause_start()..first).any(|back| matches!(place.text(back), ":" | "where" | "if" | "when"));
    let name = match place.text(first - 1) {
        name if in_condition && place.is_word(first - 1) => name,
        _ if place.item() == "control" && !in_condition => ": attribute",
        _ => "x",
    };
    let value = place.shown(0).trim_matches('`').to_owned();
    let sign = if not { "!=" } else { "==" };
    let message = "`is` takes an adjective, not a value";
    match (place.kind(0)?, place.text(0)) {
        (_, "true" | "false") => Some(place.slip(
            first,
            0,
            message,
            format!("write `{name} {sign} {value}`, or `is …` with the name of a bool attribute"),
        )),
        (Kind::Text | Kind::Number | Kind::Param, _) => {
            Some(place.slip(first, 0, message, format!("write `{name} {sign} {value}`")))
        }
        (_, "in" | "like" | "matches" | "contains" | "before" | "after" | "exists") => {
            let word = place.text(0);
            let right = if not { format!("not ({name} {word} …)") } else { format!("{name} {word} …") };
            Some(place.slip(first, 0, format!("`is` does not stand before `{word}`"), format!("write `{right}`")))
        }
        (_, "==" | "!=" | "<" | "<=" | ">" | ">=") => Some(place.slip(
            first,
            0,
            format!("`is` does not stand before `{value}`"),
            format!("write `{name} {value} …`"),
        )),
        (_, "at") => {
            let sign = if place.text(1) == "least" { ">=" } else { "<=" };
            Some(place.slip(first, 1, "`is` takes an adjective, not a number", format!("write `{name} {sign} …`")))
        }
        (Kind::Sign, "[" | "(") => Some(place.slip(first, 0, message, format!("write `{name} in [ … ]`"))),
        _ => None,
    }
}

/// `n is greater than 3`: the first of the words was taken for an adjective.
fn comparative(place: &Place<'_>) -> Option<Diagnostic> {
    let sign = match place.text(-1) {
        "greater" | "more" | "larger" | "bigger" | "higher" => ">",
        "less" | "fewer" | "smaller" | "lower" => "<",
        "equal" | "same" => "==",
        "older" | "earlier" => "before",
        "newer" | "later" => "after",
        _ => return None,
    };
    let is = place.text(-2) == "is" || place.text(-2) == "not";
    let name = place.text(if place.text(-2) == "not" { -4 } else { -3 });
    is.then(|| place.slip(-2, 0, "`is` takes an adjective, not a comparison", format!("write `{name} {sign} …`")))
}

/// `is a vendor`.
pub(super) fn is_article(place: &Place<'_>) -> Option<Diagnostic> {
    let article = matches!(place.text(-1), "a" | "an" | "the");
    let is = place.text(-2) == "is" || place.text(-2) == "not" && place.text(-3) == "is";
    (article && is && place.is_word(0)).then(|| {
        let noun = place.text(0);
        let help = format!(
            "write `is {noun}` if `{noun}` is an adjective of the noun, `has {noun}` if it is something it has"
        );
        place.slip(-2, 0, "`is` takes an adjective, and no article", help)
    })
}

/// `does not have`, `does not exist`.
pub(super) fn does_not(place: &Place<'_>) -> Option<Diagnostic> {
    let back = (-3..=0).find(|back| matches!(place.text(*back), "does" | "do" | "did"))?;
    let not = if place.text(back + 1) == "not" { 1 } else { 0 };
    let verb = place.text(back + 1 + not);
    let name = if place.is_word(back - 1) { place.text(back - 1) } else { "x" };
    let right = match verb {
        "exist" | "exists" if not == 1 => format!("write `{name} is missing`"),
        "exist" | "exists" => format!("write `{name} exists`"),
        "have" | "has" if not == 1 => "write `has no …`".to_owned(),
        "contain" | "contains" => format!("write `not ({name} contains …)`"),
        "match" | "matches" => format!("write `not ({name} matches …)`"),
        _ => "write `has no …`, `is not …` or `cannot …`".to_owned(),
    };
    Some(place.slip(back, back + not, "`does not` is not how it is said", right))
}

/// `has approval or test`.
pub(super) fn or_between_objects(place: &Place<'_>) -> Option<Diagnostic> {
    if place.text(0) != "or" {
        return None;
    }
    let start = place.clause_start();
    let back = (start..0).rev().find(|back| matches!(place.text(*back), "has" | "is" | "can" | ":" | "where"))?;
    let word = place.text(back);
    matches!(word, "has" | "is" | "can").then(|| {
        let message = format!("`or` joins conditions, not what follows `{word}`");
        let help = format!("name the subject and say both: `every model m: m {word} … or m {word} …`");
        place.unexpected(0, message, help)
    })
}

/// `has approval and stage == "x"`, `every model stage == "x"`.
pub(super) fn condition_without_colon(place: &Place<'_>) -> Option<Diagnostic> {
    let sign = place.text(0);
    if !(compares(sign) || matches!(sign, "in" | "starts" | "ends")) || place.item() != "control" {
        return None;
    }
    let start = place.clause_start();
    let last = (start..0)
        .rev()
        .find(|back| matches!(place.text(*back), "has" | "is" | "can" | ":" | "where" | "when" | "that"));
    let name = place.text(-1);
    match last.map(|back| place.text(back)) {
        None if matches!(place.text(start), "every" | "no" | "some" | "at" | "exactly") && place.is_word(-1) => {
            let help =
                format!("write `: {name} {sign} …` for what must hold, or `where {name} {sign} …` for which are meant");
            Some(place.unexpected(-1, "a condition after a noun begins with `:` or `where`", help))
        }
        Some("has" | "is" | "can") if place.text(-2) == "and" => {
            let help = format!("write `and : {name} {sign} …`, or the condition first: `: {name} {sign} … and …`");
            Some(place.unexpected(-1, "a condition in a predicate begins with `:`", help))
        }
        _ => None,
    }
}

/// `with`, `which`, `must` and the like among the words before the place.
pub(super) fn stray_words(place: &Place<'_>) -> Option<Diagnostic> {
    let start = place.clause_start();
    for back in (start + 1..=0).filter(|back| place.is_word(*back) && !matches!(place.text(*back - 1), "." | "applies"))
    {
        let word = place.text(back);
        if let Some(help) = words::verb(word).or_else(|| words::relative(word)) {
            return Some(place.slip(back, back, format!("`{word}` is no word of a sentence here"), help));
        }
        if let Some(help) = words::time(word).filter(|_| back >= -1) {
            return Some(place.slip(back, back, format!("`{word}` is no word about time here"), help));
        }
    }
    let unit = place.wants(Rule::calendar_unit) && place.is_word(0);
    unit.then(|| {
        let help = "a cadence is `in each week`, `month`, `quarter` or `year`; else `at least every 1 day`";
        place.unexpected(0, format!("{} is no unit of the calendar here", place.shown(0)), help)
    })
}
