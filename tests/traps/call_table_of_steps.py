# expect: dropped-table a 16
# expect: dropped-column b.c 16
"""call table of steps"""
from alembic import op
import sqlalchemy as sa

revision = "0000b0000007"
down_revision = None


STEPS = [('drop_table', ('a',)), ('drop_column', ['b', 'c'])]


def upgrade():
    for name, arguments in STEPS:
        getattr(op, name)(*arguments)


def downgrade():
    pass
