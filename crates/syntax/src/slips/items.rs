//! Slips in what stands round the sentences: heads, attributes, assignments, given records.

use tickmark_diagnostics::{Diagnostic, closest};

use super::{Place, words};
use crate::grammar::Rule;
use crate::lex::Kind;
use crate::split::ITEM_WORDS;

/// A word that begins no item.
pub(super) fn foreign_item(place: &Place<'_>) -> Option<Diagnostic> {
    if place.at != 0 {
        return None;
    }
    let word = place.text(0);
    let help = match word {
        "every" | "no" | "some" | "at" | "exactly" => "a sentence stands in a control: `control ID \"title\" { … }`",
        "rule" | "policy" | "deny" | "allow" | "violation" | "warn" | "forbid" | "permit" | "assert" | "check" => {
            "what must be true is a control: `control ID \"title\" { every NOUN … }`"
        }
        "def" | "func" | "function" => {
            "a condition gets a name with `adjective NAME for NOUN: CONDITION`, a way to records with `relation NAME of NOUN: …`"
        }
        "let" | "const" | "var" | "default" | "variable" | "locals" => "a value gets a name with `param NAME = VALUE`",
        "class" | "type" | "struct" | "enum" | "table" | "CREATE" => "a noun is declared with `entity NAME { … }`",
        "package" | "module" => "a file says what it belongs to with `pack NAME \"title\"`",
        "import" | "use" | "include" => "all files of a program are read together; leave it out",
        "resource" | "data" | "provider" | "terraform" | "output" => {
            "Terraform is read as facts; its resources are nouns: `every aws_s3_bucket …`"
        }
        "select" | "SELECT" => "Tickmark is no SQL: `control ID \"title\" { every NOUN where CONDITION: CONDITION }`",
        _ => "",
    };
    let message = format!("{} begins no item", place.shown(0));
    if !help.is_empty() {
        return Some(place.slip(0, 0, message, help));
    }
    let items = "items are `control`, `entity`, `adjective`, `relation`, `map`, `param`, `capability`, `exception`, `test` and `pack`";
    let near = Diagnostic::suggest(place.unexpected(0, message, items), word, ITEM_WORDS);
    // The suggestion comes first where there is one.
    Some(Diagnostic { help: near.help.iter().rev().cloned().collect(), ..near })
}

/// `adjective prod: …`, `exception A-1 { … }`, `map a into b`.
pub(super) fn missing_part_of_head(place: &Place<'_>) -> Option<Diagnostic> {
    let (word, head) = match place.item() {
        "adjective" if place.wants(Rule::kw_for) => ("for", "`adjective NAME for NOUN: CONDITION`"),
        "relation" if place.wants(Rule::kw_of) && place.at == 2 => ("of", "`relation NAME of NOUN: …`"),
        "exception" if place.wants(Rule::kw_for) => ("for", "`exception CONTROL for NOUN \"id\" { … }`"),
        "map" if place.wants(Rule::kw_to) => ("to", "`map NOUN x to NOUN { attribute = value }`"),
        "test" if place.wants(Rule::control_id) => ("the id of its control", "`test CONTROL \"name\" { … }`"),
        "control" if place.wants(Rule::control_id) => {
            return Some(place.unexpected(
                0,
                format!("{} is no id of a control", place.shown(0)),
                "an id has no quotes: `control AC-1 \"title\" { … }`",
            ));
        }
        "entity" if place.wants(Rule::open_brace) && place.text(0) == "(" => {
            return Some(place.slip(0, 0, "attributes stand in braces", "write `entity NAME { … }`"));
        }
        "param" if place.at == 1 && place.kind(0) == Some(Kind::Param) => {
            return Some(place.unexpected(
                0,
                "a param is declared without `$`",
                format!("write `param {} = …`", place.text(0).trim_start_matches('$')),
            ));
        }
        _ => return None,
    };
    let word = if word.contains(' ') { word.to_owned() } else { format!("`{word}`") };
    Some(place.unexpected(0, format!("{word} is missing before {}", place.shown(0)), format!("write {head}")))
}

