use super::{Finding, Scene, declare_check, effect, live};
use crate::migration::history::EffectKind;

declare_check! {
    /// ## What it does
    /// Finds an `upgrade()` that drops an existing index and does not make it again.
    ///
    /// ## Why is this bad
    /// What was fast becomes slow, and a unique index was also a rule for the data. Building it again on a large table
    /// takes long and may lock it.
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
    ///     op.drop_index("ix_invite_codes_code", table_name="invite_codes")
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## Use instead
    /// Replace the index in the same `upgrade()`, under whatever name.
    ///
    /// ```python
    /// # migrations/versions/b2_rename_index.py
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     op.drop_index("ix_invite_codes_code", table_name="invite_codes")
    ///     op.create_index("invite_codes_by_code", "invite_codes", ["code"])
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
    /// Whether another index serves the same queries.
    pub(super) static DROPPED_INDEX = "dropped-index", Confirm, InState(find);
}

fn find(scene: &Scene) -> Vec<Finding> {
    let mut findings = Vec::new();
    for effect in &scene.environment.history.effects {
        let EffectKind::DroppedIndex { name, table, .. } = &effect.kind else { continue };
        if live::index(scene, effect).is_some() {
            continue;
        }
        let of = table.as_ref().map_or_else(String::new, |table| format!(" of `{table}`"));
        let message = format!("upgrade() drops index `{name}`{of}");
        findings.push(effect::confirmable(&DROPPED_INDEX, effect, &name.to_string(), message));
    }
    findings
}
