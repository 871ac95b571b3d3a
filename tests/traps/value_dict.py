# expect: dropped-column a.x 18
# expect: dropped-column a.y 18
# expect: dropped-column b.z 18
"""value dict"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000068"
down_revision = None


COLUMNS = {'a': ['x', 'y'], 'b': ('z',)}


def upgrade():
    for table, columns in COLUMNS.items():
        for column in columns:
            op.drop_column(table, column)


def downgrade():
    pass
