# expect: dropped-table a 11
"""call upgrade is alias"""
from alembic import op
import sqlalchemy as sa

revision = "0000b0000008"
down_revision = None


def _run():
    op.drop_table('a')


upgrade = _run


def downgrade():
    pass
