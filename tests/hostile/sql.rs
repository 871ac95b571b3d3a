//! SQL that nests, goes on or breaks off.

use crate::world::{DROP, HEAD, World};

const MANY: usize = 100_000;

#[test]
#[ignore = "takes minutes: `cargo test --release --test hostile -- --ignored`"]
fn sql() {
    let nested = |open: &str, inner: &str, close: &str| format!("{}{inner}{}", open.repeat(MANY), close.repeat(MANY));
    let row = |text: &str| text.repeat(MANY);
    let nested_do = (0..300)
        .fold("DROP TABLE users;".to_owned(), |inner, depth| format!("DO $a{depth}$ BEGIN {inner} END $a{depth}$;"));
    let nested_execute = (0..8).fold("DROP TABLE users".to_owned(), |inner, _| {
        format!("DO 'BEGIN EXECUTE ''{}''; END'", inner.replace('\'', "''''"))
    });
    let cases = [
        ("parentheses", format!("SELECT {}", nested("(", "1", ")"))),
        ("unclosed parentheses", format!("SELECT {}", row("("))),
        ("closed parentheses", row(")")),
        ("subqueries", format!("SELECT * FROM {}", nested("(SELECT * FROM ", "a", ")"))),
        ("with", nested("WITH a AS (", "DELETE FROM users", ")")),
        ("create", format!("CREATE TABLE a ({}", row("("))),
        ("columns", format!("CREATE TABLE a ({})", (0..MANY).map(|n| format!("c{n} int,")).collect::<String>())),
        ("checks", format!("CREATE TABLE a (a int {})", row("CHECK (a > 0) "))),
        (
            "actions",
            format!("ALTER TABLE users {}", (0..MANY).map(|n| format!("DROP COLUMN c{n},")).collect::<String>()),
        ),
        ("names", format!("DROP TABLE {}", (0..MANY).map(|n| format!("t{n},")).collect::<String>())),
        ("dots", format!("DROP TABLE a{}", row(".a"))),
        ("statements", row("DROP TABLE users;\n")),
        ("other statements", row("SELECT 1;\n")),
        ("semicolons", row(";")),
        ("begin", row("BEGIN ")),
        ("begin and end", format!("DO $$ {} $$", nested("BEGIN ", "DROP TABLE users;", " END;"))),
        ("if", format!("DO $$ BEGIN {} END $$", nested("IF a THEN ", "DROP TABLE users;", " END IF;"))),
        ("case", format!("SELECT {}", nested("CASE WHEN a THEN ", "1", " END"))),
        ("do", nested_do),
        ("execute", nested_execute),
        ("execute chain", format!("DO $$ BEGIN EXECUTE 'a' {}; END $$", row("|| 'a' "))),
        ("format chain", format!("DO $$ BEGIN EXECUTE {}; END $$", nested("format(", "'a'", ")"))),
        ("dollars", row("$$")),
        ("odd dollars", row("$$") + "$$ DROP TABLE users"),
        ("dollar tags", (0..MANY).map(|n| format!("$a{n}$")).collect()),
        ("unterminated string", format!("DROP TABLE users; SELECT '{}", row("x"))),
        ("unterminated name", format!("DROP TABLE \"{}", row("x"))),
        ("unterminated comment", format!("/* {}", row("x"))),
        ("nested comments", nested("/* ", "x", " */")),
        ("unterminated comments", row("/* ")),
        ("line comments", row("-- x\n") + "DROP TABLE users"),
        ("quotes", row("'")),
        ("quoted", row("'' ")),
        ("brackets", row("[")),
        ("backticks", row("`")),
        ("backslashes", row("\\")),
        ("operators", format!("SELECT 1{}", row(" + 1"))),
        ("and", format!("DELETE FROM users WHERE a{}", row(" AND a"))),
        ("not", format!("DELETE FROM users WHERE {}a", row("NOT "))),
        ("minus", format!("SELECT {}1", row("- "))),
        ("union", format!("SELECT 1{}", row(" UNION SELECT 1"))),
        ("joins", format!("SELECT 1 FROM a{}", row(" JOIN a ON a"))),
        ("types", format!("ALTER TABLE users ALTER COLUMN id TYPE {}", nested("array<", "int", ">"))),
        ("arrays", format!("ALTER TABLE users ALTER COLUMN id TYPE int{}", row("[]"))),
        ("numbers", format!("ALTER TABLE users ALTER COLUMN id TYPE varchar({})", row("9"))),
        ("casts", format!("SELECT a{}", row("::int"))),
        ("routine", format!("CREATE FUNCTION f() RETURNS void AS $$ BEGIN {} END $$; SELECT f()", row("PERFORM f();"))),
        ("null", "DROP TABLE users\\x00; DROP TABLE a".to_owned()),
        ("separator", row("GO\n")),
        ("delimiter", row("DELIMITER //\n")),
        ("copy", "COPY a FROM stdin;\n".to_owned() + &row("1\t2\n")),
        ("spaces", row(" ") + "DROP" + &row("\t") + "TABLE users"),
        ("invisible", "DR\u{200b}OP TABLE users; DROP\u{a0}TABLE\u{3000}users; DROP\u{2028}TABLE users".to_owned()),
    ];
    for (name, sql) in cases {
        let world = World::new();
        world.write("drop.sql", &sql);
        world.write(
            "migrations/versions/b2.py",
            format!(
                "{HEAD}from pathlib import Path\ndef upgrade():\n    op.execute(Path('drop.sql').read_text())\n    \
                 op.execute(sa.text(r\"\"\"{}\"\"\"))\n{DROP}",
                sql.replace("\"\"\"", "")
            ),
        );
        world.stops(name);
    }
}
