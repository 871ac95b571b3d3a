//! Nothing but the snapshot is read: not what lies outside of the repository, and not its working tree.

use std::fs;
use std::os::unix::fs::symlink;

use crate::world::{DROP, ENV, HEAD, World};

/// What must never be seen, as SQL, as Python and as settings.
const SECRET: &str = "SECRET7f3a";

fn secret_sql() -> String {
    format!("DROP TABLE {SECRET};")
}

fn secret_python() -> String {
    format!(
        "{SECRET} = 1\ndef secret(op):\n    op.drop_table('{SECRET}')\nfrom app.models import Base\nclass {SECRET}(Base):\n    __tablename__ = '{SECRET}'\n"
    )
}

/// The secrets outside of the repository, and beside what is staged.
fn hide(world: &World) {
    for folder in ["outside", "repository/untracked"] {
        let folder = world.path(folder);
        fs::create_dir_all(folder.join("versions")).unwrap();
        fs::write(folder.join("secret.sql"), secret_sql()).unwrap();
        fs::write(folder.join("__init__.py"), "").unwrap();
        fs::write(folder.join("secret.py"), secret_python()).unwrap();
        fs::write(
            folder.join("env.py"),
            "from alembic import context\nfrom secret import *\ntarget_metadata = Base.metadata\n",
        )
        .unwrap();
        fs::write(folder.join("alembic.ini"), format!("[{SECRET}]\nscript_location = .\n")).unwrap();
        fs::write(folder.join("migguard.toml"), "[levels]\ndropped-live-table = 'ignore'\n").unwrap();
        fs::write(
            folder.join("versions/s.py"),
            format!("revision = '{SECRET}'\ndown_revision = 'gone'\n{}", secret_python()),
        )
        .unwrap();
    }
}

#[test]
fn what_lies_outside_is_not_read() {
    let world = World::new();
    hide(&world);
    let outside = world.path("outside");
    let untracked = world.path("repository/untracked");
    let mut reads = String::new();
    for path in [
        "../outside/secret.sql".to_owned(),
        "untracked/secret.sql".to_owned(),
        "app/../../outside/secret.sql".to_owned(),
        "app/../untracked/secret.sql".to_owned(),
        outside.join("secret.sql").display().to_string(),
        untracked.join("secret.sql").display().to_string(),
        format!("file://{}/secret.sql", outside.display()),
        "~/outside/secret.sql".to_owned(),
        "linked.sql".to_owned(),
        "linked/secret.sql".to_owned(),
        "linked_untracked/secret.sql".to_owned(),
    ] {
        reads += &format!(
            "    op.execute(open({path:?}).read())\n    op.execute(Path({path:?}).read_text())\n    op.execute((Path(__file__).parent / {path:?}).read_text())\n    op.execute((Path(__file__).parents[2] / {path:?}).read_text())\n"
        );
    }
    reads += "    for path in list(Path('..').glob('**/*.sql')) + list(Path('/').rglob('*.sql')) + list(Path('.').rglob('*.sql')) + list(Path('linked').iterdir()):\n        op.execute(path.read_text())\n";
    world.write(
        "migrations/versions/b2.py",
        format!(
            "{HEAD}import sys\nfrom pathlib import Path\nsys.path.insert(0, {outside:?})\nsys.path.append('../outside')\n\
             from secret import secret, {SECRET}\nfrom untracked.secret import secret as other\nfrom ....outside import secret as third\n\
             def upgrade():\n    secret(op)\n    other(op)\n    third.secret(op)\n    op.execute({SECRET})\n{reads}{DROP}"
        ),
    );
    world.write("migrations/env.py", format!("{ENV}import sys\nsys.path.append({outside:?})\nsys.path.append('../outside')\nimport secret\nimport untracked.secret\nfrom linked import secret\nfrom linked_untracked import secret\n"));
    world.write(
        "alembic.ini",
        format!(
            "[alembic]\nscript_location = migrations\nprepend_sys_path = ../outside:untracked:{0}\n\
             version_locations = migrations/versions ../outside/versions untracked/versions {0}/versions linked/versions\n\
             [a]\nscript_location = ../outside\n[b]\nscript_location = {0}\n[c]\nscript_location = untracked\n[d]\nscript_location = linked\n[e]\nscript_location = linked_untracked\n",
            outside.display()
        ),
    );
    let root = world.path("repository");
    symlink("../outside/secret.sql", root.join("linked.sql")).unwrap();
    symlink("../outside", root.join("linked")).unwrap();
    symlink("untracked", root.join("linked_untracked")).unwrap();
    symlink(outside.join("versions/s.py"), root.join("migrations/versions/s.py")).unwrap();
    symlink("../../untracked/versions/s.py", root.join("migrations/versions/t.py")).unwrap();
    fs::write(root.join(".git/info/exclude"), "/untracked\n").unwrap();
    world.stage();
    check(&world);
    world.commit();
    check(&world);
    // Nothing changes when the secrets go.
    let before = world.migguard(&["check", "--all", "--format", "json"]).stdout;
    fs::remove_dir_all(&outside).unwrap();
    fs::remove_dir_all(&untracked).unwrap();
    assert_eq!(world.migguard(&["check", "--all", "--format", "json"]).stdout, before);
}

fn check(world: &World) {
    for arguments in [
        &["status"][..],
        &["status", "--format", "json"],
        &["run"],
        &["run", "--format", "json"],
        &["check", "--all"],
        &["check", "--all", "--format", "sarif"],
    ] {
        let ended = world.migguard(arguments);
        // The migration itself names the secret once, as what it imports.
        let said = format!("{}{}", ended.stdout, ended.stderr);
        for secret in [
            format!("`{SECRET}`"),
            format!("table {SECRET}"),
            secret_sql(),
            format!("\"{SECRET}\""),
            format!("class {SECRET}"),
        ] {
            assert!(!said.contains(&secret), "{arguments:?} {secret}\n{said}");
        }
        assert!(arguments[0] == "status" || arguments[0] == "run" || ended.code == 1, "{arguments:?} {said}");
    }
}

/// What is staged counts, whatever the working tree says.
#[test]
fn the_working_tree_is_not_read() {
    let world = World::new();
    world.write("drop.sql", secret_sql());
    world.write(
        "migrations/versions/b2.py",
        format!("{HEAD}def upgrade():\n    op.execute(open('drop.sql').read())\n{DROP}"),
    );
    world.stage();
    let staged = world.migguard(&["run", "--format", "json"]);
    assert!(
        staged.code == 1 && staged.stdout.contains("dropped-live-table") && staged.stdout.contains(SECRET),
        "{}",
        staged.stdout
    );
    for path in [
        "drop.sql",
        "migrations/versions/b2.py",
        "app/models.py",
        "migrations/env.py",
        "alembic.ini",
        "migguard.toml",
        "pyproject.toml",
    ] {
        world.write(path, "not what is staged");
    }
    assert_eq!(world.migguard(&["run", "--format", "json"]).stdout, staged.stdout);
    for path in ["drop.sql", "migrations/versions/b2.py", "app/models.py", "migrations/env.py", "alembic.ini"] {
        world.remove(path);
    }
    assert_eq!(world.migguard(&["run", "--format", "json"]).stdout, staged.stdout);
}
