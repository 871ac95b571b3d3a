# expect: dropped-table from_constants 11
"""value imported constant"""
from alembic import op
from support.constants import OLD_TABLE

revision = "0000a000006d"
down_revision = None


def upgrade():
    op.drop_table(OLD_TABLE)


def downgrade():
    pass
