"""pair index by inspector"""
from alembic import op
import sqlalchemy as sa

revision = "0000b000000e"
down_revision = None


def upgrade():
    for index in sa.inspect(op.get_bind()).get_indexes('t'):
        op.drop_index(index['name'], table_name='t')
        op.create_index(index['name'] + '_new', 't', ['a'])


def downgrade():
    pass
