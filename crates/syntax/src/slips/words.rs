//! Words of other languages and of plain English, with what is written instead.

/// Modal and plural verbs: a sentence states what must be true as if it were.
const VERBS: &[(&str, &str)] = &[
    ("must", "state what must be true as a fact: `every model has approval`, `every db is encrypted`"),
    ("should", "state what must be true as a fact: `every model has approval`, `every db is encrypted`"),
    ("shall", "state what must be true as a fact: `every model has approval`, `every db is encrypted`"),
    ("may", "say `no …` for what may not be, and nothing for what may"),
    ("needs", "state it as a fact: `has …`"),
    ("requires", "state it as a fact: `has …`"),
    ("have", "write `has`"),
    ("having", "write `that has`"),
    ("contains_no", "write `has no`"),
    ("lacks", "write `has no`"),
    ("are", "write `is`"),
    ("was", "write `is`"),
    ("were", "write `is`"),
    ("does", "write `has no …`, or `x is missing`"),
    ("do", "write `has no …`, or `x is missing`"),
];

/// Words that begin a relative clause elsewhere.
const RELATIVES: &[(&str, &str)] = &[
    ("with", "write `that has …`"),
    ("without", "write `that has no …`"),
    ("which", "write `that has …`, `that is …` or `where CONDITION`"),
    ("who", "write `that has …`, `that is …` or `that can …`"),
    ("whose", "write `where CONDITION`"),
    ("when", "write `where CONDITION`"),
    ("such", "write `where CONDITION`"),
    ("WHERE", "keywords are written in lower case: `where`"),
];

/// Words about time.
const TIMES: &[(&str, &str)] = &[
    ("since", "write `after TIME`"),
    ("until", "write `before TIME`"),
    ("till", "write `before TIME`"),
    ("prior", "write `before TIME`"),
    ("ago", "write `$as_of - 90 days`, or `within 90 days`"),
    ("between", "write `during TIME to TIME`"),
    ("per", "write `in each quarter`, or `at least every 90 days`"),
];

/// Words between two values.
const INFIX: &[(&str, &str)] = &[
    ("between", "write `x >= a and x <= b`"),
    ("startswith", "write `starts with`"),
    ("startsWith", "write `starts with`"),
    ("starts_with", "write `starts with`"),
    ("starts", "write `starts with`"),
    ("begins", "write `starts with`"),
    ("endswith", "write `ends with`"),
    ("endsWith", "write `ends with`"),
    ("ends_with", "write `ends with`"),
    ("ends", "write `ends with`"),
    ("includes", "write `contains`"),
    ("include", "write `contains`"),
    ("contain", "write `contains`"),
    ("has_any", "write `some x in xs: …`"),
    ("equals", "write `==`"),
    ("equal", "write `==`"),
    ("eq", "write `==`"),
    ("ne", "write `!=`"),
    ("gt", "write `>`"),
    ("gte", "write `>=`"),
    ("lt", "write `<`"),
    ("lte", "write `<=`"),
    ("isin", "write `in`"),
    ("notin", "write `not in`"),
    ("match", "write `matches`"),
    ("matching", "write `matches`"),
    ("regex", "write `matches /…/`"),
    ("exist", "write `exists`"),
    ("implies", "write `B unless not (A)`, or `if A then B else true`"),
    ("then", "`then` needs its `if`: `if A then B else true`"),
    ("xor", "write `(a and not b) or (b and not a)`"),
    ("div", "write `/`"),
    ("plus", "write `+`"),
    ("minus", "write `-`"),
    ("default", "a value for a missing one is `a else b`"),
    ("otherwise", "a value for a missing one is `a else b`"),
    ("elif", "write `else if … then … else …`"),
    ("elsif", "write `else if … then … else …`"),
    ("elseif", "write `else if … then … else …`"),
];

