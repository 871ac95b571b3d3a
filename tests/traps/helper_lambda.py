# expect: dropped-table users 11
"""helper lambda"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000022"
down_revision = None


def upgrade():
    drop = lambda name: op.drop_table(name)
    drop('users')


def downgrade():
    pass
