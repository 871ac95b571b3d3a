//! A repository of the test's own, where nothing of the machine's settings is seen.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its place up has failed")]

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use migguard::cli::demo::fixture::{self, File};
use tempfile::TempDir;

const MIGGUARD: &str = env!("CARGO_BIN_EXE_migguard");

pub(crate) struct Place {
    folder: TempDir,
    /// The top level, with a space and an accent in its path.
    pub(crate) repository: PathBuf,
    variables: Vec<(&'static str, OsString)>,
}

pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Every file below a folder: its mode, and its bytes or where it leads.
pub(crate) type Content = BTreeMap<PathBuf, (u32, Vec<u8>)>;

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self::empty();
        place.git(&["init", "-q"]);
        place.identify();
        place
    }

    /// A folder in which nothing was made yet.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repository = folder.path().canonicalize().unwrap().join("the répository");
        fs::create_dir_all(&repository).unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        Self { folder, repository, variables: Vec::new() }
    }

    pub(crate) fn identify(&self) {
        for (key, value) in [("user.name", "A"), ("user.email", "a@example.invalid"), ("commit.gpgsign", "false")] {
            self.git(&["config", key, value]);
        }
    }

    /// The same place with a variable in the environment of all that it runs.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    pub(crate) fn outside(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    pub(crate) fn hooks(&self) -> PathBuf {
        self.repository.join(".git/hooks")
    }

    /// Runs git and expects success.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.git_in(&self.repository, arguments)
    }

    pub(crate) fn git_in(&self, directory: &Path, arguments: &[&str]) -> String {
        let outcome = self.run(directory, "git", arguments);
        assert_eq!(outcome.code, Some(0), "git {arguments:?}: {}{}", outcome.stdout, outcome.stderr);
        outcome.stdout
    }

    pub(crate) fn migguard(&self, arguments: &[&str]) -> Outcome {
        self.run(&self.repository, MIGGUARD, arguments)
    }

    /// Runs migguard and expects success.
    pub(crate) fn install(&self) -> String {
        self.succeed(&["install"])
    }

    pub(crate) fn uninstall(&self) -> String {
        self.succeed(&["uninstall"])
    }

    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        let outcome = self.migguard(arguments);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        outcome.stdout
    }

    pub(crate) fn run(&self, directory: &Path, program: impl AsRef<OsStr>, arguments: &[&str]) -> Outcome {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(directory);
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
            command.env_remove(name);
        }
        command.env_remove("PRE_COMMIT_RUNNING_LEGACY").env_remove("PREK_RUNNING_LEGACY").env("CI", "true");
        command.env("HOME", self.folder.path().join("home")).env_remove("XDG_CONFIG_HOME");
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("LC_ALL", "C").env("PATH", path_without_migguard());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Outcome { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
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

    /// Puts the project of the incident into a working tree and commits it without any hook.
    pub(crate) fn start_project(&self, top_level: &Path) {
        self.stage(top_level, fixture::BASE);
        self.git_in(top_level, &["commit", "-q", "--no-verify", "-m", "base"]);
    }

    /// Stages the accidental drop.
    pub(crate) fn stage_accident(&self, top_level: &Path) {
        self.stage(top_level, &[fixture::REVISIONS[0].accident.unwrap()]);
        self.stage(top_level, fixture::REVISIONS[0].models);
    }

    fn stage(&self, top_level: &Path, files: &[File]) {
        for (path, content) in files {
            let file = top_level.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, content).unwrap();
        }
        self.git_in(top_level, &["add", "."]);
    }

    /// A commit of what is staged.
    pub(crate) fn commit_in(&self, top_level: &Path) -> Outcome {
        self.run(top_level, "git", &["commit", "-q", "-m", "change"])
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

/// A migguard that happens to be installed on the machine must not be found by the hooks.
fn path_without_migguard() -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths(env::split_paths(&path).filter(|folder| !folder.join("migguard").exists())).unwrap()
}
