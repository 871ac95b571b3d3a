//! The index, read in this process.

use std::cmp::Ordering;
use std::path::Path;

use gix_index::entry::Flags;
use gix_index::extension::Tree;
use gix_index::{File, State, decode, hash};

use super::reader::{RawChange, RawEntry, to_entry};
use super::{Entry, Oid};

/// git's own limit (core.maxTreeDepth).
pub(super) const DEPTH: usize = 2_048;

/// The mode of a folder in a tree (git-fast-import(1)).
const FOLDER: u32 = 0o040_000;

/// What would be committed.
pub(super) struct Index(File);

impl Index {
    /// Reads an index; a file that is not there is an empty one. A sparse index and one with conflicts are errors.
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        // Its checksum is for `git fsck` to look at: git itself does not (git-config(1), index.skipHash).
        let options = decode::Options { thread_limit: Some(1), ..decode::Options::default() };
        let index = File::at_or_default(path, hash::Kind::Sha1, true, options);
        let index = Self(index.map_err(|error| format!("cannot read the index: {error}"))?);
        index.check()?;
        Ok(index)
    }

    fn check(&self) -> Result<(), String> {
        let Self(index) = self;
        if index.is_sparse() {
            return Err("the index is sparse".to_owned());
        }
        if index.entries().iter().any(|entry| entry.stage_raw() != 0) {
            return Err("the index has conflicts that are not resolved".to_owned());
        }
        if !index.entries().is_sorted_by(|a, b| a.path(index) < b.path(index)) {
            return Err("the entries of the index are not in order".to_owned());
        }
        Ok(())
    }

    /// Every entry that would be committed. What is only intended to be added is not among them.
    pub(super) fn entries(&self) -> Result<Vec<Entry>, String> {
        let Self(index) = self;
        let committed = index.entries().iter().filter(|entry| is_committed(entry));
        committed.map(|entry| to_entry(entry.path(index), entry.mode.bits(), oid(entry))).collect()
    }

    /// How it differs from a tree; `folder` reads one level of a tree. A folder that is as the index remembers to have
    /// written it is not looked into (gitformat-index(5), "Cache tree").
    pub(super) fn changes(
        &self,
        tree: Option<Oid>,
        folder: &dyn Fn(&Oid) -> Result<Vec<RawEntry>, String>,
    ) -> Result<Vec<RawChange>, String> {
        let Self(index) = self;
        let mut walk = Walk { index, folder, path: Vec::new(), changes: Vec::new() };
        walk.compare(tree, index.tree(), index.entries(), DEPTH)?;
        Ok(walk.changes)
    }
}

fn is_committed(entry: &gix_index::Entry) -> bool {
    !entry.flags.contains(Flags::INTENT_TO_ADD)
}

fn oid(entry: &gix_index::Entry) -> Oid {
    Oid::from_bytes(entry.id.as_bytes()).unwrap_or_default()
}

struct Walk<'i> {
    index: &'i State,
    folder: &'i dyn Fn(&Oid) -> Result<Vec<RawEntry>, String>,
    /// The folder under way, with a slash behind it.
    path: Vec<u8>,
    changes: Vec<RawChange>,
}

impl<'i> Walk<'i> {
    /// Compares a folder: the tree that it was, and the entries that are in it now.
    fn compare(
        &mut self,
        tree: Option<Oid>,
        written: Option<&Tree>,
        mut entries: &'i [gix_index::Entry],
        depth: usize,
    ) -> Result<(), String> {
        let is_as_written = |tree: &Oid| {
            written.is_some_and(|written| written.num_entries.is_some() && written.id.as_bytes() == tree.as_bytes())
        };
        if tree.as_ref().is_some_and(is_as_written) {
            return Ok(());
        }
        let depth = depth.checked_sub(1).ok_or_else(|| format!("folders are nested deeper than {DEPTH}"))?;
        let old = tree.map(|tree| (self.folder)(&tree)).transpose()?.unwrap_or_default();
        let mut old = old.iter().peekable();
        loop {
            let new = entries.first().map(|entry| Child::of(entry, self.index, self.path.len()));
            let order = match (old.peek(), &new) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => key(&old.name, old.mode == FOLDER).cmp(key(new.name, new.is_folder)),
            };
            let old = old.next_if(|_| order != Ordering::Greater);
            let new = new.filter(|_| order != Ordering::Less);
            let Some(name) = new.as_ref().map(|new| new.name).or(old.map(|old| &*old.name)) else { return Ok(()) };
            let length = self.path.len();
            self.path.extend_from_slice(name);
            let (is_old_folder, is_new_folder) =
                (old.is_some_and(|old| old.mode == FOLDER), new.as_ref().is_some_and(|new| new.is_folder));
            if is_old_folder || is_new_folder {
                self.path.push(b'/');
                let inside = entries.partition_point(|entry| entry.path(self.index).starts_with(&self.path));
                let (inside, behind) = entries.split_at(if is_new_folder { inside } else { 0 });
                let written = written.and_then(|written| written.children.iter().find(|child| *child.name == *name));
                self.compare(old.map(|old| old.oid), written, inside, depth)?;
                entries = behind;
            } else {
                let after = new.and_then(|_| entries.first()).filter(|entry| is_committed(entry));
                let after = after.map(|entry| (entry.mode.bits(), oid(entry)));
                let before = old.map(|old| (old.mode, old.oid));
                if before != after {
                    self.changes.push(RawChange { path: self.path.clone(), before, after });
                }
                entries = entries.get(usize::from(order != Ordering::Less)..).unwrap_or_default();
            }
            self.path.truncate(length);
        }
    }
}

/// What an entry is in a folder above it: itself, or the next folder on the way.
struct Child<'i> {
    name: &'i [u8],
    is_folder: bool,
}

impl<'i> Child<'i> {
    fn of(entry: &gix_index::Entry, index: &'i State, above: usize) -> Self {
        let rest = entry.path(index).get(above..).unwrap_or_default();
        match rest.iter().position(|byte| *byte == b'/') {
            Some(end) => Self { name: rest.get(..end).unwrap_or_default(), is_folder: true },
            None => Self { name: rest, is_folder: false },
        }
    }
}

/// By what git sorts the entries of a tree (`base_name_compare`).
fn key(name: &[u8], is_folder: bool) -> impl Iterator<Item = &u8> {
    name.iter().chain(is_folder.then_some(&b'/'))
}
