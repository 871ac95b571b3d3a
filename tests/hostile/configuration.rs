//! Settings of every wrong shape.

use crate::world::{DROP, HEAD, World};

const MANY: usize = 100_000;

fn inis() -> Vec<(&'static str, String)> {
    let section = |lines: &str| format!("[alembic]\n{lines}\n");
    let doubling: String = (1..60).map(|n| format!("v{n} = %(v{0})s%(v{0})s\n", n - 1)).collect();
    vec![
        ("nothing", String::new()),
        ("no section", "script_location = migrations\n".into()),
        ("no value", section("script_location")),
        ("empty value", section("script_location =")),
        ("space", section("script_location = \u{a0} ")),
        ("itself", section("script_location = %(script_location)s")),
        ("each other", section("script_location = %(a)s\na = %(b)s\nb = %(a)s")),
        ("doubling", section(&format!("v0 = xxxxxxxxxxxxxxxx\n{doubling}script_location = %(v59)s"))),
        ("broken", section("script_location = %(here\nversion_locations = %\nprepend_sys_path = %(x)d %%(here)s %%%")),
        ("here", section(&format!("script_location = {}", "%(here)s".repeat(MANY)))),
        ("unknown", section("script_location = %(nope)s")),
        ("environment", section("script_location = ${HOME}/%(HOME)s/$HOME/~")),
        ("huge value", section(&format!("script_location = {}", "x".repeat(20 << 20)))),
        ("huge path", section(&format!("script_location = {}", "x/".repeat(MANY)))),
        ("dots", section(&format!("script_location = {}", "../".repeat(MANY)))),
        ("going round", section(&format!("script_location = {}migrations", "migrations/../".repeat(MANY)))),
        ("absolute", section("script_location = /etc\nversion_locations = /etc /root")),
        ("above", section("script_location = ../outside\nversion_locations = ../outside/versions")),
        ("package", section("script_location = app:migrations:x:y")),
        ("colons", section(&format!("script_location = {}", ":".repeat(MANY)))),
        (
            "many locations",
            section(&format!(
                "script_location = migrations\nversion_locations = {}",
                "migrations/versions ".repeat(MANY)
            )),
        ),
        (
            "other locations",
            section(&format!(
                "script_location = migrations\nversion_locations = {}",
                (0..MANY).map(|n| format!("v{n} ")).collect::<String>() + "migrations/versions"
            )),
        ),
        (
            "separator",
            section(
                "script_location = migrations\nversion_path_separator = nonsense\npath_separator = \u{1b}\nversion_locations = a b",
            ),
        ),
        ("many paths", section(&format!("script_location = migrations\nprepend_sys_path = {}", ".:".repeat(MANY)))),
        ("many sections", (0..2_000).map(|n| format!("[s{n}]\nscript_location = migrations\n")).collect()),
        ("many others", (0..20_000).map(|n| format!("[s{n}]\na = b\n")).collect()),
        ("twice", "[alembic]\nscript_location = migrations\n[alembic]\nscript_location = other\n".into()),
        ("option twice", section("script_location = migrations\nscript_location = other")),
        ("unclosed", "[alembic\nscript_location = migrations\n".into()),
        ("brackets", "[".repeat(MANY)),
        ("nested brackets", "[[alembic]]\nscript_location = migrations\n[]\n[ ]\n[a]b]c\n".into()),
        ("continued", section(&format!("script_location =\n{}", "    migrations\n".repeat(MANY)))),
        ("indented", "    [alembic]\n    script_location = migrations\n  [b]\n".into()),
        ("equals", "=\n".repeat(MANY)),
        ("lines", "a\n".repeat(MANY)),
        ("options", section(&(0..MANY).map(|n| format!("a{n} = %(a{})s\n", n + 1)).collect::<String>())),
        (
            "defaults",
            "[DEFAULT]\nscript_location = migrations\n[alembic]\n[default]\n[Default]\nx = %(script_location)s\n"
                .into(),
        ),
        ("carriage returns", "[alembic]\rscript_location = migrations\r".into()),
        (
            "control",
            "[\u{1b}[2J]\nscript_location = \u{1b}[2J\u{202e}\n[alembic]\nscript_location = migrations\nx\u{7} = y\n"
                .into(),
        ),
    ]
}

