//! A snapshot as a file system: folders, and links that are followed inside the snapshot and never out of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::reads::{self, Read};
use super::{Entry, Mode, Oid, ReadError, Tree};

/// Links that lead to links; Linux gives up after 40 (`path_resolution(7)`).
const LINKS: usize = 40;

/// The files of a snapshot.
///
/// What cannot be read is kept as [`Files::trouble`] and looks absent to the analysis: whoever analyses must ask for it
/// at the end, since an analysis that missed a file proves nothing.
pub struct Files {
    /// Has its entries by now.
    tree: Arc<dyn Tree>,
    has_links: bool,
    /// The blob that was read last. A commit brings few, and each is asked for several times.
    last: Mutex<Option<(Oid, Arc<[u8]>)>>,
    trouble: Mutex<Option<ReadError>>,
}

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Target {
    /// A file, under the name that it has itself.
    File(Entry),
    Folder(String),
    /// A link whose end lies outside of the snapshot, or in a circle.
    Outside,
    Nothing,
}

impl Files {
    pub fn new(tree: Arc<dyn Tree>) -> Result<Self, ReadError> {
        let has_links = tree.entries()?.iter().any(|entry| entry.mode == Mode::Link);
        Ok(Self { tree, has_links, last: Mutex::new(None), trouble: Mutex::new(None) })
    }

    /// Runs `work`, and gives what this thread has asked of these files with its result. `None` where it went through the
    /// whole snapshot: what its result depends on is not known then.
    pub fn record<T>(&self, work: impl FnOnce() -> T) -> (T, Option<Vec<Read>>) {
        reads::start();
        let result = work();
        (result, reads::finish())
    }

    /// Whether these files answer as others did.
    pub fn answer_alike(&self, read: &Read) -> bool {
        match read {
            Read::Path(path, target) => self.follow(path, LINKS) == *target,
            Read::Entry(path, entry) => self.find(path) == entry.as_ref(),
            Read::Folder(path, names) => self.names_behind(path) == *names,
        }
    }

    /// Every entry of the snapshot, sorted by path.
    pub fn entries(&self) -> &[Entry] {
        reads::everything();
        self.all()
    }

    /// As [`Files::entries`], for who notes by himself what he takes from them: [`Files::record`] does not see it.
    pub fn all(&self) -> &[Entry] {
        self.tree.entries().unwrap_or_default()
    }

    /// The entry of exactly this path; a link is not followed.
    pub fn entry(&self, path: &str) -> Option<&Entry> {
        let entry = self.find(path);
        reads::entry(path, entry);
        entry
    }

    fn find(&self, path: &str) -> Option<&Entry> {
        let entries = self.all();
        entries.binary_search_by(|entry| (*entry.path).cmp(path)).ok().and_then(|at| entries.get(at))
    }

    /// Where a path leads when its links are followed. `""` is the top level.
    pub fn resolve(&self, path: &str) -> Target {
        let target = self.follow(path, LINKS);
        reads::path(path, &target);
        target
    }

    fn follow(&self, path: &str, links: usize) -> Target {
        if let Some(entry) = self.find(path) {
            return self.follow_entry(entry, links);
        }
        if self.is_own_folder(path) {
            return Target::Folder(path.to_owned());
        }
        if self.has_links {
            // One of the folders above may be a link.
            for (at, _) in path.match_indices('/') {
                if self.find(&path[..at]).is_some_and(|entry| entry.mode == Mode::Link) {
                    return self.follow_link(&path[..at], &path[at + 1..], links);
                }
            }
        }
        Target::Nothing
    }

    fn follow_entry(&self, entry: &Entry, links: usize) -> Target {
        match entry.mode {
            Mode::File => Target::File(entry.clone()),
            Mode::Submodule => Target::Nothing,
            Mode::Link => self.follow_link(&entry.path, "", links),
        }
    }

    fn follow_link(&self, link: &str, rest: &str, links: usize) -> Target {
        let Some(remaining) = links.checked_sub(1) else { return Target::Outside };
        let Some(target) = self.find(link).and_then(|entry| self.content(entry)) else { return Target::Nothing };
        let target = super::decode_path(&target);
        let parent = link.rfind('/').map_or("", |at| &link[..at]);
        if target.starts_with('/') {
            return Target::Outside;
        }
        match join(parent, &target).and_then(|path| join(&path, rest)) {
            Some(path) => self.follow(&path, remaining),
            None => Target::Outside,
        }
    }

