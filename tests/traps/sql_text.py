# expect: dropped-column users.email 11
"""sql text"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000005b"
down_revision = None


def upgrade():
    op.get_bind().execute(sa.text('ALTER TABLE users DROP COLUMN email'))


def downgrade():
    pass
