//! Values: what an expression evaluates to, with what is not known, where it comes from and what clings to it.

use std::fmt;
use std::sync::Arc;

use tickmark_source::Place;

use crate::marks::Marks;
use crate::number::Number;
use crate::types::Type;

/// A value with the place of the expression that gave it and its marks. Cheap to clone.
#[derive(Clone)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// Where the expression stands that gave it; `None` for what was worked out without one.
    pub origin: Option<Place>,
    /// Secrecy and references of the value itself; those of a part are at the part.
    pub marks: Marks,
}

/// What a value is.
#[derive(Clone)]
pub enum Kind {
    /// `null`, of any type.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(Arc<str>),
    /// A text that encodes a value as JSON; it may have unknown parts inside.
    Json(Arc<JsonText>),
    /// A list: elements of one type.
    List(Arc<Items>),
    /// A set, in Terraform's order.
    Set(Arc<Items>),
    /// A tuple: elements of any types.
    Tuple(Arc<Items>),
    /// A map: values of one type.
    Map(Arc<Entries>),
    /// An object: attributes of any types.
    Object(Arc<Entries>),
    /// Not known.
    Unknown(Arc<Unknown>),
    /// A resource or module as a whole, whose attributes are read when they are asked for. Never in a result.
    Handle(Handle),
}

/// A resource or module instance of the evaluation under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handle {
    /// The module instance that it stands in, or is.
    pub(crate) module: u32,
    /// The resource of that module; `None` for the module itself.
    pub(crate) resource: Option<u32>,
    /// Which instance of the resource; `None` for all of them, where it is not known how many there are.
    pub(crate) instance: Option<u32>,
}

/// A text that is the JSON of a value.
#[derive(Debug)]
pub struct JsonText {
    /// The value, as `jsondecode` would give it but for unknown parts.
    pub document: Value,
    /// The text, where nothing in the document is unknown.
    pub text: Option<Arc<str>>,
}

/// The elements of a list, set or tuple.
pub struct Items {
    values: Vec<Value>,
    summary: Summary,
}

/// The entries of a map or object, sorted by key.
pub struct Entries {
    entries: Vec<(Arc<str>, Value)>,
    summary: Summary,
    /// What is not there is unknown for this reason, not absent: a nested block of a resource, which the provider fills,
    /// or a map merged with an unknown one.
    rest: Option<Arc<Unknown>>,
}

/// What is known of a collection without walking through it.
#[derive(Clone)]
struct Summary {
    marks: Marks,
    known: bool,
    nodes: u64,
}

/// A value that the text does not decide.
#[derive(Clone)]
pub struct Unknown {
    /// Its type, as far as that is known.
    pub ty: Type,
    /// What sort of reason there is.
    pub why: Why,
    /// The expression at the root of it: `aws_kms_key.k.arn`.
    pub expression: Arc<str>,
    /// The reason as a sentence: "`aws_kms_key.k.arn` is not known before apply".
    pub reason: Arc<str>,
    /// Whether it may turn out to be null, or not to be there: a condition that is not known chooses between null and
    /// something, say, or an object may come without an attribute.
    pub may_be_null: bool,
    /// For a text that is known in part: its pieces in order. Else empty.
    pub pieces: Vec<Piece>,
}

/// A piece of a text that is known in part.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Known text.
    Text(Arc<str>),
    /// An unknown text.
    Hole(Value),
}

/// Why something is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// A resource attribute that is known only after apply.
    Apply,
    /// A data source, which is read from the provider.
    Data,
    /// A variable without a value.
    Variable,
    /// A module that is not here.
    Module,
    /// A function that depends on time, chance, files outside of the module or a provider.
    Function,
    /// A circle of references.
    Cycle,
    /// A limit of ours.
    Limit,
    /// An expression that Terraform would refuse.
    Error,
}

