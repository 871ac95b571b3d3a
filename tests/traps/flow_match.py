# expect: dropped-table users 16
"""flow match"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000017"
down_revision = None


KIND = 'table'


def upgrade():
    match KIND:
        case 'table':
            op.drop_table('users')
        case _:
            op.drop_table('posts')


def downgrade():
    pass
