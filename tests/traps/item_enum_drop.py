# expect: dropped-object mood 13
# expect: dropped-object kind 14
"""item enum drop"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0000a000002f"
down_revision = None


def upgrade():
    sa.Enum(name='mood').drop(op.get_bind())
    postgresql.ENUM('a', name='kind').drop(op.get_bind(), checkfirst=True)


def downgrade():
    pass
