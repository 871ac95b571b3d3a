//! migguard's own settings: `[tool.migguard]` of `pyproject.toml`, or `migguard.toml`, as they stand in the snapshot.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Level;

/// What the project has set. All of it may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The file they stand in; `None` where there are none.
    pub path: Option<Arc<str>>,
    /// Levels by the name of the check.
    pub levels: BTreeMap<String, Level>,
    /// Alembic's configuration files, or folders with an `env.py`, that are looked at instead of what discovery finds.
    pub environments: Vec<String>,
    /// Folders whose mapped classes must be registered, instead of what the closure suggests.
    pub models: Vec<String>,
    /// Patterns of tables that belong to somebody else.
    pub foreign_tables: Vec<String>,
    /// The branch whose migrations count as released, as `origin/main`.
    pub released: Option<String>,
    /// What was accepted where no line can hold a comment: `check:subject` to the reason.
    pub accepted: Vec<Accepted>,
}

/// One entry of `[tool.migguard.accepted]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    pub check: String,
    pub subject: String,
    pub reason: String,
    /// The line of the entry, from 1.
    pub line: usize,
}
