# expect: dropped-table a 13
# expect: dropped-table b 13
# expect: dropped-index ix_c 14
"""call map"""
from alembic import op
import sqlalchemy as sa

revision = "0000b0000005"
down_revision = None


def upgrade():
    list(map(op.drop_table, ['a', 'b']))
    [op.drop_index(i) for i in ('ix_c',)]


def downgrade():
    pass
