//! Terraform plans and states: each resource is a record of the noun of its type.
//!
//! A data source is a record of `data_TYPE`. Every record has `address`, which identifies it, and `tf_mode`, `tf_type`,
//! `tf_name`, `tf_module`, `tf_index`, `tf_provider` and `tf_action` beside the resource's own attributes. The noun
//! `tf_resource` has a record for every resource of whatever type, with the same attributes without `tf_`.
//!
//! An attribute that a control calls after another resource type holds the resources of that type which refer to this one,
//! or to which this one refers.

mod address;
mod change;
mod configuration;
mod export;
mod overlay;
mod pieces;
mod read;
mod references;
mod relations;
mod resource;
mod scan;
mod schema;
mod values;

pub(crate) use address::steps;
pub(crate) use export::Export;
pub(crate) use overlay::SENSITIVE;
pub(crate) use read::{DESCRIBED, LOST_REFERENCE, Source, Wanted, read, wanted_relations};
pub(crate) use relations::{Edges, IDENTITIES, LABELS, Search, names_noun, names_one};
pub(crate) use scan::{scan_plan, scan_raw_state, scan_state};
pub use schema::shapes;
pub(crate) use values::AttributeTexts;
