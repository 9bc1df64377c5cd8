//! JSON of which parts are not known: a policy document that names what is made only when the configuration is applied.

use std::fmt::Write as _;

use tickmark_facts::HOLE;
use tickmark_hcl::{Kind, Value};

use crate::json::quoted;
use crate::terraform::SENSITIVE;

/// The text of a document, with a hole for each part that is not known; nothing where no part of it is.
pub(super) fn text(document: &Value) -> Option<String> {
    matches!(document.kind, Kind::List(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Object(_)).then(|| {
        let mut out = String::new();
        write(document, &mut out);
        out
    })
}

fn write(value: &Value, out: &mut String) {
    if value.marks.is_sensitive() {
        return hole(SENSITIVE, out);
    }
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Kind::Number(number) => {
            let _ = write!(out, "{number}");
        }
        Kind::Text(text) => quoted(text, out),
        Kind::Json(json) => match (&json.text, json.document.first_unknown()) {
            (Some(text), _) => quoted(text, out),
            (None, unknown) => hole(unknown.map_or("", |unknown| &unknown.reason), out),
        },
        Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Kind::Map(entries) | Kind::Object(entries) => {
            // Which keys there are is not known: nor is what a key that is not there stands for.
            if let Some(rest) = entries.rest() {
                return hole(&rest.reason, out);
            }
            out.push('{');
            for (index, (key, item)) in entries.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                quoted(key, out);
                out.push(':');
                write(item, out);
            }
            out.push('}');
        }
        Kind::Unknown(unknown) => hole(&unknown.reason, out),
        Kind::Handle(_) => hole("it is a resource as a whole", out),
    }
}

fn hole(why: &str, out: &mut String) {
    out.push('{');
    quoted(HOLE, out);
    out.push(':');
    quoted(why, out);
    out.push('}');
}
