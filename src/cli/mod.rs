//! What people type: one file a command.

use std::path::PathBuf;

pub use clap::ColorChoice;

pub mod demo;
pub mod install;
pub mod uninstall;

/// Options of all commands.
pub struct Globals {
    pub directory: Option<PathBuf>,
    pub color: ColorChoice,
}

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Clean = 0,
    Blocked = 1,
    Failed = 2,
    Interrupted = 130,
}
