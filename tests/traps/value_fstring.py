# expect: dropped-table old_users 14
"""value fstring"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000006b"
down_revision = None


PREFIX = 'old'


def upgrade():
    op.drop_table(f'{PREFIX}_users')


def downgrade():
    pass
