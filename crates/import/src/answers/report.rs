//! The report that IAM makes of credentials: a table, as a file of its own or inside an answer.

use crate::tree::{Node, Value};
use base64::Engine as _;

/// Where a report stands, and what its rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Report {
    /// The key under which it stands as a text.
    pub(crate) key: &'static str,
    /// A row with this text in this column is of another noun.
    pub(crate) except: (&'static str, &'static str, &'static str),
}

impl Report {
    /// The other noun, where a row is of it.
    pub(crate) fn exception(&self, row: &Node) -> Option<&'static str> {
        let (column, text, noun) = self.except;
        (row.text_of(column).as_deref() == Some(text)).then_some(noun)
    }
}

/// The first columns of the report that IAM makes of credentials
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>).
const REPORT: &str = "user,arn,user_creation_time,";

/// What it writes where there is nothing to say.
const NOTHING: [&str; 4] = ["", "N/A", "no_information", "not_supported"];

/// Whether a text is a report of credentials.
pub(crate) fn is_report(text: &str) -> bool {
    text.starts_with(REPORT)
}

/// The rows of a report of credentials, which stands in a file from byte `at` on; with `whole` it is the text of the file, and
/// each row stands at its own place. The command line prints it in Base64.
///
/// # Errors
/// In words: what is no such report, or is cut short.
pub(crate) fn of_report(text: &str, at: usize, whole: bool) -> Result<Vec<Node>, String> {
    let decoded;
    let text = if is_report(text) {
        text
    } else {
        let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim()).unwrap_or_default();
        decoded = String::from_utf8(bytes).unwrap_or_default();
        if !is_report(&decoded) {
            return Err("its content is no report of credentials, neither as text nor in Base64".to_owned());
        }
        decoded.as_str()
    };
    let mut table = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<String> = table.headers().map_err(|error| error.to_string())?.iter().map(str::to_owned).collect();
    let mut rows = Vec::new();
    for row in table.records() {
        let row = row.map_err(|error| error.to_string())?;
        let start = row.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
        let line = text.get(start..).unwrap_or_default();
        let start = start + (line.len() - line.trim_start_matches(['\r', '\n']).len());
        let offset = if whole { at + start } else { at };
        let cell = |value: &str| match value {
            value if NOTHING.contains(&value) => Value::Null,
            value => Value::Text(value.to_owned()),
        };
        let members = names.iter().zip(&row).map(|(name, value)| (name.clone(), Node { value: cell(value), offset }));
        rows.push(Node { value: Value::Object(members.collect()), offset });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::{is_report, of_report};
    use crate::tree::Value;
    use base64::Engine as _;

    const TEXT: &str = "user,arn,user_creation_time,mfa_active,access_key_1_last_used_date\r\n<root_account>,arn:r,2024-02-01T09:00:00+00:00,true,N/A\r\nada,arn:a,2024-02-01T09:00:00+00:00,false,no_information\r\n";

    #[test]
    fn rows_stand_where_they_begin_and_what_is_nothing_is_no_value() {
        assert!(is_report(TEXT));
        let rows = of_report(TEXT, 0, true).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].offset, TEXT.find("<root").unwrap());
        assert_eq!(rows[1].offset, TEXT.find("ada").unwrap());
        assert_eq!(rows[1].text_of("arn").as_deref(), Some("arn:a"));
        for (row, key) in [(0, "access_key_1_last_used_date"), (1, "access_key_1_last_used_date")] {
            assert_eq!(rows[row].get(key).unwrap().value, Value::Null);
        }
    }

    #[test]
    fn the_command_line_prints_it_in_base64() {
        let packed = base64::engine::general_purpose::STANDARD.encode(TEXT);
        let rows = of_report(&packed, 17, false).unwrap();
        assert_eq!((rows.len(), rows[1].offset), (2, 17));
        for text in ["", "user,arn", "bm90aGluZw==", "%%"] {
            of_report(text, 0, false).unwrap_err();
        }
        // A row that lacks cells is cut short.
        of_report("user,arn,user_creation_time,mfa_active\nada,arn:a", 0, true).unwrap_err();
    }
}
