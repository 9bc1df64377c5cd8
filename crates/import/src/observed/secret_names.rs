//! How secrets are called, and nothing else of them: AWS Secrets Manager (`list-secrets`) and Systems Manager (`describe-parameters`),
//! secrets of GitHub Actions, of Kubernetes, of HashiCorp Vault, variables of GitLab, and names in an `.env.example`.
//!
//! INVARIANT (no value is shown): values are not handed to the facts, and everything in these files but names is hidden from
//! excerpts, also where a file is broken.

use crate::document::Document;
use crate::error::{ReadError, error_at, span};
use crate::json::JsonReader;
use crate::observed::{Records, at, begins_with_word, keys_of};
use crate::tree::{Node, Value};
use crate::yaml::YamlReader;
use std::ops::Range;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_facts::Time;

/// A secret that a file names.
struct Named {
    name: String,
    /// Where it is kept: `github`, `aws-ssm`.
    kept_in: &'static str,
    offset: usize,
    created_at: Option<Time>,
    changed_at: Option<Time>,
}

/// Whether a file is a template of environment variables, by its name; `.env` itself may hold anything, and is read where it is named.
pub(crate) fn is_template(name: &str) -> bool {
    let begins = name.starts_with(".env.") || name.starts_with("env.");
    begins && ["example", "sample", "template", "dist", "tpl"].iter().any(|ending| name.ends_with(ending))
}

/// Whether a file is a list of secrets that holds no value, by its keys: what may be anything else has to be named.
pub(crate) fn is_list(document: &Document) -> bool {
    let of_github = begins_with_word(document, "\"secrets\"") || begins_with_word(document, "\"total_count\"");
    if !of_github && !begins_with_word(document, "\"LastModifiedDate\"") {
        return false;
    }
    let keys = keys_of(document.text(), document);
    let has = |key: &str| keys.iter().any(|known| known == key);
    (has("total_count") && has("secrets")) || (has("Parameters") && !has("Resources"))
}

/// Reads lists of secrets.
pub(crate) fn read(documents: &[Document], out: &mut Records<'_>) -> Result<(), ReadError> {
    for document in documents {
        let mut found = Vec::new();
        let result = names(document, &mut found);
        let shown: Vec<Range<usize>> = found.iter().filter_map(|named| visible(document.text(), named)).collect();
        out.piece
            .told
            .hidden
            .extend(hidden(document.text(), shown).map(|range| span(document.file, range.start, range.end)));
        result?;
        for named in found {
            out.begin(at(document, named.offset))
                .text("file", document.path.as_str())
                .text("name", named.name.as_str())
                .text("kept_in", named.kept_in)
                .time("created_at", named.created_at)
                .time("changed_at", named.changed_at);
        }
    }
    Ok(())
}

/// Where the name stands in the text, if it stands there as it is.
fn visible(text: &str, named: &Named) -> Option<Range<usize>> {
    // Of `namespace/secret:KEY` the key stands there.
    let word = named.name.rsplit_once(':').map_or(named.name.as_str(), |(_, key)| key);
    let start = if text.get(named.offset..)?.starts_with('"') { named.offset + 1 } else { named.offset };
    text.get(start..)?.starts_with(word).then(|| start..start + word.len())
}

/// Everything but the names, line by line.
fn hidden(text: &str, mut shown: Vec<Range<usize>>) -> impl Iterator<Item = Range<usize>> {
    shown.sort_unstable_by_key(|range| (range.start, range.end));
    let mut parts = Vec::new();
    let mut gap = |from: usize, to: usize| {
        let mut start = from;
        for line in text.get(from..to).unwrap_or_default().split_inclusive('\n') {
            // What begins with a quote would be taken for a value that may stand anywhere.
            let inside = line.trim_end();
            let quotes = inside.len() - inside.trim_start_matches(['"', ' ', '\t']).len();
            if inside.len() > quotes {
                parts.push(start + quotes..start + inside.len());
            }
            start += line.len();
        }
    };
    let mut end = 0;
    for range in shown {
        gap(end.min(range.start), range.start);
        end = end.max(range.end);
    }
    gap(end, text.len());
    parts.into_iter()
}

