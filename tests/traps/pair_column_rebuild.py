"""pair column rebuild"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000045"
down_revision = None


def upgrade():
    op.add_column('users', sa.Column('a_new', sa.Integer))
    op.execute('UPDATE users SET a_new = a')
    op.drop_column('users', 'a')
    op.alter_column('users', 'a_new', new_column_name='a')


def downgrade():
    pass
