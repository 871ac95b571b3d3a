//! `migguard demo`.

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context as _, bail, ensure};
use tempfile::TempDir;

use super::{ColorChoice, Exit, Globals};
use fixture::File;

pub mod fixture;
mod interrupt;

/// Replay the incident that migguard exists for, in a temporary repository
///
/// A project with a model that nobody imports, the migration that autogenerate makes of it, and real commits through
/// the real hook. Needs git and nothing else; what it makes is removed again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  migguard demo")]
pub struct Args {}

pub fn run(_: &Args, globals: &Globals) -> anyhow::Result<Exit> {
    interrupt::watch();
    let demo = Demo::new(globals.color)?;
    let told = demo.tell();
    // What was interrupted looks like a failure of git's.
    if interrupt::came() { Ok(Exit::Interrupted) } else { told.map(|()| Exit::Clean) }
}

/// A temporary repository, with a home of its own. All is removed when it goes.
struct Demo {
    folder: TempDir,
    program: PathBuf,
    color: ColorChoice,
}

impl Demo {
    fn new(color: ColorChoice) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("migguard-demo-")
            .tempdir()
            .context("failed to make a temporary folder: set TMPDIR to one that can be written")?;
        let program = env::current_exe().context("failed to find this program")?;
        let demo = Self { folder, program, color };
        for folder in [demo.home(), demo.repository()] {
            fs::create_dir(&folder).with_context(|| format!("failed to make {}", folder.display()))?;
        }
        Ok(demo)
    }

    fn tell(&self) -> anyhow::Result<()> {
        let [subscriptions, ..] = fixture::REVISIONS else { bail!("the demo has no revisions") };
        let accident = subscriptions.accident.context("the demo has no accident")?;

        self.title("The Journey Templates incident, replayed in a temporary repository");
        self.say(
            "\nA table `journey_templates` was made with raw SQL (revision 1ea01d592526), and its model\n\
             app/models/journey_template.py was written. Nobody imported it in app/models/__init__.py.",
        );
        self.git(&["init", "-q", "--template="])?;
        for (key, value) in [
            ("user.name", "migguard demo"),
            ("user.email", "demo@example.invalid"),
            ("commit.gpgsign", "false"),
            ("core.autocrlf", "false"),
        ] {
            self.git(&["config", key, value])?;
        }
        self.stage(fixture::BASE)?;
        ensure!(self.commit("Add journey_templates")?.success(), "git could not make the first commit");
        self.say("There is no hook yet: the commit passes.");

        self.title("\n1. The hook, once per clone");
        self.shell("migguard install");
        let installed = self.command(&self.program).arg("install").status().context("failed to run migguard")?;
        ensure!(installed.success(), "the hook could not be installed");

        self.title("\n2. The accident");
        self.say(
            "Subscriptions are added, with `alembic revision --autogenerate`. It sees only the models that were\n\
             imported, takes `journey_templates` for a removed table, and writes its drop into upgrade():\n",
        );
        for line in accident.1.lines().skip_while(|line| !line.starts_with("def upgrade")).take(4) {
            self.say(&format!("    {line}"));
        }
        self.say("\nIt is committed without being read, as generated code is.");
        self.stage(&[accident])?;
        self.stage(subscriptions.models)?;
        let refused = self.commit("Add subscriptions")?;
        ensure!(!refused.success(), "the accidental drop was committed: the hook did not refuse it");
        ensure!(self.commits()? == 1, "the accidental drop was committed, although git reported a failure");
        self.say(
            "\nRefused: the model is still there, so the drop is an accident, and the table would have been gone with\n\
             the next deployment.",
        );

        self.title("\n3. The fix");
        self.say("Import JourneyTemplate in app/models/__init__.py, and delete the drop from upgrade().");
        self.stage(&[fixture::REGISTERED, subscriptions.migration])?;
        let passed = self.commit("Add subscriptions")?;
        ensure!(passed.success(), "the repaired migration was refused");
        ensure!(self.commits()? == 2, "the repaired migration was not committed, although git reported success");
        self.say("Passed: nothing is lost. The temporary repository is removed again.");

        self.title("\nIn your own clone");
        self.say(
            "  migguard install          once\n  \
             migguard status           what migguard sees\n  \
             git commit --no-verify    the way past it",
        );
        Ok(())
    }

    /// Writes files and stages them.
    fn stage(&self, files: &[File]) -> anyhow::Result<()> {
        for (path, content) in files {
            let file = self.repository().join(path);
            let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, content));
            written.with_context(|| format!("failed to write {}", file.display()))?;
            self.git(&["add", "--", path])?;
        }
        Ok(())
    }

    /// A real commit. What the hook says goes where the demo speaks.
    fn commit(&self, message: &str) -> anyhow::Result<ExitStatus> {
        self.shell(&format!("git commit -m '{message}'"));
        self.command("git")
            .args(["commit", "-q", "-m", message])
            .stdin(Stdio::null())
            .stderr(io::stdout())
            .status()
            .context("failed to start git")
    }

    fn commits(&self) -> anyhow::Result<usize> {
        let count = self.git(&["rev-list", "--count", "HEAD"])?;
        count.trim().parse().context("git counted no commits")
    }

    fn git(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self
            .command("git")
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .context("failed to start git: install it, so that `git` is found on PATH")?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "git {} failed: {}", arguments.join(" "), stderr.trim());
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// A command in the repository that sees no settings and no repository of the person who runs the demo.
    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.repository());
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
            command.env_remove(name);
        }
        command.env("HOME", self.home()).env("XDG_CONFIG_HOME", self.home()).env("GIT_CONFIG_NOSYSTEM", "1");
        command.env_remove("PRE_COMMIT_RUNNING_LEGACY").env_remove("PREK_RUNNING_LEGACY");
        match self.color {
            ColorChoice::Auto => {}
            ColorChoice::Always => {
                command.env_remove("NO_COLOR").env("CLICOLOR_FORCE", "1");
            }
            ColorChoice::Never => {
                command.env_remove("CLICOLOR_FORCE").env("NO_COLOR", "1");
            }
        }
        command
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    fn repository(&self) -> PathBuf {
        self.folder.path().join("expense-flow")
    }

    fn title(&self, text: &str) {
        self.say(&console::style(text).bold().force_styling(self.colored()).to_string());
    }

    fn shell(&self, text: &str) {
        self.say(&console::style(format!("$ {text}")).cyan().force_styling(self.colored()).to_string());
    }

    fn colored(&self) -> bool {
        match self.color {
            ColorChoice::Auto => console::colors_enabled(),
            ColorChoice::Always => true,
            ColorChoice::Never => false,
        }
    }

    /// A reader that has gone away does not end the demo: its exit status still counts.
    #[expect(clippy::unused_self, reason = "reads as what the demo does, beside `title` and `shell`")]
    fn say(&self, text: &str) {
        let _ = writeln!(io::stdout(), "{text}").and_then(|()| io::stdout().flush());
    }
}
