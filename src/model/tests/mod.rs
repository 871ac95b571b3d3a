//! What `Metadata::read` says of small projects.

mod closure;
mod declarations;
mod discovery;
mod styles;
mod target;
mod traps;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Metadata, Model, Registered};
use crate::git::{Files, MemoryTree};
use crate::project::{Environment, Settings};
use crate::python::{ImportRoots, Parsed, Sources};

/// Reads a project whose `env.py` stands in `alembic/`, beside what it imports.
fn read(files: &[(&str, &str)]) -> Metadata {
    read_in(&[""], "alembic/env.py", files)
}

fn read_in(roots: &[&str], env: &str, files: &[(&str, &str)]) -> Metadata {
    let tree = MemoryTree::new(files.iter().copied());
    let environment = environment(roots, env);
    let sources = Sources::new(Files::new(Arc::new(tree)).unwrap(), Arc::new(Parsed::default()));
    crate::stack::with_room(|| Metadata::read(&sources, &environment, &Settings::default())).0
}

fn environment(roots: &[&str], env: &str) -> Environment {
    let folder = crate::git::parent(env);
    Environment {
        config: None,
        section: "alembic".into(),
        script_location: folder.into(),
        env: Some(env.into()),
        versions: vec![format!("{folder}/versions").into()],
        recursive_version_locations: false,
        options: BTreeMap::from([("models".to_owned(), "app.models".to_owned())]),
        roots: ImportRoots(roots.iter().map(|root| (*root).to_owned()).collect()),
    }
}

/// One line a model: `+` reached, `-` not, `?` unknown, `0` where none is; its class and table.
fn verdicts(metadata: &Metadata) -> Vec<String> {
    metadata.models.iter().map(verdict).collect()
}

fn verdict(model: &Model) -> String {
    let sign = match model.registered {
        Registered::Yes => '+',
        Registered::No => '-',
        Registered::Unknown(_) => '?',
        Registered::NoneReached => '0',
    };
    let class = model.class.as_deref().unwrap_or("Table");
    let table = model.table.as_ref().map_or_else(|| "?".to_owned(), ToString::to_string);
    format!("{sign} {class} {table}")
}

/// A model's columns by their names.
fn columns<'m>(metadata: &'m Metadata, class: &str) -> Vec<&'m str> {
    let model = metadata.models.iter().find(|model| model.class.as_deref() == Some(class)).unwrap();
    model.columns.iter().map(|column| column.column.name.known().unwrap_or("?")).collect()
}
