//! Whatever can lead back to itself.

use std::os::unix::fs::symlink;

use crate::world::{DROP, ENV, HEAD, World};

type Revision = (String, String, String);

const MANY: usize = 2_000;

#[test]
fn imports() {
    for (name, files) in [
        ("itself", vec![("app/a.py", "from app.a import *\nfrom app.a import x\nimport app.a\n".to_owned())]),
        (
            "each other",
            vec![
                ("app/a.py", "from app.b import *\nfrom app.b import x\nfrom app.models import Base\n".to_owned()),
                ("app/b.py", "from app.a import *\nfrom app.a import x\n".to_owned()),
            ],
        ),
        ("the package", vec![("app/__init__.py", "from app import *\nfrom . import a\n".to_owned()), ("app/a.py", "from . import *\nfrom .. import *\nfrom ...... import x\nx = x\n".to_owned())]),
        ("env.py", vec![("app/a.py", "from migrations.env import *\nfrom migrations.versions.b2 import *\n".to_owned()), ("migrations/__init__.py", String::new())]),
        ("discovery", vec![("app/__init__.py", "import pkgutil, importlib\nfor m in pkgutil.walk_packages(__path__, __name__ + '.'):\n    importlib.import_module(m.name)\n".to_owned()), ("app/a.py", "import app\nfrom importlib import import_module\nimport_module('app')\nimport_module('.a', 'app')\n".to_owned())]),
    ] {
        let world = World::new();
        for (path, text) in files {
            world.write(path, text);
        }
        world.write("migrations/env.py", format!("{ENV}from app.a import x, Base\n"));
        world.write("migrations/versions/b2.py", format!("{HEAD}from app.a import x\nfrom migrations.versions.b2 import x as y\ndef upgrade():\n    x(op)\n    y(op)\n{DROP}"));
        world.stops(name);
    }
}

#[test]
fn long_imports() {
    let world = World::new();
    for n in 0..MANY {
        let next = (n + 1) % MANY;
        world.write(
            &format!("app/m{n}.py"),
            format!("from app.m{next} import *\nfrom app.m{next} import x as x\ny = x\ndef f(op):\n    from app.m{next} import f\n    f(op)\n"),
        );
    }
    world.write("migrations/env.py", format!("{ENV}from app.m0 import *\n"));
    world.write(
        "migrations/versions/b2.py",
        format!(
            "{HEAD}from app.m0 import f, x, y\ndef upgrade():\n    f(op)\n    op.execute(x)\n    op.execute(y)\n{DROP}"
        ),
    );
    world.stops("long imports");
}

#[test]
#[ignore = "takes minutes: `cargo test --release --test hostile -- --ignored`"]
fn classes() {
    let long: String = (1..3_000).map(|n| format!("class A{n}(A{}):\n    __tablename__ = 'a{n}'\n", n - 1)).collect();
    let ring: String = (0..500).map(|n| format!("class R{n}(R{}): __tablename__ = 'r{n}'\n", (n + 1) % 500)).collect();
    let diamonds: String =
        (1..60).map(|n| format!("class D{n}(D{0}, D{0}x): pass\nclass D{n}x(D{0}, D{0}x): pass\n", n - 1)).collect();
    for (name, text) in [
        ("itself", "class A(A): __tablename__ = 'a'\n".to_owned()),
        ("each other", "class A(B): __tablename__ = 'a'\nclass B(A): __tablename__ = 'b'\n".to_owned()),
        ("long", format!("class A0(Base): pass\n{long}")),
        ("ring", ring),
        ("diamonds", format!("class D0(Base): pass\nclass D0x(Base): pass\n{diamonds}")),
        ("inside", "class A(Base):\n    class B(A):\n        class C(B, A): __tablename__ = 'c'\n    __tablename__ = B.C.__tablename__ + A.__tablename__\n".to_owned()),
        ("mapper", "class A(Base):\n    __tablename__ = __table__ = __mapper_args__ = __table_args__ = A\n    id = id\n".to_owned()),
        ("foreign keys", "from sqlalchemy import *\nclass A(Base):\n    __tablename__ = 'a'\n    id = Column(ForeignKey('a.id'), ForeignKey('b.id'))\nclass B(Base):\n    __tablename__ = 'b'\n    id = Column(ForeignKey('a.id'))\n".to_owned()),
    ] {
        let world = World::new();
        world.write("app/more.py", format!("from app.models import Base\n{text}"));
        world.write("migrations/env.py", format!("{ENV}import app.more\n"));
        world.write("migrations/versions/b2.py", format!("{HEAD}{}def upgrade():\n{DROP}", text.replace("Base", "sa.Base")));
        world.stops(name);
    }
}

fn revision(id: &str, down: &str, more: &str) -> String {
    format!(
        "from alembic import op\nrevision = {id}\ndown_revision = {down}\n{more}def upgrade():\n    op.execute('DROP TABLE t')\n"
    )
}

