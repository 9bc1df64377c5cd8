//! YAML 1.2, pulled value by value: scalars resolved by the core schema, aliases followed within a limit.

use crate::error::{ReadError, error_at, place, shown};
use crate::json::{DEPTH_LIMIT, number, too_deep};
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StrInput};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_facts::{Scalar, ValueKind, ValueReader};
use tickmark_source::{FileId, Place};

/// How many values the aliases of one document may stand for, all together.
pub(crate) const ALIAS_LIMIT: u32 = 1_000_000;

/// What is said where a line of a quoted text stands no deeper than the key of the text.
pub(crate) const SHALLOW_QUOTE: &str = "this line of a quoted text stands no deeper than its key";

/// The text with such lines moved to the right. YAML 1.2.2 (section 7.3) wants them deeper than the key, but PyYAML and the
/// services that read templates let them pass. The blanks at the beginning of a line are no part of a quoted text, so that
/// neither its value changes nor the number of any line.
pub(crate) fn with_deeper_quotes(text: &str) -> String {
    const LINES: usize = 1_000;
    const BLANKS: &str = "                                                                ";
    let mut text = text.to_owned();
    for _ in 0..LINES {
        let shallow = Parser::new_from_str(&text)
            .find_map(Result::err)
            .filter(|error| matches!(error.kind(), ErrorKind::InvalidQuotedScalarIndent));
        match shallow.and_then(|error| error.marker().byte_offset()).filter(|at| text.is_char_boundary(*at)) {
            Some(at) => text.insert_str(at, BLANKS),
            None => break,
        }
    }
    text
}

/// One step through a document.
#[derive(Clone, Debug)]
struct Step<'a> {
    kind: StepKind<'a>,
    offset: usize,
}

#[derive(Clone, Debug)]
enum StepKind<'a> {
    Scalar { text: Cow<'a, str>, resolve: bool },
    List,
    Object,
    End,
    Alias(usize),
    Document,
    DocumentEnd,
    Finished,
}

/// A [`ValueReader`] over YAML text, document by document.
pub(crate) struct YamlReader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    file: FileId,
    length: usize,
    next: Option<Step<'a>>,
    /// The steps of every anchored value, one behind the other; an anchor within an anchor is a part of its steps.
    tape: Vec<Step<'a>>,
    /// Anchors whose value is still being read: the anchor, where its steps begin, and how many lists are open in it.
    open: Vec<(usize, usize, u32)>,
    anchors: HashMap<usize, Range<usize>>,
    /// Aliases that are being followed: what is left of their steps.
    replays: Vec<Range<usize>>,
    expanded: u32,
    depth: u32,
    /// The local tags (`!Ref`) by the offset of their values, where somebody asks for them.
    tags: Option<HashMap<usize, SmolStr>>,
}

impl<'a> YamlReader<'a> {
    /// A reader that stands before the first document.
    pub(crate) fn new(text: &'a str, file: FileId) -> Self {
        let options = granit_parser::options! { emit_comments: false };
        Self {
            parser: Parser::new_from_str_with_options(text, options),
            file,
            length: text.len(),
            next: None,
            tape: Vec::new(),
            open: Vec::new(),
            anchors: HashMap::new(),
            replays: Vec::new(),
            expanded: 0,
            depth: 0,
            tags: None,
        }
    }

    /// A reader that remembers local tags.
    pub(crate) fn with_tags(text: &'a str, file: FileId) -> Self {
        Self { tags: Some(HashMap::new()), ..Self::new(text, file) }
    }

    /// The local tag of the value that stands next, without its `!`.
    pub(crate) fn tag(&mut self) -> Result<Option<SmolStr>, ReadError> {
        let offset = self.peek()?.offset;
        Ok(self.tags.as_ref().and_then(|tags| tags.get(&offset).cloned()))
    }

    /// Moves before the value of the next document; false where there is none.
    pub(crate) fn next_document(&mut self) -> Result<bool, ReadError> {
        loop {
            let step = match self.next.take() {
                Some(step) => step,
                None => self.pull_raw()?,
            };
            match step.kind {
                StepKind::Document => break,
                StepKind::Finished => return Ok(false),
                _ => {}
            }
        }
        self.tape.clear();
        self.open.clear();
        self.anchors.clear();
        self.replays.clear();
        self.expanded = 0;
        self.depth = 0;
        Ok(true)
    }

    /// Takes the value of a document that is no object or list; whether there is none.
    pub(crate) fn is_empty_document(&mut self) -> Result<bool, ReadError> {
        Ok(self.kind()? == ValueKind::Scalar && self.scalar(|scalar| scalar == Scalar::Null)?)
    }

