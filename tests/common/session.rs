//! Sessions for tests: with a terminal of their own, or with none.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// Starts a command as the leader of a session of its own, which has this terminal, or none.
#[expect(unsafe_code, reason = "the standard library starts no sessions")]
pub(crate) fn lead_session(command: &mut Command, terminal: Option<libc::c_int>) {
    // SAFETY: all calls are async-signal-safe, and the terminal stays open until the program is replaced.
    unsafe {
        command.pre_exec(move || {
            // Whoever runs the tests may ignore what ends a session (`nohup`), and children inherit that.
            for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT] {
                libc::signal(signal, libc::SIG_DFL);
            }
            let failed = libc::setsid() < 0 || terminal.is_some_and(|fd| libc::ioctl(fd, libc::TIOCSCTTY, 0) < 0);
            if failed { Err(std::io::Error::last_os_error()) } else { Ok(()) }
        });
    }
}
