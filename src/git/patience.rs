//! An end for reads that libgit2 does not end.
//!
//! Where a loose object is cut off, as after a power failure, its `git_zstream_get_output` asks zlib for more for ever.
//! A call into C cannot be broken off, so that the process ends with it: nothing was checked.

use std::io::Write;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How many seconds may pass without a read that ends. Each takes milliseconds.
const PATIENCE: u32 = 20;

static WATCH: Once = Once::new();
static RUNNING: AtomicU32 = AtomicU32::new(0);
static LEFT: AtomicU32 = AtomicU32::new(PATIENCE);

/// Runs a read of libgit2's. The process fails where it does not end.
pub(super) fn bounded<T>(read: impl FnOnce() -> T) -> T {
    WATCH.call_once(|| {
        // Where no thread can be had, nothing else works either.
        drop(std::thread::Builder::new().spawn(watch));
    });
    LEFT.store(PATIENCE, Ordering::Relaxed);
    RUNNING.fetch_add(1, Ordering::Relaxed);
    let answer = read();
    RUNNING.fetch_sub(1, Ordering::Relaxed);
    LEFT.store(PATIENCE, Ordering::Relaxed);
    answer
}

#[expect(clippy::exit, reason = "the thread that could return is held by libgit2")]
fn watch() {
    loop {
        std::thread::sleep(Duration::from_secs(1));
        if RUNNING.load(Ordering::Relaxed) > 0 && LEFT.fetch_sub(1, Ordering::Relaxed) <= 1 {
            let _ = writeln!(
                std::io::stderr().lock(),
                "error: reading the repository does not end; nothing was checked\n  An object in it is probably cut \
                 off. `git fsck` names it; `git commit --no-verify` commits without migguard."
            );
            std::process::exit(2);
        }
    }
}
