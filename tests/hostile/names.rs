//! Names that a terminal, or a program that reads what migguard prints, would obey.

use crate::world::{ENV, World};

/// Clears the screen, sets its title, goes back, reorders, hides, and ends a line of a workflow command.
const NAMES: [&str; 6] = [
    "\u{1b}[2Jusers\u{7}",
    "\u{9b}31m\u{85}",
    "a\u{202e}b\u{2066}c",
    "z\u{200b}\u{feff}\u{ad}",
    "a\u{8}\u{7f}\u{c}\u{b}b",
    "a\r::error::b\u{2028}",
];

/// Everything that a project can name is named so.
fn named(name: &str) -> World {
    let literal: String = name.chars().map(|c| format!("\\U{:08x}", u32::from(c))).collect();
    let world = World::new();
    world.write(&format!("app/{name}.py"), format!("from sqlalchemy import *\nfrom app.models import Base\nclass New(Base):\n    __tablename__ = '{name}2'\n    id = Column('{name}', Integer, index=True)\n    __table_args__ = (Index('{name}i', 'id'), {{'schema': '{literal}', 'comment': '{name}'}})\n"));
    world.write("app/more.py", format!("from sqlalchemy import *\nfrom app.models import Base\nclass Old(Base):\n    __tablename__ = '{literal}'\n    kept = Column('{literal}', Integer, index=True)\nT = Table('{literal}3', Base.metadata, Column('{literal}'))\n"));
    world.write("app/__init__.py", "from app.more import Old\n__all__ = ['nothing']\n");
    world.write("migrations/env.py", format!("{ENV}import app.more\n"));
    world.write(
        &format!("migrations/versions/{name}.py"),
        format!(
            "'''{name}\n{name}'''\nimport sqlalchemy as sa\nfrom alembic import op\nrevision = '{literal}'\ndown_revision = 'a1'\n\
             depends_on = '{literal}x'\nbranch_labels = ('{literal}',)\n\
             def upgrade():\n    \
             op.create_table('{literal}', sa.Column('{literal}', sa.Text()), sa.Column('{literal}b', sa.Text()))\n    \
             op.create_table('{name}4')\n    \
             # migguard: ignore[{name}] -- {name}\n    \
             # migguard: intentional -- {name}\n    \
             op.drop_table('{literal}5', schema='{name}')\n    \
             op.drop_column('users', 'id') # This drop is intentional - {name}\n    \
             op.drop_column('{literal}', '{literal}b')\n    \
             op.drop_index('{literal}i', '{literal}') # {name}\n    \
             op.drop_constraint('{literal}', '{literal}6', '{literal}')\n    \
             op.execute('DROP TABLE \"{literal}7\"; DROP VIEW \"{name}\"; DELETE FROM \"{name}\"; CREATE TABLE \"{name}8\"(a int)')\n    \
             op.alter_column('users', '{literal}', type_=sa.String(5), existing_type=sa.Text())\n    \
             op.execute(x['{literal}'] + '{name}')\n    \
             op.drop_table(f('{name}'))\n"
        ),
    );
    world.write(
        &format!("migrations/versions/{name}broken.py"),
        format!("revision = '{literal}'\n'{name}' = = {name}\n"),
    );
    world
        .write(&format!("migrations/versions/{name}coding.py"), format!("# coding: x{name}\nrevision = '{literal}'\n"));
    world
        .write("migrations/versions/missing.py", format!("revision = '{literal}m'\ndown_revision = '{literal}gone'\n"));
    world.write("migrations/versions/twice.py", format!("revision = '{literal}m'\ndown_revision = 'a1'\n"));
    world.write(
        &format!("{name}/alembic.ini"),
        format!("[{name}]\nscript_location = {name}\n[b]\nscript_location = %(here)s/../migrations\nx = {name}\n"),
    );
    world.write(&format!("{name}.sql"), "");
    world
}

