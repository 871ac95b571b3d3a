//! Installing into every kind of repository, beside every kind of hook: what is there before and after, byte for byte.

#![cfg(unix)]

mod foreign_hooks;
mod hook_managers;
mod hooks_path;
mod place;
mod repositories;