    /// Steps into an object, before the value of its first key; to look at it and no further.
    pub(crate) fn first_key(&mut self) -> Result<Option<String>, ReadError> {
        self.pull()?;
        match self.pull()?.kind {
            StepKind::Scalar { text, .. } => Ok(Some(text.into_owned())),
            _ => Ok(None),
        }
    }

    /// The next step as it stands in the file or on the tape: an alias is not followed.
    fn pull_raw(&mut self) -> Result<Step<'a>, ReadError> {
        while let Some(replay) = self.replays.last_mut() {
            if let Some(index) = replay.next() {
                self.expanded += 1;
                if let Some(step) = self.tape.get(index).cloned() {
                    return if self.expanded > ALIAS_LIMIT { Err(self.alias_bomb(step.offset)) } else { Ok(step) };
                }
            }
            self.replays.pop();
        }
        loop {
            let Some(event) = self.parser.next() else {
                return Ok(Step { kind: StepKind::Finished, offset: self.length });
            };
            let (event, span) = event.map_err(|error| self.error(&error))?;
            let offset = span.start.byte_offset().unwrap_or(0);
            if let Some(tags) = &mut self.tags
                && let Some(tag) = local_tag(&event)
            {
                tags.insert(offset, tag);
            }
            // The start of the stream is no step.
            let Some((kind, anchor)) = step_kind(event) else { continue };
            let step = Step { kind, offset };
            self.record(&step, anchor);
            return Ok(step);
        }
    }

    /// Keeps the step where it belongs to an anchored value, and closes the anchors that end with it.
    fn record(&mut self, step: &Step<'a>, anchor: usize) {
        if anchor != 0 {
            self.open.push((anchor, self.tape.len(), 0));
        }
        if self.open.is_empty() {
            return;
        }
        self.tape.push(step.clone());
        let end = self.tape.len();
        for (_, _, lists) in &mut self.open {
            match step.kind {
                StepKind::List | StepKind::Object => *lists += 1,
                StepKind::End => *lists = lists.saturating_sub(1),
                _ => {}
            }
        }
        while let Some((anchor, start, 0)) = self.open.last().copied() {
            self.anchors.insert(anchor, start..end);
            self.open.pop();
        }
    }

    /// The next step, aliases followed.
    fn pull(&mut self) -> Result<Step<'a>, ReadError> {
        if let Some(step) = self.next.take() {
            return Ok(step);
        }
        loop {
            let step = self.pull_raw()?;
            let StepKind::Alias(id) = step.kind else { return Ok(step) };
            let Some(steps) = self.anchors.get(&id).cloned() else {
                return Err(self.broken(step.offset, "this alias stands inside the value that it stands for"));
            };
            self.replays.push(steps);
        }
    }

    fn peek(&mut self) -> Result<&Step<'a>, ReadError> {
        if self.next.is_none() {
            self.next = Some(self.pull()?);
        }
        // It was set above; the other arm cannot be reached.
        match &self.next {
            Some(step) => Ok(step),
            None => Err(error_at(codes::BROKEN_YAML, self.file, self.length, "the file ends too early")),
        }
    }

    fn enter(&mut self, offset: usize) -> Result<(), ReadError> {
        self.depth += 1;
        if self.depth > DEPTH_LIMIT { Err(too_deep(self.file, offset)) } else { Ok(()) }
    }

    fn broken(&self, offset: usize, message: impl Into<String>) -> ReadError {
        error_at(codes::BROKEN_YAML, self.file, offset, message)
    }

    fn alias_bomb(&self, offset: usize) -> ReadError {
        let message = format!("the aliases of this document stand for more than the limit of {ALIAS_LIMIT} values");
        error_at(codes::LIMIT_EXCEEDED, self.file, offset, message)
    }

    fn error(&self, error: &ScanError) -> ReadError {
        let offset = error.marker().byte_offset().unwrap_or(self.length);
        match error.kind() {
            ErrorKind::RecursionLimitExceeded => too_deep(self.file, offset),
            ErrorKind::InvalidQuotedScalarIndent => {
                let error = self.broken(offset, SHALLOW_QUOTE);
                Box::new(error.help("indent the lines of the text, its last too, deeper than its key"))
            }
            _ => self.broken(offset, format!("this is not YAML: {}", shown(&error.info()))),
        }
    }

    fn duplicate(&self, key: &str, offset: usize) -> ReadError {
        let message = format!("the key `{}` stands twice in one object", shown(key));
        error_at(codes::DUPLICATE_KEY, self.file, offset, message)
    }
}