fn names(document: &Document, found: &mut Vec<Named>) -> Result<(), ReadError> {
    let begins = document.text().trim_start().chars().next();
    match begins {
        Some('{' | '[') => {
            let mut reader = JsonReader::new(&document.bytes, document.file, 0);
            while reader.more() {
                let node = Node::read(&mut reader)?;
                of_tree(&node, found);
            }
            Ok(())
        }
        _ if document.is_named(".yaml") || document.is_named(".yml") => {
            let mut reader = YamlReader::new(document.text(), document.file);
            while reader.next_document().map_err(|error| broken(document, &error))? {
                let node = Node::read(&mut reader).map_err(|error| broken(document, &error))?;
                of_tree(&node, found);
            }
            Ok(())
        }
        _ => {
            of_lines(document.text(), found);
            Ok(())
        }
    }
}

/// What the parser of YAML says may repeat what stands there.
fn broken(document: &Document, error: &ReadError) -> ReadError {
    let offset = error.place().map_or(0, |place| place.offset as usize);
    error_at(codes::BROKEN_YAML, document.file, offset, "this is not YAML")
}

/// `NAME=value` and `export NAME=value`; a value in quotes may go on over lines, which are no assignments or are in its quotes.
fn of_lines(text: &str, found: &mut Vec<Named>) {
    let mut offset = 0;
    let mut open: Option<char> = None;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        if let Some(quote) = open {
            if line.contains(quote) {
                open = None;
            }
            continue;
        }
        let plain = line.trim_start();
        let word = plain.strip_prefix("export ").map_or(plain, str::trim_start);
        let Some((name, value)) = word.split_once('=') else { continue };
        let name = name.trim_end();
        let fits = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
        if !fits {
            continue;
        }
        let value = value.trim();
        open = value.chars().next().filter(|quote| matches!(quote, '"' | '\'' | '`'));
        open = open.filter(|quote| !value.get(1..).unwrap_or_default().contains(*quote));
        let at = start + (line.len() - word.len());
        let (created_at, changed_at) = (None, None);
        found.push(Named { name: name.to_owned(), kept_in: "env", offset: at, created_at, changed_at });
    }
}

/// Lists of secrets, wherever they stand in an answer.
fn of_tree(node: &Node, found: &mut Vec<Named>) {
    if node.text_of("kind").as_deref() == Some("Secret") {
        return of_kubernetes(node, found);
    }
    if node.text_of("kind").as_deref().is_some_and(|kind| kind.ends_with("List")) {
        return node.get("items").map(Node::items).unwrap_or_default().iter().for_each(|item| of_tree(item, found));
    }
    let lists = [
        ("SecretList", "Name", "aws-secrets-manager"),
        ("Parameters", "Name", "aws-ssm"),
        ("secrets", "name", "github"),
    ];
    for (list, name, kept_in) in lists {
        let items = node.get(list).map(Node::items).unwrap_or_default();
        items.iter().for_each(|item| of_record(item, name, kept_in, found));
    }
    // `vault kv list`, as the program prints it and as the interface answers.
    let keys = node.get("data").unwrap_or(node).get("keys").unwrap_or(node);
    for item in keys.items() {
        match &item.value {
            Value::Text(name) => found.push(Named {
                name: name.clone(),
                kept_in: "vault",
                offset: item.offset,
                created_at: None,
                changed_at: None,
            }),
            Value::Object(_) if item.get("kind").is_some() => of_tree(item, found),
            // `gh secret list --json name,updatedAt`, and the variables of GitLab.
            Value::Object(_) if item.get("variable_type").is_some() => of_record(item, "key", "gitlab", found),
            Value::Object(_) if item.get("updatedAt").is_some() => of_record(item, "name", "github", found),
            Value::Object(_) if item.get("Name").is_some() => of_record(item, "Name", "aws-ssm", found),
            _ => {}
        }
    }
}

fn of_record(item: &Node, key: &str, kept_in: &'static str, found: &mut Vec<Named>) {
    let Some(name) = item.get(key) else { return };
    let Value::Text(text) = &name.value else { return };
    let time = |keys: &[&str]| {
        let mut values = keys.iter().filter_map(|key| item.text_of(key));
        values.find_map(|value| crate::observed::moments::moment(&value))
    };
    found.push(Named {
        name: text.clone(),
        kept_in,
        offset: name.offset,
        created_at: time(&["CreatedDate", "created_at", "createdAt"]),
        changed_at: time(&["LastRotatedDate", "LastChangedDate", "LastModifiedDate", "updated_at", "updatedAt"]),
    });
}

