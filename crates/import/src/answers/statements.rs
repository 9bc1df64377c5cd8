//! Policies as lists of records, so that sentences can range over them: whatever form a policy has, what becomes of it has one.
//!
//! AWS (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>): `Statement` is an object or a list of them;
//! `Action`, `Resource` and their opposites are a text or a list; `Principal` is `"*"` or an object, by kinds, of texts or lists; a
//! condition is an object, by operators, of objects, by keys, of values. A document is an object, JSON text, or such text URL-encoded.
//! Google Cloud (<https://cloud.google.com/iam/docs/principal-identifiers>): a member is one text, `kind:name`.

use crate::answers::reader::percent_decoded;
use crate::error::ReadError;
use crate::json::JsonReader;
use crate::tree::{Node, Value};
use tickmark_source::FileId;

/// The principal that is everybody.
const EVERYBODY: &str = "*";

/// The statements of the policy document that stands next: records with `sid`, `effect`, `actions`, `not_actions`, `resources`,
/// `not_resources`, `principals` and `not_principals` (each with `type` and `id`) and `conditions` (each with `operator`, `key` and
/// `values`). Of a list of versions (`PolicyVersionList`) the one counts that is the default.
pub(crate) fn of_document(reader: &mut JsonReader<'_>, file: FileId) -> Result<Node, ReadError> {
    let found = Node::read(reader)?;
    if !matches!(found.value, Value::List(_)) {
        return Ok(of(&found, file));
    }
    let is_default =
        |version: &&Node| matches!(version.get("IsDefaultVersion"), Some(Node { value: Value::Bool(true), .. }));
    let mut defaults = found.items().iter().filter(is_default);
    Ok(match (defaults.next().and_then(|version| version.get("Document")), defaults.next()) {
        (Some(document), None) => of(document, file),
        (Some(_), Some(_)) => unknown(&found, "more than one version of the policy is its default"),
        (None, _) => unknown(&found, "the version of the policy that is its default is not in the export"),
    })
}

fn unknown(at: &Node, why: &str) -> Node {
    at.with(Value::Unknown(why.to_owned()))
}

fn of(document: &Node, file: FileId) -> Node {
    let parsed;
    let whole = match &document.value {
        Value::Text(text) => match parse(text, file, document.offset) {
            Some(node) => {
                parsed = node;
                &parsed
            }
            None => return unknown(document, "the policy is no JSON document"),
        },
        Value::Null => return document.clone(),
        _ => document,
    };
    let Some(statement) = whole.get("Statement") else {
        return unknown(document, "the policy document has no `Statement`");
    };
    let one = std::slice::from_ref(statement);
    let statements = if let Value::List(items) = &statement.value { items.as_slice() } else { one };
    document.with(Value::List(statements.iter().map(of_statement).collect()))
}

/// The document that a text holds. All of it stands where the text does.
fn parse(text: &str, file: FileId, at: usize) -> Option<Node> {
    let decoded = if text.trim_start().starts_with('%') { percent_decoded(text) } else { text.to_owned() };
    let mut reader = JsonReader::new(decoded.as_bytes(), file, 0);
    let mut node = Node::read(&mut reader).ok()?;
    reader.finish().ok()?;
    node.move_to(at);
    matches!(node.value, Value::Object(_)).then_some(node)
}

fn of_statement(statement: &Node) -> Node {
    if !matches!(statement.value, Value::Object(_)) {
        return unknown(statement, "a statement of the policy is no object");
    }
    let mut members = Vec::new();
    let mut add = |name: &str, node: Node| members.push((name.to_owned(), node));
    for (key, value) in statement.members() {
        match key.as_str() {
            "Sid" => add("sid", value.clone()),
            "Effect" => add("effect", value.clone()),
            "Action" => add("actions", listed(value)),
            "NotAction" => add("not_actions", listed(value)),
            "Resource" => add("resources", listed(value)),
            "NotResource" => add("not_resources", listed(value)),
            "Principal" => add("principals", principals(value)),
            "NotPrincipal" => add("not_principals", principals(value)),
            "Condition" => add("conditions", conditions(value)),
            _ => {}
        }
    }
    statement.with(Value::Object(members))
}