/// Whether the members that are read stand in the object itself, or in one that it merges.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Merging {
    No,
    Yes,
}

impl YamlReader<'_> {
    /// Reads the members of an object, behind its start. What it merges (`<<: *base`) comes last: its own keys win.
    fn members(
        &mut self,
        offset: usize,
        seen: &mut SeenKeys,
        merging: Merging,
        member: &mut dyn FnMut(&mut Self, &str) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        self.enter(offset)?;
        let mut merged = Vec::new();
        loop {
            let step = self.pull()?;
            match step.kind {
                StepKind::End | StepKind::Finished => break,
                StepKind::Scalar { text, resolve: true } if text == "<<" => self.merge(step.offset, &mut merged)?,
                StepKind::Scalar { text, .. } => match (seen.insert(&text), merging) {
                    (true, _) => member(self, &text)?,
                    (false, Merging::Yes) => self.skip()?,
                    (false, Merging::No) => return Err(self.duplicate(&text, step.offset)),
                },
                _ => return Err(self.broken(step.offset, "a key is a text, not a list or object")),
            }
        }
        for steps in merged {
            self.replays.push(steps);
            let start = self.pull()?;
            if !matches!(start.kind, StepKind::Object) {
                return Err(self.broken(start.offset, "the merge key `<<` takes objects, and this is none"));
            }
            self.members(start.offset, seen, Merging::Yes, member)?;
        }
        self.depth -= 1;
        Ok(())
    }

    /// Notes what a merge key takes: an alias, or a list of them.
    fn merge(&mut self, key: usize, merged: &mut Vec<Range<usize>>) -> Result<(), ReadError> {
        let mut inside = false;
        loop {
            let step = match self.next.take() {
                Some(step) => step,
                None => self.pull_raw()?,
            };
            match step.kind {
                StepKind::Alias(id) => match self.anchors.get(&id) {
                    Some(steps) => merged.push(steps.clone()),
                    None => {
                        return Err(self.broken(step.offset, "this alias stands inside the value that it stands for"));
                    }
                },
                StepKind::List if !inside => {
                    inside = true;
                    continue;
                }
                StepKind::End if inside => return Ok(()),
                _ => {
                    let mut error = self.broken(key, "the merge key `<<` takes an alias, or a list of aliases");
                    error.help.push("write the attributes out".to_owned());
                    return Err(error);
                }
            }
            if !inside {
                return Ok(());
            }
        }
    }
}

impl ValueReader for YamlReader<'_> {
    type Error = ReadError;

    fn kind(&mut self) -> Result<ValueKind, ReadError> {
        Ok(match self.peek()?.kind {
            StepKind::List => ValueKind::List,
            StepKind::Object => ValueKind::Object,
            _ => ValueKind::Scalar,
        })
    }

    fn place(&mut self) -> Place {
        let end = self.length;
        let offset = self.peek().map_or(end, |step| step.offset);
        place(self.file, offset)
    }

    fn scalar<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        let step = self.pull()?;
        match &step.kind {
            StepKind::Scalar { text, resolve: true } => Ok(take(resolve(text))),
            StepKind::Scalar { text, resolve: false } => Ok(take(Scalar::Text(text))),
            StepKind::List | StepKind::Object => {
                self.next = Some(step);
                self.skip()?;
                Ok(take(Scalar::Unknown("a list or object stands where a single value is read")))
            }
            _ => Err(self.broken(step.offset, "a value is missing here")),
        }
    }

    fn written<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        if let StepKind::Scalar { text, resolve: true } = &self.peek()?.kind
            && !matches!(resolve(text), Scalar::Null)
        {
            let taken = take(Scalar::Text(text));
            self.next = None;
            return Ok(taken);
        }
        self.scalar(take)
    }

    fn list(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<(), ReadError>) -> Result<(), ReadError> {
        let start = self.pull()?;
        self.enter(start.offset)?;
        while !matches!(self.peek()?.kind, StepKind::End | StepKind::Finished) {
            item(self)?;
        }
        self.next = None;
        self.depth -= 1;
        Ok(())
    }

    fn object(&mut self, member: &mut dyn FnMut(&mut Self, &str) -> Result<(), ReadError>) -> Result<(), ReadError> {
        let start = self.pull()?;
        self.members(start.offset, &mut SeenKeys::default(), Merging::No, member)
    }

    fn skip(&mut self) -> Result<(), ReadError> {
        // An alias that is skipped is not followed.
        let step = match self.next.take() {
            Some(step) => step,
            None => self.pull_raw()?,
        };
        let mut lists = match step.kind {
            StepKind::List | StepKind::Object => 1_u32,
            _ => 0,
        };
        while lists > 0 {
            match self.pull_raw()?.kind {
                StepKind::List | StepKind::Object => lists += 1,
                StepKind::End => lists -= 1,
                StepKind::Finished => break,
                _ => {}
            }
        }
        Ok(())
    }
}

