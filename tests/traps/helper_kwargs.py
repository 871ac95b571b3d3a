# expect: dropped-column users.email 11
"""helper kwargs"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000021"
down_revision = None


def drop(**kwargs):
    op.drop_column(**kwargs)


def upgrade():
    drop(**{'table_name': 'users', 'column_name': 'email'})


def downgrade():
    pass
