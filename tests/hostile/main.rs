//! What a branch can hold to break whoever reads it, through the real binary in real repositories.
//!
//! Whatever it is, migguard ends with 0, 1 or 2, in time, below 1 GB and without a control character in what it says;
//! and beside it a drop of a live table never passes in silence.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what cannot be set up fails the test")]

mod bombs;
mod configuration;
mod cycles;
mod encoding;
mod many;
mod names;
mod nesting;
mod outside;
mod repository;
mod sql;
mod world;
