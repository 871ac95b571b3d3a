# expect: dropped-constraint v_pkey 14
"""pair primary key"""
from alembic import op
import sqlalchemy as sa

revision = "0000b000000f"
down_revision = None


def upgrade():
    op.create_table('t', sa.Column('a', sa.Integer), sa.Column('b', sa.Integer))
    op.drop_constraint('u_pkey', 'u', type_='primary')
    op.create_primary_key('u_pkey', 'u', ['a', 'b'])
    op.drop_constraint('v_pkey', 'v', type_='primary')


def downgrade():
    pass
