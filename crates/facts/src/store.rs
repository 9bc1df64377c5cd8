//! The facts of a run, and how they are read.

use crate::{AttributeId, Cell, FactWarning, Needs, NewRecord, NounId, ParentLink, UnknownReason};
use std::sync::Arc;
use tickmark_source::Place;

/// The facts of a run.
pub struct Facts {
    needs: Arc<Needs>,
}

/// How an attribute stands over all records of its noun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AttributeState {
    /// Some record carries it, if only as null.
    pub carried: bool,
    /// Records with a known value.
    pub known: u32,
    /// Records without a value.
    pub missing: u32,
    /// Records whose value is not known.
    pub unknown: u32,
}

#[allow(missing_docs)]
impl Facts {
    pub fn needs(&self) -> &Needs {
        &self.needs
    }
    pub fn supplied(&self, noun: NounId) -> bool {
        todo!()
    }
    pub fn rows(&self, noun: NounId) -> u32 {
        todo!()
    }
    /// Population and phantoms: every row that a relation can lead to is below this.
    pub fn all_rows(&self, noun: NounId) -> u32 {
        todo!()
    }
    pub fn is_certain(&self, noun: NounId, row: u32) -> bool {
        todo!()
    }
    pub fn exists(&self, noun: NounId, row: u32) -> bool {
        todo!()
    }
    pub fn cell(&self, noun: NounId, row: u32, attribute: AttributeId) -> Cell<'_> {
        todo!()
    }
    pub fn cell_place(&self, noun: NounId, row: u32, attribute: AttributeId) -> Option<Place> {
        todo!()
    }
    pub fn item_place(&self, noun: NounId, row: u32, attribute: AttributeId, index: usize) -> Option<Place> {
        todo!()
    }
    pub fn place(&self, noun: NounId, row: u32) -> Option<Place> {
        todo!()
    }
    pub fn parent(&self, noun: NounId, row: u32) -> ParentLink {
        todo!()
    }
    pub fn id(&self, noun: NounId, row: u32) -> String {
        todo!()
    }
    pub fn find(&self, noun: NounId, id: &str) -> Option<u32> {
        todo!()
    }
    pub fn attribute_state(&self, noun: NounId, attribute: AttributeId) -> AttributeState {
        todo!()
    }
    /// An attribute by name; also of those beyond the declared ones, where all of the noun are wanted.
    pub fn attribute_named(&self, noun: NounId, name: &str) -> Option<AttributeId> {
        todo!()
    }
    /// The name of an attribute, declared or not.
    pub fn attribute_name(&self, noun: NounId, attribute: AttributeId) -> Option<&str> {
        todo!()
    }
    /// How many attributes the noun has, with those beyond the declared ones.
    pub fn attribute_count(&self, noun: NounId) -> u32 {
        todo!()
    }
    pub fn extend(&mut self, noun: NounId, records: Vec<NewRecord>) -> (Vec<u32>, Vec<FactWarning>) {
        todo!()
    }
    pub fn mark_carried(&mut self, noun: NounId, attribute: AttributeId) {}
    pub fn mark_cell_unknown(&mut self, noun: NounId, row: u32, attribute: AttributeId, reason: UnknownReason) {
        todo!()
    }
}
