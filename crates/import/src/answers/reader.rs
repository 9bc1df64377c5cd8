//! A record of an answer as the builder reads it: keys in snake_case, and values as their declared types want them.

use crate::answers::keys::{Copy, Keys};
use crate::answers::statements;
use crate::answers::table::Part;
use crate::error::{ReadError, place};
use crate::json::JsonReader;
use crate::tree::{Node, Value};
use std::borrow::Cow;
use tickmark_facts::{AttributeId, AttributeType, Needs, NounId, Scalar, Time, ValueKind, ValueReader};
use tickmark_source::Place;

/// The key of an answer that is an error, as exports write it that keep these: a thing that is not there is told by one.
pub(crate) const ERROR: &[u8] = b"\"__error__\"";

/// Numbers from here on are milliseconds where a time is declared, smaller ones seconds: 10^11 seconds are the year 5138, and as
/// milliseconds they are a day in 1973, before which nothing was registered anywhere.
const MILLISECONDS: f64 = 1e11;

/// A [`ValueReader`] over one record.
pub(crate) struct AnswerReader<'r, 'a, 'n> {
    json: &'r mut JsonReader<'a>,
    needs: &'n Needs,
    keys: &'r mut Keys<'n>,
    here: Here<'n>,
    /// The value that stands next holds a JSON document.
    document: bool,
    /// Of the value that stands next this part is read.
    part: Part,
    /// The keys of the record itself whose members are its own.
    flat: &'static [&'static [&'static str]],
    /// Attributes of the record itself that were there.
    seen: Vec<AttributeId>,
    /// Attributes of the record that is being read which are parts of others.
    parts: Vec<AttributeId>,
    /// Where a list in the record says that there is more of it.
    more: Option<usize>,
    /// Values that were put together and stand before what stands next, the nearest last.
    held: Vec<Node>,
    depth: u32,
}

/// What stands next.
#[derive(Clone, Copy)]
enum Here<'n> {
    /// A record of a noun.
    Record(NounId),
    /// A value of a type.
    Of(&'n AttributeType),
    /// Something that nobody declares.
    Free,
}

