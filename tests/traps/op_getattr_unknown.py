# expect: unreadable-statement ? 11
"""op getattr unknown"""
import os
from alembic import op

revision = "0000a000003c"
down_revision = None


def upgrade():
    getattr(op, os.environ['WHAT'])('x')


def downgrade():
    pass
