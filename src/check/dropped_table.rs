use super::{Finding, Scene, declare_check, effect, live};
use crate::migration::history::{Effect, EffectKind};
use crate::migration::operation::TableName;

declare_check! {
    /// ## What it does
    /// Finds an `upgrade()` that drops a table which no model maps.
    ///
    /// ## Why is this bad
    /// All its rows are lost, and `downgrade()` brings back an empty table at best. It may be meant; then somebody says so:
    /// the reason stays in the file, and a person confirms the commit.
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
    ///     op.drop_table("invite_codes")
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## Use instead
    /// Rename a table that somebody may still need, and drop it when a release has run without it.
    ///
    /// ```python
    /// # migrations/versions/b2_retire_invite_codes.py
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     op.rename_table("invite_codes", "invite_codes_retired")
    ///
    ///
    /// def downgrade():
    ///     op.rename_table("invite_codes_retired", "invite_codes")
    /// ```
    ///
    /// ## When to ignore it
    /// Rather than ignoring it, give the reason: `# migguard: intentional -- why` directly above the statement. In a
    /// terminal a person then types the name that is asked for; in CI the reason is enough.
    ///
    /// ## What it cannot see
    /// Whether the table holds rows, and who reads it besides this project.
    pub(super) static DROPPED_TABLE = "dropped-table", Confirm, InState(find);
}

fn find(scene: &Scene) -> Vec<Finding> {
    let mut findings = Vec::new();
    for effect in &scene.environment.history.effects {
        let EffectKind::DroppedTable { table } = &effect.kind else { continue };
        if live::table(scene, effect).is_some() {
            continue;
        }
        let again =
            effect.made_again_in.as_ref().map_or_else(String::new, |revision| format!("; {revision} makes it again"));
        let message = format!("upgrade() drops table `{table}`{}{again}", effect::facts(effect));
        let mut finding = effect::confirmable(&DROPPED_TABLE, effect, &table.to_string(), message);
        if let Some(loss) = &mut finding.loss {
            loss.model_removed = model_removed(scene, table, effect);
            loss.unmapped = live::is_unmapped(scene, effect);
        }
        findings.push(finding);
    }
    findings
}

/// The class that mapped the table in `HEAD`, where this change takes it away.
fn model_removed(scene: &Scene, table: &TableName, effect: &Effect) -> Option<String> {
    if !live::models_of(scene.environment, table).is_empty() && effect.made_again_in.is_some() {
        return None;
    }
    let models = scene.head()?.environments.iter().flat_map(|environment| live::models_of(environment, table));
    models.into_iter().next().map(live::name)
}
