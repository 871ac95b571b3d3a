# expect: dropped-table users 11
"""syntax 38 positional only"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000065"
down_revision = None


def drop(name, /, *, quiet=False):
    op.drop_table(name)


def upgrade():
    drop('users')


def downgrade():
    pass
