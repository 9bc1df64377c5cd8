//! What pest refuses, told in words: what was typed, and what would fit.

use pest::error::{ErrorVariant, InputLocation};
use tickmark_diagnostics::{Diagnostic, codes};
use tickmark_source::FileId;

use crate::grammar::{Refusal, Rule};
use crate::lex::Token;
use crate::slips::{self, Place};

/// The index of the token at which reading stopped; the number of tokens where the text ended too early.
fn stopped_at(tokens: &[Token], shift: u32, refusal: &Refusal) -> usize {
    let offset = match refusal.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => {
            shift.saturating_add(u32::try_from(at).unwrap_or(u32::MAX))
        }
    };
    tokens.partition_point(|token| token.end <= offset)
}

/// The offset in the file to which a mistake belongs: the token that does not fit, or where that begins a line, the one
/// after which something is missing.
pub(crate) fn place_of(tokens: &[Token], shift: u32, refusal: &Refusal) -> Option<u32> {
    let at = stopped_at(tokens, shift, refusal);
    let here = tokens.get(at).filter(|token| token.indent.is_none());
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    here.or(before).or(tokens.get(at)).map(|token| token.start)
}

/// The diagnostic for a refusal.
pub(crate) fn explain(file: FileId, source: &str, tokens: &[Token], shift: u32, refusal: &Refusal) -> Diagnostic {
    let mut place = Place { file, source, tokens, at: stopped_at(tokens, shift, refusal), wanted: &[] };
    match &refusal.variant {
        ErrorVariant::ParsingError { positives, .. } => place.wanted = positives,
        ErrorVariant::CustomError { .. } => {
            let message = "this is nested too deeply to be read";
            return Diagnostic::error(codes::syntax::LIMIT, place.span(0), message)
                .help("name a part of it with `adjective`, `relation` or `entity`");
        }
    }
    slips::find(&place).unwrap_or_else(|| plain(&place))
}

/// The message for what is no known slip.
fn plain(place: &Place<'_>) -> Diagnostic {
    let fits = fits(place.wanted);
    let before = place.shown(-1);
    let begins_line = place.token(0).is_some_and(|token| token.indent.is_some());
    let error = |ahead, message| Diagnostic::error(codes::syntax::UNEXPECTED, place.span(ahead), message);
    let closes = matches!(place.text(0), "}" | ")" | "]");
    let diagnostic = match place.token(0) {
        _ if place.at == 0 => error(0, format!("{} begins no item", place.shown(0))),
        None => error(-1, format!("the text ends too early, after {before}")),
        Some(_) if (begins_line || closes) && !place.wants(Rule::close_brace) => {
            error(-1, format!("something is missing after {before}"))
        }
        Some(_) => error(0, format!("{} does not fit after {before}", place.shown(0))),
    };
    if fits.is_empty() { diagnostic } else { diagnostic.help(format!("here fits {}", list(&fits))) }
}

/// What would fit, in words, without what merely could go on.
fn fits(wanted: &[Rule]) -> Vec<&'static str> {
    let mut words: Vec<&'static str> = Vec::new();
    for word in wanted.iter().filter_map(|rule| in_words(*rule)) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    // Where the clause could end, the next one could begin; that helps only where nothing else fits.
    let ends = ["`}`", SENTENCE, FIELD];
    if words.iter().any(|word| !ends.contains(word)) {
        words.retain(|word| !ends.contains(word));
    } else if wanted.contains(&Rule::op_and) {
        words.insert(0, "`and`, `or`");
    }
    words.truncate(8);
    words
}

const SENTENCE: &str = "a sentence (`every …`, `no …`, `some …`)";
const FIELD: &str = "a field (`cites`, `severity`, `because` …)";

fn list(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// A rule in the words of the language; nothing where naming it helps no one.
fn in_words(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::name | Rule::word | Rule::value_word | Rule::words | Rule::lone_word => "a name",
        Rule::control_id => "the id of a control",
        Rule::citation => "a criterion such as `CC8.1`",
        Rule::tag_word => "a tag",
        Rule::text | Rule::template => "a text in quotes",
        Rule::date => "a date such as `2026-12-31`",
        Rule::number => "a number",
        Rule::expr | Rule::branch => "a condition or a value",
        Rule::value | Rule::path | Rule::measure | Rule::list | Rule::paren => "a value",
        Rule::given_value => "a value",
        Rule::phrase => "a noun",
        Rule::object => "what the subject has",
        Rule::sentence | Rule::quantifier | Rule::control_sentence => SENTENCE,
        Rule::predicate => "`has`, `is`, `can` or `:`",
        Rule::p_has => "`has`",
        Rule::p_is | Rule::p_missing => "`is`",
        Rule::p_can => "`can`",
        Rule::p_cannot => "`cannot`",
        Rule::p_condition | Rule::colon => "`:`",
        Rule::comma => "`,`",
        Rule::assign => "`=`",
        Rule::open_brace => "`{`",
        Rule::close_brace => "`}`",
        Rule::close_paren => "`)`",
        Rule::close_bracket => "`]`",
        Rule::type_expr => "a type (`text`, `number`, `bool`, `time`, `one of \"a\", \"b\"`, `many NOUN` …)",
        Rule::attribute => "an attribute with its type",
        Rule::kw_key | Rule::key_clause => "`key`",
        Rule::field => FIELD,
        Rule::assignment => "`attribute = value`",
        Rule::entry => "`attribute: value`",
        Rule::exception_field => "`reason`, `owner`, `approved_by` or `expires`",
        Rule::given => "`given`",
        Rule::expect => "`expect`",
        Rule::as_of => "`as of`",
        Rule::test_period => "`period`",
        Rule::calendar_unit => "`week`, `month`, `quarter` or `year`",
        Rule::kw_for => "`for`",
        Rule::kw_of => "`of`",
        Rule::kw_to => "`to`",
        Rule::kw_then => "`then`",
        Rule::kw_else => "`else`",
        Rule::kw_when => "`when`",
        Rule::kw_every => "`every`",
        Rule::record | Rule::record_ref => "a record",
        Rule::action => "a capability or an action in quotes",
        Rule::is_word => "an adjective",
        _ => return None,
    })
}
