use super::{Finding, Scene, declare_check, effect};
use crate::migration::history::EffectKind;

declare_check! {
    /// ## What it does
    /// Finds a statement that `upgrade()` executes and that cannot be known without running it, so that it may destroy
    /// anything.
    ///
    /// ## Why is this bad
    /// What could not be checked never passes for checked. A reader of the migration cannot know it either.
    ///
    /// ## Example
    /// ```python
    /// # migrations/versions/b2_clean_up.py
    /// import os
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     op.execute(os.environ["MIGRATION_SQL"])
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## Use instead
    /// Write the statement where it is executed, or in a file of the repository that the migration reads.
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
    ///     op.execute("UPDATE users SET bio = '' WHERE bio IS NULL")
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## When to ignore it
    /// When you have looked at what it executes. It is a warning and stops nothing.
    ///
    /// ## What it cannot see
    /// What such a statement does: it only says that there is one.
    pub(super) static UNREADABLE_STATEMENT = "unreadable-statement", Warn, InState(find);
}

fn find(scene: &Scene) -> Vec<Finding> {
    let mut findings = Vec::new();
    for effect in &scene.environment.history.effects {
        let EffectKind::Unreadable { what, why } = &effect.kind else { continue };
        let message = format!("cannot tell what upgrade() does here: {what} is not known, {why}");
        findings.push(
            effect::finding(&UNREADABLE_STATEMENT, effect, "?", message)
                .help("write it as a literal, so that it can be checked, or look at it yourself"),
        );
    }
    findings
}