/// A value, or a list of them, as a list.
fn listed(value: &Node) -> Node {
    match &value.value {
        Value::List(_) | Value::Null | Value::Unknown(_) | Value::MayBeMissing(_) => value.clone(),
        _ => value.with(Value::List(vec![value.clone()])),
    }
}

fn record(at: &Node, members: Vec<(&str, Node)>) -> Node {
    at.with(Value::Object(members.into_iter().map(|(name, node)| (name.to_owned(), node)).collect()))
}

fn text(at: &Node, text: &str) -> Node {
    at.with(Value::Text(text.to_owned()))
}

/// `"*"` and `{"AWS": "*"}` are one (IAM user guide, "AWS JSON policy elements: Principal").
fn principals(value: &Node) -> Node {
    let by_kind = match &value.value {
        Value::Object(members) => members.as_slice(),
        Value::Text(id) if id == EVERYBODY => {
            return value
                .with(Value::List(vec![record(value, vec![("type", text(value, "AWS")), ("id", value.clone())])]));
        }
        _ => return unknown(value, "the principal of a statement is neither `*` nor an object"),
    };
    let mut found = Vec::new();
    for (kind, ids) in by_kind {
        for id in listed(ids).items() {
            found.push(record(id, vec![("type", text(id, kind)), ("id", id.clone())]));
        }
    }
    value.with(Value::List(found))
}

fn conditions(value: &Node) -> Node {
    let mut found = Vec::new();
    for (operator, tests) in value.members() {
        for (key, values) in tests.members() {
            let values = listed(values);
            found.push(record(
                &values,
                vec![
                    ("operator", text(&values, operator)),
                    ("key", text(&values, key)),
                    ("values", values.with(Value::List(values.items().iter().map(as_text).collect()))),
                ],
            ));
        }
    }
    value.with(Value::List(found))
}

/// Values of conditions are texts, also where somebody wrote a bool or a number.
fn as_text(value: &Node) -> Node {
    match &value.value {
        Value::Bool(bool) => text(value, if *bool { "true" } else { "false" }),
        Value::Number(number) => text(value, &number.to_string()),
        Value::BigInteger(digits) => text(value, digits),
        _ => value.clone(),
    }
}

/// The members of a binding of Google Cloud that stand next, as records with `member` (the whole text), `kind` (`user`, `group`,
/// `serviceAccount`, `allUsers` …), `id` and `deleted`.
pub(crate) fn of_members(reader: &mut JsonReader<'_>) -> Result<Node, ReadError> {
    let found = listed(&Node::read(reader)?);
    let Value::List(members) = &found.value else { return Ok(found) };
    Ok(found.with(Value::List(members.iter().map(of_member).collect())))
}

fn of_member(member: &Node) -> Node {
    let Value::Text(whole) = &member.value else { return unknown(member, "a member of a binding is no text") };
    let living = whole.strip_prefix("deleted:");
    let (kind, id) = match living.unwrap_or(whole).split_once(':') {
        Some((kind, id)) => (kind, id),
        None => (whole.as_str(), ""),
    };
    // `deleted:user:old@…?uid=…`: who it was, and the number by which Google tells it from a later one of that name.
    let name = if living.is_some() { id.split_once("?uid=").map_or(id, |(name, _)| name) } else { id };
    let name = name.strip_prefix("//").unwrap_or(name);
    let mut members = vec![
        ("member", member.clone()),
        ("kind", text(member, kind)),
        ("deleted", member.with(Value::Bool(living.is_some()))),
    ];
    if !name.is_empty() {
        members.push(("id", text(member, name)));
    }
    record(member, members)
}

#[cfg(test)]
mod tests {
    use super::{of_document, of_members};
    use crate::json::JsonReader;
    use crate::tree::{Node, Value};
    use tickmark_source::Sources;

