# expect: dropped-table users 13
"""op operations"""
from alembic import op
from alembic.operations import Operations
from alembic.migration import MigrationContext

revision = "0000a0000040"
down_revision = None


def upgrade():
    ops = Operations(MigrationContext.configure(op.get_bind()))
    ops.drop_table('users')


def downgrade():
    pass
