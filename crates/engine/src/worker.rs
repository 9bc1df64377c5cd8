//! Threads with a stack that is deep enough for what the parser lets through.

use crate::budget::STACK;

/// Runs something on workers with a deep stack. Where no threads can be had, it runs where it is.
pub(crate) fn run<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let threads = rayon::current_num_threads();
    match rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}
