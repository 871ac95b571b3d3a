# expect: dropped-table a 11
"""call run async"""
from alembic import op
import sqlalchemy as sa

revision = "0000b0000006"
down_revision = None


async def work(connection):
    await connection.execute(sa.text('DROP TABLE a'))


def upgrade():
    op.run_async(work)


def downgrade():
    pass
