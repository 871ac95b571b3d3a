//! What stands on `sys.path` when `env.py` runs, the nearer folders first.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::git::{Files, join, parent};
use crate::python::interpreter::{Call, Host, Interpreter};
use crate::python::syntax::Name;
use crate::python::value::{ROOT, Value};
use crate::python::{ImportRoots, Sources};

/// Folders of packages beyond the nearest ones belong to other projects of the repository.
const PACKAGES: usize = 64;

/// The folders that hold a top-level package: one whose own folder is no package itself.
pub(super) fn package_parents(files: &Files) -> Vec<String> {
    let packages: BTreeSet<&str> =
        files.entries().iter().filter_map(|entry| entry.path.strip_suffix("/__init__.py")).collect();
    let top: BTreeSet<&str> =
        packages.iter().map(|package| parent(package)).filter(|parent| !packages.contains(parent)).collect();
    top.into_iter().map(str::to_owned).collect()
}

/// Before `env.py` itself changes anything. `folder` is the configuration's.
pub(super) fn before_env(files: &Files, packages: &[String], folder: &str, prepended: &[String]) -> ImportRoots {
    let mut roots = ImportRoots(Vec::new());
    let is_package = |path: &str| join(path, "__init__.py").is_some_and(|init| files.is_file(&init));
    // A folder inside a package is on `sys.path` only where Alembic is run in it, and its modules must hide no others:
    // `prepend_sys_path = .` is in every template.
    let inside = is_package(folder);
    for path in prepended.iter().filter(|path| !inside || *path != folder) {
        roots.add(path);
    }
    let mut above = folder;
    loop {
        if !is_package(above) {
            roots.add(above);
            if let Some(src) = join(above, "src").filter(|src| files.is_folder(src)) {
                roots.add(&src);
            }
        }
        if above.is_empty() {
            break;
        }
        above = parent(above);
    }
    let mut nearest: Vec<&String> = packages.iter().collect();
    nearest.sort_by_cached_key(|package| {
        (usize::MAX - shared(package, folder), package.matches('/').count(), package.len())
    });
    nearest.into_iter().take(PACKAGES).for_each(|package| roots.add(package));
    roots.add(folder);
    roots
}

/// With what `env.py` puts on `sys.path` where the value can be known.
pub(super) fn with_env(sources: &Sources, env: &Arc<str>, roots: ImportRoots, bases: &[String]) -> ImportRoots {
    let changes_path = |text: &str| text.contains("sys.path") || text.contains("addsitedir");
    if !sources.file(env).is_some_and(|file| changes_path(&file.source.text)) {
        return roots;
    }
    let mut vm = Interpreter::new(sources, &roots, SysPath::default());
    vm.run_module(env);
    let SysPath { first, last } = vm.host;
    let mut changed = ImportRoots(Vec::new());
    let folders = |path: &String| -> Vec<String> {
        let found: Vec<Option<String>> = match path.strip_prefix(ROOT) {
            Some(rest) => vec![join("", rest.trim_start_matches('/'))],
            None => bases.iter().map(|base| join(base, path)).collect(),
        };
        found.into_iter().flatten().filter(|path| sources.files.is_folder(path)).take(1).collect()
    };
    // What is inserted last stands first.
    first.iter().rev().flat_map(folders).for_each(|path| changed.add(&path));
    roots.0.iter().for_each(|path| changed.add(path));
    last.iter().flat_map(folders).for_each(|path| changed.add(&path));
    changed
}

/// How many folders two paths have in common.
fn shared(a: &str, b: &str) -> usize {
    a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).count()
}

impl ImportRoots {
    fn add(&mut self, path: &str) {
        if !self.0.iter().any(|known| known == path) {
            self.0.push(path.to_owned());
        }
    }
}

/// Hears what is put on `sys.path`.
#[derive(Default)]
pub(super) struct SysPath {
    first: Vec<String>,
    last: Vec<String>,
}

impl Host for SysPath {
    fn call(vm: &mut Interpreter<'_, Self>, call: &Call) -> Option<Value> {
        let Value::External(path) = &call.callee else { return None };
        let arguments = &call.arguments.positional;
        match &**path {
            "sys.path.insert" => vm.host.first.extend(arguments.get(1).into_iter().flat_map(texts)),
            "sys.path.append" | "site.addsitedir" => vm.host.last.extend(arguments.first().into_iter().flat_map(texts)),
            "sys.path.extend" => {
                let values = match arguments.first() {
                    Some(Value::List(items)) => items.borrow().values.clone(),
                    Some(Value::Tuple(values)) => values.to_vec(),
                    _ => Vec::new(),
                };
                vm.host.last.extend(values.iter().flat_map(texts));
            }
            _ => return None,
        }
        Some(Value::None)
    }

    fn attribute(_: &mut Interpreter<'_, Self>, _: &Value, _: &Name) -> Option<Value> {
        None
    }

    /// What cannot be followed puts nothing on the path that could be known.
    fn unreadable(_: &mut Interpreter<'_, Self>, _: &str, _: &str) {}
}

/// The paths that a value may be.
fn texts(value: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::Path(path) => Some(path.to_string()),
        value => value.as_str().map(std::string::ToString::to_string),
    };
    value.alternatives().iter().filter_map(text).collect()
}
