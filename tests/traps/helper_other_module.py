# expect: dropped-table users 13
# expect: dropped-table posts 14
"""helper other module"""
from alembic import op
from support.helpers import drop_quietly
from support import helpers

revision = "0000a0000025"
down_revision = None


def upgrade():
    drop_quietly('users')
    helpers.drop_quietly('posts', True)


def downgrade():
    pass
