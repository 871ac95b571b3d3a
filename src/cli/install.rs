//! Placeholder.

use super::{Exit, Globals};

/// Put the hooks into this clone
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  migguard install")]
pub struct Args {}

pub fn run(_: &Args, _: &Globals) -> anyhow::Result<Exit> {
    todo!()
}
