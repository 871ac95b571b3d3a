# expect: dropped-table a 12
"""call deep recursion"""
from alembic import op
import sqlalchemy as sa

revision = "0000b0000000"
down_revision = None


def count(n):
    if n == 1000:
        op.drop_table('a')
    count(n + 1)


def upgrade():
    count(0)


def downgrade():
    pass
