//! Asking, as people meet it: a real `git commit` with the real hook, on a pseudo-terminal.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what cannot be set up fails the test")]

mod answers;
mod endings;
mod nobody;
mod objects;
mod reasons;
mod repository;
mod safety;
mod screens;
mod settings;
mod terminal;
