//! Which file is being read, for the message of a panic.

use std::cell::RefCell;
use std::sync::Arc;

thread_local! {
    static READING: RefCell<Option<Arc<str>>> = const { RefCell::new(None) };
}

/// While it lives, its file is the one that this thread reads; then it is the one before.
#[must_use]
pub struct Reading(Option<Arc<str>>);

/// Says that a file is being read from here on.
pub fn begin(path: &Arc<str>) -> Reading {
    within(Some(path.clone()))
}

/// Takes over what another thread reads.
pub(crate) fn within(path: Option<Arc<str>>) -> Reading {
    Reading(READING.try_with(|reading| reading.replace(path)).ok().flatten())
}

/// The file that this thread reads.
pub fn current() -> Option<Arc<str>> {
    READING.try_with(|reading| reading.borrow().clone()).ok().flatten()
}

impl Drop for Reading {
    fn drop(&mut self) {
        let before = self.0.take();
        // A thread that ends has nothing to go back to.
        let _ = READING.try_with(|reading| reading.replace(before));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_file_is_the_one_that_is_read() {
        let (outer, inner): (Arc<str>, Arc<str>) = ("a.py".into(), "b.py".into());
        assert_eq!(current(), None);
        let reading = begin(&outer);
        {
            let _reading = begin(&inner);
            assert_eq!(current(), Some(inner));
        }
        assert_eq!(current(), Some(outer.clone()));
        assert_eq!(crate::stack::both(true, current, || ()).0, Some(outer));
        drop(reading);
        assert_eq!(current(), None);
    }
}
