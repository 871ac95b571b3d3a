# expect: dropped-table ? 12
# expect: deleted-rows ? 13
"""sql unknown name"""
import os
from alembic import op

revision = "0000a000005d"
down_revision = None


def upgrade():
    op.execute(f'DROP TABLE {os.environ["T"]}')
    op.execute('TRUNCATE %s' % os.environ['T'])


def downgrade():
    pass
