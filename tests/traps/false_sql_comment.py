"""false sql comment"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000000a"
down_revision = None


def upgrade():
    op.execute("-- DROP TABLE users\nSELECT 'DROP TABLE posts' /* ; DROP TABLE tags */")


def downgrade():
    pass
