# expect: dropped-index ix_a 13
# expect: dropped-table a 15
"""sql autocommit"""
from alembic import op
import sqlalchemy as sa

revision = "0000b0000010"
down_revision = None


def upgrade():
    with op.get_context().autocommit_block():
        op.execute('DROP INDEX CONCURRENTLY IF EXISTS ix_a')
    with op.get_bind().engine.begin() as connection:
        connection.execution_options(isolation_level='AUTOCOMMIT').execute(sa.text('DROP TABLE a'))


def downgrade():
    pass
