# expect: dropped-column users.email 11
"""helper partial"""
from functools import partial
from alembic import op

revision = "0000a0000027"
down_revision = None


def upgrade():
    partial(op.drop_column, 'users')('email')


def downgrade():
    pass
