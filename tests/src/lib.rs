//! Whole-program tests of Tickmark: see `tests/`.
