use std::sync::Arc;

use super::{Analysis, Finding, Loss, State, declare_check};
use crate::migration::edit;
use crate::migration::operation::Location;
use crate::migration::script::Script;

declare_check! {
    /// ## What it does
    /// Finds a migration that others have already and that this change edits in what it does, gives another revision id, or
    /// deletes. Comments, docstrings and formatting are free, and so is moving the file.
    ///
    /// ## Why is this bad
    /// Databases that have run it will not run it again: they differ from those that run the new one, and nothing tells.
    /// Where a revision is gone, `alembic upgrade` fails on them with "Can't locate revision".
    ///
    /// ## Example
    /// ```python
    /// # migrations/versions/a1_initial.py
    /// import sqlalchemy as sa
    /// from alembic import op
    ///
    /// revision = "a1"
    /// down_revision = None
    ///
    ///
    /// def upgrade():
    ///     op.create_table("users", sa.Column("id", sa.BigInteger(), primary_key=True))
    ///
    ///
    /// def downgrade():
    ///     op.drop_table("users")
    /// ```
    ///
    /// ## Use instead
    /// Make a new migration that changes what the old one made.
    ///
    /// ```python
    /// # migrations/versions/b2_wide_ids.py
    /// import sqlalchemy as sa
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     op.alter_column("users", "id", existing_type=sa.Integer(), type_=sa.BigInteger())
    ///
    ///
    /// def downgrade():
    ///     op.alter_column("users", "id", existing_type=sa.BigInteger(), type_=sa.Integer())
    /// ```
    ///
    /// ## When to ignore it
    /// When it is known that no database has run it, or when old migrations are squashed. A deleted file has no line for a
    /// comment: accept it in the settings, `[tool.migguard.accepted]`, `"edited-migration:a1" = "why"`.
    ///
    /// ## What it cannot see
    /// Which databases have run the migration. A migration that no remote branch has yet may be edited freely.
    pub(super) static EDITED_MIGRATION = "edited-migration", Confirm, AgainstHead(find);
}

fn find(analysis: &Analysis) -> Vec<Finding> {
    let Some(head) = analysis.before.first() else { return Vec::new() };
    let mut findings = Vec::new();
    for environment in &head.environments {
        for script in &environment.scripts {
            if analysis.changes.iter().all(|change| !script.path.starts_with(&*change.path)) {
                continue;
            }
            let Some(message) = edit(analysis, head, script) else { continue };
            // Who cannot tell whether others have it says so, rather than staying silent.
            let released = analysis.after.project.settings.released.as_deref();
            if matches!(analysis.remotes.have(&script.path, released), Ok(false)) {
                continue;
            }
            findings.push(finding(analysis, script, message));
        }
    }
    findings
}

/// What the change does to a migration of `HEAD`; `None` where it still does the same, or another parent of a merge has
/// made the same of it.
fn edit(analysis: &Analysis, head: &State, script: &Script) -> Option<String> {
    let id = &script.revision.id;
    let Some((_, after)) = of_id(&analysis.after, id) else {
        if analysis.before.iter().skip(1).any(|parent| of_id(parent, id).is_none()) {
            return None;
        }
        let renamed = scripts(&analysis.after).find(|other| other.path == script.path);
        return Some(match renamed {
            Some(other) => {
                format!("revision {id} becomes {}: databases that have run {id} cannot find it", other.revision.id)
            }
            None => format!("migration {id} is deleted: databases that have run it cannot find it"),
        });
    };
    let is_same = |state: &State, other: &Script| edit::does_the_same((&head.sources, script), (&state.sources, other));
    if is_same(&analysis.after, after) {
        return None;
    }
    for parent in analysis.before.iter().skip(1) {
        if of_id(parent, id)
            .is_some_and(|(_, theirs)| edit::does_the_same((&parent.sources, theirs), (&analysis.after.sources, after)))
        {
            return None;
        }
    }
    let is_moved = after.revision.down_revision != script.revision.down_revision;
    let what = if is_moved { "follows another revision now" } else { "is changed in what it does" };
    Some(format!("migration {id} {what}: databases that have run it will not run it again"))
}

fn scripts(state: &State) -> impl Iterator<Item = &Arc<Script>> {
    state.environments.iter().flat_map(|environment| &environment.scripts)
}

fn of_id<'a>(state: &'a State, id: &str) -> Option<(&'a State, &'a Script)> {
    scripts(state).find(|script| *script.revision.id == *id).map(|script| (state, &**script))
}

fn finding(analysis: &Analysis, script: &Script, message: String) -> Finding {
    let id = &script.revision.id;
    let location = match of_id(&analysis.after, id) {
        Some((_, after)) => Location { path: after.path.clone(), span: after.revision.id_span },
        None => match scripts(&analysis.after).find(|other| other.path == script.path) {
            Some(renamed) => Location { path: renamed.path.clone(), span: renamed.revision.id_span },
            // The file is gone: its place is where it was.
            None => Location { path: script.path.clone(), span: script.revision.id_span },
        },
    };
    let loss = Loss { object: id.to_string(), ..Loss::default() };
    let finding = Finding::new(&EDITED_MIGRATION, &**id, location, message)
        .revision(id)
        .help("leave it as it is and make a new migration");
    Finding { loss: Some(loss), ..finding }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::staged_on;

    const HEAD: &str = r#"
# alembic.ini
[alembic]
script_location = migrations
# migrations/versions/a.py
"""first"""
import os
import sqlalchemy as sa
from alembic import op
revision = "a"
down_revision = None
def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("UPDATE users SET id = id")
def downgrade():
    op.drop_table("users")
"#;

    fn edited(from: &str, to: &str) -> String {
        let file = HEAD.split_once("# migrations/versions/a.py\n").unwrap().1;
        assert!(file.contains(from), "{from}");
        staged_on(HEAD, &format!("# migrations/versions/a.py\n{}", file.replace(from, to)))
    }

    #[test]
    fn what_changes_nothing_is_free() {
        for (from, to) in [
            ("\"\"\"first\"\"\"", "\"\"\"first revision\"\"\"  # renamed"),
            ("import os\n", ""),
            ("revision = \"a\"", "revision: str = 'a'"),
            ("def upgrade():", "def upgrade() -> None:\n    \"\"\"Up.\"\"\""),
            ("(\"users\", sa.Column", "(\n        \"users\",\n        sa.Column"),
        ] {
            assert_eq!(edited(from, to), "", "{to}");
        }
    }

    #[test]
    fn what_changes_something_is_found() {
        for (from, to) in
            [("Integer", "BigInteger"), ("SET id = id", "SET id = 0"), ("down_revision = None", "down_revision = ()")]
        {
            let found = edited(from, to);
            let expected =
                if to == "down_revision = ()" { "" } else { "edited-migration a migrations/versions/a.py:5\n" };
            assert_eq!(found, expected, "{to}");
        }
    }

    #[test]
    fn a_deleted_and_a_renamed_revision_are_found() {
        assert_eq!(staged_on(HEAD, "# - migrations/versions/a.py"), "edited-migration a migrations/versions/a.py:5\n");
        assert_eq!(edited("revision = \"a\"", "revision = \"c\""), "edited-migration a migrations/versions/a.py:5\n");
    }
}
