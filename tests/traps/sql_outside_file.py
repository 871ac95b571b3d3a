# expect: unreadable-statement ? 11
"""sql outside file"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000054"
down_revision = None


def upgrade():
    op.execute(open('/etc/drop.sql').read())


def downgrade():
    pass
