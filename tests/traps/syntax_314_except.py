# expect: dropped-table users 12
"""syntax 314 except"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000063"
down_revision = None


def upgrade():
    try:
        op.drop_table('users')
    except ValueError, KeyError:
        pass


def downgrade():
    pass
