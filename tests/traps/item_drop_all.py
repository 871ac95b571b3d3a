# expect: dropped-table a 17
# expect: dropped-table b 17
"""item drop all"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000002e"
down_revision = None


meta = sa.MetaData()
a = sa.Table('a', meta)
b = sa.Table('b', meta)


def upgrade():
    meta.drop_all(op.get_bind())


def downgrade():
    print(a, b)
