use super::{Finding, Scene, declare_check, effect};
use crate::migration::history::EffectKind;
use crate::migration::operation::Deletion;

declare_check! {
    /// ## What it does
    /// Finds `TRUNCATE`, and `DELETE` without `WHERE`, in an `upgrade()`.
    ///
    /// ## Why is this bad
    /// All rows of the table are lost, in every database that the migration reaches.
    ///
    /// ## Example
    /// ```python
    /// # migrations/versions/b2_clean_up.py
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     op.execute("DELETE FROM users")
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## Use instead
    /// Say which rows are to go.
    ///
    /// ```python
    /// # migrations/versions/b2_clean_up.py
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     op.execute("DELETE FROM users WHERE email IS NULL")
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## When to ignore it
    /// Rather than ignoring it, give the reason: `# migguard: intentional -- why` directly above the statement. In a
    /// terminal a person then types the name that is asked for; in CI the reason is enough.
    ///
    /// ## What it cannot see
    /// A `WHERE` that is true of every row.
    pub(super) static DELETED_ROWS = "deleted-rows", Confirm, InState(find);
}

fn find(scene: &Scene) -> Vec<Finding> {
    let mut findings = Vec::new();
    for effect in &scene.environment.history.effects {
        let EffectKind::DeletedRows { table, how } = &effect.kind else { continue };
        let how = match how {
            Deletion::Truncate => "truncates table",
            Deletion::Delete => "deletes all rows of table",
        };
        let message = format!("upgrade() {how} `{table}`");
        findings.push(effect::confirmable(&DELETED_ROWS, effect, &table.to_string(), message));
    }
    findings
}
