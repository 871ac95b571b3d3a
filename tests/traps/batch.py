# expect: dropped-column users.email 14
# expect: dropped-index ix_a 15
# expect: dropped-constraint uq_b 16
"""batch"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000000"
down_revision = None


def upgrade():
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.drop_column('email')
        batch_op.drop_index(batch_op.f('ix_a'))
        batch_op.drop_constraint('uq_b', type_='unique')


def downgrade():
    pass
