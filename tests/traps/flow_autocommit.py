# expect: dropped-index ix_a 12
"""flow autocommit"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000000f"
down_revision = None


def upgrade():
    with op.get_context().autocommit_block():
        op.execute('DROP INDEX CONCURRENTLY ix_a')


def downgrade():
    pass
