use super::*;
use crate::python::value::HOLE;

/// What a text destroys and makes, one line an operation, as short as can be.
fn read(sql: &str) -> Vec<String> {
    let sql = sql.replace('§', &HOLE.to_string());
    operations(&sql, "the SQL", "it is not known").iter().map(short).collect()
}

fn short(operation: &Operation) -> String {
    match operation {
        Operation::CreateTable {
            table,
            columns,
            constraints,
            indexes,
            temporary,
            columns_known,
            if_not_exists,
            ..
        } => {
            let columns: Vec<String> = columns
                .iter()
                .map(|column| match &column.type_ {
                    crate::migration::operation::Type::Known(type_) => format!("{}:{type_}", column.name),
                    crate::migration::operation::Type::Unknown => column.name.to_string(),
                })
                .collect();
            let marks = [
                (*temporary, " temporary"),
                (!*columns_known, " open"),
                (*if_not_exists, " if-not-exists"),
                (!constraints.is_empty(), " constrained"),
                (!indexes.is_empty(), " indexed"),
            ];
            let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
            format!("create-table {table}({}){marks}", columns.join(","))
        }
        Operation::DropTable { table, cascade } => format!("drop-table {table}{}", said(*cascade)),
        Operation::RenameTable { from, to } => format!("rename-table {from} {to}"),
        Operation::AddColumn { table, column } => format!("add-column {table}.{}", column.name),
        Operation::DropColumn { table, column, cascade } => format!("drop-column {table}.{column}{}", said(*cascade)),
        Operation::AlterColumn { table, column, new_name, type_, nullable, .. } => {
            format!("alter-column {table}.{column} {new_name:?} {type_:?} {nullable:?}")
        }
        Operation::CreateIndex { index, table, .. } => format!(
            "create-index {} on {}",
            index.name.as_ref().map_or("-".into(), ToString::to_string),
            table.as_ref().map_or("-".into(), ToString::to_string)
        ),
        Operation::DropIndex { name, table } => {
            format!("drop-index {name}{}", table.as_ref().map_or(String::new(), |table| format!(" on {table}")))
        }
        Operation::RenameIndex { from, to } => format!("rename-index {from} {to}"),
        Operation::CreateConstraint { table, constraint } => format!("create-constraint {table} {:?}", constraint.kind),
        Operation::DropConstraint { name, kind, .. } => format!("drop-constraint {name} {kind:?}"),
        Operation::CreateObject { kind, name, .. } => format!("create-{} {name}", kind.as_str()),
        Operation::DropObject { kind, name, cascade } => format!("drop-{} {name}{}", kind.as_str(), said(*cascade)),
        Operation::RenameObject { kind, from, to } => format!("rename-{} {from} {to}", kind.as_str()),
        Operation::CopyRows { from, to } => format!("copy {from} {to}"),
        Operation::CopyColumn { table, to, from } => {
            format!("copy-column {table}.{to} {}", from.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
        }
        Operation::DeleteRows { table, how, cascade } => format!("delete {table} {how:?}{}", said(*cascade)),
        Operation::Unreadable { .. } => "unreadable".into(),
    }
}

fn said(cascade: bool) -> &'static str {
    if cascade { " cascade" } else { "" }
}

#[test]
fn tables_are_dropped_in_every_dialect() {
    assert_eq!(read("DROP TABLE users"), ["drop-table users"]);
    assert_eq!(read("drop table if exists a, \"B\".c cascade;"), ["drop-table a cascade", "drop-table B.c cascade"]);
    assert_eq!(read("DROP TABLE `a b`; DROP TABLE [dbo].[c d]"), ["drop-table a b", "drop-table dbo.c d"]);
    assert_eq!(read("DROP TABLE #scratch; DROP TEMPORARY TABLE x"), [""; 0]);
    assert_eq!(
        read("IF OBJECT_ID('dbo.a', 'U') IS NOT NULL DROP TABLE dbo.a\nGO\nDROP TABLE b\nDROP TABLE c"),
        ["drop-table dbo.a", "drop-table b", "drop-table c"]
    );
    assert_eq!(read("IF EXISTS (SELECT 1 FROM x) BEGIN DROP TABLE x END"), ["drop-table x"]);
    assert_eq!(read("EXEC('DROP TABLE ' + @name)"), ["drop-table ?"]);
    assert_eq!(read("EXEC sp_executesql N'DROP TABLE a'"), ["drop-table a"]);
    assert_eq!(read("DECLARE @s NVARCHAR(MAX) = N'DROP TABLE a'; EXEC(@s)"), ["drop-table a"]);
    assert_eq!(read("SET @s = CONCAT('DROP TABLE ', 'a'); PREPARE p FROM @s; EXECUTE p;"), ["drop-table a"]);
    assert_eq!(read("EXEC sp_rename 'dbo.a', 'b'"), ["rename-table dbo.a dbo.b"]);
}

