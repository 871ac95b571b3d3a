//! Where git looks for hooks, and whether that is this repository's to write.

use std::fmt;
use std::fs;
use std::path::{Component, Path, PathBuf};

use serde::Serialize;

use super::{Error, git};

/// A repository's hook folders.
pub(super) struct Location {
    /// The folder of the working tree; `None` in a bare repository.
    pub(super) top_level: Option<PathBuf>,
    /// The folder that git looks in.
    pub(super) folder: PathBuf,
    /// The repository's own folder, where git looks unless `core.hooksPath` says otherwise. All worktrees share it.
    pub(super) own: PathBuf,
    /// What sends git elsewhere.
    pub(super) hooks_path: Option<HooksPath>,
    /// Whether the working tree is a linked one, that may be gone tomorrow.
    pub(super) linked: bool,
    common: PathBuf,
}

/// `core.hooksPath`, and who set it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HooksPath {
    pub value: String,
    pub scope: Scope,
    /// The file it stands in, or git's word for where it came from.
    pub origin: String,
}

/// As `git config --show-scope` names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    System,
    Global,
    Local,
    Worktree,
    /// `git -c`, or the environment.
    Command,
}

impl Location {
    pub(super) fn find(directory: &Path) -> Result<Self, Error> {
        let common = path(directory, &["rev-parse", "--path-format=absolute", "--git-common-dir"])?;
        let git_dir = path(directory, &["rev-parse", "--path-format=absolute", "--git-dir"])?;
        let top_level = git::ask(directory, &["rev-parse", "--path-format=absolute", "--show-toplevel"])?
            .ok()
            .filter(|top_level| !top_level.is_empty())
            .map(|top_level| PathBuf::from(git::os_string(top_level)));
        // A relative core.hooksPath counts from where hooks run.
        let base = top_level.as_deref().unwrap_or(&git_dir);
        let hooks_path = HooksPath::read(base)?;
        let folder = match &hooks_path {
            // Git prints no path for an empty one, and then looks for `/pre-commit`.
            Some(hooks_path) if hooks_path.value.is_empty() => PathBuf::from("/"),
            _ => path(base, &["rev-parse", "--path-format=absolute", "--git-path", "hooks"])?,
        };
        Ok(Self {
            folder,
            own: common.join("hooks"),
            hooks_path,
            linked: top_level.is_some() && canonical(&git_dir) != canonical(&common),
            top_level,
            common,
        })
    }

    /// Keeps other migguards from changing the hooks at the same time, for as long as it lives: two that find the same
    /// hook would keep it, and then keep each other's. Where a folder cannot be locked there is nobody to wait for.
    pub(super) fn lock(&self) -> Option<fs::File> {
        let folder = fs::File::open(&self.common).ok()?;
        folder.lock().is_ok().then_some(folder)
    }

    /// The folder to install into: the one that git looks in, where it is this repository's; the repository's own one
    /// if `force` says so. The second value is what keeps git from looking there.
    pub(super) fn target(&self, force: bool) -> Result<(&Path, Option<&HooksPath>), Error> {
        let elsewhere = self.elsewhere();
        let folder = match elsewhere {
            None => &self.folder,
            Some(_) if force => &self.own,
            Some(hooks_path) => {
                return Err(Error::HooksPath {
                    hooks_path: hooks_path.clone(),
                    folder: self.folder.clone(),
                    own: self.own.clone(),
                });
            }
        };
        if !self.holds(folder) {
            return Err(Error::SharedFolder { folder: folder.clone(), target: canonical(folder) });
        }
        Ok((folder, elsewhere))
    }

    /// The setting that makes git look in a folder that is not for migguard to write.
    pub(super) fn elsewhere(&self) -> Option<&HooksPath> {
        let hooks_path = self.hooks_path.as_ref()?;
        let own = canonical(&self.folder) == canonical(&self.own);
        let local = matches!(hooks_path.scope, Scope::Local | Scope::Worktree) && self.holds(&self.folder);
        (!own && !local).then_some(hooks_path)
    }

