//! Where the project keeps its migrations: Alembic's environments and migguard's own settings.

mod level;
mod settings;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use level::Level;
pub use settings::{Accepted, Settings};

use crate::python::ImportRoots;

/// What a snapshot says about its own Alembic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Project {
    pub settings: Settings,
    pub environments: Vec<Environment>,
    /// Sections of configuration that name a `script_location` which cannot be resolved.
    pub skipped: Vec<Skipped>,
}

/// A section that describes no environment that could be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    pub config: Arc<str>,
    pub section: String,
    pub why: String,
}

/// One environment: a section of Alembic's configuration, its `env.py` and its revisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// `alembic.ini`, `pyproject.toml`; `None` where the `env.py` was found by itself.
    pub config: Option<Arc<str>>,
    /// The section's name; `alembic` by default.
    pub section: String,
    /// As a folder relative to the top level.
    pub script_location: Arc<str>,
    /// The path of `env.py`; `None` where there is none.
    pub env: Option<Arc<str>>,
    /// Folders of revisions, relative to the top level.
    pub versions: Vec<Arc<str>>,
    /// Alembic's `recursive_version_locations`.
    pub recursive_version_locations: bool,
    /// Every option of the section, interpolated: what `config.get_main_option` answers.
    pub options: BTreeMap<String, String>,
    /// What stands on `sys.path` when `env.py` runs: `prepend_sys_path`, the configuration's folder, parents of
    /// top-level packages, `src/`, and what `env.py` itself puts there with literals.
    pub roots: ImportRoots,
}
