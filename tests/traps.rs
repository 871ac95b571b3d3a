//! The trap corpus: each file in `tests/traps` is a migration whose first lines say what `upgrade()` destroys.
//!
//! `# expect: <check> <subject> <line>`, as the findings have it. `# pairing` marks those whose verdict needs the whole
//! `upgrade()` at once: here they are only read, without a panic or an error.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its corpus has failed")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use migguard::git::{Files, MemoryTree, Mode};
use migguard::migration::operation::Operation;
use migguard::migration::script;
use migguard::python::{ImportRoots, Sources};

/// The corpus as a project: the migrations in `versions`, what they import in `support`.
fn corpus() -> (Sources, Vec<Arc<str>>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traps");
    let mut tree = MemoryTree::default();
    let mut paths: Vec<Arc<str>> = Vec::new();
    for (from, to) in [(folder.clone(), "versions"), (folder.join("support"), "support")] {
        for entry in fs::read_dir(from).unwrap() {
            let file = entry.unwrap().path();
            if file.is_file() {
                let path = format!("{to}/{}", file.file_name().unwrap().to_str().unwrap());
                tree.insert(&path, Mode::File, &fs::read(&file).unwrap());
                if to == "versions" && file.extension().is_some_and(|extension| extension == "py") {
                    paths.push(path.into());
                }
            }
        }
    }
    paths.sort();
    (Sources::new(Files::new(Arc::new(tree)).unwrap(), Arc::default()), paths)
}

/// A finding as the corpus writes it, without its line.
fn finding(operation: &Operation) -> Option<String> {
    Some(match operation {
        Operation::DropTable { table, .. } => format!("dropped-table {table}"),
        Operation::DropColumn { table, column, .. } => format!("dropped-column {table}.{column}"),
        Operation::DropIndex { name, .. } => format!("dropped-index {name}"),
        Operation::DropConstraint { name, .. } => format!("dropped-constraint {name}"),
        Operation::DropObject { name, .. } => format!("dropped-object {name}"),
        Operation::DeleteRows { table, .. } => format!("deleted-rows {table}"),
        Operation::Unreadable { .. } => "unreadable-statement ?".into(),
        _ => return None,
    })
}

#[test]
fn every_trap_is_read_as_it_says() {
    let (sources, paths) = corpus();
    let roots = ImportRoots(vec![String::new()]);
    let mut wrong = Vec::new();
    for path in &paths {
        let file = sources.file(path).unwrap_or_else(|| panic!("{path} cannot be read"));
        let reading = script::read(&sources, &roots, path, &BTreeMap::new()).unwrap();
        assert!(reading.error.is_none(), "{path}: {:?}", reading.error);
        let upgrade =
            reading.script.and_then(|script| script.upgrade).unwrap_or_else(|| panic!("{path}: no upgrade()"));
        if file.source.text.lines().next() == Some("# pairing") {
            continue;
        }
        let mut expected: Vec<String> =
            file.source.text.lines().filter_map(|line| line.strip_prefix("# expect: ")).map(str::to_owned).collect();
        let mut found: Vec<String> = upgrade
            .operations
            .iter()
            .filter_map(|operation| {
                let line = file.source.position(operation.location.span.start).0;
                Some(format!("{} {line}", finding(&operation.operation)?))
            })
            .collect();
        expected.sort();
        found.sort();
        if expected != found {
            wrong.push(format!("{path}\n  expected {expected:?}\n  found    {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} traps:\n{}", wrong.len(), wrong.join("\n"));
    assert!(paths.len() >= 80, "only {} traps", paths.len());
}
