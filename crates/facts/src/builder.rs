//! Placeholder: the builder is written by the facts crate's author.
