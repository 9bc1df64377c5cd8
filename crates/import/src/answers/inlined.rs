//! Records that hold JSON as a text: an event of CloudTrail within the answer of `LookupEvents`, or parts of one in a table of Athena.
//! They are written out anew, with what the texts hold in their place, and read as others are. Places are then those of the
//! record's line as nearly as can be: what is written out is never longer than what stood there.

use crate::answers::table::{Answer, Inlined};
use crate::error::ReadError;
use crate::json::{JsonReader, quoted};
use tickmark_facts::ValueReader;

/// The record that stands next, written out; nothing where the answer has no such texts, and the reader stays where it is.
///
/// # Errors
/// Where the record is broken.
pub(crate) fn written_out(answer: &Answer, reader: &mut JsonReader<'_>) -> Result<Option<String>, ReadError> {
    match answer.inlined {
        None => Ok(None),
        Some(Inlined::Whole(wanted)) => {
            let mut found = None;
            reader.object_or_skip(&mut |reader, key| {
                if key == wanted {
                    found = reader.text()?;
                    return Ok(());
                }
                reader.skip()
            })?;
            Ok(Some(found.filter(|text| is_object(text)).unwrap_or_else(|| "{}".to_owned())))
        }
        Some(Inlined::Parts(wanted)) => {
            let mut out = String::from("{");
            reader.object_or_skip(&mut |reader, key| {
                if out.len() > 1 {
                    out.push(',');
                }
                quoted(key, &mut out);
                out.push(':');
                let at = reader.offset();
                let depth = reader.depth();
                let text = if wanted.contains(&key) { reader.again(at, depth).text()? } else { None };
                let written = reader.skipped_text()?;
                out.push_str(text.as_deref().filter(|text| is_object(text)).unwrap_or(written));
                Ok(())
            })?;
            out.push('}');
            Ok(Some(out))
        }
    }
}

/// Whether a text is a JSON object as a whole.
fn is_object(text: &str) -> bool {
    let mut reader = JsonReader::new(text.as_bytes(), tickmark_source::FileId(0), 0);
    matches!(reader.at_object(), Ok(true)) && reader.skip().is_ok() && reader.finish().is_ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::written_out;
    use crate::answers::table::{Answer, Inlined};
    use crate::json::JsonReader;
    use tickmark_source::FileId;

    fn written(inlined: Inlined, text: &str) -> Option<String> {
        let answer = Answer::list(&["x"], "x", &[], &[]).inlined(inlined);
        written_out(&answer, &mut JsonReader::new(text.as_bytes(), FileId(0), 0)).unwrap()
    }

    #[test]
    fn what_a_text_holds_stands_in_its_place() {
        let whole = Inlined::Whole("event");
        assert_eq!(written(whole, r#"{"id": 1, "event": "{\"a\": \"b\"}"}"#).as_deref(), Some(r#"{"a": "b"}"#));
        // What is no object holds no record.
        for text in
            [r#"{"event": "[1]"}"#, r#"{"event": "{\"a\": "}"#, r#"{"event": "{} {}"}"#, r#"{"event": 7}"#, "{}"]
        {
            assert_eq!(written(whole, text).as_deref(), Some("{}"), "{text}");
        }
        let parts = Inlined::Parts(&["p", "q"]);
        assert_eq!(
            written(parts, r#"{"p": "{\"a\": 1}", "q": "text", "r": "{\"a\": 1}", "s\"": [1]}"#).as_deref(),
            Some(r#"{"p":{"a": 1},"q":"text","r":"{\"a\": 1}","s\"":[1]}"#)
        );
    }
}
