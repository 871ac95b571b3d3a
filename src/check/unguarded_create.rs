use std::collections::HashSet;

use super::{Finding, Scene, declare_check};
use crate::migration::operation::{MigrateOperation, ObjectKind, Operation, TableName};

declare_check! {
    /// ## What it does
    /// Finds `CREATE TABLE` written as SQL without `IF NOT EXISTS` or an inspector's answer, and a type that is created
    /// without `checkfirst=True`.
    ///
    /// ## Why is this bad
    /// What is made by hand often stands in some database already. There the migration fails half-way, and on a database
    /// without transactional DDL it stays half-applied.
    ///
    /// ## Example
    /// ```python
    /// # migrations/versions/b2_receipts.py
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     op.execute("CREATE TABLE receipts (id INTEGER PRIMARY KEY)")
    ///
    ///
    /// def downgrade():
    ///     op.execute("DROP TABLE receipts")
    /// ```
    ///
    /// ## Use instead
    /// Let the database look first: `IF NOT EXISTS`, `checkfirst=True`, or `op.create_table` behind `inspect(...).has_table(...)`.
    ///
    /// ```python
    /// # migrations/versions/b2_receipts.py
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     op.execute("CREATE TABLE IF NOT EXISTS receipts (id INTEGER PRIMARY KEY)")
    ///
    ///
    /// def downgrade():
    ///     op.execute("DROP TABLE receipts")
    /// ```
    ///
    /// ## When to ignore it
    /// When the table surely exists nowhere. It is a warning and stops nothing.
    ///
    /// ## What it cannot see
    /// Whether the object exists.
    pub(super) static UNGUARDED_CREATE = "unguarded-create", Warn, InState(find);
}

fn find(scene: &Scene) -> Vec<Finding> {
    let mut findings = Vec::new();
    for script in scene.environment.scripts.iter().filter(|script| scene.is_new(script)) {
        let Some(upgrade) = script.upgrade() else { continue };
        let passing = passing(&upgrade.operations);
        for operation in upgrade.operations.iter().filter(|operation| !operation.guarded) {
            let (subject, message, help) = match &operation.operation {
                Operation::CreateTable { table, raw: true, if_not_exists: false, temporary: false, .. }
                    if !passing.contains(table) =>
                {
                    (
                        table.to_string(),
                        format!("upgrade() creates table `{table}` by SQL and fails where it exists"),
                        "write CREATE TABLE IF NOT EXISTS, or ask the inspector first",
                    )
                }
                Operation::CreateObject { kind: ObjectKind::Type, name, if_not_exists: false }
                    if !passing.contains(name) =>
                {
                    (
                        name.to_string(),
                        format!("upgrade() creates type `{name}` and fails where it exists"),
                        "create it with `.create(op.get_bind(), checkfirst=True)`",
                    )
                }
                _ => continue,
            };
            findings.push(
                Finding::new(&UNGUARDED_CREATE, subject, operation.location.clone(), message)
                    .revision(&script.revision.id)
                    .help(help),
            );
        }
    }
    findings
}

/// Tables and types that do not keep their name: a rebuild moves its copy, or what was there before, and over what an earlier
/// try left `IF NOT EXISTS` would be the worse choice.
fn passing(operations: &[MigrateOperation]) -> HashSet<&TableName> {
    let gone = operations.iter().filter_map(|operation| match &operation.operation {
        Operation::RenameTable { from: table, .. } | Operation::DropTable { table, .. } => Some(table),
        Operation::RenameObject { kind: ObjectKind::Type, from: name, .. }
        | Operation::DropObject { kind: ObjectKind::Type, name, .. } => Some(name),
        _ => None,
    });
    gone.collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::staged;

    #[test]
    fn a_copy_that_takes_another_name_and_a_type_that_looks_first_are_silent() {
        let said = |body: &str| -> Vec<String> {
            let said = staged(&format!(
                "# migrations/versions/b2_x.py\nimport sqlalchemy as sa\nfrom alembic import op\n\
                 from sqlalchemy.dialects import postgresql\n\nrevision = 'b2'\ndown_revision = 'a1'\n\n\n\
                 def upgrade():\n    {body}\n\n\ndef downgrade():\n    raise NotImplementedError\n"
            ));
            said.lines().filter(|line| line.starts_with("unguarded-create")).map(str::to_owned).collect()
        };
        let create = "op.execute('CREATE TABLE moved AS SELECT * FROM teams')";
        assert_eq!(said(create), ["unguarded-create moved migrations/versions/b2_x.py:10"]);
        assert!(said(&format!("{create}\n    op.execute('ALTER TABLE moved RENAME TO kept')")).is_empty());
        assert!(said(&format!("op.execute('DROP TABLE IF EXISTS moved')\n    {create}")).is_empty());
        let create = "op.execute(\"CREATE TYPE kind AS ENUM ('a')\")";
        assert_eq!(said(create), ["unguarded-create kind migrations/versions/b2_x.py:10"]);
        assert!(said(&format!("op.execute('ALTER TYPE kind RENAME TO old_kind')\n    {create}")).is_empty());
        assert!(said(&format!("{create}\n    op.execute('ALTER TYPE kind RENAME TO other')")).is_empty());
        assert!(said("postgresql.ENUM('a', name='kind').create(op.get_bind())").is_empty());
        for unguarded in [
            "postgresql.ENUM('a', name='kind').create(op.get_bind(), False)",
            "sa.Enum('a', name='kind').create(op.get_bind())",
        ] {
            assert_eq!(said(unguarded), ["unguarded-create kind migrations/versions/b2_x.py:10"], "{unguarded}");
        }
    }
}
