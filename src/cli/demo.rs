//! Placeholder.

use super::{Exit, Globals};

/// Replay the incident
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  migguard demo")]
pub struct Args {}

pub fn run(_: &Args, _: &Globals) -> anyhow::Result<Exit> {
    todo!()
}
