# expect: dropped-table users 11
"""sql execute"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000004f"
down_revision = None


def upgrade():
    op.execute('DROP TABLE users')


def downgrade():
    pass
