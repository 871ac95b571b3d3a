//! Snapshots: what a commit holds, what an index would commit, and what differs from another one.

use std::sync::{Arc, OnceLock};

use super::index::Index;
use super::reader::Readers;
use super::{Change, Entry, Oid, ReadError, Tree};

/// What is staged, and `HEAD`. Listing the index takes less than listing a commit: where it is at hand, `HEAD` is told
/// by it, and else the other way round.
pub(super) fn staged(
    readers: &Arc<Readers>,
    head: Option<Oid>,
    changes: &[Change],
    index: Option<Index>,
) -> (Arc<dyn Tree>, Option<Arc<dyn Tree>>) {
    if let Some(index) = index {
        let after: Arc<dyn Tree> = Arc::new(Snapshot::indexed(readers, index));
        let before = head.map(|_| -> Arc<dyn Tree> { Arc::new(Snapshot::before(readers, after.clone(), changes)) });
        return (after, before);
    }
    let before = head.map(|head| -> Arc<dyn Tree> { Arc::new(Snapshot::committed(readers, head)) });
    (Arc::new(Snapshot::after(readers, before.clone(), changes.to_vec())), before)
}

/// A snapshot. Its paths are listed when somebody asks for them.
pub(super) struct Snapshot {
    readers: Arc<Readers>,
    source: Source,
    entries: OnceLock<Vec<Entry>>,
}

/// What tells of a snapshot.
enum Source {
    Commit(Oid),
    /// What an index would commit.
    Index(Box<Index>),
    /// Another snapshot, or none, and what is different, sorted by path: `HEAD` and what is staged, either of them told by
    /// the other.
    Other(Option<Arc<dyn Tree>>, Vec<Change>),
}

impl Snapshot {
    pub(super) fn committed(readers: &Arc<Readers>, commit: Oid) -> Self {
        Self::new(readers, Source::Commit(commit))
    }

    pub(super) fn indexed(readers: &Arc<Readers>, index: Index) -> Self {
        Self::new(readers, Source::Index(Box::new(index)))
    }

    /// The one that `other` is after these changes.
    pub(super) fn after(readers: &Arc<Readers>, other: Option<Arc<dyn Tree>>, changes: Vec<Change>) -> Self {
        Self::new(readers, Source::Other(other, changes))
    }

    /// The one that `other` was before these changes.
    pub(super) fn before(readers: &Arc<Readers>, other: Arc<dyn Tree>, changes: &[Change]) -> Self {
        let undone = |change: &Change| Change { path: change.path.clone(), before: change.after, after: change.before };
        Self::after(readers, Some(other), changes.iter().map(undone).collect())
    }

    fn new(readers: &Arc<Readers>, source: Source) -> Self {
        Self { readers: readers.clone(), source, entries: OnceLock::new() }
    }
}

impl Tree for Snapshot {
    fn entries(&self) -> Result<&[Entry], ReadError> {
        if let Some(entries) = self.entries.get() {
            return Ok(entries);
        }
        let entries = match &self.source {
            Source::Commit(commit) => {
                let what = || format!("the files of commit {commit}");
                sorted(self.readers.one(what, |reader| reader.committed(commit))?)
            }
            Source::Index(index) => {
                sorted(index.entries().map_err(|why| ReadError { what: "what is staged".to_owned(), why })?)
            }
            Source::Other(other, changes) => {
                merge(other.as_ref().map_or(Ok(&[][..]), |other| other.entries())?, changes)
            }
        };
        Ok(self.entries.get_or_init(|| entries))
    }

    fn blob(&self, oid: &Oid) -> Result<Arc<[u8]>, ReadError> {
        self.readers.one(|| format!("object {oid}"), |reader| reader.blob(oid))
    }
}

/// git's order is nearly this one: only a path that is no UTF-8 stands elsewhere as text.
fn sorted(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    entries
}

/// Both are sorted by path, and so is the result.
fn merge(other: &[Entry], changes: &[Change]) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(other.len() + changes.len());
    let mut changes = changes.iter().peekable();
    let after = |change: &Change| {
        let (mode, oid) = change.after?;
        Some(Entry { path: change.path.clone(), mode, oid })
    };
    for entry in other {
        let mut same = false;
        while let Some(change) = changes.next_if(|change| change.path <= entry.path) {
            same |= change.path == entry.path;
            entries.extend(after(change));
        }
        if !same {
            entries.push(entry.clone());
        }
    }
    entries.extend(changes.filter_map(after));
    entries
}