    /// The folders of this repository in which hooks of ours may be; the one that git looks in comes first.
    pub(super) fn folders(&self) -> Vec<&Path> {
        let mut folders: Vec<&Path> = Vec::new();
        if self.elsewhere().is_none() {
            folders.push(&self.folder);
        }
        if !folders.iter().any(|folder| canonical(folder) == canonical(&self.own)) {
            folders.push(&self.own);
        }
        folders.retain(|folder| self.holds(folder));
        folders
    }

    /// Whether a folder lies in a working tree rather than in the repository that all of them share.
    pub(super) fn is_in_working_tree(&self, folder: &Path) -> bool {
        !canonical(folder).starts_with(canonical(&self.common))
    }

    /// Whether a folder lies, links followed, in the repository or in one of its working trees known here.
    fn holds(&self, folder: &Path) -> bool {
        let folder = canonical(folder);
        if folder.components().any(|component| component == Component::ParentDir) {
            return false;
        }
        let common = canonical(&self.common);
        // From a linked worktree the main one is the folder around `.git`.
        let main = common.parent().filter(|_| common.file_name().is_some_and(|name| name == ".git"));
        let top_level = self.top_level.as_deref().map(canonical);
        folder.starts_with(&common)
            || main.is_some_and(|main| folder.starts_with(main))
            || top_level.is_some_and(|top_level| folder.starts_with(top_level))
    }
}

impl HooksPath {
    fn read(directory: &Path) -> Result<Option<Self>, Error> {
        let asked = git::ask(directory, &["config", "--show-scope", "--show-origin", "-z", "--get", "core.hooksPath"])?;
        let Ok(printed) = asked else { return Ok(None) };
        let mut fields = printed.split(|&byte| byte == 0).map(|field| String::from_utf8_lossy(field).into_owned());
        let (Some(scope), Some(origin), Some(value)) = (fields.next(), fields.next(), fields.next()) else {
            return Ok(None);
        };
        let scope = match scope.as_str() {
            "system" => Scope::System,
            "global" => Scope::Global,
            "local" => Scope::Local,
            "worktree" => Scope::Worktree,
            _ => Scope::Command,
        };
        let origin = origin.strip_prefix("file:").unwrap_or(&origin).to_owned();
        Ok(Some(Self { value, scope, origin }))
    }
}

impl fmt::Display for HooksPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scope {
            Scope::Command => write!(formatter, "core.hooksPath is set on the command line or in the environment"),
            scope => write!(formatter, "core.hooksPath is set in {} ({scope})", self.origin),
        }
    }
}

impl Scope {
    /// The command that takes the setting away again.
    pub(super) fn unset_command(self) -> Option<String> {
        (self != Self::Command).then(|| format!("git config --{self} --unset core.hooksPath"))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::System => "system",
            Self::Global => "global",
            Self::Local => "local",
            Self::Worktree => "worktree",
            Self::Command => "command",
        })
    }
}

fn path(directory: &Path, arguments: &[&str]) -> Result<PathBuf, Error> {
    match git::ask(directory, arguments)? {
        Ok(path) => Ok(PathBuf::from(git::os_string(path))),
        Err(message) => {
            let advice = if message.contains("not a git repository") {
                "Run the command inside a repository, or name one with `-C DIR`."
            } else {
                "Do what git says; migguard needs git 2.31 or newer."
            };
            Err(Error::Git { message, advice })
        }
    }
}

/// A path with all links followed, also where its end does not exist yet.
fn canonical(path: &Path) -> PathBuf {
    for ancestor in path.ancestors() {
        if let (Ok(real), Ok(rest)) = (ancestor.canonicalize(), path.strip_prefix(ancestor)) {
            return if rest.as_os_str().is_empty() { real } else { real.join(rest) };
        }
    }
    path.to_owned()
}
