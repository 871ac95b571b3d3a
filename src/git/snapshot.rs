//! The two kinds of snapshot: what a commit holds, and what is staged.

use std::sync::{Arc, OnceLock};

use super::reader::Readers;
use super::{Change, Entry, Oid, ReadError, Tree};

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
        let mut entries = self.readers.one(what, |reader| reader.committed(&self.commit))?;
        // Nearly sorted: only a path that is no UTF-8 stands elsewhere as text.
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(self.entries.get_or_init(|| entries))
    }

    fn blob(&self, oid: &Oid) -> Result<Arc<[u8]>, ReadError> {
        blob(&self.readers, oid)
    }
}

/// What is staged: a commit and what changes in it. The index itself is never listed, since a listing cannot tell what
/// is only intended to be added, and is slow where the folders of a sparse index are to be opened.
pub(super) struct Staged {
    readers: Arc<Readers>,
    head: Option<Arc<dyn Tree>>,
    /// Sorted by path.
    changes: Vec<Change>,
    entries: OnceLock<Vec<Entry>>,
}

impl Staged {
    pub(super) fn new(readers: &Arc<Readers>, head: Option<Arc<dyn Tree>>, changes: Vec<Change>) -> Self {
        Self { readers: readers.clone(), head, changes, entries: OnceLock::new() }
    }
}

impl Tree for Staged {
    fn entries(&self) -> Result<&[Entry], ReadError> {
        if let Some(entries) = self.entries.get() {
            return Ok(entries);
        }
        let head = self.head.as_ref().map_or(Ok(&[][..]), |head| head.entries())?;
        Ok(self.entries.get_or_init(|| merge(head, &self.changes)))
    }

    fn blob(&self, oid: &Oid) -> Result<Arc<[u8]>, ReadError> {
        blob(&self.readers, oid)
    }
}

/// Both are sorted by path, and so is the result.
fn merge(head: &[Entry], changes: &[Change]) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(head.len() + changes.len());
    let mut changes = changes.iter().peekable();
    let after = |change: &Change| {
        let (mode, oid) = change.after?;
        Some(Entry { path: change.path.clone(), mode, oid })
    };
    for entry in head {
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
