//! The ways to declare a model.

use super::{columns, read, verdicts};

const ENV: (&str, &str) = (
    "alembic/env.py",
    "from alembic import context\nfrom app.models import Base\ntarget_metadata = Base.metadata\n\
     def run():\n    context.configure(target_metadata=target_metadata)\nrun()\n",
);

#[test]
fn declarative_base_of_both_kinds() {
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
            "from .base import Base\nimport sqlalchemy as sa\nclass Lost(Base):\n    __tablename__ = 'lost'\n    id = sa.Column(sa.Integer)\n",
        ),
    ]);
    assert_eq!(verdicts(&metadata), ["- app.models.lost.Lost lost", "+ app.models.user.User users"]);
    assert_eq!(columns(&metadata, "app.models.user.User"), ["id", "name", "email"]);
}
