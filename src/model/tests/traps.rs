//! What simple rules get wrong.

use super::{Registered, read, verdicts};

const ENV: (&str, &str) =
    ("alembic/env.py", "from app.db import Base\nfrom app import models\ntarget_metadata = Base.metadata\n");
const BASE: (&str, &str) = ("app/db.py", "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n");

#[test]
fn bases_are_known_by_where_they_come_from() {
    let metadata = read(&[
        ENV,
        BASE,
        ("app/__init__.py", ""),
        ("app/models.py", "from app.db import Base as Root\nclass A(Root):\n    __tablename__ = 'a'\n"),
        // Not SQLAlchemy's; not known, which is said; not this environment's.
        ("app/other.py", "class Base: pass\nclass B(Base):\n    __tablename__ = 'b'\n"),
        ("app/forms.py", "from wtforms import Model\nclass F(Model):\n    __tablename__ = 'f'\n"),
        (
            "app/second.py",
            "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\nclass C(Base):\n    __tablename__ = 'c'\n",
        ),
        // Neither a table nor lost.
        (
            "app/mixins.py",
            "from sqlalchemy import Column\nfrom app.db import Base\nclass M:\n    x = Column()\nclass Abstract(Base):\n    __abstract__ = True\n",
        ),
        ("tests/test_models.py", "from app.db import Base\nclass T(Base):\n    __tablename__ = 't'\n"),
        ("app/conftest.py", "from app.db import Base\nclass T(Base):\n    __tablename__ = 't'\n"),
        ("alembic/versions/1.py", "from app.db import Base\nclass V(Base):\n    __tablename__ = 'v'\n"),
    ]);
    assert_eq!(verdicts(&metadata), ["? app.forms.F f", "+ app.models.A a"]);
}

#[test]
fn a_model_attribute_that_is_not_flask_s() {
    let metadata = read(&[
        ("alembic/env.py", "from app import db\nimport app.models\ntarget_metadata = db.metadata\n"),
        ("app/__init__.py", ""),
        (
            "app/db.py",
            "from sqlalchemy import MetaData\nfrom sqlalchemy.orm import DeclarativeBase\nmetadata = MetaData()\n\
             class ModelBase(DeclarativeBase):\n    metadata = metadata\n    type_annotation_map = {}\n\
             class Model(ModelBase):\n    __abstract__ = True\n",
        ),
        ("app/models.py", "from app import db\nclass User(db.Model):\n    __tablename__ = 'users'\n"),
    ]);
    assert_eq!(verdicts(&metadata), ["+ app.models.User users"]);
}

#[test]
fn a_model_that_names_nothing_of_sqlalchemy_is_found() {
    let metadata = read(&[
        ENV,
        BASE,
        ("app/__init__.py", ""),
        (
            "app/models.py",
            "from app.db import Base\nfrom sqlalchemy import Column, Integer\nclass Animal(Base):\n    __tablename__ = 'animals'\n    \
             id = Column(Integer, primary_key=True)\n",
        ),
        ("app/cat.py", "from app.models import Animal as Parent\nclass Cat(Parent):\n    pass\n"),
        ("app/kitten.py", "from app.cat import Cat\nclass Kitten(Cat):\n    pass\n"),
    ]);
    assert_eq!(
        verdicts(&metadata),
        ["- app.cat.Cat animals", "- app.kitten.Kitten animals", "+ app.models.Animal animals"]
    );
}

#[test]
fn circles_end() {
    let metadata = read(&[
        ENV,
        ("app/__init__.py", "from .models import *\n"),
        (
            "app/db.py",
            "from app.models import A\nfrom sqlalchemy.orm import declarative_base\nBase = declarative_base()\n",
        ),
        (
            "app/models.py",
            "from app.db import Base\nfrom app import *\nclass A(Base):\n    __tablename__ = 'a'\nclass X(Y): pass\nclass Y(X): pass\n\
             for A in [A, X, Y]:\n    pass\n",
        ),
    ]);
    assert!(metadata.models.iter().all(|model| model.registered == Registered::Yes));
}

#[test]
fn a_base_chosen_by_what_is_installed() {
    let metadata = read(&[
        ENV,
        ("app/__init__.py", ""),
        (
            "app/db.py",
            "try:\n    from sqlalchemy.orm import declarative_base\nexcept ImportError:\n    from sqlalchemy.ext.declarative import declarative_base\n\
             Base = declarative_base()\n",
        ),
        ("app/models.py", "from app.db import Base\nclass A(Base):\n    __tablename__ = 'a'\n"),
    ]);
    assert_eq!(verdicts(&metadata), ["+ app.models.A a"]);
}

#[test]
fn a_broken_file_takes_nothing_else_with_it() {
    let metadata = read(&[
        ENV,
        BASE,
        ("app/__init__.py", ""),
        ("app/models.py", "from app.db import Base\nclass A(Base):\n    __tablename__ = 'a'\n"),
        ("app/broken.py", "from app.db import Base\nclass B(Base:\n    __tablename__ = \n"),
    ]);
    assert!(verdicts(&metadata).contains(&"+ app.models.A a".to_owned()));
}