/// `:` for `=`, `=` for `:`, and a colon before a type.
pub(super) fn wrong_sign(place: &Place<'_>) -> Option<Diagnostic> {
    let (sign, name) = (place.text(0), place.text(-1));
    if !matches!(sign, ":" | "=" | "==") {
        return None;
    }
    if place.wants(Rule::assign) {
        let help = format!("write `{name} = …`");
        return Some(place.slip(0, 0, format!("`{sign}` gives no value here"), help));
    }
    if place.wants(Rule::type_expr) || place.item() == "entity" && place.wants(Rule::simple_type) {
        return Some(place.slip(
            0,
            0,
            format!("an attribute is declared without `{sign}`"),
            format!("write `{name} text`, for example"),
        ));
    }
    let declares = matches!(place.item(), "adjective" | "relation") && sign == "=";
    let has_colon = (place.clause_start()..0).any(|back| place.text(back) == ":");
    if place.wants(Rule::colon) && (place.item() == "test" || declares && !has_colon) {
        return Some(place.slip(0, 0, format!("`{sign}` does not fit after `{name}`"), format!("write `{name}: …`")));
    }
    None
}

/// A type of another language, or a misspelt one.
pub(super) fn unknown_type(place: &Place<'_>) -> Option<Diagnostic> {
    const TYPE_WORDS: [&str; 13] = [
        "text", "number", "bool", "time", "duration", "any", "one", "many", "list", "map", "record", "ordered",
        "optional",
    ];
    if !(place.wants(Rule::type_expr) && place.is_word(0)) {
        return None;
    }
    let word = place.text(0);
    let message = format!("`{word}` is no type");
    if let Some(right) = words::type_name(word) {
        return Some(place.slip(0, 0, message, format!("write `{right}`")));
    }
    if place.text(-1) == "primary" && word == "key" {
        return Some(place.slip(-1, 0, "the key is declared with `key`", "write `key id`"));
    }
    let diagnostic = place.unexpected(
        0,
        message,
        "types are text, number, bool, time, duration, any, `one of \"a\", \"b\"`, `one NOUN`, `many NOUN`, `list of TYPE`, `map of TYPE`, `record { … }`",
    );
    match closest(word, TYPE_WORDS).first() {
        Some(near) => Some(place.unexpected(0, format!("`{word}` is no type"), format!("did you mean `{near}`?"))),
        None => Some(diagnostic),
    }
}

/// Commas between attributes or assignments.
pub(super) fn separator(place: &Place<'_>) -> Option<Diagnostic> {
    if place.text(0) != "," || !place.wants(Rule::close_brace) {
        return None;
    }
    let what = match place.item() {
        "entity" => "attributes",
        "map" => "assignments",
        "exception" | "test" => "clauses",
        _ => return None,
    };
    Some(place.slip(
        0,
        0,
        format!("no comma stands between {what}"),
        "leave the `,` out; a blank or a new line is enough",
    ))
}

/// `list text`, `text[]`.
pub(super) fn type_without_of(place: &Place<'_>) -> Option<Diagnostic> {
    if !matches!(place.item(), "entity") {
        return None;
    }
    let before = place.text(-1);
    if matches!(before, "list" | "map") && place.wants(Rule::kw_of) {
        return Some(place.unexpected(
            0,
            format!("`of` is missing after `{before}`"),
            format!("write `{before} of {}`", place.text(0)),
        ));
    }
    if place.text(0) == "[" {
        return Some(place.slip(0, 0, "a list is no pair of brackets in a type", format!("write `list of {before}`")));
    }
    None
}

/// `one of a, b`.
pub(super) fn unquoted_value_of_enum(place: &Place<'_>) -> Option<Diagnostic> {
    if place.item() != "entity" || !place.is_word(0) || !place.wants(Rule::text) || place.wants(Rule::close_brace) {
        return None;
    }
    let word = place.text(0);
    Some(place.unexpected(0, format!("the value `{word}` stands without quotes"), format!("write `\"{word}\"`")))
}

/// `stage: production`, `passed: True`.
pub(super) fn unquoted_given(place: &Place<'_>) -> Option<Diagnostic> {
    if !place.wants(Rule::given_value) || !place.is_word(0) {
        return None;
    }
    let word = place.text(0);
    let right = match word {
        "True" | "TRUE" | "yes" => "true".to_owned(),
        "False" | "FALSE" | "no" => "false".to_owned(),
        _ if words::is_nothing(word) => "null".to_owned(),
        _ => format!("\"{word}\""),
    };
    Some(place.slip(0, 0, format!("`{word}` is no value of a record"), format!("write `{right}`")))
}

