//! What is asked of a snapshot while something is worked out from it: as long as the answers stay, so does the result.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::{Entry, Target};

/// A question to [`super::Files`], and its answer. The answer to a path is the object id of its file: content needs no
/// question of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Read {
    Path(String, Target),
    Entry(String, Option<Entry>),
    Folder(String, Vec<String>),
}

/// Writes down what is asked, where somebody wants to know.
#[derive(Default)]
pub(super) struct Recorder(Mutex<Option<Reads>>);

#[derive(Default)]
struct Reads {
    paths: HashMap<String, Target>,
    entries: HashMap<String, Option<Entry>>,
    folders: HashMap<String, Vec<String>>,
    everything: bool,
}

impl Recorder {
    pub(super) fn start(&self) {
        *self.reads() = Some(Reads::default());
    }

    /// What was asked since; `None` where that was everything.
    pub(super) fn finish(&self) -> Option<Vec<Read>> {
        let reads = self.reads().take().filter(|reads| !reads.everything)?;
        let paths = reads.paths.into_iter().map(|(path, target)| Read::Path(path, target));
        let entries = reads.entries.into_iter().map(|(path, entry)| Read::Entry(path, entry));
        let folders = reads.folders.into_iter().map(|(path, names)| Read::Folder(path, names));
        Some(paths.chain(entries).chain(folders).collect())
    }

    pub(super) fn path(&self, path: &str, target: &Target) {
        if let Some(reads) = &mut *self.reads()
            && !reads.paths.contains_key(path)
        {
            reads.paths.insert(path.to_owned(), target.clone());
        }
    }

    pub(super) fn entry(&self, path: &str, entry: Option<&Entry>) {
        if let Some(reads) = &mut *self.reads()
            && !reads.entries.contains_key(path)
        {
            reads.entries.insert(path.to_owned(), entry.cloned());
        }
    }

    pub(super) fn folder(&self, path: &str, names: impl FnOnce() -> Vec<String>) {
        if let Some(reads) = &mut *self.reads()
            && !reads.folders.contains_key(path)
        {
            reads.folders.insert(path.to_owned(), names());
        }
    }

    pub(super) fn everything(&self) {
        if let Some(reads) = &mut *self.reads() {
            reads.everything = true;
        }
    }

    fn reads(&self) -> MutexGuard<'_, Option<Reads>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
