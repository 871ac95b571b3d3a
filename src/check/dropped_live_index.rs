use super::{Finding, Scene, declare_check, effect, live};
use crate::migration::history::EffectKind;

declare_check! {
    /// ## What it does
    /// Finds an `upgrade()` that drops an index which a model still declares, by `index=True` or `Index(...)`, and does
    /// not make it again.
    ///
    /// ## Why is this bad
    /// The queries that the index was made for become slow, and the next `alembic revision --autogenerate` makes it again.
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
    ///     op.drop_index("ix_users_email", table_name="users")
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## Use instead
    /// Delete the drop, or take the index out of the model as well.
    ///
    /// ```python
    /// # migrations/versions/b2_rebuild_index.py
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     op.drop_index("ix_users_email", table_name="users")
    ///     op.create_index("ix_users_email", "users", ["email"])
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## When to ignore it
    /// When the index is made again outside of Alembic, as by a script that builds it without locking the table. Write
    /// `# migguard: ignore[dropped-live-index] -- why` above the statement.
    ///
    /// ## What it cannot see
    /// Indexes whose name neither the model nor a naming convention tells.
    pub(super) static DROPPED_LIVE_INDEX = "dropped-live-index", Deny, InState(find);
}

fn find(scene: &Scene) -> Vec<Finding> {
    let mut findings = Vec::new();
    for effect in &scene.environment.history.effects {
        let (EffectKind::DroppedIndex { name: index, .. }, Some((model, _))) =
            (&effect.kind, live::index(scene, effect))
        else {
            continue;
        };
        let name = live::name(model);
        let message = format!("upgrade() drops index `{index}`, and `{name}` still declares it");
        findings.push(
            effect::finding(&DROPPED_LIVE_INDEX, effect, &index.to_string(), message)
                .related(&model.location, format!("`{name}` declares the index"))
                .help(format!("delete the drop, or take the index out of `{name}` if it is really to go")),
        );
    }
    findings
}
