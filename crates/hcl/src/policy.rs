//! `aws_iam_policy_document`: the JSON document that the AWS provider would make of it.
//!
//! The provider needs no account for that, so neither do we. The rules are those of `hashicorp/aws`: lists sorted from
//! the end, a list of one as a text, `&{…}` for `${…}`, statements merged by their `sid`.

use std::sync::Arc;

use crate::blocks::body_entries;
use crate::eval::Scope;
use crate::functions::{decode_json, write_json_text};
use crate::marks::Marks;
use crate::module::{Mode, Resource};
use crate::types::Type;
use crate::value::{Entries, Kind, Piece, Unknown, Value};

pub(crate) fn is_policy_document(resource: &Resource) -> bool {
    resource.mode == Mode::Data && &*resource.ty == "aws_iam_policy_document"
}

/// The parts of a document while it is put together.
#[derive(Default)]
struct Document {
    version: Option<Value>,
    id: Option<Value>,
    statements: Vec<Value>,
    /// Another document that is not known: there may be further statements.
    unknown: Option<Value>,
}

/// The value of `json`, or of `minified_json`.
pub(crate) fn document(scope: &mut Scope<'_, '_>, resource: &Resource, minified: bool) -> Value {
    let entries =
        Entries::new(body_entries(scope, &resource.body, &crate::reach::META_ARGUMENTS, &crate::reach::META_BLOCKS));
    let place = resource.span.place();
    let get = |name: &str| entries.get(name).filter(|value| !value.is_null());
    let mut merged = Document::default();
    for source in documents(get("source_policy_documents")).into_iter().chain(documents(get("source_json"))) {
        merged.merge(Document::read(&source));
    }
    let own = Document {
        version: Some(get("version").cloned().unwrap_or_else(|| Value::text("2012-10-17").at(place))),
        id: get("policy_id").cloned(),
        statements: own_statements(get("statement"), &mut merged.unknown),
        unknown: None,
    };
    merged.merge(own);
    for over in documents(get("override_policy_documents")).into_iter().chain(documents(get("override_json"))) {
        merged.merge(Document::read(&over));
    }
    let unknown = merged.unknown.take();
    let value = merged.value(unknown.as_ref()).at(place);
    let text = value.is_wholly_known().then(|| if minified { minified_text(&value) } else { indented(&value) });
    Value::json(value, text).at(place)
}

/// The documents of an argument: one or a list.
fn documents(value: Option<&Value>) -> Vec<Value> {
    let Some(value) = value else { return Vec::new() };
    match value.as_items() {
        Some(items) => items.iter().map(|item| item.clone().marked(&value.marks)).collect(),
        None => vec![value.clone()],
    }
}

impl Document {
    /// A document that another one names.
    fn read(text: &Value) -> Document {
        if text.is_null() || text.as_text().is_some_and(|text| text.trim().is_empty()) {
            return Document::default();
        }
        let decoded = match decode_json(text) {
            Some(Ok(decoded)) => decoded.marked(&text.deep_marks()),
            Some(Err(_)) => return Document::default(),
            None => return Document { unknown: Some(text.clone()), ..Document::default() },
        };
        let Some(entries) = decoded.as_entries() else {
            return Document { unknown: Some(decoded), ..Document::default() };
        };
        let statements = match entries.get("Statement") {
            Some(list) if list.as_items().is_some() => {
                list.as_items().into_iter().flat_map(|items| items.iter()).map(normal_statement).collect()
            }
            Some(unknown) if unknown.as_entries().is_none() => {
                return Document { unknown: Some(unknown.clone()), ..Document::default() };
            }
            Some(one) => vec![normal_statement(one)],
            None => Vec::new(),
        };
        Document {
            version: entries.get("Version").cloned(),
            id: entries.get("Id").cloned(),
            statements,
            unknown: entries.rest().map(|rest| Value::new(Kind::Unknown(Arc::clone(rest)))),
        }
    }

