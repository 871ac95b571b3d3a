//! Which files can declare a model: only those are parsed and run.

use std::collections::HashSet;
use std::sync::Arc;

use super::declarative::Declarative;
use super::is_test;
use super::reach::Reach;
use crate::git::{Entry, Mode};
use crate::migration::schema_item::last_part;
use crate::project::Environment;
use crate::python::syntax::{Expr, ExprKind, Stmt, StmtKind};

/// A file that declares a model on its own holds one of these. One that only derives from a model holds the model's name.
const WORDS: [&str; 9] =
    ["sqlalchemy", "sqlmodel", "SQLModel", "Column", "Mapped", "__tablename__", "Table(", ".Model", "advanced_alchemy"];

/// Steps of one call inside of a declaration.
const DECLARATION: usize = 100_000;

/// Steps of one call that is no declaration.
const CALL: usize = 10_000;

/// Runs the module level of every file that can declare a model.
pub(super) fn run(reach: &mut Reach<'_>, declarative: &mut Declarative, environment: &Environment) {
    let entries: Vec<Entry> = reach.vm.sources.files.entries().to_vec();
    let mut others: Vec<(Arc<str>, Arc<[u8]>)> = Vec::new();
    for entry in entries {
        if entry.mode != Mode::File || !entry.path.ends_with(".py") {
            continue;
        }
        let is_reached = reach.closure.files.contains_key(&entry.path);
        if !is_reached && (is_test(&entry.path) || is_revision(&entry.path, environment)) {
            continue;
        }
        let Some(content) = reach.vm.sources.files.content(&entry) else { continue };
        let is_candidate = match std::str::from_utf8(&content) {
            Ok(text) => WORDS.iter().any(|word| text.contains(word)),
            Err(_) => true,
        };
        if is_candidate {
            run_file(reach, &entry.path);
        } else {
            others.push((entry.path, content));
        }
    }
    let mut asked = 0;
    let mut names: HashSet<Vec<u8>> = HashSet::new();
    loop {
        let classes = reach.vm.host.classes.clone();
        let mut is_new = asked == 0 && bases(reach, &mut names);
        for class in classes.iter().skip(asked) {
            if declarative.is_declarative(&mut reach.vm, class) {
                is_new |= names.insert(class.def.name.as_bytes().to_vec());
            }
        }
        asked = classes.len();
        if !is_new {
            break;
        }
        let (found, rest): (Vec<_>, Vec<_>) = others
            .into_iter()
            .partition(|(_, content)| holds_class(content) && words(content).any(|w| names.contains(w)));
        others = rest;
        for (path, _) in &found {
            run_file(reach, path);
        }
    }
    for path in reach.ran.clone() {
        run_rest(reach, &path);
    }
}

/// The names of bases that a call makes: `Entity = declarative_base()`.
fn bases(reach: &mut Reach<'_>, names: &mut HashSet<Vec<u8>>) -> bool {
    let before = names.len();
    for path in reach.ran.clone() {
        let Some(file) = reach.vm.sources.file(&path) else { continue };
        for statement in file.body.iter() {
            let StmtKind::Assign { targets, value } = &statement.kind else { continue };
            let ExprKind::Call { function, .. } = &value.kind else { continue };
            let called = function.dotted().unwrap_or_default();
            if matches!(last_part(&called), "declarative_base" | "generate_base" | "automap_base") {
                names.extend(targets.iter().filter_map(|target| Some(target.dotted()?.into_bytes())));
            }
        }
    }
    names.len() > before
}

/// Runs what surely declares something: the rest waits until all of it is there.
fn run_file(reach: &mut Reach<'_>, path: &Arc<str>) {
    reach.vm.renew();
    reach.vm.call_limit = Some(DECLARATION);
    reach.vm.run_statements(path, &declares);
    reach.vm.call_limit = None;
    reach.ran.push(path.clone());
}

/// Runs the other statements, which may make a table by a call, with little patience for each.
fn run_rest(reach: &mut Reach<'_>, path: &Arc<str>) {
    reach.vm.renew();
    reach.vm.call_limit = Some(CALL);
    reach.vm.run_module(path);
    reach.vm.call_limit = None;
    // What discovers modules when it is imported was followed where it is reached; elsewhere it counts for nothing.
    reach.vm.host.imports.clear();
    reach.vm.host.loads.clear();
}

/// Whether a statement holds a class, or makes a table or what belongs to one.
fn declares(statement: &Stmt) -> bool {
    match &statement.kind {
        StmtKind::ClassDef(_) => true,
        StmtKind::Assign { value: Expr { kind: ExprKind::Call { function, .. }, .. }, .. }
        | StmtKind::AnnAssign { value: Some(Expr { kind: ExprKind::Call { function, .. }, .. }), .. }
        | StmtKind::Expr(Expr { kind: ExprKind::Call { function, .. }, .. }) => {
            let called = function.dotted().unwrap_or_default();
            matches!(last_part(&called), "Table" | "Index" | "MetaData" | "registry" | "SQLAlchemy")
                || called.ends_with("_base")
        }
        kind => kind.suites().into_iter().any(|suite| suite.iter().any(declares)),
    }
}

fn is_revision(path: &str, environment: &Environment) -> bool {
    environment.versions.iter().any(|folder| super::is_below(path, folder) && !folder.is_empty())
}

fn holds_class(content: &[u8]) -> bool {
    content.split(|byte| *byte == b'\n').any(|line| line.trim_ascii_start().starts_with(b"class "))
}

/// The words of a file, as identifiers are written.
fn words(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    content.split(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii())).filter(|w| !w.is_empty())
}