#[test]
fn what_is_not_executed_is_not_read() {
    for harmless in [
        "",
        "-- DROP TABLE a\nSELECT 1",
        "/* DROP TABLE a; */ SELECT 'DROP TABLE b'",
        "INSERT INTO log VALUES ('; DROP TABLE a')",
        "COMMENT ON TABLE a IS 'DROP TABLE b'",
        "GRANT SELECT, DELETE, TRUNCATE ON a TO b",
        "CREATE TRIGGER t AFTER DELETE ON a BEGIN DELETE FROM b; DROP TABLE c; END;",
        "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN DELETE FROM a; END $$ LANGUAGE plpgsql",
        "DROP FUNCTION f(); DROP TRIGGER t ON a; DROP EXTENSION x",
        "DELETE FROM a WHERE id = 1",
        "DELETE a FROM a JOIN b ON a.id = b.id",
        "CREATE RULE r AS ON DELETE TO a DO INSTEAD DELETE FROM b",
        "ALTER TABLE a ALTER COLUMN b DROP DEFAULT",
        "UPDATE a SET b = 1 WHERE c = §",
        "SELECT § FROM §",
    ] {
        assert_eq!(read(harmless), [""; 0], "{harmless}");
    }
}

#[test]
fn a_table_is_altered_by_several_actions() {
    assert_eq!(
        read(
            "ALTER TABLE IF EXISTS ONLY s.t DROP COLUMN IF EXISTS a CASCADE, DROP b, ADD COLUMN c INT, DROP CONSTRAINT d"
        ),
        ["drop-column s.t.a cascade", "drop-column s.t.b", "add-column s.t.c", "drop-constraint d None"]
    );
    assert_eq!(
        read("ALTER TABLE t DROP PRIMARY KEY, DROP FOREIGN KEY f, DROP INDEX i, DROP CHECK c"),
        [
            "drop-constraint PRIMARY Some(PrimaryKey)",
            "drop-constraint f Some(ForeignKey)",
            "drop-index i on t",
            "drop-constraint c Some(Check)"
        ]
    );
    assert_eq!(read("ALTER TABLE t DROP COLUMN a, b"), ["drop-column t.a", "drop-column t.b"]);
    assert_eq!(read("ALTER TABLE t DROP (a, b)"), ["drop-column t.a", "drop-column t.b"]);
    assert_eq!(read("ALTER TABLE t RENAME TO u"), ["rename-table t u"]);
    assert_eq!(
        read("ALTER TABLE t ALTER COLUMN a TYPE VARCHAR(50) USING a::text, ALTER b SET NOT NULL"),
        ["alter-column t.a None Some(Known(\"VARCHAR(50)\")) None", "alter-column t.b None None Some(false)"]
    );
    assert_eq!(
        read("ALTER TABLE t CHANGE a b INT NOT NULL"),
        ["alter-column t.a Some(Known(\"b\")) Some(Known(\"INT\")) Some(false)"]
    );
    assert_eq!(read("ALTER TABLE t ADD CONSTRAINT c UNIQUE (a)"), ["create-constraint t Unique"]);
    assert_eq!(read("ALTER TABLE t §"), ["unreadable"]);
    assert_eq!(read("ALTER TABLE § DROP COLUMN §"), ["drop-column ?.?"]);
}

#[test]
fn tables_are_created_with_their_columns() {
    assert_eq!(
        read(
            "CREATE TABLE IF NOT EXISTS t (id SERIAL PRIMARY KEY, name VARCHAR(50) NOT NULL, \
             p NUMERIC(10, 2) DEFAULT 0, at TIMESTAMP WITH TIME ZONE, CONSTRAINT u UNIQUE (name))"
        ),
        ["create-table t(id:SERIAL,name:VARCHAR(50),p:NUMERIC(10,2),at:TIMESTAMP WITH TIME ZONE) if-not-exists \
             constrained"]
    );
    assert_eq!(read("CREATE TABLE b AS SELECT * FROM a"), ["create-table b() open", "copy a b"]);
    assert_eq!(read("CREATE TEMP TABLE b (LIKE a)"), ["create-table b() temporary open"]);
    assert_eq!(read("INSERT INTO b (x) SELECT x FROM a"), ["copy a b"]);
    assert_eq!(read("UPDATE t SET b = lower(a), c = 1"), ["copy-column t.b a"]);
    assert_eq!(read("CREATE UNIQUE INDEX CONCURRENTLY i ON t USING btree (a)"), ["create-index i on t"]);
    assert_eq!(
        read("CREATE TYPE mood AS ENUM ('a'); CREATE OR REPLACE VIEW v AS SELECT 1"),
        ["create-type mood", "create-view v"]
    );
}

