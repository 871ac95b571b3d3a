//! `migguard status`: what migguard sees.

mod chain;
mod overview;
#[cfg(test)]
mod testing;
mod text;

use std::path::Path;

use anyhow::Result;

use super::{Exit, Globals, terminal};
use crate::check::Analysis;
use crate::git::{Comparison, Repository};
use crate::hook;
use crate::report::json;
use overview::Overview;

/// Show what migguard sees: hook, models, chain, and what autogenerate would drop
///
/// Each model is marked ✓ (Alembic's env.py reaches it), ✗ (it does not) or ? (it cannot be known, with the reason).
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  migguard status
  migguard status --format json | jq '.environments[].unmapped_tables'")]
pub struct Args {
    /// How it is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

pub fn run(args: &Args, globals: &Globals) -> Result<Exit> {
    let repository = Repository::open(globals.directory.as_deref())?;
    // What stands is asked about, not what changes.
    let snapshot = if repository.is_bare() {
        repository.all()?
    } else {
        Comparison { parents: Vec::new(), changes: Vec::new(), ..repository.staged()? }
    };
    let analysis = Analysis::read(&snapshot)?;
    let overview = Overview::of(&analysis.after, hook::state(globals.directory.as_deref().unwrap_or(Path::new(".")))?);
    terminal::print(&match args.format {
        Format::Text => text::render(&overview, terminal::stdout_style(globals.color)),
        Format::Json => json::to_text(&overview),
    })?;
    Ok(Exit::Clean)
}
