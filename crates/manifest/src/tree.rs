//! The text of a manifest as a tree of values, each with its place.

use granit_parser::{Event, Parser, ScalarStyle, Tag};
use std::collections::HashMap;
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::manifest as codes;
use tickmark_source::{FileId, Span};

/// How deep lists and objects may stand in each other.
const DEPTH: usize = 32;

/// How many values a manifest may hold, those that aliases stand for counted each time.
const VALUES: usize = 100_000;

/// A value of the manifest.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) value: Value,
    /// The text of a scalar; the first byte of a list or object.
    pub(crate) span: Span,
}

/// What a [`Node`] holds.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// A scalar as it is written, without its quotes.
    Scalar { text: String, quoted: bool },
    /// A list.
    List(Vec<Node>),
    /// An object, in the order of the file.
    Object(Vec<(Key, Node)>),
}

/// A key of an object.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl Node {
    /// What stands here, in words.
    pub(crate) fn describe(&self) -> String {
        match &self.value {
            Value::Scalar { .. } if self.is_null() => "nothing".to_owned(),
            Value::Scalar { text, .. } => format!("`{}`", shown(text)),
            Value::List(_) => "a list".to_owned(),
            Value::Object(_) => "an object".to_owned(),
        }
    }

    /// Whether it is written as null, or not at all.
    pub(crate) fn is_null(&self) -> bool {
        match &self.value {
            Value::Scalar { text, quoted: false } => matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"),
            _ => false,
        }
    }
}

/// A text of the manifest as it may be shown: in one line, shortened.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let one_line = |c: char| if c.is_control() || c == '`' { ' ' } else { c };
    let mut short: String = text.chars().take(LONGEST).map(one_line).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}

/// Reads the one document of a manifest; `None` where it is empty.
pub(crate) fn read(file: FileId, text: &str) -> Result<Option<Node>, Box<Diagnostic>> {
    let options = granit_parser::options! { emit_comments: false };
    let parser = Parser::new_from_str_with_options(text, options);
    let mut reader = Reader { parser, file, text, anchors: HashMap::new(), values: 0 };
    let mut root = None;
    while let Some((event, start, end)) = reader.next()? {
        match event {
            Event::DocumentStart(..) | Event::DocumentEnd | Event::StreamStart | Event::StreamEnd => {}
            _ if root.is_some() => {
                return Err(reader.broken(start, "a manifest is one document, and here begins another"));
            }
            event => root = Some(reader.node(event, (start, end), 0)?),
        }
    }
    Ok(root.filter(|root: &Node| !root.is_null()))
}

struct Reader<'a> {
    parser: Parser<'a, granit_parser::StrInput<'a>>,
    file: FileId,
    text: &'a str,
    anchors: HashMap<usize, Node>,
    values: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Option<(Event<'a>, usize, usize)>, Box<Diagnostic>> {
        let Some(event) = self.parser.next() else { return Ok(None) };
        match event {
            Ok((event, span)) => {
                let start = span.start.byte_offset().unwrap_or(self.text.len());
                Ok(Some((event, start, span.end.byte_offset().unwrap_or(start))))
            }
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(self.text.len());
                Err(self.broken(at, &format!("this is not YAML: {}", shown(&error.info()))))
            }
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span::new(self.file, offset(start), offset(end.max(start)))
    }

    fn broken(&self, at: usize, message: &str) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(codes::BROKEN, self.span(at, at + 1), message))
    }

    fn must(&mut self) -> Result<(Event<'a>, usize, usize), Box<Diagnostic>> {
        let next = self.next()?;
        next.ok_or_else(|| self.broken(self.text.len(), "the manifest ends inside a value"))
    }

    /// The value that begins with an event.
    fn node(&mut self, event: Event<'a>, (start, end): (usize, usize), depth: usize) -> Result<Node, Box<Diagnostic>> {
        self.values += 1;
        if depth > DEPTH {
            return Err(self.broken(start, &format!("values stand in each other beyond the limit of {DEPTH} levels")));
        }
        if self.values > VALUES {
            return Err(self.broken(start, &format!("the manifest holds more than the limit of {VALUES} values")));
        }
        let (value, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let told = matches!(tag.as_deref().and_then(Tag::core_suffix), Some("str"));
                (Value::Scalar { text: text.into_owned(), quoted: told || style != ScalarStyle::Plain }, anchor)
            }
            Event::SequenceStart(_, anchor, _) => (Value::List(self.items(depth)?), anchor),
            Event::MappingStart(_, anchor, _) => (Value::Object(self.members(depth)?), anchor),
            Event::Alias(id) => return self.alias(id, start),
            _ => return Err(self.broken(start, "a value is missing here")),
        };
        let long = matches!(value, Value::Scalar { .. });
        let node = Node { value, span: if long { self.span(start, end) } else { self.span(start, start + 1) } };
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn alias(&mut self, id: usize, start: usize) -> Result<Node, Box<Diagnostic>> {
        let Some(node) = self.anchors.get(&id).cloned() else {
            return Err(self.broken(start, "this alias stands inside the value that it stands for"));
        };
        self.values += count(&node);
        if self.values > VALUES {
            return Err(self.broken(start, &format!("the manifest holds more than the limit of {VALUES} values")));
        }
        Ok(node)
    }

    fn items(&mut self, depth: usize) -> Result<Vec<Node>, Box<Diagnostic>> {
        let mut items = Vec::new();
        loop {
            let (event, start, end) = self.must()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok(items);
            }
            items.push(self.node(event, (start, end), depth + 1)?);
        }
    }

    fn members(&mut self, depth: usize) -> Result<Vec<(Key, Node)>, Box<Diagnostic>> {
        let mut members: Vec<(Key, Node)> = Vec::new();
        loop {
            let (event, start, end) = self.must()?;
            let text = match event {
                Event::MappingEnd => return Ok(members),
                Event::Scalar(text, ..) => text.into_owned(),
                _ => return Err(self.broken(start, "a key is a text, not a list or object")),
            };
            let key = Key { text, span: self.span(start, end) };
            if members.iter().any(|(other, _)| other.text == key.text) {
                let message = format!("the key `{}` stands twice in one object", shown(&key.text));
                return Err(Box::new(Diagnostic::error(codes::BROKEN, key.span, message)));
            }
            let (event, start, end) = self.must()?;
            let node = self.node(event, (start, end), depth + 1)?;
            members.push((key, node));
        }
    }
}

fn count(node: &Node) -> usize {
    match &node.value {
        Value::Scalar { .. } => 1,
        Value::List(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Object(members) => 1 + members.iter().map(|(_, node)| count(node)).sum::<usize>(),
    }
}
