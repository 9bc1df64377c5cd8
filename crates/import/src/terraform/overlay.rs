//! The values of a planned resource: what is known, with the marks of what is not known yet and what is secret laid over it.

use crate::error::ReadError;
use crate::hcl::argument_place;
use crate::json::JsonReader;
use smol_str::SmolStr;
use std::ops::Range;
use tickmark_facts::{Scalar, ValueKind, ValueReader};
use tickmark_hcl::BlockPlace;
use tickmark_source::Place;

/// Why a value is unknown that Terraform marks in `after_unknown`.
pub(crate) const KNOWN_AFTER_APPLY: &str = "known after apply";

/// Why a value is unknown that Terraform marks in `after_sensitive`.
pub(crate) const SENSITIVE: &str = "sensitive: not read";

/// A tree of marks that mirrors a value. Parts without any mark are cut off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Nothing here is marked.
    #[default]
    None,
    /// All of it is.
    All,
    /// Some members are.
    Object(Vec<(SmolStr, Mark)>),
    /// Some items are, by position.
    List(Vec<Mark>),
}

static NO_MARK: Mark = Mark::None;
static ALL: Mark = Mark::All;

impl Mark {
    /// Reads `after_unknown` or `after_sensitive`: true where marked, mirrored where parts are.
    pub(crate) fn read(reader: &mut JsonReader<'_>) -> Result<Mark, ReadError> {
        match reader.kind()? {
            ValueKind::Scalar => {
                let marked = reader.scalar(|scalar| scalar == Scalar::Bool(true))?;
                Ok(if marked { Mark::All } else { Mark::None })
            }
            ValueKind::Object => {
                let mut members = Vec::new();
                reader.object(&mut |reader, key| {
                    let mark = Mark::read(reader)?;
                    if mark != Mark::None {
                        members.push((SmolStr::new(key), mark));
                    }
                    Ok(())
                })?;
                Ok(if members.is_empty() { Mark::None } else { Mark::Object(members) })
            }
            ValueKind::List => {
                let mut items = Vec::new();
                reader.list(&mut |reader| {
                    items.push(Mark::read(reader)?);
                    Ok(())
                })?;
                let marked = items.iter().any(|item| *item != Mark::None);
                Ok(if marked { Mark::List(items) } else { Mark::None })
            }
        }
    }

    /// Marks what a path of the state leads to (`sensitive_attributes` of version 4). Lists on the way are marked whole:
    /// a position in a set means nothing.
    pub(crate) fn add_path(&mut self, path: &[SmolStr]) {
        let Some((first, rest)) = path.split_first() else {
            *self = Mark::All;
            return;
        };
        if *self == Mark::None {
            *self = Mark::Object(Vec::new());
        }
        let Mark::Object(members) = self else { return };
        match members.iter_mut().find(|(name, _)| name == first) {
            Some((_, mark)) => mark.add_path(rest),
            None => {
                let mut mark = Mark::None;
                mark.add_path(rest);
                members.push((first.clone(), mark));
            }
        }
    }

    /// The mark of a member. A list of marks over an object is no mirror of it: then all of it counts as marked.
    pub(crate) fn member(&self, key: &str) -> &Mark {
        match self {
            Mark::None => &NO_MARK,
            Mark::All | Mark::List(_) => &ALL,
            Mark::Object(members) => members.iter().find(|(name, _)| name == key).map_or(&NO_MARK, |(_, mark)| mark),
        }
    }

    /// Where the single values stand that are marked in the value that stands next.
    pub(crate) fn find(&self, reader: &mut JsonReader<'_>, into: &mut Vec<Range<usize>>) -> Result<(), ReadError> {
        if *self == Mark::None || reader.at_null()? {
            return reader.skip();
        }
        match reader.kind()? {
            ValueKind::Scalar => {
                let range = reader.skip_range()?;
                into.extend(Some(range).filter(|_| *self == Mark::All));
                Ok(())
            }
            ValueKind::List => {
                let mut items = 0..;
                reader.list(&mut |reader| self.item(items.next().unwrap_or(usize::MAX)).find(reader, into))
            }
            ValueKind::Object => reader.object(&mut |reader, key| self.member(key).find(reader, into)),
        }
    }

    fn item(&self, index: usize) -> &Mark {
        match self {
            Mark::None => &NO_MARK,
            Mark::All | Mark::Object(_) => &ALL,
            Mark::List(items) => items.get(index).unwrap_or(&NO_MARK),
        }
    }

    fn is_partial(&self) -> bool {
        matches!(self, Mark::Object(_) | Mark::List(_))
    }
}

/// What stands next.
#[derive(Clone, Copy)]
struct Here<'a> {
    unknown: &'a Mark,
    sensitive: &'a Mark,
    /// Whether the JSON has the value; a value that is not known yet is left out of it.
    present: bool,
}

