//! The second net: what `git commit --no-verify` let through is found in CI, whatever was done to the commits since.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what cannot be set up fails the test")]

mod formats;
mod output;
mod ready_made;
mod since;
mod world;
