//! What runs before `flask db migrate` or `litestar database` does: the application, which has imported its models by then.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::is_test;
use super::sifted::Sifted;
use crate::git::{Entry, Mode, parent};
use crate::python::graph::Graph;
use crate::python::{ModuleFile, Sources};

/// What stands in a module that makes an application or binds migrations to one.
const STARTS: [&str; 6] =
    ["Flask(", "flask_migrate", "FlaskGroup(", "Litestar(", "SQLAlchemyAsyncConfig(", "SQLAlchemySyncConfig("];

/// Whether `env.py` takes its metadata from an application that runs already: Flask's `current_app`, or the registry of
/// advanced-alchemy, whose commands are Litestar's.
pub(super) fn is_asked_for(graph: &mut Graph<'_>, env: &Arc<str>) -> bool {
    graph.facts(env).is_some_and(|facts| {
        facts.imports.iter().any(|import| {
            let name = import.name.as_deref();
            match import.module.split('.').next() {
                Some("flask") => matches!(name, Some("current_app") | None),
                Some("advanced_alchemy") => matches!(name, Some("metadata_registry" | "orm_registry")),
                _ => false,
            }
        })
    })
}

/// The files that make the application: the factory, those that bind Flask-Migrate to it, `manage.py`, `wsgi.py`, and
/// what the project installs as commands.
pub(super) fn roots(sources: &Sources, graph: &mut Graph<'_>, sifted: &mut Sifted) -> BTreeSet<Arc<str>> {
    let mut roots = BTreeSet::new();
    let mut modules = BTreeSet::new();
    let mut others = Vec::new();
    let mut configurations = Vec::new();
    for entry in sources.files.all() {
        let kind = kind(entry);
        if kind == Kind::Other {
            continue;
        }
        let Some(content) = sources.files.content(entry) else { continue };
        if kind == Kind::Configuration {
            modules.extend(commands(&String::from_utf8_lossy(&content)));
            configurations.push(entry.clone());
        } else if kind == Kind::Program || can_start(&content) {
            roots.insert(entry.path.clone());
        } else {
            others.push(&entry.oid);
        }
    }
    sifted.starting(&roots, others, configurations);
    for module in modules {
        if let Some(path) = graph.find(&module).as_ref().and_then(ModuleFile::path) {
            roots.insert(path.clone());
        }
    }
    // Alembic's own scripts are no part of the application.
    roots.retain(|path| !(path.ends_with("/env.py") && sources.files.is_folder(&format!("{}/versions", parent(path)))));
    roots
}

/// What a file's name says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It names the commands that the project installs.
    Configuration,
    /// It is made to be started.
    Program,
    Module,
    /// Nothing that could make the application.
    Other,
}

pub(super) fn kind(entry: &Entry) -> Kind {
    if entry.mode != Mode::File || is_test(&entry.path) {
        return Kind::Other;
    }
    match entry.path.rsplit('/').next().unwrap_or_default() {
        "pyproject.toml" | "setup.cfg" | ".flaskenv" | "setup.py" => Kind::Configuration,
        "manage.py" | "wsgi.py" | "autoapp.py" => Kind::Program,
        name if name.ends_with(".py") => Kind::Module,
        _ => Kind::Other,
    }
}

/// Whether a module makes the application or binds migrations to it.
pub(super) fn can_start(content: &[u8]) -> bool {
    let text = String::from_utf8_lossy(content);
    let derives =
        |line: &str| line.trim_start().starts_with("class ") && (line.contains("Flask)") || line.contains("Flask,"));
    STARTS.iter().any(|word| text.contains(word)) || text.contains("Flask") && text.lines().any(derives)
}

/// The modules in lines such as `name = "package.module:function"`, and in `FLASK_APP=package.module:create_app`.
fn commands(text: &str) -> Vec<String> {
    let mut modules = Vec::new();
    for line in text.lines().filter(|line| line.len() < 1_000) {
        let Some((_, value)) = line.split_once('=') else { continue };
        for part in value.split([',', '=', '[', ']']) {
            let part = part.trim().trim_matches(['"', '\'']);
            let module = part.split(':').next().unwrap_or_default().trim_end_matches(".py").replace('/', ".");
            let is_dotted = module.split('.').all(|name| {
                name.starts_with(|c: char| c == '_' || c.is_alphabetic())
                    && name.chars().all(|c| c == '_' || c.is_alphanumeric())
            });
            if is_dotted && (part.contains(':') || line.trim_start().starts_with("FLASK_APP")) {
                modules.push(module);
            }
        }
    }
    modules
}
