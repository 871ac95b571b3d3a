# expect: dropped-table a 17
# expect: dropped-table c 17
"""value global list"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000006c"
down_revision = None


TABLES = ['a']


def upgrade():
    TABLES.append('c')
    for name in TABLES:
        op.drop_table(name)


def downgrade():
    pass
