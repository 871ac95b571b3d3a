# expect: dropped-index ix_users_email 11
"""op f"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000038"
down_revision = None


def upgrade():
    op.drop_index(op.f('ix_users_email'), table_name='users')


def downgrade():
    pass
