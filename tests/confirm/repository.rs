//! The incident's project in a repository of the test's own, where nothing of the machine's settings is seen.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use migguard::cli::demo::fixture::{self, Revision};
use tempfile::TempDir;

use crate::session::lead_session;
use crate::terminal::{End, Terminal};

pub(crate) const MIGGUARD: &str = env!("CARGO_BIN_EXE_migguard");
pub(crate) const DROP: &str = "backend/alembic/versions/d17f77c24fbb_drop_invite_codes_table.py";
pub(crate) const REASON: &str = "    # This drop is intentional - invite_codes feature removed for public launch\n";

pub(crate) struct Repository {
    folder: TempDir,
    /// The variables of all that it runs.
    variables: Vec<(&'static str, OsString)>,
    size: (u16, u16),
}

impl Repository {
    /// The project as it was before anything is staged, with the hook.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["home", "project"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let repository = Self { folder, variables: Vec::new(), size: (24, 80) };
        repository.git(&["init", "-q", "-b", "main", "--template="]);
        let settings = [("user.name", "A"), ("user.email", "a@example.invalid"), ("core.autocrlf", "false")];
        for (key, value) in settings.into_iter().chain([("commit.gpgsign", "false"), ("advice.detachedHead", "false")])
        {
            repository.git(&["config", key, value]);
        }
        for (path, content) in fixture::BASE.iter().chain([&fixture::REGISTERED]) {
            repository.write(path, content);
        }
        for revision in fixture::REVISIONS.iter().take_while(|revision| revision.id != "d17f77c24fbb") {
            repository.apply(revision);
        }
        repository.git(&["add", "."]);
        repository.git(&["commit", "-q", "-m", "base"]);
        repository.install();
        repository
    }

    /// The model `InviteCode` and its table are removed, and staged; the reason stands in the file.
    pub(crate) fn explained() -> Self {
        let repository = Self::new();
        repository.apply(fixture::REVISIONS.iter().find(|revision| revision.id == "d17f77c24fbb").unwrap());
        repository.git(&["add", "-A"]);
        repository
    }

    /// As [`Self::explained`], without the reason.
    pub(crate) fn unexplained() -> Self {
        let repository = Self::explained();
        repository.stage(DROP, &repository.read(DROP).replace(REASON, ""));
        repository
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// The rows and columns of its windows.
    pub(crate) fn sized(mut self, size: (u16, u16)) -> Self {
        self.size = size;
        self
    }

    fn apply(&self, revision: &Revision) {
        for (path, content) in revision.models.iter().chain([&revision.migration]) {
            self.write(path, content);
        }
        for path in revision.removed {
            fs::remove_file(self.path(path)).unwrap();
        }
    }

    pub(crate) fn install(&self) {
        let installed = self.command(MIGGUARD).arg("install").output().unwrap();
        assert!(installed.status.success(), "{}", String::from_utf8_lossy(&installed.stderr));
    }

    pub(crate) fn outside(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join("project").join(path)
    }

    pub(crate) fn write(&self, path: &str, content: &str) {
        let file = self.path(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn stage(&self, path: &str, content: &str) {
        self.write(path, content);
        self.git(&["add", "--", path]);
    }

    /// A migration behind the last one with these lines in `upgrade()`, and `down` in `downgrade()`, staged.
    pub(crate) fn migrate(&self, upgrade: &str, downgrade: &str) -> &'static str {
        let path = "backend/alembic/versions/aaaaaaaaaaaa_change.py";
        let content = format!(
            "from alembic import op\nimport sqlalchemy as sa\n\nrevision = 'aaaaaaaaaaaa'\ndown_revision = \
             'bcc6094025fa'\n\n\ndef upgrade():\n{upgrade}\n\ndef downgrade():\n{downgrade}"
        );
        self.stage(path, &content);
        path
    }

    /// What is staged at a path.
    pub(crate) fn staged(&self, path: &str) -> String {
        self.git(&["show", &format!(":{path}")])
    }

    pub(crate) fn commits(&self) -> usize {
        self.git(&["rev-list", "--count", "HEAD"]).trim().parse().unwrap()
    }

    /// Runs git, outside any terminal, and expects success.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = self.command("git").args(arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "git {arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    /// `git commit` in a window.
    pub(crate) fn commit(&self) -> Terminal {
        self.open("git", &["commit", "-q", "-m", "change"])
    }

    /// A program in a window.
    pub(crate) fn open(&self, program: &str, arguments: &[&str]) -> Terminal {
        let mut command = self.command(program);
        command.args(arguments);
        Terminal::start(command, self.size)
    }

    /// A program without any terminal, as graphical clients, agents and CI start it.
    pub(crate) fn detached(&self, program: &str, arguments: &[&str]) -> End {
        let mut command = self.command(program);
        command.args(arguments);
        lead_session(&mut command, None);
        let Output { status, stdout, stderr } = command.output().unwrap();
        let seen = [stdout, stderr].concat();
        End { code: status.code().unwrap(), seen: String::from_utf8_lossy(&seen).into_owned() }
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path("")).stdin(Stdio::null());
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
            command.env_remove(name);
        }
        for name in ["CI", "NO_COLOR", "CLICOLOR_FORCE", "PRE_COMMIT", "XDG_CONFIG_HOME"] {
            command.env_remove(name);
        }
        let home = self.folder.path().join("home");
        command.env("HOME", home).env("GIT_CONFIG_NOSYSTEM", "1").env("TERM", "xterm").env("LC_ALL", "C");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}
