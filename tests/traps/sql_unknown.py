# expect: unreadable-statement ? 11
"""sql unknown"""
import os
from alembic import op

revision = "0000a000005c"
down_revision = None


def upgrade():
    op.execute(os.environ['SQL'])
    op.execute(f"UPDATE users SET a = '{os.environ['A']}'")
    op.execute('SELECT ' + os.environ['B'])


def downgrade():
    pass
