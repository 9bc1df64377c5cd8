//! Values as JSON, for tests and examples.

use serde_json::{Map, Value as Json, json};
use tickmark_hcl::{Kind, Piece, Value};

/// The value as JSON: what is secret is `"(sensitive)"`, what is unknown an object with the reason.
pub(crate) fn shown(value: &Value, secrets: bool) -> Json {
    if value.marks.is_sensitive() && !secrets {
        return json!("(sensitive)");
    }
    let many =
        |values: &mut dyn Iterator<Item = &Value>| Json::Array(values.map(|value| shown(value, secrets)).collect());
    match &value.kind {
        Kind::Null => Json::Null,
        Kind::Bool(truth) => json!(truth),
        // Numbers of any size keep their digits.
        Kind::Number(number) => serde_json::from_str(&number.to_string()).unwrap_or_else(|_| json!(number.to_string())),
        Kind::Text(text) => json!(&**text),
        Kind::Json(document) => match &document.text {
            Some(text) => json!(&**text),
            None => json!({"json": shown(&document.document, secrets)}),
        },
        Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => many(&mut items.iter()),
        Kind::Map(entries) | Kind::Object(entries) => {
            let mut map: Map<String, Json> =
                entries.iter().map(|(key, value)| (key.to_string(), shown(value, secrets))).collect();
            if let Some(rest) = entries.rest() {
                map.insert("…".to_owned(), json!(format!("unknown: {}", rest.reason)));
            }
            Json::Object(map)
        }
        Kind::Unknown(unknown) if unknown.pieces.is_empty() => {
            let references: Vec<String> =
                value.marks.references().iter().map(|reference| reference.address.to_string()).collect();
            json!({"unknown": &*unknown.reason, "of": references})
        }
        Kind::Unknown(unknown) => {
            let piece = |piece: &Piece| match piece {
                Piece::Text(text) => json!(&**text),
                Piece::Hole(value) => shown(value, secrets),
            };
            json!({"pieces": unknown.pieces.iter().map(piece).collect::<Vec<_>>()})
        }
        Kind::Handle(_) => json!("(handle)"),
    }
}
