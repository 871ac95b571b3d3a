# expect: deleted-rows users 12
"""sql bind"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000004c"
down_revision = None


def upgrade():
    op.get_bind().execute(sa.text('DELETE FROM users WHERE id = :id'), {'id': 1})
    op.get_bind().execute(sa.text('DELETE FROM users'))


def downgrade():
    pass
