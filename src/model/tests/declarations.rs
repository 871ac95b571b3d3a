//! Columns, indexes and classes that are declared in roundabout ways.

use super::{columns, read, verdicts};
use crate::migration::operation::Name;
use crate::model::{Metadata, Model};

const ENV: (&str, &str) = ("alembic/env.py", "from app.models import Base\ntarget_metadata = Base.metadata\n");

const BASE: &str = "from typing import Annotated, Optional\nfrom sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, \
                    UniqueConstraint, func\n\
                    from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, deferred, mapped_column\n\
                    class Base(DeclarativeBase): pass\n";

fn of(models: &str) -> Metadata {
    read(&[ENV, ("app/models.py", &format!("{BASE}{models}"))])
}

fn indexes(model: &Model) -> Vec<String> {
    let name = |name: &Option<Name>| name.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
    model.indexes.iter().map(|index| name(&index.name)).collect()
}

#[test]
fn annotated_aliases_bring_columns() {
    let metadata = of("key = Annotated[int, mapped_column(primary_key=True)]\n\
                       code = Annotated[str, mapped_column(String(30), index=True)]\n\
                       class A(Base):\n    __tablename__ = 'a'\n    id: Mapped[key]\n    x: Mapped[code]\n    \
                       y: Mapped[Optional[code]] = mapped_column('why')\n    z: Mapped['code | None']\n    \
                       w: 'Mapped[Annotated[int, mapped_column(unique=True)]]'\n");
    let model = &metadata.models[0];
    assert_eq!(columns(&metadata, "app.models.A"), ["id", "x", "why", "z", "w"]);
    assert!(model.columns_known && model.columns[0].column.primary_key);
    assert_eq!(indexes(model), ["ix_a_x", "ix_a_why", "ix_a_z"]);
    assert_eq!(model.constraints.len(), 1);
    let nullable: Vec<_> = model.columns.iter().map(|column| column.column.nullable).collect();
    assert_eq!(nullable, [Some(false), Some(false), Some(true), Some(true), Some(false)]);
}

#[test]
fn classes_inside_of_classes_and_functions() {
    let metadata = of("class Space:\n    class A(Base):\n        __tablename__ = 'a'\n        id = Column(Integer)\n\
                       def make(name):\n    class Made(Base):\n        __tablename__ = f'made_{name}'\n        id = Column(Integer)\n    \
                       return Made\nOne, Two = make('one'), make('two')\n\
                       def never():\n    class Not(Base):\n        __tablename__ = 'not_made'\n\
                       T = type('T', (Base,), {'__tablename__': 't', 'id': Column(Integer)})\n");
    assert_eq!(
        verdicts(&metadata),
        [
            "+ app.models.Space.A a",
            "+ app.models.make.<locals>.Made made_one",
            "+ app.models.make.<locals>.Made made_two",
            "+ app.models.T t",
        ]
    );
    let names: Vec<_> = metadata.models.iter().map(Model::top_level_name).collect();
    assert_eq!(names, [None, None, None, Some("T")]);
}

#[test]
fn a_class_that_a_call_maps_to_a_table() {
    let metadata =
        of("users = Table('users', Base.metadata, Column('id', Integer), Column('mail', String, key='address'))\n\
                       class User: pass\n\
                       def start():\n    Base.registry.map_imperatively(User, users)\nstart()\n\
                       Index('by_mail', users.c['address'])\n");
    assert_eq!(verdicts(&metadata), ["+ app.models.User users"]);
    assert_eq!(metadata.models[0].indexes[0].columns, Some(vec![Name::from("mail")]));
}

#[test]
fn what_is_added_after_the_class() {
    let metadata = of("class Mixin:\n    made: Mapped[int] = mapped_column('made_at')\n\
                       class A(Mixin, Base):\n    __tablename__ = 'a'\n    id: Mapped[int] = mapped_column(primary_key=True)\n    \
                       name: Mapped[str] = mapped_column('title')\n    mail: Mapped[str]\n\
                       class B(Mixin, Base):\n    __tablename__ = 'b'\n    id: Mapped[int] = mapped_column(primary_key=True)\n\
                       A.later = deferred(Column('late', String, index=True))\n\
                       setattr(A, 'set', Column(Integer))\n\
                       A.__table__.append_column(Column('appended', Integer))\n\
                       A.__table__.append_constraint(UniqueConstraint('mail'))\n\
                       Index('by_name', A.name, unique=True)\nIndex('by_mail', A.mail.desc())\n\
                       Index('lower', func.lower(A.mail))\nIndex('by_made', A.made)\nIndex('table', A.__table__.c.mail)\n");
    assert_eq!(columns(&metadata, "app.models.A"), ["id", "title", "mail", "late", "set", "made_at", "appended"]);
    let model = &metadata.models[0];
    assert_eq!(indexes(model), ["by_mail", "lower", "by_made", "table", "by_name", "ix_a_late"]);
    assert_eq!(model.indexes[4].columns, Some(vec![Name::from("title")]));
    assert_eq!(model.constraints.len(), 1);
    assert!(metadata.models[1].indexes.is_empty());
}

#[test]
fn indexes_of_table_args_are_there_once_and_know_their_columns() {
    let metadata =
        of("class A(Base):\n    __tablename__ = 'a'\n    x = Column(Integer)\n    y = Column('why', Integer)\n    \
                       __table_args__ = (Index('named', x, y), Index(None, y))\n");
    let model = &metadata.models[0];
    assert_eq!(indexes(model), ["named", "ix_a_why"]);
    assert_eq!(model.indexes[0].columns, Some(vec![Name::from("x"), Name::from("why")]));
}

