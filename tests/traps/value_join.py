# expect: dropped-table old_users 12
# expect: dropped-table ab 13
"""value join"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000006e"
down_revision = None


def upgrade():
    op.drop_table('_'.join(['old', 'users']))
    op.drop_table('a' + 'b')


def downgrade():
    pass
