//! Other managers of hooks that a repository uses.

use std::fs;
use std::path::{Path, PathBuf};

/// A manager of hooks that can call migguard itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manager {
    /// The pre-commit framework and prek read the same file.
    PreCommit,
    Prek,
    Lefthook,
    Husky,
}

impl Manager {
    const ALL: [Self; 4] = [Self::PreCommit, Self::Prek, Self::Lefthook, Self::Husky];

    /// How people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::Prek => "prek",
            Self::Lefthook => "lefthook",
            Self::Husky => "husky",
        }
    }

    /// The files that show that a repository uses it; the first one is where the lines below go.
    pub const fn files(self) -> &'static [&'static str] {
        match self {
            Self::PreCommit => &[".pre-commit-config.yaml", ".pre-commit-config.yml"],
            Self::Prek => &["prek.toml"],
            Self::Lefthook => &[
                "lefthook.yml",
                ".lefthook.yml",
                ".config/lefthook.yml",
                "lefthook.yaml",
                ".lefthook.yaml",
                "lefthook.toml",
                ".lefthook.toml",
                "lefthook.json",
                ".lefthook.json",
            ],
            Self::Husky => &[".husky"],
        }
    }

    /// The lines that make it call migguard.
    pub const fn lines(self) -> &'static str {
        match self {
            Self::PreCommit => {
                "repos:
  - repo: local
    hooks:
      - id: migguard
        name: migguard
        entry: migguard run
        language: system
        always_run: true
        pass_filenames: false
        stages: [pre-commit, pre-merge-commit]
"
            }
            Self::Prek => {
                r#"[[repos]]
repo = "local"
hooks = [
  { id = "migguard", name = "migguard", entry = "migguard run", language = "system", always_run = true, pass_filenames = false, stages = ["pre-commit", "pre-merge-commit"] },
]
"#
            }
            Self::Lefthook => {
                "pre-commit:
  commands:
    migguard:
      run: migguard run
      interactive: true
pre-merge-commit:
  commands:
    migguard:
      run: migguard run
      interactive: true
"
            }
            Self::Husky => {
                "echo 'migguard run' >> .husky/pre-commit
echo 'migguard run' >> .husky/pre-merge-commit
"
            }
        }
    }

    /// What becomes of the hook that migguard installs, where both are used.
    pub const fn beside(self) -> &'static str {
        match self {
            Self::PreCommit => "`pre-commit install` keeps migguard's hook and calls it",
            Self::Prek => "`prek install` keeps migguard's hook and calls it",
            Self::Lefthook => "`lefthook install` moves migguard's hook aside and does not call it",
            Self::Husky => "husky sets core.hooksPath, and git then looks in its folder alone",
        }
    }
}

/// The managers that a working tree has a configuration for.
pub fn managers(top_level: &Path) -> Vec<Manager> {
    let used = |manager: &Manager| manager.files().iter().any(|file| top_level.join(file).exists());
    Manager::ALL.into_iter().filter(used).collect()
}

/// The folder where people write the hooks that husky calls from the folder it gives to git.
pub(super) fn husky(folder: &Path) -> Option<PathBuf> {
    let is_husky = folder.file_name().is_some_and(|name| name == "_") && folder.join("h").is_file();
    folder.parent().filter(|_| is_husky).map(Path::to_owned)
}

/// Whether a script has a line that runs migguard.
pub(super) fn runs_migguard(script: &Path) -> bool {
    let content = fs::read(script).unwrap_or_default();
    let content = String::from_utf8_lossy(&content);
    content.lines().map(str::trim_start).any(|line| !line.starts_with('#') && line.contains("migguard run"))
}
