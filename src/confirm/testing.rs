//! Snapshots and findings for the tests of this station.

use std::sync::Arc;

use crate::check::{Analysis, Finding, State};
use crate::git::{Change, Files, MemoryTree, Mode, NoRemotes, Oid, Tree};
use crate::migration::operation::Location;
use crate::project::{Level, Project};
use crate::python::syntax::Span;
use crate::python::{Parsed, Sources};

/// A change from `before`, where there is one, to `after`.
pub(super) fn analysis(before: Option<&[(&str, &str)]>, after: &[(&str, &str)]) -> Analysis {
    // One store of blobs, so that equal contents have equal ids.
    let mut tree = MemoryTree::new(before.unwrap_or_default().iter().copied());
    let old: Vec<(Arc<str>, Oid)> = paths(&tree);
    for (path, content) in after {
        tree.insert(path, Mode::File, content.as_bytes());
    }
    let new: Vec<(Arc<str>, Oid)> =
        paths(&tree).into_iter().filter(|(path, _)| after.iter().any(|(kept, _)| **kept == **path)).collect();
    let find = |side: &[(Arc<str>, Oid)], path: &str| {
        side.iter().find(|(other, _)| **other == *path).map(|(_, oid)| (Mode::File, *oid))
    };
    let mut all: Vec<&Arc<str>> = old.iter().chain(&new).map(|(path, _)| path).collect();
    all.sort();
    all.dedup();
    let changes = all
        .into_iter()
        .map(|path| Change { path: path.clone(), before: find(&old, path), after: find(&new, path) })
        .filter(|change| change.before != change.after)
        .collect();
    Analysis {
        after: state(after),
        before: before.into_iter().map(state).collect(),
        changes,
        remotes: Arc::new(NoRemotes),
    }
}

fn paths(tree: &MemoryTree) -> Vec<(Arc<str>, Oid)> {
    tree.entries().unwrap().iter().map(|entry| (entry.path.clone(), entry.oid)).collect()
}

fn state(files: &[(&str, &str)]) -> State {
    let files = Files::new(Arc::new(MemoryTree::new(files.iter().copied()))).unwrap();
    let sources = Sources::new(files, Arc::new(Parsed::default()));
    State { sources, project: Project::default(), environments: Vec::new() }
}

/// A finding about the first place of a file where `text` stands.
pub(super) fn finding(analysis: &Analysis, check: &'static str, level: Level, path: &str, text: &str) -> Finding {
    let file = analysis.after.sources.file(path);
    let start = file.map_or(0, |file| u32::try_from(file.source.text.find(text).unwrap()).unwrap());
    let span = Span { start, end: start + 1 };
    Finding {
        check,
        level,
        subject: "invite_codes".into(),
        location: Location { path: path.into(), span },
        revision: Some("d17f77c24fbb".into()),
        message: "upgrade() drops table `invite_codes`".into(),
        help: None,
        related: Vec::new(),
        loss: None,
        acknowledged: None,
    }
}
