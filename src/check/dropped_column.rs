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
    /// Where the values are to stay, rename the column.
    ///
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
    /// Rather than ignoring it, give the reason: `# migguard: intentional -- why` directly above the statement. In a
    /// terminal a person then types the name that is asked for; in CI the reason is enough.
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
        let (mut message, mut help) = (format!("upgrade() drops column `{subject}`"), None);
        if added.first() == Some(column) {
            message.push_str(" and makes it again");
            help = Some(format!(
                "to change its type use op.alter_column(\"{table}\", \"{column}\", type_=...), which keeps the values"
            ));
        } else if let [new, ..] = added.as_slice() {
            message.push_str(&format!(" and adds `{new}`: it looks like a rename"));
            help = Some(format!(
                "for a rename use op.alter_column(\"{table}\", \"{column}\", new_column_name=\"{new}\"), which keeps the \
                 values"
            ));
        }
        let mut finding = effect::confirmable(&DROPPED_COLUMN, effect, &subject, message);
        finding.help = help;
        if let Some(loss) = &mut finding.loss {
            loss.unmapped = live::is_unmapped(scene, effect);
        }
        findings.push(finding);
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::testing::messages;

    #[test]
    fn a_rename_is_suspected_only_where_each_column_can_have_a_new_name() {
        let message = |body: &str| {
            messages(&format!(
                "# migrations/versions/b2_x.py\nimport sqlalchemy as sa\nfrom alembic import op\n\nrevision = 'b2'\n\
                 down_revision = 'a1'\n\n\ndef upgrade():\n{body}\n\ndef downgrade():\n    raise NotImplementedError\n"
            ))
        };
        let (add, drop) = (
            "    op.add_column('invite_codes', sa.Column('token', sa.String(20)))\n",
            "    op.drop_column('invite_codes', 'code')\n",
        );
        let renamed = "upgrade() drops column `invite_codes.code` and adds `token`: it looks like a rename";
        assert_eq!(message(&format!("{add}{drop}")), [renamed]);
        assert_eq!(message(drop), ["upgrade() drops column `invite_codes.code`"]);
        // A number does not become a text.
        let both = message(&format!("{add}{drop}    op.drop_column('invite_codes', 'id')\n"));
        assert_eq!(both, [renamed, "upgrade() drops column `invite_codes.id`"]);
        let again = message(&format!("{drop}    op.add_column('invite_codes', sa.Column('code', sa.Text()))\n"));
        assert_eq!(again, ["upgrade() drops column `invite_codes.code` and makes it again"]);
        // What is made again has its name already.
        let two = message(
            "    op.drop_column('teams', 'name')\n    op.drop_column('teams', 'name_parts')\n    \
             op.add_column('teams', sa.Column('name', sa.Text()))\n",
        );
        assert!(two.iter().all(|said| !said.contains("looks like a rename")), "{two:?}");
    }
}
