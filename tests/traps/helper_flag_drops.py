# expect: dropped-column users.email 12
"""helper flag drops"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000001f"
down_revision = None


def change(keep=True):
    if not keep:
        op.drop_column('users', 'email')


def upgrade():
    change(False)


def downgrade():
    pass