#[test]
fn objects_and_rows_go() {
    assert_eq!(read("DROP INDEX CONCURRENTLY IF EXISTS i, j"), ["drop-index i", "drop-index j"]);
    assert_eq!(read("DROP INDEX i ON t"), ["drop-index i on t"]);
    assert_eq!(read("DROP TYPE IF EXISTS mood CASCADE"), ["drop-type mood cascade"]);
    assert_eq!(read("DROP MATERIALIZED VIEW v"), ["drop-view v"]);
    assert_eq!(
        read("DROP SCHEMA s CASCADE; DROP SEQUENCE q; DROP DATABASE d"),
        ["drop-schema s cascade", "drop-sequence q", "drop-database d"]
    );
    assert_eq!(
        read("TRUNCATE TABLE a, b RESTART IDENTITY CASCADE"),
        ["delete a Truncate cascade", "delete b Truncate cascade"]
    );
    assert_eq!(read("DELETE FROM a"), ["delete a Delete"]);
    assert_eq!(
        read("WITH g AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM g"),
        ["delete a Delete", "copy g b"]
    );
    assert_eq!(read("ALTER TYPE a RENAME TO b"), ["rename-type a b"]);
}

#[test]
fn blocks_are_entered() {
    assert_eq!(
        read(
            "DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM x LOOP \
             EXECUTE format('ALTER TABLE %I DROP COLUMN %I', 'users', r.name); END LOOP; \
             EXECUTE 'DROP TABLE ' || quote_ident(r.t); END $$;"
        ),
        ["drop-column users.?", "drop-table ?"]
    );
    assert_eq!(
        read("DO $$ BEGIN IF EXISTS (SELECT 1) THEN DROP TABLE a; ELSE ALTER TABLE b DROP c; END IF; END $$"),
        ["drop-table a", "drop-column b.c"]
    );
    assert_eq!(read("DO $$ BEGIN EXECUTE statement; END $$"), ["unreadable"]);
    assert_eq!(read("DO $$ DECLARE s text := 'DROP TABLE a'; BEGIN EXECUTE s; END $$"), ["drop-table a"]);
}

#[test]
fn what_is_not_known_is_said() {
    assert_eq!(read("§"), ["unreadable"]);
    assert_eq!(read("SELECT 1; §"), ["unreadable"]);
    assert_eq!(read("DROP § a"), ["unreadable"]);
    assert_eq!(read("DROP TABLE §_old"), ["drop-table ?"]);
    for placeholder in ["%s", ":name", "%(name)s", "{name}"] {
        assert_eq!(read(&format!("DROP TABLE {placeholder}")), ["drop-table ?"], "{placeholder}");
    }
    assert_eq!(read("DELETE FROM a §"), ["unreadable"]);
    assert_eq!(read("DROP TABLE 'unfinished"), ["unreadable"]);
    assert_eq!(read("INSERT INTO t VALUES ('a§"), [""; 0]);
    assert_eq!(
        read("SET @v = IF(x, 'ALTER TABLE t DROP INDEX i', 'select 1'); PREPARE s FROM @v; EXECUTE s"),
        ["drop-index i on t"]
    );
    assert_eq!(
        read("CREATE PROCEDURE p() BEGIN IF x THEN DROP TABLE a; END IF; END; SELECT 1; CALL p();"),
        ["drop-table a"]
    );
}

#[test]
fn hostile_texts_end() {
    let deep = format!("{}SELECT{}", "(".repeat(100_000), ")".repeat(100_000));
    read(&deep);
    let nested = (0..20).fold("DROP TABLE a".to_owned(), |sql, at| format!("DO $a{at}$ BEGIN {sql}; END $a{at}$"));
    assert_eq!(read(&nested), ["unreadable"]);
    read(&"ALTER TABLE a DROP b,".repeat(20_000));
    read(&"UPDATE a SET b = CASE WHEN (c) THEN d END, ".repeat(10_000));
}
