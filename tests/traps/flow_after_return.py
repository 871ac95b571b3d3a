"""flow after return"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000000e"
down_revision = None


def upgrade():
    return
    op.drop_table('users')


def downgrade():
    pass
