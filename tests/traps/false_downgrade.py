"""false downgrade"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000005"
down_revision = None


def upgrade():
    op.create_table('users', sa.Column('id', sa.Integer))


def downgrade():
    op.drop_table('users')
    op.execute('DROP TABLE posts')
