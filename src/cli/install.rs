//! `migguard install`.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use super::{Exit, Globals};
use crate::hook::{self, Installation, Installed};

/// Write the hooks pre-commit and pre-merge-commit into this clone
///
/// Needed once per clone; running it again renews what is out of date. A hook that is there already is kept and runs
/// first. From then on each `git commit` is checked; `git commit --no-verify` is the way past it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  migguard install\n  migguard -C path/to/repository install")]
pub struct Args {
    /// Write into the repository's own hook folder even where core.hooksPath makes git look elsewhere
    #[arg(long)]
    force: bool,
}

pub fn run(args: &Args, globals: &Globals) -> anyhow::Result<Exit> {
    let directory = globals.directory.as_deref().unwrap_or(Path::new("."));
    let installation = hook::install(directory, args.force)?;
    // A reader that has gone away is no reason to fail: the hooks are written.
    let _ = io::stdout().write_all(describe(&installation).as_bytes());
    Ok(Exit::Clean)
}

fn describe(installation: &Installation) -> String {
    let mut text = String::new();
    for (hook, installed) in &installation.hooks {
        let path = installation.folder.join(hook.name());
        let path = path.display();
        let _ = match installed {
            Installed::New => writeln!(text, "Installed {path}"),
            Installed::Already => writeln!(text, "Installed already: {path}"),
            Installed::Renewed => writeln!(text, "Renewed {path}"),
            Installed::Called { by } => writeln!(text, "Installed already: {} calls migguard", by.display()),
            Installed::Before { kept, others } => {
                let _ = writeln!(text, "Installed {path}");
                let name = kept.file_name().unwrap_or(kept.as_os_str()).display();
                let _ = writeln!(text, "  The hook that was there is kept as {name} and runs first.");
                if *others {
                    let _ = writeln!(text, "  A hook kept earlier, {}.before-migguard, is left as it is.", hook.name());
                }
                Ok(())
            }
        };
    }
    if installation.binary.is_none() {
        text.push_str(
            "This program lies in a linked worktree, so the hooks look for migguard on PATH: put it into a folder \
             there.\n",
        );
    }
    if let Some(setting) = &installation.ignored {
        let _ = writeln!(text, "warning: git will not look there, because {setting} to {}", setting.value);
    } else if installation.in_working_tree {
        text.push_str("core.hooksPath puts the hooks into this working tree; another one needs its own.\n");
    }
    for manager in &installation.managers {
        let file = manager.files().first().unwrap_or(&"");
        let _ = writeln!(
            text,
            "\nThis repository uses {}. {}. To have it run migguard for everybody, {}:",
            manager.name(),
            manager.beside(),
            if manager.lines().starts_with("echo") { "type".to_owned() } else { format!("add to {file}") },
        );
        for line in manager.lines().lines() {
            let _ = writeln!(text, "  {line}");
        }
    }
    if installation.ignored.is_none() {
        text.push_str("\nEach commit is now checked. Past the check, once: git commit --no-verify\n");
    }
    text
}
