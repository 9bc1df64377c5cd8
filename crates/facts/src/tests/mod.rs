//! Tests of the store as its callers see it, over a small format of their own.

mod extending;
mod merging;
mod properties;
mod reading;
mod references;
mod several;
mod support;
