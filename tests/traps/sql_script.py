# expect: dropped-table users 12
# expect: dropped-table posts 12
"""sql script"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000058"
down_revision = None


def upgrade():
    op.get_bind().connection.executescript('CREATE TABLE n (a INT); DROP TABLE users; DROP TABLE posts;')


def downgrade():
    pass
