# expect: dropped-table a 14
"""call from dict"""
from alembic import op
import sqlalchemy as sa

revision = "0000b0000003"
down_revision = None


ACTIONS = {'drop': op.drop_table, 'add': op.create_table}


def upgrade():
    ACTIONS['drop']('a')


def downgrade():
    pass
