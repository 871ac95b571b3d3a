"""false uncalled"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000000c"
down_revision = None


def cleanup():
    op.drop_table('users')


SQL = 'DROP TABLE users'


def upgrade():
    pass


def downgrade():
    pass
