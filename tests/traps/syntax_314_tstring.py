# expect: dropped-table users 12
"""syntax 314 tstring"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000064"
down_revision = None


def upgrade():
    name = t'{1}'
    op.drop_table('users')


def downgrade():
    pass
