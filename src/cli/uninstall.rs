//! Placeholder.

use super::{Exit, Globals};

/// Take the hooks out
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  migguard uninstall")]
pub struct Args {}

pub fn run(_: &Args, _: &Globals) -> anyhow::Result<Exit> {
    todo!()
}
