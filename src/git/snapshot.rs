//! The kinds of snapshot: what a commit holds, what an index holds, and what differs from another one.

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
        let after: Arc<dyn Tree> = Arc::new(Indexed::new(readers, index));
        let before = head.map(|_| -> Arc<dyn Tree> { Arc::new(Changed::before(readers, after.clone(), changes)) });
        return (after, before);
    }
    let before = head.map(|head| -> Arc<dyn Tree> { Arc::new(Committed::new(readers, head)) });
    (Arc::new(Changed::new(readers, before.clone(), changes.to_vec())), before)
}

/// What a commit holds. Its paths are listed when somebody asks for them.
pub(super) struct Committed {
    readers: Arc<Readers>,
    commit: Oid,
    entries: OnceLock<Vec<Entry>>,
}

impl Committed {
    pub(super) fn new(readers: &Arc<Readers>, commit: Oid) -> Self {
        Self { readers: readers.clone(), commit, entries: OnceLock::new() }
    }
}

impl Tree for Committed {
    fn entries(&self) -> Result<&[Entry], ReadError> {
        if let Some(entries) = self.entries.get() {
            return Ok(entries);
        }
        let what = || format!("the files of commit {}", self.commit);
        let entries = self.readers.one(what, |reader| reader.committed(&self.commit))?;
        Ok(self.entries.get_or_init(|| sorted(entries)))
    }

    fn blob(&self, oid: &Oid) -> Result<Arc<[u8]>, ReadError> {
        blob(&self.readers, oid)
    }
}

/// What an index would commit.
pub(super) struct Indexed {
    readers: Arc<Readers>,
    index: Index,
    entries: OnceLock<Vec<Entry>>,
}

impl Indexed {
    pub(super) fn new(readers: &Arc<Readers>, index: Index) -> Self {
        Self { readers: readers.clone(), index, entries: OnceLock::new() }
    }
}

impl Tree for Indexed {
    fn entries(&self) -> Result<&[Entry], ReadError> {
        if let Some(entries) = self.entries.get() {
            return Ok(entries);
        }
        let entries = self.index.entries().map_err(|why| ReadError { what: "what is staged".to_owned(), why })?;
        Ok(self.entries.get_or_init(|| sorted(entries)))
    }

    fn blob(&self, oid: &Oid) -> Result<Arc<[u8]>, ReadError> {
        blob(&self.readers, oid)
    }
}

/// Another snapshot, or none, and what is different in it: `HEAD` and what is staged, either of them told by the other.
pub(super) struct Changed {
    readers: Arc<Readers>,
    other: Option<Arc<dyn Tree>>,
    /// Sorted by path.
    changes: Vec<Change>,
    entries: OnceLock<Vec<Entry>>,
}

impl Changed {
    pub(super) fn new(readers: &Arc<Readers>, other: Option<Arc<dyn Tree>>, changes: Vec<Change>) -> Self {
        Self { readers: readers.clone(), other, changes, entries: OnceLock::new() }
    }

    /// The one that `other` was before these changes.
    pub(super) fn before(readers: &Arc<Readers>, other: Arc<dyn Tree>, changes: &[Change]) -> Self {
        let undone = |change: &Change| Change { path: change.path.clone(), before: change.after, after: change.before };
        Self::new(readers, Some(other), changes.iter().map(undone).collect())
    }
}

impl Tree for Changed {
    fn entries(&self) -> Result<&[Entry], ReadError> {
        if let Some(entries) = self.entries.get() {
            return Ok(entries);
        }
        let other = self.other.as_ref().map_or(Ok(&[][..]), |other| other.entries())?;
        Ok(self.entries.get_or_init(|| merge(other, &self.changes)))
    }

    fn blob(&self, oid: &Oid) -> Result<Arc<[u8]>, ReadError> {
        blob(&self.readers, oid)
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

fn blob(readers: &Readers, oid: &Oid) -> Result<Arc<[u8]>, ReadError> {
    readers.one(|| format!("object {oid}"), |reader| reader.blob(oid))
}
