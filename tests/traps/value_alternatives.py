# expect: dropped-table a 13
# expect: dropped-table b 13
"""value alternatives"""
import os
from alembic import op

revision = "0000a0000066"
down_revision = None


def upgrade():
    name = 'a' if os.environ.get('X') else 'b'
    op.drop_table(name)


def downgrade():
    pass
