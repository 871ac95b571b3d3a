# expect: dropped-table users 10
"""op function"""
from alembic.op import drop_table

revision = "0000a0000039"
down_revision = None


def upgrade():
    drop_table('users')


def downgrade():
    pass
