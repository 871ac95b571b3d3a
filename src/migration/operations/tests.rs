use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::git::{Files, MemoryTree};
use crate::migration::operation::{Certainty, MigrateOperation, Operation};
use crate::migration::script::{self, Script};
use crate::python::{ImportRoots, Sources};

/// A project of a few files, the migration among them.
fn sources(files: &[(&str, &str)]) -> Sources {
    Sources::new(Files::new(Arc::new(MemoryTree::new(files.iter().copied()))).unwrap(), Arc::default())
}

fn script(files: &[(&str, &str)]) -> Script {
    let options = BTreeMap::from([("schema".to_owned(), "audit".to_owned())]);
    let roots = ImportRoots(vec![String::new()]);
    script::read(&sources(files), &roots, &"versions/a.py".into(), &options).unwrap()
}

fn upgrade(body: &str) -> Vec<MigrateOperation> {
    let text = format!(
        "from alembic import op, context\nimport sqlalchemy as sa\nrevision = 'a'\n\ndef upgrade():\n    {}\n",
        body.replace('\n', "\n    ")
    );
    script(&[("versions/a.py", &text)]).upgrade().unwrap().operations.clone()
}

#[test]
fn a_condition_and_an_inspector_are_said_of_what_they_guard() {
    let operations = upgrade(
        "op.drop_table('a')\n\
         names = {c['name'] for c in sa.inspect(op.get_bind()).get_columns('t')}\n\
         if 'b' in names:\n    op.drop_column('t', 'b')\n\
         if context.is_offline_mode():\n    op.drop_table('c')\n\
         if not sa.inspect(op.get_bind()).has_table('d'):\n    return\n\
         op.drop_table('d')",
    );
    let said: Vec<(Certainty, bool)> = operations.iter().map(|o| (o.certainty, o.guarded)).collect();
    assert_eq!(
        said,
        [
            (Certainty::Always, false),
            (Certainty::Sometimes, true),
            (Certainty::Sometimes, false),
            (Certainty::Sometimes, true)
        ]
    );
}

#[test]
fn an_operation_elsewhere_is_found_through_the_call_that_leads_to_it() {
    let migration = "from helpers import outer\nrevision = 'a'\n\ndef upgrade():\n    outer('users')\n";
    let helpers =
        "from alembic import op\n\ndef outer(name):\n    inner(name)\n\ndef inner(name):\n    op.drop_table(name)\n";
    let files = [("helpers.py", helpers), ("versions/a.py", migration)];
    let operations = script(&files).upgrade().unwrap().operations.clone();
    let [operation] = &operations[..] else { panic!("{operations:?}") };
    let sources = sources(&files);
    let mut places = String::new();
    for location in std::iter::once(&operation.location).chain(&operation.through) {
        let file = sources.file(&location.path).unwrap();
        writeln!(places, "{} {}", location.path, file.source.slice(location.span)).unwrap();
    }
    assert_eq!(places, "versions/a.py outer('users')\nhelpers.py op.drop_table(name)\nhelpers.py inner(name)\n");
}

#[test]
fn rows_are_copied_from_a_table_that_is_named() {
    let operations = upgrade(
        "moved = op.create_table('moved', sa.Column('id', sa.Integer()))\n\
         op.execute(moved.insert().from_select(moved.columns.keys(), sa.select(moved.columns.keys()).select_from('rates')))",
    );
    let [_, copied] = &operations[..] else { panic!("{operations:?}") };
    let Operation::CopyRows { from, to } = &copied.operation else { panic!("{copied:?}") };
    assert_eq!((from.to_string(), to.to_string()), ("rates".to_owned(), "moved".to_owned()));
}