/// Words that begin a clause elsewhere.
const CLAUSES: &[(&str, &str)] = &[
    ("all", "write `every`"),
    ("any", "write `some` for at least one, or `every` for each"),
    ("each", "write `every`"),
    ("forall", "write `every`"),
    ("exists", "write `some`"),
    ("there", "write `some`"),
    ("none", "write `no`"),
    ("a", "write `every` or `some`"),
    ("the", "write `every` or `some`"),
    ("for", "write `every x in xs: CONDITION`"),
    ("foreach", "write `every x in xs: CONDITION`"),
    (
        "if",
        "a control says a sentence: `every NOUN where CONDITION …`; when the whole control applies is `applies when CONDITION`",
    ),
    ("when", "when the whole control applies is `applies when CONDITION`"),
    ("not", "say it with `no`: `no db is public`"),
    ("assert", "leave it out: every sentence of a control is asserted"),
    ("ensure", "leave it out: every sentence of a control is asserted"),
    ("require", "leave it out: every sentence of a control is asserted"),
    ("check", "leave it out: every sentence of a control is asserted"),
    ("return", "a control says sentences and returns nothing"),
    ("deny", "say what must be true: `no NOUN …`"),
    ("allow", "say what must be true: `every NOUN …`"),
    ("let", "values get names outside controls: `param NAME = VALUE`"),
    ("atleast", "write `at least`"),
    ("atmost", "write `at most`"),
    ("more", "write `at least`"),
    ("fewer", "write `at most`"),
    ("less", "write `at most`"),
    ("only", "write `exactly`, or `no …` for what may not be"),
    ("select", "Tickmark is no SQL: `every NOUN where CONDITION: CONDITION`"),
    ("SELECT", "Tickmark is no SQL: `every NOUN where CONDITION: CONDITION`"),
    ("description", "the reason of a control is `because \"…\"`"),
    ("desc", "the reason of a control is `because \"…\"`"),
    ("title", "the title stands behind the id: `control ID \"title\" { … }`"),
    ("message", "a message follows its sentence: `otherwise \"…\"`"),
    ("remediation", "how to repair it is `fix \"…\"`"),
    ("criteria", "write `cites`"),
    ("controls", "write `cites`"),
    ("cite", "write `cites`"),
    ("tag", "write `tags`"),
    ("where", "a filter follows its noun: `every NOUN where CONDITION`"),
    ("otherwise", "a message follows its sentence"),
];

/// Types of other languages.
const TYPES: &[(&str, &str)] = &[
    ("string", "text"),
    ("str", "text"),
    ("String", "text"),
    ("varchar", "text"),
    ("char", "text"),
    ("uuid", "text"),
    ("int", "number"),
    ("integer", "number"),
    ("float", "number"),
    ("double", "number"),
    ("decimal", "number"),
    ("long", "number"),
    ("percent", "number"),
    ("num", "number"),
    ("boolean", "bool"),
    ("Boolean", "bool"),
    ("flag", "bool"),
    ("date", "time"),
    ("datetime", "time"),
    ("timestamp", "time"),
    ("instant", "time"),
    ("interval", "duration"),
    ("enum", "one of \"a\", \"b\""),
    ("array", "list of TYPE"),
    ("set", "list of TYPE"),
    ("object", "record { … }"),
    ("struct", "record { … }"),
    ("dict", "map of TYPE"),
    ("ref", "one NOUN"),
    ("reference", "one NOUN"),
];

