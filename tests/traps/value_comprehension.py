# expect: dropped-table old_a 16
# expect: dropped-table old_b 16
"""value comprehension"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000067"
down_revision = None


ALL = ['old_a', 'new_c', 'old_b']


def upgrade():
    for name in sorted({n for n in ALL if n.startswith('old')}):
        op.drop_table(name)


def downgrade():
    pass
