use super::{Finding, Scene, declare_check, effect, live};
use crate::migration::history::EffectKind;

declare_check! {
    /// ## What it does
    /// Finds an `upgrade()` that drops a column which no model declares. Where the same `upgrade()` adds a column to the
    /// table, it says that this looks like a rename.
    ///
    /// ## Why is this bad
    /// The values are lost. Autogenerate cannot see a rename: it writes a drop and an addition, and the new column is empty.
    ///
    /// ## Example
    /// ```python
    /// # migrations/versions/b2_display_name.py
    /// import sqlalchemy as sa
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     op.add_column("users", sa.Column("display_name", sa.String(100)))
    ///     op.drop_column("users", "nickname")
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## Use instead
    /// ```python
    /// # migrations/versions/b2_display_name.py
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     op.alter_column("users", "nickname", new_column_name="display_name")
    ///
    ///
    /// def downgrade():
    ///     op.alter_column("users", "display_name", new_column_name="nickname")
    /// ```
    ///
    /// ## When to ignore it
    /// Rather than ignoring it, give the reason: `# migguard: intentional -- why` directly above the statement.
    ///
    /// ## What it cannot see
    /// Whether a later statement or program copies the values elsewhere first.
    pub(super) static DROPPED_COLUMN = "dropped-column", Confirm, InState(find);
}

fn find(scene: &Scene) -> Vec<Finding> {
    let mut findings = Vec::new();
    for effect in &scene.environment.history.effects {
        let EffectKind::DroppedColumn { table, column, added } = &effect.kind else { continue };
        if live::column(scene, effect).is_some() {
            continue;
        }
        let subject = effect::column_subject(table, column);
        let (mut message, mut help) = (
            format!("upgrade() drops column `{subject}`"),
            format!("if `{subject}` is really to go, say why in a comment above the statement"),
        );
        if added.first() == Some(column) {
            message.push_str(" and makes it again");
            help = format!(
                "to change its type use op.alter_column(\"{table}\", \"{column}\", type_=...), which keeps the values; if they \
                 are really to go, say why in a comment above the statement"
            );
        } else if let [new, ..] = added.as_slice() {
            message.push_str(&format!(" and adds `{new}`: it looks like a rename"));
            help = format!(
                "for a rename use op.alter_column(\"{table}\", \"{column}\", new_column_name=\"{new}\"), which keeps the \
                 values; if the column is really to go, say why in a comment above the statement"
            );
        }
        let mut finding = effect::confirmable(&DROPPED_COLUMN, effect, &subject, message).help(help);
        if let Some(loss) = &mut finding.loss {
            loss.unmapped = live::is_unmapped(scene, effect);
        }
        findings.push(finding);
    }
    findings
}
