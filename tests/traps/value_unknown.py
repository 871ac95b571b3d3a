# expect: dropped-table ? 13
# expect: dropped-column t.? 15
"""value unknown"""
import os
from alembic import op
from somewhere import fetch

revision = "0000a0000073"
down_revision = None


def upgrade():
    op.drop_table(os.environ['TABLE'])
    for name in fetch():
        op.drop_column('t', name)


def downgrade():
    pass
