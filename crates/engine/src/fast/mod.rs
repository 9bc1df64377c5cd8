//! The fast evaluator: "a condition is a pair of bitmaps" over the rows of a noun. It gives verdicts alone; the reference
//! evaluator explains those that are shown, and is the oracle that every verdict is tested against (see the book's page on
//! the two evaluators).
//!
//! [`lower`] makes a [`plan`] of the program, [`schedule`] works out what is shared, in waves, and [`judge`] gives the
//! verdicts of a sentence. Operators over lanes: [`evaluate`] (and, or, not, exists, else, if), [`compare`] (comparisons,
//! text), [`time`] (arithmetic, timing), [`path`] and [`column`] (attributes), [`phrase`] (members of a phrase), [`join`],
//! [`quantify`] and [`closure`] over a [`graph`]. What all this holds at a time is counted in a [`room`].

mod batch;
pub(crate) mod bits;
mod closure;
mod column;
mod compare;
mod describe;
mod evaluate;
mod graph;
mod join;
pub(crate) mod judge;
mod lower;
mod path;
mod phrase;
mod plan;
mod quantify;
mod room;
mod run;
mod schedule;
mod seen;
mod shape;
mod time;
mod traits;
mod truths;
mod vector;

pub(crate) use judge::{Fast, Lowered};