impl<'r, 'a, 'n> AnswerReader<'r, 'a, 'n> {
    /// A reader of the record that stands next.
    pub(crate) fn new(
        json: &'r mut JsonReader<'a>,
        (needs, noun): (&'n Needs, NounId),
        keys: &'r mut Keys<'n>,
        flat: &'static [&'static [&'static str]],
    ) -> Self {
        let (document, part) = (false, Part::Whole);
        Self {
            json,
            needs,
            keys,
            here: Here::Record(noun),
            document,
            part,
            flat,
            seen: Vec::new(),
            parts: Vec::new(),
            more: None,
            held: Vec::new(),
            depth: 0,
        }
    }

    /// A reader of the value of a type that stands next.
    pub(crate) fn of_value(
        json: &'r mut JsonReader<'a>,
        (needs, ty): (&'n Needs, &'n AttributeType),
        keys: &'r mut Keys<'n>,
    ) -> Self {
        let reader = Self::new(json, (needs, NounId(0)), keys, &[]);
        Self { here: Here::Of(ty), depth: 1, ..reader }
    }

    /// The attributes of the record that were there, and where a list in it says that there is more.
    pub(crate) fn into_seen(self) -> (Vec<AttributeId>, Option<usize>) {
        (self.seen, self.more)
    }

    /// Whether a list is declared here and the object that stands next holds one as GraphQL does
    /// (<https://relay.dev/graphql/connections.htm>): under `nodes`, or each item under `node` in `edges`.
    fn at_connection(&mut self) -> bool {
        if !matches!(self.here, Here::Of(AttributeType::List(_) | AttributeType::Many(_))) {
            return false;
        }
        let at = self.json.offset();
        let mut ahead = self.json.again(at, self.json.depth());
        let mut found = false;
        // What is broken here is said by whoever reads it.
        let _ = ahead.object_or_skip(&mut |json, key| {
            found |= matches!(key, "nodes" | "edges") && json.at_list()?;
            json.skip()
        });
        found
    }

    /// Whether a single value is declared here, and the object that stands next holds it together with how it is shown, or as a
    /// reference with a link: as `ServiceNow` does.
    fn at_shown(&mut self) -> bool {
        let begins = |json: &mut JsonReader<'_>, keys: &[&[u8]]| keys.iter().any(|key| json.inside_begins(key));
        match self.here {
            Here::Of(AttributeType::One(_)) => begins(self.json, &[b"\"display_value\"", b"\"link\""]),
            Here::Of(
                AttributeType::Text
                | AttributeType::Number
                | AttributeType::Bool
                | AttributeType::Time
                | AttributeType::OneOf(_),
            ) => begins(self.json, &[b"\"display_value\"", b"\"link\"", b"\"value\""]),
            _ => false,
        }
    }

    /// What such an object stands for: of a text what is shown, of anything else the value.
    fn shown(&mut self) -> Result<Node, ReadError> {
        let offset = self.json.offset();
        let (mut shown, mut value) = (None, None);
        self.json.object_or_skip(&mut |json, key| {
            match key {
                "display_value" => shown = json.printed()?,
                "value" => value = json.printed()?,
                _ => json.skip()?,
            }
            Ok(())
        })?;
        let text = matches!(self.here, Here::Of(AttributeType::Text | AttributeType::OneOf(_)));
        let said = if text { shown.or(value) } else { value.or(shown) };
        let value = match said.filter(|said| !said.is_empty()) {
            None => Value::Null,
            Some(said) if self.at_time() => Value::Text(self.keys.moment(&said).unwrap_or(said)),
            Some(said) => Value::Text(said),
        };
        Ok(Node { value, offset })
    }

    /// The items of a list as GraphQL holds it.
    fn connection(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<(), ReadError>) -> Result<(), ReadError> {
        let here = self.here;
        let mut next = self.json.object_start()?;
        while let Some(key) = next {
            let at = self.json.offset();
            match &*key {
                "nodes" if self.json.at_list()? => self.inside(here, |reader| reader.list(item))?,
                "edges" if self.json.at_list()? => self.edges(here, item)?,
                "pageInfo" => {
                    let mut more = false;
                    self.json.object_or_skip(&mut |json, key| {
                        match key {
                            "hasNextPage" => more = json.printed()?.is_some_and(|said| said == "true"),
                            _ => json.skip()?,
                        }
                        Ok(())
                    })?;
                    self.more = self.more.or(more.then_some(at));
                }
                _ => self.json.skip()?,
            }
            next = self.json.object_next()?;
        }
        Ok(())
    }

    fn edges(
        &mut self,
        here: Here<'n>,
        item: &mut dyn FnMut(&mut Self) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        let here = match here {
            Here::Of(AttributeType::List(inner)) => Here::Of(inner),
            other => other,
        };
        let mut more = self.json.list_start()?;
        while more {
            let mut next = if self.json.at_object()? { self.json.object_start()? } else { None };
            while let Some(key) = next {
                match &*key {
                    "node" => self.inside(here, |reader| item(reader))?,
                    _ => self.json.skip()?,
                }
                next = self.json.object_next()?;
            }
            more = self.json.list_next()?;
        }
        Ok(())
    }

    fn at_error(&mut self) -> bool {
        self.json.inside_begins(ERROR)
    }

    fn at_map(&self) -> Option<NounId> {
        match self.here {
            Here::Of(AttributeType::Map(noun)) => Some(*noun),
            _ => None,
        }
    }

    fn at_time(&self) -> bool {
        let mut here = self.here;
        while let Here::Of(AttributeType::List(item)) = here {
            here = Here::Of(item);
        }
        matches!(here, Here::Of(AttributeType::Time))
    }

    /// Whether an empty text may stand here for a text; anywhere else it is how many write that there is nothing.
    fn may_be_empty(&self) -> bool {
        matches!(
            self.here,
            Here::Free
                | Here::Record(_)
                | Here::Of(AttributeType::Text | AttributeType::List(_) | AttributeType::Any { .. })
        )
    }

    /// The members of a record. `path` are the keys that lead to this part of it.
    fn record(
        &mut self,
        noun: NounId,
        path: &mut Vec<&'static str>,
        member: Member<'_, Self>,
    ) -> Result<(), ReadError> {
        let top = self.depth == 0;
        let outer = if path.is_empty() { std::mem::take(&mut self.parts) } else { Vec::new() };
        let mut position = 0;
        let mut next = self.json.object_start()?;
        while let Some(written) = next {
            let step = if top { self.flat_step(path, &written) } else { None };
            if let Some(step) = step
                && self.json.at_object()?
                && !self.at_error()
            {
                path.push(step);
                self.record(noun, path, member)?;
                path.pop();
            } else {
                self.value_of(noun, &written, &mut position, top, member)?;
            }
            next = self.json.object_next()?;
        }
        if path.is_empty() {
            self.parts = outer;
        }
        Ok(())
    }

    /// The key, where its members belong to the record.
    fn flat_step(&self, path: &[&'static str], key: &str) -> Option<&'static str> {
        self.flat.iter().find_map(|flat| match flat.split_last() {
            Some((last, before)) if *last == key && before == path => Some(*last),
            _ => None,
        })
    }

    fn value_of(
        &mut self,
        noun: NounId,
        written: &str,
        position: &mut usize,
        top: bool,
        member: Member<'_, Self>,
    ) -> Result<(), ReadError> {
        let key = self.keys.find(noun, written, position);
        let at = self.json.offset();
        if key.told {
            if top {
                self.seen.extend(key.attribute);
            }
            self.document = key.document;
            self.inside(key.ty.map_or(Here::Free, Here::Of), |reader| member(reader, &key.name))?;
        } else {
            self.json.skip()?;
        }
        for copy in &key.copies {
            if matches!(copy.part, Part::Statements | Part::Members) {
                self.json.go_on_at(at);
                self.put_together(copy, member)?;
                continue;
            }
            // Several keys may hold one thing: the first that says it counts.
            if let Part::Steps(_) = copy.part {
                if self.parts.contains(&copy.attribute) || !self.has_part(at, copy.part) {
                    continue;
                }
                self.parts.push(copy.attribute);
            }
            self.json.go_on_at(at);
            if top {
                self.seen.push(copy.attribute);
            }
            self.part = copy.part;
            self.inside(Here::Of(copy.ty), |reader| member(reader, copy.name))?;
        }
        Ok(())
    }

    /// Whether the value that begins here has a part; what it has none of is no text of that form.
    fn has_part(&mut self, at: usize, part: Part) -> bool {
        let mut ahead = self.json.again(at, self.json.depth());
        ahead.borrowed_text().ok().flatten().is_some_and(|text| part.of(&text).is_some())
    }

    /// Reads a policy that stands next in the one form that policies have.
    fn put_together(&mut self, copy: &Copy<'n>, member: Member<'_, Self>) -> Result<(), ReadError> {
        if !self.at_error() {
            let file = self.json.place().file;
            let node = match copy.part {
                Part::Members => statements::of_members(self.json)?,
                _ => statements::of_document(self.json, file)?,
            };
            self.held.push(node);
        }
        if self.depth == 0 {
            self.seen.push(copy.attribute);
        }
        self.inside(Here::Of(copy.ty), |reader| member(reader, copy.name))
    }

    /// Reads something that is what `here` says.
    fn inside(
        &mut self,
        here: Here<'n>,
        read: impl FnOnce(&mut Self) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        let outer = std::mem::replace(&mut self.here, here);
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        self.here = outer;
        (self.document, self.part) = (false, Part::Whole);
        result
    }

    /// The entries of a map, whose keys somebody chose.
    fn entries(&mut self, noun: NounId, member: Member<'_, Self>) -> Result<(), ReadError> {
        let need = self.needs.noun(noun);
        let value = need.attribute("value").and_then(|value| need.attributes.get(value.0 as usize));
        let value = value.map_or(Here::Free, |value| Here::Of(&value.ty));
        if self.json.at_list()? {
            return self.pairs(value, member);
        }
        let mut next = self.json.object_start()?;
        while let Some(key) = next {
            self.inside(value, |reader| member(reader, &key))?;
            next = self.json.object_next()?;
        }
        Ok(())
    }

    /// A list of keys with values as a map.
    fn pairs(&mut self, value: Here<'n>, member: Member<'_, Self>) -> Result<(), ReadError> {
        let mut more = self.json.list_start()?;
        while more {
            let (mut key, mut at) = (None, None);
            self.json.object_or_skip(&mut |json, name| {
                if is_one_of(name, &["key", "name", "tagkey"]) {
                    key = json.printed()?;
                    return Ok(());
                }
                if is_one_of(name, &["value", "tagvalue"]) {
                    at = Some(json.offset());
                }
                json.skip()
            })?;
            let end = self.json.offset();
            if let (Some(key), Some(at)) = (key, at) {
                self.json.go_on_at(at);
                self.inside(value, |reader| member(reader, &key))?;
                self.json.go_on_at(end);
            }
            more = self.json.list_next()?;
        }
        Ok(())
    }

    /// Why the value that an error stands for is not there: nothing where the error says that there is none.
    fn error(&mut self) -> Result<Option<String>, ReadError> {
        let (mut code, mut message) = (String::new(), String::new());
        self.json.object(&mut |json, _| {
            json.object_or_skip(&mut |json, key| {
                match key {
                    "Code" => code = json.printed()?.unwrap_or_default(),
                    "Message" => message = json.printed()?.unwrap_or_default(),
                    _ => json.skip()?,
                }
                Ok(())
            })
        })?;
        Ok((!says_none(&code)).then(|| format!("the service answered {code}: {message}")))
    }

    /// The JSON document that stands next, as text.
    fn document_text(&mut self) -> Result<Cow<'a, str>, ReadError> {
        if self.json.kind()? != ValueKind::Scalar {
            return Ok(Cow::Borrowed(self.json.skipped_text()?));
        }
        let text = self.json.borrowed_text()?.unwrap_or_default();
        let encoded = text.starts_with("%7B") || text.starts_with("%7b") || text.starts_with("%5B");
        Ok(if encoded { Cow::Owned(percent_decoded(&text)) } else { text })
    }
}

type Member<'m, R> = &'m mut dyn FnMut(&mut R, &str) -> Result<(), ReadError>;

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|one| name.eq_ignore_ascii_case(one))
}

/// Whether an error of AWS says that a thing is not there (`NoSuchBucketPolicy`, `ReplicationConfigurationNotFoundError`).
pub(crate) fn says_none(code: &str) -> bool {
    code.starts_with("NoSuch") || code.contains("NotFound")
}

/// A moment from a number of seconds or milliseconds since 1970.
pub(crate) fn moment(number: f64) -> Option<Time> {
    if number.abs() < MILLISECONDS {
        return Time::from_epoch_seconds(number);
    }
    if !number.is_finite() || number.abs() > 1e15 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is below 10^15")]
    Time::from_epoch_millis(number as i64)
}

/// Text with `%XX` resolved (RFC 3986, section 2.1); what is no such escape stays.
pub(crate) fn percent_decoded(text: &str) -> String {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, digit(bytes.get(at + 1)), digit(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                at += 3;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

impl ValueReader for AnswerReader<'_, '_, '_> {
    type Error = ReadError;

    fn kind(&mut self) -> Result<ValueKind, ReadError> {
        if let Some(node) = self.held.last() {
            return Ok(node.kind());
        }
        let kind = self.json.kind()?;
        Ok(match kind {
            ValueKind::Scalar => kind,
            ValueKind::Object if self.at_error() => ValueKind::Scalar,
            _ if self.document => ValueKind::Scalar,
            ValueKind::List if self.at_map().is_some() => ValueKind::Object,
            ValueKind::Object if self.at_shown() => {
                let shown = self.shown()?;
                self.held.push(shown);
                ValueKind::Scalar
            }
            ValueKind::Object if self.at_connection() => ValueKind::List,
            _ => kind,
        })
    }

    fn place(&mut self) -> Place {
        if let Some(node) = self.held.last() {
            return place(self.json.place().file, node.offset);
        }
        self.json.place()
    }

    fn scalar<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        if let Some(node) = self.held.pop() {
            return Ok(take(node.scalar()));
        }
        if self.at_error() {
            return Ok(match self.error()? {
                Some(why) => take(Scalar::MayBeMissing(&why)),
                None => take(Scalar::Null),
            });
        }
        if self.document && !self.json.at_null()? {
            let text = self.document_text()?;
            return Ok(take(Scalar::Text(&text)));
        }
        let (time, may_be_empty, part) = (self.at_time(), self.may_be_empty(), self.part);
        self.json.scalar(|scalar| match &scalar {
            Scalar::Text("") if !may_be_empty => take(Scalar::Null),
            Scalar::Text(text) if part != Part::Whole => match part.of(text) {
                Some(part) => take(Scalar::Text(&part)),
                None => take(Scalar::Null),
            },
            Scalar::Text(text) if time && text.bytes().all(|byte| byte.is_ascii_digit()) => {
                match text.parse().ok().and_then(moment) {
                    Some(time) => take(Scalar::Text(&time.to_string())),
                    None => take(scalar),
                }
            }
            Scalar::Text(text) if time => match self.keys.moment(text) {
                Some(time) => take(Scalar::Text(&time)),
                None => take(scalar),
            },
            Scalar::Number(number) if time => match moment(*number) {
                Some(time) => take(Scalar::Text(&time.to_string())),
                None => take(scalar),
            },
            _ => take(scalar),
        })
    }

    fn written<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        if !self.held.is_empty() {
            return self.scalar(take);
        }
        if self.document || self.part != Part::Whole || self.json.kind()? != ValueKind::Scalar || !self.may_be_empty() {
            return self.scalar(take);
        }
        self.json.written(take)
    }

