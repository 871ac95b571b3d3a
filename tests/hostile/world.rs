//! A repository, and a migguard that is watched.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use migguard::plain::is_deceptive;
use tempfile::TempDir;

/// No timing is measured: only what hangs is ended.
const PATIENCE: Duration = Duration::from_mins(5);

/// In kilobytes.
const MEMORY: i64 = 1 << 20;

/// In bytes. What the kernel says about a child's memory begins with that of this process, which holds its output.
const OUTPUT: u64 = 256 << 20;

pub(crate) const ENV: &str = "from alembic import context\nfrom app.models import Base\n\
                              target_metadata = Base.metadata\n\
                              context.configure(target_metadata=target_metadata)\ncontext.run_migrations()\n";

const INITIAL: &str = "import sqlalchemy as sa\nfrom alembic import op\nrevision = 'a1'\ndown_revision = None\n\
                       def upgrade():\n    op.create_table('users', sa.Column('id', sa.Integer()))\n\
                       def downgrade():\n    op.drop_table('users')\n";

pub(crate) const MODELS: &str = "from sqlalchemy import Column, Integer\nfrom sqlalchemy.orm import DeclarativeBase\n\
                                 class Base(DeclarativeBase):\n    pass\n\
                                 class User(Base):\n    __tablename__ = 'users'\n    id = Column(Integer)\n";

/// The head of a second revision; its `upgrade()` follows.
pub(crate) const HEAD: &str =
    "import sqlalchemy as sa\nfrom alembic import op\nrevision = 'b2'\ndown_revision = 'a1'\n";

/// The last statement of an `upgrade()`: an accident that must not pass.
pub(crate) const DROP: &str = "    op.drop_table('users')\n";

pub(crate) struct World {
    folder: TempDir,
}

/// How migguard ended, and what it said.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl World {
    /// A repository with one environment, one revision and one model, nothing committed.
    pub(crate) fn new() -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(world.path("repository")).unwrap();
        world.git(&["init", "-q", "-b", "main"]);
        world.write("alembic.ini", "[alembic]\nscript_location = migrations\n");
        world.write("migrations/env.py", ENV);
        world.write("migrations/versions/a1.py", INITIAL);
        world.write("app/models.py", MODELS);
        world
    }

    /// A file of the folder around the repository.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path("repository").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.path("repository").join(path)).unwrap();
    }

    pub(crate) fn stage(&self) {
        self.git(&["add", "-A"]);
    }

    pub(crate) fn commit(&self) {
        self.stage();
        self.git(&["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "x"]);
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = self.in_repository("git").args(arguments).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn in_repository(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.path("repository"))
            .env("HOME", self.folder.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env_remove("CLICOLOR_FORCE");
        command
    }

    /// Runs migguard and holds it to its bounds.
    pub(crate) fn migguard(&self, arguments: &[&str]) -> Ended {
        let (out, err) = (self.path("stdout"), self.path("stderr"));
        #[expect(clippy::zombie_processes, reason = "`watch` waits for it")]
        let child = self
            .in_repository(env!("CARGO_BIN_EXE_migguard"))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(fs::File::create(&out).unwrap())
            .stderr(fs::File::create(&err).unwrap())
            .spawn()
            .unwrap();
        let (status, memory) = watch(child.id());
        let (stdout, stderr) = (said(&out), said(&err));
        let what = format!("migguard {arguments:?}: {status}\n{}", start_of(&stderr));
        let code = status.code();
        assert!(matches!(code, Some(0..=2)), "{what}");
        assert!(!stderr.contains("broke ("), "{what}");
        assert!(code != Some(2) || !stderr.is_empty() && stdout.is_empty(), "a failure without a message: {what}");
        assert!(memory < MEMORY, "{memory} kB: {what}");
        Ended { code: code.unwrap(), stdout, stderr }
    }

    /// Stages everything and looks at it through each command.
    pub(crate) fn survives(&self) -> Ended {
        self.stage();
        self.migguard(&["status"]);
        self.migguard(&["run", "--format", "json"])
    }

    /// The same where `upgrade()` holds [`DROP`], which must be stopped, or at least not be passed over.
    pub(crate) fn stops(&self, name: &str) {
        let ended = self.survives();
        let is_said = ["\"unreadable-statement\"", "\"unparsable-file\""].iter().any(|it| ended.stdout.contains(it));
        assert!(ended.code != 0 || is_said, "{name}: {} {}", start_of(&ended.stdout), start_of(&ended.stderr));
    }
}

#[expect(unsafe_code, reason = "the standard library does not tell what a child took")]
fn watch(pid: u32) -> (ExitStatus, i64) {
    let pid = libc::pid_t::try_from(pid).unwrap();
    let end = Instant::now() + PATIENCE;
    let mut status = 0;
    // SAFETY: a `rusage` is plain numbers, for which zeros are valid.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: both pointers are to live values of this function, and `pid` is a child that nobody else waits for.
        let ended = unsafe { libc::wait4(pid, &raw mut status, libc::WNOHANG, &raw mut usage) };
        assert!(ended >= 0, "{}", std::io::Error::last_os_error());
        if ended == pid {
            return (ExitStatus::from_raw(status), usage.ru_maxrss);
        }
        if Instant::now() > end {
            // SAFETY: `pid` is a child that has not been waited for, so it is no other process.
            unsafe { libc::kill(pid, libc::SIGKILL) };
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// What was written, which is text without anything that a terminal would obey.
fn said(file: &Path) -> String {
    let size = fs::metadata(file).unwrap().len();
    assert!(size < OUTPUT, "{size} bytes of output");
    let text = String::from_utf8(fs::read(file).unwrap()).unwrap();
    if let Some(bad) = text.chars().find(|c| *c != '\n' && is_deceptive(*c)) {
        let line = text.lines().find(|line| line.contains(bad)).unwrap_or_default();
        panic!("{bad:?} in {:?}", start_of(line));
    }
    text
}

fn start_of(text: &str) -> String {
    text.chars().take(600).collect()
}
