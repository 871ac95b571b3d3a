use super::{Finding, Scene, declare_check, effect, live};
use crate::migration::history::EffectKind;

declare_check! {
    /// ## What it does
    /// Finds an `upgrade()` that drops a column which a model of the project still declares.
    ///
    /// ## Why is this bad
    /// Every query of the model names the column and fails, and its values are gone.
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
    ///     op.drop_column("users", "email")
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## Use instead
    /// Delete the drop. If the column is really to go, take it out of the model in the same commit or before.
    ///
    /// ```python
    /// # migrations/versions/b2_drop_nickname.py
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     # migguard: intentional -- nicknames are generated now
    ///     op.drop_column("users", "nickname")
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## When to ignore it
    /// When the attribute stays in the model on purpose, as for a release that still runs beside the new one. Write
    /// `# migguard: ignore[dropped-live-column] -- why` above the statement.
    ///
    /// ## What it cannot see
    /// Columns that a model gets at run time (reflection), and queries that name the column in raw SQL.
    pub(super) static DROPPED_LIVE_COLUMN = "dropped-live-column", Deny, InState(find);
}

fn find(scene: &Scene) -> Vec<Finding> {
    let mut findings = Vec::new();
    for effect in &scene.environment.history.effects {
        let (EffectKind::DroppedColumn { table, column, .. }, Some((model, declared))) =
            (&effect.kind, live::column(scene, effect))
        else {
            continue;
        };
        let (name, subject) = (live::name(model), effect::column_subject(table, column));
        let message = format!("upgrade() drops column `{subject}`, and `{name}` still declares it");
        findings.push(
            effect::finding(&DROPPED_LIVE_COLUMN, effect, &subject, message)
                .related(&declared.location, "declared here")
                .help(format!(
                    "delete the drop, or take `{column}` out of `{name}` first if the column is really to go"
                )),
        );
    }
    findings
}
