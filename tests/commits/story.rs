//! The incident's project from its first commit on, each step a real `git commit` through the installed hook, as the
//! team would have lived it.

use std::fs;
use std::path::PathBuf;

use migguard::cli::demo::fixture::{File, REGISTERED, REVISIONS, Revision};

use crate::common::{self, Outcome, Place};
use crate::session::lead_session;

const INIT: &str = "backend/app/models/__init__.py";

/// A clone with the hook, in a session without a terminal.
struct Clone {
    place: Place,
}

impl Clone {
    /// The project at 1ea01d592526, committed before the hook was there.
    fn new(registered: bool) -> Self {
        let clone = Self { place: Place::new() };
        clone.place.start_project(&clone.place.repository);
        if registered {
            clone.write(&[REGISTERED]);
            clone.git(&["commit", "-q", "-a", "-m", "registered"]);
        }
        clone.place.install_in(&clone.place.repository);
        clone
    }

    /// The project up to and with a revision.
    fn after(id: &str) -> Self {
        let clone = Self::new(true);
        for revision in REVISIONS {
            clone.lay(revision);
            clone.git(&["commit", "-q", "--no-verify", "-m", revision.id]);
            if revision.id == id {
                break;
            }
        }
        clone
    }

    fn path(&self, path: &str) -> PathBuf {
        self.place.repository.join(path)
    }

    fn write(&self, files: &[File]) {
        common::write(&self.place.repository, files);
    }

    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(path)).unwrap();
        assert!(text.contains(from), "{path} does not contain {from}");
        fs::write(self.path(path), text.replace(from, to)).unwrap();
    }

    /// Stages what a revision changes.
    fn lay(&self, revision: &Revision) {
        self.write(&[revision.migration]);
        self.write(revision.models);
        revision.removed.iter().for_each(|path| fs::remove_file(self.path(path)).unwrap());
        self.git(&["add", "-A"]);
    }

    /// Whether a program passes, and all that it says, where nobody can be asked.
    fn run(&self, program: &str, arguments: &[&str]) -> (bool, String) {
        let mut command = self.place.command(&self.place.repository, program);
        lead_session(command.args(arguments), None);
        let outcome = Outcome::of(&mut command);
        (outcome.code == Some(0), outcome.stdout + &outcome.stderr)
    }

    fn git(&self, arguments: &[&str]) {
        self.place.git(arguments);
    }

    fn commit(&self) -> (bool, String) {
        self.git(&["add", "-A"]);
        self.run("git", &["commit", "-q", "-m", "a step"])
    }

    /// A commit that the hook refuses, with all of these in what it says.
    fn refused(&self, said: &[&str]) {
        let (passed, output) = self.commit();
        assert!(!passed, "it passed: {output}");
        for part in said {
            assert!(output.contains(part), "{part:?} is missing in:\n{output}");
        }
    }

    /// A commit that passes without a word.
    fn passes(&self) {
        assert_eq!(self.commit(), (true, String::new()));
    }
}

fn revision(id: &str) -> &'static Revision {
    REVISIONS.iter().find(|revision| revision.id == id).unwrap()
}

#[test]
fn the_accidental_drop_of_an_unregistered_model_is_refused_with_its_cause() {
    let clone = Clone::new(false);
    clone.lay(revision("29672f48c359"));
    clone.write(&[revision("29672f48c359").accident.unwrap()]);
    clone.refused(&[
        "deny[dropped-live-table]: upgrade() drops table `journey_templates`, and `JourneyTemplate` still maps it",
        "29672f48c359_add_subscriptions.py:24:5",
        "created in 1ea01d592526",
        "add `from app.models.journey_template import JourneyTemplate` to backend/app/models/__init__.py and \
         \"JourneyTemplate\" to its `__all__`, and delete the drop",
    ]);
    // The fix, as it is told.
    clone.write(&[REGISTERED, revision("29672f48c359").migration]);
    clone.passes();
}

#[test]
fn the_drop_of_a_registered_model_is_refused() {
    let clone = Clone::after("584f6de0598c");
    clone.lay(revision("c8a88100c2ca"));
    clone.write(&[revision("c8a88100c2ca").accident.unwrap()]);
    clone.refused(&["deny[dropped-live-table]", "`JourneyTemplate` maps `journey_templates`"]);
    clone.write(&[revision("c8a88100c2ca").migration]);
    clone.passes();
}

#[test]
fn every_commit_of_the_story_passes_as_it_should_have_been() {
    let clone = Clone::new(true);
    for revision in REVISIONS {
        clone.lay(revision);
        // Where nobody can be asked, the comment settles the intentional drop.
        assert_eq!(clone.commit(), (true, String::new()), "{}", revision.id);
    }
}

