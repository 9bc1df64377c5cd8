//! What a schema says of the records of a noun that no entity declares.

use smol_str::SmolStr;
use std::collections::BTreeMap;

/// All attributes that records of a noun can have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// By name; with the shape of the objects in an attribute, where it holds objects whose keys the schema names.
    pub attributes: BTreeMap<SmolStr, Option<Shape>>,
}
