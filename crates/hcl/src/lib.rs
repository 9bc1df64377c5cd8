//! Terraform configurations evaluated to resources, with no terraform binary, credentials or plan.
//!
//! [`Tree::load`] reads a folder and the modules that it calls, [`Tree::evaluate`] gives the [`Configuration`]: every
//! instance of every resource with Terraform's own address, each attribute with its place, and what the text does not
//! decide as an unknown value that says why. Values of expressions are Terraform's, function by function.

mod address;
mod blocks;
mod collect;
mod compare;
mod configuration;
mod convert;
mod eval;
mod expand;
mod fault;
mod functions;
mod json_text;
mod limits;
mod marks;
mod module;
mod number;
mod policy;
mod reach;
mod settings;
mod syntax;
mod types;
mod value;
mod world;

pub use address::Key;
pub use configuration::{
    Attribute, Configuration, ModuleCall, OutputValue, ProviderConfiguration, ProviderOf, ResourceInstance,
};
pub use marks::{Marks, Reference};
pub use module::{BlockPlace, Forest, Mode, ReadFile, Tree, folder_of};
pub use number::Number;
pub use settings::Settings;
pub use types::{Field, Type};
pub use value::{Entries, Items, JsonText, Kind, Piece, Unknown, Value, Why};
