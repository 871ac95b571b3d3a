# expect: dropped-table a 13
# expect: dropped-table B 13
# expect: dropped-table c.d 13
"""sql several tables"""
from alembic import op
import sqlalchemy as sa

revision = "0000b0000015"
down_revision = None


def upgrade():
    op.execute('DROP TABLE IF EXISTS a, "B", c.d CASCADE')


def downgrade():
    pass
