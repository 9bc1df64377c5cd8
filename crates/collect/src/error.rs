//! Why something could not be collected.

/// Why something could not be collected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CollectError {
    /// A file or folder cannot be written or read.
    #[error("cannot write `{path}`: {reason}")]
    Disk {
        /// The file or folder.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// The folder holds something else.
    #[error("`{path}` holds a collection of {holds}; name another folder, or replace it with `--fresh`")]
    Other {
        /// The folder.
        path: String,
        /// What was collected into it.
        holds: String,
    },
    /// What is asked for is not written as it must be.
    #[error("{0}")]
    Wrong(String),
    /// The system does not let us in.
    #[error("{what} refuses: {reason}")]
    Refused {
        /// What was asked.
        what: String,
        /// What it says.
        reason: String,
    },
    /// What was asked for is not there.
    #[error("{what} is not there: {reason}")]
    NotThere {
        /// What was asked.
        what: String,
        /// What the system says.
        reason: String,
    },
    /// There is no answer, though it was asked again and again.
    #[error("{what} gives no answer: {reason}")]
    NoAnswer {
        /// What was asked.
        what: String,
        /// Why.
        reason: String,
    },
    /// An answer that is none of those that the system gives.
    #[error("the answer of {what} cannot be understood: {reason}")]
    Odd {
        /// What was asked.
        what: String,
        /// Why not.
        reason: String,
    },
}

impl CollectError {
    /// Whether asking for anything else is as hopeless: there is no way in, or nobody is there.
    pub(crate) fn is_final(&self) -> bool {
        !matches!(self, CollectError::NotThere { .. } | CollectError::Odd { .. })
    }
}
