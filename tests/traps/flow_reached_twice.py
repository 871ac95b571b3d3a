# expect: dropped-table users 11
"""flow reached twice"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000018"
down_revision = None


def run():
    op.drop_table('users')


def upgrade():
    run()
    run()


def downgrade():
    pass
