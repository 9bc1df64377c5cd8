//! Proof that the two evaluators mean the same: random well-typed programs and facts, both evaluators on each, and a
//! shrinker for what differs. Facts that are put together from parts must be those that one builder reads.
//!
//! [`Batch`] makes cases from a seed, [`compare`] runs both evaluators on one, and [`shrink()`] makes a found case small.
//! Cases that were found are kept under `found/` and run again by the tests for ever.

mod batch;
mod case;
mod compare;
pub mod coverage;
mod facts;
pub mod mutants;
mod parts;
mod random;
mod shared;
mod shrink;
mod told;
mod work;
mod world;
mod write;

pub use batch::Batch;
pub use case::{Case, criteria, sources};
pub use compare::{Compared, Difference, Ended, Outcome, Run, compare, compare_runs};
pub use facts::{MAY_BE_MISSING, UNKNOWN, files};
pub use random::Random;
pub use shrink::shrink;
pub use world::{Attribute, Kind, Noun, Stand, World};
pub use write::{Written, program};
