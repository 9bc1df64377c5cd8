//! The manifest `tickmark.yaml`: which sources a check reads, with which controls, parameters and period; and the collection
//! manifest `collection.json`, which says of exports when they were collected, whether they are whole, and what their digests are.
//!
//! [`find`] looks for the file, [`read`] reads it, [`expand`] finds what its sources stand for, [`Collections::apply`] holds
//! exports against what was said of them when they were collected, and [`verify`] against what the manifest asks of them. All of
//! them read through [`tickmark_source::Files`] and tell mistakes as diagnostics, placed in the manifest.

mod collection;
mod expand;
mod find;
mod keys;
mod parts;
mod read;
mod tree;
mod verify;
mod zone;

pub use collection::{COLLECTION, CollectedFile, Collection, Collections, is_below, sha256};
pub use expand::{Expanded, expand};
pub use find::{NAMES, find};
pub use keys::schema;
pub use read::read;
pub use verify::verify;

use std::sync::Arc;
use tickmark_facts::{Duration, Time};
use tickmark_import::{Kind, Mapping};
use tickmark_source::{FileId, Span};

/// A manifest that was read.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The file itself.
    pub file: FileId,
    /// The folder that it lies in: empty, or ending in `/`. Paths that it names are put behind this.
    pub folder: String,
    /// What is read.
    pub sources: Vec<Source>,
    /// Packs by name, and controls by path.
    pub packs: Vec<Controls>,
    /// Values for parameters.
    pub params: Vec<Param>,
    /// Values for variables of Terraform.
    pub variables: Vec<Variable>,
    /// The folder of the Terraform configuration that plans and states were made of.
    pub terraform_source: Option<String>,
    /// First and last instant of the period.
    pub period: Option<(Time, Time)>,
    /// The moment that the run speaks of.
    pub as_of: Option<Time>,
    /// Files and folders of exceptions.
    pub exceptions: Vec<Named>,
}

/// A path or name, and where the manifest says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// A path as it is opened: the folder of the manifest is put before it.
    pub path: String,
    /// Where it is named.
    pub at: Span,
}

/// One entry of `packs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Controls {
    /// A pack that is embedded in the binary.
    Pack(Named),
    /// A file or folder of the user's own.
    Path(Named),
}

/// One entry of `sources`.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file, folder or glob.
    pub path: Named,
    /// As the manifest writes it.
    pub written: String,
    /// The path leads out of the folder of the manifest, and says so.
    pub outside: bool,
    /// What it is, where that is said.
    pub kind: Option<Kind>,
    /// The noun of its records.
    pub noun: Option<String>,
    /// A run without it, or without all of it, stops.
    pub required: bool,
    /// How old it may be, and where that is said.
    pub max_age: Option<(Duration, Span)>,
    /// How its columns are read.
    pub mapping: Option<Arc<Mapping>>,
}

/// A value for a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// The parameter.
    pub name: String,
    /// Its value, or its values where it is a list.
    pub value: ParamValue,
    /// Where the value stands.
    pub at: Span,
}

/// What a parameter is set to, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParamValue {
    /// A single value.
    One(Written),
    /// A list.
    List(Vec<Written>),
}

/// A scalar as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Without its quotes.
    pub text: String,
    /// In quotes it is a text, whatever it looks like.
    pub quoted: bool,
}

/// A value for a variable of Terraform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The variable.
    pub name: String,
    /// As `terraform plan -var` takes it: a text, or an expression.
    pub value: String,
    /// Where the variable is named.
    pub at: Span,
}
