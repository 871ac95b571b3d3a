//! Much of everything: what is quadratic takes minutes here, and is ended.

use std::fmt::Write;

use crate::world::{DROP, ENV, HEAD, World};

const MANY: usize = 20_000;

fn lines(line: &str) -> String {
    (0..MANY).map(|n| line.replace('#', &n.to_string()) + "\n").collect()
}

fn upgrade(name: &str, body: &str) {
    let world = World::new();
    world.write("migrations/versions/b2.py", format!("{HEAD}def upgrade():\n{body}{DROP}"));
    world.stops(name);
    // The same as what is committed already, and as text.
    world.commit();
    world
        .write("migrations/versions/b2.py", format!("{HEAD}def upgrade():\n{body}{DROP}\n    op.drop_table('more')\n"));
    world.stage();
    world.migguard(&["run"]);
    assert_ne!(world.migguard(&["check", "--all", "--format", "sarif"]).code, 0, "{name}");
}

#[test]
#[ignore = "takes minutes: `cargo test --release --test hostile -- --ignored`"]
fn operations() {
    upgrade("tables", &lines("    op.create_table('t#', sa.Column('a', sa.Integer()))"));
    upgrade("tables made and dropped", &lines("    op.create_table('t#')\n    op.drop_table('t#')"));
    upgrade("tables dropped and made", &lines("    op.drop_table('t#')\n    op.create_table('t#')"));
    upgrade("drops", &lines("    op.drop_table('t#')"));
    upgrade("one drop", &lines("    op.drop_table('t')"));
    upgrade("columns", &lines("    op.add_column('users', sa.Column('c#', sa.Integer()))"));
    upgrade("dropped columns", &lines("    op.drop_column('users', 'c#')"));
    upgrade("renamed columns", &lines("    op.alter_column('users', 'c#', new_column_name='d#')"));
    upgrade(
        "rebuilt columns",
        &lines(
            "    op.add_column('users', sa.Column('c#', sa.Integer()))\n    op.execute('UPDATE users SET c# = d#')\n    op.drop_column('users', 'd#')",
        ),
    );
    upgrade(
        "narrowed columns",
        &lines("    op.alter_column('users', 'c#', type_=sa.String(5), existing_type=sa.Text())"),
    );
    upgrade(
        "columns of one table",
        &format!("    op.create_table('t',\n{})\n", lines("    sa.Column('c#', sa.Integer(), index=True),")),
    );
    upgrade("indexes", &lines("    op.create_index('i#', 'users', ['c#'])"));
    upgrade("rebuilt indexes", &lines("    op.drop_index('i#', 'users')\n    op.create_index('j#', 'users', ['c#'])"));
    upgrade(
        "constraints",
        &lines("    op.create_unique_constraint('u#', 'users', ['c#'])\n    op.drop_constraint('v#', 'users')"),
    );
    upgrade("renamed tables", &lines("    op.rename_table('t#', 't##')"));
    upgrade(
        "one renamed table",
        &format!(
            "    op.create_table('t0')\n{}",
            (0..MANY).fold(String::new(), |mut text, n| {
                writeln!(text, "    op.rename_table('t{n}', 't{}')", n + 1).unwrap();
                text
            })
        ),
    );
    upgrade("statements", &lines("    op.execute('DROP TABLE t#')"));
    upgrade("unknown statements", &lines("    op.execute(x#)"));
    upgrade("unknown drops", &lines("    op.drop_table(x#)"));
}

#[test]
#[ignore = "takes minutes: `cargo test --release --test hostile -- --ignored`"]
fn comments() {
    upgrade("ignored drops", &lines("    op.drop_table('t#') # migguard: ignore[dropped-table] -- x"));
    upgrade("reasons", &lines("    # migguard: intentional -- x\n    op.drop_table('t#')"));
    upgrade("comments that match nothing", &lines("    # migguard: ignore[dropped-column] -- x"));
    upgrade("one heap of comments", &(lines("    # x#") + "    op.drop_table('t')\n"));
    upgrade(
        "many on a line",
        &format!("    op.drop_table('t') # {}\n", "migguard: ignore[dropped-table] ".repeat(MANY)),
    );
}

#[test]
#[ignore = "takes minutes: `cargo test --release --test hostile -- --ignored`"]
fn directions() {
    let world = World::new();
    world.write(
        "migrations/versions/b2.py",
        format!(
            "{HEAD}def upgrade():\n{}{DROP}def downgrade():\n{}",
            lines("    op.drop_table('t#')"),
            lines("    op.create_table('t#')")
        ),
    );
    world.stops("there and back");
}

#[test]
#[ignore = "takes minutes: `cargo test --release --test hostile -- --ignored`"]
fn models() {
    let class = "class C#(Base):\n    __tablename__ = 'c#'\n    id = Column(Integer, index=True)";
    let world = World::new();
    world.write("app/more.py", format!("from sqlalchemy import *\nfrom app.models import Base\n{}", lines(class)));
    world.write("migrations/env.py", format!("{ENV}import app.more\n"));
    world.write(
        "migrations/versions/b2.py",
        format!("{HEAD}def upgrade():\n{}{DROP}", lines("    op.drop_table('c#')")),
    );
    world.stops("classes in one file");

    let world = World::new();
    world.write("app/__init__.py", lines("from app.m# import C#"));
    for n in 0..4_000 {
        world.write(
            &format!("app/m{n}.py"),
            format!("from sqlalchemy import *\nfrom app.models import Base\n{}\n", class.replace('#', &n.to_string())),
        );
    }
    world.write(
        "migrations/versions/b2.py",
        format!("{HEAD}def upgrade():\n{}{DROP}", lines("    op.drop_table('c#')")),
    );
    world.stops("classes in many files");

    let world = World::new();
    world.write(
        "app/more.py",
        format!(
            "from sqlalchemy import *\nfrom app.models import Base\nclass A(Base):\n    __tablename__ = 'a'\n{}",
            lines("    c# = Column(Integer, index=True, unique=True)")
        ),
    );
    world.write("migrations/env.py", format!("{ENV}import app.more\n"));
    world.write(
        "migrations/versions/b2.py",
        format!("{HEAD}def upgrade():\n    op.create_table('a')\n{}{DROP}", lines("    op.drop_column('a', 'c#')")),
    );
    world.stops("columns of one class");

    let world = World::new();
    world.write(
        "app/more.py",
        format!(
            "from sqlalchemy import *\nfrom app.models import Base\n__all__ = [{}]\n{}",
            lines("'T#',"),
            lines("T# = Table('t#', Base.metadata, Column('a', Integer), Index('i#', 'a'))")
        ),
    );
    world.write("migrations/env.py", format!("{ENV}import app.more\n"));
    world.write("migrations/versions/b2.py", format!("{HEAD}def upgrade():\n{DROP}"));
    world.stops("tables in one file");
}
