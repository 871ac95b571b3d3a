//! The projects that inputs are put into, one part of which is made from a seed.

use std::fs;
use std::path::Path;

use migguard::check::CHECKS;
use migguard::git::{MemoryTree, Mode};

use super::mutation::{Random, bytes, mutated};

pub(crate) const TARGETS: [&str; 5] = ["migration", "model", "sql", "settings", "tree"];

#[derive(Clone)]
pub(crate) struct Input {
    pub(crate) before: MemoryTree,
    pub(crate) after: MemoryTree,
}

/// Texts to begin with.
pub(crate) struct Corpus {
    migrations: Vec<String>,
    support: Vec<(String, String)>,
    models: Vec<String>,
    sql: Vec<String>,
    settings: Vec<String>,
}

const BASE: [(&str, &str); 5] = [
    (
        "alembic.ini",
        "[alembic]\nscript_location = migrations\nprepend_sys_path = .\nversion_locations = %(here)s/migrations/versions\n",
    ),
    (
        "migrations/env.py",
        "from alembic import context\nfrom app.models import Base\nimport app.models.more\ntarget_metadata = Base.metadata\n\
         def include_object(o, name, type_, reflected, compare_to):\n    return name != 'spatial_ref_sys'\n\
         context.configure(target_metadata=target_metadata, include_object=include_object)\n",
    ),
    (
        "migrations/versions/a1.py",
        "import sqlalchemy as sa\nfrom alembic import op\nrevision = 'a1'\ndown_revision = None\n\
         def upgrade():\n    op.create_table('users', sa.Column('id', sa.Integer(), primary_key=True), sa.Column('email', sa.Text()))\n    \
         op.create_table('teams', sa.Column('id', sa.Integer()), sa.UniqueConstraint('id', name='u'))\n    \
         op.create_index('ix', 'users', ['email'])\ndef downgrade():\n    op.drop_table('users')\n",
    ),
    (
        "app/models/__init__.py",
        "from app.models.base import Base\nfrom app.models.user import User\n__all__ = ['Base', 'User']\n",
    ),
    ("app/models/base.py", "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase):\n    pass\n"),
];

const MODELS: [&str; 6] = [
    "from sqlalchemy import *\nfrom sqlalchemy.orm import Mapped, mapped_column, relationship\nfrom app.models.base import Base\n\
     class User(Base):\n    __tablename__ = 'users'\n    id: Mapped[int] = mapped_column(primary_key=True)\n    \
     email: Mapped[str] = mapped_column(String(200), index=True, unique=True)\n    team_id = Column(ForeignKey('teams.id'))\n    \
     __table_args__ = (Index('ix', 'email'), UniqueConstraint('id', name='u'), {'schema': 'x'})\n",
    "from sqlalchemy import Table, Column, MetaData, Integer\nfrom app.models.base import Base\nmetadata = MetaData(naming_convention={'ix': 'ix_%(column_0_label)s'})\n\
     t = Table('t', Base.metadata, Column('id', Integer), *[Column(f'c{n}', Integer) for n in range(3)])\n",
    "from sqlalchemy.orm import declared_attr, declarative_base, registry\nBase = declarative_base()\nreg = registry()\n\
     class Mixin:\n    @declared_attr\n    def __tablename__(cls):\n        return cls.__name__.lower() + 's'\n    @declared_attr.directive\n    def x(cls): return Column(Integer)\n\
     class A(Mixin, Base):\n    __abstract__ = False\n@reg.mapped\nclass B(Mixin):\n    pass\nclass C(A):\n    __mapper_args__ = {'polymorphic_identity': 'c'}\n",
    "from sqlmodel import SQLModel, Field\nclass Hero(SQLModel, table=True):\n    id: int | None = Field(default=None, primary_key=True)\n    name: 'str' = Field(index=True)\n",
    "from flask_sqlalchemy import SQLAlchemy\nfrom flask_migrate import Migrate\ndb = SQLAlchemy()\nMigrate(None, db)\n\
     class UserProfile(db.Model):\n    __bind_key__ = 'other'\n    id = db.Column(db.Integer, primary_key=True)\nassoc = db.Table('assoc', db.Column('a', db.ForeignKey('user_profile.id')))\n",
    "import pkgutil, importlib, enum\nfrom pathlib import Path\nclass E(str, enum.Enum):\n    A = 'a'\n\
     def load(package):\n    for _, name, is_pkg in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n        if name not in {'x'} and not is_pkg:\n            importlib.import_module(name)\n\
     for p in sorted(Path(__file__).parent.glob('*.py')):\n    importlib.import_module(f'app.models.{p.stem}')\n",
];

