//! Terminals for tests: the standard library makes none.

use std::fs::File;
use std::os::fd::{AsRawFd, FromRawFd};

/// Both ends of a new pseudo-terminal, the person's first. A program that is started has neither by itself.
#[expect(unsafe_code, reason = "the standard library makes no terminals")]
pub(crate) fn open_terminal(rows: u16, columns: u16) -> (File, File) {
    let (mut master, mut terminal) = (0, 0);
    let nothing = std::ptr::null_mut;
    let mut size = libc::winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: the numbers and the size live through the call; what it opens belongs to nobody else.
    unsafe {
        let (master, terminal) = (&raw mut master, &raw mut terminal);
        assert_eq!(libc::openpty(master, terminal, nothing(), nothing().cast(), (&raw mut size).cast()), 0);
    }
    // SAFETY: both were opened above and belong to nobody else.
    unsafe {
        for fd in [master, terminal] {
            libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC);
        }
        (File::from_raw_fd(master), File::from_raw_fd(terminal))
    }
}

/// How a terminal is set: its flags and control characters.
#[expect(unsafe_code, reason = "terminals have no safe interface in the standard library")]
pub(crate) fn attributes(terminal: &File) -> Vec<u64> {
    // SAFETY: the structure is valid zeroed and lives through the call.
    let attributes = unsafe {
        let mut attributes: libc::termios = std::mem::zeroed();
        assert_eq!(libc::tcgetattr(terminal.as_raw_fd(), &raw mut attributes), 0);
        attributes
    };
    let flags = [attributes.c_iflag, attributes.c_oflag, attributes.c_cflag, attributes.c_lflag];
    #[allow(clippy::useless_conversion, reason = "the flags are wider on macOS")]
    let flags = flags.into_iter().map(u64::from);
    flags.chain(attributes.c_cc.into_iter().map(u64::from)).collect()
}
