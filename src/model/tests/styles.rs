//! The ways to declare a model.

use super::{columns, read, read_in, verdicts};
use crate::migration::operation::Name;

const ENV: (&str, &str) = (
    "alembic/env.py",
    "from alembic import context\nfrom app.models import Base\ntarget_metadata = Base.metadata\n\
     def run():\n    context.configure(target_metadata=target_metadata)\nrun()\n",
);

/// The verdicts on one module of models, which `env.py` imports.
fn of(models: &str) -> Vec<String> {
    let verdicts = verdicts(&read(&[ENV, ("app/models.py", models)]));
    verdicts.into_iter().map(|line| line.replace("+ app.models.", "")).collect()
}

#[test]
fn declarative_base_as_a_class() {
    let metadata = read(&[
        ENV,
        ("app/__init__.py", ""),
        ("app/models/__init__.py", "from .base import Base\nfrom .user import User\n__all__ = ['Base', 'User']\n"),
        ("app/models/base.py", "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase):\n    pass\n"),
        (
            "app/models/user.py",
            "from sqlalchemy import Column, Integer, String\nfrom sqlalchemy.orm import Mapped, mapped_column\n\
             from .base import Base\n\
             class User(Base):\n    __tablename__ = 'users'\n    id = Column(Integer, primary_key=True)\n    \
             name: Mapped[str]\n    mail: Mapped[str | None] = mapped_column('email', String(50), index=True)\n",
        ),
        (
            "app/models/lost.py",
            "from .base import Base\nimport sqlalchemy as sa\nclass Lost(Base):\n    __tablename__ = 'lost'\n    \
             id = sa.Column(sa.Integer)\n",
        ),
    ]);
    assert_eq!(verdicts(&metadata), ["- app.models.lost.Lost lost", "+ app.models.user.User users"]);
    assert_eq!(columns(&metadata, "app.models.user.User"), ["id", "name", "email"]);
    let user = &metadata.models[1];
    assert_eq!(user.indexes[0].name, Some(Name::from("ix_users_email")));
    assert!(user.columns_known);
}

#[test]
fn bases_that_calls_and_decorators_make() {
    let old = "from sqlalchemy.ext.declarative import declarative_base\nfrom sqlalchemy import MetaData\n\
               Base = declarative_base(metadata=MetaData(schema='audit'))\n\
               class A(Base):\n    __tablename__ = 'a'\n";
    assert_eq!(of(old), ["A audit.a"]);
    let decorated = "from sqlalchemy.orm import as_declarative, declared_attr\n\
                     @as_declarative()\nclass Base:\n    @declared_attr\n    def __tablename__(cls):\n        \
                     return cls.__name__.lower() + 's'\n\
                     class User(Base):\n    pass\n";
    assert_eq!(of(decorated), ["User users"]);
    let registry = "from sqlalchemy.orm import registry\nreg = registry()\nBase = reg.generate_base()\n\
                    class A(Base):\n    __tablename__ = 'a'\n\
                    @reg.mapped\nclass B:\n    __tablename__ = 'b'\n\
                    @reg.mapped_as_dataclass(kw_only=True)\nclass C:\n    __tablename__ = 'c'\n";
    assert_eq!(of(registry), ["A a", "B b", "C c"]);
}

#[test]
fn an_attribute_of_the_class_hides_its_mixins_column() {
    let models = "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship\n\
                  class Base(DeclarativeBase): pass\n\
                  class Owned:\n    name: Mapped[str]\n    user: Mapped['User']\n    note: Mapped[str]\n\
                  class Store(Base, Owned):\n    __tablename__ = 'stores'\n    id: Mapped[int] = mapped_column(primary_key=True)\n    \
                  name: Mapped[str] = mapped_column('title')\n    user: Mapped['User'] = relationship()\n";
    let metadata = read(&[ENV, ("app/models.py", models)]);
    assert_eq!(columns(&metadata, "app.models.Store"), ["id", "title", "note"]);
}

#[test]
fn imperative_and_association_tables() {
    let tables = "from sqlalchemy import Table, Column, Integer, ForeignKey\nfrom sqlalchemy.orm import DeclarativeBase\n\
                  class Base(DeclarativeBase): pass\n\
                  links = Table('links', Base.metadata, Column('a', ForeignKey('a.id')), Column('b', Integer))\n\
                  class A(Base):\n    __table__ = Table('a', Base.metadata, Column('id', Integer, primary_key=True))\n";
    assert_eq!(of(tables), ["+ Table links", "A a"]);
}

