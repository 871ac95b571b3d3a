# expect: dropped-table users 12
# expect: dropped-table posts 12
"""helper same file"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000002a"
down_revision = None


def _drop(name):
    op.drop_table(name)


def upgrade():
    _drop('users')
    _drop('posts')


def downgrade():
    pass
