# expect: dropped-table old_users 15
# expect: dropped-column t.c 16
"""value percent"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000006f"
down_revision = None


PREFIX = 'old'


def upgrade():
    op.drop_table('%s_%s' % (PREFIX, 'users'))
    op.drop_column('t', '%(a)s' % {'a': 'c'})


def downgrade():
    pass
