"""helper flag"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000001e"
down_revision = None


def change(upgrading):
    if upgrading:
        op.add_column('users', sa.Column('email', sa.Text))
    else:
        op.drop_column('users', 'email')


def upgrade():
    change(upgrading=True)


def downgrade():
    change(upgrading=False)
