//! What an installer's test looks at.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, lchown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};

use migguard::cli::demo::fixture::REVISIONS;

use crate::common::{MIGGUARD, write};
pub(crate) use crate::common::{Outcome, Place};

/// Every file below a folder: its mode, and its bytes or where it leads.
pub(crate) type Content = BTreeMap<PathBuf, (u32, Vec<u8>)>;

impl Place {
    pub(crate) fn hooks(&self) -> PathBuf {
        self.repository.join(".git/hooks")
    }

    pub(crate) fn migguard(&self, arguments: &[&str]) -> Outcome {
        self.run(&self.repository, MIGGUARD, arguments)
    }

    /// Runs migguard as somebody whom permissions stop, whoever runs the tests.
    pub(crate) fn without_privileges(&self, arguments: &[&str]) -> Outcome {
        let outside = self.outside();
        if fs::metadata(&outside).unwrap().uid() != 0 {
            return self.migguard(arguments);
        }
        let nobody = 65_534;
        let program = outside.join("migguard-for-nobody");
        fs::copy(MIGGUARD, &program).unwrap();
        self.git(&["config", "--global", "safe.directory", "*"]);
        for path in content(&outside).into_keys().chain([outside.clone()]) {
            lchown(path, Some(nobody), Some(nobody)).unwrap();
        }
        let outcome = Outcome::of(self.command(&self.repository, &program).args(arguments).uid(nobody).gid(nobody));
        self.git(&["config", "--global", "--unset", "safe.directory"]);
        fs::remove_file(&program).unwrap();
        for path in content(&outside).into_keys().chain([outside.clone()]) {
            lchown(path, Some(0), Some(0)).unwrap();
        }
        outcome
    }

    /// Runs migguard and expects success.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        let outcome = self.migguard(arguments);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        outcome.stdout
    }

    pub(crate) fn install(&self) -> String {
        self.install_in(&self.repository)
    }

    pub(crate) fn uninstall(&self) -> String {
        self.succeed(&["uninstall"])
    }

    /// Stages the accidental drop.
    pub(crate) fn stage_accident(&self, top_level: &Path) {
        write(top_level, &[REVISIONS[0].accident.unwrap()]);
        write(top_level, REVISIONS[0].models);
        self.git_in(top_level, &["add", "."]);
    }

    /// A commit of what is staged.
    pub(crate) fn commit_in(&self, top_level: &Path) -> Outcome {
        self.run(top_level, "git", &["commit", "-q", "-m", "change"])
    }

    /// The `state` of pre-commit and pre-merge-commit in `migguard status`.
    pub(crate) fn states(&self) -> [String; 2] {
        let status = self.status();
        let state = |index: usize| status["hook"]["hooks"][index]["state"].as_str().unwrap().to_owned();
        [state(0), state(1)]
    }

    pub(crate) fn status(&self) -> serde_json::Value {
        serde_json::from_str(&self.succeed(&["status", "--format", "json"])).unwrap()
    }

    pub(crate) fn commit(&self) -> Outcome {
        self.commit_in(&self.repository)
    }

    /// A commit of nothing that migguard looks at.
    pub(crate) fn commit_anything(&self) -> Outcome {
        self.run(&self.repository, "git", &["commit", "-q", "--allow-empty", "-m", "anything"])
    }
}

/// Writes an executable file.
pub(crate) fn script(path: &Path, content: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
    chmod(path, 0o755);
}

pub(crate) fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

pub(crate) fn content(folder: &Path) -> Content {
    let mut found = Content::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let metadata = fs::symlink_metadata(&path).unwrap();
            let bytes = if metadata.is_symlink() {
                fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()
            } else if metadata.is_dir() {
                folders.push(path.clone());
                Vec::new()
            } else {
                fs::read(&path).unwrap()
            };
            found.insert(path, (metadata.permissions().mode(), bytes));
        }
    }
    found
}
