"""visits"""

import sqlalchemy as sa
from alembic import op

revision = "9c1f70e3b6d2"
down_revision = None


def upgrade():
    op.create_table("visits", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("visits")
