# expect: deleted-rows users 15
# expect: deleted-rows users 16
"""item delete"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000002d"
down_revision = None


users = sa.table('users', sa.column('id'))


def upgrade():
    op.execute(users.delete())
    op.execute(sa.delete(users))
    op.execute(users.delete().where(users.c.id == 1))
    op.execute(sa.delete(users).where(users.c.id == 1))


def downgrade():
    pass