/// The tag of a value, where it is one of the document's own: `Ref` of `!Ref`.
fn local_tag(event: &Event<'_>) -> Option<SmolStr> {
    let (Event::Scalar(_, _, _, tag) | Event::SequenceStart(_, _, tag) | Event::MappingStart(_, _, tag)) = event else {
        return None;
    };
    let (handle, suffix) = tag.as_deref()?.parts();
    (handle == "!" && !suffix.is_empty()).then(|| SmolStr::new(suffix))
}

/// The step of an event, and the anchor that it sets (0 for none).
fn step_kind(event: Event<'_>) -> Option<(StepKind<'_>, usize)> {
    Some(match event {
        Event::Scalar(text, style, anchor, tag) => {
            let resolve = match tag.as_deref().and_then(granit_parser::Tag::core_suffix) {
                Some("str") => false,
                Some(_) => true,
                None => style == ScalarStyle::Plain,
            };
            (StepKind::Scalar { text, resolve }, anchor)
        }
        Event::SequenceStart(_, anchor, _) => (StepKind::List, anchor),
        Event::MappingStart(_, anchor, _) => (StepKind::Object, anchor),
        Event::SequenceEnd | Event::MappingEnd => (StepKind::End, 0),
        Event::Alias(id) => (StepKind::Alias(id), 0),
        Event::DocumentStart(..) => (StepKind::Document, 0),
        Event::DocumentEnd => (StepKind::DocumentEnd, 0),
        Event::StreamEnd => (StepKind::Finished, 0),
        _ => return None,
    })
}

/// The keys of one object: few are compared one by one, many by their hash (of the standard library, since an export
/// chooses them).
#[derive(Default)]
struct SeenKeys {
    few: Vec<SmolStr>,
    many: HashSet<SmolStr>,
}

impl SeenKeys {
    fn insert(&mut self, key: &str) -> bool {
        const FEW: usize = 24;
        if self.many.is_empty() {
            if self.few.iter().any(|seen| seen == key) {
                return false;
            }
            self.few.push(SmolStr::new(key));
            if self.few.len() > FEW {
                self.many = self.few.drain(..).collect();
            }
            return true;
        }
        self.many.insert(SmolStr::new(key))
    }
}

/// A plain scalar by the core schema of YAML 1.2, but that digits behind a leading zero (`010`) are text: nobody who
/// writes them means a number. `yes`, `no`, `on` and dates are text.
fn resolve(text: &str) -> Scalar<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Scalar::Null,
        "true" | "True" | "TRUE" => return Scalar::Bool(true),
        "false" | "False" | "FALSE" => return Scalar::Bool(false),
        _ => {}
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Scalar::Unknown("a number that is not finite");
    }
    let based = |digits: &str, radix| {
        let signless = !digits.starts_with(['-', '+']) && unsigned.len() == text.len();
        u64::from_str_radix(digits, radix).ok().filter(|value| signless && *value <= 1 << 53)
    };
    let based = match unsigned.as_bytes() {
        [b'0', b'x', ..] => based(unsigned.get(2..).unwrap_or_default(), 16),
        [b'0', b'o', ..] => based(unsigned.get(2..).unwrap_or_default(), 8),
        _ => None,
    };
    if let Some(value) = based {
        #[expect(clippy::cast_precision_loss, reason = "at most 2^53")]
        return Scalar::Number(value as f64);
    }
    if is_number(unsigned) { number(text).unwrap_or(Scalar::Text(text)) } else { Scalar::Text(text) }
}

/// Whether it is `1`, `1.5`, `.5`, `1.` or `1e3`, without a sign and without needless zeros in front.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let zeros = whole.len() > 1 && whole.starts_with('0');
    let exponent_fits = exponent.is_none_or(|exponent| {
        let bare = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !bare.is_empty() && digits(bare)
    });
    digits(whole) && digits(fraction) && whole.len() + fraction.len() > 0 && !zeros && exponent_fits
}
