# expect: dropped-table b 14
# expect: dropped-table a 14
"""flow while"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000001a"
down_revision = None


def upgrade():
    names = ['a', 'b']
    while names:
        op.drop_table(names.pop())


def downgrade():
    pass
