# expect: dropped-table a 17
# expect: dropped-table b 17
"""helper class attribute"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000001b"
down_revision = None


class Names:
    OLD = ['a', 'b']


def upgrade():
    for name in Names.OLD:
        op.drop_table(name)


def downgrade():
    pass
