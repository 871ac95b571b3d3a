"""flow if false"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000015"
down_revision = None


DROP = False


def upgrade():
    if False:
        op.drop_table('users')
    if not DROP:
        return
    op.drop_table('posts')


def downgrade():
    pass
