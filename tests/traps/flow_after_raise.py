"""flow after raise"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000000d"
down_revision = None


def upgrade():
    raise NotImplementedError
    op.drop_table('users')


def downgrade():
    pass