    fn text_bytes<R>(&mut self, take: impl FnOnce(&[u8]) -> R) -> Result<Option<R>, ReadError> {
        let held = !self.held.is_empty();
        if held || self.document || self.part != Part::Whole || !self.may_be_empty() || self.at_time() {
            return Ok(None);
        }
        self.json.text_bytes(take)
    }

    fn list(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<(), ReadError>) -> Result<(), ReadError> {
        if let Some(node) = self.held.pop() {
            let items = if let Value::List(items) = node.value { items } else { Vec::new() };
            return items.into_iter().try_for_each(|node| {
                self.held.push(node);
                item(self)
            });
        }
        if self.json.at_object()? {
            return self.connection(item);
        }
        let here = match self.here {
            Here::Of(AttributeType::List(inner)) => Here::Of(inner),
            other => other,
        };
        let mut more = self.json.list_start()?;
        while more {
            self.inside(here, |reader| item(reader))?;
            more = self.json.list_next()?;
        }
        Ok(())
    }

    fn object(&mut self, member: &mut dyn FnMut(&mut Self, &str) -> Result<(), ReadError>) -> Result<(), ReadError> {
        if let Some(node) = self.held.pop() {
            let members = if let Value::Object(members) = node.value { members } else { Vec::new() };
            return members.into_iter().try_for_each(|(key, node)| {
                self.held.push(node);
                member(self, &key)
            });
        }
        if let Some(noun) = self.at_map() {
            return self.entries(noun, member);
        }
        let mut here = self.here;
        while let Here::Of(AttributeType::List(item)) = here {
            here = Here::Of(item);
        }
        let noun = match here {
            Here::Record(noun) => noun,
            Here::Of(
                AttributeType::One(noun) | AttributeType::Many(noun) | AttributeType::Any { nested: Some(noun) },
            ) => *noun,
            _ => return self.json.skip(),
        };
        self.record(noun, &mut Vec::new(), member)
    }