#[test]
fn an_index_beside_its_table() {
    let tables = "import sqlalchemy as sa\nfrom sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n\
                  logs = sa.Table('logs', Base.metadata, sa.Column('at', sa.Integer))\nsa.Index('logs_at', logs.c.at, unique=True)\n";
    let metadata = read(&[ENV, ("app/models.py", tables)]);
    assert_eq!(metadata.models[0].indexes[0].name, Some(Name::from("logs_at")));
    assert_eq!(metadata.models[0].indexes[0].columns, Some(vec![Name::from("at")]));
}

#[test]
fn inheritance_in_one_table_and_in_several() {
    let models = "from sqlalchemy import Column, Integer\nfrom sqlalchemy.orm import declarative_base\n\
                  Base = declarative_base()\n\
                  class Mixin:\n    made = Column(Integer)\n\
                  class Model(Base):\n    __abstract__ = True\n    id = Column(Integer, primary_key=True)\n\
                  class Person(Mixin, Model):\n    __tablename__ = 'people'\n\
                  class Manager(Person):\n    __mapper_args__ = {'polymorphic_identity': 'manager'}\n    level = Column(Integer)\n\
                  class Engineer(Person):\n    __tablename__ = 'engineers'\n    id = Column(Integer, primary_key=True)\n";
    let metadata = read(&[ENV, ("app/models.py", models)]);
    assert_eq!(
        verdicts(&metadata),
        ["+ app.models.Person people", "+ app.models.Manager people", "+ app.models.Engineer engineers"]
    );
    assert_eq!(columns(&metadata, "app.models.Person"), ["made", "id"]);
    assert_eq!(columns(&metadata, "app.models.Manager"), ["level"]);
}

#[test]
fn table_args_and_naming_conventions() {
    let models = "from sqlalchemy import Column, Integer, Index, UniqueConstraint, MetaData\n\
                  from sqlalchemy.orm import DeclarativeBase\n\
                  class Base(DeclarativeBase):\n    metadata = MetaData(naming_convention={\n        \
                  'ix': 'idx_%(table_name)s_%(column_0_name)s', 'uq': 'uq_%(table_name)s_%(column_0_N_name)s'})\n\
                  class A(Base):\n    __tablename__ = 'a'\n    x = Column(Integer, index=True)\n    y = Column(Integer)\n    \
                  __table_args__ = (UniqueConstraint('x', 'y'), Index('by_y', 'y'), {'schema': 's'})\n";
    let metadata = read(&[ENV, ("app/models.py", models)]);
    assert_eq!(verdicts(&metadata), ["+ app.models.A s.a"]);
    let names: Vec<_> =
        metadata.models[0].indexes.iter().map(|index| index.name.clone().unwrap().to_string()).collect();
    assert_eq!(names, ["by_y", "idx_a_x"]);
    assert_eq!(metadata.models[0].constraints[0].name, Some(Name::from("uq_a_x_y")));
}

#[test]
fn sqlmodel_tables_and_fields() {
    let env =
        ("alembic/env.py", "from sqlmodel import SQLModel\nimport app.models\ntarget_metadata = SQLModel.metadata\n");
    let models = "from typing import ClassVar\nfrom sqlmodel import SQLModel, Field, Relationship\n\
                  class HeroBase(SQLModel):\n    name: str = Field(index=True)\n\
                  class Hero(HeroBase, table=True):\n    id: int | None = Field(default=None, primary_key=True)\n    \
                  kind: ClassVar[str] = 'x'\n    team: 'Team' = Relationship()\n    age: int = 3\n\
                  class HeroRead(HeroBase):\n    id: int\n";
    let metadata = read(&[env, ("app/models.py", models)]);
    assert_eq!(verdicts(&metadata), ["+ app.models.Hero hero"]);
    assert_eq!(columns(&metadata, "app.models.Hero"), ["id", "age", "name"]);
    assert_eq!(metadata.models[0].indexes[0].name, Some(Name::from("ix_hero_name")));
}

#[test]
fn flask_sqlalchemy_models() {
    let env = ("alembic/env.py", "from app.models import db\ntarget_metadata = db.metadata\n");
    let models = "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n\
                  class APIKey(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n\
                  class Base(db.Model):\n    __abstract__ = True\n    id = db.Column(db.Integer, primary_key=True)\n\
                  class UserRole(Base):\n    name = db.Column('title', db.String(5), unique=True)\n\
                  tags = db.Table('tags', db.Column('id', db.Integer))\n";
    let metadata = read(&[env, ("app/models.py", models)]);
    assert_eq!(verdicts(&metadata), ["+ app.models.APIKey api_key", "+ app.models.UserRole user_role", "+ Table tags"]);
    assert_eq!(columns(&metadata, "app.models.UserRole"), ["title", "id"]);
}