fn tomls() -> Vec<(&'static str, String)> {
    let values = [
        "1",
        "1.5",
        "true",
        "[]",
        "{}",
        "[[]]",
        "[1, 2]",
        "''",
        "'x'",
        "1979-05-27",
        "nan",
        "inf",
        "-9223372036854775808",
        "{a = 1}",
        "[{a = 1}]",
        "['deny', 'warn']",
        "'''\n'''",
        "'\u{202e}'",
        "\"\\u001b[2J\"",
        "\"\\u0000\"",
    ];
    let keys = [
        "tool",
        "tool.alembic",
        "tool.alembic.script_location",
        "tool.alembic.version_locations",
        "tool.alembic.prepend_sys_path",
        "tool.migguard",
        "tool.migguard.levels",
        "tool.migguard.levels.dropped-table",
        "tool.migguard.accepted",
        "tool.migguard.accepted.\"edited-migration:a1\"",
        "tool.migguard.exclude",
        "tool.migguard.unknown",
        "tool.migguard.models",
        "project",
        "project.scripts",
        "project.name",
        "tool.setuptools.package-dir",
        "tool.pytest.ini_options.pythonpath",
    ];
    let mut cases: Vec<_> =
        keys.iter().flat_map(|key| values.map(|value| ("value", format!("{key} = {value}\n")))).collect();
    cases.extend([
        ("nothing", String::new()),
        ("broken", "[tool.migguard\n".into()),
        ("twice", "[tool.migguard]\n[tool.migguard]\n".into()),
        ("nested arrays", format!("a = {}{}", "[".repeat(MANY), "]".repeat(MANY))),
        ("unclosed arrays", format!("a = {}", "[".repeat(MANY))),
        ("nested tables", format!("a = {}1{}", "{a = ".repeat(MANY), "}".repeat(MANY))),
        ("dotted", format!("[{}a]\n", "a.".repeat(MANY))),
        ("dotted value", format!("{}a = 1\n", "a.".repeat(MANY))),
        ("tables", (0..MANY).map(|n| format!("[a{n}]\n")).collect()),
        ("array of tables", "[[tool.migguard.levels]]\n".repeat(MANY)),
        ("huge", format!("a = '{}'\n", "x".repeat(20 << 20))),
        ("huge number", format!("a = {}\n", "9".repeat(MANY))),
        ("levels", format!("[tool.migguard.levels]\n{}", (0..MANY).map(|n| format!("x{n} = 'deny'\n")).collect::<String>())),
        ("accepted", format!("[tool.migguard.accepted]\n{}", (0..20_000).map(|n| format!("'dropped-table:x{n}' = 'x'\n")).collect::<String>())),
        ("globs", format!("[tool.migguard]\nexclude = [{}]\n", "'**/*{a,b,{c,d}}**/**',".repeat(2_000))),
        ("glob", format!("[tool.migguard]\nexclude = ['{}']\n", "{a,".repeat(MANY))),
        ("glob stars", format!("[tool.migguard]\nexclude = ['{}']\n", "*a".repeat(2_000))),
        ("control", "[tool.migguard.levels]\n\"\\u001b[2J\\u202e\" = \"\\u001b[2J\"\n[tool.migguard.accepted]\n\"\\u001b[2J\\u202e\" = \"\\u001b]0;x\\u0007\"\n\"dropped-table:\\u202ea\\n\" = \"\\n\"\n".into()),
        ("quoted names", "[\"tool\".'migguard'.\"\\n\"]\n'' = ''\n".into()),
    ]);
    cases
}

#[test]
#[ignore = "takes minutes: `cargo test --release --test hostile -- --ignored`"]
fn ini() {
    for (name, text) in inis() {
        let world = World::new();
        world.write("alembic.ini", &text);
        world.write("setup.cfg", &text);
        world.write("migrations/versions/b2.py", format!("{HEAD}from alembic import context\nx = context.config.get_main_option('a0')\ndef upgrade():\n    op.execute(x)\n{DROP}"));
        let ended = world.survives();
        assert!(ended.code != 0 || ended.stderr.contains("no Alembic environment"), "{name}: {}", ended.stdout);
    }
}

#[test]
#[ignore = "takes minutes: `cargo test --release --test hostile -- --ignored`"]
fn toml() {
    for (name, text) in tomls() {
        // Where nothing else names the environment, and where something does.
        for has_ini in [true, false] {
            let world = World::new();
            if !has_ini {
                world.remove("alembic.ini");
            }
            world.write("pyproject.toml", &text);
            world.write("migrations/versions/b2.py", format!("{HEAD}def upgrade():\n{DROP}"));
            let ended = world.survives();
            assert!(
                ended.code != 0 || ended.stderr.contains("no Alembic environment"),
                "{name}: {} {}",
                text.chars().take(100).collect::<String>(),
                ended.stdout
            );
            if has_ini && text.contains("migguard") {
                world.write("migguard.toml", text.replace("tool.migguard.", "").replace("[tool.migguard]", ""));
                world.remove("pyproject.toml");
                world.survives();
            }
        }
    }
}
