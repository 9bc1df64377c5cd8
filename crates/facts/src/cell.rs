//! What the store answers when a value is asked for.

use crate::{Duration, NounId, Time};
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnknownReason {
    /// Known only later, or not readable: the importer's words ("known after apply").
    NotKnown(String),
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
    },
    /// The record is only referred to; no source supplies it.
    NoSuchRecord,
    /// A map could not decide it: what it read, in words.
    Mapped(String),
}

/// A list of scalars with their places. Implementation fields are private to the crate.
#[derive(Clone, Copy, Debug)]
pub struct ListView<'a> {
    // The facts crate decides how a list is stored; see `ListView::len` and `ListView::get`.
    pub(crate) _todo: std::marker::PhantomData<&'a ()>,
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
