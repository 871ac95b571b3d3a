# expect: dropped-object mood 15
# expect: dropped-object audit 16
# expect: dropped-object v 17
# expect: dropped-object q 18
# expect: dropped-object d 19
"""sql objects"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000053"
down_revision = None


def upgrade():
    op.execute('DROP TYPE mood')
    op.execute('DROP SCHEMA audit CASCADE')
    op.execute('DROP VIEW v')
    op.execute('DROP SEQUENCE q')
    op.execute('DROP DATABASE d')
    op.execute('DROP FUNCTION f()')
    op.execute('DROP TRIGGER t ON x')


def downgrade():
    pass
