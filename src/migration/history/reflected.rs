//! The database that an `upgrade()` reads of, while it runs.

use std::sync::Arc;

use super::Replay;
use super::database::Database;
use super::upgrade::Upgrade;
use crate::migration::operation::{Column, MigrateOperation, TableName};
use crate::migration::operations::ReflectedDatabase;
use crate::migration::schema::{Schema, Table, TableColumn};
use crate::migration::script::Script;

/// Alembic's own table, which it makes before the first revision runs.
const VERSION_TABLE: &str = "alembic_version";

/// A copy of the replayed database, to which the operations of one `upgrade()` are applied as it makes them.
pub(super) struct Reflected {
    database: Database,
    script: Arc<Script>,
    applied: usize,
    is_complete: bool,
}

impl Reflected {
    pub(super) fn new(replay: &Replay, script: &Arc<Script>) -> Self {
        let mut database = replay.database.clone();
        let version = TableName::new(VERSION_TABLE);
        if database.table(&version).is_none() {
            database.insert(version, version_table());
        }
        let is_complete = !replay.history.lacks_baseline && !replay.history.has_unreadable;
        Self { database, script: script.clone(), applied: 0, is_complete }
    }
}

fn version_table() -> Table {
    let column = Column { primary_key: true, ..Column::new("version_num".into()) };
    Table {
        origin: None,
        columns: vec![TableColumn { column, origin: None, is_certain: true }],
        columns_known: true,
        indexes: Vec::new(),
        constraints: Vec::new(),
        is_certain: true,
    }
}

