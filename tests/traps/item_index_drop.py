# expect: dropped-index ix_a 11
"""item index drop"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000030"
down_revision = None


def upgrade():
    sa.Index('ix_a').drop(op.get_bind())


def downgrade():
    pass
