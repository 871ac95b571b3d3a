# expect: dropped-column a.x 15
# expect: dropped-column b.y 15
# expect: dropped-table d 17
# expect: dropped-table c 17
"""value zip"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000075"
down_revision = None


def upgrade():
    for table, column in zip(['a', 'b'], ['x', 'y']):
        op.drop_column(table, column)
    for i, name in enumerate(reversed(['c', 'd'])):
        op.drop_table(name)


def downgrade():
    pass