#[test]
fn children_of_children_share_their_table_in_flask_too() {
    let env = ("alembic/env.py", "from app.models import db\ntarget_metadata = db.metadata\n");
    let models = "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n\
                  def options(cls):\n    found = {}\n    items = []\n    for name in dir(cls):\n        \
                  if name.endswith('_items'):\n            items.extend(getattr(cls, name))\n    \
                  found.update(schema='forms')\n    return tuple(items) + (found,) if items else found\n\
                  class Item(db.Model):\n    __tablename__ = 'items'\n    @db.declared_attr\n    \
                  def __table_args__(cls):\n        return options(cls)\n    \
                  id = db.Column(db.Integer, primary_key=True)\n    kind = db.Column(db.String)\n\
                  class Field(Item):\n    pass\nclass PersonalField(Field):\n    pass\n";
    let metadata = read(&[env, ("app/models.py", models)]);
    let expected =
        ["+ app.models.Item forms.items", "+ app.models.Field forms.items", "+ app.models.PersonalField forms.items"];
    assert_eq!(verdicts(&metadata), expected);
}

#[test]
fn flask_sqlalchemy_with_a_base_of_its_own() {
    let env = ("alembic/env.py", "from app.models import db\ntarget_metadata = db.metadata\n");
    let models = "from flask_sqlalchemy import SQLAlchemy\nfrom sqlalchemy.orm import DeclarativeBase, Mapped\n\
                  class Base(DeclarativeBase): pass\ndb = SQLAlchemy(model_class=Base)\n\
                  class BlogPost(db.Model):\n    id: Mapped[int]\n";
    assert_eq!(verdicts(&read(&[env, ("app/models.py", models)])), ["+ app.models.BlogPost blog_post"]);
}

#[test]
fn advanced_alchemy_bases() {
    let env = (
        "alembic/env.py",
        "from advanced_alchemy.base import orm_registry\nimport app.models\ntarget_metadata = orm_registry.metadata\n",
    );
    let models = "from advanced_alchemy.base import UUIDAuditBase\nfrom sqlalchemy.orm import Mapped\n\
                  class UserRole(UUIDAuditBase):\n    name: Mapped[str]\n";
    let metadata = read(&[env, ("app/models.py", models)]);
    assert_eq!(verdicts(&metadata), ["+ app.models.UserRole user_role"]);
    assert!(!metadata.models[0].columns_known);
}

#[test]
fn dataclass_style_and_computed_columns() {
    let models = "from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, Mapped, mapped_column, relationship, declared_attr\n\
                  class Base(MappedAsDataclass, DeclarativeBase): pass\n\
                  def key(): return mapped_column(primary_key=True, init=False)\n\
                  class Owned:\n    @declared_attr\n    def owner_id(cls) -> Mapped[int]:\n        return mapped_column('owner')\n\
                  class A(Owned, Base):\n    __tablename__ = 'a'\n    id: Mapped[int] = key()\n    \
                  bs: Mapped[list['B']] = relationship()\n    n: Mapped[int] = mapped_column(default=3)\n";
    let metadata = read(&[ENV, ("app/models.py", models)]);
    assert_eq!(columns(&metadata, "app.models.A"), ["id", "n", "owner"]);
}

#[test]
fn a_base_changes_the_classes_that_derive_from_it() {
    let metadata = read(&[
        ("alembic/env.py", "import app.models\nfrom app.base import Base\ntarget_metadata = Base.metadata\n"),
        (
            "app/base.py",
            "from sqlalchemy.orm import DeclarativeBase\ndef prefixed(name):\n    return f'app_{name}'\n\
             class Base(DeclarativeBase):\n    def __init_subclass__(cls, audited=False) -> None:\n        \
             cls.__tablename__ = prefixed(cls.__tablename__) + ('_log' if audited else '')\n        super().__init_subclass__()\n",
        ),
        (
            "app/models.py",
            "from app.base import Base\nclass User(Base):\n    __tablename__ = 'users'\n\
             class Login(Base, audited=True):\n    __tablename__ = 'logins'\n",
        ),
    ]);
    assert_eq!(verdicts(&metadata), ["+ app.models.User app_users", "+ app.models.Login app_logins_log"]);
}

#[test]
fn a_base_that_a_package_hands_out_when_it_is_asked_for() {
    let metadata = read(&[
        ("alembic/env.py", "import app.user\nfrom app.base import Base\ntarget_metadata = Base.metadata\n"),
        (
            "app/__init__.py",
            "import typing\nif typing.TYPE_CHECKING:\n    from app.base import Base as Entity\nLAZY = {'Entity': ('app.base', 'Base')}\n\
             def __getattr__(name):\n    import importlib\n    module, attribute = LAZY[name]\n    return getattr(importlib.import_module(module), attribute)\n",
        ),
        ("app/base.py", "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n"),
        ("app/user.py", "from app import Entity\nclass User(Entity):\n    __tablename__ = 'users'\n"),
    ]);
    assert_eq!(verdicts(&metadata), ["+ app.user.User users"]);
}

