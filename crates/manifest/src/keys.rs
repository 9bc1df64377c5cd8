//! The keys of the manifest, each with what it means and the JSON Schema of its value: the reader knows these keys and no
//! others, and the schema is made of them, so that neither can say anything else than the other.

use serde_json::{Map, Value, json};
use tickmark_import::Kind;

/// One key of an object.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    /// What it means, in a line.
    pub(crate) about: &'static str,
    /// The JSON Schema of its value.
    schema: fn() -> Value,
}

/// A table of keys.
pub(crate) type Fields = &'static [Field];

const fn field(name: &'static str, about: &'static str, schema: fn() -> Value) -> Field {
    Field { name, about, schema }
}

fn text() -> Value {
    json!({ "type": "string", "minLength": 1 })
}

fn flag() -> Value {
    json!({ "type": "boolean" })
}

/// What a register or a setting may hold: YAML gives numbers and bools where nobody meant to write them.
fn scalar() -> Value {
    json!({ "type": ["string", "number", "boolean"] })
}

fn texts() -> Value {
    json!({ "type": "array", "items": text() })
}

fn date() -> Value {
    json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}" })
}

fn duration() -> Value {
    json!({ "type": "string", "pattern": "^[+]?([0-9]|[Pp])" })
}

fn kind() -> Value {
    json!({ "enum": Kind::ALL.map(Kind::name).to_vec() })
}

fn columns() -> Value {
    json!({ "type": "object", "additionalProperties": { "type": ["string", "null"], "minLength": 1 } })
}

fn values() -> Value {
    let word = json!({ "type": ["string", "number", "boolean", "null"] });
    json!({ "type": "object", "additionalProperties": { "type": "object", "additionalProperties": word } })
}

fn constants() -> Value {
    let value = json!({ "anyOf": [scalar(), { "type": "array", "items": scalar() }] });
    json!({ "type": "object", "additionalProperties": value })
}

/// Words of a register; a list may be empty, where every word is meant as it is written.
fn words() -> Value {
    json!({ "type": "array", "items": scalar() })
}

fn date_format() -> Value {
    json!({ "type": "string", "pattern": "YY|yy" })
}

fn units() -> Value {
    let unit = json!({ "enum": UNITS });
    json!({ "type": "object", "additionalProperties": unit })
}

/// The units of lengths of time that a register may leave out.
pub(crate) const UNITS: [&str; 16] = [
    "second", "seconds", "minute", "minutes", "hour", "hours", "day", "days", "week", "weeks", "month", "months",
    "quarter", "quarters", "year", "years",
];

fn settings() -> Value {
    let value = json!({ "anyOf": [scalar(), { "type": "array", "items": scalar() }] });
    json!({ "type": "object", "additionalProperties": value })
}

fn variables() -> Value {
    json!({ "type": "object", "additionalProperties": { "not": { "type": "null" } } })
}

fn sources() -> Value {
    json!({ "type": "array", "items": object(SOURCE, &["path"]) })
}

pub(crate) const TOP: Fields = &[
    field("version", "The version of this form: 1", || json!({ "const": 1 })),
    field("sources", "What is read: files, folders and globs, relative to this file", sources),
    field("packs", "Built-in packs by name, and files or folders of controls by path (`./controls`)", texts),
    field("params", "Values of parameters, as `--set` gives them; a value in quotes is a text", settings),
    field("terraform", "What is said of Terraform configurations from outside", || object(TERRAFORM, &[])),
    field("period", "The period that runs speak of: two days, both included", || object(PERIOD, &["from", "to"])),
    field(
        "as_of",
        "The moment that runs speak of: a day (its last instant) or a time; now where it is not given",
        date,
    ),
    field("calendar", "How the days of `as_of` and `period` are meant", || object(CALENDAR, &[])),
    field("exceptions", "Files and folders of exceptions, by path", texts),
];

pub(crate) const SOURCE: Fields = &[
    field("path", "A file, a folder, or a glob (`exports/*.json`), relative to this file", text),
    field("kind", "What it is, where its content does not tell", kind),
    field("noun", "The noun of the records of a register that does not name it", text),
    field("required", "Whether a run without it, or without all of it, stops with exit code 2", flag),
    field("max_age", "How long before `as_of` it may have been collected: `30 days`", duration),
    field("records", "The keys that lead to the list of records in a YAML or JSON register: `register.vendors`", text),
    field("columns", "Columns of a register, and the attributes that they are; `~` leaves a column out", columns),
    field("values", "For an attribute, the words of a register and the values that they stand for", values),
    field("constants", "Attributes that every record of a register has, each with its value", constants),
    field("missing", "The words of a register that say that there is no value, in place of `n/a`, `-`, `TBD` …", words),
    field("list_separator", "What stands between the items of a list in one cell: `;` where it is not given", text),
    field(
        "date_format",
        "How a register writes dates, as in `DD/MM/YYYY` or `dd/MMM/yy h:mm a`; `2026-12-31` is always read",
        date_format,
    ),
    field("units", "For an attribute that is a length of time, the unit of bare numbers: `days`", units),
];

pub(crate) const TERRAFORM: Fields = &[
    field("var", "Values of variables of root modules, as `terraform plan -var` takes them", variables),
    field("source", "The folder of the configuration that plans and states were made of", text),
];

pub(crate) const PERIOD: Fields =
    &[field("from", "The first day, or instant", date), field("to", "The last day, or instant", date)];

pub(crate) const CALENDAR: Fields = &[field(
    "time_zone",
    "The zone whose days `as_of` and `period` are, as in `Europe/Berlin`; UTC where it is not given",
    text,
)];

fn object(fields: Fields, required: &[&str]) -> Value {
    let properties: Map<String, Value> = fields
        .iter()
        .map(|field| {
            let mut schema = (field.schema)();
            if let Value::Object(schema) = &mut schema {
                schema.insert("description".to_owned(), json!(field.about));
            }
            (field.name.to_owned(), schema)
        })
        .collect();
    json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties })
}

/// The JSON Schema of the manifest (draft 2020-12), by which editors complete and check it.
#[must_use]
pub fn schema() -> Value {
    let mut schema = object(TOP, &["version"]);
    if let Value::Object(schema) = &mut schema {
        schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        schema.insert("title".to_owned(), json!("The manifest of Tickmark, tickmark.yaml"));
    }
    schema
}
