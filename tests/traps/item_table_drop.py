# expect: dropped-table users 15
# expect: dropped-table s.posts 16
"""item table drop"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000033"
down_revision = None


users = sa.Table('users', sa.MetaData())


def upgrade():
    users.drop(op.get_bind())
    sa.Table('posts', sa.MetaData(), schema='s').drop(checkfirst=True)


def downgrade():
    pass
