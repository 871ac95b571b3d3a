# expect: dropped-table a 11
"""call given away"""
from alembic import op
import sqlalchemy as sa

revision = "0000b0000004"
down_revision = None


def work(connection):
    connection.execute(sa.text('DROP TABLE a'))


def upgrade():
    op.get_bind().run_callable(work)


def downgrade():
    pass