/// The keys of a secret of Kubernetes: `namespace/name:KEY`, or the secret alone where it has none.
fn of_kubernetes(node: &Node, found: &mut Vec<Named>) {
    let metadata = node.get("metadata");
    let of = |key: &str| metadata.and_then(|metadata| metadata.text_of(key));
    let name =
        format!("{}/{}", of("namespace").unwrap_or_else(|| "default".to_owned()), of("name").unwrap_or_default());
    let created_at = of("creationTimestamp").and_then(|text| crate::observed::moments::moment(&text));
    let kept_in = "kubernetes";
    let before = found.len();
    for data in ["data", "stringData"].into_iter().filter_map(|data| node.get(data)) {
        for (key, value) in data.members() {
            let name = format!("{name}:{key}");
            // Where the value stands: what is shown of the line is nothing.
            found.push(Named { name, kept_in, offset: value.offset, created_at, changed_at: None });
        }
    }
    if found.len() == before {
        found.push(Named { name, kept_in, offset: node.offset, created_at, changed_at: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observed::tests::document;

    fn told(name: &str, text: &'static str) -> (Vec<String>, String) {
        let document = document(name, text);
        let mut found = Vec::new();
        let _ = names(&document, &mut found);
        let shown: Vec<Range<usize>> = found.iter().filter_map(|named| visible(text, named)).collect();
        let mut bytes = text.as_bytes().to_vec();
        hidden(text, shown).for_each(|range| bytes[range].fill(b'*'));
        let names = found.iter().map(|named| format!("{} {}", named.kept_in, named.name)).collect();
        (names, String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn a_template_of_variables_shows_its_names() {
        let text = "# keys\nexport OPENAI_API_KEY=sk-abc\nPEM=\"-----BEGIN\nABC=def\n-----END\"\nEMPTY=\nsk-stray\n";
        let (names, shown) = told(".env.example", text);
        assert_eq!(names, ["env OPENAI_API_KEY", "env PEM", "env EMPTY"]);
        assert!(shown.contains("OPENAI_API_KEY") && shown.contains("PEM") && shown.contains("EMPTY"), "{shown}");
        for secret in ["sk-abc", "BEGIN", "ABC", "def", "stray"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }

    #[test]
    fn a_broken_file_shows_nothing_but_names() {
        let text = "{\"secrets\":[{\"name\":\"A_KEY\",\"created_at\":\"2026-01-01T00:00:00Z\"}],\"total_count\":1} {\"value\":\"hunter2";
        let (names, shown) = told("s.json", text);
        assert_eq!(names, ["github A_KEY"]);
        assert!(shown.contains("A_KEY") && !shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn answers_of_many_systems() {
        for (name, text, wanted) in [
            (
                "a.json",
                r#"{"Parameters":[{"Name":"/prod/OPENAI_KEY","Type":"SecureString","Value":"hunter2","LastModifiedDate":1602627001.5}]}"#,
                "aws-ssm /prod/OPENAI_KEY",
            ),
            (
                "b.json",
                r#"{"SecretList":[{"Name":"anthropic","ARN":"x","SecretString":"hunter2"}]}"#,
                "aws-secrets-manager anthropic",
            ),
            ("c.json", r#"[{"name":"GROQ_API_KEY","updatedAt":"2026-01-01T00:00:00Z"}]"#, "github GROQ_API_KEY"),
            ("d.json", r#"["openai","db/"]"#, "vault openai"),
            ("e.json", r#"{"request_id":"1","data":{"keys":["openai"]}}"#, "vault openai"),
            ("f.json", r#"[{"variable_type":"env_var","key":"COHERE_KEY","value":"hunter2"}]"#, "gitlab COHERE_KEY"),
            (
                "g.yaml",
                "apiVersion: v1\nkind: Secret\nmetadata: {name: llm, namespace: prod}\nstringData:\n  OPENAI_API_KEY: hunter2\n",
                "kubernetes prod/llm:OPENAI_API_KEY",
            ),
            (
                "h.json",
                r#"{"kind":"List","items":[{"kind":"Secret","metadata":{"name":"llm"},"data":{"KEY":"aHVudGVyMg=="}}]}"#,
                "kubernetes default/llm:KEY",
            ),
        ] {
            let (names, shown) = told(name, text);
            assert_eq!(names.first().map(String::as_str), Some(wanted), "{name}");
            assert!(!shown.contains("hunter2") && !shown.contains("aHVudGVy"), "{shown}");
        }
    }
}
