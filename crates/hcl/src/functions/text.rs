//! Texts.

use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;

use super::{Outcome, integer_at, text_at};
use crate::convert::convert;
use crate::eval::{Scope, pieces_of, text_of_pieces};
use crate::fault::Fault;
use crate::limits;
use crate::marks::Marks;
use crate::types::Type;
use crate::value::{Kind, Piece, Value};

pub(super) fn chomp(values: &[Value]) -> Outcome {
    let text = text_at(values, 0)?;
    Ok(Value::text(text.trim_end_matches(['\n', '\r']).to_owned()))
}

pub(super) fn endswith(values: &[Value]) -> Outcome {
    Ok(Value::bool(text_at(values, 0)?.ends_with(text_at(values, 1)?)))
}

/// A text known in part can be told by its beginning.
pub(super) fn startswith(_: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let marks = Marks::all(&values.iter().map(Value::deep_marks).collect::<Vec<_>>());
    let [text, prefix] = values else { return Err(Fault::new("it wants two arguments")) };
    let known = prefix.as_text().and_then(|prefix| match (text.as_text(), text.as_unknown()) {
        (Some(text), _) => Some(text.starts_with(&**prefix)),
        (None, Some(unknown)) => match unknown.pieces.first() {
            Some(Piece::Text(start)) if start.len() >= prefix.len() => Some(start.starts_with(&**prefix)),
            Some(Piece::Text(start)) if !prefix.starts_with(&**start) => Some(false),
            _ => None,
        },
        (None, None) => None,
    });
    if let Some(known) = known {
        return Ok(Value::bool(known).marked(&marks));
    }
    let unknown = values.iter().find_map(|value| value.unknown_like(Type::Bool));
    Ok(unknown.unwrap_or_else(Value::null).marked(&marks))
}

pub(super) fn strcontains(values: &[Value]) -> Outcome {
    Ok(Value::bool(text_at(values, 0)?.contains(text_at(values, 1)?)))
}

pub(super) fn lower(values: &[Value]) -> Outcome {
    // Go lowers letter by letter.
    let lowered: String = text_at(values, 0)?.chars().map(single_lower).collect();
    Ok(Value::text(lowered))
}

fn single_lower(letter: char) -> char {
    let mut lowered = letter.to_lowercase();
    match (lowered.next(), lowered.next()) {
        (Some(one), None) => one,
        (Some(first), _) => first,
        _ => letter,
    }
}

fn single_upper(letter: char) -> char {
    let mut raised = letter.to_uppercase();
    match (raised.next(), raised.next()) {
        (Some(one), None) => one,
        _ => letter,
    }
}

pub(super) fn upper(values: &[Value]) -> Outcome {
    let raised: String = text_at(values, 0)?.chars().map(single_upper).collect();
    Ok(Value::text(raised))
}

/// The first letter of each word raised. What is a word is as Go's `strings.Title` has it.
pub(super) fn title(values: &[Value]) -> Outcome {
    let mut out = String::new();
    let mut before = ' ';
    for letter in text_at(values, 0)?.chars() {
        out.push(if is_separator(before) { single_upper(letter) } else { letter });
        before = letter;
    }
    Ok(Value::text(out))
}

fn is_separator(letter: char) -> bool {
    if letter.is_ascii() {
        return !letter.is_ascii_alphanumeric() && letter != '_';
    }
    !letter.is_alphanumeric() && letter.is_whitespace()
}

/// The lines after the first moved in.
pub(super) fn indent(values: &[Value]) -> Outcome {
    let spaces = usize::try_from(integer_at(values, 0)?).unwrap_or(0);
    let text = text_at(values, 1)?;
    let lines = text.matches('\n').count();
    if lines.saturating_mul(spaces).saturating_add(text.len()) > limits::TEXT {
        return Err(Fault::new("the text would be longer than the limit of 16 MiB"));
    }
    Ok(Value::text(text.replace('\n', &format!("\n{}", " ".repeat(spaces)))))
}

