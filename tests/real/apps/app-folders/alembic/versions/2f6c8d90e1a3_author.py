"""author"""

import sqlalchemy as sa
from alembic import op

revision = "2f6c8d90e1a3"
down_revision = None


def upgrade():
    op.create_table("author", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("author")
