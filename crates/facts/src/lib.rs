//! The facts store: nouns as tables, typed columns, interned text, relations as adjacency arrays, provenance.
//!
//! Importers are handed [`Needs`] (which nouns and attributes are wanted, and of what type), feed a [`Builder`], and
//! [`Builder::finish`] gives [`Facts`]: immutable but for [`Facts::extend`], by which maps add the records they make.

mod absorb;
mod builder;
mod cell;
mod column;
mod compare;
mod convert;
mod duration;
mod extend;
mod keys;
mod merge;
mod names;
mod needs;
mod reader;
mod resolve;
mod room;
mod shape;
mod shift;
mod store;
mod symbols;
mod table;
mod tables;
mod time;
mod values;
mod view;
mod warning;

pub use builder::Builder;
pub use cell::{Cell, ListView, ParentLink, RecordsView, UnknownReason};
pub use column::Span32;
pub use duration::Duration;
pub use extend::{NewRecord, NewValue};
pub use needs::{AttributeId, AttributeNeed, AttributeType, Needs, NounId, NounNeed};
pub use reader::{HOLE, Members, Scalar, ValueKind, ValueReader};
pub use shape::Shape;
pub use store::{AttributeState, Facts};
pub use symbols::Symbol;
pub use time::{CalendarUnit, Time, TimeError};
pub use view::{CellState, ColumnValues, ColumnView, Lacking, ParentsView};
pub use warning::{FactWarning, FactWarningKind};

#[cfg(test)]
mod tests;
