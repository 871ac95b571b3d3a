# expect: dropped-column users.email 11
"""batch in helper"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000001"
down_revision = None


def strip(b, name):
    b.drop_column(name)


def upgrade():
    with op.batch_alter_table('users') as batch_op:
        strip(batch_op, 'email')


def downgrade():
    pass
