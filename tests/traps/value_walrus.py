# expect: dropped-table users 12
"""value walrus"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000074"
down_revision = None


def upgrade():
    if (name := 'users'):
        op.drop_table(name)


def downgrade():
    pass