#[test]
fn an_unregistered_new_model_is_refused_until_it_is_imported_and_listed() {
    let clone = Clone::after("01944f3c6224");
    let model = "from sqlalchemy.orm import Mapped, mapped_column\n\nfrom app.database import Base\n\n\n\
                 class Trip(Base):\n    __tablename__ = 'trips'\n\n    id: Mapped[int] = mapped_column(primary_key=True)\n";
    let migration = "\"\"\"trips\"\"\"\nimport sqlalchemy as sa\nfrom alembic import op\n\nrevision = '77aa77aa77aa'\n\
                     down_revision = '01944f3c6224'\n\n\ndef upgrade():\n    op.create_table('trips', \
                     sa.Column('id', sa.Integer(), primary_key=True))\n\n\ndef downgrade():\n    op.drop_table('trips')\n";
    clone
        .write(&[("backend/app/models/trip.py", model), ("backend/alembic/versions/77aa77aa77aa_trips.py", migration)]);
    clone.refused(&[
        "deny[unregistered-model]: model `Trip` (table `trips`) is not registered",
        "backend/app/models/trip.py:6:7",
        "add `from app.models.trip import Trip` to backend/app/models/__init__.py and \"Trip\" to its `__all__`",
    ]);
    clone.edit(INIT, "\n__all__", "from app.models.trip import Trip\n\n__all__");
    clone
        .refused(&["deny[unexported-model]: model `Trip` is missing from `__all__` of backend/app/models/__init__.py"]);
    clone.edit(INIT, "__all__ = [", "__all__ = [\n    \"Trip\",");
    clone.passes();
}

#[test]
fn a_removed_import_is_refused_at_its_line() {
    let clone = Clone::after("01944f3c6224");
    let line = "from app.models.journey_template import JourneyTemplate\n";
    let before = fs::read_to_string(clone.path(INIT)).unwrap();
    let at = before.lines().position(|other| format!("{other}\n") == line).unwrap() + 1;
    clone.edit(INIT, line, "");
    clone.edit(INIT, "    \"JourneyTemplate\",\n", "");
    clone.refused(&[
        "deny[unregistered-model]: model `JourneyTemplate` (table `journey_templates`) is no longer registered",
        &format!("{INIT}:{at}:1"),
        "put `from app.models.journey_template import JourneyTemplate` back into backend/app/models/__init__.py",
    ]);
}

#[test]
fn a_declared_column_is_not_dropped_and_downgrade_may_drop_all() {
    let clone = Clone::after("01944f3c6224");
    let migration = |up: &str| {
        format!(
            "\"\"\"step\"\"\"\nfrom alembic import op\n\nrevision = '88aa88aa88aa'\ndown_revision = '01944f3c6224'\n\n\n\
             def upgrade():\n    {up}\n\n\ndef downgrade():\n    op.drop_table('users')\n    op.drop_column('receipts', 'id')\n"
        )
    };
    let path = "backend/alembic/versions/88aa88aa88aa_step.py";
    clone.write(&[(path, "")]);
    fs::write(clone.path(path), migration("op.drop_column('users', 'email')")).unwrap();
    clone.refused(&["deny[dropped-live-column]: upgrade() drops column `users.email`, and `User` still declares it"]);
    fs::write(clone.path(path), migration("op.execute(\"UPDATE users SET email = lower(email)\")")).unwrap();
    clone.passes();
}

#[test]
fn an_intentional_drop_needs_its_reason_where_nobody_can_be_asked() {
    let clone = Clone::after("bcc6094025fa");
    let drop = revision("d17f77c24fbb");
    clone.lay(drop);
    let (path, content) = drop.migration;
    let reason = content.lines().find(|line| line.contains("intentional")).unwrap();
    clone.edit(path, &format!("{reason}\n"), "");
    clone.refused(&["confirm[dropped-table]", "invite_codes", "    # migguard: intentional -- <why>"]);
    clone.git(&["commit", "-q", "--no-verify", "-m", "past the hook"]);
    // What HEAD drops is not asked about again.
    clone.write(&[("notes.py", "x = 1\n")]);
    clone.passes();
}

#[test]
fn what_has_nothing_to_do_with_the_database_passes_at_once() {
    let clone = Clone::new(true);
    clone.write(&[("README.md", "text"), ("backend/app/main.py", "print('hello')\n")]);
    clone.passes();
    // What is not staged does not count.
    clone.edit(INIT, "from app.models.journey_template import JourneyTemplate\n", "");
    clone.write(&[("README.md", "more text")]);
    clone.git(&["add", "README.md"]);
    assert_eq!(clone.run("git", &["commit", "-q", "-m", "partial"]), (true, String::new()));
    let (passed, output) = clone.run("git", &["commit", "-q", "-a", "-m", "all of it"]);
    assert!(!passed && output.contains("unregistered-model"), "{output}");
    let (passed, output) = clone.run("git", &["commit", "-q", "-m", "by path", "--", INIT]);
    assert!(!passed && output.contains("unregistered-model"), "{output}");
}

#[test]
fn bad_input_is_named() {
    let clone = Clone::new(true);
    let broken = "backend/alembic/versions/99aa_broken.py";
    clone.write(&[(broken, "def upgrade(:\n")]);
    clone.refused(&["deny[unparsable-file]", "99aa_broken.py:1"]);
    fs::write(clone.path(broken), b"revision = '\xff'\n").unwrap();
    clone.refused(&["deny[unparsable-file]", "is not valid UTF-8"]);
    fs::remove_file(clone.path(broken)).unwrap();
    clone.write(&[("migguard.toml", "[levles]\ndropped-table = \"warn\"\n")]);
    clone.refused(&["error: `migguard.toml`, line 1: unknown key `levles`; did you mean `levels`?"]);
}
