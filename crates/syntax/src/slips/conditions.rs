//! Slips in conditions and values.

use tickmark_diagnostics::{Diagnostic, codes};

use super::{Place, compares, words};
use crate::grammar::Rule;
use crate::lex::Kind;

/// `stage = "x"`
pub(super) fn assign_for_equal(place: &Place<'_>) -> Option<Diagnostic> {
    if place.text(0) != "=" {
        return None;
    }
    let value = place.shown(1).trim_matches('`').to_owned();
    let name = place.text(-1);
    Some(place.slip(0, 0, "`=` compares nothing", format!("equality is written `==`: `{name} == {value}`")))
}

/// `x in ("a", "b")`
pub(super) fn list_in_parentheses(place: &Place<'_>) -> Option<Diagnostic> {
    if place.text(0) != "," {
        return None;
    }
    let mut depth = 0_usize;
    let mut back = -1;
    loop {
        match place.text(back) {
            ")" | "]" => depth += 1,
            "(" | "[" if depth > 0 => depth -= 1,
            "(" => break,
            "" | "[" | "{" | "}" => return None,
            _ => {}
        }
        back -= 1;
    }
    let after_call =
        place.is_word(back - 1) && !matches!(place.text(back - 1), "in" | "and" | "or" | "not" | "contains");
    (!after_call).then(|| place.slip(back, 0, "a list stands in brackets", "write `[a, b]`"))
}

/// `exists x`, `not exists x`, `exists(x)`
pub(super) fn exists_first(place: &Place<'_>) -> Option<Diagnostic> {
    let wants_value = place.wants(Rule::expr) || place.wants(Rule::value_word) || place.wants(Rule::path);
    if place.text(0) != "exists" || !wants_value {
        return None;
    }
    let name = match (place.text(1), place.is_word(1)) {
        ("(", _) if place.is_word(2) => place.text(2),
        (name, true) => name,
        _ => "x",
    };
    let (from, help) = if place.text(-1) == "not" {
        (-1, format!("write `{name} is missing`"))
    } else {
        (0, format!("write `{name} exists`"))
    };
    Some(place.slip(from, 0, "`exists` stands after the name", help))
}

/// `any r in xs: …`, `for x in xs: …`, `all x: …`
pub(super) fn quantifier_of_logic(place: &Place<'_>) -> Option<Diagnostic> {
    let word = place.text(-1);
    if place.wants(Rule::calendar_unit) {
        return None;
    }
    if !place.is_word(0)
        || !place.is_word(-1)
        || place.text(-2) == "."
        || !matches!(word, "all" | "any" | "each" | "for" | "forall" | "both")
    {
        return None;
    }
    let help = words::clause(word).unwrap_or("write `every`");
    Some(place.slip(-1, -1, format!("`{word}` begins no sentence"), help))
}

/// `n > 1 and < 5`
pub(super) fn name_left_out(place: &Place<'_>) -> Option<Diagnostic> {
    let sign = place.text(0);
    let joins = matches!(place.text(-1), "and" | "or");
    (joins && (compares(sign) || matches!(sign, "in")) && sign != "exists").then(|| {
        let word = place.text(-1);
        let name = (-8..-1).rev().find(|back| compares(place.text(*back))).map_or("x", |back| place.text(back - 1));
        place.unexpected(0, format!("the name is missing before `{sign}`"), format!("write `{word} {name} {sign} …`"))
    })
}

/// `between`, `startswith`, `elif` …
pub(super) fn infix_word(place: &Place<'_>) -> Option<Diagnostic> {
    if !place.is_word(0) {
        return None;
    }
    let word = place.text(0);
    if let Some(help) = words::infix(word) {
        return Some(place.slip(0, 0, format!("`{word}` does not join two values"), help));
    }
    if words::is_nothing(word) {
        return Some(place.slip(0, 0, format!("`{word}` is no value"), "write `x is missing`, or `x exists`"));
    }
    let wants_value = place.wants(Rule::value_word) || place.wants(Rule::path) || place.wants(Rule::expr);
    match word {
        "no" if compares(place.text(-1)) => Some(place.slip(0, 0, "`no` is no value", "write `false`")),
        "and" | "or" if wants_value => Some(place.unexpected(
            0,
            format!("a condition is missing before `{word}`"),
            "say what is compared on both sides",
        )),
        _ => None,
    }
}

