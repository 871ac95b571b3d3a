use std::collections::HashMap;
use std::sync::Arc;

use super::{Finding, Scene, declare_check, effect};
use crate::migration::history::{Effect, EffectKind};
use crate::migration::operation::Location;
use crate::migration::script::Script;

declare_check! {
    /// ## What it does
    /// Finds a migration whose `upgrade()` drops a table or a column that its `downgrade()` does not bring back, or whose
    /// `downgrade()` is empty while its `upgrade()` is not.
    ///
    /// ## Why is this bad
    /// `alembic downgrade` succeeds and leaves a database that the older code cannot use.
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
    ///     op.add_column("teams", sa.Column("motto", sa.String(100)))
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## Use instead
    /// Write the way back, or say that there is none by raising.
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
    /// When the team never downgrades: set the level to `ignore`. It is a warning and stops nothing.
    ///
    /// ## What it cannot see
    /// Whether the way back restores the data.
    pub(super) static IRREVERSIBLE_MIGRATION = "irreversible-migration", Warn, InState(find);
}

fn find(scene: &Scene) -> Vec<Finding> {
    let mut lost: HashMap<&Arc<str>, Vec<String>> = HashMap::new();
    let effects = &scene.environment.history.effects;
    for effect in effects.iter().filter(|effect| effect.restored_by_downgrade == Some(false)) {
        lost.entry(&effect.path).or_default().extend(object(effect));
    }
    // What another does depends on the chain before it.
    let scripts = scene.environment.scripts.iter();
    let scripts = scripts.filter(|script| scene.is_new(script) || lost.contains_key(&script.path));
    scripts.filter_map(|script| judge(script, lost.get(&script.path))).collect()
}

fn judge(script: &Script, lost: Option<&Vec<String>>) -> Option<Finding> {
    let id = &script.revision.id;
    script.upgrade().filter(|upgrade| !upgrade.is_empty)?;
    let place = |span| Location { path: script.path.clone(), span };
    let finding = |span, message: String| {
        Finding::new(&IRREVERSIBLE_MIGRATION, &**id, place(span), message)
            .revision(id)
            .help("write the way back, or raise in downgrade() to say that there is none")
    };
    // Where it is missing or raises, `alembic downgrade` refuses rather than succeeding wrongly.
    let downgrade = script.downgrade().filter(|downgrade| !downgrade.raises)?;
    if downgrade.is_empty {
        return Some(finding(downgrade.span, format!("downgrade() of {id} is empty, and its upgrade() is not")));
    }
    let lost = lost.filter(|lost| !lost.is_empty())?;
    Some(finding(downgrade.span, format!("downgrade() of {id} does not bring back {}", lost.join(", "))))
}

fn object(effect: &Effect) -> Option<String> {
    match &effect.kind {
        EffectKind::DroppedTable { table } => Some(format!("table `{table}`")),
        EffectKind::DroppedColumn { table, column, .. } => {
            Some(format!("column `{}`", effect::column_subject(table, column)))
        }
        _ => None,
    }
}
