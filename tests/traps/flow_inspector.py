# expect: dropped-table users 12
"""flow inspector"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000016"
down_revision = None


def upgrade():
    if 'users' in sa.inspect(op.get_bind()).get_table_names():
        op.drop_table('users')


def downgrade():
    pass
