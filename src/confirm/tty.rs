//! `/dev/tty` of Unix.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use console::Term;

use super::{NoAnswer, Nobody, Person, is_ci};

/// A line that is longer is no answer.
const LONGEST: usize = 16 << 10;

/// How long a wait lasts before it looks for a signal that came just before it, or to another thread.
const TICK: Duration = Duration::from_millis(100);

/// How long a terminal may refuse to take what is written to it.
const WRITE_LIMIT: Duration = Duration::from_secs(10);

/// The signals that end a process and that a person or a closing window sends.
const ENDING: [libc::c_int; 4] = [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT];

static IS_ENDING: AtomicBool = AtomicBool::new(false);

/// The controlling terminal, with the ending signals caught while it is open.
struct Tty {
    /// Opened anew, so that not to block is its own and of nobody else who has the terminal.
    file: File,
    term: Term,
    _signals: Signals,
}

/// Opens the controlling terminal, if somebody can be asked there.
pub(in super::super) fn open() -> Result<Box<dyn Person>, Nobody> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    let file = options.open("/dev/tty").map_err(|_| Nobody::NoTerminal)?;
    if usize::try_from(file.as_raw_fd()).is_ok_and(|fd| fd >= libc::FD_SETSIZE) {
        // `select` cannot wait for it.
        return Err(Nobody::NoTerminal);
    }
    if is_ci(std::env::var("CI").ok().as_deref()) {
        return Err(Nobody::Ci);
    }
    if !is_foreground(&file) {
        return Err(Nobody::Background);
    }
    let (read, write) = (file.try_clone(), file.try_clone());
    let (Ok(read), Ok(write)) = (read, write) else { return Err(Nobody::NoTerminal) };
    Ok(Box::new(Tty { file, term: Term::read_write_pair(read, write), _signals: Signals::catch() }))
}

impl Person for Tty {
    fn columns(&self) -> usize {
        self.term.size_checked().map_or(80, |(_, columns)| usize::from(columns))
    }

    fn has_left(&self) -> bool {
        is_ending()
    }

    fn show(&mut self, text: &str) {
        let deadline = Instant::now() + WRITE_LIMIT;
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            match self.file.write(rest) {
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    if wait(self.file.as_raw_fd(), For::Room, deadline).is_err() {
                        return;
                    }
                }
                // A terminal that is gone takes no answer either: the question will tell.
                Err(_) => return,
            }
        }
    }

    fn answer(&mut self, prompt: &str, limit: Duration) -> Result<String, NoAnswer> {
        let deadline = Instant::now() + limit;
        if is_ending() {
            return Err(NoAnswer::Interrupted);
        }
        if !is_foreground(&self.file) {
            return Err(NoAnswer::Background);
        }
        forget_typed_ahead(&self.file);
        self.show(prompt);
        let mut line = Vec::new();
        loop {
            wait(self.file.as_raw_fd(), For::Input, deadline)?;
            // Whoever sent this job to the background has not answered.
            if !is_foreground(&self.file) {
                return Err(NoAnswer::Background);
            }
            let mut bytes = [0; 512];
            match self.file.read(&mut bytes) {
                Ok(0) => return Err(if is_ending() { NoAnswer::Interrupted } else { NoAnswer::EndOfInput }),
                Ok(count) => {
                    for byte in bytes.iter().take(count) {
                        match byte {
                            b'\n' | b'\r' => return Ok(String::from_utf8_lossy(&line).into_owned()),
                            // Only a terminal that somebody left raw hands these on.
                            0x03 => return Err(NoAnswer::Interrupted),
                            0x04 => return Err(NoAnswer::EndOfInput),
                            byte => line.push(*byte),
                        }
                    }
                    if line.len() > LONGEST {
                        return Err(NoAnswer::Unreadable);
                    }
                }
                Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => {}
                Err(_) if is_ending() => return Err(NoAnswer::Interrupted),
                Err(_) => return Err(NoAnswer::Unreadable),
            }
        }
    }
}

fn is_ending() -> bool {
    IS_ENDING.load(Ordering::SeqCst)
}

#[derive(Clone, Copy, PartialEq)]
enum For {
    Input,
    Room,
}

