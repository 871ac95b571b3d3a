# expect: dropped-table a 14
"""flow break"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000010"
down_revision = None


def upgrade():
    for name in ['a', 'b', 'c']:
        if name == 'b':
            break
        op.drop_table(name)


def downgrade():
    pass
