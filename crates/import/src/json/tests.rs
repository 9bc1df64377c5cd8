//! The reader against `serde_json`, on random documents and on damaged ones.

use super::JsonReader;
use crate::error::ReadError;
use crate::tree::{Node, Value};
use proptest::prelude::*;
use serde_json::Value as Json;
use tickmark_facts::{Scalar, ValueReader};
use tickmark_source::FileId;

/// A value as text with odd blanks, escapes and numbers.
fn json() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(|number| format!("{number:?}")),
        (any::<i32>(), 0..400_u32).prop_map(|(whole, digits)| format!("{whole}.{digits:03}")),
        (0..1000_u32, -30..30_i32).prop_map(|(whole, exponent)| format!("{whole}e{exponent:+}")),
        "-?[1-9][0-9]{14,20}",
    ];
    let scalar = prop_oneof![
        3 => number,
        1 => Just("null".to_owned()),
        1 => Just("true".to_owned()),
        1 => Just("false".to_owned()),
        4 => text(),
    ];
    scalar.prop_recursive(6, 60, 8, |inner| {
        let list = (blanks(), prop::collection::vec((inner.clone(), blanks()), 0..8)).prop_map(|(first, items)| {
            let items: Vec<String> = items.into_iter().map(|(item, blank)| format!("{item}{blank}")).collect();
            format!("[{first}{}]", items.join(","))
        });
        let object = (blanks(), prop::collection::vec((text(), blanks(), inner), 0..8)).prop_map(|(first, members)| {
            let members: Vec<String> =
                members.into_iter().map(|(key, blank, value)| format!("{key}{blank}:{blank}{value}{blank}")).collect();
            format!("{{{first}{}}}", members.join(","))
        });
        prop_oneof![list, object]
    })
}

fn blanks() -> impl Strategy<Value = String> {
    prop_oneof![6 => Just(String::new()), 2 => Just(" ".to_owned()), 1 => "[ \\n\\t\\r]{0,20}"]
}

/// A text in quotes; long ones too, so that blocks begin inside of texts.
fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        8 => "[a-z {}\\[\\]:,]{0,12}",
        1 => "[^\\x00-\\x1f\"\\\\]{0,30}",
        1 => prop::sample::select(vec![
            r#"\""#, r"\\", r"\/", r"\b", r"\f", r"\n", r"\r", r"\t", r"\u00e9", r"\ud83d\ude00", r"\\\\", r"\u0000",
        ]).prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 0..6).prop_map(|parts| format!("\"{}\"", parts.concat()))
}

fn read(text: &[u8]) -> Result<Node, ReadError> {
    let mut reader = JsonReader::new(text, FileId(0), 0);
    let node = Node::read(&mut reader)?;
    reader.finish()?;
    Ok(node)
}

fn skip(text: &[u8]) -> Result<usize, ReadError> {
    let mut reader = JsonReader::new(text, FileId(0), 0);
    let range = reader.skip_range()?;
    reader.finish()?;
    Ok(range.end)
}

/// Whether a value is what `serde_json` reads, and every part of it stands where it is said to stand.
fn same(node: &Node, json: &Json, text: &str) -> bool {
    let here = text.as_bytes().get(node.offset).copied().unwrap_or_default();
    match (&node.value, json) {
        (Value::Null, Json::Null) => here == b'n',
        (Value::Bool(ours), Json::Bool(theirs)) => ours == theirs && matches!(here, b't' | b'f'),
        // `serde_json` rounds in haste; the exact value is tested below.
        (Value::Number(ours), Json::Number(theirs)) => {
            theirs.as_f64().is_some_and(|theirs| (theirs - ours).abs() <= ours.abs() * 1e-15)
        }
        (Value::BigInteger(digits), Json::Number(theirs)) => {
            theirs.as_f64().is_some() && text[node.offset..].starts_with(digits.as_str())
        }
        (Value::Text(ours), Json::String(theirs)) => ours == theirs && here == b'"',
        (Value::List(ours), Json::Array(theirs)) => {
            here == b'['
                && ours.len() == theirs.len()
                && ours.iter().zip(theirs).all(|(node, json)| same(node, json, text))
        }
        // Of keys that stand twice `serde_json` keeps the last.
        (Value::Object(ours), Json::Object(theirs)) => {
            here == b'{'
                && theirs.iter().all(|(key, json)| {
                    let last = ours.iter().rev().find(|(found, _)| found == key);
                    last.is_some_and(|(_, node)| same(node, json, text))
                })
                && ours.iter().all(|(key, _)| theirs.contains_key(key))
        }
        _ => false,
    }
}

