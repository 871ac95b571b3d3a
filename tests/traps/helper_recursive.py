# expect: dropped-table a 14
# expect: dropped-table b 14
"""helper recursive"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000028"
down_revision = None


def walk(names):
    if not names:
        return
    op.drop_table(names[0])
    walk(names[1:])


def upgrade():
    walk(['a', 'b'])


def downgrade():
    pass
