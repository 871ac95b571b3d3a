//! A real `git commit` through the installed hook, in every state that git can put a repository into: the accident is
//! refused, and its innocent twin passes without a word.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what cannot be set up fails the test")]

#[path = "../common/mod.rs"]
mod common;
mod content;
mod merges;
mod project;
mod pushed;
mod repositories;
mod sequences;
#[path = "../common/session.rs"]
mod session;
mod story;
mod unreadable;
mod ways;
