# expect: dropped-index ix_users_email 13
"""op alias"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000035"
down_revision = None


def upgrade():
    o = op
    d = o.drop_index
    d('ix_users_email', table_name='users')


def downgrade():
    pass