const SQL: [&str; 9] = [
    "DROP TABLE IF EXISTS \"a\".users, teams CASCADE; ALTER TABLE ONLY users DROP COLUMN IF EXISTS email, ADD COLUMN b varchar(3) NOT NULL DEFAULT 'x';",
    "DO $body$ DECLARE r record; BEGIN FOR r IN SELECT 1 LOOP EXECUTE 'DROP TABLE ' || quote_ident(r.x); EXECUTE format('DROP TABLE %I.%s', 'a', 'b'); END LOOP; EXCEPTION WHEN OTHERS THEN NULL; END $body$ LANGUAGE plpgsql;",
    "CREATE OR REPLACE FUNCTION f() RETURNS trigger AS $$ BEGIN DELETE FROM users; RETURN NEW; END; $$ LANGUAGE plpgsql; SELECT f();",
    "WITH d AS (DELETE FROM users RETURNING *) INSERT INTO t SELECT * FROM d; TRUNCATE TABLE users, teams RESTART IDENTITY;",
    "CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY, a numeric(10, 2) CHECK (a > 0), CONSTRAINT u UNIQUE (a), FOREIGN KEY (a) REFERENCES users(id) ON DELETE CASCADE) WITH (fillfactor=70);",
    "ALTER TABLE `users` MODIFY COLUMN `a` varchar(5), CHANGE b c int, DROP FOREIGN KEY k, DROP PRIMARY KEY, RENAME TO x; /*!50001 DROP VIEW v */;",
    "IF OBJECT_ID('x') IS NOT NULL BEGIN EXEC('DROP TABLE x') END\nGO\nEXEC sp_rename 'a.b', 'c', 'COLUMN'; DROP INDEX [i] ON [t]; MERGE INTO t USING u ON (1=1) WHEN MATCHED THEN DELETE;",
    "BEGIN EXECUTE IMMEDIATE 'DROP TABLE a'; END;\n/\nINSERT INTO a SELECT * FROM b; ALTER TABLE a RENAME TO b; ALTER TYPE e RENAME VALUE 'a' TO 'b';",
    "-- comment\n/* a /* nested */ */ DROP SCHEMA IF EXISTS s; DROP TYPE e; DROP SEQUENCE q; DROP MATERIALIZED VIEW v; DROP DATABASE d; COMMENT ON TABLE a IS E'it''s \\' x';",
];

const SETTINGS: [&str; 5] = [
    "[DEFAULT]\nx = y\n[alembic]\nscript_location = %(here)s/migrations\nversion_locations = %(here)s/migrations/versions:app:models/versions\nversion_path_separator = :\nprepend_sys_path = .:src\nfile_template = %%(rev)s\n[other]\nscript_location = app:migrations\n",
    "[tool.alembic]\nscript_location = \"%(here)s/migrations\"\nversion_locations = [\"migrations/versions\", \"b\"]\nprepend_sys_path = [\".\", \"src\"]\n",
    "[tool.migguard]\nenvironments = [\"alembic.ini\"]\nexclude = [\"**/x/*.{py,sql}\"]\n[tool.migguard.levels]\ndropped-table = \"deny\"\n[tool.migguard.accepted]\n\"edited-migration:a1\" = \"squashed\"\n\"dropped-table:users\" = \"x\"\n",
    "[levels]\ndropped-column = 'ignore'\n'multiple-heads' = 'warn'\n[accepted]\n'multiple-heads:b2' = 'why'\n",
    "[project]\nname = 'app'\n[project.scripts]\nmain = 'app.cli:main'\n[tool.setuptools]\npackage-dir = {'' = 'src'}\n[tool.setuptools.packages.find]\nwhere = ['src']\n",
];

const PATHS: [&str; 26] = [
    "alembic.ini",
    "pyproject.toml",
    "migguard.toml",
    "setup.cfg",
    "migrations/env.py",
    "migrations/versions/a1.py",
    "migrations/versions/b2.py",
    "migrations/versions/sub/c3.py",
    "migrations/versions/__init__.py",
    "migrations/__init__.py",
    "migrations/alembic.ini",
    "migrations/script.py.mako",
    "app/__init__.py",
    "app/models/__init__.py",
    "app/models/user.py",
    "app/models/more.py",
    "app/models/more/__init__.py",
    "app/cli.py",
    "src/app/models.py",
    "src/app/__init__.py",
    "drop.sql",
    "migrations/drop.sql",
    "app",
    "migrations/versions",
    "é\u{202e}.py",
    "migrations/versions/a\nb.py",
];

