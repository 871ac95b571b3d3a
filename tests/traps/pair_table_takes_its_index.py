# expect: dropped-table users 12
"""pair table takes its index"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000004b"
down_revision = None


def upgrade():
    op.drop_index('ix_a', table_name='users')
    op.drop_table('users')


def downgrade():
    pass
