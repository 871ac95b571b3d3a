# expect: dropped-table old_users 11
"""syntax 312 fstring"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000060"
down_revision = None


def upgrade():
    op.drop_table(f"{'old' + "_" + 'users'}")


def downgrade():
    pass
