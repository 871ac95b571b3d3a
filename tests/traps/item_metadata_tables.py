# expect: dropped-table users 13
"""item metadata tables"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000031"
down_revision = None


def upgrade():
    meta = sa.MetaData()
    meta.reflect(op.get_bind())
    meta.tables['users'].drop(op.get_bind())


def downgrade():
    pass