/// Whether all numbers are within the range of a float.
fn in_range(json: &Json) -> bool {
    match json {
        Json::Number(number) => number.as_f64().is_some_and(f64::is_finite),
        Json::Array(items) => items.iter().all(in_range),
        Json::Object(members) => members.values().all(in_range),
        _ => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn reads_what_serde_json_reads(text in json()) {
        let json: Json = serde_json::from_str(&text).unwrap();
        let node = read(text.as_bytes()).map_err(|error| TestCaseError::fail(error.message))?;
        prop_assert!(same(&node, &json, &text), "{:?} is not {:?}", node, json);
        prop_assert_eq!(skip(text.as_bytes()).ok(), Some(text.len()));
    }

    /// Every damaged text is refused when it is read whole, as `serde_json` does; what is skipped is never taken for longer
    /// or shorter than it is, and never ends with the file.
    #[test]
    fn refuses_what_serde_json_refuses(text in json(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = text.into_bytes();
        let at = at.index(bytes.len());
        if cut {
            bytes.truncate(at);
        } else {
            bytes[at] = byte;
        }
        // Built with arbitrary precision, which another crate may ask for, it takes numbers beyond the range of a float.
        let theirs = serde_json::from_slice::<Json>(&bytes).ok().filter(in_range).ok_or("refused");
        let ours = read(&bytes);
        prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{:?}: {:?} {:?}", String::from_utf8_lossy(&bytes), ours, theirs);
        match skip(&bytes) {
            Ok(end) if theirs.is_ok() => prop_assert_eq!(bytes[end..].iter().find(|byte| !byte.is_ascii_whitespace()), None),
            Ok(_) => prop_assert!(!cut || at == 0 || theirs.is_ok() || !is_open(&bytes)),
            Err(_) => prop_assert!(theirs.is_err(), "{:?}", String::from_utf8_lossy(&bytes)),
        }
    }
}

/// Whether brackets or a text are open at the end.
fn is_open(bytes: &[u8]) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => depth += 1,
            b']' | b'}' if !quoted => depth -= 1,
            _ => {}
        }
    }
    quoted || depth > 0
}

#[test]
fn brackets_must_match_in_what_is_skipped() {
    for text in ["[{]}", "{\"a\":[1,2}", "[[]", "{\"a\":\"]}", "[\"a\nb\"]", "[\"\u{7f}", "]"] {
        assert!(skip(text.as_bytes()).is_err(), "{text}");
    }
    assert!(skip(b"[\"\xff\"]").is_err());
    assert!(skip(b"\"\xff\"").is_err());
}

#[test]
fn nesting_is_limited_in_what_is_skipped_too() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(skip(nested(128).as_bytes()).is_ok());
    let error = skip(nested(129).as_bytes()).unwrap_err();
    assert!(error.message.contains("128"), "{}", error.message);
    assert!(read(nested(129).as_bytes()).is_err());
}

#[test]
fn decimals_are_rounded_as_the_standard_library_rounds_them() {
    for text in
        ["0.1", "-0.0", "123456789012.345", "0.3333333333333333", "1e22", "1.7976931348623157e308", "9007199254740991"]
    {
        let number = JsonReader::new(text.as_bytes(), FileId(0), 0)
            .scalar(|scalar| if let Scalar::Number(number) = scalar { Some(number) } else { None });
        assert_eq!(number.unwrap().map(f64::to_bits), Some(text.parse::<f64>().unwrap().to_bits()), "{text}");
    }
}