/// The parsed text of a machine's format may hold what its text may not.
fn check(world: &World) {
    let formats = ["text", "json", "sarif", "github"];
    for format in formats {
        for arguments in [&["run", "--format", format][..], &["check", "--all", "--format", format]] {
            let ended = world.migguard(arguments);
            if matches!(format, "json" | "sarif") && ended.code != 2 {
                serde_json::from_str::<serde_json::Value>(&ended.stdout).unwrap();
            }
            let commands = ended.stdout.lines().filter(|line| line.starts_with("::error::b"));
            assert_eq!(commands.count(), 0, "{}", ended.stdout);
        }
    }
    for arguments in
        [&["status"][..], &["status", "--format", "json"], &["--color", "never", "run"], &["check", "--since", "HEAD"]]
    {
        world.migguard(arguments);
    }
}

#[test]
fn names_of_a_project() {
    for name in NAMES {
        let world = named(name);
        world.stage();
        check(&world);
        let ended = world.migguard(&["run", "--format", "json"]);
        assert_eq!(ended.code, 1, "{}", ended.stderr);
        world.commit();
        check(&world);
        // The same as what is gone.
        world.git(&["rm", "-qr", "app", "migrations/versions"]);
        check(&world);
    }
}

#[test]
fn names_of_files() {
    let mut name = String::from("a\n::error::b\n");
    name.extend((1..32_u8).map(char::from));
    let world = named(&name.replace('\n', ""));
    world.write(&format!("migrations/versions/{name}.py"), "revision = 'z'\ndown_revision = 'gone'\ndef upgrade(:\n");
    world.write(&format!("app/{name}.py"), "from app.models import Base\nclass A(Base):\n    __tablename__ = 'z'\n");
    world.stage();
    check(&world);
    assert_eq!(world.migguard(&["run"]).code, 1);
}

#[test]
fn names_that_are_no_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let world = World::new();
    let folder = world.path("repository/migrations/versions");
    for bytes in [
        &b"\xff.py"[..],
        b"\xed\xa0\x80.py",
        b"a\xc2\x9b.py",
        b"\xe2\x82.py",
        b"-rf.py",
        b"--.py",
        b" .py",
        b"\\.py",
        b"\".py",
    ] {
        std::fs::write(
            folder.join(OsStr::from_bytes(bytes)),
            "revision = 'z'\ndown_revision = 'gone'\ndef upgrade(:\n",
        )
        .unwrap();
    }
    world.stage();
    check(&world);
    assert_eq!(world.migguard(&["run"]).code, 1);
}

#[test]
fn names_of_settings_and_arguments() {
    for name in NAMES {
        for (path, text) in [
            ("migguard.toml", format!("[levels]\n\"{name}\" = \"deny\"\n")),
            ("migguard.toml", format!("[{name}\n")),
            ("pyproject.toml", format!("[tool.migguard]\nx = '{name}'\n'{name}' = 1\n")),
            (
                "pyproject.toml",
                "[tool.migguard.levels]\n\"\\u001b[2J\\u202e\\u009b\" = \"deny\"\ndropped-table = \"\\u001b[2J\"\n"
                    .to_owned(),
            ),
            (
                "pyproject.toml",
                "[tool.migguard.accepted]\n\"edited-migration:\\u001b[2J\\u202e\\n::error::x\" = \"\\u001b[2J\"\n"
                    .to_owned(),
            ),
            ("alembic.ini", format!("[alembic]\nscript_location = {name}\n")),
            ("alembic.ini", format!("[{name}]\nscript_location = %({name})s\n")),
        ] {
            let world = World::new();
            world.write(path, text);
            world.stage();
            check(&world);
        }
        let world = World::new();
        world.commit();
        for arguments in
            [&["check", "--since", name][..], &["-C", name, "run"], &["explain", name], &["check", "--all", name]]
        {
            world.migguard(arguments);
        }
    }
}
