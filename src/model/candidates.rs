//! Which files can declare a model: only those are parsed and run.

use std::collections::BTreeSet;
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
    let entries: Vec<Entry> = reach.vm.sources.files.all().to_vec();
    let mut others: Vec<(Entry, Arc<[u8]>)> = Vec::new();
    for entry in entries {
        let is_reached = reach.closure.files.contains_key(&entry.path);
        if !is_looked_at(&entry, is_reached, environment) {
            continue;
        }
        let Some(content) = reach.vm.sources.files.content(&entry) else { continue };
        if can_declare(&content) {
            run_file(reach, &entry.path);
        } else {
            others.push((entry, content));
        }
    }
    let mut asked = 0;
    let mut names: BTreeSet<Vec<u8>> = BTreeSet::new();
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
        let (found, rest): (Vec<_>, Vec<_>) = others.into_iter().partition(|(_, content)| can_derive(content, &names));
        others = rest;
        for (entry, _) in &found {
            run_file(reach, &entry.path);
        }
    }
    for path in reach.ran.clone() {
        run_rest(reach, &path);
    }
    reach.sifted.declaring(&reach.ran, others.iter().map(|(entry, _)| &entry.oid), names);
}

/// Whether a file may have models that are the project's.
pub(super) fn is_looked_at(entry: &Entry, is_reached: bool, environment: &Environment) -> bool {
    let is_python = entry.mode == Mode::File && entry.path.ends_with(".py");
    is_python && (is_reached || !(is_test(&entry.path) || is_revision(&entry.path, environment)))
}

/// Whether a file can declare a model on its own.
pub(super) fn can_declare(content: &[u8]) -> bool {
    std::str::from_utf8(content).map_or(true, |text| WORDS.iter().any(|word| text.contains(word)))
}

/// Whether a file can derive from one of these classes.
pub(super) fn can_derive(content: &[u8], names: &BTreeSet<Vec<u8>>) -> bool {
    holds_class(content) && words(content).any(|word| names.contains(word))
}

/// The names of bases that a call makes: `Entity = declarative_base()`.
fn bases(reach: &mut Reach<'_>, names: &mut BTreeSet<Vec<u8>>) -> bool {
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
