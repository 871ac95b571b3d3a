//! The path of this program that a hook may remember for years.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::file::is_executable;

const NAME: &str = if cfg!(windows) { "migguard.exe" } else { "migguard" };

/// The most lasting path that leads to this program: one on PATH or in a usual folder before the real one, which may
/// have a version in it. `None` where every path lies in `fleeting`, a working tree that may be gone tomorrow.
pub(super) fn lasting(fleeting: Option<&Path>) -> Option<PathBuf> {
    let real = env::current_exe().ok()?.canonicalize().ok()?;
    let mut paths: Vec<PathBuf> = folders()
        .map(|folder| folder.join(NAME))
        .filter(|path| path.canonicalize().is_ok_and(|it| it == real))
        .collect();
    paths.push(real);
    let fleeting = fleeting.and_then(|folder| folder.canonicalize().ok());
    paths.retain(|path| {
        let lies_in = |folder: &PathBuf| {
            path.starts_with(folder) || path.canonicalize().is_ok_and(|real| real.starts_with(folder))
        };
        !fleeting.as_ref().is_some_and(lies_in)
    });
    let lasting = paths.iter().position(|path| !has_version(path)).unwrap_or(0);
    (lasting < paths.len()).then(|| paths.swap_remove(lasting))
}

/// Where a hook finds the program: at the path that it remembers, or where it looks next.
pub(super) fn found_by_hook(remembered: &Path) -> Option<PathBuf> {
    let remembered = (!remembered.as_os_str().is_empty()).then(|| remembered.to_owned());
    let candidates = remembered.into_iter().chain(folders().map(|folder| folder.join(NAME)));
    candidates.into_iter().find(|path| fs::metadata(path).is_ok_and(|it| it.is_file() && is_executable(&it)))
}

/// The folders on PATH, then the usual ones, as the scripts in `hooks/` have them.
fn folders() -> impl Iterator<Item = PathBuf> {
    let path: OsString = env::var_os("PATH").unwrap_or_default();
    let home = env::var_os("HOME").map(PathBuf::from);
    let in_home = home.into_iter().flat_map(|home| [home.join(".cargo/bin"), home.join(".local/bin")]);
    let usual = ["/usr/local/bin", "/opt/homebrew/bin"].into_iter().map(PathBuf::from);
    let folders: Vec<PathBuf> = env::split_paths(&path).chain(in_home).chain(usual).collect();
    folders.into_iter().filter(|folder| folder.is_absolute())
}

/// Whether a folder on the way is named after a version, as in `Cellar/migguard/0.1.0/bin`.
fn has_version(path: &Path) -> bool {
    path.iter().any(|component| {
        let component = component.as_encoded_bytes();
        component
            .windows(3)
            .any(|window| matches!(window, [before, b'.', after] if before.is_ascii_digit() && after.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_in_a_path_is_seen() {
        assert!(has_version(Path::new("/opt/homebrew/Cellar/migguard/0.1.0/bin/migguard")));
        assert!(has_version(Path::new("/usr/lib/python3.11/bin/migguard")));
        assert!(!has_version(Path::new("/home/u2.x/.local/bin/migguard")));
    }
}
