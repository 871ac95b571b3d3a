//! What is asked of a snapshot while something is worked out from it: as long as the answers stay, so does the result.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Entry, Target};

/// A question to [`super::Files`], and its answer. The answer to a path is the object id of its file: content needs no
/// question of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Read {
    Path(#[serde(with = "crate::texts")] Arc<str>, Target),
    Entry(#[serde(with = "crate::texts")] Arc<str>, Option<Entry>),
    Folder(#[serde(with = "crate::texts")] Arc<str>, Vec<String>),
}

thread_local! {
    /// What this thread has asked, where somebody wants to know. Another thread works on something else.
    static READS: RefCell<Option<Reads>> = const { RefCell::new(None) };
}

#[derive(Default)]
struct Reads {
    paths: HashMap<Arc<str>, Target>,
    entries: HashMap<Arc<str>, Option<Entry>>,
    folders: HashMap<Arc<str>, Vec<String>>,
    everything: bool,
}

/// Writes down what this thread asks from here on.
pub(super) fn start() {
    READS.set(Some(Reads::default()));
}

/// What was asked since; `None` where that was everything.
pub(super) fn finish() -> Option<Vec<Read>> {
    let reads = READS.take().filter(|reads| !reads.everything)?;
    let paths = reads.paths.into_iter().map(|(path, target)| Read::Path(path, target));
    let entries = reads.entries.into_iter().map(|(path, entry)| Read::Entry(path, entry));
    let folders = reads.folders.into_iter().map(|(path, names)| Read::Folder(path, names));
    Some(paths.chain(entries).chain(folders).collect())
}

pub(super) fn path(path: &str, target: &Target) {
    note(|reads| {
        if !reads.paths.contains_key(path) {
            reads.paths.insert(path.into(), target.clone());
        }
    });
}

pub(super) fn entry(path: &str, entry: Option<&Entry>) {
    note(|reads| {
        if !reads.entries.contains_key(path) {
            reads.entries.insert(path.into(), entry.cloned());
        }
    });
}

pub(super) fn folder(path: &str, names: impl FnOnce() -> Vec<String>) {
    note(|reads| {
        if !reads.folders.contains_key(path) {
            reads.folders.insert(path.into(), names());
        }
    });
}

pub(super) fn everything() {
    note(|reads| reads.everything = true);
}

fn note(write: impl FnOnce(&mut Reads)) {
    READS.with_borrow_mut(|reads| reads.as_mut().map(write));
}
