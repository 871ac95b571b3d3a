# expect: dropped-object v 15
# expect: unreadable-statement ? 16
"""custom directive"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000003"
down_revision = None


x = 1


def upgrade():
    op.drop_view('v')
    op.drop_entity(x)
    op.drop_function('f')


def downgrade():
    pass
