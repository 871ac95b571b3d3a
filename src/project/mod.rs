//! Where the project keeps its migrations: Alembic's environments and migguard's own settings.

use std::collections::BTreeMap;
use std::sync::Arc;

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
    /// Folders that the configuration puts on `sys.path` (`prepend_sys_path`), relative to the top level.
    pub prepend_sys_path: Vec<String>,
}