#[test]
fn a_dataclass_with_columns_in_its_metadata() {
    let metadata = of("from dataclasses import dataclass, field\n\
                       @Base.registry.mapped\n@dataclass\nclass A:\n    __tablename__ = 'a'\n    __sa_dataclass_metadata_key__ = 'sa'\n    \
                       id: int = field(init=False, metadata={'sa': Column(Integer, primary_key=True)})\n    \
                       name: str = field(default='', metadata={'sa': Column('title', String)})\n");
    assert_eq!(columns(&metadata, "app.models.A"), ["id", "title"]);
}

#[test]
fn a_nearer_class_hides_what_a_mixin_declares() {
    let metadata = of(
        "class Mixin:\n    kept = Column(Integer)\n    gone = Column(Integer)\n    other = Column('far', Integer)\n\
                       class A(Mixin, Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n    gone = None\n    \
                       kept: int\n    other = Column('near', Integer)\n",
    );
    assert_eq!(columns(&metadata, "app.models.A"), ["id", "near", "kept"]);
}

#[test]
fn declared_attributes_ask_their_class_for_others() {
    let metadata = of(
        "class Mixin:\n    @declared_attr.directive\n    def __tablename__(cls):\n        return cls.__name__.lower()\n    \
                       @declared_attr\n    def __table_args__(cls):\n        return (Index(f'ix_{cls.__tablename__}_x', cls.x),)\n    \
                       x = Column('ex', Integer)\n\
                       class A(Mixin, Base):\n    id = Column(Integer, primary_key=True)\n    \
                       @declared_attr\n    def __table_args__(cls):\n        return super().__table_args__ + (Index('own', 'id'),)\n\
                       class Keyed:\n    @declared_attr.cascading\n    def key(cls):\n        return Column(Integer, primary_key=True)\n\
                       class B(Keyed, Base):\n    __tablename__ = 'b'\nclass C(B):\n    __tablename__ = 'c'\n    y = Column(Integer)\n",
    );
    assert_eq!(indexes(&metadata.models[0]), ["ix_a_x", "own"]);
    assert_eq!(metadata.models[0].indexes[0].columns, Some(vec![Name::from("ex")]));
    assert_eq!(columns(&metadata, "app.models.C"), ["y", "key"]);
}

#[test]
fn composites_are_called_as_the_fields_of_what_they_make() {
    let metadata = of("from dataclasses import dataclass\nfrom sqlalchemy.orm import composite\n\
                       @dataclass\nclass Point:\n    x: int\n    y: int\n\
                       class A(Base):\n    __tablename__ = 'a'\n    id: Mapped[int] = mapped_column(primary_key=True)\n    \
                       start: Mapped[Point] = composite(mapped_column(), mapped_column('why'))\n\
                       class B(Base):\n    __tablename__ = 'b'\n    id: Mapped[int] = mapped_column(primary_key=True)\n    \
                       end: Mapped[Point] = composite()\n");
    assert_eq!(columns(&metadata, "app.models.A"), ["id", "x", "why"]);
    assert_eq!(columns(&metadata, "app.models.B"), ["id", "x", "y"]);
}

#[test]
fn a_concrete_base_has_no_table_and_its_children_its_columns() {
    let metadata = of("from sqlalchemy.ext.declarative import AbstractConcreteBase\n\
                       class Abstract(AbstractConcreteBase, Base):\n    name = Column(String)\n\
                       class A(Abstract):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n");
    assert_eq!(verdicts(&metadata), ["+ app.models.A a"]);
    assert_eq!(columns(&metadata, "app.models.A"), ["id", "name"]);
}

#[test]
fn classes_made_for_tables_that_a_metadata_has() {
    let metadata = of("class User(Base):\n    __tablename__ = 'users'\n    id = Column(Integer, primary_key=True)\n\
                       def copied(model):\n    table = Base.metadata.tables[model.__tablename__]\n    \
                       return type('Copy', (Base,), {'__table__': table, '__tablename__': table.name})\n\
                       Copy = copied(User)\n");
    let found = verdicts(&metadata);
    assert!(found.iter().any(|verdict| verdict == "+ app.models.Copy users"), "{found:?}");
}

#[test]
fn table_args_put_together_of_private_parts() {
    let metadata = of("def merged(cls):\n    items, options = [], {}\n    for name in dir(cls):\n        \
                       if not name.endswith('__parts'):\n            continue\n        value = getattr(cls, name)\n        \
                       if isinstance(value, dict):\n            options.update(value)\n        \
                       elif isinstance(value[-1], dict):\n            items.extend(value[:-1])\n            \
                       options.update(value[-1])\n        else:\n            items.extend(value)\n    \
                       return tuple(items) + (options,) if items and options else tuple(items) if items else options\n\
                       class of_class(property):\n    def __get__(self, obj, type=None):\n        \
                       return self.fget.__get__(None, type)()\n\
                       class Timed:\n    at = Column(Integer)\n    @of_class\n    @classmethod\n    \
                       def __parts(cls):\n        return (Index(f'ix_{cls.__tablename__}_at', 'at'),)\n\
                       class Placed:\n    __parts = {'schema': 'shop'}\n\
                       class Order(Timed, Placed, Base):\n    __tablename__ = 'orders'\n    \
                       id = Column(Integer, primary_key=True)\n    @of_class\n    @staticmethod\n    \
                       def __parts():\n        return (UniqueConstraint('at', name='once'), {'comment': 'x'})\n    \
                       @declared_attr\n    def __table_args__(cls):\n        return merged(cls)\n");
    assert_eq!(verdicts(&metadata), ["+ app.models.Order shop.orders"]);
    assert_eq!(indexes(&metadata.models[0]), ["ix_orders_at"]);
    assert_eq!(metadata.models[0].constraints.len(), 1);
}
