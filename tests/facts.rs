//! What is kept from one run to the next never changes what a run says.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up its project has failed")]

use std::sync::Arc;

use migguard::check::{Analysis, State, findings};
use migguard::git::{Change, Comparison, Entry, Kept, MemoryTree, Mode, NoRemotes, Tree};
use migguard::stack;

/// The files of a project, and what each may hold; an empty text is no file, and one that begins with `->` a link.
const FILES: &[(&str, &[&str])] = &[
    ("alembic.ini", &["[alembic]\nscript_location = alembic\n", "[alembic]\nscript_location = alembic\nx = y\n"]),
    (
        "alembic/env.py",
        &[
            "from alembic import context\nfrom app.models import Base\ntarget_metadata = Base.metadata\n",
            "from alembic import context\nimport pkgutil, importlib\nimport app.models\nfrom app.models import Base\n\
             for m in pkgutil.iter_modules(app.models.__path__):\n    importlib.import_module('app.models.' + m.name)\n\
             target_metadata = Base.metadata\n",
            "from alembic import context\ntarget_metadata = None\n",
            "from alembic import context\nfrom flask import current_app\nfrom app.models import Base\n\
             target_metadata = current_app.extensions['migrate'].db.metadata\n",
        ],
    ),
    ("app/__init__.py", &["", "from app.views import *\n", "x = 1\n"]),
    (
        "app/models/__init__.py",
        &[
            "from app.models.base import Base\nfrom app.models.user import User\n",
            "from app.models.base import Base\nfrom app.models.user import User\nfrom app.models.item import Item\n",
            "from .base import Base\n__all__ = ['Base']\n",
        ],
    ),
    (
        "app/models/base.py",
        &[
            "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n",
            "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n",
        ],
    ),
    (
        "app/models/user.py",
        &[
            "from .base import Base\nfrom sqlalchemy import Column, Integer\nclass User(Base):\n    \
             __tablename__ = 'users'\n    id = Column(Integer, primary_key=True)\n",
            "from .base import Base\nfrom sqlalchemy import Column, Integer\nclass User(Base):\n    \
             __tablename__ = 'people'\n    id = Column(Integer, primary_key=True)\n    age = Column(Integer, index=True)\n",
            "class User:\n    pass\n",
            "class User(:\n",
            "",
        ],
    ),
    (
        "app/models/item.py",
        &[
            "from .user import User\nclass Item(User):\n    extra = 1\n",
            "from .base import Base\nclass Item(Base):\n    __tablename__ = 'items'\n",
            "",
            "->../views.py",
        ],
    ),
    (
        "app/views.py",
        &[
            "def view():\n    return 1\n",
            "def view():\n    return 2\n",
            "from app.models.user import User\nclass Special(User):\n    pass\n",
            "from app.models.base import Base\nfrom sqlalchemy import Table, Column\n\
             extra = Table('extra', Base.metadata, Column('id'))\n",
            "",
        ],
    ),
    ("app/helpers.py", &["TABLE = 'users'\n", "TABLE = 'items'\n", ""]),
    (
        "web/factory.py",
        &["", "def make():\n    return 1\n", "from flask import Flask\nimport app.models.item\napp = Flask()\n"],
    ),
    ("manage.py", &["", "import app.views\n", "import app.models.item\n"]),
    ("pyproject.toml", &["", "[project.scripts]\nrun = 'web.factory:make'\n"]),
    (
        "alembic/versions/a.py",
        &[
            "from alembic import op\nfrom app.helpers import TABLE\nrevision = 'a'\ndown_revision = None\n\
             def upgrade():\n    op.create_table('users')\n    op.create_table('items')\n\
             def downgrade():\n    op.drop_table(TABLE)\n",
            "revision = 'a'\ndown_revision = None\ndef upgrade(): pass\n",
        ],
    ),
    (
        "alembic/versions/b.py",
        &[
            "",
            "from alembic import op\nfrom app.helpers import TABLE\nrevision = 'b'\ndown_revision = 'a'\n\
             def upgrade():\n    op.drop_table(TABLE)\n",
            "import glob, os\nfrom alembic import op\nrevision = 'b'\ndown_revision = 'a'\n\
             def upgrade():\n    for f in glob.glob(os.path.join(os.path.dirname(__file__), '*.sql')):\n        \
             op.execute(open(f).read())\n",
            "import os\nfrom alembic import op\nrevision = 'b'\ndown_revision = 'a'\n\
             def upgrade():\n    here = os.path.dirname(__file__)\n    for f in os.listdir(here):\n        \
             if f.endswith('.sql'):\n            op.execute(open(os.path.join(here, f)).read())\n",
            "revision = 'b'\ndown_revision = 'a'\ndef upgrade(:\n",
            "->../../app/views.py",
        ],
    ),
    ("alembic/versions/one.sql", &["", "DROP TABLE users;\n", "DROP TABLE items;\n"]),
    ("alembic/versions/two.sql", &["", "TRUNCATE users;\n"]),
];

