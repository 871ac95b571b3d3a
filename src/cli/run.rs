//! `migguard run`: what the hook calls.

use std::mem::ManuallyDrop;

use anyhow::Result;

use super::{Exit, Globals, judged, terminal};
use crate::check::{Analysis, Finding};
use crate::confirm::{self, Answer};
use crate::git::{Change, Comparison, Mode, Repository};
use crate::hook;
use crate::project::Level;
use crate::report::{self, Format, Order, Subject, blocks};
use crate::stack;

/// Check what is staged, and ask where asking is due; the hook calls this
///
/// A commit that stages no Python, no SQL and no configuration of Alembic or migguard is let through at once. An
/// accident stops the commit. What is destroyed on purpose must be confirmed: with a reason that stands in the file
/// and, in a terminal, by typing the name of what is lost.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  migguard run                   try what the next commit would say
  migguard run --format json
  git commit --no-verify         commit past the hook, once")]
pub struct Args {
    /// How findings are written; only `text` asks questions
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// The version of the hook script that calls
    #[arg(long, value_name = "N", hide = true)]
    hook_version: Option<u32>,
}

pub fn run(args: &Args, globals: &Globals) -> Result<Exit> {
    let repository = Repository::open(globals.directory.as_deref())?;
    let staged = repository.staged()?;
    if !is_relevant(&staged.changes) {
        terminal::print(&report::nothing(args.format))?;
        return Ok(Exit::Clean);
    }
    if let Some(advice) = args.hook_version.and_then(hook::renewal) {
        terminal::note(&format!("migguard: {advice}"));
    }
    stack::with_room(|| judge(args, globals, &repository, &staged))
}

fn judge(args: &Args, globals: &Globals, repository: &Repository, staged: &Comparison) -> Result<Exit> {
    // The process ends with it: taking it apart would only cost time.
    let analysis = ManuallyDrop::new(Analysis::read(staged)?);
    let mut findings = judged(&analysis)?;
    report::sort(&mut findings, &analysis, Order::Path);
    if findings.is_empty() && !report::has_environment(&analysis) {
        terminal::note("migguard: no Alembic environment here, so there is nothing to check");
    }

    let (say, ask) = plan(&findings, args.format);
    let subject = if analysis.before.len() > 1 { Subject::Merge } else { Subject::Commit };
    let style = terminal::stdout_style(globals.color);
    let is_quiet = args.format == Format::Text && say.is_empty();
    if !is_quiet {
        terminal::print(&report::render(args.format, &say, &analysis, subject, style))?;
    }
    if say.iter().any(blocks) {
        return Ok(Exit::Blocked);
    }
    if ask.is_empty() {
        return Ok(Exit::Clean);
    }
    match confirm::ask(&ask, &analysis, repository, terminal::stderr_color(globals.color)) {
        Answer::Confirmed => Ok(Exit::Clean),
        Answer::Refused(why) => {
            terminal::note(&format!("\n{}", wrapped(&refusal(&why, subject), style.width)));
            Ok(Exit::Blocked)
        }
        Answer::Unasked(why) => {
            let open: Vec<Finding> = ask.into_iter().filter(blocks).collect();
            terminal::print(&report::render(Format::Text, &open, &analysis, Subject::Unconfirmed, style))?;
            terminal::note(&format!("\n{}", refusal(&why, subject)));
            Ok(Exit::Blocked)
        }
        Answer::Interrupted => Ok(Exit::Interrupted),
    }
}

/// Whether a change can concern Alembic at all, told from its paths alone: Python, SQL, configuration, and links, which
/// can lead to any of them.
fn is_relevant(changes: &[Change]) -> bool {
    changes.iter().any(|change| {
        let name = change.path.rsplit('/').next().unwrap_or_default();
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let is_link = |side: &Option<(Mode, _)>| matches!(side, Some((Mode::Link, _)));
        matches!(ending, "py" | "ini" | "cfg" | "sql")
            || matches!(name, "pyproject.toml" | "migguard.toml")
            || is_link(&change.before)
            || is_link(&change.after)
    })
}

