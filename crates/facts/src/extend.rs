//! Records made by maps.

use crate::{AttributeId, Duration, NounId, Time, UnknownReason};
use tickmark_source::Place;

/// A record made by a map.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRecord {
    /// Where what it was made from stands.
    pub place: Option<Place>,
    /// False: it only may belong to the noun.
    pub certain: bool,
    /// The record that holds it, and by which of its relations.
    pub parent: Option<(NounId, u32, AttributeId)>,
    /// Its values, each with the place that it came from.
    pub values: Vec<(AttributeId, NewValue, Option<Place>)>,
}

/// A value of a [`NewRecord`].
#[derive(Clone, Debug, PartialEq)]
pub enum NewValue {
    /// There is none.
    Missing,
    /// What it is made from was not surveyed.
    NotSurveyed,
    /// It is not known.
    Unknown(UnknownReason),
    /// Text; of a relation the printed id of a record.
    Text(String),
    /// A number.
    Number(f64),
    /// A bool.
    Bool(bool),
    /// A moment.
    Time(Time),
    /// A length of time.
    Duration(Duration),
    /// A list.
    List(Vec<(NewValue, Option<Place>)>),
    /// Records of a noun.
    Records(NounId, Vec<u32>),
}
