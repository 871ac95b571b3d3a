"""team"""

import sqlalchemy as sa
from alembic import op

revision = "3d5a1f0c9b21"
down_revision = None


def upgrade():
    op.create_table("team", sa.Column("id", sa.Uuid(), primary_key=True))


def downgrade():
    op.drop_table("team")