/// What is reported, and what a person is asked about. Where an accident stands nothing is asked: it stops the commit
/// whatever the answer. A program cannot answer: for it, a reason in the file must be enough.
fn plan(findings: &[Finding], format: Format) -> (Vec<Finding>, Vec<Finding>) {
    let stopped = findings.iter().any(|finding| finding.level == Level::Deny && blocks(finding));
    if stopped || format != Format::Text {
        return (findings.to_vec(), Vec::new());
    }
    findings.iter().cloned().partition(|finding| finding.level != Level::Confirm)
}

fn refusal(why: &str, subject: Subject) -> String {
    match subject {
        Subject::Merge => {
            format!("migguard: {why}\nThe merge stays open: `git commit` asks again, `git merge --abort` gives it up.")
        }
        Subject::Commit | Subject::Unconfirmed | Subject::History => format!("migguard: {why}"),
    }
}

/// Fits the sentences into a window. What comes behind an empty line is to be copied, and stays as it is.
fn wrapped(text: &str, columns: usize) -> String {
    let (said, copied) = text.split_once("\n\n").map_or((text, None), |(said, copied)| (said, Some(copied)));
    let mut lines = Vec::new();
    for line in said.lines() {
        let sentence = line.trim_start();
        let indent = " ".repeat(line.len() - sentence.len());
        let parts = confirm::text::wrap(sentence, columns.saturating_sub(indent.len()));
        lines.extend(parts.into_iter().map(|part| format!("{indent}{part}")));
    }
    lines.extend(copied.map(|copied| format!("\n{copied}")));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::Oid;
    use crate::report::testing::incident;

    fn change(path: &str, mode: Mode) -> Change {
        Change { path: path.into(), before: None, after: Some((mode, Oid::default())) }
    }

    #[test]
    fn only_what_can_concern_alembic_is_looked_at() {
        for path in ["a/b.py", "alembic.ini", "setup.cfg", "x/pyproject.toml", "migguard.toml", "drop.sql"] {
            assert!(is_relevant(&[change("README.md", Mode::File), change(path, Mode::File)]), "{path}");
        }
        for path in ["README.md", "py", "a.py/readme", "poetry.toml", "a.pyc", ".python-version", "Cargo.lock"] {
            assert!(!is_relevant(&[change(path, Mode::File)]), "{path}");
        }
        assert!(is_relevant(&[change("versions", Mode::Link)]));
        let removed = Change { path: "versions".into(), before: Some((Mode::Link, Oid::default())), after: None };
        assert!(is_relevant(&[removed]));
        assert!(!is_relevant(&[]));
    }

    #[test]
    fn sentences_fit_the_window_and_what_is_to_be_copied_stays() {
        let text = "Add this line, stage the file and commit:\n\n    # migguard: intentional -- a long reason\n\nnext";
        let expected =
            "Add this line, stage the\nfile and commit:\n\n    # migguard: intentional -- a long reason\n\nnext";
        assert_eq!(wrapped(text, 26), expected);
        assert_eq!(wrapped("Stopped.\n  To go on: type the name", 24), "Stopped.\n  To go on: type the\n  name");
    }

    fn subjects(findings: &[Finding]) -> Vec<&str> {
        findings.iter().map(|finding| finding.check).collect()
    }

    #[test]
    fn where_an_accident_stands_nothing_is_asked() {
        let (_, findings) = incident();
        let (say, ask) = plan(&findings, Format::Text);
        assert_eq!((say.len(), ask.len()), (3, 0));
    }

    #[test]
    fn a_person_is_asked_about_what_needs_confirmation_a_reason_or_not() {
        let (_, mut findings) = incident();
        findings[0].acknowledged = Some("known".into());
        findings[1].acknowledged = Some("removed for launch".into());
        let (say, ask) = plan(&findings, Format::Text);
        assert_eq!(subjects(&say), ["dropped-live-table", "missing-migration"]);
        assert_eq!(subjects(&ask), ["dropped-table"]);
    }

    #[test]
    fn a_program_is_told_everything_and_a_reason_settles() {
        let (_, mut findings) = incident();
        findings.remove(0);
        let (say, ask) = plan(&findings, Format::Json);
        assert!(ask.is_empty() && say.iter().any(blocks));
        findings[0].acknowledged = Some("removed for launch".into());
        assert!(!plan(&findings, Format::Json).0.iter().any(blocks));
    }
}
