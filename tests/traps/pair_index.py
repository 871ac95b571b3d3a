"""pair index"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000047"
down_revision = None


def upgrade():
    op.drop_index('ix_a', table_name='users')
    op.create_index('ix_a', 'users', ['a'], unique=True)


def downgrade():
    pass