    fn is_own_folder(&self, path: &str) -> bool {
        if path.is_empty() {
            return true;
        }
        let entries = self.all();
        let at = entries.partition_point(|entry| *entry.path < *path);
        // Between `a` and `a/…` only names such as `a-b` and `a.b` can stand.
        entries[at..]
            .iter()
            .take_while(|entry| entry.path.starts_with(path))
            .any(|entry| entry.path.as_bytes().get(path.len()) == Some(&b'/'))
    }

    /// Whether a path leads to a file.
    pub fn is_file(&self, path: &str) -> bool {
        matches!(self.resolve(path), Target::File(_))
    }

    /// Whether a path leads to a folder.
    pub fn is_folder(&self, path: &str) -> bool {
        matches!(self.resolve(path), Target::Folder(_))
    }

    /// The names in a folder, sorted, links followed; none where there is no such folder.
    pub fn list(&self, folder: &str) -> Vec<String> {
        let names = self.names_behind(folder);
        reads::folder(folder, || names.clone());
        names
    }

    /// The same with where each of them leads, as [`Files::resolve`] says. [`Files::record`] does not see it.
    pub fn children(&self, folder: &str) -> Vec<(&str, Target)> {
        reads::everything();
        let mut children = Vec::new();
        self.each_child(folder, |name, entry, own| {
            let target = match entry {
                None => Target::Folder(own.to_owned()),
                Some(entry) => self.follow_entry(entry, LINKS),
            };
            children.push((name, target));
        });
        children.sort_unstable_by_key(|(name, _)| *name);
        children
    }

    /// The folders in a folder, themselves and no links to others, by their paths.
    pub fn folders(&self, folder: &str) -> Vec<String> {
        reads::everything();
        let mut folders = Vec::new();
        self.each_child(folder, |_, entry, own| {
            if entry.is_none() {
                folders.push(own.to_owned());
            }
        });
        folders
    }

    /// Whether a folder itself, no link to it, holds a file of such a name, no link to one.
    pub fn has_file(&self, folder: &str, is_named: impl Fn(&str) -> bool) -> bool {
        reads::everything();
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let entries = self.all();
        let inside = entries.iter().skip(entries.partition_point(|entry| *entry.path < *prefix));
        let mut inside = inside.map_while(|entry| Some((entry.path.strip_prefix(&*prefix)?, entry.mode)));
        inside.any(|(name, mode)| mode == Mode::File && !name.contains('/') && is_named(name))
    }

    fn names_behind(&self, folder: &str) -> Vec<String> {
        let mut names = Vec::new();
        self.each_child(folder, |name, _, _| names.push(name.to_owned()));
        names.sort_unstable();
        names
    }