#[test]
#[ignore = "takes minutes: `cargo test --release --test hostile -- --ignored`"]
fn revisions() {
    let ring = |n: usize| (format!("'r{n}'"), format!("'r{}'", (n + 1) % 3_000), String::new());
    let quote = |n: usize| format!("'r{n}'");
    let all: String = (0..3_000).map(|n| format!("'r{n}',")).collect();
    let cases: Vec<(&str, Vec<Revision>)> = vec![
        ("itself", vec![(quote(0), quote(0), "depends_on = 'r0'\n".into())]),
        ("ring", (0..3_000).map(ring).collect()),
        (
            "line",
            (0..3_000).map(|n| (quote(n), if n == 0 { "'a1'".into() } else { quote(n - 1) }, String::new())).collect(),
        ),
        ("heads", (0..3_000).map(|n| (quote(n), "'a1'".into(), String::new())).collect()),
        ("bases", (0..3_000).map(|n| (quote(n), "None".into(), format!("branch_labels = ('b{n}', 'b')\n"))).collect()),
        ("one id", (0..3_000).map(|_| (quote(0), quote(0), String::new())).collect()),
        (
            "one merge",
            (0..3_001)
                .map(|n| (quote(n), if n == 3_000 { format!("({all})") } else { "'a1'".into() }, String::new()))
                .collect(),
        ),
        (
            "ladder",
            (0..2_000)
                .map(|n| {
                    (
                        quote(n),
                        if n < 2 { "'a1'".into() } else { format!("('r{}', 'r{}')", n / 2 * 2 - 2, n / 2 * 2 - 1) },
                        String::new(),
                    )
                })
                .collect(),
        ),
        (
            "dependencies",
            (0..1_000)
                .map(|n| {
                    (
                        quote(n),
                        "'a1'".into(),
                        format!(
                            "depends_on = ({})\n",
                            (0..1_000).filter(|o| *o != n).map(|o| format!("'r{o}',")).collect::<String>()
                        ),
                    )
                })
                .collect(),
        ),
        (
            "missing",
            (0..3_000).map(|n| (quote(n), format!("'gone{n}'"), format!("depends_on = ['also_gone{n}']\n"))).collect(),
        ),
        (
            "odd",
            vec![
                ("None".into(), "[]".into(), String::new()),
                ("''".into(), "''".into(), String::new()),
                ("1".into(), "2".into(), String::new()),
                ("x".into(), "y".into(), String::new()),
                ("('a',)".into(), "{'a': 1}".into(), "depends_on = object()\nbranch_labels = [[], [1]]\n".into()),
            ],
        ),
    ];
    for (name, scripts) in cases {
        let world = World::new();
        for (n, (id, down, more)) in scripts.into_iter().enumerate() {
            world.write(&format!("migrations/versions/s{n}.py"), revision(&id, &down, &more));
        }
        world.write("migrations/versions/b2.py", format!("{HEAD}def upgrade():\n{DROP}"));
        let ended = world.survives();
        assert_ne!(ended.code, 0, "{name}");
    }
}

#[test]
#[ignore = "takes minutes: `cargo test --release --test hostile -- --ignored`"]
fn twenty_thousand_heads() {
    let world = World::new();
    for n in 0..20_000 {
        world.write(
            &format!("migrations/versions/s{n}.py"),
            format!("revision = 'r{n}'\ndown_revision = 'a1'\ndef upgrade(): pass\n"),
        );
    }
    assert_eq!(world.survives().code, 1);
}

#[test]
fn links() {
    let world = World::new();
    let root = world.path("repository");
    for (link, target) in [
        ("migrations/versions/itself.py", "itself.py"),
        ("migrations/versions/one.py", "two.py"),
        ("migrations/versions/two.py", "one.py"),
        ("migrations/versions/up.py", "../../../../../../../../etc/passwd"),
        ("migrations/versions/absolute.py", "/etc/passwd"),
        ("migrations/versions/folder", ".."),
        ("migrations/versions/nothing.py", "nothing"),
        ("migrations/versions/again.py", "a1.py"),
        ("app/loop", "."),
        ("app/up", ".."),
        ("app/sub", "../app"),
        ("loop", "loop/loop/loop"),
        ("versions", "migrations/versions"),
        ("app/__init__.py", "../app/models.py"),
    ] {
        symlink(target, root.join(link)).unwrap();
    }
    for n in 0..60 {
        symlink(format!("link{}", n + 1), root.join(format!("link{n}"))).unwrap();
    }
    symlink("migrations", root.join("link60")).unwrap();
    world.write("other.ini", "[alembic]\nscript_location = link0\n[b]\nscript_location = link30\n[c]\nscript_location = loop\n[d]\nscript_location = app/up/app/up/app/sub/loop/up/migrations\n");
    world.write(
        "migrations/versions/b2.py",
        format!("{HEAD}from app.loop.loop.loop.sub.up.app.models import *\ndef upgrade():\n{DROP}"),
    );
    assert_ne!(world.survives().code, 0);
}

#[test]
fn includes() {
    let world = World::new();
    world.write("drop.sql", "\\i drop.sql\n\\ir drop.sql\nSOURCE drop.sql;\n@drop.sql\nDROP TABLE users;\n");
    world.write(
        "migrations/versions/b2.py",
        format!("{HEAD}import runpy\ndef upgrade():\n    op.execute(open('drop.sql').read())\n    exec(open(__file__).read())\n    runpy.run_path(__file__)\n{DROP}"),
    );
    world.stops("includes");
}
