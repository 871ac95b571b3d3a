use super::{Finding, declare_check};
use crate::migration::operation::Location;

declare_check! {
    /// ## What it does
    /// Finds a migguard comment, or an entry of `[tool.migguard.accepted]`, that matches nothing, names no check, or gives
    /// no reason.
    ///
    /// ## Why is this bad
    /// It looks as if something were allowed that is not there, and would allow it silently when it comes.
    ///
    /// ## Example
    /// ```python
    /// # migrations/versions/b2_motto.py
    /// import sqlalchemy as sa
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     # migguard: ignore[dropped-table] -- it is empty
    ///     op.add_column("teams", sa.Column("motto", sa.String(100)))
    ///
    ///
    /// def downgrade():
    ///     op.drop_column("teams", "motto")
    /// ```
    ///
    /// ## Use instead
    /// Delete the comment.
    ///
    /// ```python
    /// # migrations/versions/b2_motto.py
    /// import sqlalchemy as sa
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     op.add_column("teams", sa.Column("motto", sa.String(100)))
    ///
    ///
    /// def downgrade():
    ///     op.drop_column("teams", "motto")
    /// ```
    ///
    /// ## When to ignore it
    /// Never: delete the comment, or correct the name in it. It is a warning and stops nothing.
    ///
    /// ## What it cannot see
    /// Comments in files that the change does not touch; `migguard check --all` looks at all.
    pub(super) static UNUSED_IGNORE = "unused-ignore", Warn, InComments;
}

/// A comment or setting that does nothing: `subject` is what it names, `message` says why it has no effect.
pub(crate) fn finding(subject: &str, location: Location, message: String, help: &str) -> Finding {
    Finding::new(&UNUSED_IGNORE, subject, location, message).help(help)
}
