# expect: dropped-table users 13
# expect: dropped-column posts.body 14
"""op invoke"""
from alembic import op
from alembic.operations import ops
from alembic.operations.ops import DropTableOp

revision = "0000a000003e"
down_revision = None


def upgrade():
    op.invoke(DropTableOp('users'))
    op.invoke(ops.DropColumnOp('posts', 'body'))


def downgrade():
    pass