/// Texts joined; an unknown one leaves a hole.
pub(super) fn join(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let Some((separator, lists)) = values.split_first() else { return Err(Fault::new("it wants a separator")) };
    let mut marks = vec![separator.deep_marks()];
    let mut pieces: Vec<Piece> = Vec::new();
    let mut length = 0_usize;
    let mut first = true;
    for list in lists {
        let list = scope.world.settled(list);
        marks.push(list.deep_marks());
        let list = convert(&list, &Type::list(Type::Text))?;
        let Kind::List(items) = &list.kind else {
            return Ok(list.unknown_like(Type::Text).unwrap_or(list).marked(&Marks::all(&marks)));
        };
        for item in items.iter() {
            if !first {
                pieces.extend(pieces_of(separator)?);
            }
            first = false;
            pieces.extend(pieces_of(item).map_err(|_| Fault::new("an element is null"))?);
            if pieces.len() > limits::PIECES && !(item.is_known() && separator.is_known()) {
                return Ok(text_of_pieces(pieces).marked(&Marks::all(&marks)));
            }
            length += item.as_text().map_or(0, |text| text.len()) + separator.as_text().map_or(0, |text| text.len());
            if length > limits::TEXT {
                return Err(Fault::new("the text would be longer than the limit of 16 MiB"));
            }
        }
    }
    Ok(text_of_pieces(pieces).marked(&Marks::all(&marks)))
}

fn compiled(pattern: &str) -> Result<regex::Regex, Fault> {
    // Go writes named groups this way only.
    let compiled = regex::RegexBuilder::new(pattern).size_limit(1 << 20).nest_limit(100).build();
    compiled.map_err(|error| {
        let text = error.to_string();
        let last = text.lines().last().unwrap_or("").trim_start_matches("error: ").to_owned();
        Fault::new(format!("`{pattern}` is no regular expression: {last}"))
    })
}

/// What a match gives: the text, a tuple of the groups, or an object of the named groups.
fn captured(pattern: &regex::Regex, found: &regex::Captures<'_>) -> Outcome {
    let group = |index: usize| found.get(index).map_or_else(Value::null, |part| Value::text(part.as_str().to_owned()));
    let names: Vec<Option<&str>> = pattern.capture_names().skip(1).collect();
    if names.is_empty() {
        return Ok(group(0));
    }
    if names.iter().all(Option::is_none) {
        return Ok(Value::tuple((1..=names.len()).map(group).collect()));
    }
    if names.iter().any(Option::is_none) {
        return Err(Fault::new("either all groups of the pattern have names, or none"));
    }
    let entries = names.iter().enumerate().map(|(index, name)| (Arc::from(name.unwrap_or("")), group(index + 1)));
    Ok(Value::object(entries.collect()))
}

pub(super) fn regex(values: &[Value]) -> Outcome {
    let pattern = compiled(text_at(values, 0)?)?;
    match pattern.captures(text_at(values, 1)?) {
        Some(found) => captured(&pattern, &found),
        None => Err(Fault::new("the pattern matches nothing")),
    }
}

pub(super) fn regexall(values: &[Value]) -> Outcome {
    let pattern = compiled(text_at(values, 0)?)?;
    let found: Result<Vec<Value>, Fault> =
        pattern.captures_iter(text_at(values, 1)?).map(|found| captured(&pattern, &found)).collect();
    Ok(Value::list(found?))
}

