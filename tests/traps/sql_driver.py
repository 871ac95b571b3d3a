# expect: dropped-table users 11
"""sql driver"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000004e"
down_revision = None


def upgrade():
    op.get_bind().exec_driver_sql('DROP TABLE users')


def downgrade():
    pass
