//! The two kinds of snapshot: what is staged, and what a commit holds.

use std::sync::{Arc, OnceLock};

use super::reader::{Readers, to_entries};
use super::{Entry, Oid, ReadError, Tree};

/// A snapshot that lists its paths only when somebody asks for them.
pub(super) struct Snapshot {
    readers: Arc<Readers>,
    kind: Kind,
    entries: OnceLock<Vec<Entry>>,
}

enum Kind {
    Staged,
    Commit(Oid),
}

impl Snapshot {
    /// What the index would commit.
    pub(super) fn staged(readers: &Arc<Readers>) -> Arc<dyn Tree> {
        Self::new(readers, Kind::Staged)
    }

    /// What a commit holds.
    pub(super) fn commit(readers: &Arc<Readers>, commit: Oid) -> Arc<dyn Tree> {
        Self::new(readers, Kind::Commit(commit))
    }

    fn new(readers: &Arc<Readers>, kind: Kind) -> Arc<dyn Tree> {
        Arc::new(Self { readers: readers.clone(), kind, entries: OnceLock::new() })
    }

    fn list(&self) -> Result<Vec<Entry>, ReadError> {
        match &self.kind {
            Kind::Staged => self.readers.many(|| "the index".to_owned(), |reader| to_entries(reader.staged()?)),
            Kind::Commit(commit) => self
                .readers
                .many(|| format!("the files of commit {commit}"), |reader| to_entries(reader.committed(commit)?)),
        }
    }
}

impl Tree for Snapshot {
    fn entries(&self) -> Result<&[Entry], ReadError> {
        match self.entries.get() {
            Some(entries) => Ok(entries),
            None => {
                let entries = self.list()?;
                Ok(self.entries.get_or_init(|| entries))
            }
        }
    }

    fn blob(&self, oid: &Oid) -> Result<Arc<[u8]>, ReadError> {
        self.readers.one(|| format!("object {oid}"), |reader| reader.blob(oid))
    }
}
