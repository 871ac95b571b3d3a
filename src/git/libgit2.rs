//! The first reader: libgit2, in this process.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use git2::{Delta, DiffOptions, ErrorCode, ObjectType, ReferenceType, RepositoryOpenFlags, Tree, TreeEntry};

use super::index::{DEPTH, Index};
use super::reader::{Branch, RawChange, RawEntry, Reader, StagedChanges, to_entry};
use super::{Entry, Oid, decode_path};

pub(super) struct Libgit2 {
    /// libgit2's objects belong to one thread at a time.
    repository: Mutex<git2::Repository>,
    index: PathBuf,
}

/// Opens the repository that git names in the environment, or else the one that holds `directory`.
pub(super) fn open(directory: Option<&Path>) -> Result<git2::Repository, git2::Error> {
    // As git does: what is stored has its own checksums, and hashing every folder anew takes longer than reading it.
    git2::opts::strict_hash_verification(false);
    match directory {
        None => git2::Repository::open_from_env(),
        // The other variables, such as GIT_CEILING_DIRECTORIES, hold all the same.
        Some(directory) => {
            let none: [&str; 0] = [];
            git2::Repository::open_ext(directory, RepositoryOpenFlags::FROM_ENV, none)
        }
    }
}

impl Libgit2 {
    /// `index` is absolute, since libgit2 would take a relative one from the current directory.
    pub(super) fn new(repository: git2::Repository, index: PathBuf) -> Self {
        Self { repository: Mutex::new(repository), index }
    }

    fn lock(&self) -> MutexGuard<'_, git2::Repository> {
        self.repository.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader for Libgit2 {
    fn head(&self) -> Result<Option<Oid>, String> {
        match self.lock().head() {
            Ok(head) => head.target().map(|id| Some(oid(id))).ok_or_else(|| "HEAD leads to no commit".to_owned()),
            Err(error) if error.code() == ErrorCode::UnbornBranch => Ok(None),
            Err(error) => Err(message(error)),
        }
    }

    fn staged(&self, head: Option<&Oid>) -> Result<StagedChanges, String> {
        let index = Index::open(&self.index)?;
        let repository = self.lock();
        let head = head.map(|head| tree(&repository, head)).transpose()?.map(|tree| oid(tree.id()));
        let changes = index.changes(head, &|id| Ok(raw_entries(&tree(&repository, id)?)))?;
        Ok(StagedChanges { changes, index: Some(index) })
    }

    fn committed(&self, commit: &Oid) -> Result<Vec<Entry>, String> {
        let repository = self.lock();
        let mut entries = Vec::new();
        let mut path = Vec::new();
        // A stack of our own: the depth of a tree is up to whoever made it. With each folder goes the length of its
        // path and how many of its entries are done.
        let mut open = vec![(tree(&repository, commit)?, 0, 0)];
        while let Some((folder, length, done)) = open.last_mut() {
            path.truncate(*length);
            let Some(entry) = folder.get(*done) else {
                open.pop();
                continue;
            };
            *done += 1;
            path.extend_from_slice(entry.name_bytes());
            let id = entry.id();
            if entry.kind() != Some(ObjectType::Tree) {
                entries.push(to_entry(&path, mode(entry.filemode()), oid(id))?);
                continue;
            }
            drop(entry);
            path.push(b'/');
            if open.len() > DEPTH {
                return Err(format!("commit {commit} has folders nested deeper than {DEPTH}"));
            }
            open.push((repository.find_tree(id).map_err(message)?, path.len(), 0));
        }
        Ok(entries)
    }

    fn committed_changes(&self, before: &Oid, after: &Oid) -> Result<Vec<RawChange>, String> {
        let repository = self.lock();
        let (before, after) = (tree(&repository, before)?, tree(&repository, after)?);
        let diff =
            repository.diff_tree_to_tree(Some(&before), Some(&after), Some(&mut diff_options())).map_err(message)?;
        changes(&diff)
    }

    fn folder(&self, id: &Oid) -> Result<Vec<RawEntry>, String> {
        let repository = self.lock();
        let tree = tree(&repository, id)?;
        Ok(raw_entries(&tree))
    }

    fn blob(&self, id: &Oid) -> Result<Arc<[u8]>, String> {
        let repository = self.lock();
        let blob = repository.find_blob(parse(id)?).map_err(message)?;
        Ok(blob.content().into())
    }

    fn branches(&self) -> Result<Vec<Branch>, String> {
        let repository = self.lock();
        let mut branches = Vec::new();
        for reference in repository.references().map_err(message)? {
            let reference = reference.map_err(message)?;
            let is_branch = reference.is_branch() || reference.is_remote();
            if is_branch
                && reference.kind() == Some(ReferenceType::Direct)
                && let Some(id) = reference.target()
            {
                branches.push(Branch { name: decode_path(reference.name_bytes()), oid: oid(id) });
            }
        }
        Ok(branches)
    }
}

fn diff_options() -> DiffOptions {
    let mut options = DiffOptions::new();
    options.include_typechange(true).ignore_submodules(false);
    options
}

fn changes(diff: &git2::Diff<'_>) -> Result<Vec<RawChange>, String> {
    diff.deltas()
        .map(|delta| {
            let (old, new) = (delta.old_file(), delta.new_file());
            let before = || (u32::from(old.mode()), oid(old.id()));
            let after = || (u32::from(new.mode()), oid(new.id()));
            let path = new.path_bytes().or(old.path_bytes()).unwrap_or_default().to_vec();
            let (before, after) = match delta.status() {
                Delta::Added => (None, Some(after())),
                Delta::Deleted => (Some(before()), None),
                Delta::Modified | Delta::Typechange => (Some(before()), Some(after())),
                other => return Err(format!("`{}` has the state {other:?}", decode_path(&path).escape_debug())),
            };
            Ok(RawChange { path, before, after })
        })
        .collect()
}

fn raw_entries(tree: &Tree<'_>) -> Vec<RawEntry> {
    let raw = |entry: TreeEntry<'_>| RawEntry {
        name: entry.name_bytes().to_vec(),
        mode: mode(entry.filemode()),
        oid: oid(entry.id()),
    };
    tree.iter().map(raw).collect()
}

fn tree<'r>(repository: &'r git2::Repository, id: &Oid) -> Result<Tree<'r>, String> {
    let object = repository.find_object(parse(id)?, None).map_err(message)?;
    object.peel_to_tree().map_err(message)
}

fn parse(id: &Oid) -> Result<git2::Oid, String> {
    git2::Oid::from_bytes(id.as_bytes()).map_err(message)
}

fn oid(id: git2::Oid) -> Oid {
    Oid::from_bytes(id.as_bytes()).unwrap_or_default()
}

/// Modes in a tree are 16 bits wide, and libgit2 has them signed.
fn mode(mode: i32) -> u32 {
    u32::try_from(mode).unwrap_or_default()
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere a path must be text")]
pub(super) fn to_path(bytes: &[u8]) -> Result<PathBuf, String> {
    use std::os::unix::ffi::OsStrExt;
    Ok(std::ffi::OsStr::from_bytes(bytes).into())
}

#[cfg(not(unix))]
pub(super) fn to_path(bytes: &[u8]) -> Result<PathBuf, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "a path is not UTF-8".to_owned())?;
    Ok(text.into())
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(super) fn message(error: git2::Error) -> String {
    error.message().to_owned()
}