    fn skip(&mut self) -> Result<(), ReadError> {
        if self.held.pop().is_some() {
            return Ok(());
        }
        self.json.skip()
    }
}

#[cfg(test)]
mod tests {
    use super::{moment, percent_decoded, says_none};

    #[test]
    fn escapes_of_addresses_are_resolved_and_others_left_alone() {
        for (text, plain) in [
            ("%7B%22a%22%3A%20%5B%5D%7D", "{\"a\": []}"),
            ("%7b%C3%A9%7d", "{\u{e9}}"),
            ("100% %zz %4", "100% %zz %4"),
            ("", ""),
        ] {
            assert_eq!(percent_decoded(text), plain);
        }
    }

    #[test]
    fn numbers_are_seconds_or_milliseconds() {
        let shown = |number: f64| moment(number).map(|time| time.to_string());
        assert_eq!(shown(1_795_225_696.5).as_deref(), Some("2026-11-21T01:48:16.5Z"));
        assert_eq!(shown(1_795_225_696_240.0).as_deref(), Some("2026-11-21T01:48:16.24Z"));
        assert_eq!(shown(0.0).as_deref(), Some("1970-01-01"));
        for number in [1e16, -1e16, f64::NAN, f64::INFINITY] {
            assert_eq!(shown(number), None, "{number}");
        }
    }

    #[test]
    fn codes_that_say_that_there_is_none() {
        for code in ["NoSuchBucketPolicy", "NoSuchEntity", "ReplicationConfigurationNotFoundError", "ResourceNotFound"]
        {
            assert!(says_none(code), "{code}");
        }
        for code in ["AccessDenied", "ThrottlingException", "ValidationException", ""] {
            assert!(!says_none(code), "{code}");
        }
    }
}
