"""Makes Alembic projects of any size, as git repositories: models, a chain of migrations, and files beside them."""

import os
import pathlib
import subprocess

# name: migrations, models, all files
SIZES = {
    "small": (10, 8, 60),
    "medium": (350, 300, 3_000),
    "large": (2_000, 1_500, 30_000),
    "crowded": (350, 300, 100_000),
}

ENV = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Bench",
    "GIT_AUTHOR_EMAIL": "bench@example.org",
    "GIT_COMMITTER_NAME": "Bench",
    "GIT_COMMITTER_EMAIL": "bench@example.org",
}


def git(repository, *arguments):
    subprocess.run(["git", *arguments], cwd=repository, env=ENV, check=True, stdout=subprocess.DEVNULL)


def write(repository, path, content):
    file = pathlib.Path(repository, path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)


def model(number):
    return f'''from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Model{number}(Base):
    __tablename__ = "table_{number}"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    note: Mapped[str | None] = mapped_column(Text)
    owner_id: Mapped[int] = mapped_column(ForeignKey("table_0.id"))

    def label(self) -> str:
        return f"{{self.name}} ({{self.id}})"
'''


def migration(number, models):
    parent = repr(f"{number - 1:012x}") if number else "None"
    if number < models:
        table = number
        body = f'''    op.create_table(
        "table_{table}",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["table_0.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_table_{table}_name"), "table_{table}", ["name"], unique=False)
'''
        back = f'''    op.drop_index(op.f("ix_table_{table}_name"), table_name="table_{table}")
    op.drop_table("table_{table}")
'''
    else:
        table = number % models
        body = f'''    op.add_column("table_{table}", sa.Column("extra_{number}", sa.String(length=50), nullable=True))
    op.execute("UPDATE table_{table} SET extra_{number} = name WHERE extra_{number} IS NULL")
'''
        back = f'''    op.drop_column("table_{table}", "extra_{number}")
'''
    return f'''"""change {number}

Revision ID: {number:012x}
Revises: {parent.strip("'")}
"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "{number:012x}"
down_revision: Union[str, None] = {parent}
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
{body}

def downgrade() -> None:
{back}'''


def make(folder, size):
    """A repository with everything committed but its last migration, which is left out."""
    migrations, models, files = SIZES[size]
    os.makedirs(folder)
    git(folder, "init", "-q", "-b", "main")
    write(folder, "alembic.ini", "[alembic]\nscript_location = alembic\nprepend_sys_path = .\n")
    write(
        folder,
        "alembic/env.py",
        "from alembic import context\n\nfrom app.models import Base\n\ntarget_metadata = Base.metadata\n"
        "context.configure(target_metadata=target_metadata)\ncontext.run_migrations()\n",
    )
    write(folder, "app/__init__.py", "")
    names = "".join(f"from app.models.model_{n} import Model{n}\n" for n in range(models))
    write(folder, "app/models/__init__.py", "from app.models.base import Base\n" + names)
    write(folder, "app/models/base.py", "from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase):\n    pass\n")
    for number in range(models):
        write(folder, f"app/models/model_{number}.py", model(number))
    for number in range(migrations - 1):
        write(folder, f"alembic/versions/{number:012x}_change.py", migration(number, models))
    made = models + migrations + 5
    for number in range(max(0, files - made)):
        ending, text = [("py", "import os\n\n\ndef run():\n    return os.getpid()\n"), ("txt", "text\n")][number % 2]
        write(folder, f"src/part_{number % 97}/file_{number}.{ending}", text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "all but the last migration")
    # As in a clone, where objects come packed.
    git(folder, "repack", "-a", "-d", "-q")
    return migrations, models


def stage_migration(folder, size):
    migrations, models, _ = SIZES[size]
    number = migrations - 1
    path = f"alembic/versions/{number:012x}_change.py"
    write(folder, path, migration(number, models))
    git(folder, "add", path)


def stage_irrelevant(folder):
    write(folder, "NOTES.md", "nothing that migguard looks at\n")
    git(folder, "add", "NOTES.md")


def unstage(folder):
    git(folder, "reset", "-q", "--hard")
