"""false temporary"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000000b"
down_revision = None


def upgrade():
    op.execute('CREATE TEMPORARY TABLE scratch AS SELECT 1')
    op.execute('DROP TEMPORARY TABLE scratch')


def downgrade():
    pass
