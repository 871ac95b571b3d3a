use super::{Finding, Scene, declare_check, effect, live};
use crate::migration::history::EffectKind;
use crate::model::{Filter, Registered};

declare_check! {
    /// ## What it does
    /// Finds an `upgrade()` that drops a table which a model of the project still maps.
    ///
    /// ## Why is this bad
    /// Nobody who knew would do this: the next query of the model fails, and the rows are gone. Most often the drop was
    /// generated. `alembic revision --autogenerate` sees only the models that `env.py` imports, and proposes to drop the
    /// table of every other one.
    ///
    /// ## Example
    /// ```python
    /// # migrations/versions/b2_add_subscriptions.py
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     op.drop_table("teams")
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## Use instead
    /// Register the model where `env.py` sees it, and delete the drop. If the table is really to go, remove its model in
    /// the same commit or before: the drop is then a `dropped-table`, which somebody can confirm.
    ///
    /// ```python
    /// # migrations/versions/b2_drop_invite_codes.py
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     # migguard: intentional -- invite codes were removed for the public launch
    ///     op.drop_table("invite_codes")
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## When to ignore it
    /// When the model stays in the code and another service owns the table from now on. Write
    /// `# migguard: ignore[dropped-live-table] -- why` above the statement.
    ///
    /// ## What it cannot see
    /// Whether a model outside of the repository maps the table, and a table whose name the migration computes at run time.
    pub(super) static DROPPED_LIVE_TABLE = "dropped-live-table", Deny, InState(find);
}

fn find(scene: &Scene) -> Vec<Finding> {
    let mut findings = Vec::new();
    for effect in &scene.environment.history.effects {
        let (EffectKind::DroppedTable { table }, Some(model)) = (&effect.kind, live::table(scene, effect)) else {
            continue;
        };
        let name = live::name(model);
        let reached = !matches!(model.registered, Registered::No | Registered::NoneReached);
        let state = match model.registered {
            Registered::No => "still maps it, but `env.py` does not reach it",
            Registered::NoneReached => "still maps it, but `env.py` reaches no model at all",
            Registered::Yes | Registered::Unknown(_) => "still maps it",
        };
        let message = format!("upgrade() drops table `{table}`, and `{name}` {state}{}", effect::facts(effect));
        let help = match live::registration(scene.environment, model).filter(|_| !reached) {
            Some(registration) => {
                let cause = match scene.environment.metadata.excluded.filter {
                    Filter::Unmapped => "",
                    Filter::ByName | Filter::Unknown => {
                        "autogenerate could not see the model, so it proposed this drop: "
                    }
                };
                format!("{cause}{registration}, and delete the drop")
            }
            None => format!("delete the drop, or remove the model `{name}` first if the table is really to go"),
        };
        findings.push(
            effect::finding(&DROPPED_LIVE_TABLE, effect, &table.to_string(), message)
                .related(&model.location, format!("`{name}` maps `{table}`"))
                .help(help),
        );
    }
    findings
}
