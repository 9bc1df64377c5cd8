//! Equality, and the order in which Terraform holds the elements of a set.

use std::cmp::Ordering;
use std::fmt::Write;

use crate::value::{Entries, Items, Kind, Piece, Unknown, Value};

/// Whether two values are equal; `None` where that depends on something unknown. Values of different types are not
/// equal, so `1 == "1"` is false.
pub(crate) fn equal(a: &Value, b: &Value) -> Option<bool> {
    match (&a.kind, &b.kind) {
        (Kind::Unknown(unknown), _) if !unknown.pieces.is_empty() => partly_equal(unknown, b),
        (_, Kind::Unknown(unknown)) if !unknown.pieces.is_empty() => partly_equal(unknown, a),
        (Kind::Unknown(_) | Kind::Handle(_), _) | (_, Kind::Unknown(_) | Kind::Handle(_)) => None,
        (Kind::Null, Kind::Null) => Some(true),
        (Kind::Null, _) | (_, Kind::Null) => Some(false),
        (Kind::Bool(a), Kind::Bool(b)) => Some(a == b),
        (Kind::Number(a), Kind::Number(b)) => Some(a == b),
        (Kind::Text(_) | Kind::Json(_), Kind::Text(_) | Kind::Json(_)) => Some(a.as_text()? == b.as_text()?),
        (Kind::List(a), Kind::List(b)) | (Kind::Tuple(a), Kind::Tuple(b)) => items_equal(a, b),
        (Kind::Set(a), Kind::Set(b)) => sets_equal(a, b),
        (Kind::Map(a), Kind::Map(b)) | (Kind::Object(a), Kind::Object(b)) => entries_equal(a, b),
        _ => Some(false),
    }
}

/// A text known in part differs from every text that does not begin and end as it does.
fn partly_equal(unknown: &Unknown, other: &Value) -> Option<bool> {
    match &other.kind {
        Kind::Unknown(_) | Kind::Handle(_) => return None,
        Kind::Text(_) | Kind::Json(_) => {}
        _ => return Some(false),
    }
    let text = other.as_text()?;
    let begins = match unknown.pieces.first() {
        Some(Piece::Text(start)) => text.starts_with(&**start),
        _ => true,
    };
    let ends = match unknown.pieces.last() {
        Some(Piece::Text(end)) => text.ends_with(&**end),
        _ => true,
    };
    (!begins || !ends).then_some(false)
}

/// All equal, some different, or not known.
fn all_equal<'a>(pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Option<bool> {
    let mut known = true;
    for (a, b) in pairs {
        match equal(a, b) {
            Some(false) => return Some(false),
            Some(true) => {}
            None => known = false,
        }
    }
    known.then_some(true)
}

fn items_equal(a: &Items, b: &Items) -> Option<bool> {
    if a.len() != b.len() { Some(false) } else { all_equal(a.iter().zip(b.iter())) }
}

fn sets_equal(a: &Items, b: &Items) -> Option<bool> {
    let known = |items: &Items| items.iter().all(Value::is_wholly_known);
    // Unknown elements may turn out equal to others.
    if !known(a) || !known(b) { None } else { items_equal(a, b) }
}

fn entries_equal(a: &Entries, b: &Entries) -> Option<bool> {
    if a.is_open() || b.is_open() {
        return None;
    }
    if a.len() != b.len() || a.keys().zip(b.keys()).any(|(a, b)| a != b) {
        return Some(false);
    }
    all_equal(a.values().zip(b.values()))
}

/// The order of the elements of a set: numbers and texts as one expects, other things by a text that `cty` makes of
/// them.
pub(crate) fn set_order(a: &Value, b: &Value) -> Ordering {
    match (&a.kind, &b.kind) {
        (Kind::Null, Kind::Null) => Ordering::Equal,
        // Null and unknown elements stand at the end.
        (Kind::Unknown(_), Kind::Unknown(_)) => Ordering::Equal,
        (Kind::Unknown(_), _) => Ordering::Greater,
        (_, Kind::Unknown(_)) => Ordering::Less,
        (Kind::Null, _) => Ordering::Greater,
        (_, Kind::Null) => Ordering::Less,
        (Kind::Bool(a), Kind::Bool(b)) => a.cmp(b),
        (Kind::Number(a), Kind::Number(b)) => a.cmp(b),
        _ => match (a.as_text(), b.as_text()) {
            (Some(a), Some(b)) => a.cmp(b),
            _ => hash_text(a).cmp(&hash_text(b)),
        },
    }
}

