# expect: unreadable-statement ? 11
"""call exec"""
from alembic import op
import sqlalchemy as sa

revision = "0000b0000002"
down_revision = None


def upgrade():
    exec("op.drop_table('a')")


def downgrade():
    pass
