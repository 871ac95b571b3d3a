//! The migration files of an environment, as Alembic's `ScriptDirectory` lists them.

use std::collections::HashSet;
use std::sync::Arc;

use super::Environment;
use crate::git::{Files, Target, join};

/// Links may lead to folders that hold them.
const DEPTH: usize = 64;

/// The files that Alembic loads as revisions, in its order: location by location, sorted within a folder. Each comes
/// once, under its own path where a link leads to it; a link that leads out of the snapshot comes under the link's path.
pub fn migration_files(files: &Files, environment: &Environment) -> Vec<Arc<str>> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for folder in &environment.versions {
        let mut folders = HashSet::new();
        list(files, folder, environment.recursive_version_locations, DEPTH, &mut folders, &mut |path| {
            if seen.insert(path.clone()) {
                found.push(path);
            }
        });
    }
    found
}

/// Whether there are any.
pub(super) fn has_migration_files(files: &Files, environment: &Environment) -> bool {
    // Most often the first look at one of the folders says so.
    let holds_one = |folder: &Arc<str>| files.has_file(folder, is_revision);
    environment.versions.iter().any(holds_one) || !migration_files(files, environment).is_empty()
}

/// The files of one folder that Alembic would load.
pub(super) fn in_folder(files: &Files, folder: &str) -> Vec<Arc<str>> {
    let mut found = Vec::new();
    list(files, folder, false, DEPTH, &mut HashSet::new(), &mut |path| found.push(path));
    found
}

fn list(
    files: &Files,
    folder: &str,
    is_recursive: bool,
    depth: usize,
    seen: &mut HashSet<String>,
    add: &mut dyn FnMut(Arc<str>),
) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if !seen.insert(folder.to_owned()) || folder.ends_with("__pycache__") {
        return;
    }
    let mut folders = Vec::new();
    for (name, target) in files.children(folder) {
        match target {
            Target::File(entry) if is_revision(name) => add(entry.path),
            Target::Outside if is_revision(name) => add(join(folder, name).unwrap_or_else(|| name.to_owned()).into()),
            // Python's `os.walk` does not follow links to folders.
            Target::Folder(own) if is_recursive && join(folder, name).as_ref() == Some(&own) => folders.push(own),
            _ => {}
        }
    }
    for path in folders {
        list(files, &path, is_recursive, depth, seen, add);
    }
}

/// Alembic's own pattern: `(?!\.\#|__init__)(.*\.py)$`. Compiled files are never in a repository on purpose.
fn is_revision(name: &str) -> bool {
    matches!(name.rsplit_once('.'), Some((_, "py"))) && !name.starts_with(".#") && !name.starts_with("__init__")
}
