//! Room for recursion over hostile input.

use std::thread;

use crate::reading;

/// Enough for every tree that [`crate::python::parse`] lets through, and for taking the parser's own apart. Only what
/// is touched becomes memory.
const SIZE: usize = 512 << 20;

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
