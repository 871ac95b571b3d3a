# expect: dropped-table users 12
"""helper nested"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000024"
down_revision = None


def upgrade():
    def inner(name):
        op.drop_table(name)

    inner('users')


def downgrade():
    pass
