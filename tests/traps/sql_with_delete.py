# expect: deleted-rows users 13
# expect: deleted-rows a 14
# expect: deleted-rows b 14
"""sql with delete"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000005e"
down_revision = None


def upgrade():
    op.execute('WITH gone AS (DELETE FROM users RETURNING id) SELECT count(*) FROM gone')
    op.execute('TRUNCATE TABLE a, b CASCADE')


def downgrade():
    pass