    /// Goes through what lies in a folder: its name, its entry where it is no folder, its own path.
    fn each_child<'f>(&'f self, folder: &str, mut visit: impl FnMut(&'f str, Option<&'f Entry>, &str)) {
        let Target::Folder(folder) = self.follow(folder, LINKS) else { return };
        let prefix = if folder.is_empty() { folder } else { folder + "/" };
        let entries = self.all();
        let mut at = entries.partition_point(|entry| *entry.path < *prefix);
        while let Some(entry) = entries.get(at)
            && let Some(rest) = entry.path.strip_prefix(&*prefix)
        {
            at += 1;
            let Some((name, _)) = rest.split_once('/') else {
                visit(rest, Some(entry), &entry.path);
                continue;
            };
            let path = format!("{prefix}{name}");
            // `0` follows `/`: it stands behind all that lies in the folder.
            let behind = format!("{path}0");
            at += entries.get(at..).unwrap_or_default().partition_point(|entry| *entry.path < *behind);
            visit(name, None, &path);
        }
    }

    /// The content of the file that a path leads to. `None` where there is none, and where it cannot be read: see
    /// [`Files::trouble`].
    pub fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        match self.resolve(path) {
            Target::File(entry) => self.content(&entry),
            Target::Folder(_) | Target::Outside | Target::Nothing => None,
        }
    }

    /// The blob of an entry, which for a link is where it leads.
    pub fn content(&self, entry: &Entry) -> Option<Arc<[u8]>> {
        if let Some((oid, content)) = &*held(&self.last)
            && *oid == entry.oid
        {
            return Some(content.clone());
        }
        match self.tree.blob(&entry.oid) {
            Ok(content) => {
                *held(&self.last) = Some((entry.oid, content.clone()));
                Some(content)
            }
            Err(error) => {
                let what = format!("{} ({})", entry.path.escape_debug(), error.what);
                held(&self.trouble).get_or_insert(ReadError { what, why: error.why });
                None
            }
        }
    }

    /// Says that a file cannot be worked with: it is [`Files::trouble`] from here on.
    pub fn refuse(&self, entry: &Entry, why: &str) {
        let what = entry.path.escape_debug().to_string();
        held(&self.trouble).get_or_insert(ReadError { what, why: why.to_owned() });
    }

    /// The first thing that could not be read, if any.
    pub fn trouble(&self) -> Option<ReadError> {
        held(&self.trouble).clone()
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `folder/relative` with `.` and `..` taken out. `None` where it would leave the top level or is absolute.
pub fn join(folder: &str, relative: &str) -> Option<String> {
    if relative.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder that holds a path; `""` for the top level.
pub fn parent(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..at])
}

#[cfg(test)]
mod tests {
    use super::super::MemoryTree;
    use super::*;

    fn files() -> Files {
        let mut tree = MemoryTree::new([("a/b/c.py", "c"), ("a-b.py", ""), ("x.py", "x"), ("a/d.py", "d")]);
        tree.insert("links/to_a", Mode::Link, b"../a");
        tree.insert("links/out", Mode::Link, b"../../etc");
        tree.insert("links/absolute", Mode::Link, b"/etc/passwd");
        tree.insert("links/circle", Mode::Link, b"circle");
        Files::new(Arc::new(tree)).unwrap()
    }

    #[test]
    fn links_are_followed_inside_the_snapshot_only() {
        let files = files();
        assert_eq!(files.read("links/to_a/b/c.py").as_deref(), Some(&b"c"[..]));
        assert_eq!(files.resolve("links/to_a"), Target::Folder("a".into()));
        assert_eq!(files.list("links/to_a"), ["b", "d.py"]);
        for outside in ["links/out", "links/out/passwd", "links/absolute", "links/circle"] {
            assert_eq!(files.resolve(outside), Target::Outside, "{outside}");
        }
        assert_eq!(files.resolve("a"), Target::Folder("a".into()));
        assert_eq!(files.resolve("a-"), Target::Nothing);
    }

    #[test]
    fn folders_list_their_names() {
        let files = files();
        assert_eq!(files.list(""), ["a", "a-b.py", "links", "x.py"]);
        assert_eq!(files.list("a"), ["b", "d.py"]);
        assert_eq!(files.list("a/b"), ["c.py"]);
        for folder in ["", "a", "links", "links/to_a", "nothing", "x.py"] {
            let names = files.list(folder);
            let listed: Vec<_> =
                names.iter().map(|name| (&**name, files.resolve(&join(folder, name).unwrap()))).collect();
            assert_eq!(files.children(folder), listed, "{folder}");
        }
        assert_eq!(files.folders(""), ["a", "links"]);
        assert_eq!(files.folders("links/to_a"), ["a/b"]);
        assert!(files.has_file("a", |name| name == "d.py") && files.has_file("", |name| name == "x.py"));
        assert!(!files.has_file("a", |name| name.ends_with("c.py")) && !files.has_file("links", |_| true));
        assert!(files.list("nothing").is_empty());
        assert!(files.list("x.py").is_empty());
    }

    #[test]
    fn paths_are_joined_inside_the_top_level() {
        assert_eq!(join("a/b", "../c/./d").as_deref(), Some("a/c/d"));
        assert_eq!(join("a", "../.."), None);
        assert_eq!(join("a", "/b"), None);
        assert_eq!(join("", "x").as_deref(), Some("x"));
    }
}
