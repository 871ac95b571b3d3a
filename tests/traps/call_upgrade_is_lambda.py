# expect: dropped-table a 10
"""call upgrade is lambda"""
from alembic import op
import sqlalchemy as sa

revision = "0000b000000a"
down_revision = None


upgrade = lambda: op.drop_table('a')


def downgrade():
    pass
