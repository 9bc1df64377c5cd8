//! Results to bytes: text and JSON.