/// `tests.contains("a")`, `name.lower()`
pub(super) fn method_call(place: &Place<'_>) -> Option<Diagnostic> {
    if place.text(0) != "(" || !place.is_word(-1) || place.text(-2) != "." {
        return None;
    }
    let word = place.text(-1);
    let value = place.text(-3);
    let help = match word {
        "contains" | "includes" | "has" => format!("write `{value} contains …`"),
        "startsWith" | "startswith" | "starts_with" => format!("write `{value} starts with …`"),
        "endsWith" | "endswith" | "ends_with" => format!("write `{value} ends with …`"),
        "matches" | "match" | "test" => format!("write `{value} matches /…/`"),
        "length" | "size" | "len" | "count" => format!("write `count({value})`"),
        "toLowerCase" | "lower" | "lowercase" => format!("write `lower({value})`"),
        "toUpperCase" | "upper" | "uppercase" => format!("write `upper({value})`"),
        "any" | "some" => format!("write `some x in {value}: CONDITION`"),
        "all" | "every" => format!("write `every x in {value}: CONDITION`"),
        "filter" => format!("write `count({value} where CONDITION)`, or `some x in {value} where CONDITION`"),
        _ => format!("functions stand before their value: `{word}({value})`"),
    };
    Some(place.slip(-1, 0, "values have no methods", help))
}

/// `count (x)`
pub(super) fn blank_before_parenthesis(place: &Place<'_>) -> Option<Diagnostic> {
    let touches = place.token(-1).zip(place.token(0)).is_some_and(|(before, here)| before.end == here.start);
    if place.text(0) != "(" || !place.is_word(-1) || touches {
        return None;
    }
    let word = place.text(-1);
    Some(place.unexpected(
        0,
        format!("`(` does not fit after `{word}`"),
        format!("a call is written without a blank: `{word}(…)`"),
    ))
}

/// `n* rate`
pub(super) fn closure_or_product(place: &Place<'_>) -> Option<Diagnostic> {
    let sign = place.text(-1);
    let touches = place.token(-2).zip(place.token(-1)).is_some_and(|(before, sign)| before.end == sign.start);
    let operand =
        matches!(place.kind(0), Some(Kind::Word | Kind::Number | Kind::Param | Kind::Text)) || place.text(0) == "(";
    (matches!(sign, "*" | "+") && touches && operand).then(|| {
        let name = place.text(-2);
        let message = format!("`{name}{sign}` follows a relation again and again");
        place.unexpected(
            -1,
            message,
            format!("for arithmetic put blanks round the sign: `{name} {sign} {}`", place.text(0)),
        )
    })
}

/// `if` without its `then` or `else`.
pub(super) fn conditional(place: &Place<'_>) -> Option<Diagnostic> {
    let form = "write `if CONDITION then VALUE else VALUE`";
    if place.wants(Rule::kw_then) {
        let what = if matches!(place.text(0), "{" | ":") { place.shown(0) } else { "something else".to_owned() };
        return Some(place.unexpected(0, format!("an `if` goes on with `then`, not with {what}"), form));
    }
    if place.wants(Rule::kw_else) && !place.wants(Rule::op_else) {
        let help = format!("{form}; a sentence after `then` stands in parentheses");
        let at = if place.token(0).is_none_or(|token| token.indent.is_some()) { -1 } else { 0 };
        return Some(place.unexpected(at, "an `if` needs its `else`", help));
    }
    None
}

/// `90d`, `two`
pub(super) fn number_with_unit(place: &Place<'_>) -> Option<Diagnostic> {
    let text = place.text(0);
    if let (true, Some(number)) = (place.is_word(0), words::number(text))
        && matches!(place.text(-1), "least" | "most" | "exactly" | "within")
    {
        return Some(place.slip(0, 0, format!("`{text}` is no number"), format!("write it in digits: `{number}`")));
    }
    if place.kind(0) != Some(Kind::Number) {
        return None;
    }
    let end = text.find(|letter: char| letter.is_alphabetic())?;
    let (number, unit) = text.split_at_checked(end)?;
    let diagnostic = Diagnostic::error(codes::syntax::BAD_LITERAL, place.span(0), format!("`{text}` is no number"));
    Some(match words::unit(unit) {
        Some(right) => diagnostic.help(format!("write `{number} {right}`")),
        None => diagnostic.help("a duration is written `90 days`, a share `12%`, a date `2026-12-31`"),
    })
}

/// `1 < n < 5`
pub(super) fn chained_comparison(place: &Place<'_>) -> Option<Diagnostic> {
    let sign = place.text(0);
    if !compares(sign) {
        return None;
    }
    let earlier = (place.clause_start()..0).rev().find(|back| {
        compares(place.text(*back))
            || matches!(place.text(*back), "and" | "or" | ":" | "where" | "not" | "unless" | "(" | "[" | "if")
    })?;
    compares(place.text(earlier)).then(|| {
        let (a, b) = (place.text(earlier), place.shown(-1).trim_matches('`').to_owned());
        let help = format!("write both: `… {a} {b} and {b} {sign} …`");
        place.unexpected(0, "comparisons do not chain", help)
    })
}