    /// Lays another document over this one: a statement with a `Sid` takes the place of the one that has it.
    fn merge(&mut self, other: Document) {
        self.unknown = self.unknown.take().or(other.unknown);
        if other.id.as_ref().is_some_and(|id| id.as_text().is_none_or(|id| !id.is_empty())) {
            self.id = other.id;
        }
        let text = |value: &Option<Value>| value.as_ref().and_then(|value| value.as_text().cloned());
        if text(&other.version) > text(&self.version) || self.version.is_none() {
            self.version = other.version;
        }
        for statement in other.statements {
            let sid = sid_of(&statement);
            let same = |known: &&mut Value| sid.is_some() && sid_of(known) == sid;
            match self.statements.iter_mut().find(same) {
                Some(place) => *place = statement,
                None => self.statements.push(statement),
            }
        }
    }

    fn value(self, unknown: Option<&Value>) -> Value {
        let mut entries: Vec<(Arc<str>, Value)> = Vec::new();
        if let Some(version) = self.version {
            entries.push(("Version".into(), version));
        }
        if let Some(id) = self.id {
            entries.push(("Id".into(), id));
        }
        let mut statements = self.statements;
        // A statement that is not known stands for all that may be in the other document.
        if let Some(unknown) = unknown {
            statements.push(unknown.unknown_like(Type::Any).unwrap_or_else(|| unknown.clone()));
        }
        if !statements.is_empty() {
            entries.push(("Statement".into(), Value::tuple(statements)));
        }
        Value::object(entries)
    }
}

fn sid_of(statement: &Value) -> Option<Arc<str>> {
    let sid = statement.as_entries()?.get("Sid")?.as_text()?;
    (!sid.is_empty()).then(|| Arc::clone(sid))
}

/// A statement read from a document, as the provider would write it again.
fn normal_statement(statement: &Value) -> Value {
    let Some(entries) = statement.as_entries() else { return statement.clone() };
    let each = entries.iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| {
        let value = match &**key {
            "Action" | "NotAction" | "Resource" | "NotResource" => list_value(value, false),
            "Principal" | "NotPrincipal" => normal_principals(value),
            _ => value.clone(),
        };
        (Arc::clone(key), value)
    });
    let entries = Entries::like(each.collect(), entries);
    Value { kind: Kind::Object(Arc::new(entries)), ..statement.clone() }
}

fn normal_principals(value: &Value) -> Value {
    let Some(entries) = value.as_entries() else { return value.clone() };
    let each = entries.iter().map(|(key, value)| (Arc::clone(key), list_value(value, false))).collect();
    let entries = Entries::like(each, entries);
    Value { kind: Kind::Object(Arc::new(entries)), ..value.clone() }
}

/// The statements that are written as blocks.
fn own_statements(blocks: Option<&Value>, unknown: &mut Option<Value>) -> Vec<Value> {
    let Some(blocks) = blocks else { return Vec::new() };
    let Some(items) = blocks.as_items() else {
        *unknown = unknown.take().or_else(|| Some(blocks.clone()));
        return Vec::new();
    };
    items.iter().map(statement).collect()
}

fn statement(block: &Value) -> Value {
    let Some(entries) = block.as_entries() else { return block.clone() };
    let get = |name: &str| entries.get(name).filter(|value| !value.is_null());
    let mut made: Vec<(Arc<str>, Value)> = Vec::new();
    let sid = get("sid").filter(|sid| sid.as_text().is_none_or(|sid| !sid.is_empty()));
    made.extend(sid.map(|sid| (Arc::from("Sid"), sid.clone())));
    let effect = get("effect").cloned().unwrap_or_else(|| Value { origin: block.origin, ..Value::text("Allow") });
    made.push((Arc::from("Effect"), effect));
    for (argument, name, variables) in [
        ("actions", "Action", false),
        ("not_actions", "NotAction", false),
        ("resources", "Resource", true),
        ("not_resources", "NotResource", true),
    ] {
        if let Some(value) = get(argument).filter(|value| value.as_items().is_none_or(|items| !items.is_empty())) {
            made.push((Arc::from(name), list_value(value, variables)));
        }
    }
    for (argument, name) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        if let Some(value) = get(argument) {
            made.push((Arc::from(name), principals(value)));
        }
    }
    if let Some(value) = get("condition") {
        made.push((Arc::from("Condition"), conditions(value)));
    }
    Value { origin: block.origin, ..Value::object(made) }.marked(&block.marks)
}

