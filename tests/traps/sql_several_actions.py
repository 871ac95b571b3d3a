# expect: dropped-column users.a 13
# expect: dropped-column users.b 13
# expect: dropped-constraint d 13
"""sql several actions"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000005a"
down_revision = None


def upgrade():
    op.execute('ALTER TABLE users DROP COLUMN a, DROP COLUMN IF EXISTS b CASCADE, ADD c INT, DROP CONSTRAINT d')


def downgrade():
    pass
