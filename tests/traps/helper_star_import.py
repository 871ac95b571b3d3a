# expect: dropped-table users 10
"""helper star import"""
from support.star import *

revision = "0000a000002b"
down_revision = None


def upgrade():
    drop_quietly('users')


def downgrade():
    pass
