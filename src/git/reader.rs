//! One interface for the two programs that can read a repository, and which of them is asked.
//!
//! libgit2, with gix's reader of the index beside it, needs no process, but cannot open every repository that git can.
//! What it cannot read the `git` executable is asked for, whatever the error was.

use std::sync::Arc;

use super::executable::Executable;
use super::index::Index;
use super::libgit2::{Libgit2, message};
use super::patience::bounded;
use super::{Change, Entry, Mode, Oid, ReadError, decode_path};

/// What both readers answer, and answer alike. An error is the reader's own message.
pub(super) trait Reader {
    /// The commit of `HEAD`. `None` only where its branch has no commit yet.
    fn head(&self) -> Result<Option<Oid>, String>;
    /// How what the index would commit differs from a commit. Paths that are only intended to be added are not in it.
    fn staged(&self, head: Option<&Oid>) -> Result<StagedChanges, String>;
    /// All paths of a commit, made by [`to_entry`], in the order of git.
    fn committed(&self, commit: &Oid) -> Result<Vec<Entry>, String>;
    /// How one commit differs from another.
    fn committed_changes(&self, before: &Oid, after: &Oid) -> Result<Vec<RawChange>, String>;
    /// One level of the tree that an object is or leads to.
    fn folder(&self, tree: &Oid) -> Result<Vec<RawEntry>, String>;
    fn blob(&self, oid: &Oid) -> Result<Arc<[u8]>, String>;
    /// Local and remote-tracking branches. References that lead to another reference are left out.
    fn branches(&self) -> Result<Vec<Branch>, String>;
}

/// What is staged.
pub(super) struct StagedChanges {
    pub(super) changes: Vec<RawChange>,
    /// The index, where the reader has it at hand.
    pub(super) index: Option<Index>,
}

/// A name in a folder, as git stores it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawEntry {
    pub(super) name: Vec<u8>,
    pub(super) mode: u32,
    pub(super) oid: Oid,
}

/// A path that differs, as git stores it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawChange {
    pub(super) path: Vec<u8>,
    pub(super) before: Option<(u32, Oid)>,
    pub(super) after: Option<(u32, Oid)>,
}

/// A branch under its full name, `refs/heads/main`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Branch {
    pub(super) name: String,
    pub(super) oid: Oid,
}

/// Both readers of one repository.
pub(super) struct Readers {
    libgit2: Result<Libgit2, String>,
    git: Executable,
}

impl Readers {
    pub(super) fn new(libgit2: Result<Libgit2, git2::Error>, git: Executable) -> Self {
        Self { libgit2: libgit2.map_err(message), git }
    }

    /// The executable, for what only git itself can answer.
    pub(super) fn git(&self) -> &Executable {
        &self.git
    }

    /// The commit of `HEAD`. No object is read for that, so that libgit2 needs no end set.
    pub(super) fn head(&self) -> Result<Option<Oid>, ReadError> {
        let libgit2 = self.libgit2.as_ref().map_err(Clone::clone).and_then(Reader::head);
        self.or_git(libgit2, || "HEAD".to_owned(), Reader::head)
    }

    /// Asks libgit2 first.
    pub(super) fn one<T>(
        &self,
        what: impl FnOnce() -> String,
        ask: impl Fn(&dyn Reader) -> Result<T, String>,
    ) -> Result<T, ReadError> {
        self.or_git(self.ask_libgit2(&ask), what, |git| ask(git))
    }

    fn or_git<T>(
        &self,
        libgit2: Result<T, String>,
        what: impl FnOnce() -> String,
        ask: impl Fn(&Executable) -> Result<T, String>,
    ) -> Result<T, ReadError> {
        libgit2.or_else(|libgit2| {
            ask(&self.git).map_err(|git| ReadError { what: what(), why: both_errors(&libgit2, &git) })
        })
    }

    fn ask_libgit2<T>(&self, ask: &impl Fn(&dyn Reader) -> Result<T, String>) -> Result<T, String> {
        match &self.libgit2 {
            Ok(libgit2) => bounded(|| ask(libgit2)),
            Err(why) => Err(why.clone()),
        }
    }
}

/// Why neither reader could do it. git comes last, since it may say more than a line.
pub(super) fn both_errors(libgit2: &str, git: &str) -> String {
    format!("libgit2 says: {libgit2}; git says: {git}")
}

/// An entry as everybody else sees it.
pub(super) fn to_entry(path: &[u8], mode: u32, oid: Oid) -> Result<Entry, String> {
    let (mode, oid) = checked(path, (mode, oid))?;
    Ok(Entry { path: text(path), mode, oid })
}

/// Changes as everybody else sees them, sorted. Run permissions are no change.
pub(super) fn to_changes(raw: Vec<RawChange>) -> Result<Vec<Change>, String> {
    let mut changes = Vec::with_capacity(raw.len());
    for RawChange { path, before, after } in raw {
        let before = before.map(|side| checked(&path, side)).transpose()?;
        let after = after.map(|side| checked(&path, side)).transpose()?;
        if before != after {
            changes.push(Change { path: text(&path), before, after });
        }
    }
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(changes)
}

/// Nearly every path is its own text already.
fn text(path: &[u8]) -> Arc<str> {
    match str::from_utf8(path) {
        Ok(text) if text.is_ascii() => text.into(),
        _ => decode_path(path).into(),
    }
}

/// Refuses what a truncated index makes git list: entries without a name or an object.
fn checked(path: &[u8], (mode, oid): (u32, Oid)) -> Result<(Mode, Oid), String> {
    let name = || decode_path(path).escape_debug().to_string();
    if path.is_empty() {
        return Err("an entry has no name: the index or tree is damaged".to_owned());
    }
    if oid.is_null() {
        return Err(format!("`{}` has no object: the index or tree is damaged", name()));
    }
    let mode = match mode & 0o170_000 {
        0o100_000 => Mode::File,
        0o120_000 => Mode::Link,
        0o160_000 => Mode::Submodule,
        _ => return Err(format!("`{}` has the unknown mode {mode:o}", name())),
    };
    Ok((mode, oid))
}

#[cfg(test)]
mod tests;
