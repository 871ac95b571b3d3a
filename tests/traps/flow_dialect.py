# expect: dropped-column users.email 12
"""flow dialect"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000011"
down_revision = None


def upgrade():
    if op.get_bind().dialect.name == 'sqlite':
        op.drop_column('users', 'email')
    else:
        op.drop_column('users', 'email')


def downgrade():
    pass
