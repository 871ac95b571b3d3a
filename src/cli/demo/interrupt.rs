//! Ctrl-C in the demo: the temporary repository is removed before the program ends.

use std::sync::atomic::{AtomicBool, Ordering};

static CAME: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C ends the program that is waited for, and only marks this one.
pub(super) fn watch() {
    #[cfg(unix)]
    {
        extern "C" fn mark(_: libc::c_int) {
            CAME.store(true, Ordering::Relaxed);
        }
        let mark: extern "C" fn(libc::c_int) = mark;
        for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
            #[expect(unsafe_code, reason = "the handler does nothing but store to an atomic")]
            // SAFETY: storing to an atomic is allowed in a signal handler, and the function lives as long as the program.
            unsafe {
                libc::signal(signal, mark as libc::sighandler_t);
            }
        }
    }
}

/// Whether it was pressed.
pub(super) fn came() -> bool {
    CAME.load(Ordering::Relaxed)
}
