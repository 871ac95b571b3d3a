//! Changes that a hook manager has put aside. It takes what is not staged out of the working copy while hooks run, as a
//! patch, and applies that again afterwards: on a file that has been written meanwhile the patch may not apply, and
//! somebody's work stays in a folder that they never heard of.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// So many processes above this one are looked at.
const ANCESTORS: usize = 16;

/// Whether changes to a path are put aside at this moment.
pub(super) fn is_put_aside(git_dir: &Path, path: &[u8]) -> bool {
    patches(git_dir).iter().filter_map(|patch| fs::read(patch).ok()).any(|patch| mentions(&patch, path))
}

/// The patches of the commit that is being made.
fn patches(git_dir: &Path) -> Vec<PathBuf> {
    // lefthook's and lint-staged's, which they remove again.
    let mut patches = vec![git_dir.join("info/lefthook-unstaged.patch"), git_dir.join("lint-staged_unstaged.patch")];
    if env::var_os("PRE_COMMIT").is_some() {
        // pre-commit and prek keep theirs for ever, and name them after their process: `patch<time>-<process>`,
        // `<time>-<process>.patch`.
        let managers = ancestors();
        let files = stores().into_iter().filter_map(|store| fs::read_dir(store).ok()).flatten().flatten();
        patches.extend(files.map(|file| file.path()).filter(|file| {
            let name = file.file_stem().unwrap_or_default().to_string_lossy();
            name.rsplit_once('-').and_then(|(_, process)| process.parse().ok()).is_some_and(|process| {
                // Where nobody says who runs this, every patch may be the one.
                managers.is_empty() || managers.contains(&process)
            })
        }));
    }
    patches
}

/// The folders in which pre-commit and prek keep patches.
fn stores() -> Vec<PathBuf> {
    let folder = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let caches = folder("XDG_CACHE_HOME").into_iter().chain(folder("HOME").map(|home| home.join(".cache")));
    let mut stores: Vec<PathBuf> = folder("PRE_COMMIT_HOME").into_iter().collect();
    stores.extend(folder("PREK_HOME").map(|home| home.join("patches")));
    stores.extend(caches.flat_map(|cache| [cache.join("pre-commit"), cache.join("prek/patches")]));
    stores
}

/// The processes that this one was started by, the nearest first. Empty where the system does not tell.
fn ancestors() -> Vec<u32> {
    let mut ancestors = Vec::new();
    let mut process = std::process::id();
    while let Some(parent) = parent(process).filter(|parent| *parent > 1 && ancestors.len() < ANCESTORS) {
        ancestors.push(parent);
        process = parent;
    }
    ancestors
}

fn parent(process: u32) -> Option<u32> {
    if let Ok(stat) = fs::read_to_string(format!("/proc/{process}/stat")) {
        // The name before it may hold anything.
        return stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok();
    }
    let told = Command::new("ps").args(["-o", "ppid=", "-p", &process.to_string()]).output().ok()?;
    String::from_utf8_lossy(&told.stdout).trim().parse().ok()
}

/// Whether a patch changes a path. git quotes names that are no plain text, so a quoted one may be it.
fn mentions(diff: &[u8], path: &[u8]) -> bool {
    let header = [b" b/", path].concat();
    diff.split(|byte| *byte == b'\n')
        .filter(|line| line.starts_with(b"diff --git "))
        .any(|line| line.strip_suffix(b"\r").unwrap_or(line).ends_with(&header) || line.contains(&b'"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_is_about_the_paths_in_its_headers() {
        let patch = b"diff --git a/x/m.py b/x/m.py\nindex 1..2 100644\n--- a/x/m.py\n+++ b/x/m.py\n@@ -1 +1 @@\n-diff b/y\n+b\n";
        assert!(mentions(patch, b"x/m.py"));
        assert!(!mentions(patch, b"m.py") && !mentions(patch, b"y") && !mentions(b"", b"x/m.py"));
        assert!(mentions(b"diff --git \"a/\\303\\244.py\" \"b/\\303\\244.py\"\n", "\u{e4}.py".as_bytes()));
    }

    #[cfg(unix)]
    #[test]
    fn this_process_was_started_by_another() {
        assert_eq!(ancestors().first().copied(), Some(std::os::unix::process::parent_id()));
    }

    #[test]
    fn a_patch_in_the_git_folder_counts_while_it_is_there() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_put_aside(folder.path(), b"m.py"));
        fs::create_dir(folder.path().join("info")).unwrap();
        fs::write(folder.path().join("info/lefthook-unstaged.patch"), "diff --git a/m.py b/m.py\n").unwrap();
        assert!(is_put_aside(folder.path(), b"m.py") && !is_put_aside(folder.path(), b"n.py"));
    }
}