/// A text in slashes is a pattern.
pub(super) fn replace(values: &[Value]) -> Outcome {
    let (text, wanted, with) = (text_at(values, 0)?, text_at(values, 1)?, text_at(values, 2)?);
    let too_long = || Fault::new("the text would be longer than the limit of 16 MiB");
    if wanted.len() > 1 && wanted.starts_with('/') && wanted.ends_with('/') {
        let pattern = compiled(wanted.get(1..wanted.len() - 1).unwrap_or(""))?;
        let mut out = String::new();
        let mut last = 0;
        for found in pattern.captures_iter(text) {
            let Some(whole) = found.get(0) else { continue };
            out.push_str(text.get(last..whole.start()).unwrap_or(""));
            expand(&found, with, &mut out);
            last = whole.end();
            if out.len() > limits::TEXT {
                return Err(too_long());
            }
        }
        out.push_str(text.get(last..).unwrap_or(""));
        return Ok(Value::text(out));
    }
    let times = if wanted.is_empty() { text.len() + 1 } else { text.matches(wanted).count() };
    if times.saturating_mul(with.len()).saturating_add(text.len()) > limits::TEXT {
        return Err(too_long());
    }
    Ok(Value::text(text.replace(wanted, with)))
}

/// `$1`, `${1}`, `$name` and `$$` in a replacement, as Go's `Expand` reads them.
fn expand(found: &regex::Captures<'_>, with: &str, out: &mut String) {
    let mut rest = with;
    while let Some(at) = rest.find('$') {
        out.push_str(rest.get(..at).unwrap_or(""));
        rest = rest.get(at + 1..).unwrap_or("");
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        let (name, after) = match rest.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some((name, after)) => (name, after),
            None => {
                let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
                rest.split_at(end)
            }
        };
        if name.is_empty() {
            out.push('$');
            continue;
        }
        let group = match name.parse::<usize>() {
            Ok(index) => found.get(index),
            Err(_) => found.name(name),
        };
        out.push_str(group.map_or("", |group| group.as_str()));
        rest = after;
    }
    out.push_str(rest);
}

pub(super) fn split(values: &[Value]) -> Outcome {
    let (separator, text) = (text_at(values, 0)?, text_at(values, 1)?);
    let parts: Vec<Value> = if separator.is_empty() {
        text.chars().map(|letter| Value::text(letter.to_string())).collect()
    } else {
        text.split(separator).map(|part| Value::text(part.to_owned())).collect()
    };
    Ok(Value::list(parts))
}

pub(super) fn strrev(values: &[Value]) -> Outcome {
    let reversed: String = text_at(values, 0)?.graphemes(true).rev().collect();
    Ok(Value::text(reversed))
}

/// A part of a text, counted in letters as people see them.
pub(super) fn substr(values: &[Value]) -> Outcome {
    let text = text_at(values, 0)?;
    let (offset, length) = (integer_at(values, 1)?, integer_at(values, 2)?);
    let total = text.graphemes(true).count();
    let total_length = i128::try_from(total).unwrap_or(i128::MAX);
    let start = if offset < 0 { offset + total_length } else { offset };
    if length == 0 && offset >= 0 {
        return Ok(Value::text(String::new()));
    }
    // Terraform takes a length of nothing, counted from the end, for all of the rest.
    let length = if length == 0 { -1 } else { length };
    // An offset before the start counts from there, as Terraform's own function does.
    let start = usize::try_from(start.max(0)).unwrap_or(usize::MAX);
    let length = if length < 0 { usize::MAX } else { usize::try_from(length).unwrap_or(usize::MAX) };
    let part: String = text.graphemes(true).skip(start).take(length).collect();
    Ok(Value::text(part))
}

pub(super) fn trim(values: &[Value]) -> Outcome {
    let letters: Vec<char> = text_at(values, 1)?.chars().collect();
    Ok(Value::text(text_at(values, 0)?.trim_matches(letters.as_slice()).to_owned()))
}

pub(super) fn trimprefix(values: &[Value]) -> Outcome {
    let text = text_at(values, 0)?;
    Ok(Value::text(text.strip_prefix(text_at(values, 1)?).unwrap_or(text).to_owned()))
}

pub(super) fn trimsuffix(values: &[Value]) -> Outcome {
    let text = text_at(values, 0)?;
    Ok(Value::text(text.strip_suffix(text_at(values, 1)?).unwrap_or(text).to_owned()))
}

pub(super) fn trimspace(values: &[Value]) -> Outcome {
    Ok(Value::text(text_at(values, 0)?.trim().to_owned()))
}