impl Value {
    /// A value without place and marks.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Value { kind, origin: None, marks: Marks::default() }
    }

    /// `null`
    #[must_use]
    pub fn null() -> Self {
        Value::new(Kind::Null)
    }

    /// A truth value.
    #[must_use]
    pub fn bool(value: bool) -> Self {
        Value::new(Kind::Bool(value))
    }

    /// A number.
    #[must_use]
    pub fn number(value: impl Into<Number>) -> Self {
        Value::new(Kind::Number(value.into()))
    }

    /// A text, brought to the normal form in which Terraform holds all text (NFC).
    #[must_use]
    pub fn text(text: impl AsRef<str> + Into<Arc<str>>) -> Self {
        use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
        let plain = text.as_ref().is_ascii() || is_nfc_quick(text.as_ref().chars()) == IsNormalized::Yes;
        let text = if plain { text.into() } else { text.as_ref().nfc().collect::<String>().into() };
        Value::new(Kind::Text(text))
    }

    /// A list; the elements are of one type.
    #[must_use]
    pub(crate) fn list(values: Vec<Value>) -> Self {
        Value::new(Kind::List(Arc::new(Items::new(values))))
    }

    /// A tuple.
    #[must_use]
    pub(crate) fn tuple(values: Vec<Value>) -> Self {
        Value::new(Kind::Tuple(Arc::new(Items::new(values))))
    }

    /// A set of elements that are already in order, each once.
    #[must_use]
    pub(crate) fn sorted_set(values: Vec<Value>) -> Self {
        Value::new(Kind::Set(Arc::new(Items::new(values))))
    }

    /// A map; the values are of one type. Of equal keys the last counts.
    #[must_use]
    pub(crate) fn map(entries: Vec<(Arc<str>, Value)>) -> Self {
        Value::new(Kind::Map(Arc::new(Entries::new(entries))))
    }

    /// An object. Of equal names the last counts.
    #[must_use]
    pub(crate) fn object(entries: Vec<(Arc<str>, Value)>) -> Self {
        Value::new(Kind::Object(Arc::new(Entries::new(entries))))
    }

    /// A JSON text of a value.
    #[must_use]
    pub(crate) fn json(document: Value, text: Option<String>) -> Self {
        let marks = document.deep_marks();
        let json = JsonText { document, text: text.map(Arc::from) };
        Value { kind: Kind::Json(Arc::new(json)), origin: None, marks }
    }

    /// An unknown value with a reason.
    #[must_use]
    pub(crate) fn unknown(ty: Type, why: Why, expression: impl Into<Arc<str>>, reason: impl Into<Arc<str>>) -> Self {
        let (expression, reason) = (expression.into(), reason.into());
        let unknown = Unknown { ty, why, expression, reason, may_be_null: false, pieces: Vec::new() };
        Value::new(Kind::Unknown(Arc::new(unknown)))
    }

    /// The same value with further marks.
    #[must_use]
    pub(crate) fn marked(mut self, marks: &Marks) -> Self {
        if !marks.is_empty() {
            self.marks = self.marks.union(marks);
        }
        self
    }

    /// The same value from another place.
    #[must_use]
    pub(crate) fn at(mut self, place: Place) -> Self {
        self.origin = Some(place);
        self
    }

    /// The text, where it is one and known.
    #[must_use]
    pub fn as_text(&self) -> Option<&Arc<str>> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            Kind::Json(json) => json.text.as_ref(),
            _ => None,
        }
    }

    /// The number, where it is one.
    #[must_use]
    pub fn as_number(&self) -> Option<&Number> {
        if let Kind::Number(number) = &self.kind { Some(number) } else { None }
    }

    /// The truth value, where it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Kind::Bool(value) = &self.kind { Some(*value) } else { None }
    }

    /// The elements of a list, set or tuple.
    #[must_use]
    pub fn as_items(&self) -> Option<&Arc<Items>> {
        match &self.kind {
            Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a map or object.
    #[must_use]
    pub fn as_entries(&self) -> Option<&Arc<Entries>> {
        match &self.kind {
            Kind::Map(entries) | Kind::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// What is known of an unknown value.
    #[must_use]
    pub fn as_unknown(&self) -> Option<&Arc<Unknown>> {
        if let Kind::Unknown(unknown) = &self.kind { Some(unknown) } else { None }
    }

    /// The value that a text encodes as JSON, with unknown parts where the text has them: a policy document, say. Parts
    /// of a `jsonencode` have their places; of a literal text only the text has one. `None` where it is no JSON.
    #[must_use]
    pub fn document(&self) -> Option<Value> {
        let decoded = crate::functions::decode_json(self)?.ok()?;
        let origin = decoded.origin.or(self.origin);
        Some(Value { origin, ..decoded.marked(&self.marks) })
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// Whether the value itself is known; parts of it may not be. A JSON text with an unknown part is not known.
    #[must_use]
    pub fn is_known(&self) -> bool {
        match &self.kind {
            Kind::Unknown(_) | Kind::Handle(_) => false,
            Kind::Json(json) => json.text.is_some(),
            _ => true,
        }
    }

    /// Whether the value and all of its parts are known.
    #[must_use]
    pub fn is_wholly_known(&self) -> bool {
        match &self.kind {
            Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => items.summary.known,
            Kind::Map(entries) | Kind::Object(entries) => entries.summary.known,
            _ => self.is_known(),
        }
    }

    /// The first thing in the value that is not known, if any.
    #[must_use]
    pub fn first_unknown(&self) -> Option<&Arc<Unknown>> {
        match &self.kind {
            Kind::Unknown(unknown) => Some(unknown),
            Kind::Json(json) if json.text.is_none() => json.document.first_unknown(),
            Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) if !items.summary.known => {
                items.iter().find_map(Value::first_unknown)
            }
            Kind::Map(entries) | Kind::Object(entries) if !entries.summary.known => {
                entries.values().find_map(Value::first_unknown).or(entries.rest.as_ref())
            }
            _ => None,
        }
    }

    /// The marks of the value and all of its parts.
    #[must_use]
    pub fn deep_marks(&self) -> Marks {
        match &self.kind {
            Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => self.marks.union(&items.summary.marks),
            Kind::Map(entries) | Kind::Object(entries) => self.marks.union(&entries.summary.marks),
            _ => self.marks.clone(),
        }
    }

    /// How many values there are in it, itself included; a value that stands in it twice counts twice.
    #[must_use]
    pub(crate) fn nodes(&self) -> u64 {
        match &self.kind {
            Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => items.summary.nodes,
            Kind::Map(entries) | Kind::Object(entries) => entries.summary.nodes,
            Kind::Json(json) => json.document.nodes().saturating_add(1),
            _ => 1,
        }
    }

    /// An unknown of another type for the same reason as this one; `None` where this is known.
    pub(crate) fn unknown_like(&self, ty: Type) -> Option<Value> {
        let like = |unknown: &Unknown| Unknown { ty, may_be_null: false, pieces: Vec::new(), ..unknown.clone() };
        let unknown = self.first_unknown()?;
        let kind = Kind::Unknown(Arc::new(like(unknown)));
        Some(Value { kind, origin: self.origin, marks: self.deep_marks() })
    }

    /// Whether it is null or may turn out to be.
    pub(crate) fn may_be_null(&self) -> bool {
        match &self.kind {
            Kind::Null => true,
            Kind::Unknown(unknown) => unknown.may_be_null,
            _ => false,
        }
    }

    /// The same unknown value, which may also turn out to be null.
    #[must_use]
    pub(crate) fn or_null(mut self, may_be_null: bool) -> Self {
        if may_be_null && let Kind::Unknown(unknown) = &mut self.kind {
            Arc::make_mut(unknown).may_be_null = true;
        }
        self
    }

    /// A word for messages: `a number`.
    pub(crate) fn describe(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "null",
            Kind::Bool(_) => "a bool",
            Kind::Number(_) => "a number",
            Kind::Text(_) | Kind::Json(_) => "a string",
            Kind::List(_) => "a list",
            Kind::Set(_) => "a set",
            Kind::Tuple(_) => "a tuple",
            Kind::Map(_) => "a map",
            Kind::Object(_) => "an object",
            Kind::Unknown(_) => "an unknown value",
            Kind::Handle(_) => "a resource or module",
        }
    }
}

impl Items {
    /// The elements.
    #[must_use]
    pub(crate) fn new(values: Vec<Value>) -> Self {
        let summary = Summary::of(values.iter());
        Items { values, summary }
    }

    /// The elements in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Value> {
        self.values.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The element of an index from 0.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&Value> {
        self.values.get(index)
    }
}

impl Entries {
    /// The entries; of equal keys the last counts.
    #[must_use]
    pub(crate) fn new(mut entries: Vec<(Arc<str>, Value)>) -> Self {
        let sorted = entries.windows(2).all(|pair| matches!(pair, [(a, _), (b, _)] if a < b));
        if !sorted {
            entries.reverse();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            entries.dedup_by(|(a, _), (b, _)| a == b);
        }
        let summary = Summary::of(entries.iter().map(|(_, value)| value));
        Entries { entries, summary, rest: None }
    }

    /// The same entries, of an object or map that may have others, which are unknown.
    #[must_use]
    pub(crate) fn opened(entries: Vec<(Arc<str>, Value)>, rest: Arc<Unknown>) -> Self {
        let mut entries = Entries::new(entries);
        entries.summary.known = false;
        entries.rest = Some(rest);
        entries
    }

    /// Entries with the same openness as others.
    #[must_use]
    pub(crate) fn like(entries: Vec<(Arc<str>, Value)>, other: &Entries) -> Self {
        match &other.rest {
            Some(rest) => Entries::opened(entries, Arc::clone(rest)),
            None => Entries::new(entries),
        }
    }

    /// Why there may be other entries than these; `None` where these are all.
    #[must_use]
    pub fn rest(&self) -> Option<&Arc<Unknown>> {
        self.rest.as_ref()
    }

    pub(crate) fn is_open(&self) -> bool {
        self.rest.is_some()
    }

    /// The entries, sorted by key.
    pub fn iter(&self) -> std::slice::Iter<'_, (Arc<str>, Value)> {
        self.entries.iter()
    }

    /// The keys, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &Arc<str>> + Clone {
        self.entries.iter().map(|(key, _)| key)
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> impl Iterator<Item = &Value> + Clone {
        self.entries.iter().map(|(_, value)| value)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        let at = self.entries.binary_search_by(|(name, _)| (**name).cmp(key)).ok()?;
        self.entries.get(at).map(|(_, value)| value)
    }
}

impl Summary {
    fn of<'a>(values: impl Iterator<Item = &'a Value> + Clone) -> Summary {
        let mut known = true;
        let mut nodes = 1_u64;
        let mut marked = false;
        for value in values.clone() {
            known &= value.is_wholly_known();
            nodes = nodes.saturating_add(value.nodes());
            marked |= match &value.kind {
                Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => !items.summary.marks.is_empty(),
                Kind::Map(entries) | Kind::Object(entries) => !entries.summary.marks.is_empty(),
                _ => false,
            } || !value.marks.is_empty();
        }
        let marks = if marked {
            let each: Vec<Marks> = values.map(Value::deep_marks).collect();
            Marks::all(&each)
        } else {
            Marks::default()
        };
        Summary { marks, known, nodes }
    }
}

/// Shows a value as JSON-like text, with `(sensitive)` for what is secret and the reason of what is unknown.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.marks.is_sensitive() {
            return f.write_str("(sensitive)");
        }
        match &self.kind {
            Kind::Null => f.write_str("null"),
            Kind::Bool(value) => write!(f, "{value}"),
            Kind::Number(number) => write!(f, "{number}"),
            Kind::Text(text) => write!(f, "{text:?}"),
            Kind::Json(json) => write!(f, "json({:?})", json.document),
            Kind::List(items) | Kind::Tuple(items) => f.debug_list().entries(items.iter()).finish(),
            Kind::Set(items) => f.debug_set().entries(items.iter()).finish(),
            Kind::Map(entries) | Kind::Object(entries) => {
                f.debug_map().entries(entries.iter().map(|(key, value)| (key, value))).finish()
            }
            Kind::Unknown(unknown) if unknown.pieces.is_empty() => write!(f, "unknown({})", unknown.reason),
            Kind::Unknown(unknown) => write!(f, "unknown({:?})", unknown.pieces),
            Kind::Handle(handle) => write!(f, "{handle:?}"),
        }
    }
}
