//! Where the project keeps its migrations: Alembic's environments and migguard's own settings.

mod config;
mod env_files;
mod environment;
mod import_roots;
mod level;
mod options;
mod settings;
mod version_folders;
mod versions;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use level::Level;
pub use settings::{Accepted, ProjectError, Settings};
pub use versions::migration_files;

use crate::python::{ImportRoots, Sources};

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// migguard's own settings. `checks` are the names that levels may be given for.
pub fn settings(sources: &Sources, checks: &[&str]) -> Result<Settings, ProjectError> {
    settings::load(&sources.files, checks)
}

/// The environments of a snapshot. One that cannot be found is [`Project::skipped`].
pub fn discover(sources: &Sources, settings: Settings) -> Project {
    let packages = import_roots::package_parents(&sources.files);
    let mut project = Project { settings, ..Project::default() };
    if project.settings.environments.is_empty() {
        for path in config::candidates(&sources.files) {
            add_config(&mut project, sources, &packages, &path);
        }
        // A configuration without revisions is what other folders run theirs with, or none's yet.
        let has_revisions = |environment: &Environment| versions::has_migration_files(&sources.files, environment);
        if !project.environments.iter().any(has_revisions) {
            for path in env_files::find(sources, &packages) {
                project.environments.extend(environment::of_env_file(sources, &packages, &path));
            }
        }
    }
    for named in project.settings.environments.clone() {
        match env_files::in_folder(&sources.files, &named) {
            Some(env) => project.environments.extend(environment::of_env_file(sources, &packages, &env)),
            None if sources.files.is_file(&named) => add_config(&mut project, sources, &packages, &named),
            None => {
                let why = "it is neither a configuration file nor a folder with an env.py".into();
                project.skipped.push(Skipped { config: named.into(), section: "alembic".into(), why });
            }
        }
    }
    // Two sections that differ in their database only are one environment.
    let mut seen = BTreeSet::new();
    project.environments.retain(|found| seen.insert((found.script_location.clone(), found.versions.clone())));
    project
}

fn add_config(project: &mut Project, sources: &Sources, packages: &[String], path: &str) {
    for section in config::sections(&sources.files, path) {
        match environment::of_section(sources, packages, &section) {
            Ok(found) => project.environments.extend(found),
            Err(why) => {
                project.skipped.push(Skipped { config: section.config, section: section.name, why });
            }
        }
    }
}

#[cfg(test)]
mod tests;
