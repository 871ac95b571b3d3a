# expect: dropped-table users 10
"""helper reexported"""
from support import quietly

revision = "0000a0000029"
down_revision = None


def upgrade():
    quietly('users')


def downgrade():
    pass