/// A [`ValueReader`] over the values of a resource.
pub(crate) struct Overlay<'a> {
    json: JsonReader<'a>,
    here: Here<'a>,
    /// Where a value is said to stand that the JSON leaves out.
    absent: Place,
    /// Where the resource is written, if that was asked for; only at the top of its values.
    written: Option<&'a BlockPlace>,
    /// Where the value that stands next is said to stand instead.
    moved: Option<Place>,
}

impl<'a> Overlay<'a> {
    /// Lays marks over the value that stands next in `json`.
    pub(crate) fn new(json: JsonReader<'a>, unknown: &'a Mark, sensitive: &'a Mark, absent: Place) -> Self {
        Self { json, here: Here { unknown, sensitive, present: true }, absent, written: None, moved: None }
    }

    /// The same, with the places of the configuration in place of those of the export.
    pub(crate) fn written(self, written: Option<&'a BlockPlace>) -> Self {
        Self { written, ..self }
    }

    /// Moves to a part of the value. A null that is marked in parts is not known to be null.
    fn step(&mut self, unknown: &'a Mark, sensitive: &'a Mark) -> Result<(), ReadError> {
        let mut present = true;
        if unknown.is_partial() && self.json.at_null()? {
            self.json.skip()?;
            present = false;
        }
        self.here = Here { unknown, sensitive, present };
        Ok(())
    }

    /// Whether a secret stands next: null and what is empty hide nothing.
    fn at_secret(&mut self) -> Result<bool, ReadError> {
        Ok(*self.here.sensitive == Mark::All && self.here.present && !self.json.at_nothing()?)
    }
}

impl ValueReader for Overlay<'_> {
    type Error = ReadError;

    fn kind(&mut self) -> Result<ValueKind, ReadError> {
        match (self.here.unknown, self.here.present) {
            (Mark::All, _) | (Mark::None, false) => Ok(ValueKind::Scalar),
            (Mark::Object(_), false) => Ok(ValueKind::Object),
            (Mark::List(_), false) => Ok(ValueKind::List),
            (_, true) if self.at_secret()? => Ok(ValueKind::Scalar),
            (_, true) => self.json.kind(),
        }
    }

    fn place(&mut self) -> Place {
        if let Some(moved) = self.moved {
            return moved;
        }
        if self.here.present { self.json.place() } else { self.absent }
    }

    fn scalar<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        if *self.here.unknown == Mark::All {
            self.skip()?;
            return Ok(take(Scalar::Unknown(KNOWN_AFTER_APPLY)));
        }
        if !self.here.present {
            return Ok(take(Scalar::Null));
        }
        if self.at_secret()? {
            self.skip()?;
            return Ok(take(Scalar::Unknown(SENSITIVE)));
        }
        self.json.scalar(take)
    }

    fn written<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        // INVARIANT (no secret is read): what is marked goes the way of every scalar.
        let plain = *self.here.unknown != Mark::All && self.here.present && !self.at_secret()?;
        if plain { self.json.written(take) } else { self.scalar(take) }
    }

    fn list(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<(), ReadError>) -> Result<(), ReadError> {
        let Here { unknown, sensitive, present } = self.here;
        let mut index = 0;
        let mut inside = present && self.json.list_start()?;
        while inside {
            self.step(unknown.item(index), sensitive.item(index))?;
            item(self)?;
            inside = self.json.list_next()?;
            index += 1;
        }
        let Mark::List(marks) = unknown else { return Ok(()) };
        for mark in marks.iter().skip(index).filter(|mark| **mark != Mark::None) {
            self.here = Here { unknown: mark, sensitive: &NO_MARK, present: false };
            item(self)?;
        }
        Ok(())
    }

    fn object(&mut self, member: &mut dyn FnMut(&mut Self, &str) -> Result<(), ReadError>) -> Result<(), ReadError> {
        let Here { unknown, sensitive, present } = self.here;
        let written = self.written.take();
        let mut met = Vec::new();
        let mut next = if present { self.json.object_start()? } else { None };
        while let Some(key) = next {
            self.step(unknown.member(&key), sensitive.member(&key))?;
            self.moved = written.map(|block| argument_place(block, &key)).or(self.moved);
            member(self, &key)?;
            next = self.json.object_next()?;
            if unknown.is_partial() {
                met.push(key);
            }
        }
        let Mark::Object(marks) = unknown else { return Ok(()) };
        for (key, mark) in marks.iter().filter(|(key, _)| !met.iter().any(|met| **met == **key)) {
            self.here = Here { unknown: mark, sensitive: &NO_MARK, present: false };
            self.moved = written.map(|block| argument_place(block, key)).or(self.moved);
            member(self, key)?;
        }
        Ok(())
    }

    fn skip(&mut self) -> Result<(), ReadError> {
        if self.here.present { self.json.skip() } else { Ok(()) }
    }
}
