use super::{Finding, Scene, declare_check, effect};
use crate::migration::history::EffectKind;
use crate::migration::operation::ConstraintKind;

declare_check! {
    /// ## What it does
    /// Finds an `upgrade()` that drops a primary key, a unique, foreign key or check constraint and does not make it again
    /// on the same columns.
    ///
    /// ## Why is this bad
    /// From then on the database accepts rows that break the rule, and the constraint cannot come back before they are
    /// mended.
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
    ///     op.drop_constraint("uq_teams_name", "teams", type_="unique")
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## Use instead
    /// Replace it in the same `upgrade()`.
    ///
    /// ```python
    /// # migrations/versions/b2_rename_constraint.py
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     op.drop_constraint("uq_teams_name", "teams", type_="unique")
    ///     op.create_unique_constraint("teams_name_key", "teams", ["name"])
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## When to ignore it
    /// When the rule is really given up. It is a warning and stops nothing.
    ///
    /// ## What it cannot see
    /// Constraints that the database itself named, where the chain does not tell their columns.
    pub(super) static DROPPED_CONSTRAINT = "dropped-constraint", Warn, InState(find);
}

fn find(scene: &Scene) -> Vec<Finding> {
    let mut findings = Vec::new();
    for effect in &scene.environment.history.effects {
        let EffectKind::DroppedConstraint { name, table, kind } = &effect.kind else { continue };
        let kind = match kind {
            Some(ConstraintKind::PrimaryKey) => "primary key",
            Some(ConstraintKind::Unique) => "unique constraint",
            Some(ConstraintKind::ForeignKey) => "foreign key",
            Some(ConstraintKind::Check) => "check constraint",
            Some(ConstraintKind::Exclude) => "exclude constraint",
            None => "constraint",
        };
        let of = table.as_ref().map_or_else(String::new, |table| format!(" of `{table}`"));
        let message = format!("upgrade() drops {kind} `{name}`{of} and does not make it again");
        findings.push(effect::finding(&DROPPED_CONSTRAINT, effect, &name.to_string(), message));
    }
    findings
}
