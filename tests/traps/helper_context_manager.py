# expect: dropped-table users 17
"""helper context manager"""
from contextlib import contextmanager
from alembic import op

revision = "0000a000001c"
down_revision = None


@contextmanager
def quiet():
    yield op


def upgrade():
    with quiet() as o:
        o.drop_table('users')


def downgrade():
    pass
