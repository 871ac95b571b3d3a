//! A place of a test's own, where nothing of the machine's settings is seen.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use migguard::cli::demo::fixture::{BASE, File};
use tempfile::TempDir;

pub(crate) const MIGGUARD: &str = env!("CARGO_BIN_EXE_migguard");

const SETTINGS: &str = "[user]\nname = A\nemail = a@example.invalid\n[init]\ndefaultBranch = main\n\
                        [protocol \"file\"]\nallow = always\n[commit]\ngpgsign = false\n[gc]\nauto = 0\n";

/// A temporary folder with a home and, for most tests, a repository.
pub(crate) struct Place {
    folder: TempDir,
    /// The top level, with a space and an accent in its path.
    pub(crate) repository: PathBuf,
    variables: Vec<(&'static str, OsString)>,
}

/// How a program ended, and what it said.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self::empty();
        place.git(&["init", "-q"]);
        place
    }

    /// A folder in which nothing was made yet.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repository = folder.path().canonicalize().unwrap().join("the répository");
        fs::create_dir_all(&repository).unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        fs::write(folder.path().join("home/.gitconfig"), SETTINGS).unwrap();
        Self { folder, repository, variables: Vec::new() }
    }

    /// The same place with a variable in the environment of all that it runs.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    pub(crate) fn outside(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    /// Runs git in the repository and expects success.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.git_in(&self.repository, arguments)
    }

    pub(crate) fn git_in(&self, directory: &Path, arguments: &[&str]) -> String {
        let outcome = self.run(directory, "git", arguments);
        assert_eq!(outcome.code, Some(0), "git {arguments:?}: {}{}", outcome.stdout, outcome.stderr);
        outcome.stdout
    }

    pub(crate) fn install_in(&self, directory: &Path) -> String {
        let outcome = self.run(directory, MIGGUARD, &["install"]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        outcome.stdout
    }

    pub(crate) fn run(&self, directory: &Path, program: impl AsRef<OsStr>, arguments: &[&str]) -> Outcome {
        Outcome::of(self.command(directory, program).args(arguments))
    }

    pub(crate) fn command(&self, directory: &Path, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(directory);
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
            command.env_remove(name);
        }
        command.env_remove("PRE_COMMIT_RUNNING_LEGACY").env_remove("PREK_RUNNING_LEGACY").env("CI", "true");
        command.env("HOME", self.folder.path().join("home")).env_remove("XDG_CONFIG_HOME");
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("LC_ALL", "C").env("PATH", path_without_migguard());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Puts the project of the incident into a working tree and commits it without any hook.
    pub(crate) fn start_project(&self, top_level: &Path) {
        write(top_level, BASE);
        self.git_in(top_level, &["add", "."]);
        self.git_in(top_level, &["commit", "-q", "--no-verify", "-m", "base"]);
    }
}

impl Outcome {
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// Writes files, whole, with the folders that they need.
pub(crate) fn write(top_level: &Path, files: &[File]) {
    for (path, content) in files {
        let file = top_level.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, content).unwrap();
    }
}

/// A migguard that happens to be installed on the machine must not be found by the hooks.
fn path_without_migguard() -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths(env::split_paths(&path).filter(|folder| !folder.join("migguard").exists())).unwrap()
}
