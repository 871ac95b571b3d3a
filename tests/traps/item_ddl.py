# expect: dropped-table users 14
# expect: dropped-object audit 15
# expect: dropped-index ix_a 16
"""item ddl"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.schema import DropSchema, DropTable

revision = "0000a000002c"
down_revision = None


def upgrade():
    op.execute(DropTable(sa.table('users')))
    op.execute(DropSchema('audit', cascade=True))
    op.execute(sa.schema.DropIndex(sa.Index('ix_a')))


def downgrade():
    pass
