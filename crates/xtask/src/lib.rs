//! House rules as a program: what a reviewer would otherwise have to say again and again.

mod tidy;

pub use tidy::tidy;
