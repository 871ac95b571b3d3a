use super::{Finding, Scene, declare_check, effect};
use crate::migration::history::EffectKind;

declare_check! {
    /// ## What it does
    /// Finds an `upgrade()` that drops a schema, a type, a sequence, a view or a database. `CASCADE` is said.
    ///
    /// ## Why is this bad
    /// With `CASCADE` everything goes that depends on the object: the tables of a schema, the columns of a type.
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
    ///     op.execute("DROP SCHEMA audit CASCADE")
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## Use instead
    /// Move what is still needed first, and drop the object when it is empty, without `CASCADE`, with the reason above it.
    ///
    /// ```python
    /// # migrations/versions/b2_replace_view.py
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     op.execute("DROP VIEW IF EXISTS active_users")
    ///     op.execute("CREATE VIEW active_users AS SELECT id, email FROM users")
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
    /// What depends on the object in the database. Functions and triggers are not reported.
    pub(super) static DROPPED_OBJECT = "dropped-object", Confirm, InState(find);
}

fn find(scene: &Scene) -> Vec<Finding> {
    let mut findings = Vec::new();
    for effect in &scene.environment.history.effects {
        let EffectKind::DroppedObject { kind, name } = &effect.kind else { continue };
        let message = format!("upgrade() drops {} `{name}`", kind.as_str());
        findings.push(effect::confirmable(&DROPPED_OBJECT, effect, &name.to_string(), message));
    }
    findings
}
