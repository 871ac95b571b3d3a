# expect: dropped-column app.users.email 11
"""op keywords"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000003f"
down_revision = None


def upgrade():
    op.drop_column(table_name='users', column_name='email', schema='app')


def downgrade():
    pass
