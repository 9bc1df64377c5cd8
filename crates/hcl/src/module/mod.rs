//! Modules as they are declared: folders of files read, put together and indexed by name.

mod constraint;
mod declare;
mod load;
mod merge;
mod paths;
mod resource;

pub(crate) use declare::{Module, Variable};
pub use load::Tree;
pub(crate) use paths::join;
pub use resource::Mode;
pub(crate) use resource::{Call, ProviderName, Repetition, Resource};
