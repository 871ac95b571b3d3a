# expect: dropped-table users 14
"""syntax 313 default"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000062"
down_revision = None


type Names[T = str] = list[T]


def upgrade():
    op.drop_table('users')


def downgrade():
    pass
