use std::sync::Arc;

use super::prediction::{self, Foreign};
use super::{EnvironmentState, Finding, Scene, State, declare_check, effect, live};
use crate::migration::operation::{Name, TableName};
use crate::migration::schema::Table;
use crate::model::{Model, Registered};

declare_check! {
    /// ## What it does
    /// Finds a model that maps a table or a column which no migration creates.
    ///
    /// ## Why is this bad
    /// The program asks for something that no database has: it fails as soon as the code is deployed.
    ///
    /// ## Example
    /// ```python
    /// # app/models/team.py
    /// from sqlalchemy import String
    /// from sqlalchemy.orm import Mapped, mapped_column
    ///
    /// from app.models.base import Base
    ///
    ///
    /// class Team(Base):
    ///     __tablename__ = "teams"
    ///     id: Mapped[int] = mapped_column(primary_key=True)
    ///     name: Mapped[str] = mapped_column(String(100), unique=True)
    ///     motto: Mapped[str] = mapped_column(String(100))
    /// ```
    ///
    /// ## Use instead
    /// Run `alembic revision --autogenerate`, read what it made, and commit it with the model.
    ///
    /// ```python
    /// # app/models/team.py
    /// from sqlalchemy import String
    /// from sqlalchemy.orm import Mapped, mapped_column
    ///
    /// from app.models.base import Base
    ///
    ///
    /// class Team(Base):
    ///     __tablename__ = "teams"
    ///     id: Mapped[int] = mapped_column(primary_key=True)
    ///     name: Mapped[str] = mapped_column(String(100), unique=True)
    ///     motto: Mapped[str] = mapped_column(String(100))
    ///
    /// # migrations/versions/b2_motto.py
    /// import sqlalchemy as sa
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     op.add_column("teams", sa.Column("motto", sa.String(100), nullable=True))
    ///
    ///
    /// def downgrade():
    ///     op.drop_column("teams", "motto")
    /// ```
    ///
    /// ## When to ignore it
    /// When the migration comes with the next commit. It is a warning and stops nothing.
    ///
    /// ## What it cannot see
    /// Tables that are made outside of the chain. Where the chain holds statements that could not be read, or begins with
    /// tables that something else made, it says nothing.
    pub(super) static MISSING_MIGRATION = "missing-migration", Warn, InState(find);
}

fn find(scene: &Scene) -> Vec<Finding> {
    let environment = scene.environment;
    let history = &environment.history;
    if !can_tell(environment) {
        return Vec::new();
    }
    let foreign = Foreign::of(scene.state, environment);
    let parent = parent_of_same_models(scene);
    let built = |environment: &EnvironmentState, table| environment.history.schema.tables.get(table).map(Arc::as_ptr);
    let is_known = |table| {
        let before = parent.and_then(|parent| built(parent, table));
        before.is_some() && before == built(environment, table)
    };
    let mut findings = Vec::new();
    let mut reported: Vec<&TableName> = Vec::new();
    for model in &environment.metadata.models {
        let Some(table) = model.table.as_ref().filter(|table| table.name != Name::Unknown) else { continue };
        if model.registered != Registered::Yes || foreign.has(table) || is_known(table) {
            continue;
        }
        match live::table_of(environment, table) {
            Some(built) => findings.extend(missing_columns(model, table, built)),
            None if history.lacks_baseline || reported.contains(&table) => {}
            None => {
                reported.push(table);
                let name = live::name(model);
                let message = format!("`{name}` maps table `{table}`, which no migration creates");
                findings
                    .push(Finding::new(&MISSING_MIGRATION, table.to_string(), model.location.clone(), message).help(
                        "run `alembic revision --autogenerate`, read what it made, and commit it with the model",
                    ));
            }
        }
    }
    findings
}

/// A parent that was judged by the same models: where it has a table too, the same is missing from it. With a second
/// environment the same model may miss its table twice, and once in a parent.
fn parent_of_same_models<'a>(scene: &Scene<'a>) -> Option<&'a EnvironmentState> {
    let settings = &scene.state.project.settings;
    let alike = |parent: &&State| {
        scene.state.environments.len() == 1 && parent.project.settings.foreign_tables == settings.foreign_tables
    };
    let mut parents = scene.parents().iter().filter(alike).flat_map(|parent| &parent.environments);
    parents.find(|parent| Arc::ptr_eq(&parent.metadata, &scene.environment.metadata) && can_tell(parent))
}

/// What is not fully read may create anything. A project without any revision yet has nothing to compare with.
fn can_tell(environment: &EnvironmentState) -> bool {
    prediction::is_predictable(environment) && !environment.history.has_unreadable && !environment.scripts.is_empty()
}

fn missing_columns(model: &Model, table: &TableName, built: &Table) -> Vec<Finding> {
    if !built.columns_known || built.columns.iter().any(|column| column.column.name == Name::Unknown) {
        return Vec::new();
    }
    let has = |name: &Name| built.columns.iter().any(|column| column.column.name == *name);
    let missing =
        model.columns.iter().filter(|declared| declared.column.name != Name::Unknown && !has(&declared.column.name));
    missing
        .map(|declared| {
            let subject = effect::column_subject(table, &declared.column.name);
            let message = format!("`{}` declares column `{subject}`, which no migration creates", live::name(model));
            Finding::new(&MISSING_MIGRATION, subject, declared.location.clone(), message)
                .help("run `alembic revision --autogenerate`, read what it made, and commit it with the model")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::staged;

    #[test]
    fn a_migration_that_takes_a_column_from_models_that_stay_is_told() {
        let drop = "# migrations/versions/b2_bio.py\nfrom alembic import op\nimport sqlalchemy as sa\n\n\
                    revision = 'b2'\ndown_revision = 'a1'\n\n\ndef upgrade():\n    op.drop_column('users', 'bio')\n\n\n\
                    def downgrade():\n    op.add_column('users', sa.Column('bio', sa.Text))\n";
        let said = staged(drop);
        assert!(said.contains("missing-migration users.bio app/models/user.py:11\n"), "{said}");
        // One that touches another table has nothing to do with what was missing before.
        let other = "# migrations/versions/c3_code.py\nfrom alembic import op\nimport sqlalchemy as sa\n\n\
                     revision = 'c3'\ndown_revision = 'a1'\n\n\ndef upgrade():\n    \
                     op.add_column('invite_codes', sa.Column('used', sa.Boolean))\n\n\n\
                     def downgrade():\n    op.drop_column('invite_codes', 'used')\n";
        assert!(!staged(other).contains("missing-migration"));
    }
}
