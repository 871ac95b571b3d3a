# expect: dropped-table a 15
# expect: dropped-table b 17
# expect: dropped-table c 19
# expect: dropped-table d 21
"""flow try"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000019"
down_revision = None


def upgrade():
    try:
        op.drop_table('a')
    except Exception:
        op.drop_table('b')
    else:
        op.drop_table('c')
    finally:
        op.drop_table('d')


def downgrade():
    pass
