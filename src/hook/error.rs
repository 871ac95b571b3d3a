//! Why a hook could not be installed, removed or looked at.

use std::io;
use std::path::{Path, PathBuf};

use super::HooksPath;
use super::script::{Hook, quote_text};

/// Each message names the object, what happened, and what to do next.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("git could not be started: {0}\n  Install git 2.31 or newer, so that `git` is found on PATH.")]
    NoGit(io::Error),
    #[error("there is no folder {}\n  Run the command inside a repository, or name one with `-C DIR`.", .0.display())]
    NoFolder(PathBuf),
    #[error("git could not say where the hooks are: {message}\n  {advice}")]
    Git { message: String, advice: &'static str },
    #[error("{}", hooks_path_elsewhere(.hooks_path, .folder, .own))]
    HooksPath { hooks_path: HooksPath, folder: PathBuf, own: PathBuf },
    #[error("{folder} leads to {target}, outside this repository: other repositories may use its hooks, so migguard \
             does not write there\n  Make it a folder of this repository's own, then run `migguard install` again.",
            folder = .folder.display(), target = .target.display())]
    SharedFolder { folder: PathBuf, target: PathBuf },
    #[error("{} is the folder of husky's own hooks, which every `npm install` writes anew: what migguard put there \
             would be gone\n  Let husky call migguard instead:{}", .folder.display(), husky_lines(.husky))]
    Husky { folder: PathBuf, husky: PathBuf },
    #[error("{} is a folder, where git expects a hook\n  Move it away, then run the command again.", .0.display())]
    NotAFile(PathBuf),
    #[error("failed to {action} {path}", path = .path.display())]
    Io { action: &'static str, path: PathBuf, source: io::Error },
}

impl Error {
    pub(super) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}

fn husky_lines(husky: &Path) -> String {
    let line = |hook: Hook| {
        let file = quote_text(&husky.join(hook.name()).to_string_lossy());
        format!("\n    echo 'migguard run' >> {file}")
    };
    Hook::ALL.map(line).concat()
}

fn hooks_path_elsewhere(hooks_path: &HooksPath, folder: &Path, own: &Path) -> String {
    let own = quote_text(&own.to_string_lossy());
    let mut message = format!(
        "git runs the hooks in {}, because {hooks_path}: that folder is not this repository's, so migguard does not \
         write there\n",
        folder.display()
    );
    match hooks_path.scope.unset_command() {
        Some(unset) => message.push_str(&format!(
            "  For this repository to run its own hooks:\n    git config --local core.hooksPath {own}\n  \
             To take the setting away:\n    {unset}\n  Then run `migguard install` again. \
             To keep it, add `migguard run` to the pre-commit and pre-merge-commit hooks there.",
        )),
        None => message.push_str(
            "  Run `migguard install` again without it (`git -c core.hooksPath=…`, GIT_CONFIG_COUNT, \
             GIT_CONFIG_PARAMETERS).",
        ),
    }
    message
}
