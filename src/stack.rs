//! Room for recursion over hostile input.

use std::hint::black_box;
use std::panic::resume_unwind;
use std::thread;

use crate::reading;

/// Enough for every tree that [`crate::python::parse`] lets through, and for taking the parser's own apart. Only what
/// is touched becomes memory.
const SIZE: usize = 512 << 20;

/// What the heap of a second thread begins with. Only what is touched becomes memory.
const HEAP: usize = 4 << 20;

/// Runs `work` where it may recurse deeply. It stays in its thread: a second one takes longer to start than all the work
/// that most commits are.
pub fn with_room<T>(work: impl FnOnce() -> T) -> T {
    stacker::grow(SIZE, work)
}

/// Runs both, at once where `apart` says so: `there` is then in a thread where it may recurse deeply. A panic of either is
/// the caller's.
pub fn both<T: Send, H>(apart: bool, there: impl FnOnce() -> T + Send, here: impl FnOnce() -> H) -> (T, H) {
    if !apart {
        return (there(), here());
    }
    let reading = reading::current();
    let work = move || {
        let _reading = reading::within(reading);
        ask_for(HEAP);
        there()
    };
    ask_for(2 * HEAP);
    thread::scope(|scope| {
        let there = thread::Builder::new().stack_size(SIZE).spawn_scoped(scope, work);
        let there = there.unwrap_or_else(|error| panic!("cannot start a thread: {error}"));
        let here = here();
        (there.join().unwrap_or_else(|panic| resume_unwind(panic)), here)
    })
}

/// Allocates so much, and gives it back. The GNU C library lets the heap of a thread grow by a page at a time, with a
/// system call for each, unless more was asked for at once; and it gives back what is larger than the largest block that
/// it was given back itself (mallopt(3), `M_MMAP_THRESHOLD` and `M_TRIM_THRESHOLD`).
fn ask_for(bytes: usize) {
    if cfg!(target_env = "gnu") {
        drop(black_box(Vec::<u8>::with_capacity(bytes)));
    }
}
