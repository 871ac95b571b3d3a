use super::{Finding, Scene, declare_check, live, prediction};
use crate::migration::schema::Origin;

declare_check! {
    /// ## What it does
    /// Finds a table that the migrations create and that no model maps once this change is in.
    ///
    /// ## Why is this bad
    /// The next `alembic revision --autogenerate` proposes to drop it, and that proposal is easily committed.
    ///
    /// ## Example
    /// ```python
    /// # migrations/versions/b2_add_receipts.py
    /// import sqlalchemy as sa
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     op.create_table("receipts", sa.Column("id", sa.Integer(), primary_key=True))
    ///
    ///
    /// def downgrade():
    ///     op.drop_table("receipts")
    /// ```
    ///
    /// ## Use instead
    /// Add the model in the same commit, or name the table in `include_object` of `env.py` or in migguard's
    /// `foreign-tables` if another program owns it.
    ///
    /// ```python
    /// # migrations/versions/b2_add_receipts.py
    /// import sqlalchemy as sa
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     op.create_table("receipts", sa.Column("id", sa.Integer(), primary_key=True))
    ///
    ///
    /// def downgrade():
    ///     op.drop_table("receipts")
    ///
    /// # app/models/receipt.py
    /// from sqlalchemy.orm import Mapped, mapped_column
    ///
    /// from app.models.base import Base
    ///
    ///
    /// class Receipt(Base):
    ///     __tablename__ = "receipts"
    ///     id: Mapped[int] = mapped_column(primary_key=True)
    ///
    /// # app/models/__init__.py
    /// from app.models.base import Base
    /// from app.models.receipt import Receipt
    /// from app.models.team import Team
    /// from app.models.user import User
    ///
    /// __all__ = ["Base", "Receipt", "Team", "User"]
    /// ```
    ///
    /// ## When to ignore it
    /// When the table is a leftover that a later migration will drop. It is a warning and stops nothing.
    ///
    /// ## What it cannot see
    /// Models of other repositories and libraries. Where `env.py` cannot be followed it says nothing.
    pub(super) static UNMAPPED_TABLE = "unmapped-table", Warn, InState(find);
}

fn find(scene: &Scene) -> Vec<Finding> {
    let environment = scene.environment;
    let mut findings = Vec::new();
    for table in prediction::unmapped_tables(scene.state, environment).unwrap_or_default() {
        // A model that is only not registered has its own check.
        if !live::models_of(environment, &table).is_empty() {
            continue;
        }
        let Some(Origin { revision, location }) =
            environment.history.schema.tables.get(&table).and_then(|table| table.origin.as_ref())
        else {
            continue;
        };
        let message = format!("no model maps table `{table}`, created in {revision}: the next autogenerate drops it");
        findings.push(
            Finding::new(&UNMAPPED_TABLE, table.to_string(), location.clone(), message)
                .revision(revision)
                .help("add its model, or exclude the table with `include_object` in env.py"),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::testing::staged;

    #[test]
    fn what_a_condition_may_have_dropped_is_not_said_to_be_dropped_next() {
        let create = "# migrations/versions/b2_scratch.py\nimport sqlalchemy as sa\nfrom alembic import op\n\n\
                      revision = 'b2'\ndown_revision = 'a1'\n\n\ndef upgrade():\n    \
                      op.create_table('scratch', sa.Column('id', sa.Integer))\n\n\ndef downgrade():\n    \
                      op.drop_table('scratch')\n";
        assert_eq!(staged(create), "unmapped-table scratch migrations/versions/b2_scratch.py:9\n");
        let drop = "# migrations/versions/c3_gone.py\nfrom alembic import op\nfrom elsewhere import is_legacy\n\n\
                    revision = 'c3'\ndown_revision = 'b2'\n\n\ndef upgrade():\n    if is_legacy(op):\n        \
                    return\n    op.drop_table('scratch')\n\n\ndef downgrade():\n    raise NotImplementedError\n";
        let said = staged(&format!("{create}{drop}"));
        assert_eq!(said, "dropped-table scratch migrations/versions/c3_gone.py:11\n");
    }

    #[test]
    fn a_filter_that_leaves_tables_without_a_model_alone_takes_only_them_out() {
        let env = "# migrations/env.py\nfrom alembic import context\n\nfrom app.models import Base\n\n\
                   target_metadata = Base.metadata\n\n\n\
                   def include_name(name, type_, parents):\n    \
                   return type_ != 'table' or name in target_metadata.tables\n\n\n\
                   context.configure(target_metadata=target_metadata, include_name=include_name)\n\
                   context.run_migrations()\n";
        let create = "# migrations/versions/b2_scratch.py\nimport sqlalchemy as sa\nfrom alembic import op\n\n\
                      revision = 'b2'\ndown_revision = 'a1'\n\n\ndef upgrade():\n    \
                      op.create_table('scratch', sa.Column('id', sa.Integer))\n\n\ndef downgrade():\n    \
                      op.drop_table('scratch')\n";
        let model = "# app/models/team.py\nfrom sqlalchemy import String\nfrom sqlalchemy.orm import Mapped, mapped_column\n\
                     from app.models.base import Base\n\n\nclass Team(Base):\n    __tablename__ = 'teams'\n    \
                     id: Mapped[int] = mapped_column(primary_key=True)\n    \
                     name: Mapped[str] = mapped_column(String(100), unique=True)\n    \
                     motto: Mapped[str] = mapped_column(String(100))\n";
        let said = staged(&format!("{env}{create}{model}"));
        assert_eq!(said, "missing-migration teams.motto app/models/team.py:10\n");
    }
}
