//! `env.py` files that no configuration names: those that use `alembic.context` beside a `versions` folder.

use std::collections::HashSet;
use std::sync::Arc;

use super::import_roots;
use crate::git::{Files, Mode, join, parent};
use crate::python::syntax::{Stmt, StmtKind};
use crate::python::{ImportRoots, Sources};

/// Modules that are read in search of `alembic.context` for one `env.py`.
const MODULES: usize = 50;

/// How far such imports are followed from `env.py`.
const DEPTH: usize = 3;

/// Their paths, sorted.
pub(super) fn find(sources: &Sources, packages: &[String]) -> Vec<Arc<str>> {
    let files = &sources.files;
    let mut found: Vec<Arc<str>> = Vec::new();
    for entry in files.entries() {
        let path = &entry.path;
        if entry.mode == Mode::Submodule || !(**path == *"env.py" || path.ends_with("/env.py")) {
            continue;
        }
        let folder = parent(path);
        if !join(folder, "versions").is_some_and(|versions| files.is_folder(&versions)) {
            continue;
        }
        let roots = import_roots::before_env(files, packages, parent(folder), &[]);
        if uses_context(sources, &roots, path) {
            found.push(path.clone());
        }
    }
    found
}

/// The `env.py` in a folder.
pub(super) fn in_folder(files: &Files, folder: &str) -> Option<String> {
    join(folder, "env.py").filter(|env| files.is_file(env))
}

fn uses_context(sources: &Sources, roots: &ImportRoots, env: &Arc<str>) -> bool {
    let mut seen: HashSet<Arc<str>> = HashSet::from([env.clone()]);
    let mut level = vec![env.clone()];
    for _ in 0..DEPTH {
        let mut next = Vec::new();
        for path in level {
            let Some(file) = sources.file(&path) else { continue };
            let mut imports = Vec::new();
            file.body.iter().for_each(|statement| collect(statement, &mut imports));
            if imports.iter().any(|import| import == "alembic.context" || import.starts_with("alembic.context.")) {
                return true;
            }
            for import in imports {
                let relative = import.strip_prefix('.').and_then(|name| relative(sources, &path, name));
                let module = relative.or_else(|| roots.find(&sources.files, &import)?.path().cloned());
                if let Some(module) = module
                    && seen.len() < MODULES
                    && seen.insert(module.clone())
                {
                    next.push(module);
                }
            }
        }
        level = next;
    }
    false
}

/// The module that a name with further leading dots means in a file.
fn relative(sources: &Sources, path: &str, name: &str) -> Option<Arc<str>> {
    let mut folder = parent(path);
    let mut name = name;
    while let Some(rest) = name.strip_prefix('.') {
        (folder, name) = (parent(folder), rest);
    }
    let base = join(folder, &name.replace('.', "/"))?;
    crate::python::modules::find_at(&sources.files, &base)?.path().cloned()
}

/// The dotted names that a statement imports, functions included. `from a import b` is `a` and `a.b`.
fn collect(statement: &Stmt, imports: &mut Vec<String>) {
    match &statement.kind {
        StmtKind::Import(aliases) => imports.extend(aliases.iter().map(|alias| alias.name.to_string())),
        StmtKind::ImportFrom(import) => {
            let module = format!("{}{}", ".".repeat(import.level as usize), import.module);
            let dot = if import.module.is_empty() { "" } else { "." };
            imports.extend(import.names.iter().map(|alias| format!("{module}{dot}{}", alias.name)));
            imports.push(module);
        }
        StmtKind::FunctionDef(def) => def.body.iter().for_each(|statement| collect(statement, imports)),
        kind => {
            kind.suites().into_iter().flat_map(|suite| suite.iter()).for_each(|statement| collect(statement, imports));
        }
    }
}