/// Waits until the terminal has input, or room for output.
#[expect(unsafe_code, reason = "there is no safe `select`, and `poll` does not work on macOS's terminals")]
fn wait(fd: RawFd, what: For, deadline: Instant) -> Result<(), NoAnswer> {
    loop {
        if is_ending() {
            return Err(NoAnswer::Interrupted);
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(NoAnswer::TimeOut);
        }
        let microseconds = libc::suseconds_t::try_from(left.min(TICK).as_micros()).unwrap_or(0);
        // SAFETY: `set` is valid zeroed and then initialised by FD_ZERO; `fd` is open and below FD_SETSIZE, as `open`
        // has seen; all pointers live through the call.
        let ready = unsafe {
            let mut set: libc::fd_set = std::mem::zeroed();
            libc::FD_ZERO(&raw mut set);
            libc::FD_SET(fd, &raw mut set);
            let mut timeout = libc::timeval { tv_sec: 0, tv_usec: microseconds };
            let (mut input, mut output) = (std::ptr::null_mut(), std::ptr::null_mut());
            match what {
                For::Input => input = &raw mut set,
                For::Room => output = &raw mut set,
            }
            libc::select(fd + 1, input, output, std::ptr::null_mut(), &raw mut timeout)
        };
        if ready > 0 {
            return if is_ending() { Err(NoAnswer::Interrupted) } else { Ok(()) };
        }
        let failed = ready < 0 && std::io::Error::last_os_error().kind() != ErrorKind::Interrupted;
        if failed {
            return Err(NoAnswer::Unreadable);
        }
    }
}

/// Whether this process's job has the terminal.
#[expect(unsafe_code, reason = "job control has no safe interface")]
fn is_foreground(tty: &File) -> bool {
    // SAFETY: both only take numbers; `tty` is open.
    unsafe { libc::tcgetpgrp(tty.as_raw_fd()) == libc::getpgrp() }
}

/// Throws away what was typed before the question stood there.
#[expect(unsafe_code, reason = "terminals have no safe interface in the standard library")]
fn forget_typed_ahead(tty: &File) {
    // SAFETY: it only takes numbers; `tty` is open.
    unsafe {
        libc::tcflush(tty.as_raw_fd(), libc::TCIFLUSH);
    }
}

/// The handlers of the ending signals, put back when dropped.
struct Signals(Vec<(libc::c_int, libc::sigaction)>);

extern "C" fn note(_: libc::c_int) {
    // Nothing else is allowed in a handler.
    IS_ENDING.store(true, Ordering::SeqCst);
}

impl Signals {
    /// Notes the ending signals instead of dying, so that the terminal is left on a new line and the exit status is
    /// ours. Without SA_RESTART, so that they end a wait. One that was ignored (`nohup`) stays so.
    #[expect(unsafe_code, reason = "signal handlers have no safe interface in the standard library")]
    fn catch() -> Self {
        IS_ENDING.store(false, Ordering::SeqCst);
        let mut before = Vec::new();
        for signal in ENDING {
            // SAFETY: both structures are valid zeroed; the handler does nothing but store to an atomic, which is
            // async-signal-safe; the pointers live through the calls.
            unsafe {
                let mut action: libc::sigaction = std::mem::zeroed();
                let mut old: libc::sigaction = std::mem::zeroed();
                action.sa_sigaction = note as extern "C" fn(libc::c_int) as libc::sighandler_t;
                libc::sigemptyset(&raw mut action.sa_mask);
                if libc::sigaction(signal, std::ptr::null(), &raw mut old) == 0
                    && old.sa_sigaction != libc::SIG_IGN
                    && libc::sigaction(signal, &raw const action, std::ptr::null_mut()) == 0
                {
                    before.push((signal, old));
                }
            }
        }
        Self(before)
    }
}

impl Drop for Signals {
    #[expect(unsafe_code, reason = "signal handlers have no safe interface in the standard library")]
    fn drop(&mut self) {
        for (signal, old) in &self.0 {
            // SAFETY: `old` is what the system gave for this signal.
            unsafe {
                libc::sigaction(*signal, std::ptr::from_ref(old), std::ptr::null_mut());
            }
        }
    }
}
