//! Asking, as people meet it: a real `git commit` with the real hook, on a pseudo-terminal.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what cannot be set up fails the test")]

mod answers;
mod endings;
mod nobody;
mod objects;
#[path = "../common/pty.rs"]
mod pty;
mod reasons;
mod repository;
mod safety;
mod screens;
#[path = "../common/session.rs"]
mod session;
mod settings;
mod terminal;
