//! Exports to facts: native YAML, JSON, JSON Lines and CSV, Terraform, CloudFormation, Kubernetes, MLflow, DVC, cards of Hugging
//! Face, and the answers of other systems by tables.
//!
//! A source is a file or a folder. What kind it is, is found from its content ([`Kind`]); of a folder every file below it is
//! looked at whose name does not say that it is something else, and what should be an export and is none is named in a warning. Each file is read by a pull parser that hands values to the
//! store by what the program needs; the rest is skipped.
//!
//! **Native facts** are an object whose keys are nouns (singular or plural), each with a list of records, or one record. The
//! reserved key `_source` holds what the file says of itself: `collected_at` (a time), `complete` (false where there is more
//! than the file holds) and `kind` (of the system that it was collected from). A key that is no noun of the program is
//! skipped. In CSV an empty cell is a missing value, and a list is written with `;` between its items.
//!
//! **Digests** are SHA-256 over the bytes of the file as it lies there. The digest of a source of several files is SHA-256
//! over one line for each, sorted by its path below the folder: digest, two blanks, path, line break (what `sha256sum` prints).
//!
//! Where two Terraform exports of one run have a resource of the same address, they are two resources: both are printed as
//! `FILE#ADDRESS`, or `FOLDER#ADDRESS` of a configuration.

mod answers;
mod argument;
mod batches;
mod cards;
mod cloudformation;
mod compressed;
mod date_format;
mod detect;
mod document;
mod dvc;
mod error;
mod foreign;
mod hcl;
mod json;
mod kubernetes;
mod mapping;
mod mlflow;
mod native;
mod native_json;
mod nouns;
mod objects;
mod observed;
mod open;
mod openlineage;
mod pages;
#[cfg(feature = "parquet")]
mod parquet;
mod piece;
mod registers;
mod rows;
mod run;
mod single;
mod snake;
mod sqlite;
mod survey;
mod table;
mod terraform;
mod tree;
mod walked;
mod warnings;
mod yaml;

pub use argument::{Kind, SourceArgument, SystemId};
pub use date_format::DateFormat;
pub use mapping::{Column, Constant, ConstantValue, LIST_SEPARATOR, Mapping, Unit, WORDS_FOR_MISSING, Word, Words};
pub use nouns::may_supply;
pub use observed::Stream;
pub use registers::outline::{Outline, OutlineColumn, outline};
pub use run::{Options, TerraformOptions, import, import_surveyed, import_with};
pub use survey::{Patience, Surveyed, survey, survey_with};
pub use terraform::shapes;

use tickmark_diagnostics::Diagnostic;
use tickmark_facts::{Facts, Time};
use tickmark_source::{FileId, Place};

/// What the facts were read from: one export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRecord {
    /// `yaml`, `json`, `jsonl`, `csv`, `terraform-plan`, `terraform-state`, `mlflow`; or what native facts call themselves.
    pub kind: String,
    /// The file, or the folder where the export is a folder of pages.
    pub path: String,
    /// Its files, in order.
    pub files: Vec<FileId>,
    /// The digest in hexadecimal digits: of the file, or of all files (see the documentation of the crate). `None` where
    /// nobody asked for it.
    pub sha256: Option<String>,
    /// How many records it holds, whether the program wants them or not.
    pub records: u64,
    /// When it was collected, where it says so.
    pub collected_at: Option<Time>,
    /// Whether it is all there is, where it says so. False where it says that there is more and the rest is not there.
    pub complete: Option<bool>,
    /// Where it begins.
    pub place: Option<Place>,
}

/// The facts of a run.
pub struct Imported {
    /// The facts.
    pub facts: Facts,
    /// The sources, in the order of the arguments and of the files below a folder.
    pub sources: Vec<SourceRecord>,
    /// Errors (facts that cannot be read) and warnings.
    pub diagnostics: Vec<Diagnostic>,
    /// Nouns of native facts that the needs do not know.
    pub strangers: std::collections::BTreeSet<smol_str::SmolStr>,
}