fn tree(choice: &[usize]) -> MemoryTree {
    let mut tree = MemoryTree::default();
    for ((path, contents), at) in FILES.iter().zip(choice) {
        match contents[*at] {
            "" => {}
            text => match text.strip_prefix("->") {
                Some(target) => tree.insert(path, Mode::Link, target.as_bytes()),
                None => tree.insert(path, Mode::File, text.as_bytes()),
            },
        }
    }
    tree
}

fn comparison(before: Option<&[usize]>, after: &[usize], kept: Kept) -> Comparison {
    let (after, before) = (tree(after), before.map(tree));
    let entries = |tree: &MemoryTree| tree.entries().unwrap().to_vec();
    let side = |entries: &[Entry], path: &str| {
        entries.iter().find(|entry| *entry.path == *path).map(|entry| (entry.mode, entry.oid))
    };
    let (old, new) = (before.as_ref().map(entries).unwrap_or_default(), entries(&after));
    let changes = if before.is_none() {
        Vec::new()
    } else {
        FILES
            .iter()
            .map(|(path, _)| Change { path: (*path).into(), before: side(&old, path), after: side(&new, path) })
            .filter(|change| change.before != change.after)
            .collect()
    };
    let parents = before.into_iter().map(|tree| Arc::new(tree) as Arc<dyn Tree>).collect();
    Comparison { after: Arc::new(after), parents, changes, remotes: Arc::new(NoRemotes), kept }
}

/// Everything that was understood of a snapshot.
fn understood(state: &State) -> Vec<String> {
    let mut all = Vec::new();
    for environment in &state.environments {
        let metadata = &environment.metadata;
        all.extend(environment.scripts.iter().map(|script| format!("{script:?}")));
        all.push(format!("{:?}", environment.unparsable));
        all.push(format!("{:?}", environment.history));
        all.extend(metadata.models.iter().map(|model| format!("{model:?}")));
        all.push(format!("{:?} {:?} {:?}", metadata.target, metadata.excluded, metadata.unknowns));
        all.push(format!("{:?}", metadata.registries));
        all.push(format!("{:?}", metadata.closure));
    }
    all
}

#[test]
fn a_run_says_the_same_whatever_earlier_runs_have_left() {
    let folder = tempfile::tempdir().unwrap();
    let kept = Kept::in_folder(folder.path());
    stack::with_room(|| {
        let mut random = 0x2545_F491_4F6C_DD1D_u64;
        let mut next = |limit: usize| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            usize::try_from(random % limit as u64).unwrap()
        };
        let mut choice = vec![0; FILES.len()];
        let mut seen = 0;
        for step in 0..150 {
            let before = choice.clone();
            for _ in 0..=next(3) {
                let file = next(FILES.len());
                choice[file] = next(FILES[file].1.len());
            }
            let warm = Analysis::read(&comparison(Some(&before), &choice, kept.clone())).unwrap();
            let cold = |choice: &[usize]| Analysis::read(&comparison(None, choice, Kept::default())).unwrap();
            assert_eq!(understood(&warm.after), understood(&cold(&choice).after), "step {step}: {choice:?}");
            assert_eq!(understood(&warm.before[0]), understood(&cold(&before).after), "step {step}: {before:?}");
            let again = Analysis::read(&comparison(Some(&before), &choice, kept.clone())).unwrap();
            assert_eq!(format!("{:?}", findings(&warm)), format!("{:?}", findings(&again)), "step {step}");
            seen += findings(&warm).len();
        }
        assert!(seen > 20, "only {seen} findings");
    });
}

