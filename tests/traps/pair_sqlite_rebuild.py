"""pair sqlite rebuild"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000004a"
down_revision = None


def upgrade():
    op.create_table('users', sa.Column('id', sa.Integer), sa.Column('a', sa.Text))
    op.create_table('_users_new', sa.Column('id', sa.Integer), sa.Column('a', sa.Text))
    op.execute('INSERT INTO _users_new SELECT * FROM users')
    op.drop_table('users')
    op.rename_table('_users_new', 'users')


def downgrade():
    pass