#[test]
fn a_class_takes_a_mixin_s_column_away() {
    let metadata = read(&[
        ("alembic/env.py", "from app import Base\ntarget_metadata = Base.metadata\n"),
        (
            "app.py",
            "from sqlalchemy import Column, Integer, PrimaryKeyConstraint\nfrom sqlalchemy.orm import DeclarativeBase\n\
             class Base(DeclarativeBase):\n    id = Column(Integer, primary_key=True)\n\
             class Link(Base):\n    __tablename__ = 'links'\n    id = None\n    a = Column(Integer)\n    b = Column(Integer)\n    \
             __table_args__ = (PrimaryKeyConstraint('a', 'b'),)\n",
        ),
    ]);
    assert_eq!(columns(&metadata, "app.Link"), ["a", "b"]);
}

#[test]
fn a_library_s_base_names_tables_as_foreign_keys_call_them() {
    let env = ("alembic/env.py", "import app\nfrom plat.db import Base\ntarget_metadata = Base.metadata\n");
    let classes = "from plat.db import Base\nfrom sqlalchemy import Column, ForeignKey\n\
                   class Network(Base):\n    pass\nclass Port(Base):\n    network = Column(ForeignKey('networks.id'))\n\
                   class HostRoute(Base):\n    port = Column(ForeignKey('ports.id'))\n";
    let metadata = read(&[env, ("app.py", classes)]);
    assert_eq!(verdicts(&metadata), ["+ app.Network ?", "+ app.Port ?", "+ app.HostRoute ?"]);
    let more = format!("{classes}class Hop(Base):\n    route = Column(ForeignKey('hostroutes.id'))\n");
    let metadata = read(&[env, ("app.py", &more)]);
    let expected = ["+ app.Network networks", "+ app.Port ports", "+ app.HostRoute hostroutes", "+ app.Hop hops"];
    assert_eq!(verdicts(&metadata), expected);
}

#[test]
fn a_database_that_the_application_binds_in_its_factory() {
    let env = (
        "migrations/env.py",
        "from flask import current_app\n\
        target_metadata = current_app.extensions['migrate'].db.metadata\n",
    );
    let base =
        "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\ndef init_db():\n    return Base\n";
    let app = "from flask import Flask\nfrom flask_migrate import Migrate\nfrom app.db import init_db\nimport app.models\n\
               def create_app():\n    app = Flask('app')\n    db = init_db()\n    migrate = Migrate()\n    \
               migrate.init_app(app, db)\n    return app\n";
    let models = "import sqlalchemy as sa\nfrom app.db import Base\n\
                  class User(Base):\n    __tablename__ = 'users'\n    id = sa.Column(sa.Integer, primary_key=True)\n";
    let files = [env, ("app/__init__.py", ""), ("app/db.py", base), ("app/factory.py", app), ("app/models.py", models)];
    assert_eq!(verdicts(&read_in(&[""], "migrations/env.py", &files)), ["+ app.models.User users"]);
}

#[test]
fn the_registry_of_advanced_alchemy_is_filled_by_the_application() {
    let env = (
        "db/migrations/env.py",
        "from advanced_alchemy.base import metadata_registry\nfrom alembic import context\n\
        config = context.config\ncontext.configure(target_metadata=metadata_registry.get(config.bind_key))\n",
    );
    let app = "from litestar import Litestar\ndef create_app():\n    from app import models\n    return Litestar(plugins=[])\n";
    let models = "from advanced_alchemy.base import UUIDAuditBase\nfrom sqlalchemy.orm import Mapped\n\
                  class Tag(UUIDAuditBase):\n    __tablename__ = 'tags'\n    name: Mapped[str]\n";
    let files =
        [env, ("app/__init__.py", ""), ("app/asgi.py", app), ("app/models.py", models), ("app/other.py", models)];
    assert_eq!(
        verdicts(&read_in(&[""], "db/migrations/env.py", &files)),
        ["+ app.models.Tag tags", "- app.other.Tag tags"]
    );
}

#[test]
fn each_service_of_a_repository_has_its_own_app_package() {
    let (db, models) = (
        "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n",
        "import sqlalchemy as sa\nfrom app.db import Base\n\
         class User(Base):\n    __tablename__ = 'users'\n    id = sa.Column(sa.Integer, primary_key=True)\n",
    );
    let env = "from app.db import Base\nfrom app import models\ntarget_metadata = Base.metadata\n";
    let files = [
        ("a/migrations/env.py", env),
        ("a/app/db.py", db),
        ("a/app/models.py", models),
        ("b/app/db.py", db),
        ("b/app/models.py", models),
    ];
    assert_eq!(verdicts(&read_in(&["a", "", "b"], "a/migrations/env.py", &files)), ["+ app.models.User users"]);
}
