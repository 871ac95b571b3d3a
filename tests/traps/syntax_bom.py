# expect: dropped-table users 11
"""syntax bom"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000003d"
down_revision = None


def upgrade():
    op.drop_table('users')


def downgrade():
    pass
