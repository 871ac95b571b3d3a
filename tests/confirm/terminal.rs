//! A pseudo-terminal and the program that has it, as a person's window would.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::pty::{attributes, open_terminal};
use crate::session::lead_session;

/// Long enough for a machine that does much else. No test waits for it to pass.
const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) struct Terminal {
    master: File,
    slave: File,
    child: Child,
    /// All that was written to it.
    seen: String,
    unread: Vec<u8>,
    /// Up to where it has been waited for.
    waited: usize,
    before: Vec<u64>,
}

/// How the program ended.
#[derive(Debug)]
pub(crate) struct End {
    /// As a shell has it: 128 and the number of a signal that killed it.
    pub(crate) code: i32,
    /// All that the window showed, with the line ends of a file.
    pub(crate) seen: String,
}

impl Terminal {
    /// Starts a program as the session that has a terminal of so many rows and columns.
    pub(crate) fn start(mut command: Command, (rows, columns): (u16, u16)) -> Self {
        let (master, terminal) = open_terminal(rows, columns);
        never_wait(&master);
        let file = || terminal.try_clone().unwrap();
        command.stdin(file()).stdout(file()).stderr(file());
        lead_session(&mut command, Some(0));
        let before = attributes(&terminal);
        let child = command.spawn().unwrap();
        drop(command);
        Self { master, slave: terminal, child, seen: String::new(), unread: Vec::new(), waited: 0, before }
    }

    /// Waits until a text is shown behind what was waited for before.
    pub(crate) fn wait_for(&mut self, text: &str) -> &mut Self {
        let started = Instant::now();
        loop {
            if let Some(at) = self.seen.get(self.waited..).and_then(|new| new.find(text)) {
                self.waited += at + text.len();
                return self;
            }
            assert!(started.elapsed() < PATIENCE, "`{text}` was not shown, but:\n{}", self.seen);
            self.look();
        }
    }

    /// Reads what was written, for a moment. The window is held by nothing else, so that closing it closes it.
    fn look(&mut self) {
        let mut bytes = [0; 4096];
        match self.master.read(&mut bytes) {
            Ok(count @ 1..) => self.unread.extend_from_slice(&bytes[..count]),
            _ => std::thread::sleep(Duration::from_millis(5)),
        }
        // A character may have come in part.
        let whole = std::str::from_utf8(&self.unread).map_or_else(|error| error.valid_up_to(), str::len);
        self.seen.push_str(&String::from_utf8_lossy(&self.unread.drain(..whole).collect::<Vec<_>>()));
    }

    /// Presses keys.
    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        self.master.write_all(keys.as_bytes()).unwrap();
        self
    }

    /// Waits for a prompt, then types a line.
    pub(crate) fn answer(&mut self, prompt: &str, line: &str) -> &mut Self {
        self.wait_for(prompt).press(&format!("{line}\n"))
    }

    /// Sends a signal to all that the window runs, as closing it does.
    pub(crate) fn signal_all(&mut self, signal: libc::c_int) -> &mut Self {
        send(-i32::try_from(self.child.id()).unwrap(), signal);
        self
    }

    /// The program's end. The terminal must be as it was, with its cursor.
    pub(crate) fn end(&mut self) -> End {
        let started = Instant::now();
        let code = loop {
            self.look();
            if let Some(code) = exit_code(&mut self.child) {
                break code;
            }
            assert!(started.elapsed() < PATIENCE, "it hangs:\n{}", self.seen);
        };
        assert_eq!(attributes(&self.slave), self.before, "the terminal's attributes changed:\n{}", self.seen);
        // What was written before it may still be on its way.
        let mark = "<the end>";
        self.slave.write_all(mark.as_bytes()).unwrap();
        self.wait_for(mark);
        assert!(!self.seen.contains("\x1b[?"), "a mode of the terminal is set: {:?}", self.seen);
        End { code, seen: self.seen.replace("\r\n", "\n").replace(mark, "") }
    }

    /// Closes the window.
    pub(crate) fn close(mut self) -> i32 {
        let nothing = || File::open("/dev/null").unwrap();
        (self.master, self.slave) = (nothing(), nothing());
        let started = Instant::now();
        loop {
            if let Some(code) = exit_code(&mut self.child) {
                return code;
            }
            assert!(started.elapsed() < PATIENCE, "it hangs");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Terminal {
    /// A test that fails leaves nothing running.
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn exit_code(child: &mut Child) -> Option<i32> {
    let status = child.try_wait().unwrap()?;
    status.code().or_else(|| status.signal().map(|signal| 128 + signal))
}

#[expect(unsafe_code, reason = "the standard library sends no signals")]
pub(crate) fn send(process: i32, signal: libc::c_int) {
    // SAFETY: it only takes numbers.
    assert_eq!(unsafe { libc::kill(process, signal) }, 0);
}

/// Reading says at once that there is nothing to read.
#[expect(unsafe_code, reason = "the standard library has this for sockets only")]
fn never_wait(file: &File) {
    // SAFETY: it only takes numbers, and the file is open.
    unsafe { libc::fcntl(file.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) };
}
