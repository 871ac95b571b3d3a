# expect: dropped-table users 18
"""syntax 312 type"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000061"
down_revision = None


type Names[T] = list[T]


def first[T](values: list[T]) -> T:
    return values[0]


def upgrade():
    op.drop_table('users')


def downgrade():
    pass
