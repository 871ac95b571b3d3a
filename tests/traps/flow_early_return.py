# expect: dropped-table users 13
"""flow early return"""
from alembic import op
from somewhere import exists

revision = "0000a0000012"
down_revision = None


def upgrade():
    if not exists():
        return
    op.drop_table('users')


def downgrade():
    pass
