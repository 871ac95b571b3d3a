# expect: dropped-table from_file 11
"""sql file"""
import os
from alembic import op

revision = "0000a0000050"
down_revision = None


def upgrade():
    op.execute(open(os.path.join(os.path.dirname(__file__), '..', 'support', 'drop.sql')).read())


def downgrade():
    pass
