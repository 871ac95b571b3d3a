# expect: dropped-table users 12
"""op operations context"""
from alembic import op
from alembic.operations import Operations

revision = "0000a0000041"
down_revision = None


def upgrade():
    with Operations.context(op.get_context()) as ops:
        ops.drop_table('users')


def downgrade():
    pass