#[test]
fn what_is_made_is_kept_as_it_was_written() {
    let operations = upgrade(
        "users = op.create_table('users', sa.Column('id', sa.Integer(), primary_key=True),\n\
         \x20   sa.Column('team', sa.ForeignKey('teams.id'), index=True), sa.UniqueConstraint('id', name='uq'))\n\
         op.execute(users.insert().from_select(['id'], sa.select(sa.table('old').c.id)))\n\
         op.execute(users.update().values(team=users.c.id))\n\
         op.alter_column('users', 'team', new_column_name='group')\n\
         op.add_column('users', sa.Column('x', sa.String(5), nullable=False), schema=context.config.get_main_option('schema'))",
    );
    let [created, rows, column, renamed, added] = &operations[..] else { panic!("{operations:?}") };
    let Operation::CreateTable { columns, constraints, columns_known, raw, .. } = &created.operation else { panic!() };
    assert!(*columns_known && !raw && columns[0].primary_key && columns[1].index);
    assert_eq!((columns.len(), constraints.len(), columns[1].references[0].to_string()), (2, 1, "teams".into()));
    let Operation::CopyRows { from, to } = &rows.operation else { panic!("{rows:?}") };
    assert_eq!((from.to_string(), to.to_string()), ("old".into(), "users".into()));
    let Operation::CopyColumn { to, from, .. } = &column.operation else { panic!("{column:?}") };
    assert_eq!((to.to_string(), from[0].to_string()), ("team".into(), "id".into()));
    let Operation::AlterColumn { new_name: Some(name), .. } = &renamed.operation else { panic!("{renamed:?}") };
    assert_eq!(name.to_string(), "group");
    let Operation::AddColumn { table, column } = &added.operation else { panic!("{added:?}") };
    assert_eq!((table.to_string(), column.nullable), ("audit.users".into(), Some(false)));
}

#[test]
fn what_cannot_be_followed_is_said_and_the_rest_is_still_read() {
    for hostile in [
        "x = 'a'\nwhile True:\n    x += x",
        "def f(n):\n    f(n + 1)\n    f(n + 2)\nf(0)",
        "def f(n):\n    g(n + 1)\ndef g(n):\n    f(n)\nf(0)",
        "for i in range(10 ** 12):\n    op.drop_table(str(i))",
        "x = [0]\nfor i in x:\n    x.append(i)",
        "def f():\n    for i in range(15000):\n        for j in range(15000):\n            print(i)\nf()",
    ] {
        let operations = upgrade(&format!("{hostile}\nop.drop_table('users')"));
        assert!(
            operations
                .iter()
                .any(|o| matches!(&o.operation, Operation::DropTable { .. } | Operation::Unreadable { .. })),
            "{hostile}: {operations:?}"
        );
    }
}

#[test]
fn alternatives_count_once_and_what_is_made_between_counts_again() {
    let names = |body: &str| upgrade(body).len();
    assert_eq!(
        names("if op.get_bind().dialect.name == 'x':\n    op.drop_table('a')\nelse:\n    op.drop_table('a')"),
        1
    );
    assert_eq!(names("op.drop_table('a')\nop.create_table('a')\nop.drop_table('a')"), 3);
}

#[test]
fn statements_of_libraries_are_told_apart() {
    let drops = |body: &str| {
        upgrade(body)
            .iter()
            .map(|o| format!("{:?}", o.operation).split([' ', '{']).next().unwrap_or("").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        drops("from psycopg2.extras import execute_values\nexecute_values(c, 'INSERT INTO a VALUES %s', [])"),
        [""; 0]
    );
    assert_eq!(drops("op.execute(sa.text('DROP TABLE a').bindparams(x=1))"), ["DropTable"]);
    assert_eq!(drops("op.execute(sa.select(sa.func.count()).where(x))"), [""; 0]);
    assert_eq!(drops("sa.schema.DropTable(sa.table('a'))"), [""; 0]);
    assert_eq!(drops("sa.schema.DropTable(sa.table('a')).execute(op.get_bind())"), ["DropTable"]);
    assert_eq!(drops("op.get_bind().execute(load_statement())"), ["Unreadable"]);
}
