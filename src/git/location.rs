//! Where a repository is: its own folder, its working tree, its index.

use std::env;
use std::path::{Path, PathBuf};

use git2::ErrorCode;

use super::ReadError;
use super::executable::{Executable, says};
use super::libgit2::{self, Libgit2};
use super::reader::{Readers, both_errors};

/// What to do where there is no repository.
const NAME_ONE: &str = "\n  Run the command inside a repository, or name one with `-C DIR`.";

pub(super) struct Location {
    /// The folder of the working tree, or of the repository where it is bare.
    pub(super) top_level: PathBuf,
    /// The folder with `HEAD` and `MERGE_HEAD`; a linked worktree has its own.
    pub(super) git_dir: PathBuf,
    /// Whether there is no working tree, and nothing that could be staged.
    pub(super) bare: bool,
    /// The index that git names.
    pub(super) index: PathBuf,
    /// Whether git started us with an index, as it does for a hook.
    pub(super) in_hook: bool,
}

/// Finds the repository and opens both readers.
pub(super) fn open(directory: Option<&Path>) -> Result<(Location, Readers), ReadError> {
    let current = env::current_dir().map_err(|error| trouble(Path::new("."), error.to_string()))?;
    let from_environment = is_set("GIT_DIR") || is_set("GIT_INDEX_FILE");
    let start = match directory {
        Some(directory) if !from_environment => current.join(directory),
        _ => current,
    };
    if !start.is_dir() {
        return Err(trouble(&start, format!("there is no such folder{NAME_ONE}")));
    }
    let libgit2 = libgit2::open((!from_environment).then_some(start.as_path()));
    let git = Executable::new(start.clone());
    let location = match libgit2.as_ref().ok().and_then(ordinary) {
        Some(location) => location,
        None => ask_git(&git).map_err(|git| {
            let error = libgit2.as_ref().err();
            let advice = if error.is_some_and(|error| error.code() == ErrorCode::NotFound) { NAME_ONE } else { "" };
            trouble(&start, format!("{}{advice}", both_errors(error.map_or("nothing", git2::Error::message), &git)))
        })?,
    };
    let (top_level, git_dir) = location;
    let variable = env::var_os("GIT_INDEX_FILE").filter(|value| !value.is_empty());
    let in_hook = variable.is_some();
    // git takes a relative one from the top level, whatever the current directory is.
    let index = variable.map_or_else(|| git_dir.join("index"), |file| top_level.join(file));
    let libgit2 = libgit2.map(|repository| Libgit2::new(repository, index.clone()));
    let readers = Readers::new(libgit2, git);
    let bare = top_level == git_dir;
    Ok((Location { top_level, git_dir, bare, index, in_hook }, readers))
}

/// A folder with an ordinary `.git` in it needs no process to be known. Everywhere else libgit2's idea of the working
/// tree can be wrong.
fn ordinary(repository: &git2::Repository) -> Option<(PathBuf, PathBuf)> {
    let git_dir = repository.path();
    let named = ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR"].into_iter().any(is_set);
    if named || repository.is_bare() || git_dir.file_name()? != ".git" {
        return None;
    }
    let configured = repository.config().ok()?.get_entry("core.worktree").err()?;
    let top_level = git_dir.parent()?.to_owned();
    (configured.code() == ErrorCode::NotFound).then(|| (top_level, git_dir.to_owned()))
}

fn ask_git(git: &Executable) -> Result<(PathBuf, PathBuf), String> {
    let output = git.output(["rev-parse", "--absolute-git-dir", "--is-bare-repository", "--show-toplevel"])?;
    let text = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
    // A bare repository has no top level, and git ends with an error after the other answers.
    if let Some(git_dir) = text.strip_suffix(b"\ntrue") {
        let git_dir = libgit2::to_path(git_dir)?;
        return Ok((git_dir.clone(), git_dir));
    }
    let middle = b"\nfalse\n";
    match text.windows(middle.len()).rposition(|window| window == middle) {
        Some(at) if output.status.success() => {
            let (git_dir, top_level) = text.split_at(at);
            let top_level = top_level.get(middle.len()..).unwrap_or_default();
            Ok((libgit2::to_path(top_level)?, libgit2::to_path(git_dir)?))
        }
        _ => Err(says(&output.stderr, output.status)),
    }
}

fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty())
}

fn trouble(start: &Path, why: String) -> ReadError {
    ReadError { what: format!("the repository of {}", start.display()), why }
}
