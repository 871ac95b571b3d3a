//! What a snapshot is to everybody else: entries, blobs, and how two snapshots differ.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use thiserror::Error;

use super::{Kept, Oid};

/// What an entry of a tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Mode {
    File,
    /// A symbolic link; its blob is the path it leads to.
    Link,
    /// A commit of another repository: it has no blob here.
    Submodule,
}

/// One path of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// Relative to the top level, see [`super::decode_path`].
    #[serde(with = "crate::texts")]
    pub path: Arc<str>,
    pub mode: Mode,
    pub oid: Oid,
}

/// What stands between us and an object. Always the repository's state, never the project's content.
#[derive(Debug, Clone, Error)]
#[error("cannot read {what}: {why}")]
pub struct ReadError {
    pub what: String,
    pub why: String,
}

/// A whole snapshot: the staged one, or a commit's.
pub trait Tree: Send + Sync {
    /// Every path of the snapshot, sorted. Read once, then kept.
    fn entries(&self) -> Result<&[Entry], ReadError>;

    /// The content of a blob.
    fn blob(&self, oid: &Oid) -> Result<Arc<[u8]>, ReadError>;
}

/// One path that differs between two snapshots. A rename is a deletion and an addition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub path: Arc<str>,
    /// `None` where the path is new.
    pub before: Option<(Mode, Oid)>,
    /// `None` where the path is deleted.
    pub after: Option<(Mode, Oid)>,
}

/// A snapshot and what it is compared with.
#[derive(Clone)]
pub struct Comparison {
    /// What will be, or is, committed.
    pub after: Arc<dyn Tree>,
    /// `HEAD` first, then the other parents of a merge. Empty before the first commit, and for a whole history.
    pub parents: Vec<Arc<dyn Tree>>,
    /// How `after` differs from the first parent.
    pub changes: Vec<Change>,
    pub remotes: Arc<dyn Remotes>,
    /// What earlier runs have left.
    pub kept: Kept,
}

/// Who else has the files of `HEAD` already.
pub trait Remotes: Send + Sync {
    /// Whether the branch `released`, or any remote-tracking branch where none is given, has a file of this path. Where
    /// there is no such branch at all, `HEAD` is all there is, and has it.
    fn have(&self, path: &str, released: Option<&str>) -> Result<bool, ReadError>;
}

/// A repository of which nobody else has a copy.
pub struct NoRemotes;

impl Remotes for NoRemotes {
    fn have(&self, _: &str, _: Option<&str>) -> Result<bool, ReadError> {
        Ok(true)
    }
}

/// A snapshot held in memory.
#[derive(Debug, Default, Clone)]
pub struct MemoryTree {
    entries: Vec<Entry>,
    blobs: BTreeMap<Oid, Arc<[u8]>>,
}

impl MemoryTree {
    /// A snapshot of ordinary files: path and content.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut tree = Self::default();
        for (path, content) in files {
            tree.insert(path, Mode::File, content.as_bytes());
        }
        tree
    }

    /// Adds a path or replaces it.
    pub fn insert(&mut self, path: &str, mode: Mode, content: &[u8]) {
        let mut hasher = DefaultHasher::new();
        content.hash(&mut hasher);
        // Two trees share the ids of what they share, as git's do.
        let mut id = [0; 20];
        id[..8].copy_from_slice(&hasher.finish().to_be_bytes());
        id[8..16].copy_from_slice(&(content.len() as u64 + 1).to_be_bytes());
        let Some(oid) = Oid::from_bytes(&id) else { return };
        self.blobs.insert(oid, content.into());
        let entry = Entry { path: path.into(), mode, oid };
        match self.entries.binary_search_by(|e| (*e.path).cmp(path)) {
            Ok(at) => self.entries[at] = entry,
            Err(at) => self.entries.insert(at, entry),
        }
    }
}

impl Tree for MemoryTree {
    fn entries(&self) -> Result<&[Entry], ReadError> {
        Ok(&self.entries)
    }

    fn blob(&self, oid: &Oid) -> Result<Arc<[u8]>, ReadError> {
        self.blobs
            .get(oid)
            .cloned()
            .ok_or_else(|| ReadError { what: format!("object {oid}"), why: "it is not in this tree".into() })
    }
}
