//! The terminal of the person who commits: `/dev/tty`, whatever standard input and output are.
//!
//! `dialoguer` draws the prompt and does not read the answer: its line editor has no end of input and no time limit, counts
//! characters where a terminal counts columns, and leaves the terminal raw when a signal ends it. Here the
//! terminal's own line mode edits the line, so that no attribute is ever changed and none needs to be restored.

use std::time::Duration;

/// Why nobody can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nobody {
    /// There is no controlling terminal.
    NoTerminal,
    /// The terminal belongs to another job: to read from it would stop this one.
    Background,
    /// `CI` is set: a terminal with nobody behind it.
    Ci,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// Ctrl-C, or a signal that ends a process.
    Interrupted,
    EndOfInput,
    TimeOut,
    Background,
    /// The terminal failed, or its line is longer than any answer.
    Unreadable,
}

/// Somebody who can be shown something and asked.
pub(super) trait Person {
    /// How many columns their window has.
    fn columns(&self) -> usize;
    fn show(&mut self, text: &str);
    /// Asks, and gives back the line that was typed, without its end. What was typed before does not count.
    fn answer(&mut self, prompt: &str, limit: Duration) -> Result<String, NoAnswer>;
    /// Whether they, or a signal, ended it since the last answer.
    fn has_left(&self) -> bool;
}

/// Whether a value of `CI` says that this is one.
pub(super) fn is_ci(value: Option<&str>) -> bool {
    value.is_some_and(|value| !value.is_empty() && value != "0" && !value.eq_ignore_ascii_case("false"))
}

#[cfg(unix)]
pub(super) use unix::open;

/// Without `/dev/tty` there is nobody to ask.
#[cfg(not(unix))]
pub(super) fn open() -> Result<Box<dyn Person>, Nobody> {
    Err(Nobody::NoTerminal)
}

#[cfg(unix)]
#[path = "tty.rs"]
mod unix;
