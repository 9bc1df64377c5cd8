//! Histories in every format.
