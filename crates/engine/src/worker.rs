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
    make_room(2 * ROOM);
    let start = |_| {
        DEEP.set(true);
        make_room(ROOM);
    };
    ThreadPoolBuilder::new().num_threads(count).stack_size(STACK).start_handler(start).build()
}

/// How much a thread may allocate before it asks the system for more.
const ROOM: usize = 8 << 20;

/// Takes so much memory from the system, untouched, and leaves it to the allocator. glibc lets the heap of a thread grow by a page
/// at a time, each with a call of the system (`sysmalloc` and `grow_heap` in its `malloc.c`), unless there is room already; and
/// it keeps room of that size only once a block of twice the size was freed (`mallopt(3)`, `M_MMAP_THRESHOLD`, "dynamic").
fn make_room(bytes: usize) {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(bytes)));
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