/// A long chain, whose last revisions use what the first ones have made.
fn chain(length: usize) -> MemoryTree {
    let mut tree = MemoryTree::new([
        ("alembic.ini", "[alembic]\nscript_location = alembic\n"),
        ("alembic/env.py", "from alembic import context\ntarget_metadata = None\n"),
    ]);
    for at in 0..length {
        let parent = at.checked_sub(1).map_or("None".to_owned(), |at| format!("'{at:03}'"));
        let body = match at {
            0..70 => format!(
                "op.create_table('t{at}', sa.Column('id', sa.Integer, primary_key=True), sa.Column('name', sa.Text, \
                 index=True), sa.Column('up', sa.Integer, sa.ForeignKey('t{}.id')))",
                at / 2
            ),
            // What has an index of that name, and what refers to a table, follows from what stands there.
            70 => "op.drop_index('ix_t3_name')".to_owned(),
            71 => "op.rename_table('t1', 'first')".to_owned(),
            72 => "op.drop_table('first')".to_owned(),
            73 => "op.drop_table('t5'); op.create_table('t6')".to_owned(),
            74 => "op.create_table('t5', sa.Column('id', sa.Integer))".to_owned(),
            75 => "op.alter_column('t7', 'name', type_=sa.String(5))".to_owned(),
            _ => format!("op.drop_column('t{}', 'up')", at % 70),
        };
        let text = format!(
            "import sqlalchemy as sa\nfrom alembic import op\nrevision = '{at:03}'\ndown_revision = {parent}\n\
             def upgrade():\n    {body}\n"
        );
        tree.insert(&format!("alembic/versions/{at:03}.py"), Mode::File, text.as_bytes());
    }
    tree
}

#[test]
fn a_chain_goes_on_from_where_an_earlier_run_has_left_it() {
    let folder = tempfile::tempdir().unwrap();
    let kept = Kept::in_folder(folder.path());
    let file = folder.path().join("migguard/facts");
    stack::with_room(|| {
        let mut written = Vec::new();
        // Forwards, and back to another branch's.
        for length in (60..90).chain([65, 80, 64, 90]) {
            let comparison = |kept: Kept| {
                let (after, before): (Arc<dyn Tree>, Arc<dyn Tree>) =
                    (Arc::new(chain(length)), Arc::new(chain(length - 1)));
                let path: Arc<str> = format!("alembic/versions/{:03}.py", length - 1).into();
                let oid = after.entries().unwrap().iter().find(|entry| entry.path == path).unwrap().oid;
                let changes = vec![Change { path, before: None, after: Some((Mode::File, oid)) }];
                Comparison { after, parents: vec![before], changes, remotes: Arc::new(NoRemotes), kept }
            };
            let warm = Analysis::read(&comparison(kept.clone())).unwrap();
            let cold = Analysis::read(&comparison(Kept::default())).unwrap();
            assert_eq!(understood(&warm.after), understood(&cold.after), "{length}");
            assert_eq!(understood(&warm.before[0]), understood(&cold.before[0]), "{length}");
            assert_eq!(format!("{:?}", findings(&warm)), format!("{:?}", findings(&cold)), "{length}");
            written.push(std::fs::read(&file).unwrap());
        }
        // One revision more is not worth writing everything anew; many are.
        let rewritten = written.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert!((1..written.len() / 2).contains(&rewritten), "written {rewritten} times");
    });
}
