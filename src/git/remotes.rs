//! Whether anybody else has a file already.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::reader::{Branch, Readers};
use super::{Oid, ReadError, Remotes, encode_path, parent};

/// The remote-tracking branches of a repository.
///
/// Hundreds of branches share most of their folders, so a folder is read once for each content that it has in any of
/// them, and not once for each branch.
pub(super) struct Branches {
    readers: Arc<Readers>,
    /// A commit that a remote-tracking branch came from: whoever has that branch has this as well.
    base: Option<Oid>,
    all: OnceLock<Vec<Branch>>,
    folders: Mutex<HashMap<Key, Arc<Folder>>>,
}

/// The branch asked for, and the folder's path.
type Key = (Option<String>, String);

/// A folder as it is in any of the branches.
#[derive(Default)]
struct Folder {
    files: HashSet<Vec<u8>>,
    folders: HashMap<Vec<u8>, BTreeSet<Oid>>,
}

impl Branches {
    pub(super) fn new(readers: &Arc<Readers>, base: Option<Oid>) -> Self {
        Self { readers: readers.clone(), base, all: OnceLock::new(), folders: Mutex::default() }
    }

    fn all(&self) -> Result<&[Branch], ReadError> {
        if let Some(branches) = self.all.get() {
            return Ok(branches);
        }
        let branches = self.readers.one(|| "the branches".to_owned(), |reader| reader.branches())?;
        Ok(self.all.get_or_init(|| branches))
    }

    /// The commits to look into. What a remote has under the name that is asked for goes before a local branch, which
    /// nobody else may have seen yet.
    fn tips(&self, released: Option<&str>) -> Result<BTreeSet<Oid>, ReadError> {
        let tips = |wanted: &dyn Fn(&str, bool) -> bool| -> Result<BTreeSet<Oid>, ReadError> {
            let wanted = |branch: &&Branch| match branch.name.strip_prefix("refs/remotes/") {
                Some(name) => wanted(name, true),
                None => branch.name.strip_prefix("refs/heads/").is_some_and(|name| wanted(name, false)),
            };
            Ok(self.all()?.iter().filter(wanted).map(|branch| branch.oid).collect())
        };
        let Some(released) = released else {
            let mut tips = tips(&|_, is_remote| is_remote)?;
            tips.extend(self.base);
            return Ok(tips);
        };
        let released =
            released.strip_prefix("refs/heads/").or(released.strip_prefix("refs/remotes/")).unwrap_or(released);
        let remote = tips(&|name, is_remote| {
            // The name of a remote may hold slashes itself.
            is_remote && (name == released || name.strip_suffix(released).is_some_and(|remote| remote.ends_with('/')))
        })?;
        if remote.is_empty() { tips(&|name, is_remote| !is_remote && name == released) } else { Ok(remote) }
    }

    /// The folder of this path in all the branches together. `None` where there is no branch.
    fn folder(&self, path: &str, released: Option<&str>) -> Result<Option<Arc<Folder>>, ReadError> {
        let mut folder = if let Some(top) = self.kept(released, "") {
            top
        } else {
            let tips = self.tips(released)?;
            if tips.is_empty() {
                return Ok(None);
            }
            self.keep(released, "", self.merged(&tips)?)
        };
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        let mut start = 0;
        for end in ends.filter(|_| !path.is_empty()) {
            let (here, name) = (path.get(..end).unwrap_or_default(), path.get(start..end).unwrap_or_default());
            start = end + 1;
            folder = match self.kept(released, here) {
                Some(folder) => folder,
                None => match folder.folders.get(&encode_path(name)) {
                    Some(trees) => self.keep(released, here, self.merged(trees)?),
                    None => return Ok(Some(Arc::default())),
                },
            };
        }
        Ok(Some(folder))
    }

    fn merged(&self, trees: &BTreeSet<Oid>) -> Result<Folder, ReadError> {
        let mut folder = Folder::default();
        for tree in trees {
            for entry in self.readers.one(|| format!("the files of {tree}"), |reader| reader.folder(tree))? {
                if entry.mode & 0o170_000 == 0o040_000 {
                    folder.folders.entry(entry.name).or_default().insert(entry.oid);
                } else {
                    folder.files.insert(entry.name);
                }
            }
        }
        Ok(folder)
    }

    fn kept(&self, released: Option<&str>, path: &str) -> Option<Arc<Folder>> {
        let folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        folders.get(&(released.map(str::to_owned), path.to_owned())).cloned()
    }

    fn keep(&self, released: Option<&str>, path: &str, folder: Folder) -> Arc<Folder> {
        let folder = Arc::new(folder);
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        folders.insert((released.map(str::to_owned), path.to_owned()), folder.clone());
        folder
    }
}

impl Remotes for Branches {
    fn have(&self, path: &str, released: Option<&str>) -> Result<bool, ReadError> {
        let Some(folder) = self.folder(parent(path), released)? else { return Ok(true) };
        let name = path.rsplit('/').next().unwrap_or_default();
        Ok(folder.files.contains(&encode_path(name)))
    }
}
