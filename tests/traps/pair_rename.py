# expect: dropped-column users.name 11
"""pair rename"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000048"
down_revision = None


def upgrade():
    op.drop_column('users', 'name')
    op.add_column('users', sa.Column('full_name', sa.Text))


def downgrade():
    pass
