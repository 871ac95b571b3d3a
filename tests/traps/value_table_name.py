# expect: dropped-table users 16
# expect: dropped-table posts 17
"""value table name"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000072"
down_revision = None


users = sa.Table('users', sa.MetaData())
posts = sa.table('posts')


def upgrade():
    op.drop_table(users.name)
    op.drop_table(posts.name)


def downgrade():
    pass
