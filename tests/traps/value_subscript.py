# expect: dropped-table a 16
# expect: dropped-table c 17
# expect: dropped-table b 19
"""value subscript"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000071"
down_revision = None


TABLES = ['a', 'b', 'c']


def upgrade():
    op.drop_table(TABLES[0])
    op.drop_table(TABLES[-1])
    for name in TABLES[1:2]:
        op.drop_table(name)


def downgrade():
    pass