/// A set of texts as the provider writes it: sorted from the end, and a list of one as a text. What is not known stands
/// behind what is.
fn list_value(value: &Value, variables: bool) -> Value {
    let Some(items) = value.as_items() else {
        return if variables { with_variables(value) } else { value.clone() };
    };
    let mut items: Vec<Value> =
        items.iter().map(|item| if variables { with_variables(item) } else { item.clone() }).collect();
    items.sort_by(|a, b| match (a.as_text(), b.as_text()) {
        (Some(a), Some(b)) => b.cmp(a),
        (Some(_), None) => std::cmp::Ordering::Less,
        (None, Some(_)) => std::cmp::Ordering::Greater,
        (None, None) => std::cmp::Ordering::Equal,
    });
    // The arguments are sets.
    items.dedup_by(|later, earlier| crate::compare::equal(earlier, later) == Some(true));
    match items.as_slice() {
        [one] => one.clone().marked(&value.marks),
        _ => Value { origin: value.origin, ..Value::tuple(items) }.marked(&value.marks),
    }
}

/// `&{` in a text is `${` in the document.
fn with_variables(value: &Value) -> Value {
    let replaced = |text: &str| Arc::<str>::from(text.replace("&{", "${"));
    let kind = match &value.kind {
        Kind::Text(text) if text.contains("&{") => Kind::Text(replaced(text)),
        Kind::Unknown(unknown) if !unknown.pieces.is_empty() => {
            let pieces = unknown.pieces.iter().map(|piece| match piece {
                Piece::Text(text) => Piece::Text(replaced(text)),
                hole => hole.clone(),
            });
            Kind::Unknown(Arc::new(Unknown { pieces: pieces.collect(), ..Unknown::clone(unknown) }))
        }
        other => other.clone(),
    };
    Value { kind, ..value.clone() }
}

/// Blocks with a type and identifiers as an object from types to identifiers; `"*"` where anybody is meant.
fn principals(blocks: &Value) -> Value {
    let Some(items) = blocks.as_items() else { return blocks.clone() };
    let mut found: Vec<(Arc<str>, Vec<Value>)> = Vec::new();
    let mut marks = blocks.marks.clone();
    for block in items.iter() {
        let Some(entries) = block.as_entries() else {
            return block.unknown_like(Type::Any).unwrap_or_else(Value::null);
        };
        let (Some(ty), Some(identifiers)) = (entries.get("type"), entries.get("identifiers")) else { continue };
        let Some(name) = ty.as_text() else { return ty.unknown_like(Type::Any).unwrap_or_else(Value::null) };
        marks = marks.union(&identifiers.marks);
        let identifiers = match identifiers.as_items() {
            Some(items) => items.iter().map(with_variables).collect(),
            None => vec![identifiers.clone()],
        };
        match found.iter_mut().find(|(known, _)| known == name) {
            Some((_, all)) => all.extend(identifiers),
            None => found.push((Arc::clone(name), identifiers)),
        }
    }
    if let [(name, identifiers)] = found.as_slice()
        && &**name == "*"
        && let [only] = identifiers.as_slice()
        && only.as_text().is_some_and(|text| &**text == "*")
    {
        return only.clone().marked(&marks);
    }
    let one = |(name, all): (Arc<str>, Vec<Value>)| {
        let unknown_list = matches!(all.as_slice(), [Value { kind: Kind::Unknown(unknown), .. }] if unknown.pieces.is_empty() && !matches!(unknown.ty, Type::Text));
        let value = if unknown_list {
            all.into_iter().next().unwrap_or_else(Value::null)
        } else {
            list_value(&Value::tuple(all), false)
        };
        (name, value)
    };
    Value { origin: blocks.origin, ..Value::object(found.into_iter().map(one).collect()) }.marked(&marks)
}

