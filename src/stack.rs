//! Room for recursion over hostile input.

use std::panic::resume_unwind;
use std::thread;

use crate::reading;

/// Enough for every tree that [`crate::python::parse`] lets through, and for taking the parser's own apart. Only what
/// is touched becomes memory.
const SIZE: usize = 512 << 20;

/// Runs both at once, `there` in a thread where it may recurse deeply. A panic of either is the caller's.
pub fn beside<T: Send, H>(there: impl FnOnce() -> T + Send, here: impl FnOnce() -> H) -> (T, H) {
    let reading = reading::current();
    let there = move || {
        let _reading = reading::within(reading);
        there()
    };
    thread::scope(|scope| {
        let there = thread::Builder::new().stack_size(SIZE).spawn_scoped(scope, there);
        let there = there.unwrap_or_else(|error| resume_unwind(Box::new(format!("cannot start a thread: {error}"))));
        let here = here();
        (there.join().unwrap_or_else(|panic| resume_unwind(panic)), here)
    })
}

/// Runs `work` where it may recurse deeply, and gives back what it returns, or its panic.
pub fn with_room<T: Send>(work: impl FnOnce() -> T + Send) -> thread::Result<T> {
    let reading = reading::current();
    let work = move || {
        let _reading = reading::within(reading);
        work()
    };
    thread::scope(|scope| match thread::Builder::new().stack_size(SIZE).spawn_scoped(scope, work) {
        Ok(handle) => handle.join(),
        Err(error) => Err(Box::new(format!("cannot start a thread: {error}")) as Box<dyn std::any::Any + Send>),
    })
}
