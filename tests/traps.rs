//! The trap corpus: each file in `tests/traps` is a migration whose first lines say what is found in its `upgrade()`.
//!
//! `# expect: <check> <subject> <line>`, for the checks of what a migration destroys. Each trap is the only migration of a
//! project of its own; what it imports lies in `support`.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its corpus has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use migguard::check::{Analysis, findings};
use migguard::git::{Comparison, Kept, MemoryTree, Mode, NoRemotes};
use migguard::stack;

/// What the corpus is about. A trap need not have a way back, and creates what it likes.
const CHECKS: [&str; 8] = [
    "dropped-table",
    "dropped-column",
    "dropped-index",
    "dropped-constraint",
    "dropped-object",
    "deleted-rows",
    "narrowed-column",
    "unreadable-statement",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traps")
}

/// The files of a folder by name, sorted.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap()))
        .collect();
    files.sort();
    files
}

/// What is found in one trap, as the corpus writes it.
fn found(name: &str, content: &[u8], kept: &Kept) -> Vec<String> {
    let mut tree = MemoryTree::new([("alembic.ini", "[alembic]\nscript_location = .\n")]);
    for (name, content) in files(&folder().join("support")) {
        tree.insert(&format!("support/{name}"), Mode::File, &content);
    }
    tree.insert(&format!("versions/{name}"), Mode::File, content);
    let comparison = Comparison {
        after: Arc::new(tree),
        parents: Vec::new(),
        changes: Vec::new(),
        remotes: Arc::new(NoRemotes),
        kept: kept.clone(),
    };
    stack::with_room(|| {
        let analysis = Analysis::read(&comparison).unwrap();
        let described = findings(&analysis).into_iter().filter_map(|finding| {
            assert_ne!(finding.check, "unparsable-file", "{name}: {}", finding.message);
            let source = analysis.after.sources.text(&finding.location.path)?;
            let line = source.position(finding.location.span.start).0;
            CHECKS.contains(&finding.check).then(|| format!("{} {} {line}", finding.check, finding.subject))
        });
        described.collect()
    })
}

#[test]
fn every_trap_is_found_as_it_says_and_nothing_else() {
    let mut wrong = Vec::new();
    let traps: Vec<_> = files(&folder()).into_iter().filter(|(name, _)| name.ends_with(".py")).collect();
    for (name, content) in &traps {
        let text = String::from_utf8_lossy(content).replace("\r\n", "\n");
        let mut expected: Vec<String> = text
            .lines()
            .filter_map(|line| line.trim_start_matches('\u{feff}').strip_prefix("# expect: "))
            .map(str::to_owned)
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::in_folder(folder.path());
        let mut found = found(name, content, &kept);
        assert_eq!(self::found(name, content, &kept), found, "{name}, from what the first run has left");
        expected.sort();
        found.sort();
        if expected != found {
            wrong.push(format!("{name}\n  expected {expected:?}\n  found    {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} traps:\n{}", wrong.len(), wrong.join("\n"));
    assert!(traps.len() >= 80, "only {} traps", traps.len());
}
