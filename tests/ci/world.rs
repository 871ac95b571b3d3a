//! Real repositories with the project of the incident in them, and migguard as CI starts it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use migguard::cli::demo::fixture::{self, Revision};
use serde_json::Value;
use tempfile::TempDir;

/// A temporary folder with a home of its own; nothing of the machine's git settings is seen in it.
pub(crate) struct World {
    folder: TempDir,
}

impl World {
    /// A repository whose branch `main` holds the project at its first revisions.
    pub(crate) fn new() -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(world.path("home")).unwrap();
        let settings = "[user]\nname = A\nemail = a@example.org\n[init]\ndefaultBranch = main\n\
                        [protocol \"file\"]\nallow = always\n[advice]\ndetachedHead = false\n";
        fs::write(world.path("home/.gitconfig"), settings).unwrap();
        world.git(world.path(""), &["init", "-q", "project"]);
        world.write(fixture::BASE);
        world.commit("base");
        world
    }

    /// The same with a branch `topic` checked out, on which the accident was committed past the hook.
    pub(crate) fn with_accident() -> Self {
        let world = Self::new();
        world.project_git(&["checkout", "-q", "-b", "topic"]);
        let subscriptions = revision("29672f48c359");
        world.write(&[subscriptions.accident.unwrap()]);
        world.write(subscriptions.models);
        world.commit("subscriptions");
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        fs::canonicalize(self.folder.path()).unwrap().join(name)
    }

    pub(crate) fn project(&self) -> PathBuf {
        self.path("project")
    }

    pub(crate) fn write(&self, files: &[(&str, &str)]) {
        for (path, content) in files {
            let file = self.project().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, content).unwrap();
        }
    }

    /// Commits all that the working tree holds, past any hook.
    pub(crate) fn commit(&self, message: &str) {
        self.project_git(&["add", "--all"]);
        self.project_git(&["commit", "-q", "--no-verify", "-m", message]);
    }

    /// Commits the revisions after the base, as they should have been.
    pub(crate) fn commit_revisions(&self, revisions: &[Revision]) {
        for revision in revisions {
            self.write(&[fixture::REGISTERED, revision.migration]);
            self.write(revision.models);
            for path in revision.removed {
                fs::remove_file(self.project().join(path)).unwrap();
            }
            self.commit(revision.id);
        }
    }

    pub(crate) fn project_git(&self, arguments: &[&str]) -> String {
        self.git(self.project(), arguments)
    }

    pub(crate) fn git(&self, directory: impl AsRef<Path>, arguments: &[&str]) -> String {
        let output = self.command("git").current_dir(directory).args(arguments).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    pub(crate) fn migguard(&self, arguments: &[&str]) -> Answer {
        self.migguard_in(self.project(), arguments)
    }

    pub(crate) fn migguard_in(&self, directory: impl AsRef<Path>, arguments: &[&str]) -> Answer {
        self.program(directory, arguments).output().unwrap().into()
    }

    pub(crate) fn program(&self, directory: impl AsRef<Path>, arguments: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_migguard"));
        command.current_dir(directory).args(arguments);
        command
    }

    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", env::var_os("PATH").unwrap());
        command.env("HOME", self.path("home")).env("GIT_CONFIG_NOSYSTEM", "1");
        command
    }
}

pub(crate) fn revision(id: &str) -> &'static Revision {
    fixture::REVISIONS.iter().find(|revision| revision.id == id).unwrap()
}

/// How a command ended and what it wrote.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// The findings of a report in JSON: each as `check subject`, with ` (reason)` where one stands.
    pub(crate) fn findings(&self) -> Vec<String> {
        let report = self.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let line = |finding: &Value| {
            let reason = finding["acknowledged"]["reason"].as_str().map(|reason| format!(" ({reason})"));
            format!("{} {}{}", text(&finding["check"]), text(&finding["subject"]), reason.unwrap_or_default())
        };
        report["findings"].as_array().unwrap().iter().map(line).collect()
    }
}

impl From<Output> for Answer {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { status: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}
