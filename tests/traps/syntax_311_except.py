# expect: dropped-table users 12
"""syntax 311 except"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000005f"
down_revision = None


def upgrade():
    try:
        op.drop_table('users')
    except* ValueError:
        pass


def downgrade():
    pass
