//! What one configuration may cost. Every limit is named in the reason of what is unknown because of it.

/// Steps of evaluation for one configuration; a step is an expression evaluated or an element made.
pub(crate) const STEPS: u64 = 5_000_000;
/// Values in one value.
pub(crate) const NODES: u64 = 2_000_000;
/// Bytes of one text.
pub(crate) const TEXT: usize = 16 << 20;
/// Pieces of a text that is known in part; of one with more nothing is known.
pub(crate) const PIECES: usize = 1_000;
/// Instances of one resource or module call.
pub(crate) const INSTANCES: usize = 100_000;
/// How deep expressions may be evaluated within each other, through locals, modules and functions.
pub(crate) const DEPTH: u32 = if cfg!(target_arch = "wasm32") { 120 } else { 2_500 };
/// Bytes of the stack that evaluation has for that.
pub(crate) const STACK: usize = 512 << 20;
/// Warnings of one configuration.
pub(crate) const WARNINGS: usize = 1_000;
