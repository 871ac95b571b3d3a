//! A project in a string, what is staged on top of it, and what migguard says to that.

use std::fmt::Write;
use std::sync::Arc;

use super::{Analysis, CHECKS, Check, Finding, findings};
use crate::confirm;
use crate::git::{Change, Comparison, Entry, Kept, MemoryTree, Mode, NoRemotes, Tree};
use crate::stack;

/// The project that the pages' examples are staged in: two models, three tables, one revision.
const PROJECT: &str = r#"
# alembic.ini
[alembic]
script_location = migrations

# migrations/env.py
from alembic import context

from app.models import Base

target_metadata = Base.metadata
context.configure(target_metadata=target_metadata)
context.run_migrations()

# migrations/versions/a1_initial.py
"""initial"""
import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.String(200)),
        sa.Column("bio", sa.Text()),
        sa.Column("nickname", sa.String(100)),
    )
    op.create_index("ix_users_email", "users", ["email"])
    op.create_table(
        "teams",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(100)),
        sa.UniqueConstraint("name", name="uq_teams_name"),
    )
    op.create_table("invite_codes", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("code", sa.String(20)))
    op.create_index("ix_invite_codes_code", "invite_codes", ["code"])


def downgrade():
    op.drop_table("invite_codes")
    op.drop_table("teams")
    op.drop_table("users")

# app/__init__.py

# app/models/__init__.py
from app.models.base import Base
from app.models.team import Team
from app.models.user import User

__all__ = ["Base", "Team", "User"]

# app/models/base.py
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass

# app/models/user.py
from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(200), index=True)
    bio: Mapped[str] = mapped_column(Text)

# app/models/team.py
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Team(Base):
    __tablename__ = "teams"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
"#;

/// Several files in one string: each begins with a comment that is its path. A file `- path` is deleted.
fn files(text: &str) -> Vec<(String, Option<String>)> {
    let mut files: Vec<(String, Option<String>)> = Vec::new();
    for line in text.lines() {
        let path = line.strip_prefix("# ").filter(|path| {
            !path.trim_start_matches("- ").contains(' ')
                && [".py", ".ini", ".toml"].iter().any(|end| path.ends_with(end))
        });
        match (path, files.last_mut()) {
            (Some(path), _) => match path.strip_prefix("- ") {
                Some(path) => files.push((path.to_owned(), None)),
                None => files.push((path.to_owned(), Some(String::new()))),
            },
            (None, Some((_, Some(content)))) => {
                content.push_str(line);
                content.push('\n');
            }
            (None, _) => assert!(line.trim().is_empty(), "a line before the first path: {line}"),
        }
    }
    files
}

/// A snapshot, and what is staged on top of it.
fn overlay(base: &[(String, Option<String>)], staged: &[(String, Option<String>)]) -> MemoryTree {
    let kept = base.iter().filter(|(path, _)| !staged.iter().any(|(other, _)| other == path));
    let present = kept.chain(staged).filter_map(|(path, content)| Some((path.as_str(), content.as_deref()?)));
    MemoryTree::new(present)
}

fn changes(before: &MemoryTree, after: &MemoryTree) -> Vec<Change> {
    let entries = |tree: &MemoryTree| tree.entries().unwrap().to_vec();
    let (old, new) = (entries(before), entries(after));
    let of = |entries: &[Entry], path: &str| {
        entries.iter().find(|entry| *entry.path == *path).map(|entry| (Mode::File, entry.oid))
    };
    let mut paths: Vec<Arc<str>> = old.iter().chain(&new).map(|entry| entry.path.clone()).collect();
    paths.sort();
    paths.dedup();
    let changes = paths.into_iter().map(|path| Change { before: of(&old, &path), after: of(&new, &path), path });
    changes.filter(|change| change.before != change.after).collect()
}

fn comparison(base: &str, staged: &str) -> Comparison {
    let base = files(base);
    let (before, after) = (overlay(&base, &[]), overlay(&base, &files(staged)));
    let changes = changes(&before, &after);
    let before: Arc<dyn Tree> = Arc::new(before);
    let (after, remotes) = (Arc::new(after), Arc::new(NoRemotes));
    Comparison { after, parents: vec![before], changes, remotes, kept: Kept::default() }
}

/// What is found, and again with what the first run has left.
fn judged(comparison: &Comparison) -> Vec<(Finding, usize)> {
    let folder = tempfile::tempdir().unwrap();
    let comparison = Comparison { kept: Kept::in_folder(folder.path()), ..comparison.clone() };
    let found = judged_once(&comparison);
    assert_eq!(format!("{:?}", judged_once(&comparison)), format!("{found:?}"));
    found
}

fn judged_once(comparison: &Comparison) -> Vec<(Finding, usize)> {
    stack::with_room(|| {
        let analysis = Analysis::read(comparison).unwrap();
        let judged = confirm::judge(findings(&analysis), &analysis);
        judged
            .into_iter()
            .map(|finding| {
                let path = &*finding.location.path;
                let source = analysis.after.sources.text(path).or_else(|| analysis.before[0].sources.text(path));
                let line = source.map_or(0, |source| source.position(finding.location.span.start).0);
                (finding, line)
            })
            .collect()
    })
}

/// What is found when `staged` is committed on top of the pages' project: a line each, as
/// `check subject path:line`, with ` (reason)` where it is acknowledged.
pub(super) fn staged(staged: &str) -> String {
    staged_on(PROJECT, staged)
}

/// The same on top of another project.
pub(super) fn staged_on(base: &str, staged: &str) -> String {
    let mut text = String::new();
    for (finding, line) in judged(&comparison(base, staged)) {
        let reason = finding.acknowledged.map_or_else(String::new, |reason| format!(" ({reason})"));
        writeln!(text, "{} {} {}:{line}{reason}", finding.check, finding.subject, finding.location.path).unwrap();
    }
    text
}

/// The messages instead.
pub(super) fn messages(staged: &str) -> Vec<String> {
    judged(&comparison(PROJECT, staged)).into_iter().map(|(finding, _)| finding.message).collect()
}

/// The fenced examples of a page, in order.
fn examples(page: &str) -> Vec<String> {
    let mut examples = Vec::new();
    let mut current: Option<String> = None;
    for line in page.lines() {
        match (&mut current, line) {
            (None, "```python") => current = Some(String::new()),
            (Some(_), "```") => examples.extend(current.take()),
            (Some(text), line) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, _) => {}
        }
    }
    examples
}

fn finds(check: &Check, example: &str) -> bool {
    // What is asked for a reason and has one is no longer what the page warns of.
    judged(&comparison(PROJECT, example))
        .iter()
        .any(|(finding, _)| finding.check == check.name && finding.acknowledged.is_none())
}

#[test]
fn the_examples_of_every_page_are_true() {
    for check in CHECKS {
        let examples = examples(&check.page());
        let [bad, good] = examples.as_slice() else { panic!("{} has {} examples", check.name, examples.len()) };
        assert!(finds(check, bad), "{} does not find its example", check.name);
        assert!(!finds(check, good), "{} finds what it recommends", check.name);
    }
}

#[test]
fn every_page_has_its_parts() {
    for check in CHECKS {
        let page = check.page();
        let heads: Vec<&str> = page.lines().filter(|line| line.starts_with("## ")).collect();
        let expected = [
            "## What it does",
            "## Why is this bad",
            "## Example",
            "## Use instead",
            "## When to ignore it",
            "## What it cannot see",
        ];
        assert_eq!(heads, expected, "{}", check.name);
        assert!(check.summary().ends_with('.'), "{}", check.name);
    }
}
