# expect: dropped-table x 13
# expect: dropped-index x 13
"""op getattr computed"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000003b"
down_revision = None


def upgrade():
    for kind in ('table', 'index'):
        getattr(op, 'drop_' + kind)('x')


def downgrade():
    pass
