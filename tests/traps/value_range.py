# expect: dropped-table part_1 13
# expect: dropped-table part_2 13
"""value range"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000070"
down_revision = None


def upgrade():
    for i in range(1, 3):
        op.drop_table(f'part_{i}')


def downgrade():
    pass
