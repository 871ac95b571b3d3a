"""false engine helper"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000006"
down_revision = None


def upgrade():
    op.add_column('users', sa.Column('email', sa.Text))


def upgrade_existing_records():
    op.drop_table('users')


def downgrade():
    pass
