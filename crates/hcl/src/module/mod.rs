//! Modules as they are declared: folders of files read, put together and indexed by name.

mod constraint;
mod declare;
mod load;
mod merge;
mod paths;
mod places;
mod resource;

pub(crate) use declare::{Module, Variable};
pub use load::{Forest, ReadFile, Tree};
pub use paths::folder_of;
pub(crate) use paths::join;
pub use places::BlockPlace;
pub use resource::Mode;
pub(crate) use resource::{Call, ProviderName, Repetition, Resource};