fn hash_text(value: &Value) -> String {
    let mut text = String::new();
    write_hash(value, &mut text);
    text
}

/// The text by which `cty` orders elements that have no order of their own (`makeSetHashBytes`).
fn write_hash(value: &Value, out: &mut String) {
    match &value.kind {
        Kind::Unknown(_) | Kind::Handle(_) => out.push('?'),
        Kind::Null => out.push('~'),
        Kind::Number(number) => out.push_str(&go_general(&number.to_string())),
        Kind::Bool(value) => out.push(if *value { 'T' } else { 'F' }),
        Kind::Text(_) | Kind::Json(_) => {
            let _ = write!(out, "{:?}", value.as_text().map_or("?", |text| text));
        }
        Kind::Map(entries) => {
            out.push('{');
            for (key, value) in entries.iter() {
                let _ = write!(out, "{key:?}:");
                write_hash(value, out);
                out.push(';');
            }
            out.push('}');
        }
        Kind::List(items) | Kind::Set(items) => write_sequence('[', ']', items.iter(), out),
        Kind::Tuple(items) => write_sequence('<', '>', items.iter(), out),
        Kind::Object(entries) => {
            let values: Vec<&Value> = entries.values().collect();
            write_sequence('<', '>', values.into_iter(), out);
        }
    }
}

fn write_sequence<'a>(open: char, close: char, values: impl Iterator<Item = &'a Value>, out: &mut String) {
    out.push(open);
    for value in values {
        write_hash(value, out);
        out.push(';');
    }
    out.push(close);
}

/// A number as Go's `big.Float.String` has it: ten significant digits, and an exponent where that is shorter.
fn go_general(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() > 10 {
        let all: String = format!("{whole}{fraction}");
        let (first, rest) = all.split_at(1.min(all.len()));
        let rest = rest.get(..9).unwrap_or(rest).trim_end_matches('0');
        let point = if rest.is_empty() { "" } else { "." };
        return format!("{sign}{first}{point}{rest}e+{:02}", whole.len() - 1);
    }
    text.to_owned()
}

/// A set of the values: in order, each once. Elements that are not wholly known are all kept, since they may differ.
pub(crate) fn set_of(mut values: Vec<Value>) -> Value {
    values.sort_by(set_order);
    values.dedup_by(|later, earlier| {
        let same = equal(earlier, later) == Some(true);
        if same {
            earlier.marks = earlier.marks.union(&later.marks);
        }
        same
    });
    Value::sorted_set(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Type;
    use crate::value::Why;

    #[test]
    fn values_of_other_types_differ_and_unknowns_are_open() {
        let one = Value::number(1);
        assert_eq!(equal(&one, &Value::text("1")), Some(false));
        let unknown = Value::unknown(Type::Text, Why::Apply, "x", "x");
        assert_eq!(equal(&one, &unknown), None);
        let list = |second: Value| Value::list(vec![Value::number(1), second]);
        assert_eq!(equal(&list(unknown.clone()), &list(one.clone())), None);
        assert_eq!(equal(&list(unknown.clone()), &Value::list(vec![Value::number(2), unknown])), Some(false));
        assert_eq!(equal(&Value::tuple(vec![]), &Value::list(vec![])), Some(false));
    }

    #[test]
    fn sets_are_in_order_and_hold_each_element_once() {
        let set = set_of(["b", "a", "b"].map(Value::text).to_vec());
        assert_eq!(format!("{set:?}"), r#"{"a", "b"}"#);
        let set = set_of([10, 9, 10].map(Value::number).to_vec());
        assert_eq!(format!("{set:?}"), "{9, 10}");
        assert_eq!(go_general("12345678901234"), "1.23456789e+13");
    }
}