/// Values by name, in the order of the text.
type Named = Vec<(Arc<str>, Value)>;

/// Blocks with a test, a variable and values as an object of objects.
fn conditions(blocks: &Value) -> Value {
    let Some(items) = blocks.as_items() else { return blocks.clone() };
    let mut tests: Vec<(Arc<str>, Named)> = Vec::new();
    for block in items.iter() {
        let Some(entries) = block.as_entries() else {
            return block.unknown_like(Type::Any).unwrap_or_else(Value::null);
        };
        let text = |name: &str| entries.get(name).map(with_variables);
        let (Some(test), Some(variable), Some(values)) = (text("test"), text("variable"), entries.get("values")) else {
            continue;
        };
        let (Some(test_name), Some(variable_name)) = (test.as_text(), variable.as_text()) else {
            let unknown = test.unknown_like(Type::Any).or_else(|| variable.unknown_like(Type::Any));
            return unknown.unwrap_or_else(Value::null);
        };
        let list: Vec<Value> = match values.as_items() {
            Some(items) => items.iter().map(with_variables).collect(),
            None => vec![values.clone()],
        };
        let at = match tests.iter().position(|(name, _)| name == test_name) {
            Some(at) => at,
            None => {
                tests.push((Arc::clone(test_name), Vec::new()));
                tests.len() - 1
            }
        };
        let Some((_, variables)) = tests.get_mut(at) else { continue };
        let value = match variables.iter().position(|(name, _)| name == variable_name) {
            // The same test of the same variable: one list of all values.
            Some(at) => {
                let (_, before) = variables.remove(at);
                let mut all: Vec<Value> = match before.as_items() {
                    Some(items) => items.iter().cloned().collect(),
                    None => vec![before],
                };
                all.extend(list);
                Value::tuple(all)
            }
            None => match list.as_slice() {
                [one] => one.clone(),
                _ => Value::tuple(list),
            },
        };
        variables.push((Arc::clone(variable_name), value.marked(&values.marks)));
    }
    let object = tests.into_iter().map(|(test, variables)| (test, Value::object(variables)));
    Value { origin: blocks.origin, ..Value::object(object.collect()) }.marked(&Marks::default())
}

/// The fields of a document and of a statement in the order in which the provider writes them.
const ORDER: [&str; 12] = [
    "Version",
    "Id",
    "Statement",
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
];

/// The document as the provider prints it, with two blanks for each level.
fn indented(value: &Value) -> String {
    let mut out = String::new();
    print(value, 0, true, 0, &mut out);
    out
}

fn minified_text(value: &Value) -> String {
    let mut out = String::new();
    print(value, 0, false, 0, &mut out);
    out
}

/// `level` counts documents and statements: their fields have an order, those below are sorted.
fn print(value: &Value, depth: usize, pretty: bool, level: usize, out: &mut String) {
    let line = |depth: usize, out: &mut String| {
        if pretty {
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        }
    };
    if let Some(items) = value.as_items().filter(|items| !items.is_empty()) {
        out.push('[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            line(depth + 1, out);
            print(item, depth + 1, pretty, level, out);
        }
        line(depth, out);
        out.push(']');
        return;
    }
    let Some(entries) = value.as_entries().filter(|entries| !entries.is_empty()) else {
        out.push_str(&write_json_text(value));
        return;
    };
    let mut sorted: Vec<&(Arc<str>, Value)> = entries.iter().collect();
    if level < 2 {
        sorted.sort_by_key(|(key, _)| ORDER.iter().position(|name| *name == &**key).unwrap_or(ORDER.len()));
    }
    out.push('{');
    for (index, (key, item)) in sorted.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        line(depth + 1, out);
        out.push_str(&write_json_text(&Value::text(Arc::clone(key))));
        out.push_str(if pretty { ": " } else { ":" });
        print(item, depth + 1, pretty, level + 1, out);
    }
    line(depth, out);
    out.push('}');
}
