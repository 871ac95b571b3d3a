# expect: dropped-table a 14
"""sql replace"""
from alembic import op
import sqlalchemy as sa

revision = "0000b0000014"
down_revision = None


SQL = 'DROP TABLE {{table}}'


def upgrade():
    op.execute(SQL.replace('{{table}}', 'a'))


def downgrade():
    pass
