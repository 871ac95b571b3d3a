//! `migguard check`: the same checks without a prompt, for CI.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use super::{Exit, Globals, judged, terminal};
use crate::check::Analysis;
use crate::git::{Repository, Target, decode_path};
use crate::report::{self, Format, Order, Subject, blocks};

/// Check what is committed, without questions, for CI
///
/// What needs confirmation counts as settled where its reason stands in the file.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  migguard check --since origin/main                 what this branch brings in
  migguard check --all --format json                 the whole history as it stands
  migguard check --since main backend/alembic        only what lies in this folder")]
pub struct Args {
    /// What HEAD changes since its merge base with REV
    #[arg(long, value_name = "REV", conflicts_with = "all")]
    since: Option<String>,
    /// The whole history as it stands; this is the default
    #[arg(long)]
    all: bool,
    /// How findings are written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Report only what lies in these files and folders
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
}

pub fn run(args: &Args, globals: &Globals) -> Result<Exit> {
    let repository = Repository::open(globals.directory.as_deref())?;
    let (comparison, order) = match &args.since {
        Some(revision) => (repository.since(revision)?, Order::Path),
        None => (repository.all()?, Order::Revision),
    };
    let analysis = Analysis::read(&comparison)?;
    let mut findings = judged(&analysis)?;
    if findings.is_empty() && !report::has_environment(&analysis) {
        bail!(
            "no Alembic environment was found, so nothing was checked: no section with `script_location` in an \
             alembic.ini, no `[tool.alembic]` in a pyproject.toml, no env.py that uses `alembic.context` beside a \
             versions folder; name it in `[tool.migguard] environments`"
        );
    }
    if !args.paths.is_empty() {
        let folder = std::path::absolute(globals.directory.as_deref().unwrap_or(Path::new(".")))?;
        let limits = limits(&args.paths, &folder, repository.top_level(), &analysis)?;
        findings.retain(|finding| limits.iter().any(|limit| is_inside(&finding.location.path, limit)));
    }
    report::sort(&mut findings, &analysis, order);
    let style = terminal::stdout_style(globals.color);
    terminal::print(&report::render(args.format, &findings, &analysis, Subject::History, style))?;
    Ok(if findings.iter().any(blocks) { Exit::Blocked } else { Exit::Clean })
}

/// The paths of an invocation as paths of the snapshot. One that names nothing there is an error: a report of nothing
/// would pass for a clean one.
fn limits(paths: &[PathBuf], folder: &Path, top_level: &Path, analysis: &Analysis) -> Result<Vec<Arc<str>>> {
    let top_level = top_level.canonicalize().with_context(|| format!("cannot read {}", top_level.display()))?;
    let folder = folder.canonicalize().with_context(|| format!("cannot read {}", folder.display()))?;
    paths
        .iter()
        .map(|path| {
            let whole = normal(&folder.join(path));
            let Ok(relative) = whole.strip_prefix(&top_level) else {
                bail!("`{}` lies outside of the repository; name a path inside {}", path.display(), top_level.display())
            };
            let parts: Vec<_> = relative.components().map(|part| part.as_os_str().as_encoded_bytes()).collect();
            let relative = decode_path(&parts.join(&b'/'));
            let states = std::iter::once(&analysis.after).chain(&analysis.before);
            let target = states.into_iter().find_map(|state| match state.sources.files.resolve(&relative) {
                Target::File(entry) => Some(entry.path),
                Target::Folder(folder) => Some(folder.into()),
                Target::Outside | Target::Nothing => None,
            });
            target.with_context(|| format!("nothing that is checked lies at `{}`; see `git ls-files`", path.display()))
        })
        .collect()
}

/// The path without `.` and `..`. Links are the snapshot's to follow, not the working tree's.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}

fn is_inside(path: &str, limit: &str) -> bool {
    limit.is_empty() || path.strip_prefix(limit).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::analysis;

    #[test]
    fn paths_are_those_of_the_snapshot() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path();
        let sub = top.join("backend");
        std::fs::create_dir(&sub).unwrap();
        let analysis = analysis([("backend/alembic/versions/a.py", ""), ("README.md", "")]);
        let limits = |paths: &[&str]| {
            let paths: Vec<PathBuf> = paths.iter().map(Into::into).collect();
            limits(&paths, &sub, top, &analysis).map_err(|error| error.to_string())
        };
        assert_eq!(
            limits(&["alembic/", "../README.md", "..", "./alembic/versions/a.py"]).unwrap(),
            [
                "backend/alembic".into(),
                "README.md".into(),
                "".into(),
                Arc::<str>::from("backend/alembic/versions/a.py")
            ]
        );
        assert!(limits(&["alembik"]).unwrap_err().contains("nothing that is checked lies at `alembik`"));
        assert!(limits(&["../../elsewhere"]).unwrap_err().contains("outside of the repository"));
    }

    #[test]
    fn a_folder_is_not_the_beginning_of_a_name() {
        assert!(is_inside("a/b.py", "a") && is_inside("a/b.py", "a/b.py") && is_inside("a/b.py", ""));
        assert!(!is_inside("ab/c.py", "a") && !is_inside("a", "a/b"));
    }
}