impl Corpus {
    pub(crate) fn read() -> Self {
        let traps = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traps");
        let texts = |folder: &Path| {
            let mut texts: Vec<(String, String)> = fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.is_file())
                .map(|path| {
                    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                    (name, String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned())
                })
                .collect();
            texts.sort();
            texts
        };
        let mut migrations: Vec<String> = texts(&traps).into_iter().map(|(_, text)| text).collect();
        let mut models: Vec<String> = MODELS.map(str::to_owned).to_vec();
        for check in CHECKS {
            // The examples of the pages are both.
            let page = check.page();
            let examples =
                page.split("```").skip(1).step_by(2).map(|text| text.trim_start_matches("python").to_owned());
            for example in examples {
                migrations.push(example.clone());
                models.push(example);
            }
        }
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Self {
            migrations,
            support: texts(&traps.join("support")),
            models,
            sql: owned(&SQL),
            settings: owned(&SETTINGS),
        }
    }

    fn kin(&self, path: &str) -> &[String] {
        match path.rsplit_once('.') {
            Some((_, "ini" | "toml" | "cfg")) => &self.settings,
            Some((_, "sql")) => &self.sql,
            _ if path.contains("versions") => &self.migrations,
            _ => &self.models,
        }
    }

    fn text(&self, path: &str, random: &mut Random) -> Vec<u8> {
        let kin = self.kin(path);
        let text = random.pick(kin).clone();
        let text = mutated(&text, kin, random);
        bytes(text, random)
    }
}

/// The input that a seed makes for a target.
pub(crate) fn input(corpus: &Corpus, target: &str, random: &mut Random) -> Input {
    let mut before = MemoryTree::new(BASE);
    before.insert("app/models/user.py", Mode::File, MODELS[0].as_bytes());
    for (name, text) in &corpus.support {
        before.insert(&format!("support/{name}"), Mode::File, text.as_bytes());
    }
    let mut after = before.clone();
    match target {
        "migration" => {
            after.insert("migrations/versions/b2.py", Mode::File, &corpus.text("versions/b2.py", random));
        }
        "model" => {
            after.insert("app/models/more.py", Mode::File, &corpus.text("app/models/more.py", random));
            before.insert("app/models/user.py", Mode::File, &corpus.text("app/models/user.py", random));
        }
        "sql" => {
            after.insert("drop.sql", Mode::File, &corpus.text("drop.sql", random));
            let migration = "from alembic import op\nrevision = 'b2'\ndown_revision = 'a1'\n\
                             def upgrade():\n    op.execute(open('drop.sql').read())\n    op.drop_table('users')\n";
            after.insert("migrations/versions/b2.py", Mode::File, migration.as_bytes());
        }
        "settings" => {
            let path = *random.pick(&["alembic.ini", "pyproject.toml", "migguard.toml", "setup.cfg"]);
            after.insert(path, Mode::File, &corpus.text(path, random));
        }
        _ => {
            for _ in 0..random.below(12) {
                some_file(corpus, &mut before, random);
            }
            for _ in 0..random.below(12) {
                some_file(corpus, &mut after, random);
            }
        }
    }
    Input { before, after }
}

fn some_file(corpus: &Corpus, tree: &mut MemoryTree, random: &mut Random) {
    let path = *random.pick(&PATHS);
    match random.below(12) {
        0 => tree.insert(path, Mode::Link, random.pick(&PATHS).as_bytes()),
        1 => {
            let target = format!("../{}", random.pick(&PATHS));
            tree.insert(path, Mode::Link, target.as_bytes());
        }
        2 => tree.insert(
            path,
            Mode::Link,
            random.pick(&["", ".", "/", "..", "../..", "/etc/passwd", "\0", "a\0b"]).as_bytes(),
        ),
        3 => tree.insert(path, Mode::Submodule, b""),
        4 => tree.insert(path, Mode::File, b""),
        _ => tree.insert(path, Mode::File, &corpus.text(path, random)),
    }
}
