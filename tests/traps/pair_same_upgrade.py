"""pair same upgrade"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000049"
down_revision = None


def upgrade():
    op.create_table('scratch', sa.Column('id', sa.Integer))
    op.drop_table('scratch')


def downgrade():
    pass