/// Functions of other languages.
const FUNCTIONS: &[(&str, &str)] = &[
    ("len", "write `count(…)`"),
    ("length", "write `count(…)`"),
    ("size", "write `count(…)`"),
    ("avg", "write `sum(x) / count(x)`"),
    ("average", "write `sum(x) / count(x)`"),
    ("mean", "write `sum(x) / count(x)`"),
    ("tolower", "write `lower(…)`"),
    ("toLower", "write `lower(…)`"),
    ("to_lower", "write `lower(…)`"),
    ("lowercase", "write `lower(…)`"),
    ("toupper", "write `upper(…)`"),
    ("toUpper", "write `upper(…)`"),
    ("uppercase", "write `upper(…)`"),
    ("strip", "write `trim(…)`"),
    ("any", "write `some x in xs: CONDITION`"),
    ("all", "write `every x in xs: CONDITION`"),
    ("defined", "write `x exists`"),
    ("isset", "write `x exists`"),
    ("isnull", "write `x is missing`"),
    ("is_null", "write `x is missing`"),
    ("missing", "write `x is missing`"),
    ("empty", "write `count(x) == 0`"),
    ("startswith", "write `x starts with \"…\"`"),
    ("startsWith", "write `x starts with \"…\"`"),
    ("endswith", "write `x ends with \"…\"`"),
    ("endsWith", "write `x ends with \"…\"`"),
    ("includes", "write `x contains y`"),
    ("regex", "write `x matches /…/`"),
    ("match", "write `x matches /…/`"),
    ("coalesce", "a value for a missing one is `a else b`"),
    ("ifnull", "a value for a missing one is `a else b`"),
    ("now", "there is no clock: the moment of the check is `$as_of`"),
    ("today", "there is no clock: the moment of the check is `$as_of`"),
    ("current_date", "there is no clock: the moment of the check is `$as_of`"),
    ("date", "write `time(…)`, or the date itself: `2026-12-31`"),
    ("datetime", "write `time(…)`, or the date itself: `2026-12-31`"),
    ("int", "write `number(…)`"),
    ("float", "write `number(…)`"),
    ("str", "write `text(…)`"),
    ("string", "write `text(…)`"),
    ("concat", "write a text with holes: `\"{a}-{b}\"`"),
    ("distinct", "two equal records are one record; write `count(…)`"),
];

/// Words for nothing.
const NOTHING: &[&str] = &["null", "NULL", "Null", "nil", "None", "undefined"];

const NUMBERS: &[&str] = &["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

const UNITS: &[(&str, &str)] = &[
    ("s", "seconds"),
    ("sec", "seconds"),
    ("secs", "seconds"),
    ("m", "minutes"),
    ("min", "minutes"),
    ("mins", "minutes"),
    ("h", "hours"),
    ("hr", "hours"),
    ("hrs", "hours"),
    ("d", "days"),
    ("w", "weeks"),
    ("mo", "months"),
    ("q", "quarters"),
    ("y", "years"),
    ("yr", "years"),
    ("seconds", "seconds"),
    ("minutes", "minutes"),
    ("hours", "hours"),
    ("days", "days"),
    ("day", "day"),
    ("weeks", "weeks"),
    ("months", "months"),
    ("quarters", "quarters"),
    ("years", "years"),
];

fn look_up<'t>(table: &'t [(&'t str, &'t str)], word: &str) -> Option<&'t str> {
    table.iter().find(|(wrong, _)| *wrong == word).map(|(_, right)| *right)
}

pub(super) fn verb(word: &str) -> Option<&'static str> {
    look_up(VERBS, word)
}

pub(super) fn relative(word: &str) -> Option<&'static str> {
    look_up(RELATIVES, word)
}

pub(super) fn time(word: &str) -> Option<&'static str> {
    look_up(TIMES, word)
}

pub(super) fn infix(word: &str) -> Option<&'static str> {
    look_up(INFIX, word)
}

pub(super) fn clause(word: &str) -> Option<&'static str> {
    look_up(CLAUSES, word)
}

pub(super) fn type_name(word: &str) -> Option<&'static str> {
    look_up(TYPES, word)
}

pub(super) fn function(word: &str) -> Option<&'static str> {
    look_up(FUNCTIONS, word)
}

pub(super) fn unit(word: &str) -> Option<&'static str> {
    look_up(UNITS, word)
}

pub(super) fn is_nothing(word: &str) -> bool {
    NOTHING.contains(&word)
}

/// A small number that is written as a word.
pub(super) fn number(word: &str) -> Option<usize> {
    NUMBERS.iter().position(|number| *number == word).map(|at| at + 1)
}
