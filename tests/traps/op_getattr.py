# expect: dropped-table users 11
"""op getattr"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000003a"
down_revision = None


def upgrade():
    getattr(op, 'drop_table')('users')


def downgrade():
    pass
