//! What the store answers when a value is asked for.

use crate::column::{Column, Span32};
use crate::table::place_of;
use crate::{Duration, Facts, NounId, Time};
use std::fmt;
use tickmark_source::Place;

/// A value of one attribute of one record, or why there is none.
#[derive(Clone, Copy, Debug)]
pub enum Cell<'a> {
    /// The export has no such attribute here, or it is null. Never of a list or relation that is carried (that is empty).
    Missing,
    /// No record of the noun carries the attribute.
    NotSurveyed,
    /// It has a value that is not known.
    Unknown(&'a UnknownReason),
    /// Text.
    Text(&'a str),
    /// A number.
    Number(f64),
    /// A bool.
    Bool(bool),
    /// A moment.
    Time(Time),
    /// A length of time.
    Duration(Duration),
    /// A list of scalars; of an `any` attribute also of lists and records.
    List(ListView<'a>),
    /// The records that a relation leads to: nested, by reference, or the entries of a map. Of a `one` exactly one.
    Records(RecordsView<'a>),
    /// Something structured that the program did not ask to look into: it exists, no more.
    Opaque,
}

/// Why a value is unknown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum UnknownReason {
    /// Known only later, or not readable: the importer's words ("known after apply").
    NotKnown(String),
    /// The same of a text that encodes JSON, of which the rest is known.
    KnownInPart {
        /// The importer's words.
        why: String,
        /// The JSON, with an object of the one key [`crate::HOLE`] for each part that is not known.
        document: String,
    },
    /// Whether there is a value is not known either: the importer's words ("the service answered: AccessDenied").
    MayBeMissing(String),
    /// The value in the export does not fit the declared type.
    DoesNotFit {
        /// The value as it stands there, shortened.
        value: String,
        /// What was declared ("a time", "one of `a`, `b`").
        expected: String,
    },
    /// Records of one key give different values.
    Contradictory {
        /// Where they stand.
        places: Vec<Place>,
        /// What stands there, in words: as many as places.
        values: Vec<String>,
    },
    /// The record is only referred to; no source supplies it.
    NoSuchRecord,
    /// A map could not decide it: what it read, in words.
    Mapped(String),
}

impl UnknownReason {
    /// Whether there may be no value at all. Otherwise there is one, and it is only not known which.
    #[must_use]
    pub fn may_be_missing(&self) -> bool {
        match self {
            UnknownReason::MayBeMissing(_) | UnknownReason::NoSuchRecord | UnknownReason::Mapped(_) => true,
            UnknownReason::NotKnown(_)
            | UnknownReason::KnownInPart { .. }
            | UnknownReason::DoesNotFit { .. }
            | UnknownReason::Contradictory { .. } => false,
        }
    }

    /// Why the value is not known, in words for people; to be put behind "unknown: ".
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            UnknownReason::NotKnown(words)
            | UnknownReason::MayBeMissing(words)
            | UnknownReason::KnownInPart { why: words, .. }
            | UnknownReason::Mapped(words) => words.clone(),
            UnknownReason::DoesNotFit { value, expected } => format!("{value} is not {expected}"),
            UnknownReason::Contradictory { values, .. } => format!("sources disagree: {}", values.join(" and ")),
            UnknownReason::NoSuchRecord => "no source supplies this record".into(),
        }
    }
}

/// A list of scalars with their places; of an `any` attribute its items may be lists and records too.
#[derive(Clone, Copy)]
pub struct ListView<'a> {
    pub(crate) facts: &'a Facts,
    /// The column that holds the items; `None` for an empty list that no record holds.
    pub(crate) items: Option<&'a Column>,
    pub(crate) range: Span32,
    /// The file of the record.
    pub(crate) file: u32,
}

impl<'a> ListView<'a> {
    /// How many items there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.range.len as usize
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.range.len == 0
    }

    /// An item; never missing, but it may be unknown.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Cell<'a>> {
        let item = self.item(index)?;
        Some(self.facts.item_cell(self.items?, item, self.file))
    }

    /// Where an item stands.
    #[must_use]
    pub fn place(&self, index: usize) -> Option<Place> {
        let (offset, file) = self.items?.place(self.item(index)?);
        place_of(file.unwrap_or(self.file), offset)
    }

    /// The items in order.
    pub fn iter(&self) -> impl Iterator<Item = Cell<'a>> + use<'a> {
        let list = *self;
        (0..list.len()).filter_map(move |index| list.get(index))
    }

    fn item(&self, index: usize) -> Option<u32> {
        let index = u32::try_from(index).ok()?;
        if index < self.range.len { self.range.start.checked_add(index) } else { None }
    }
}

impl fmt::Debug for ListView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The records of a relation: the noun and the rows, in order, without duplicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordsView<'a> {
    /// Of which noun.
    pub noun: NounId,
    /// The rows.
    pub rows: &'a [u32],
}

/// What a nested record knows of its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParentLink {
    /// It stands at the top.
    None,
    /// It is nested in (or was mapped to a child of) this record.
    Record(NounId, u32),
    /// It is nested in several records: which is meant is not known.
    Several,
}