    fn read(text: &str, of: impl Fn(&mut JsonReader<'_>) -> Node) -> Node {
        let mut sources = Sources::new();
        let file = sources.add("p.json".to_owned(), text.as_bytes().to_vec());
        let mut reader = JsonReader::new(text.as_bytes(), file, 0);
        of(&mut reader)
    }

    fn statements(text: &str) -> Node {
        read(text, |reader| {
            let file = tickmark_facts::ValueReader::place(reader).file;
            of_document(reader, file).unwrap()
        })
    }

    /// A tree as JSON, without places.
    fn shown(node: &Node) -> String {
        let list = |items: Vec<String>| items.join(",");
        match &node.value {
            Value::Null => "null".to_owned(),
            Value::Unknown(why) | Value::MayBeMissing(why) => format!("?{why}?"),
            Value::Bool(value) => value.to_string(),
            Value::Number(value) => value.to_string(),
            Value::BigInteger(digits) => digits.clone(),
            Value::Text(text) => text.clone(),
            Value::List(items) => format!("[{}]", list(items.iter().map(shown).collect())),
            Value::Object(members) => {
                format!("{{{}}}", list(members.iter().map(|(key, node)| format!("{key}:{}", shown(node))).collect()))
            }
        }
    }

    #[test]
    fn every_form_of_a_document_becomes_one() {
        let one = "[{effect:Allow,actions:[s3:Get*],resources:[*]}]";
        for text in [
            r#"{"Statement": [{"Effect": "Allow", "Action": ["s3:Get*"], "Resource": ["*"]}]}"#,
            r#"{"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#,
            r#""{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"s3:Get*\", \"Resource\": \"*\"}}""#,
            r#""%7B%22Statement%22%3A%20%7B%22Effect%22%3A%20%22Allow%22%2C%20%22Action%22%3A%20%22s3%3AGet*%22%2C%20%22Resource%22%3A%20%22*%22%7D%7D""#,
            r#"[{"IsDefaultVersion": false, "Document": {"Statement": []}}, {"Document": {"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}, "IsDefaultVersion": true}]"#,
        ] {
            assert_eq!(shown(&statements(text)), one, "{text}");
        }
    }

    #[test]
    fn principals_and_conditions_have_one_form() {
        for principal in [r#""*""#, r#"{"AWS": "*"}"#, r#"{"AWS": ["*"]}"#] {
            let text = format!(r#"{{"Statement": {{"NotPrincipal": {principal}}}}}"#);
            assert_eq!(shown(&statements(&text)), "[{not_principals:[{type:AWS,id:*}]}]", "{text}");
        }
        let text = r#"{"Statement": {"Sid": "a", "NotAction": "iam:*", "NotResource": [], "Condition": {"Bool": {"aws:SecureTransport": false}, "StringLike": {"k": ["a", "b"], "l": 1}}}}"#;
        assert_eq!(
            shown(&statements(text)),
            "[{sid:a,not_actions:[iam:*],not_resources:[],conditions:[{operator:Bool,key:aws:SecureTransport,values:[false]},\
             {operator:StringLike,key:k,values:[a,b]},{operator:StringLike,key:l,values:[1]}]}]"
        );
    }

    #[test]
    fn what_cannot_be_read_is_unknown_and_never_a_policy_without_statements() {
        for text in [
            r#""not json""#,
            r#""%7B%22Stat""#,
            r#""[]""#,
            "{}",
            "[]",
            "7",
            r#"[{"Document": {"Statement": []}, "IsDefaultVersion": false}]"#,
            r#"[{"IsDefaultVersion": true}]"#,
            r#"[{"Document": {"Statement": []}, "IsDefaultVersion": true}, {"Document": {"Statement": []}, "IsDefaultVersion": true}]"#,
        ] {
            assert!(matches!(statements(text).value, Value::Unknown(_)), "{text}");
        }
        assert_eq!(statements("null").value, Value::Null);
        assert!(shown(&statements(r#"{"Statement": [7]}"#)).starts_with("[?"));
        assert!(shown(&statements(r#"{"Statement": [{"Principal": 7}]}"#)).contains('?'));
    }

    #[test]
    fn members_of_bindings_are_taken_apart() {
        let text = r#"["user:a@b.example", "allUsers", "deleted:user:old@b.example?uid=1", "principalSet://iam.googleapis.com/x/y"]"#;
        assert_eq!(
            shown(&read(text, |reader| of_members(reader).unwrap())),
            "[{member:user:a@b.example,kind:user,deleted:false,id:a@b.example},\
             {member:allUsers,kind:allUsers,deleted:false},\
             {member:deleted:user:old@b.example?uid=1,kind:user,deleted:true,id:old@b.example},\
             {member:principalSet://iam.googleapis.com/x/y,kind:principalSet,deleted:false,id:iam.googleapis.com/x/y}]"
        );
        assert_eq!(read("null", |reader| of_members(reader).unwrap()).value, Value::Null);
    }
}
