# expect: dropped-table a 11
"""sql dedent"""
import textwrap
from alembic import op

revision = "0000b0000013"
down_revision = None


def upgrade():
    op.execute(textwrap.dedent('''
        DROP TABLE a
    '''))


def downgrade():
    pass
