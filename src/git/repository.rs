//! The repository that a command works on.

use std::path::{Path, PathBuf};

use super::{Comparison, Oid, ReadError};

/// A repository, opened for reading.
pub struct Repository {
    top_level: PathBuf,
}

/// What became of an attempt to write a reason into a staged file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    Yes,
    /// Why it was not safe; nothing was changed. A fragment: "the working copy differs from what is staged".
    No(String),
}

impl Repository {
    /// The repository that git names in the environment, as it does for a hook; else the one that holds `directory`.
    /// Must be called before anything changes directory.
    pub fn open(directory: Option<&Path>) -> Result<Self, ReadError> {
        let _ = directory;
        todo!()
    }

    /// The folder of the working tree, or of the repository where it is bare.
    pub fn top_level(&self) -> &Path {
        &self.top_level
    }

    /// The staged snapshot against `HEAD` and, in a merge, the other parents.
    pub fn staged(&self) -> Result<Comparison, ReadError> {
        todo!()
    }

    /// `HEAD` against its merge base with a revision.
    pub fn since(&self, revision: &str) -> Result<Comparison, ReadError> {
        let _ = revision;
        todo!()
    }

    /// `HEAD` against nothing; before the first commit the staged snapshot.
    pub fn all(&self) -> Result<Comparison, ReadError> {
        todo!()
    }

    /// Replaces a file in the working tree and in the index, whole or not at all, where both hold exactly the blob
    /// `expected` and git uses its ordinary index.
    pub fn write_staged(&self, path: &str, expected: &Oid, content: &[u8]) -> Result<Written, ReadError> {
        let _ = (path, expected, content);
        todo!()
    }
}
