//! What people type, one command a file.

pub mod check;
pub mod completions;
pub mod demo;
pub mod explain;
pub mod install;
pub mod run;
pub mod status;
pub mod terminal;
pub mod uninstall;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

pub use clap::ColorChoice;
use clap::{CommandFactory, Parser, Subcommand};

use crate::check::{Analysis, Finding};
use crate::plain::plain;
use crate::{confirm, reading, stack};

/// Keeps an Alembic project from losing data by accident.
///
/// migguard is a git pre-commit hook. It checks each commit from what is staged, without a database, without Python and
/// without running anything of the project: drops of tables and columns that models still use, models that Alembic
/// cannot see, and what is destroyed on purpose, which it asks to confirm.
#[derive(Debug, Parser)]
#[command(name = "migguard", version, after_help = EXAMPLES, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  migguard install            put the hook into this clone, once
  migguard status             see what migguard sees
  migguard check --since origin/main
  git commit --no-verify      commit past the hook, once

Exit status: 0 nothing stands in the way, 1 findings block, 2 migguard could not do its work, 130 interrupted.";

/// What every command takes.
#[derive(Debug, Clone, clap::Args)]
pub struct Globals {
    /// Work in this folder instead of the current one
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub directory: Option<PathBuf>,
    /// When to use colour; `auto` asks the terminal and `NO_COLOR`
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto", global = true)]
    pub color: ColorChoice,
}

#[derive(Debug, Subcommand)]
enum Command {
    Install(install::Args),
    Uninstall(uninstall::Args),
    Run(run::Args),
    Check(check::Args),
    Status(status::Args),
    Explain(explain::Args),
    Demo(demo::Args),
    Completions(completions::Args),
}

/// The command line as clap knows it, for what is made from it.
pub fn command() -> clap::Command {
    Cli::command()
}

/// How a command ends; the number is the process's exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing stands in the way.
    Clean = 0,
    /// Findings block.
    Blocked = 1,
    /// migguard could not do its work.
    Failed = 2,
    Interrupted = 130,
}

/// Reads the command line, does what it says, and reports what went wrong. Whatever goes wrong, the work was not done
/// and does not pass for done.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe under `--help` is no error.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::Failed as u8));
        }
    };
    let exit = caught(|| run_command(&cli)).unwrap_or_else(|error| {
        terminal::complain(&error, cli.globals.color);
        Exit::Failed
    });
    ExitCode::from(exit as u8)
}

fn run_command(cli: &Cli) -> anyhow::Result<Exit> {
    let globals = &cli.globals;
    match &cli.command {
        Command::Install(args) => install::run(args, globals),
        Command::Uninstall(args) => uninstall::run(args, globals),
        Command::Run(args) => run::run(args, globals),
        Command::Check(args) => stack::with_room(|| check::run(args, globals)),
        Command::Status(args) => stack::with_room(|| status::run(args, globals)),
        Command::Explain(args) => explain::run(args, globals),
        Command::Demo(args) => demo::run(args, globals),
        Command::Completions(args) => completions::run(args),
    }
}

/// What is wrong with a change, at the levels that count for it. What could not be read is an error.
fn judged(analysis: &Analysis) -> anyhow::Result<Vec<Finding>> {
    let findings = confirm::judge(crate::check::findings(analysis), analysis);
    match analysis.trouble() {
        Some(trouble) => Err(trouble.into()),
        None => Ok(findings),
    }
}

/// Runs `work`. A panic becomes an error that asks for a report.
fn caught<T>(work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    static ALONE: Mutex<()> = Mutex::new(());
    static PLACE: Mutex<Option<String>> = Mutex::new(None);
    // The hook is the whole process's: of two at once each would take the other's place.
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    std::panic::set_hook(Box::new(|panic| {
        if let (Some(place), Ok(mut kept)) = (panic.location(), PLACE.lock()) {
            let file = reading::current().map(|path| format!(" while it read `{}`", plain(&path)));
            kept.get_or_insert(format!("{place}{}", file.unwrap_or_default()));
        }
    }));
    // Nothing of it is used afterwards.
    let outcome = catch_unwind(AssertUnwindSafe(work));
    // Back to Rust's own.
    drop(std::panic::take_hook());
    outcome.unwrap_or_else(|panic| {
        let place = PLACE.lock().ok().and_then(|mut place| place.take());
        Err(broken(&*panic, place.as_deref()))
    })
}

fn broken(panic: &(dyn Any + Send), place: Option<&str>) -> anyhow::Error {
    let message = (panic.downcast_ref::<String>().map(String::as_str))
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    anyhow::anyhow!(
        "migguard {} broke ({}{}); nothing was checked\n  This is a mistake in migguard. Please report it, with this \
         message and the file that it broke on: {}/issues\n  `git commit --no-verify` commits without it.",
        env!("CARGO_PKG_VERSION"),
        plain(message),
        place.map(|place| format!(" at {place}")).unwrap_or_default(),
        env!("CARGO_PKG_REPOSITORY"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent_and_every_command_has_an_example() {
        let command = command();
        command.clone().debug_assert();
        for sub in command.get_subcommands() {
            let help = sub.get_after_help().map(ToString::to_string).unwrap_or_default();
            let example = format!("migguard {}", sub.get_name());
            assert!(help.contains(&example), "{} has no example", sub.get_name());
            assert!(sub.get_about().is_some(), "{} is not described", sub.get_name());
        }
    }

    #[test]
    fn globals_stand_before_and_after_the_command() {
        for line in ["migguard -C x --color never status", "migguard status --color never -C x"] {
            let cli = Cli::try_parse_from(line.split(' ')).unwrap();
            assert_eq!(cli.globals.directory.as_deref(), Some("x".as_ref()), "{line}");
            assert_eq!(cli.globals.color, ColorChoice::Never, "{line}");
        }
    }

    #[test]
    fn a_panic_in_any_thread_names_the_file_that_was_read() {
        let error = caught::<()>(|| {
            let _reading = reading::begin(&"app/\u{1b}odd.py".into());
            stack::with_room(|| stack::both(true, || panic!("odd input"), || ())).0
        });
        let error = error.unwrap_err().to_string();
        assert!(error.contains(" while it read `app/<U+001B>odd.py`)"), "{error}");
    }

    #[test]
    fn a_panic_is_a_failure_that_asks_for_a_report() {
        let error = caught::<()>(|| panic!("odd {}", "input")).unwrap_err().to_string();
        assert!(error.contains("(odd input at src/cli/mod.rs:"), "{error}");
        assert!(error.contains("nothing was checked") && error.contains("/issues"), "{error}");
    }
}
