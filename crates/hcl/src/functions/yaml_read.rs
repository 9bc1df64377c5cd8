//! `yamldecode`, with scalars read as Terraform's own reader takes them: YAML 1.1 truth values, no octal but `0o`.

use std::collections::BTreeMap;
use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, StrInput};

use super::{Outcome, text_at};
use crate::fault::Fault;
use crate::limits;
use crate::number::Number;
use crate::value::{Kind, Value};

/// How deep lists and maps may nest.
const DEEPEST: usize = 128;

struct Reader<'t> {
    parser: Parser<'t, StrInput<'t>>,
    anchors: BTreeMap<usize, Value>,
}

pub(super) fn yamldecode(values: &[Value]) -> Outcome {
    let text = text_at(values, 0)?;
    let options = granit_parser::options! { emit_comments: false };
    let mut reader = Reader { parser: Parser::new_from_str_with_options(text, options), anchors: BTreeMap::new() };
    let mut result = None;
    loop {
        match reader.next()? {
            Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
            Event::StreamEnd => break,
            _ if result.is_some() => return Err(Fault::new("there is more than one document")),
            event => result = Some(reader.value(event, 0)?),
        }
    }
    result.ok_or_else(|| Fault::new("there is no document"))
}

fn broken(error: &ScanError) -> Fault {
    Fault::new(format!("broken YAML: {error}"))
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<Event<'t>, Fault> {
        match self.parser.next_event() {
            Some(Ok((event, _))) => Ok(event),
            Some(Err(error)) => Err(broken(&error)),
            None => Ok(Event::StreamEnd),
        }
    }

    fn value(&mut self, event: Event<'t>, depth: usize) -> Outcome {
        if depth > DEEPEST {
            return Err(Fault::new(format!("lists and maps nest deeper than the limit of {DEEPEST}")));
        }
        let (value, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let suffix = tag.as_deref().map(|tag| tag.core_suffix().map(str::to_owned));
                (scalar(&text, style, suffix.as_ref().map(Option::as_deref))?, anchor)
            }
            Event::SequenceStart(_, anchor, _) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        Event::SequenceEnd => break,
                        Event::StreamEnd => return Err(Fault::new("the document ends too early")),
                        event => items.push(self.value(event, depth + 1)?),
                    }
                }
                (Value::tuple(items), anchor)
            }
            Event::MappingStart(_, anchor, _) => (self.mapping(depth)?, anchor),
            Event::Alias(id) => {
                let value = self.anchors.get(&id).cloned();
                (value.ok_or_else(|| Fault::new("an alias of something that is not complete"))?, 0)
            }
            _ => return Err(Fault::new("broken YAML")),
        };
        if value.nodes() > limits::NODES {
            return Err(Fault::new(format!("the value is larger than the limit of {} values", limits::NODES)));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        Ok(value)
    }

    fn mapping(&mut self, depth: usize) -> Outcome {
        let mut entries: BTreeMap<Arc<str>, Value> = BTreeMap::new();
        let mut merged: Vec<Value> = Vec::new();
        loop {
            let event = match self.next()? {
                Event::MappingEnd => break,
                Event::StreamEnd => return Err(Fault::new("the document ends too early")),
                event => event,
            };
            let is_merge = matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<");
            let key = self.value(event, depth + 1)?;
            let event = self.next()?;
            let value = self.value(event, depth + 1)?;
            if is_merge {
                match &value.kind {
                    Kind::Tuple(items) => merged.extend(items.iter().cloned()),
                    _ => merged.push(value),
                }
                continue;
            }
            let key = crate::convert::to_text(&key)?.ok_or_else(|| Fault::new("a key must be a string"))?;
            entries.insert(key, value);
        }
        for map in merged {
            let found = map.as_entries().ok_or_else(|| Fault::new("`<<` wants a map"))?;
            for (key, value) in found.iter() {
                entries.entry(Arc::clone(key)).or_insert_with(|| value.clone());
            }
        }
        Ok(Value::object(entries.into_iter().collect()))
    }
}

/// A scalar; `tag` is the name of a tag of the core schema where it has one, `Some(None)` for another tag.
fn scalar(text: &str, style: ScalarStyle, tag: Option<Option<&str>>) -> Outcome {
    let as_text = || Value::text(text.to_string());
    match tag {
        Some(None) => return Err(Fault::new("a tag that Terraform does not know")),
        Some(Some("str" | "binary")) => return Ok(as_text()),
        _ if style != ScalarStyle::Plain => return Ok(as_text()),
        _ => {}
    }
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::null(),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Value::bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Value::bool(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "-.inf" | "-.Inf" | "-.INF" | ".nan" | ".NaN" | ".NAN" => {
            return Err(Fault::new("there is no such number in Terraform"));
        }
        plain => number(plain).map(Value::number).or_else(|| time(plain).map(Value::text)).unwrap_or_else(as_text),
    })
}

fn number(text: &str) -> Option<Number> {
    let based = |digits: &str, base| {
        digits.bytes().all(|byte| byte.is_ascii_alphanumeric()).then(|| Number::parse_base(digits, base))?
    };
    if let Some(digits) = text.strip_prefix("0x") {
        return based(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return based(digits, 8);
    }
    Number::parse(text)
}

/// A date or time, as RFC 3339 has it.
fn time(text: &str) -> Option<String> {
    let digits = |from: usize, to: usize| text.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let date = format!("{}-{}-{}", digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
    if text.get(4..5) != Some("-") || text.get(7..8) != Some("-") {
        return None;
    }
    if text.len() == 10 {
        return Some(format!("{date}T00:00:00Z"));
    }
    if !matches!(text.get(10..11), Some("T" | "t" | " ")) || text.get(13..14) != Some(":") {
        return None;
    }
    let clock = format!("{}:{}:{}", digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
    let rest = text.get(19..)?;
    let rest =
        rest.strip_prefix('.').map_or(rest, |fraction| fraction.trim_start_matches(|l: char| l.is_ascii_digit()));
    let zone = match rest.trim_start() {
        "" | "Z" => "Z",
        zone if zone.len() == 6 && zone.starts_with(['+', '-']) => zone,
        _ => return None,
    };
    Some(format!("{date}T{clock}{zone}"))
}
