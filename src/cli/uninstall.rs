//! `migguard uninstall`.

use std::io::{self, Write as _};
use std::path::Path;

use super::{Exit, Globals};
use crate::hook::{self, Removed};

/// Remove migguard's hooks from this clone and put back what was there before
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  migguard uninstall")]
pub struct Args {}

pub fn run(_: &Args, globals: &Globals) -> anyhow::Result<Exit> {
    let directory = globals.directory.as_deref().unwrap_or(Path::new("."));
    let removal = hook::uninstall(directory)?;
    let mut text = String::new();
    for (path, removed) in &removal.hooks {
        text.push_str(&match removed {
            Removed::Nothing => format!("Removed {}\n", path.display()),
            Removed::Previous => format!("Put back {}, as it was before migguard\n", path.display()),
            Removed::Kept { kept } => format!(
                "Removed {}\n  The hook that was there before stays in {}: the one there now takes its place.\n",
                path.display(),
                kept.display()
            ),
        });
    }
    if removal.hooks.is_empty() {
        text.push_str("No hook of migguard is installed here.\n");
    }
    let _ = io::stdout().write_all(text.as_bytes());
    Ok(Exit::Clean)
}
