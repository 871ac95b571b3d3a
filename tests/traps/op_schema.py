# expect: dropped-table audit.events 11
"""op schema"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000044"
down_revision = None


def upgrade():
    op.drop_table('events', schema='audit')


def downgrade():
    pass
