//! Threads with a stack that is deep enough for what the parser lets through.

use std::cell::Cell;

use rayon::{ThreadPoolBuildError, ThreadPoolBuilder};

pub use rayon::ThreadPool as Workers;

use crate::budget::STACK;

thread_local! {
    /// Whether this thread has such a stack.
    static DEEP: Cell<bool> = const { Cell::new(false) };
}

/// Workers on whose stacks a program can be evaluated. Who calls this crate from one of them pays for no threads more.
///
/// # Errors
/// Where the system gives no more threads.
pub fn workers(count: usize) -> Result<Workers, ThreadPoolBuildError> {
    ThreadPoolBuilder::new().num_threads(count).stack_size(STACK).start_handler(|_| DEEP.set(true)).build()
}

/// Runs something on workers with a deep stack. Where no threads can be had, it runs where it is.
pub(crate) fn run<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    if DEEP.get() {
        return work();
    }
    match workers(rayon::current_num_threads()) {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}
