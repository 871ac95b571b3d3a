# expect: dropped-table old_users 11
"""value format"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000006a"
down_revision = None


def upgrade():
    op.drop_table('{}_{name}'.format('old', name='users'))


def downgrade():
    pass
