//! Room for recursion over hostile input.

use std::panic::resume_unwind;
use std::thread;

use crate::reading;

/// Enough for every tree that [`crate::python::parse`] lets through, and for taking the parser's own apart. Only what
/// is touched becomes memory.
const SIZE: usize = 512 << 20;

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
        there()
    };
    thread::scope(|scope| {
        let there = thread::Builder::new().stack_size(SIZE).spawn_scoped(scope, work);
        let there = there.unwrap_or_else(|error| panic!("cannot start a thread: {error}"));
        let here = here();
        (there.join().unwrap_or_else(|panic| resume_unwind(panic)), here)
    })
}