impl ReflectedDatabase for Reflected {
    fn after(&mut self, operations: &[MigrateOperation]) -> (&Schema, bool) {
        let mut upgrade = Upgrade::new(&mut self.database, &self.script);
        operations.iter().skip(self.applied).for_each(|operation| upgrade.apply(operation));
        self.applied = operations.len();
        self.is_complete &= !upgrade.lacks_baseline && !upgrade.has_unreadable;
        (&self.database.schema, self.is_complete)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Write as _;

    use crate::git::{Files, MemoryTree};
    use crate::migration::history::{EffectKind, History, Replay};
    use crate::migration::revision_map::RevisionMap;
    use crate::migration::script;
    use crate::python::{ImportRoots, Sources};
    use crate::stack;

    const TABLES: &str = "op.create_table('users', sa.Column('id', sa.Integer, primary_key=True), sa.Column('name_old', sa.String(5)))\n\
                          op.create_table('teams', sa.Column('id', sa.Integer))";

    /// What a chain of these `upgrade()`s makes of a database.
    fn replayed(upgrades: &[&str]) -> History {
        let head = "import sqlalchemy as sa\nfrom alembic import op\nbind = op.get_bind()\n";
        let text = |at: usize, body: &&str| {
            let parent = if at == 0 { "None".into() } else { format!("'r{}'", at - 1) };
            let body = body.replace('\n', "\n    ");
            format!("{head}revision = 'r{at}'\ndown_revision = {parent}\n\ndef upgrade():\n    {body}\n")
        };
        let files: Vec<(String, String)> =
            upgrades.iter().enumerate().map(|(at, body)| (format!("versions/r{at}.py"), text(at, body))).collect();
        let tree = MemoryTree::new(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        let sources = Sources::new(Files::new(std::sync::Arc::new(tree)).unwrap(), std::sync::Arc::default());
        let (roots, options) = (ImportRoots(vec![String::new()]), BTreeMap::new());
        stack::with_room(|| {
            let scripts: Vec<_> = files
                .iter()
                .map(|(path, _)| script::read(&sources, &roots, &path.as_str().into(), &options).unwrap().into())
                .collect();
            let over =
                |script: &script::Script, database| script::upgrade_over(&sources, &roots, script, &options, database);
            Replay::default().history(&RevisionMap::new(&scripts), &over)
        })
    }

    fn tables(history: &History) -> String {
        history.schema.tables.iter().fold(String::new(), |mut text, (name, table)| {
            let columns: Vec<String> = table.columns.iter().map(|column| column.column.name.to_string()).collect();
            let open = if table.columns_known { "" } else { " …" };
            writeln!(text, "{name}: {}{open}", columns.join(" ")).unwrap();
            text
        })
    }

    #[test]
    fn tables_are_copied_as_the_chain_has_made_them() {
        let copies = "teams: id\nusers: id name_old\n";
        let all = format!("old_alembic_version: version_num\nold_teams: id\nold_users: id name_old\n{copies}");
        for (copy, expected) in [
            (
                "meta = sa.MetaData()\nmeta.reflect(bind=bind)\nfor name in list(meta.tables.keys()):\n\
                 \x20   table = sa.Table(name, meta, autoload_with=bind)\n    columns = []\n\
                 \x20   for column in table.columns:\n        copy = None\n\
                 \x20       if isinstance(column.type, sa.types.NullType) or bind.dialect.name == 'sqlite':\n\
                 \x20           copy = sa.Column(column.name, sa.BigInteger())\n\
                 \x20       if copy is None:\n            copy = column._copy()\n        columns.append(copy)\n\
                 \x20   op.create_table('old_' + name, meta, *columns)",
                &*all,
            ),
            (
                "meta = sa.MetaData()\nmeta.reflect(bind)\nfor table in meta.sorted_tables:\n\
                 \x20   table.to_metadata(sa.MetaData(), name=f'old_{table.name}').create(bind)",
                &all,
            ),
            (
                "users = sa.Table('users', sa.MetaData(), autoload_with=bind)\n\
                 op.create_table('copy', *[column.copy() for column in users.c], sa.Column('more', sa.Text))",
                &format!("copy: id name_old more\n{copies}"),
            ),
            (
                "users = sa.Table('users', sa.MetaData(), autoload_with=bind)\nfor column in users.columns:\n\
                 \x20   if column.name.endswith('_old'):\n        op.drop_column('users', column.name)",
                "teams: id\nusers: id\n",
            ),
            (
                "meta = sa.MetaData()\nmeta.reflect(bind, only=['teams'], resolve_fks=False)\n\
                 for name, table in meta.tables.items():\n    op.create_table('copy_' + name, *table.columns.values())",
                &format!("copy_teams: id\n{copies}"),
            ),
        ] {
            let history = replayed(&[TABLES, copy]);
            assert_eq!(tables(&history), expected, "{copy}");
            assert!(!history.has_unreadable, "{copy}");
        }
        // In the same `upgrade()`, too.
        let both = format!(
            "{TABLES}\nmeta = sa.MetaData()\nmeta.reflect(bind)\nfor table in meta.tables.values():\n    op.create_table('old_' + table.name, *table.c)"
        );
        assert_eq!(tables(&replayed(&[&both])), all);
    }

    #[test]
    fn what_is_read_and_dropped_is_named() {
        let drop = "meta = sa.MetaData()\nmeta.reflect(bind)\nfor table in reversed(meta.sorted_tables):\n    table.drop(bind)";
        let history = replayed(&[TABLES, drop]);
        let dropped: Vec<String> = history
            .effects
            .iter()
            .filter_map(|effect| match &effect.kind {
                EffectKind::DroppedTable { table } => Some(table.to_string()),
                _ => None,
            })
            .collect();
        assert_eq!(dropped, ["users", "teams", "alembic_version"]);
    }

    #[test]
    fn what_somebody_else_may_have_made_is_not_passed_over() {
        // Whether a table is there is asked as of an inspector: it can have been made by hand.
        for asked in [
            "'gone' in meta.tables",
            "'gone' in list(meta.tables.keys())",
            "'gone' in [table.name for table in meta.sorted_tables]",
            "any(table.name == 'gone' for table in meta.sorted_tables)",
            "len(meta.tables) > 3",
        ] {
            let drop = format!("meta = sa.MetaData()\nmeta.reflect(bind)\nif {asked}:\n    op.drop_table('gone')");
            let history = replayed(&[TABLES, &drop]);
            assert!(
                matches!(&history.effects[..], [effect] if effect.operation.guarded),
                "{asked}: {:?}",
                history.effects
            );
        }
        // A chain that does not know all tables says so of what it makes of each.
        let copy =
            "meta = sa.MetaData()\nmeta.reflect(bind)\nfor name in meta.tables:\n    op.create_table('old_' + name)";
        let history = replayed(&["op.add_column('made_elsewhere', sa.Column('id', sa.Integer))", copy]);
        assert!(history.has_unreadable);
        let copy = "made = sa.Table('made_elsewhere', sa.MetaData(), autoload_with=bind)\nop.create_table('copy', *made.columns)";
        let history = replayed(&["op.add_column('made_elsewhere', sa.Column('id', sa.Integer))", copy]);
        assert_eq!(tables(&history), "copy: id …\nmade_elsewhere: id …\n");
    }
}
