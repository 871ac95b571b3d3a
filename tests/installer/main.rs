//! Installing into every kind of repository, beside every kind of hook: what is there before and after, byte for byte.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what cannot be set up fails the test")]

#[path = "../common/mod.rs"]
mod common;
mod foreign_hooks;
mod hook_managers;
mod hooks_path;
mod place;
mod repositories;
mod safety;
mod status;
mod unusable;
