# expect: dropped-column users.email 10
"""op as"""
from alembic import op as o

revision = "0000a0000036"
down_revision = None


def upgrade():
    o.drop_column('users', 'email')


def downgrade():
    pass