/// Two entries of a record without a comma.
pub(super) fn missing_comma(place: &Place<'_>) -> Option<Diagnostic> {
    if place.item() != "test" || !place.wants(Rule::comma) {
        return None;
    }
    let names_entry = place.text(1) == ":" && matches!(place.kind(0), Some(Kind::Word | Kind::Quoted | Kind::Text));
    if names_entry {
        let message = format!("a comma is missing before {}", place.shown(0));
        return Some(place.unexpected(0, message, "entries of a record are separated by `,`"));
    }
    None
}

/// A clause that an exception or a test does not have.
pub(super) fn unknown_clause(place: &Place<'_>) -> Option<Diagnostic> {
    if !place.is_word(0) || !place.wants(Rule::close_brace) {
        return None;
    }
    let word = place.text(0);
    let (known, list): (&[&str], &str) = match place.item() {
        "exception" => (
            &["reason", "owner", "approved_by", "expires"],
            "an exception has `reason`, `owner`, `approved_by` and `expires`",
        ),
        "test" => (&["given", "expect", "as", "period"], "a test has `as of`, `period`, `given` and `expect`"),
        _ => return None,
    };
    if place.wants(Rule::entry) || place.wants(Rule::name) {
        return None;
    }
    let right = match word {
        "approved" | "approver" | "approvedBy" => Some("approved_by"),
        "until" | "expiry" | "expiration" | "expires_on" => Some("expires"),
        "because" | "justification" => Some("reason"),
        "when" | "with" | "fixture" | "record" => Some("given"),
        "then" | "assert" | "should" => Some("expect"),
        _ => closest(word, known.iter().copied()).first().copied(),
    };
    let message =
        format!("`{word}` begins no clause of {}", if place.item() == "test" { "a test" } else { "an exception" });
    Some(match right {
        Some(right) => place.slip(0, 0, message, format!("did you mean `{right}`?")),
        None => place.unexpected(0, message, list),
    })
}

/// `because it matters`, `control A-1 title {`.
pub(super) fn quotes_missing(place: &Place<'_>) -> Option<Diagnostic> {
    if !matches!(place.kind(0), Some(Kind::Word | Kind::Number)) {
        return None;
    }
    let before = place.text(-1);
    let wants_text = place.wants(Rule::text) || place.wants(Rule::template);
    let keyword = matches!(before, "because" | "fix" | "owner" | "reason" | "approved_by" | "otherwise" | "=" | ",");
    let title =
        place.wants(Rule::open_brace) && matches!(place.item(), "control" | "test" | "entity") && place.text(0) != "{";
    if wants_text && !place.wants(Rule::close_brace) && (keyword || title) && !place.wants(Rule::value) {
        let what = if title { "a title" } else { "a text" };
        let line = place.source.get(place.span(0).start as usize..).unwrap_or("").lines().next().unwrap_or("");
        let prose = matches!(before, "because" | "fix" | "reason" | "otherwise")
            && line.len() < 80
            && !line.contains(['"', '}']);
        let text = if prose { line.trim_end() } else { place.text(0) };
        return Some(place.unexpected(0, format!("{what} stands in quotes"), format!("write `\"{text}\"`")));
    }
    None
}

/// `cites "CC8.1"`, `severity "high"`, `expires "2026-12-31"`.
pub(super) fn quotes_too_many(place: &Place<'_>) -> Option<Diagnostic> {
    if place.kind(0) != Some(Kind::Text) {
        return None;
    }
    let what = match place.text(-1) {
        "cites" | "also" => "a criterion",
        "severity" => "a severity",
        "expires" | "of" | "period" if place.wants(Rule::date) => "a date",
        "expect" => "a verdict",
        "pack" | "entity" | "param" | "adjective" | "relation" | "capability" => "a name",
        "," if place.wants(Rule::citation) => "a criterion",
        _ => return None,
    };
    let bare = place.text(0).trim_matches('"');
    Some(place.unexpected(0, format!("{what} stands without quotes"), format!("write `{bare}`")))
}
