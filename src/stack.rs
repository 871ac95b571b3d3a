//! Room for recursion over hostile input.

use std::any::Any;
use std::panic::resume_unwind;
use std::thread::{self, Scope, ScopedJoinHandle};

use crate::reading;

/// Enough for every tree that [`crate::python::parse`] lets through, and for taking the parser's own apart. Only what
/// is touched becomes memory.
const SIZE: usize = 512 << 20;

/// Runs `work` where it may recurse deeply, and gives back what it returns, or its panic.
pub fn with_room<T: Send>(work: impl FnOnce() -> T + Send) -> thread::Result<T> {
    thread::scope(|scope| start(scope, work)?.join())
}

/// Runs both at once, `there` in a thread where it may recurse deeply. A panic of either is the caller's.
pub fn beside<T: Send, H>(there: impl FnOnce() -> T + Send, here: impl FnOnce() -> H) -> (T, H) {
    thread::scope(|scope| {
        let there = start(scope, there).unwrap_or_else(|panic| resume_unwind(panic));
        let here = here();
        (there.join().unwrap_or_else(|panic| resume_unwind(panic)), here)
    })
}

/// Starts a thread with room, which reads on for this one. That none can be had counts as its panic.
fn start<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> thread::Result<ScopedJoinHandle<'scope, T>> {
    let reading = reading::current();
    let work = move || {
        let _reading = reading::within(reading);
        work()
    };
    let started = thread::Builder::new().stack_size(SIZE).spawn_scoped(scope, work);
    started.map_err(|error| Box::new(format!("cannot start a thread: {error}")) as Box<dyn Any + Send>)
}
